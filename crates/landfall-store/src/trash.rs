//! The trash: deleted records, from here and elsewhere, the latest deleted first. Read off a partial index of each
//! table, so that it costs what is shown and not what is stored.

use crate::Store;
use crate::entry::kind_number;
use crate::error::Result;
use crate::layout::TableLayout;
use crate::row::{self, Mark, Row};
use landfall_core::id::{Millis, RecordId, TableName};
use landfall_core::outbox::OpKind;
use rusqlite::{Connection, OptionalExtension, params};

/// A deleted record.
#[derive(Debug, Clone, PartialEq)]
pub struct Trashed {
    /// Table.
    pub table: TableName,
    /// Record.
    pub id: RecordId,
    /// Its title when it was deleted.
    pub title: String,
    /// Who deleted it: empty for this device, and for the server itself.
    pub who: String,
    /// When, by that device's clock.
    pub at: Millis,
    /// Deleted on this device.
    pub here: bool,
    /// The server does not know of the deletion yet.
    pub waiting: bool,
}

impl Store {
    /// Deleted records of a table, or of all, the latest first, at most so many.
    ///
    /// # Errors
    /// [`crate::Error::UnknownTable`], [`crate::Error::NoWorkspace`], or what SQLite says.
    pub fn trash(&self, table: Option<&TableName>, limit: u32) -> Result<Vec<Trashed>> {
        self.read(|conn, layout| {
            let mut trash = Vec::new();
            match table {
                Some(table) => of_table(conn, layout.table(table)?, &layout.device_name, limit, &mut trash)?,
                None => {
                    for table in layout.tables() {
                        of_table(conn, table, &layout.device_name, limit, &mut trash)?;
                    }
                }
            }
            trash.sort_by_key(|trashed| std::cmp::Reverse(trashed.at));
            trash.truncate(limit as usize);
            Ok(trash)
        })
    }
}

pub(crate) fn sql(table: &TableLayout) -> String {
    format!(
        "{} WHERE deleted = 1 ORDER BY changed_at DESC, row DESC LIMIT ?1",
        table.select
    )
}

fn of_table(
    conn: &Connection,
    table: &TableLayout,
    device: &str,
    limit: u32,
    trash: &mut Vec<Trashed>,
) -> Result<()> {
    let mut statement = conn.prepare_cached(&sql(table))?;
    let mut rows = statement.query([limit])?;
    while let Some(sql) = rows.next()? {
        let row = row::read(table, sql)?;
        let here = match deleted_here(conn, &table.name, &row.id)? {
            Some(here) if row.changed_by.is_empty() => here,
            _ => row.changed_by == device,
        };
        trash.push(trashed(table, row, here));
    }
    Ok(())
}

fn trashed(table: &TableLayout, row: Row, here: bool) -> Trashed {
    Trashed {
        table: table.name.clone(),
        title: table.title(&row.id, &row.fields),
        who: row.changed_by,
        at: row.changed_at,
        here,
        waiting: row.mark != Mark::Synced && row.live,
        id: row.id,
    }
}

/// Whether a person on this device deleted it last; none when this device's history has no deletion of it.
fn deleted_here(conn: &Connection, table: &TableName, id: &RecordId) -> Result<Option<bool>> {
    let here = conn
        .prepare_cached(
            "SELECT action IS NOT NULL FROM lf_history WHERE tbl = ?1 AND id = ?2 AND kind = ?3 \
             ORDER BY n DESC LIMIT 1",
        )?
        .query_row(
            params![table.as_str(), id.as_str(), kind_number(OpKind::Delete)],
            |sql| sql.get(0),
        )
        .optional()?;
    Ok(here)
}
