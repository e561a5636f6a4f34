//! The server's record while changes of it wait here: what they stand on, and what discarding them brings back.

use crate::entry::json;
use crate::error::{Result, stored};
use crate::row::{Row, seq_number, seq_of};
use landfall_core::id::{Millis, RecordId, Seq, TableName, Version};
use landfall_core::outbox::{Entry, OpKind};
use landfall_core::record::{Fields, Record, apply};
use landfall_core::stamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// The server's side of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// The server has seen it (as a record or a tombstone).
    pub(crate) present: bool,
    pub(crate) version: Option<Version>,
    pub(crate) seq: Seq,
    pub(crate) created_at: Millis,
    pub(crate) updated_at: Millis,
    pub(crate) changed_by: String,
    pub(crate) changed_at: Millis,
    pub(crate) deleted: bool,
    pub(crate) fields: Fields,
}

impl Snapshot {
    /// Of a record that the server has not seen.
    pub(crate) fn absent(at: Millis) -> Self {
        Self {
            present: false,
            version: None,
            seq: Seq(0),
            created_at: at,
            updated_at: at,
            changed_by: String::new(),
            changed_at: at,
            deleted: false,
            fields: Fields::new(),
        }
    }

    /// Of a clean row.
    pub(crate) fn of_row(row: &Row) -> Self {
        Self {
            present: row.version.is_some(),
            version: row.version.clone(),
            seq: row.seq,
            created_at: row.created_at,
            updated_at: row.updated_at,
            changed_by: row.changed_by.clone(),
            changed_at: row.changed_at,
            deleted: row.deleted && row.version.is_some(),
            fields: if row.version.is_some() {
                row.fields.clone()
            } else {
                Fields::new()
            },
        }
    }

    /// Of a record as the server sent it.
    pub(crate) fn of_record(record: &Record) -> Self {
        Self {
            present: true,
            version: Some(record.version.clone()),
            seq: record.seq,
            created_at: record.created_at,
            updated_at: record.updated_at,
            changed_by: record.changed_by.clone(),
            changed_at: record.changed_at,
            deleted: record.deleted,
            fields: record.fields.clone(),
        }
    }

    /// The stamp of the server's record, if it has one (a tombstone has one too).
    pub(crate) fn stamp(&self) -> Option<Millis> {
        self.present.then_some(self.changed_at)
    }

    /// A record that people can see.
    pub(crate) fn is_there(&self) -> bool {
        self.present && !self.deleted
    }

    /// The values that changes are compared with: none where there is no record.
    pub(crate) fn values(&self) -> Fields {
        if self.is_there() {
            self.fields.clone()
        } else {
            Fields::new()
        }
    }

    /// The server's side once it has taken an entry.
    pub(crate) fn with(&self, entry: &Entry, device: &str) -> Self {
        let mut after = self.clone();
        after.present = true;
        match entry.kind {
            OpKind::Insert => {
                after.fields = apply(&Fields::new(), &entry.fields);
                after.deleted = false;
            }
            OpKind::Update => after.fields = apply(&self.fields, &entry.fields),
            OpKind::Delete => after.deleted = true,
        }
        after.changed_by = device.to_owned();
        after.changed_at = stamp::of_edit(entry.edited_at, self.stamp());
        after
    }

    /// The row that shows exactly this. What the row knows of the server's newest record stays.
    pub(crate) fn shown_in(&self, row: &Row) -> Row {
        let mut shown = row.clone();
        shown.deleted = !self.is_there();
        if self.present {
            shown.fields = self.fields.clone();
            shown.created_at = self.created_at;
        }
        shown.updated_at = self.updated_at;
        shown.changed_by = self.changed_by.clone();
        shown.changed_at = self.changed_at;
        shown
    }
}

pub(crate) fn find(conn: &Connection, table: &TableName, id: &RecordId) -> Result<Option<Snapshot>> {
    let found = conn
        .prepare_cached(
            "SELECT present, version, seq, created_at, updated_at, changed_by, changed_at, deleted, fields \
             FROM lf_base WHERE tbl = ?1 AND id = ?2",
        )?
        .query_row([table.as_str(), id.as_str()], |sql| {
            Ok((
                Snapshot {
                    present: sql.get(0)?,
                    version: None,
                    seq: seq_of(sql.get(2)?),
                    created_at: Millis(sql.get(3)?),
                    updated_at: Millis(sql.get(4)?),
                    changed_by: sql.get(5)?,
                    changed_at: Millis(sql.get(6)?),
                    deleted: sql.get(7)?,
                    fields: Fields::new(),
                },
                sql.get::<_, Option<String>>(1)?,
                sql.get::<_, String>(8)?,
            ))
        })
        .optional()?;
    let Some((mut snapshot, version, fields)) = found else {
        return Ok(None);
    };
    snapshot.version = version.map(Version::new).transpose().map_err(stored("version"))?;
    snapshot.fields = serde_json::from_str(&fields).map_err(stored("base"))?;
    Ok(Some(snapshot))
}

pub(crate) fn put(conn: &Connection, table: &TableName, id: &RecordId, base: &Snapshot) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO lf_base (tbl, id, present, version, seq, created_at, updated_at, changed_by, \
         changed_at, deleted, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        table.as_str(),
        id.as_str(),
        base.present,
        base.version.as_ref().map(Version::as_str),
        seq_number(base.seq),
        base.created_at.0,
        base.updated_at.0,
        base.changed_by,
        base.changed_at.0,
        base.deleted,
        json(&base.fields, "base")?
    ])?;
    Ok(())
}

pub(crate) fn remove(conn: &Connection, table: &TableName, id: &RecordId) -> Result<()> {
    conn.prepare_cached("DELETE FROM lf_base WHERE tbl = ?1 AND id = ?2")?
        .execute([table.as_str(), id.as_str()])?;
    Ok(())
}
