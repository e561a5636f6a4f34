//! Rows of a view by their numbers.

use crate::Store;
use crate::error::{Result, stored};
use crate::layout::TableLayout;
use crate::row::{self, Mark, Row};
use crate::view::json_list;
use landfall_core::id::{Millis, RecordId, TableName};
use landfall_core::record::Fields;
use landfall_core::schema::ColumnKind;
use rusqlite::OptionalExtension;

/// A record as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRow {
    /// Its number: of one record as long as the table is not purged.
    pub row: i64,
    /// The record.
    pub id: RecordId,
    /// Its title.
    pub title: String,
    /// Where it stands against the server.
    pub mark: Mark,
    /// Values of all columns but long text.
    pub fields: Fields,
    /// Last changed.
    pub updated_at: Millis,
    /// Who changed it elsewhere since the last visit, and when, if someone did.
    pub changed_by_others: Option<(String, Millis)>,
    /// It was deleted since the view was opened.
    pub deleted: bool,
}

impl StoredRow {
    fn new(table: &TableLayout, row: Row) -> Self {
        let long = |kind: &ColumnKind| matches!(kind, ColumnKind::LongText { .. });
        let title = table.title(&row.id, &row.fields);
        let mut fields = row.fields;
        fields.retain(|name, _| table.column(name).is_none_or(|column| !long(&column.kind)));
        Self {
            row: row.row,
            id: row.id,
            title,
            mark: row.mark,
            fields,
            updated_at: row.updated_at,
            changed_by_others: (row.others_at.0 != 0).then_some((row.others_by, row.others_at)),
            deleted: row.deleted,
        }
    }
}

impl Store {
    /// The records of these rows, in the order asked for. A row that is not there any more (its table was purged) is
    /// left out.
    ///
    /// # Errors
    /// [`crate::Error::UnknownTable`], [`crate::Error::NoWorkspace`], or what SQLite says.
    pub fn view_rows(&self, table: &TableName, rows: &[i64]) -> Result<Vec<StoredRow>> {
        self.read(|conn, layout| {
            let table = layout.table(table)?;
            let mut statement = conn.prepare_cached(&format!("{} WHERE row = ?1", table.select))?;
            let mut found = Vec::with_capacity(rows.len());
            for number in rows {
                let mut rows = statement.query([number])?;
                if let Some(sql) = rows.next()? {
                    found.push(StoredRow::new(table, row::read(table, sql)?));
                }
            }
            Ok(found)
        })
    }

    /// The number of a record's row.
    ///
    /// # Errors
    /// As [`Store::view_rows`].
    pub fn row_id(&self, table: &TableName, id: &RecordId) -> Result<Option<i64>> {
        self.read(|conn, layout| {
            let table = layout.table(table)?;
            let row = conn
                .prepare_cached(&table.find_row)?
                .query_row([id.as_str()], |sql| sql.get(0))
                .optional()?;
            Ok(row)
        })
    }

    /// The records of these rows, in the order asked for; rows that are not there any more are left out.
    ///
    /// # Errors
    /// As [`Store::view_rows`].
    pub fn record_ids(&self, table: &TableName, rows: &[i64]) -> Result<Vec<RecordId>> {
        self.read(|conn, layout| {
            let table = layout.table(table)?;
            let sql = format!(
                "SELECT t.id FROM json_each(?1) AS j CROSS JOIN {} AS t ON t.row = j.value ORDER BY j.key",
                table.sql
            );
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = statement.query([json_list(rows)?])?;
            let mut ids = Vec::with_capacity(rows.len());
            while let Some(sql) = found.next()? {
                ids.push(RecordId::new(sql.get::<_, String>(0)?).map_err(stored("record id"))?);
            }
            Ok(ids)
        })
    }
}
