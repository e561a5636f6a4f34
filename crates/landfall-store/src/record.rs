//! One record as the editor needs it: values, what waits, what collides, what others changed.

use crate::Store;
use crate::base;
use crate::conflict;
use crate::entry;
use crate::error::{Result, stored};
use crate::row::{self, Mark};
use crate::view::json_list;
use landfall_core::id::{ColumnName, Millis, RecordId, Seq, TableName, Version};
use landfall_core::outbox::Entry;
use landfall_core::record::Fields;
use rusqlite::Connection;
use std::collections::BTreeMap;

pub use crate::conflict::StoredConflict;

/// A record on this device.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// Its id.
    pub id: RecordId,
    /// The newest version of the server that this device knows; none: the server has not seen it.
    pub version: Option<Version>,
    /// That version's place in the server's order.
    pub seq: Seq,
    /// Made, by the server's clock (this device's, before the server has seen it).
    pub created_at: Millis,
    /// Last changed, likewise.
    pub updated_at: Millis,
    /// Who made the last change: empty for this device while it waits, and for the server itself.
    pub changed_by: String,
    /// When its person made it.
    pub changed_at: Millis,
    /// Deleted, here or elsewhere.
    pub deleted: bool,
    /// Its title.
    pub title: String,
    /// The values that this device shows.
    pub fields: Fields,
    /// Where it stands against the server.
    pub mark: Mark,
    /// The server's side, while changes wait.
    pub base: Option<Base>,
    /// The changes that wait: the one in flight first.
    pub entries: Vec<Entry>,
    /// The collision that a person must settle.
    pub conflict: Option<StoredConflict>,
    /// Fields that came changed from elsewhere since the person last opened it.
    pub others: Vec<Other>,
}

/// The server's side of a record with changes that wait.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// Its values; none where the server has no record.
    pub fields: Fields,
    /// Its version.
    pub version: Option<Version>,
}

/// A field that someone else changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// The column.
    pub column: ColumnName,
    /// Who: the device's name; empty for the server itself.
    pub who: String,
    /// When, by that device's clock.
    pub at: Millis,
}

impl Store {
    /// A record, also a deleted one; none when this device has never had it.
    ///
    /// # Errors
    /// [`crate::Error::UnknownTable`], [`crate::Error::NoWorkspace`], or what SQLite says.
    pub fn record(&self, table: &TableName, id: &RecordId) -> Result<Option<StoredRecord>> {
        self.read(|conn, layout| {
            let table = layout.table(table)?;
            let Some(row) = row::find(conn, table, id)? else {
                return Ok(None);
            };
            let mut record = StoredRecord {
                title: table.title(&row.id, &row.fields),
                id: row.id,
                version: row.version,
                seq: row.seq,
                created_at: row.created_at,
                updated_at: row.updated_at,
                changed_by: row.changed_by,
                changed_at: row.changed_at,
                deleted: row.deleted,
                fields: row.fields,
                mark: row.mark,
                base: None,
                entries: Vec::new(),
                conflict: None,
                others: others(conn, &table.name, id)?,
            };
            if record.mark != Mark::Synced {
                let entries = entry::of_record(conn, &table.name, id)?;
                record.base = base::find(conn, &table.name, id)?.map(|base| Base {
                    fields: base.values(),
                    version: base.version,
                });
                record.entries = [entries.in_flight, entries.tail]
                    .into_iter()
                    .flatten()
                    .map(|placed| placed.entry)
                    .collect();
                record.conflict = conflict::find(conn, &table.name, id)?;
            }
            Ok(Some(record))
        })
    }

    /// Titles of records; ids without a record are left out.
    ///
    /// # Errors
    /// As [`Store::record`].
    pub fn titles(&self, table: &TableName, ids: &[RecordId]) -> Result<BTreeMap<RecordId, String>> {
        self.read(|conn, layout| {
            let table = layout.table(table)?;
            let sql = format!("{} WHERE id IN (SELECT value FROM json_each(?1))", table.select);
            let mut statement = conn.prepare_cached(&sql)?;
            let mut rows = statement.query([json_list(ids)?])?;
            let mut titles = BTreeMap::new();
            while let Some(sql) = rows.next()? {
                let row = row::read(table, sql)?;
                titles.insert(row.id.clone(), table.title(&row.id, &row.fields));
            }
            Ok(titles)
        })
    }
}

fn others(conn: &Connection, table: &TableName, id: &RecordId) -> Result<Vec<Other>> {
    let mut statement =
        conn.prepare_cached("SELECT col, who, at FROM lf_others WHERE tbl = ?1 AND id = ?2 ORDER BY col")?;
    let mut rows = statement.query([table.as_str(), id.as_str()])?;
    let mut others = Vec::new();
    while let Some(sql) = rows.next()? {
        others.push(Other {
            column: ColumnName::new(sql.get::<_, String>(0)?).map_err(stored("column name"))?,
            who: sql.get(1)?,
            at: Millis(sql.get(2)?),
        });
    }
    Ok(others)
}
