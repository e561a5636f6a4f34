//! Taking an action back: a new action that does the opposite, also after a sync.
//!
//! A field is brought back only where it still has the value that the action gave it: what someone changed since is
//! not overwritten. A decision on a conflict is taken back exactly, while nothing has happened since (`settled`).

use crate::edit::{Action, Done, Edit, Run};
use crate::error::{Error, Result};
use crate::history::{self, HistoryEntry, Origin};
use crate::layout::TableLayout;
use crate::row::{self, Row};
use crate::work::Work;
use crate::{Store, change, settled};
use landfall_core::id::{ColumnName, GroupId, RecordId, TableName};
use landfall_core::outbox::OpKind;
use landfall_core::record::{Patch, value_of};
use landfall_core::validate::Author;

impl Store {
    /// Takes an action back; a deleted record comes back. The undo is an action too: undoing it is redo.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an action that is not in history, [`Error::Invalid`] when the values of before do not
    /// fit any more, and what [`Store::edit`] has.
    pub fn undo(&self, action: &GroupId) -> Result<Done> {
        let undone = action.clone();
        self.act(move |work, id| {
            let entries = history::of_action(work.conn, &undone)?;
            let decisions = settled::of_action(work, &undone)?;
            if entries.is_empty() && decisions.is_empty() {
                return Err(Error::NotFound);
            }
            let decided = settled::take_back(work, &decisions, id)?;
            let entries: Vec<_> = entries
                .into_iter()
                .filter(|entry| !decided.done.contains(&(entry.table.clone(), entry.id.clone())))
                .collect();
            let action = Action {
                id: id.clone(),
                origin: Origin::Undo,
                grouped: entries.len() + decided.edits.len() > 1,
                // Values that were there may come back, also in columns that people can't edit.
                author: Author::Import,
            };
            let mut run = Run::default();
            for edit in &decided.edits {
                run.make(work, &action, edit)?;
            }
            for entry in entries {
                if let Some(edit) = inverse(work, &entry)? {
                    run.make(work, &action, &edit)?;
                }
            }
            let records = run.end(work)?;
            Ok(records.saturating_add(decided.restored))
        })
    }

    /// Brings back one field's value from before the changes that wait.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing waits, [`Error::Invalid`], and what [`Store::edit`] has.
    pub fn undo_field(&self, table: &TableName, id: &RecordId, column: &ColumnName) -> Result<Done> {
        let (table, record, column) = (table.clone(), id.clone(), column.clone());
        self.act(move |work, id| {
            let layout = work.table(&table)?;
            let row = row::find(work.conn, &layout, &record)?.ok_or(Error::NotFound)?;
            let (base, entries) = change::standing(work, &layout, &row)?;
            if entries.tail.is_none() {
                return Err(if entries.in_flight.is_some() {
                    Error::InFlight
                } else {
                    Error::NotFound
                });
            }
            let before = change::expected(work, &base, &entries).values();
            let value = value_of(&before, &column).clone();
            let action = Action {
                id: id.clone(),
                origin: Origin::Undo,
                grouped: false,
                author: Author::Import,
            };
            let edit = Edit::Update {
                table: table.clone(),
                id: record,
                patch: [(column, value)].into_iter().collect(),
            };
            crate::edit::run(work, &action, &[edit])
        })
    }

    /// One user action: how many records `act` changed.
    pub(crate) fn act(
        &self,
        act: impl FnOnce(&mut Work<'_>, &GroupId) -> Result<u32> + Send + 'static,
    ) -> Result<Done> {
        let ((action, records), changed) = self.write(move |work| {
            let action = work.new_action();
            let records = act(work, &action)?;
            Ok((action, records))
        })?;
        Ok(Done {
            action,
            changed,
            records,
        })
    }
}

/// The edit that takes a history entry back, if there is anything left to take back.
fn inverse(work: &Work<'_>, entry: &HistoryEntry) -> Result<Option<Edit>> {
    let (table, id) = (entry.table.clone(), entry.id.clone());
    let layout = work.table(&table)?;
    let row = row::find(work.conn, &layout, &id)?;
    let live = row.filter(|row| !row.deleted);
    Ok(match (entry.kind, live) {
        (OpKind::Insert, Some(_)) => Some(Edit::Delete { table, id }),
        (OpKind::Delete, None) => Some(Edit::Insert {
            fields: layout.known(&entry.before),
            table,
            id,
        }),
        (OpKind::Update, Some(row)) => {
            let patch = still_so(&layout, &row, entry);
            (!patch.is_empty()).then_some(Edit::Update { table, id, patch })
        }
        _ => None,
    })
}

fn still_so(table: &TableLayout, row: &Row, entry: &HistoryEntry) -> Patch {
    table
        .known(&entry.before)
        .into_iter()
        .filter(|(name, _)| value_of(&row.fields, name) == value_of(&entry.after, name))
        .collect()
}
