//! Collisions that wait for a person, as rows.

use crate::entry::json;
use crate::error::{Result, stored};
use landfall_core::id::{ColumnName, Millis, RecordId, TableName};
use landfall_core::merge::Decided;
use landfall_core::reconcile::ConflictKind;
use landfall_core::record::{Fields, Record};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// A collision: both sides, and what they come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredConflict {
    /// What collided.
    pub kind: ConflictKind,
    /// The colliding columns; none for the structural kinds.
    pub columns: Vec<ColumnName>,
    /// The record as both sides last had it.
    pub base: Fields,
    /// The record as this device shows it (mine where it collides).
    pub mine: Fields,
    /// The server's record.
    pub theirs: Record,
    /// Columns that both sides changed and a rule decided, so that nobody is asked.
    pub decided: Vec<Decided>,
    /// When it was found, by this device's clock.
    pub at: Millis,
}

fn kind_number(kind: ConflictKind) -> i64 {
    match kind {
        ConflictKind::Fields => 0,
        ConflictKind::EditedHereDeletedThere => 1,
        ConflictKind::DeletedHereEditedThere => 2,
        ConflictKind::InsertedTwice => 3,
    }
}

pub(crate) fn kind_of(number: i64) -> ConflictKind {
    match number {
        0 => ConflictKind::Fields,
        1 => ConflictKind::EditedHereDeletedThere,
        2 => ConflictKind::DeletedHereEditedThere,
        _ => ConflictKind::InsertedTwice,
    }
}

pub(crate) fn find(conn: &Connection, table: &TableName, id: &RecordId) -> Result<Option<StoredConflict>> {
    let found = conn
        .prepare_cached(
            "SELECT kind, columns, base, mine, theirs, at, decided FROM lf_conflict WHERE tbl = ?1 AND id = ?2",
        )?
        .query_row([table.as_str(), id.as_str()], |sql| {
            Ok((
                sql.get::<_, i64>(0)?,
                sql.get::<_, String>(1)?,
                sql.get::<_, String>(2)?,
                sql.get::<_, String>(3)?,
                sql.get::<_, String>(4)?,
                sql.get::<_, i64>(5)?,
                sql.get::<_, String>(6)?,
            ))
        })
        .optional()?;
    let Some((kind, columns, base, mine, theirs, at, decided)) = found else {
        return Ok(None);
    };
    Ok(Some(StoredConflict {
        kind: kind_of(kind),
        columns: serde_json::from_str(&columns).map_err(stored("conflict"))?,
        base: serde_json::from_str(&base).map_err(stored("conflict"))?,
        mine: serde_json::from_str(&mine).map_err(stored("conflict"))?,
        theirs: serde_json::from_str(&theirs).map_err(stored("conflict"))?,
        decided: serde_json::from_str(&decided).map_err(stored("conflict"))?,
        at: Millis(at),
    }))
}

pub(crate) fn put(
    conn: &Connection,
    table: &TableName,
    id: &RecordId,
    conflict: &StoredConflict,
) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO lf_conflict (tbl, id, kind, columns, base, mine, theirs, at, decided) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        table.as_str(),
        id.as_str(),
        kind_number(conflict.kind),
        json(&conflict.columns, "conflict")?,
        json(&conflict.base, "conflict")?,
        json(&conflict.mine, "conflict")?,
        json(&conflict.theirs, "conflict")?,
        conflict.at.0,
        json(&conflict.decided, "conflict")?
    ])?;
    Ok(())
}

pub(crate) fn remove(conn: &Connection, table: &TableName, id: &RecordId) -> Result<()> {
    conn.prepare_cached("DELETE FROM lf_conflict WHERE tbl = ?1 AND id = ?2")?
        .execute([table.as_str(), id.as_str()])?;
    Ok(())
}
