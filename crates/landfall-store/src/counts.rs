//! Counts for the chips above a list, and what *changed by others* means: since the last visit. All of them read a few
//! marked rows by partial indexes, never the table.

use crate::Store;
use crate::error::Result;
use landfall_core::id::{RecordId, TableName};

/// How many records of a table stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableCounts {
    /// All records that a person sees.
    pub total: u32,
    /// With a change that waits.
    pub waiting: u32,
    /// In conflict (also records deleted here).
    pub conflict: u32,
    /// Refused (also records deleted here).
    pub refused: u32,
    /// Changed by others since the last visit.
    pub changed_by_others: u32,
}

impl Store {
    /// Counts of a table.
    ///
    /// # Errors
    /// [`crate::Error::UnknownTable`], [`crate::Error::NoWorkspace`], or what SQLite says.
    pub fn counts(&self, table: &TableName) -> Result<TableCounts> {
        self.read(|conn, layout| {
            let table = layout.table(table)?;
            let total = conn
                .prepare_cached("SELECT shown FROM lf_table WHERE name = ?1")?
                .query_row([table.name.as_str()], |sql| sql.get(0))?;
            let mut counts = TableCounts {
                total,
                ..TableCounts::default()
            };
            let mut marked = conn.prepare_cached(&marked_sql(&table.sql))?;
            let mut rows = marked.query([])?;
            while let Some(sql) = rows.next()? {
                let count = sql.get(1)?;
                match sql.get::<_, i64>(0)? {
                    1 => counts.waiting = count,
                    2 => counts.conflict = count,
                    _ => counts.refused = count,
                }
            }
            counts.changed_by_others = conn
                .prepare_cached(&others_sql(&table.sql))?
                .query_row([], |sql| sql.get(0))?;
            Ok(counts)
        })
    }

    /// The person has seen the table: *changed by others* starts anew.
    ///
    /// # Errors
    /// As [`Store::counts`].
    pub fn visited(&self, table: &TableName) -> Result<()> {
        let table = table.clone();
        self.write(move |work| {
            let table = work.table(&table)?;
            let sql = format!(
                "UPDATE {} SET \"_others_at\" = 0, \"_others_by\" = '' WHERE \"_others_at\" <> 0",
                table.sql
            );
            work.conn.prepare_cached(&sql)?.execute([])?;
            Ok(())
        })?;
        Ok(())
    }

    /// The person has seen the record: none of its fields counts as changed by others any more.
    ///
    /// # Errors
    /// As [`Store::counts`].
    pub fn seen(&self, table: &TableName, id: &RecordId) -> Result<()> {
        let (table, id) = (table.clone(), id.clone());
        self.write(move |work| {
            let table = work.table(&table)?;
            let sql = format!(
                "UPDATE {} SET \"_others_at\" = 0, \"_others_by\" = '' WHERE id = ?1",
                table.sql
            );
            work.conn.prepare_cached(&sql)?.execute([id.as_str()])?;
            work.conn
                .prepare_cached("DELETE FROM lf_others WHERE tbl = ?1 AND id = ?2")?
                .execute([table.name.as_str(), id.as_str()])?;
            Ok(())
        })?;
        Ok(())
    }
}

/// Marked records by mark. A waiting deletion is not shown in lists, and so not counted.
pub(crate) fn marked_sql(table: &str) -> String {
    format!("SELECT mark, count(*) FROM {table} WHERE mark <> 0 AND (deleted = 0 OR mark <> 1) GROUP BY mark")
}

/// Records changed by others.
pub(crate) fn others_sql(table: &str) -> String {
    format!("SELECT count(*) FROM {table} WHERE \"_others_at\" <> 0 AND deleted = 0")
}
