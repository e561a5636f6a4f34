//! What the engine must remember: the cursor, the last success, whether a run was cut off.

use crate::Store;
use crate::error::Result;
use landfall_core::id::Millis;
use rusqlite::{Connection, OptionalExtension};

pub(crate) const CURSOR: &str = "cursor";
/// Set once the first pull of this workspace has come to its end.
pub(crate) const FILLED: &str = "filled";
/// What is known of a server that speaks the table protocol alone.
pub(crate) const TABLES: &str = "tables";
pub(crate) const RUNNING: &str = "running";
pub(crate) const LAST_SUCCESS: &str = "last_success";

pub(crate) fn get(conn: &Connection, name: &str) -> Result<Option<String>> {
    let value = conn
        .prepare_cached("SELECT value FROM lf_fact WHERE name = ?1")?
        .query_row([name], |sql| sql.get(0))
        .optional()?;
    Ok(value)
}

pub(crate) fn put(conn: &Connection, name: &str, value: &str) -> Result<()> {
    conn.prepare_cached("INSERT OR REPLACE INTO lf_fact (name, value) VALUES (?1, ?2)")?
        .execute([name, value])?;
    Ok(())
}

pub(crate) fn remove(conn: &Connection, name: &str) -> Result<()> {
    conn.prepare_cached("DELETE FROM lf_fact WHERE name = ?1")?
        .execute([name])?;
    Ok(())
}

impl Store {
    /// Where the next pull goes on; none: from the start.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn cursor(&self) -> Result<Option<String>> {
        self.read(|conn, _| get(conn, CURSOR))
    }

    /// A run began and did not end: the process died in it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn was_cut_off(&self) -> Result<bool> {
        self.read(|conn, _| Ok(get(conn, RUNNING)?.is_some()))
    }

    /// When device and server last agreed.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn last_success(&self) -> Result<Option<Millis>> {
        self.read(|conn, _| {
            let at = get(conn, LAST_SUCCESS)?;
            Ok(at.and_then(|at| at.parse().ok()).map(Millis))
        })
    }
}
