//! Records that came from the server while a change of them was in flight: held aside until the answer says whether
//! they already contain it. The latest is kept.

use crate::entry::json;
use crate::error::{Result, stored};
use landfall_core::id::{RecordId, TableName};
use landfall_core::record::Record;
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) fn put(conn: &Connection, table: &TableName, record: &Record) -> Result<()> {
    conn.prepare_cached("INSERT OR REPLACE INTO lf_held (tbl, id, record) VALUES (?1, ?2, ?3)")?
        .execute(params![
            table.as_str(),
            record.id.as_str(),
            json(record, "held record")?
        ])?;
    Ok(())
}

/// Takes the held record of this id, which is then held no more.
pub(crate) fn take(conn: &Connection, table: &TableName, id: &RecordId) -> Result<Option<Record>> {
    let record: Option<String> = conn
        .prepare_cached("DELETE FROM lf_held WHERE tbl = ?1 AND id = ?2 RETURNING record")?
        .query_row([table.as_str(), id.as_str()], |sql| sql.get(0))
        .optional()?;
    record
        .map(|json| serde_json::from_str(&json).map_err(stored("held record")))
        .transpose()
}
