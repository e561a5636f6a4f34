//! A record's story on this device, and what stood at each of its points.
//!
//! Saves of one field in quick succession (a person typing) are one action (see [`crate::actions`]), and one item here:
//! before the first, after the last, under the number of the last.
//!
//! What stood at a point is found by walking back from the row that is shown: every change of a row is in history, so
//! taking back all that came after the point, the latest first, gives the record as it was then.

use crate::Store;
use crate::error::{Error, Result};
use crate::history::{self, HistoryEntry};
use landfall_core::id::{RecordId, TableName};
use landfall_core::outbox::OpKind;
use landfall_core::record::{Fields, apply};
use rusqlite::Connection;

impl Store {
    /// Every entry of a record's history on this device, latest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn history(&self, table: &TableName, id: &RecordId) -> Result<Vec<HistoryEntry>> {
        self.read(|conn, _| {
            let mut entries = history::of_record(conn, table, id)?;
            entries.reverse();
            Ok(entries)
        })
    }

    /// A record's story on this device as a person reads it, latest first: a stroke of typing is one entry.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn story(&self, table: &TableName, id: &RecordId) -> Result<Vec<HistoryEntry>> {
        self.read(|conn, _| {
            let mut story = of(conn, table, id)?;
            story.reverse();
            Ok(story)
        })
    }

    /// The values of a record as they were after the change with this number. Of a deletion: what the record had when it
    /// went. None for a record that was not there.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record has no such point, or is not on this device any more; what SQLite says.
    pub fn version_at(&self, table: &TableName, id: &RecordId, n: i64) -> Result<Fields> {
        self.read(|conn, layout| {
            let row = crate::row::find(conn, layout.table(table)?, id)?.ok_or(Error::NotFound)?;
            let story = of(conn, table, id)?;
            let place = story.iter().position(|entry| entry.n == n);
            let (until, after) = story.split_at(place.ok_or(Error::NotFound)? + 1);
            let mut fields = row.fields;
            for entry in after.iter().rev().filter(|entry| !entry.lost) {
                match entry.kind {
                    OpKind::Update => fields = apply(&fields, &entry.before),
                    OpKind::Delete => fields.clone_from(&entry.before),
                    // Before it came (back), it had what it had when it went: that is the deletion's own entry.
                    OpKind::Insert => {}
                }
            }
            match until.iter().rev().find(|entry| !entry.lost) {
                Some(gone) if gone.kind == OpKind::Delete => Ok(gone.before.clone()),
                Some(came) if came.kind == OpKind::Insert => Ok(came.after.clone()),
                _ => Ok(fields),
            }
        })
    }
}

/// The story in the order in which it happened.
fn of(conn: &Connection, table: &TableName, id: &RecordId) -> Result<Vec<HistoryEntry>> {
    // What went to the server at different times is told at different times.
    Ok(folded(history::of_record(conn, table, id)?, |last, next| {
        last.version == next.version
    }))
}

/// One entry for the updates of a record that follow each other in one action, where the two also are `alike`.
pub(crate) fn folded(
    entries: Vec<HistoryEntry>,
    alike: impl Fn(&HistoryEntry, &HistoryEntry) -> bool,
) -> Vec<HistoryEntry> {
    let mut folded: Vec<HistoryEntry> = Vec::with_capacity(entries.len());
    for entry in entries {
        match folded.last_mut() {
            Some(last) if goes_on(last, &entry) && alike(last, &entry) => {
                for (column, value) in entry.before {
                    last.before.entry(column).or_insert(value);
                }
                last.after.extend(entry.after);
                last.n = entry.n;
                last.at = entry.at;
                last.made_at = entry.made_at;
                last.version = entry.version;
                last.applied_at = entry.applied_at;
            }
            _ => folded.push(entry),
        }
    }
    folded
}

fn goes_on(last: &HistoryEntry, next: &HistoryEntry) -> bool {
    let updates = last.kind == OpKind::Update && next.kind == OpKind::Update;
    let same = last.action.is_some() && last.action == next.action && last.origin == next.origin;
    updates && same && !last.lost && !next.lost && last.table == next.table && last.id == next.id
}
