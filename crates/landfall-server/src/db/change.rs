//! One change of one record, inside the one write transaction: the row, its `seq` and version, the table's sum and the
//! history entry, so that they can't disagree.

use crate::Error;
use crate::db::meta::{self, Meta, TableState};
use crate::db::model::{Model, TableModel, quoted, sql_names};
use crate::db::{history, notifications, row};
use landfall_core::id::{Millis, RecordId, Seq, TableName, Version};
use landfall_core::outbox::{EditOrigin, OpKind};
use landfall_core::record::{Fields, Patch, Record, diff, value_of};
use landfall_core::schema::ColumnKind;
use landfall_core::stamp;
use landfall_core::validate::FieldError;
use landfall_core::value::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use std::collections::BTreeMap;

/// Who makes a change, and when.
#[derive(Debug, Clone)]
pub struct By {
    /// The device's name; empty for the server itself.
    pub name: String,
    /// When the person made it: the stamp that the device gave it.
    pub edited_at: Millis,
    /// What the person did.
    pub origin: EditOrigin,
}

/// A record as another server has it.
#[derive(Debug, Clone)]
pub struct Brought {
    /// Its fields, checked.
    pub fields: Fields,
    /// When it was made there, if that is known.
    pub created_at: Option<Millis>,
    /// When it was last changed there.
    pub edited_at: Millis,
    /// It is deleted there.
    pub deleted: bool,
}

/// The counters of a write transaction: read at its start, written at its end. A part that is undone (a savepoint)
/// takes back the counters that it had before.
pub struct Changes<'c> {
    connection: &'c Connection,
    model: &'c Model,
    counters: Counters,
    now: Millis,
}

/// Everything that rises with each change.
#[derive(Debug, Clone)]
pub(crate) struct Counters {
    meta: Meta,
    tables: BTreeMap<TableName, TableState>,
}

impl<'c> Changes<'c> {
    /// Reads the counters.
    ///
    /// # Errors
    /// [`Error::SchemaMovedOn`], or what SQLite says.
    pub fn begin(connection: &'c Connection, model: &'c Model, now: Millis) -> Result<Self, Error> {
        let counters = Counters {
            meta: meta::read(connection, model)?,
            tables: meta::table_states(connection)?,
        };
        Ok(Self {
            connection,
            model,
            counters,
            now,
        })
    }

    /// Writes the counters back. Without it nothing of this may be committed.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn finish(self) -> Result<(), Error> {
        meta::write_seq(self.connection, self.counters.meta.seq)?;
        for (name, state) in &self.counters.tables {
            meta::write_table_state(self.connection, name, *state)?;
        }
        Ok(())
    }

    pub(crate) fn connection(&self) -> &'c Connection {
        self.connection
    }

    pub(crate) fn model(&self) -> &'c Model {
        self.model
    }

    pub(crate) fn meta(&self) -> &Meta {
        &self.counters.meta
    }

    pub(crate) fn counters(&self) -> Counters {
        self.counters.clone()
    }

    pub(crate) fn take_back(&mut self, counters: Counters) {
        self.counters = counters;
    }

    /// The version that a change with this seq makes. It names the server's life, so that a version of a life that was
    /// lost never equals one of this life.
    pub(crate) fn version_at(&self, seq: Seq) -> Version {
        Version::new(format!("{}.{}", self.counters.meta.epoch, seq.0))
            .expect("invariant: epoch and seq are short")
    }

    /// Puts a record in place of `before`: new, changed, or back from deletion.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put(
        &mut self,
        table: &TableModel,
        id: &RecordId,
        before: Option<&Record>,
        fields: Fields,
        by: By,
    ) -> Result<Record, Error> {
        let was_live = before.filter(|record| !record.deleted);
        let kind = if was_live.is_some() {
            OpKind::Update
        } else {
            OpKind::Insert
        };
        let nothing = Fields::new();
        let fields_before = was_live.map_or(&nothing, |record| &record.fields);
        let changed = diff(fields_before, &fields);
        self.write(table, id, before, kind, &changed, fields, by, None)
    }

    /// Puts a record that another server has in place of `before`. One that is deleted there and was never here is a
    /// tombstone from its beginning.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn bring(
        &mut self,
        table: &TableModel,
        id: &RecordId,
        before: Option<&Record>,
        brought: Brought,
    ) -> Result<Record, Error> {
        let by = By {
            name: String::new(),
            edited_at: brought.edited_at,
            origin: EditOrigin::Edit,
        };
        let was_live = before.filter(|record| !record.deleted);
        let kind = match was_live {
            _ if brought.deleted => OpKind::Delete,
            Some(_) => OpKind::Update,
            None => OpKind::Insert,
        };
        let nothing = Fields::new();
        let changed = if brought.deleted {
            Patch::new()
        } else {
            diff(
                was_live.map_or(&nothing, |record| &record.fields),
                &brought.fields,
            )
        };
        self.write(
            table,
            id,
            before,
            kind,
            &changed,
            brought.fields,
            by,
            brought.created_at,
        )
    }

    /// Makes a tombstone of a live record.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete(&mut self, table: &TableModel, before: &Record, by: By) -> Result<Record, Error> {
        let nothing = Patch::new();
        let fields = before.fields.clone();
        self.write(
            table,
            &before.id,
            Some(before),
            OpKind::Delete,
            &nothing,
            fields,
            by,
            None,
        )
    }

    #[expect(clippy::too_many_arguments, reason = "the three ways to call it are above")]
    fn write(
        &mut self,
        table: &TableModel,
        id: &RecordId,
        before: Option<&Record>,
        kind: OpKind,
        changed: &Patch,
        fields: Fields,
        by: By,
        made_at: Option<Millis>,
    ) -> Result<Record, Error> {
        let seq = Seq(self.counters.meta.seq.0 + 1);
        let version = self.version_at(seq);
        let state = self.counters.tables.entry(table.name().clone()).or_default();
        let updated_at = self.now.max(Millis(state.last_updated_at.0 + 1));
        let record = Record {
            id: id.clone(),
            version,
            seq,
            created_at: match before {
                Some(record) => record.created_at,
                None => made_at.map_or(updated_at, |made_at| made_at.min(updated_at)),
            },
            updated_at,
            deleted: kind == OpKind::Delete,
            changed_by: by.name,
            changed_at: stamp::recorded(by.edited_at, updated_at, before.map(|record| record.changed_at)),
            fields,
        };
        let mut statement = self.connection.prepare_cached(&table.upsert)?;
        statement.execute(params_from_iter(row::sql_record(table, &record)))?;
        history::add(
            self.connection,
            table,
            before,
            &record,
            (kind, by.origin),
            changed,
        )?;
        notifications::add(self.connection, table, before, &record, kind, changed)?;

        if let Some(before) = before.filter(|before| !before.deleted) {
            state.sum = state.sum.minus(&before.id, &before.version);
        }
        if !record.deleted {
            state.sum = state.sum.plus(&record.id, &record.version);
        }
        state.last_updated_at = updated_at;
        self.counters.meta.seq = seq;
        Ok(record)
    }

    /// Which of the changed fields have a value that another live record has in a unique column.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn not_unique(
        &self,
        table: &TableModel,
        id: &RecordId,
        changed: &Patch,
    ) -> Result<Vec<FieldError>, Error> {
        let mut errors = Vec::new();
        for column in table.columns().iter().filter(|column| column.unique) {
            let value = value_of(changed, &column.name);
            if value.is_null() {
                continue;
            }
            let mut values = Vec::new();
            row::sql_values(column, value, &mut values);
            values.push(rusqlite::types::Value::Text(id.to_string()));
            let sql = unique_lookup(table, &sql_names(column));
            let mut statement = self.connection.prepare_cached(&sql)?;
            let other: Option<i64> = statement
                .query_row(params_from_iter(values), |row| row.get(0))
                .optional()?;
            if other.is_some() {
                errors.push(FieldError::unique(table.rules().table(), column));
            }
        }
        Ok(errors)
    }

    /// Which of the changed fields refer to a record that does not exist.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn parents_missing(&self, table: &TableModel, changed: &Patch) -> Result<Vec<FieldError>, Error> {
        let mut errors = Vec::new();
        for column in table.columns() {
            let (ColumnKind::Reference { table: to }, Value::Text(id)) =
                (&column.kind, value_of(changed, &column.name))
            else {
                continue;
            };
            let exists = match self.model.table(to) {
                Some(parent) => row::exists_live(self.connection, parent, id)?,
                None => false,
            };
            if !exists {
                errors.push(FieldError::reference(table.rules().table(), column));
            }
        }
        Ok(errors)
    }
}

/// Finds another live record with the same values. The last mark is the record's own id.
pub(crate) fn unique_lookup(table: &TableModel, columns: &[String]) -> String {
    let equal: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(at, name)| format!("{name} = ?{}", at + 1))
        .collect();
    format!(
        "SELECT 1 FROM {} WHERE {} AND deleted = 0 AND id <> ?{} LIMIT 1",
        quoted(table.name().as_str()),
        equal.join(" AND "),
        columns.len() + 1
    )
}
