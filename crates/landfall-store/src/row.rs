//! A record's row as data, and how it is read and written. Which rows are written, and why, is the business of
//! [`crate::work`].

use crate::cell;
use crate::error::{Error, Result, stored};
use crate::layout::{SYSTEM, TableLayout};
use landfall_core::id::{Millis, RecordId, Seq, Version};
use landfall_core::record::{Fields, value_of};
use rusqlite::types::{Null, Value as Sql};
use rusqlite::{Connection, OptionalExtension, Statement};

/// Where a record stands against the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// The server has it.
    Synced,
    /// Saved on this device, waiting (or on its way).
    Waiting,
    /// A person must decide.
    Conflict,
    /// The server refused it.
    Refused,
}

impl Mark {
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Synced => 0,
            Self::Waiting => 1,
            Self::Conflict => 2,
            Self::Refused => 3,
        }
    }

    pub(crate) fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Waiting,
            2 => Self::Conflict,
            3 => Self::Refused,
            _ => Self::Synced,
        }
    }
}

/// A record's row. `version`, `seq` and `live` are the newest that this device knows of the server's record, also
/// while changes wait; the other columns are what the person sees.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) row: i64,
    pub(crate) id: RecordId,
    pub(crate) version: Option<Version>,
    pub(crate) seq: Seq,
    pub(crate) created_at: Millis,
    pub(crate) updated_at: Millis,
    pub(crate) changed_by: String,
    pub(crate) changed_at: Millis,
    pub(crate) deleted: bool,
    pub(crate) mark: Mark,
    /// The server has it, and not as a tombstone: it counts in the table's sum.
    pub(crate) live: bool,
    /// The mark and sweep in which it was last seen.
    pub(crate) generation: i64,
    /// When someone else changed it since the last visit; 0: nobody did.
    pub(crate) others_at: Millis,
    pub(crate) others_by: String,
    pub(crate) fields: Fields,
}

/// Reads a whole row, selected by [`TableLayout::select`].
pub(crate) fn read(table: &TableLayout, sql: &rusqlite::Row<'_>) -> Result<Row> {
    let id: String = sql.get(1)?;
    let version: Option<String> = sql.get(2)?;
    let extra: Option<String> = sql.get(10)?;
    let mut fields: Fields = match extra {
        Some(json) => serde_json::from_str(&json).map_err(stored("extra column"))?,
        None => Fields::new(),
    };
    for (n, column) in table.columns().iter().enumerate() {
        let value = cell::from_sql(&column.kind, sql.get_ref(1 + SYSTEM.len() + n)?);
        if !value.is_null() {
            fields.insert(column.name.clone(), value);
        }
    }
    Ok(Row {
        row: sql.get(0)?,
        id: RecordId::new(id).map_err(stored("record id"))?,
        version: version.map(Version::new).transpose().map_err(stored("version"))?,
        seq: seq_of(sql.get(3)?),
        created_at: Millis(sql.get(4)?),
        updated_at: Millis(sql.get(5)?),
        changed_by: sql.get(6)?,
        changed_at: Millis(sql.get(7)?),
        deleted: sql.get(8)?,
        mark: Mark::from_number(sql.get(9)?),
        live: sql.get(11)?,
        generation: sql.get(12)?,
        others_at: Millis(sql.get(13)?),
        others_by: sql.get(14)?,
        fields,
    })
}

/// The row of a record, if the table has one.
pub(crate) fn find(conn: &Connection, table: &TableLayout, id: &RecordId) -> Result<Option<Row>> {
    let mut statement = conn.prepare_cached(&table.find)?;
    let found = statement
        .query_row([id.as_str()], |sql| Ok(read(table, sql)))
        .optional()?;
    found.transpose()
}

/// Inserts a row and gives its number; none when the id is taken.
pub(crate) fn insert(conn: &Connection, table: &TableLayout, row: &Row) -> Result<Option<i64>> {
    let mut statement = conn.prepare_cached(&table.insert)?;
    bind(&mut statement, table, row)?;
    let inserted = statement.raw_execute()?;
    Ok((inserted == 1).then(|| conn.last_insert_rowid()))
}

/// Writes all columns of an existing row.
pub(crate) fn update(conn: &Connection, table: &TableLayout, row: &Row) -> Result<()> {
    let mut statement = conn.prepare_cached(&table.update)?;
    bind(&mut statement, table, row)?;
    match statement.raw_execute()? {
        1 => Ok(()),
        _ => Err(Error::NotFound),
    }
}

fn bind(statement: &mut Statement<'_>, table: &TableLayout, row: &Row) -> Result<()> {
    let mut extra = Fields::new();
    let mut place = SYSTEM.len();
    for column in table.columns() {
        place += 1;
        let value = value_of(&row.fields, &column.name);
        match cell::to_sql(&column.kind, value) {
            Some(sql) => statement.raw_bind_parameter(place, sql)?,
            None => {
                extra.insert(column.name.clone(), value.clone());
                statement.raw_bind_parameter(place, Null)?;
            }
        }
    }
    for (name, value) in &row.fields {
        if table.column(name).is_none() {
            extra.insert(name.clone(), value.clone());
        }
    }
    let extra = if extra.is_empty() {
        Sql::Null
    } else {
        Sql::Text(serde_json::to_string(&extra).map_err(stored("extra column"))?)
    };
    statement.raw_bind_parameter(1, row.id.as_str())?;
    statement.raw_bind_parameter(2, row.version.as_ref().map(Version::as_str))?;
    statement.raw_bind_parameter(3, seq_number(row.seq))?;
    statement.raw_bind_parameter(4, row.created_at.0)?;
    statement.raw_bind_parameter(5, row.updated_at.0)?;
    statement.raw_bind_parameter(6, row.changed_by.as_str())?;
    statement.raw_bind_parameter(7, row.changed_at.0)?;
    statement.raw_bind_parameter(8, row.deleted)?;
    statement.raw_bind_parameter(9, row.mark.number())?;
    statement.raw_bind_parameter(10, extra)?;
    statement.raw_bind_parameter(11, row.live)?;
    statement.raw_bind_parameter(12, row.generation)?;
    statement.raw_bind_parameter(13, row.others_at.0)?;
    statement.raw_bind_parameter(14, row.others_by.as_str())?;
    statement.raw_bind_parameter(15, table.title_key(&row.id, &row.fields))?;
    Ok(())
}

/// A place in the server's order, as SQLite's signed integer.
pub(crate) fn seq_number(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// And back.
pub(crate) fn seq_of(number: i64) -> Seq {
    Seq(u64::try_from(number).unwrap_or(0))
}
