//! A person's edits: checked, then made in one transaction (steps 2 to 4 of the data's way).

use crate::actions::{self, Verb};
use crate::change;
use crate::check;
use crate::error::{Error, Result};
use crate::history::{Cause, Origin};
use crate::row;
use crate::work::Work;
use crate::{Changed, Store};
use landfall_core::id::{ColumnName, GroupId, RecordId, TableName};
use landfall_core::outbox::Change;
use landfall_core::record::{Fields, Patch, value_of};
use landfall_core::validate::{Author, FieldError};
use rusqlite::TransactionBehavior;
use std::collections::{BTreeMap, BTreeSet};

/// One edit of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// A new record, or a deleted one that comes back.
    Insert {
        /// Table.
        table: TableName,
        /// The id it has from now on.
        id: RecordId,
        /// All values.
        fields: Fields,
    },
    /// Changed fields.
    Update {
        /// Table.
        table: TableName,
        /// Record.
        id: RecordId,
        /// Only the changed fields; `null` takes a value away.
        patch: Patch,
    },
    /// A deletion.
    Delete {
        /// Table.
        table: TableName,
        /// Record.
        id: RecordId,
    },
}

impl Edit {
    /// The record that it is of.
    pub(crate) fn record(&self) -> (TableName, RecordId) {
        match self {
            Self::Insert { table, id, .. } | Self::Update { table, id, .. } | Self::Delete { table, id } => {
                (table.clone(), id.clone())
            }
        }
    }
}

/// A user action that is on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The handle by which it can be taken back.
    pub action: GroupId,
    /// What reads differently now.
    pub changed: Changed,
    /// How many records it changed.
    pub records: u32,
    /// How many fields an undo left alone: someone has changed them since, or their record or column is gone.
    pub skipped: u32,
}

/// The columns that an action set, by record: what has to be checked against other records at its end.
type Touched = BTreeMap<(TableName, RecordId), BTreeSet<ColumnName>>;

/// Edits as one action.
pub(crate) struct Action {
    pub(crate) id: GroupId,
    pub(crate) origin: Origin,
    /// Several records: the server applies all or none.
    pub(crate) grouped: bool,
    pub(crate) author: Author,
}

impl Store {
    /// Makes a person's edits: one user action, all or none, also at the server as far as one request can carry them. On disk
    /// when this returns.
    ///
    /// Fields that already have their value are no change; edits that change nothing leave no trace.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every broken rule, [`Error::NotFound`], [`Error::Exists`], [`Error::UnknownTable`],
    /// [`Error::NoWorkspace`], [`Error::Full`], or what SQLite says. Nothing was changed then.
    pub fn edit(&self, edits: Vec<Edit>) -> Result<Done> {
        let ((action, records), changed) = self.write(move |work| {
            let action = Action {
                id: actions::begin(work, &edits)?,
                origin: Origin::Edit,
                grouped: edits.len() > 1,
                author: Author::Person,
            };
            let records = run(work, &action, &edits)?;
            if records > 0 {
                actions::note(work, &action.id, Verb::of(&edits))?;
            }
            Ok((action.id, records))
        })?;
        Ok(Done {
            action,
            changed,
            records,
            skipped: 0,
        })
    }

    /// How many records these edits would change. Nothing is changed.
    ///
    /// # Errors
    /// As [`Store::edit`].
    pub fn preview_edit(&self, edits: &[Edit]) -> Result<u32> {
        let edits = edits.to_vec();
        self.try_out(move |work| {
            let action = Action {
                id: work.new_action(),
                origin: Origin::Edit,
                grouped: edits.len() > 1,
                author: Author::Person,
            };
            run(work, &action, &edits)
        })
    }

    /// Does it, and takes it back by never committing: a preview that can't differ from the deed.
    pub(crate) fn try_out<T>(&self, write: impl FnOnce(&mut Work<'_>) -> Result<T>) -> Result<T> {
        self.0.writer.run(|conn| {
            let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut work = Work::new(&transaction, self.layout(), self.0.surroundings.clone());
            write(&mut work)
        })
    }
}

/// Makes the edits of an action; how many records they changed.
pub(crate) fn run(work: &mut Work<'_>, action: &Action, edits: &[Edit]) -> Result<u32> {
    let mut run = Run::default();
    for edit in edits {
        run.make(work, action, edit)?;
    }
    run.end(work)
}

/// An action under way: its edits are made one after the other, and checked against other records at the end, because
/// the records of one action may refer to each other.
#[derive(Default)]
pub(crate) struct Run {
    touched: Touched,
    errors: Vec<FieldError>,
}

impl Run {
    /// Makes an edit. Broken rules are gathered for the end.
    pub(crate) fn make(&mut self, work: &mut Work<'_>, action: &Action, edit: &Edit) -> Result<()> {
        match one(work, action, edit, &mut self.touched) {
            Err(Error::Invalid(broken)) => {
                self.errors.extend(broken);
                Ok(())
            }
            other => other,
        }
    }

    /// How many records the edits changed.
    pub(crate) fn end(mut self, work: &Work<'_>) -> Result<u32> {
        for ((table, id), columns) in &self.touched {
            let table = work.table(table)?;
            if let Some(row) = row::find(work.conn, &table, id)?.filter(|row| !row.deleted) {
                let broken = check::neighbours(work.conn, &work.layout, &table, id, &row.fields, columns)?;
                self.errors.extend(broken);
            }
        }
        if self.errors.is_empty() {
            Ok(u32::try_from(self.touched.len()).unwrap_or(u32::MAX))
        } else {
            Err(Error::Invalid(self.errors))
        }
    }
}

fn one(work: &mut Work<'_>, action: &Action, edit: &Edit, touched: &mut Touched) -> Result<()> {
    let (Edit::Insert { table, id, .. } | Edit::Update { table, id, .. } | Edit::Delete { table, id }) = edit;
    let table = work.table(table)?;
    let old = row::find(work.conn, &table, id)?;
    let live = old.as_ref().filter(|row| !row.deleted);
    let change = match (edit, live) {
        (Edit::Insert { .. }, Some(_)) => return Err(Error::Exists),
        (Edit::Insert { fields, .. }, None) => {
            let checked = table
                .rules
                .check_whole(fields, action.author)
                .map_err(Error::Invalid)?;
            Change::Insert(with_unknown(&table, old.as_ref(), checked))
        }
        (_, None) => return Err(Error::NotFound),
        (Edit::Update { patch, .. }, Some(row)) => {
            let mut checked = table
                .rules
                .check_patch(patch, action.author)
                .map_err(Error::Invalid)?;
            checked.retain(|column, value| value_of(&row.fields, column) != value);
            if checked.is_empty() {
                return Ok(());
            }
            Change::Update(checked)
        }
        (Edit::Delete { .. }, Some(_)) => Change::Delete,
    };
    let columns = match &change {
        Change::Insert(fields) | Change::Update(fields) => fields.keys().cloned().collect(),
        Change::Delete => BTreeSet::new(),
    };
    let cause = Cause::person(action.origin, &action.id);
    let group = action.grouped.then_some(&action.id);
    change::make(work, &table, id, old.as_ref(), &change, (&cause, group))?;
    touched
        .entry((table.name.clone(), id.clone()))
        .or_default()
        .extend(columns);
    Ok(())
}

/// A record that comes back brings the values of columns that this schema does not know.
fn with_unknown(table: &crate::layout::TableLayout, old: Option<&row::Row>, mut fields: Fields) -> Fields {
    for (name, value) in old.iter().flat_map(|row| &row.fields) {
        if table.column(name).is_none() {
            fields.insert(name.clone(), value.clone());
        }
    }
    fields
}
