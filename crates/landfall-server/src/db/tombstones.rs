//! Tombstones: how many there are, and their removal, which moves the horizon.

use crate::Error;
use crate::db::model::Model;
use landfall_core::id::{Millis, Seq};
use rusqlite::Connection;

/// Removes tombstones of deletions before `cutoff` (by the server's clock). Devices whose cursor is older than the last
/// one removed start over at their next pull. Returns how many were removed.
pub(crate) fn purge(connection: &Connection, model: &Model, cutoff: Millis) -> Result<u64, Error> {
    let mut removed = 0;
    let mut last = Seq(0);
    for table in model.tables() {
        let name = table.sql_name();
        let newest: Option<i64> = connection.query_row(
            &format!("SELECT max(seq) FROM {name} WHERE deleted = 1 AND updated_at < ?1"),
            [cutoff.0],
            |row| row.get(0),
        )?;
        let gone = connection.execute(
            &format!("DELETE FROM {name} WHERE deleted = 1 AND updated_at < ?1"),
            [cutoff.0],
        )?;
        removed += gone as u64;
        last = last.max(Seq(newest.unwrap_or(0).cast_unsigned()));
    }
    connection.execute(
        "UPDATE _meta SET horizon = max(horizon, ?1) WHERE one = 1",
        [last.0.cast_signed()],
    )?;
    Ok(removed)
}

/// How many tombstones there are.
pub(crate) fn count(connection: &Connection, model: &Model) -> Result<u64, Error> {
    let mut count = 0;
    for table in model.tables() {
        let sql = format!("SELECT count(*) FROM {} WHERE deleted = 1", table.sql_name());
        let of_table: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
        count += of_table.cast_unsigned();
    }
    Ok(count)
}
