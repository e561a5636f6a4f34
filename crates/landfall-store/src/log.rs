//! The sync log: what a person can read about past runs. No field's value is ever in it. The last thousand are kept.

use crate::Store;
use crate::entry::json;
use crate::error::{Result, stored};
use landfall_core::id::{Millis, RecordId, TableName};
use rusqlite::{Connection, params};

const KEPT: i64 = 1_000;
const IDS_KEPT: usize = 20;

/// What kind of log entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogKind {
    /// Changes sent.
    Sent,
    /// Changes received.
    Received,
    /// Collided with someone else's change.
    Conflict,
    /// Something failed.
    Error,
}

/// A log entry to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at: Millis,
    /// What kind.
    pub kind: LogKind,
    /// Table, where it is about one.
    pub table: Option<TableName>,
    /// Records; the first twenty are kept.
    pub record_ids: Vec<RecordId>,
    /// How many records.
    pub count: u32,
    /// A stable code: `sent`, `received`, `merged`, `conflict`, `refused`, `cut_off`, `resync`, `mismatch`, `healed`, …
    pub code: String,
}

/// A log entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Rises with each entry.
    pub n: i64,
    /// The entry.
    pub entry: LogEntry,
}

fn number(kind: LogKind) -> i64 {
    match kind {
        LogKind::Sent => 0,
        LogKind::Received => 1,
        LogKind::Conflict => 2,
        LogKind::Error => 3,
    }
}

fn kind_of(number: i64) -> LogKind {
    match number {
        0 => LogKind::Sent,
        1 => LogKind::Received,
        2 => LogKind::Conflict,
        _ => LogKind::Error,
    }
}

pub(crate) fn add(conn: &Connection, entry: &LogEntry) -> Result<()> {
    let ids: Vec<&RecordId> = entry.record_ids.iter().take(IDS_KEPT).collect();
    conn.prepare_cached(
        "INSERT INTO lf_log (at, kind, tbl, record_ids, count, code) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        entry.at.0,
        number(entry.kind),
        entry.table.as_ref().map(TableName::as_str),
        json(&ids, "log entry")?,
        entry.count,
        entry.code
    ])?;
    conn.prepare_cached("DELETE FROM lf_log WHERE n <= ?1")?
        .execute([conn.last_insert_rowid() - KEPT])?;
    Ok(())
}

impl Store {
    /// Writes a log entry.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn log(&self, entry: LogEntry) -> Result<()> {
        self.write(move |work| add(work.conn, &entry))?;
        Ok(())
    }

    /// The newest log entries, of one kind or of all.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn log_entries(&self, kind: Option<LogKind>, limit: u32) -> Result<Vec<LogLine>> {
        const SELECT: &str = "SELECT n, at, kind, tbl, record_ids, count, code FROM lf_log";
        self.read(|conn, _| {
            let sql = match kind {
                Some(_) => format!("{SELECT} WHERE kind = ?2 ORDER BY n DESC LIMIT ?1"),
                None => format!("{SELECT} WHERE ?2 IS NULL ORDER BY n DESC LIMIT ?1"),
            };
            let mut statement = conn.prepare_cached(&sql)?;
            let mut rows = statement.query(params![limit, kind.map(number)])?;
            let mut lines = Vec::new();
            while let Some(sql) = rows.next()? {
                let table: Option<String> = sql.get(3)?;
                let ids: String = sql.get(4)?;
                lines.push(LogLine {
                    n: sql.get(0)?,
                    entry: LogEntry {
                        at: Millis(sql.get(1)?),
                        kind: kind_of(sql.get(2)?),
                        table: table
                            .map(TableName::new)
                            .transpose()
                            .map_err(stored("table name"))?,
                        record_ids: serde_json::from_str(&ids).map_err(stored("log entry"))?,
                        count: sql.get(5)?,
                        code: sql.get(6)?,
                    },
                });
            }
            Ok(lines)
        })
    }
}
