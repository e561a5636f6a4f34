//! A server's row as a record of ours (between steps 6 and 7, and 9 and 10, of the data's way).

use landfall_core::id::{Millis, Seq};
use landfall_core::record::Record;
use landfall_tables::{Error, Properties, Row};

/// The record that a row is; none when its id can't be one of ours.
///
/// # Errors
/// [`Error::Unreadable`] for a row without anything that changes with it.
pub(super) fn record(properties: &mut Properties, row: &Row) -> Result<Option<Record>, Error> {
    let table = properties.table().name.clone();
    let Ok(id) = row.record_id() else {
        tracing::warn!(%table, "a record has an id that can't be one here: it is passed over");
        return Ok(None);
    };
    let read = properties.read(&row.json);
    if !read.unreadable.is_empty() {
        tracing::warn!(%table, columns = ?read.unreadable, "values of a record are none of their columns': left out");
    }
    let updated_at = row.updated_at.unwrap_or_default();
    Ok(Some(Record {
        id,
        version: row.version()?,
        // The server has no order of changes.
        seq: Seq(0),
        created_at: row.created_at.unwrap_or(updated_at),
        updated_at,
        deleted: row.deleted,
        changed_by: String::new(),
        changed_at: later(updated_at),
        fields: read.fields,
    }))
}

/// A stamp is never before the first instant.
fn later(at: Millis) -> Millis {
    at.max(Millis(1))
}
