//! Taking an action back: a new action that does the opposite, also after a sync (step 3 of the data's way, once more).
//!
//! A field is brought back only where it still has the value that the action gave it: what someone changed since is
//! not overwritten ([`crate::inverse`]). A decision on a conflict is taken back exactly, while nothing has happened since
//! ([`crate::settled`]). Which action is next is kept in [`crate::actions`].

use crate::actions::{self, Noted, Verb};
use crate::edit::{Action, Done, Edit};
use crate::error::{Error, Result};
use crate::history::Origin;
use crate::inverse::{self, TakenBack};
use crate::row;
use crate::work::Work;
use crate::{Store, change};
use landfall_core::id::{ColumnName, GroupId, RecordId, TableName};
use landfall_core::record::value_of;
use landfall_core::validate::Author;

impl Store {
    /// Takes an action back; a deleted record comes back. The undo is an action too: undoing it is redo. An action that
    /// was taken back already is left as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an action that is not in history, [`Error::Invalid`] when the values of before do not
    /// fit any more, and what [`Store::edit`] has.
    pub fn undo(&self, action: &GroupId) -> Result<Done> {
        let handle = action.clone();
        self.take_back(move |work, by| match actions::find(work.conn, &handle)? {
            Some(found) if found.undone && found.id == handle => Ok((by.clone(), TakenBack::default())),
            Some(found) => turn(work, &found, by),
            None => {
                // Older than the stack is deep.
                if !inverse::is_known(work, &handle)? {
                    return Err(Error::NotFound);
                }
                Ok((by.clone(), inverse::make(work, &handle, by)?))
            }
        })
    }

    /// Takes the latest action back that was not. One of which nothing is left is passed over.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; else those of [`Store::undo`].
    pub fn undo_last(&self) -> Result<Done> {
        self.take_back(|work, by| turn_next(work, by, false))
    }

    /// Does what was taken back last again, as far as nobody has changed it since: the same action, under its own handle.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; else those of [`Store::undo`].
    pub fn redo_last(&self) -> Result<Done> {
        self.take_back(|work, by| turn_next(work, by, true))
    }

    /// Brings back one field's value from before the changes that wait.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing waits, [`Error::Invalid`], and what [`Store::edit`] has.
    pub fn undo_field(&self, table: &TableName, id: &RecordId, column: &ColumnName) -> Result<Done> {
        let (table, record, column) = (table.clone(), id.clone(), column.clone());
        self.act(Verb::Revert, move |work, id| {
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
        verb: Verb,
        act: impl FnOnce(&mut Work<'_>, &GroupId) -> Result<u32> + Send + 'static,
    ) -> Result<Done> {
        let ((action, records), changed) = self.write(move |work| {
            let action = work.new_action();
            let records = act(work, &action)?;
            actions::note(work, &action, verb)?;
            Ok((action, records))
        })?;
        Ok(Done {
            action,
            changed,
            records,
            skipped: 0,
        })
    }

    fn take_back(
        &self,
        take_back: impl FnOnce(&mut Work<'_>, &GroupId) -> Result<(GroupId, TakenBack)> + Send + 'static,
    ) -> Result<Done> {
        let ((action, taken), changed) = self.write(move |work| {
            let by = work.new_action();
            take_back(work, &by)
        })?;
        Ok(Done {
            action,
            changed,
            records: taken.records,
            skipped: taken.skipped,
        })
    }
}

/// Takes back what stands as the latest of a noted action. What was done again has its own handle again.
fn turn(work: &mut Work<'_>, action: &Noted, by: &GroupId) -> Result<(GroupId, TakenBack)> {
    let taken = inverse::make(work, &action.latest, by)?;
    actions::turned(work.conn, action, (taken.records > 0).then_some(by))?;
    let handle = if action.undone { &action.id } else { by };
    Ok((handle.clone(), taken))
}

fn turn_next(work: &mut Work<'_>, by: &GroupId, undone: bool) -> Result<(GroupId, TakenBack)> {
    let mut action = actions::next(work.conn, undone)?.ok_or(Error::NotFound)?;
    loop {
        let turned = turn(work, &action, by)?;
        if turned.1 != TakenBack::default() {
            return Ok(turned);
        }
        // Nothing was left of it, so nothing is to be said of it either.
        match actions::next(work.conn, undone)? {
            Some(next) => action = next,
            None => return Ok(turned),
        }
    }
}
