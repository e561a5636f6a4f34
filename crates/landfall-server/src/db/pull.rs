//! A page of a pull: what changed since a cursor, from one read transaction (step 9 of the data's way).
//! The rules are those of [`landfall_protocol::pull`].
//!
//! No change is missed: a page ends either at the seq of its last record or, when there is no more, at the last seq
//! that its transaction sees; every seq up to there has been committed, because seq is handed out in commit order.

use crate::Error;
use crate::db::meta::{self, Meta};
use crate::db::model::{Model, TableModel};
use crate::db::row;
use landfall_core::id::{Seq, TableName};
use landfall_core::record::Record;
use landfall_core::value::Value;
use landfall_protocol::pull::{Cursor, Page};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// A page does not get (much) larger than this, in bytes, unless one record alone is: a device takes a page in memory,
/// and refuses a line without end.
const PAGE_BYTES: usize = 4 << 20;

/// Where a stream of pages stands.
#[derive(Debug, Clone)]
pub struct Stream {
    /// The tables asked for.
    pub tables: Vec<TableName>,
    /// Where to go on; none: at the start.
    pub cursor: Option<Cursor>,
    /// Most records in a page.
    pub page_records: u32,
    /// How many are still to come; known after the first page.
    remaining: Option<u32>,
    /// Whether a page was sent. The stream can't start over after that.
    begun: bool,
}

/// What is read for a page.
struct Range {
    after: Seq,
    tombstones_after: Seq,
    reset: bool,
}

impl Stream {
    /// A stream of these tables from this cursor.
    #[must_use]
    pub fn new(tables: Vec<TableName>, cursor: Option<Cursor>, page_records: u32) -> Self {
        Self {
            tables,
            cursor,
            page_records,
            remaining: None,
            begun: false,
        }
    }

    /// Reads the next page; after one with [`Page::last`] there is no further one.
    ///
    /// # Errors
    /// [`Error::SchemaMovedOn`] and what SQLite says; [`Error::Busy`] when the server began a new life during the
    /// stream: the device asks again.
    pub fn next_page(&mut self, connection: &Connection, model: &Model) -> Result<Page, Error> {
        let meta = meta::read(connection, model)?;
        let range = range(self.cursor.as_ref(), &meta);
        if range.reset && self.begun {
            return Err(Error::Busy);
        }
        let tables: Vec<&TableModel> = self.tables.iter().filter_map(|name| model.table(name)).collect();
        let seqs = seqs_after(connection, &tables, &range, self.page_records)?;
        let mut take = seqs.len().min(self.page_records as usize);
        let (records, up_to, is_last) = loop {
            let is_last = take == seqs.len();
            let up_to = if is_last { meta.seq } else { seqs[take - 1] };
            let room = if take > 1 { PAGE_BYTES } else { usize::MAX };
            match records_up_to(connection, &tables, &range, up_to, room)? {
                Some(records) => break (records, up_to, is_last),
                None => take /= 2,
            }
        };
        let count = records.values().map(Vec::len).sum::<usize>();
        let count = u32::try_from(count).unwrap_or(u32::MAX);

        let mut page = Page {
            cursor: Cursor {
                epoch: meta.epoch,
                walk: Some(range.tombstones_after).filter(|walk| *walk > up_to),
                seq: up_to,
            },
            reset: range.reset,
            records,
            remaining: None,
            last: None,
            schema_version: model.schema().version,
        };
        if is_last {
            let states = meta::table_states(connection)?;
            let sum = |table: &TableModel| states.get(table.name()).copied().unwrap_or_default().sum;
            page.last = Some(
                tables
                    .iter()
                    .map(|table| (table.name().clone(), sum(table)))
                    .collect(),
            );
        } else {
            let before = match self.remaining {
                Some(known) => known,
                None => count_after(connection, &tables, &range)?,
            };
            self.remaining = Some(before.saturating_sub(count));
            page.remaining = self.remaining;
        }
        self.begun = true;
        self.cursor = Some(page.cursor.clone());
        Ok(page)
    }
}

/// What a cursor asks for in this life of the server.
fn range(cursor: Option<&Cursor>, meta: &Meta) -> Range {
    let from_the_start = |reset| Range {
        after: Seq(0),
        tombstones_after: meta.seq,
        reset,
    };
    let Some(cursor) = cursor else {
        return from_the_start(false);
    };
    let needs_tombstones_after = cursor.walk.unwrap_or_default().max(cursor.seq);
    // One that is ahead comes from a life that was lost without anyone saying so.
    let of_another_life = cursor.epoch != meta.epoch || needs_tombstones_after > meta.seq;
    if of_another_life {
        from_the_start(true)
    } else if needs_tombstones_after == Seq(0) {
        from_the_start(false)
    } else if needs_tombstones_after < meta.horizon {
        from_the_start(true)
    } else {
        Range {
            after: cursor.seq,
            tombstones_after: cursor.walk.unwrap_or_default(),
            reset: false,
        }
    }
}

/// `seq > ?1` of all tables, merged; tombstones only after `?2`. The index on (seq, deleted) has all that it needs.
pub(crate) fn seqs_sql(tables: &[&TableModel]) -> String {
    let parts: Vec<String> = tables
        .iter()
        .map(|table| {
            format!(
                "SELECT seq FROM {} WHERE seq > ?1 AND (deleted = 0 OR seq > ?2)",
                table.sql_name()
            )
        })
        .collect();
    parts.join(" UNION ALL ")
}

/// The next seqs, one more than fit in a page if there are so many.
fn seqs_after(
    connection: &Connection,
    tables: &[&TableModel],
    range: &Range,
    page_records: u32,
) -> Result<Vec<Seq>, Error> {
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{} ORDER BY seq LIMIT ?3", seqs_sql(tables));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(
        (
            range.after.0.cast_signed(),
            range.tombstones_after.0.cast_signed(),
            i64::from(page_records) + 1,
        ),
        |row| row.get::<_, i64>(0),
    )?;
    rows.map(|row| Ok(Seq(row?.cast_unsigned()))).collect()
}

fn count_after(connection: &Connection, tables: &[&TableModel], range: &Range) -> Result<u32, Error> {
    let sql = format!("SELECT count(*) FROM ({})", seqs_sql(tables));
    let mut statement = connection.prepare_cached(&sql)?;
    let count: i64 = statement.query_row(
        (
            range.after.0.cast_signed(),
            range.tombstones_after.0.cast_signed(),
        ),
        |row| row.get(0),
    )?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The records of a page; none when there is no room for all of them.
fn records_up_to(
    connection: &Connection,
    tables: &[&TableModel],
    range: &Range,
    up_to: Seq,
    mut room: usize,
) -> Result<Option<BTreeMap<TableName, Vec<Record>>>, Error> {
    let mut page = BTreeMap::new();
    for table in tables {
        let mut statement = connection.prepare_cached(&table.select_changed)?;
        let mut rows = statement.query((
            range.after.0.cast_signed(),
            up_to.0.cast_signed(),
            range.tombstones_after.0.cast_signed(),
        ))?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let record = row::record(table, row)?;
            let Some(left) = room.checked_sub(weight(&record)) else {
                return Ok(None);
            };
            room = left;
            records.push(record);
        }
        if !records.is_empty() {
            page.insert(table.name().clone(), records);
        }
    }
    Ok(Some(page))
}

/// About how many bytes a record has on the wire.
fn weight(record: &Record) -> usize {
    let of = |value: &Value| match value {
        Value::Text(text) => text.len(),
        Value::List(list) => list.iter().map(|text| text.len() + 3).sum(),
        _ => 0,
    };
    let fields = record.fields.iter();
    200 + fields
        .map(|(name, value)| name.as_str().len() + 24 + of(value))
        .sum::<usize>()
}
