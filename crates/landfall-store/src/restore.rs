//! Restoring: values from a record's story, or a deleted record, by a new change (steps 2 and 3 of the data's way).
//!
//! Where the values come from (this device's history or the server's) is the caller's business. Columns that this schema
//! does not have, and columns that people can't edit, are left as they are when a whole version comes back: no person
//! could have changed them. A deleted record comes back with them.

use crate::Store;
use crate::actions::{self, Verb};
use crate::edit::{Action, Done, Edit, run};
use crate::error::{Error, Result};
use crate::history::Origin;
use crate::layout::TableLayout;
use crate::row::{self, Row};
use crate::work::Work;
use landfall_core::id::{ColumnName, GroupId, RecordId, TableName};
use landfall_core::record::{Fields, Patch, diff, value_of};
use landfall_core::validate::Author;
use landfall_core::value::Value;

/// What to restore.
#[derive(Debug, Clone, PartialEq)]
pub enum Restore {
    /// One field's value (`null`: none).
    Field(ColumnName, Value),
    /// All values of a version.
    Version(Fields),
}

/// What restoring did, or would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Restored {
    /// The values of before, of the columns that change.
    pub before: Fields,
    /// The changed values.
    pub after: Patch,
    /// The record comes back from the trash.
    pub comes_back: bool,
    /// Set when it was done and changed something.
    pub done: Option<Done>,
}

impl Store {
    /// Restores values of a record, all or none; with `preview` only says what would change. A deleted record comes back.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a record that is not on this device, [`Error::Invalid`] for values that do not fit the
    /// rules (any more); what [`Store::edit`] has. Nothing was changed then.
    pub fn restore(
        &self,
        table: &TableName,
        id: &RecordId,
        what: Restore,
        preview: bool,
    ) -> Result<Restored> {
        let (table, id) = (table.clone(), id.clone());
        if preview {
            return self.try_out(move |work| {
                let (_, restored) = bring_back(work, &table, &id, what, Verb::Restore)?;
                Ok(restored)
            });
        }
        let ((action, restored), changed) =
            self.write(move |work| bring_back(work, &table, &id, what, Verb::Restore))?;
        let has_changed = restored.comes_back || !restored.after.is_empty();
        Ok(Restored {
            done: has_changed.then_some(Done {
                action,
                changed,
                records: 1,
                skipped: 0,
            }),
            ..restored
        })
    }

    /// Brings a deleted record back with all that it had.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not in the trash (any more), [`Error::Invalid`] when it does not fit the rules
    /// (another record has its unique value by now); what [`Store::edit`] has.
    pub fn undelete(&self, table: &TableName, id: &RecordId) -> Result<Done> {
        let (table, id) = (table.clone(), id.clone());
        let ((action, _), changed) = self.write(move |work| {
            let layout = work.table(&table)?;
            let row = row::find(work.conn, &layout, &id)?.filter(|row| row.deleted);
            let fields = row.ok_or(Error::NotFound)?.fields;
            bring_back(work, &table, &id, Restore::Version(fields), Verb::Undelete)
        })?;
        Ok(Done {
            action,
            changed,
            records: 1,
            skipped: 0,
        })
    }
}

fn bring_back(
    work: &mut Work<'_>,
    table: &TableName,
    id: &RecordId,
    what: Restore,
    verb: Verb,
) -> Result<(GroupId, Restored)> {
    let layout = work.table(table)?;
    let before = row::find(work.conn, &layout, id)?.ok_or(Error::NotFound)?;
    let (edit, author) = restoring(&layout, &before, what);
    let action = Action {
        id: work.new_action(),
        origin: Origin::Restore,
        grouped: false,
        author,
    };
    run(work, &action, &[edit])?;
    actions::note(work, &action.id, verb)?;
    let after = row::find(work.conn, &layout, id)?.ok_or(Error::NotFound)?;
    let comes_back = before.deleted && !after.deleted;
    let shown = if comes_back { Fields::new() } else { before.fields };
    let patch = diff(&shown, &after.fields);
    let restored = Restored {
        before: patch
            .keys()
            .map(|column| (column.clone(), value_of(&shown, column).clone()))
            .collect(),
        after: patch,
        comes_back,
        done: None,
    };
    Ok((action.id, restored))
}

/// The change that restores. What people can't edit comes back only with a record that was deleted, as it was.
pub(crate) fn restoring(table: &TableLayout, row: &Row, what: Restore) -> (Edit, Author) {
    let (name, id) = (table.name.clone(), row.id.clone());
    let mut fields = match &what {
        Restore::Version(version) => version.clone(),
        Restore::Field(..) => row.fields.clone(),
    };
    for column in table.columns().iter().filter(|column| column.read_only) {
        match row.fields.get(&column.name) {
            Some(value) => fields.insert(column.name.clone(), value.clone()),
            None => fields.remove(&column.name),
        };
    }
    fields.retain(|column, _| table.column(column).is_some());
    match (what, row.deleted) {
        (Restore::Field(column, value), false) => {
            let patch = [(column, value)].into_iter().collect();
            (
                Edit::Update {
                    table: name,
                    id,
                    patch,
                },
                Author::Person,
            )
        }
        (Restore::Version(_), false) => {
            let mut patch = diff(&row.fields, &fields);
            patch.retain(|column, _| table.column(column).is_some());
            (
                Edit::Update {
                    table: name,
                    id,
                    patch,
                },
                Author::Person,
            )
        }
        (what, true) => {
            if let Restore::Field(column, value) = what {
                fields.insert(column, value);
            }
            (
                Edit::Insert {
                    table: name,
                    id,
                    fields,
                },
                Author::Import,
            )
        }
    }
}
