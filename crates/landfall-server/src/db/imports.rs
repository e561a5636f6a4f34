//! How far the reading of another server's tables has come (`crate::migrate`): one text a table, written in the same
//! transaction as the records that it speaks of, so that a restored backup goes on from where it was.

use crate::Error;
use landfall_core::id::TableName;
use rusqlite::{Connection, OptionalExtension};

const TABLE: &str = "
CREATE TABLE IF NOT EXISTS _imports (
  table_name TEXT PRIMARY KEY,
  position TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The table's position, if one was kept.
pub(crate) fn position(connection: &Connection, table: &TableName) -> Result<Option<String>, Error> {
    let is_there = connection
        .prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_imports'")?
        .exists([])?;
    if !is_there {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached("SELECT position FROM _imports WHERE table_name = ?1")?;
    let position = statement.query_row([table.as_str()], |row| row.get(0));
    Ok(position.optional()?)
}

/// Keeps a table's position.
pub(crate) fn keep(connection: &Connection, table: &TableName, position: &str) -> Result<(), Error> {
    // The first import makes the table: a server that never imports has no need of it.
    connection.execute_batch(TABLE)?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO _imports (table_name, position) VALUES (?1, ?2)
         ON CONFLICT (table_name) DO UPDATE SET position = excluded.position",
    )?;
    statement.execute((table.as_str(), position))?;
    Ok(())
}
