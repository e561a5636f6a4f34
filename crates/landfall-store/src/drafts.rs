//! Values typed but not saved: because they do not fit the rules yet, or because the app was cut off.

use crate::Store;
use crate::entry::json;
use crate::error::{Result, stored};
use landfall_core::id::{Millis, RecordId, TableName};
use landfall_core::record::Fields;
use rusqlite::{Connection, Row, params};

/// A draft.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDraft {
    /// The record, or the id that a new one will have.
    pub id: RecordId,
    /// The typed values.
    pub fields: Fields,
    /// When they were typed.
    pub at: Millis,
    /// The record has not been saved once.
    pub is_new: bool,
}

const SELECT: &str = "SELECT id, fields, at, is_new FROM lf_draft";

fn read(sql: &Row<'_>) -> Result<StoredDraft> {
    let (id, fields): (String, String) = (sql.get(0)?, sql.get(1)?);
    Ok(StoredDraft {
        id: RecordId::new(id).map_err(stored("record id"))?,
        fields: serde_json::from_str(&fields).map_err(stored("draft"))?,
        at: Millis(sql.get(2)?),
        is_new: sql.get(3)?,
    })
}

fn remove(conn: &Connection, table: &TableName, id: &RecordId) -> Result<()> {
    conn.prepare_cached("DELETE FROM lf_draft WHERE tbl = ?1 AND id = ?2")?
        .execute([table.as_str(), id.as_str()])?;
    Ok(())
}

impl Store {
    /// Keeps typed values; an empty draft of a record that is there is removed.
    ///
    /// # Errors
    /// [`crate::Error::Full`], or what SQLite says.
    pub fn save_draft(&self, table: &TableName, id: &RecordId, fields: &Fields, is_new: bool) -> Result<()> {
        let (table, id, fields) = (table.clone(), id.clone(), fields.clone());
        self.write(move |work| {
            if fields.is_empty() && !is_new {
                return remove(work.conn, &table, &id);
            }
            work.conn
                .prepare_cached(
                    "INSERT OR REPLACE INTO lf_draft (tbl, id, fields, is_new, at) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    table.as_str(),
                    id.as_str(),
                    json(&fields, "draft")?,
                    is_new,
                    work.at.0
                ])?;
            Ok(())
        })?;
        Ok(())
    }

    /// The draft of a record, if there is one.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn draft(&self, table: &TableName, id: &RecordId) -> Result<Option<StoredDraft>> {
        self.read(|conn, _| {
            let mut statement = conn.prepare_cached(&format!("{SELECT} WHERE tbl = ?1 AND id = ?2"))?;
            let mut rows = statement.query([table.as_str(), id.as_str()])?;
            rows.next()?.map(read).transpose()
        })
    }

    /// Records of a table that were begun and not saved, latest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn new_drafts(&self, table: &TableName) -> Result<Vec<StoredDraft>> {
        self.read(|conn, _| {
            let sql = format!("{SELECT} WHERE tbl = ?1 AND is_new = 1 ORDER BY at DESC, id");
            let mut statement = conn.prepare_cached(&sql)?;
            let mut rows = statement.query([table.as_str()])?;
            let mut drafts = Vec::new();
            while let Some(sql) = rows.next()? {
                drafts.push(read(sql)?);
            }
            Ok(drafts)
        })
    }

    /// Forgets a draft.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn discard_draft(&self, table: &TableName, id: &RecordId) -> Result<()> {
        let (table, id) = (table.clone(), id.clone());
        self.write(move |work| remove(work.conn, &table, &id))?;
        Ok(())
    }
}
