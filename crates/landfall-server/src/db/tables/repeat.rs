//! Whether a write is one that was made before, and whose answer was lost.
//!
//! The protocol has no key by which a repeated request could be known. But history has who made each change, on top of
//! which version, and what it changed: walked back from the record as it is now, it gives the state that each change
//! made. A request that asks for the very state that the same device made on the same base has been done; its answer is
//! the record as it is now, whatever others did to it since.

use crate::Error;
use crate::db::history;
use crate::db::model::TableModel;
use landfall_core::id::Version;
use landfall_core::outbox::OpKind;
use landfall_core::record::{Fields, Record, apply};
use rusqlite::Connection;

/// As [`crate::db::tables::write::Writing::was_done`].
pub(super) fn was_done(
    connection: &Connection,
    table: &TableModel,
    record: &Record,
    device: &str,
    base: Option<&Version>,
    fits: &dyn Fn(&Fields, bool) -> bool,
) -> Result<bool, Error> {
    let entries = history::of_record(connection, table, &record.id)?;
    let mut fields = record.fields.clone();
    for (at, entry) in entries.iter().enumerate() {
        let was_on = entries.get(at + 1).map(|before| &before.version);
        let is_on_base = match base {
            Some(base) => was_on == Some(base),
            None => entry.kind == OpKind::Insert,
        };
        let deleted = entry.kind == OpKind::Delete;
        if entry.changed_by == device && is_on_base && fits(&fields, deleted) {
            return Ok(true);
        }
        match entry.kind {
            OpKind::Update => fields = apply(&fields, &entry.before),
            OpKind::Delete => fields.clone_from(&entry.before),
            // What a record was before it came back from deletion, the deletion's own entry tells.
            OpKind::Insert => {}
        }
    }
    Ok(false)
}

/// As [`crate::db::tables::write::Writing::is_own`].
pub(super) fn is_own(
    connection: &Connection,
    table: &TableModel,
    record: &Record,
    device: &str,
) -> Result<bool, Error> {
    let entries = history::of_record(connection, table, &record.id)?;
    let is_whole = entries.last().is_some_and(|first| first.kind == OpKind::Insert);
    Ok(is_whole && entries.iter().all(|entry| entry.changed_by == device))
}
