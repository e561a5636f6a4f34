//! History: every change of a record with the values before and after, so that no value is ever lost.

use crate::Store;
use crate::entry::{json, kind_number, kind_of};
use crate::error::{Result, stored};
use crate::work::Work;
use landfall_core::id::{GroupId, Millis, RecordId, TableName};
use landfall_core::outbox::OpKind;
use landfall_core::record::Patch;
use rusqlite::{Connection, Row, params};

/// Where a change came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A person, on this device.
    Edit,
    /// The server brought it.
    Remote,
    /// The server brought it, and it was merged with a change of this device.
    Merge,
    /// A person settled a conflict.
    Conflict,
    /// A person discarded a change that waited.
    Discard,
    /// A person took an action back.
    Undo,
}

/// One change of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// Rises with each entry.
    pub n: i64,
    /// The table.
    pub table: TableName,
    /// The record.
    pub id: RecordId,
    /// The user action it belongs to; none for what came from the server.
    pub action: Option<GroupId>,
    /// When, by this device's clock.
    pub at: Millis,
    /// Who: empty for this device.
    pub who: String,
    /// Where it came from.
    pub origin: Origin,
    /// What it did: an insert also stands for a record that came back, a delete for one that went.
    pub kind: OpKind,
    /// The changed fields before (`null`: no value).
    pub before: Patch,
    /// The changed fields after.
    pub after: Patch,
}

fn origin_number(origin: Origin) -> i64 {
    match origin {
        Origin::Edit => 0,
        Origin::Remote => 1,
        Origin::Merge => 2,
        Origin::Conflict => 3,
        Origin::Discard => 4,
        Origin::Undo => 5,
    }
}

fn origin_of(number: i64) -> Origin {
    match number {
        0 => Origin::Edit,
        1 => Origin::Remote,
        2 => Origin::Merge,
        3 => Origin::Conflict,
        4 => Origin::Discard,
        _ => Origin::Undo,
    }
}

/// Who changed a record and by what: the head of its history entries.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    pub(crate) origin: Origin,
    pub(crate) action: Option<GroupId>,
    pub(crate) who: String,
}

impl Cause {
    /// A person on this device.
    pub(crate) fn person(origin: Origin, action: &GroupId) -> Self {
        Self {
            origin,
            action: Some(action.clone()),
            who: String::new(),
        }
    }

    /// The server.
    pub(crate) fn server(origin: Origin, who: &str) -> Self {
        Self {
            origin,
            action: None,
            who: who.to_owned(),
        }
    }
}

/// Writes an entry.
pub(crate) fn add(
    work: &Work<'_>,
    table: &TableName,
    id: &RecordId,
    cause: &Cause,
    kind: OpKind,
    (before, after): (&Patch, &Patch),
) -> Result<()> {
    work.conn
        .prepare_cached(
            "INSERT INTO lf_history (tbl, id, action, at, who, origin, kind, before, after) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            table.as_str(),
            id.as_str(),
            cause.action.as_ref().map(GroupId::as_str),
            work.at.0,
            cause.who,
            origin_number(cause.origin),
            kind_number(kind),
            json(before, "history entry")?,
            json(after, "history entry")?
        ])?;
    Ok(())
}

const SELECT: &str = "SELECT n, tbl, id, action, at, who, origin, kind, before, after FROM lf_history";

fn read(sql: &Row<'_>) -> Result<HistoryEntry> {
    let text = |n| sql.get::<_, String>(n);
    let action: Option<String> = sql.get(3)?;
    Ok(HistoryEntry {
        n: sql.get(0)?,
        table: TableName::new(text(1)?).map_err(stored("table name"))?,
        id: RecordId::new(text(2)?).map_err(stored("record id"))?,
        action: action.map(GroupId::new).transpose().map_err(stored("action"))?,
        at: Millis(sql.get(4)?),
        who: text(5)?,
        origin: origin_of(sql.get(6)?),
        kind: kind_of(sql.get(7)?),
        before: serde_json::from_str(&text(8)?).map_err(stored("history entry"))?,
        after: serde_json::from_str(&text(9)?).map_err(stored("history entry"))?,
    })
}

/// The entries of an action, latest first.
pub(crate) fn of_action(conn: &Connection, action: &GroupId) -> Result<Vec<HistoryEntry>> {
    let mut statement = conn.prepare_cached(&format!("{SELECT} WHERE action = ?1 ORDER BY n DESC"))?;
    let mut rows = statement.query([action.as_str()])?;
    let mut entries = Vec::new();
    while let Some(sql) = rows.next()? {
        entries.push(read(sql)?);
    }
    Ok(entries)
}

impl Store {
    /// A record's story on this device, latest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn history(&self, table: &TableName, id: &RecordId) -> Result<Vec<HistoryEntry>> {
        self.read(|conn, _| {
            let mut statement =
                conn.prepare_cached(&format!("{SELECT} WHERE tbl = ?1 AND id = ?2 ORDER BY n DESC"))?;
            let mut rows = statement.query([table.as_str(), id.as_str()])?;
            let mut entries = Vec::new();
            while let Some(sql) = rows.next()? {
                entries.push(read(sql)?);
            }
            Ok(entries)
        })
    }
}
