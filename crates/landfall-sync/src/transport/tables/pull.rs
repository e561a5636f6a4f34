//! What changed at a server of the table protocol, table by table in the order of `updatedAt` (step 9 of the data's way).
//!
//! The way through a table is [`landfall_tables::walk`]'s; what comes twice on it, the device knows. Records without a time
//! can't be followed: a table of such is refused.
//!
//! A table ends where the server's count says so, or what it says of a next page; where it says neither, with an empty
//! page. A server that refuses as many records at once as are asked for is asked for fewer.

use super::cursor::{Cursor, Place, shape_of};
use super::{Known, met, rows};
use crate::transport::{Page, Pages};
use futures_util::{StreamExt, stream};
use landfall_core::id::{Millis, TableName};
use landfall_core::record::Record;
use landfall_tables::{Error, Position, Row};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// So many records are asked for at once.
pub(super) const TOP: u32 = 500;
/// Every server gives so many.
const LEAST_TOP: u32 = 50;

/// The pages of these tables (all, without) since a cursor.
pub(super) fn pages(known: Arc<Known>, cursor: Option<&str>, tables: Option<&[TableName]>) -> Pages {
    let kept = cursor.map(Cursor::read);
    let names = known.schema.tables.iter().map(|table| table.name.clone());
    let wanted = names.filter(|name| tables.is_none_or(|tables| tables.contains(name)));
    let walk = Walk {
        waiting: wanted.collect(),
        reset: matches!(kept, Some(None)),
        cursor: kept.flatten().unwrap_or_default(),
        known,
        reading: None,
        top: TOP,
    };
    stream::unfold(Some(walk), async |open| {
        let mut walk = open?;
        match walk.next_page().await {
            Ok(page) if page.last.is_some() => Some((Ok(page), None)),
            Ok(page) => Some((Ok(page), Some(walk))),
            Err(error) => Some((Err(met::of(&error)), None)),
        }
    })
    .boxed()
}

/// All tables, one after the other.
struct Walk {
    known: Arc<Known>,
    waiting: VecDeque<TableName>,
    reading: Option<Reading>,
    cursor: Cursor,
    /// The stream starts over; said with the first page.
    reset: bool,
    top: u32,
}

/// The table that is being read.
struct Reading {
    table: TableName,
    address: String,
    /// Where the reading stands.
    position: Position,
    /// The newest time that was seen, now or before.
    newest: Option<Millis>,
    /// That of the table's columns.
    shape: u64,
    /// The server's clock when it began.
    read_at: Option<Millis>,
    began: bool,
}

impl Walk {
    async fn next_page(&mut self) -> Result<Page, Error> {
        if self.reading.is_none() {
            self.reading = self.waiting.pop_front().and_then(|table| self.begin(table));
        }
        let Some(mut reading) = self.reading.take() else {
            return Ok(self.page(BTreeMap::new(), None, true));
        };
        let answer = self.ask(&reading).await?;
        if !reading.began {
            reading.began = true;
            reading.read_at = answer.server_time;
        }
        let here = answer.rows.len() as u64;
        let remaining = answer.count.map(|count| count.saturating_sub(here));
        let is_last = answer.is_last(0);
        let rows = answer.read()?;
        let whole = !reading.advance(&rows, is_last)?;
        let records = self.records(&reading.table, &rows)?;
        self.cursor.put(
            &reading.table,
            Place {
                newest: reading.newest,
                read_at: reading.read_at,
                whole,
                shape: reading.shape,
            },
        );
        let table = reading.table.clone();
        if !whole {
            self.reading = Some(reading);
        }
        let records = BTreeMap::from([(table, records)]);
        Ok(self.page(records, remaining, false))
    }

    fn begin(&self, table: TableName) -> Option<Reading> {
        let columns = self.known.schema.table(&table)?;
        let place = self.cursor.place(&table, shape_of(columns));
        Some(Reading {
            address: self.known.addresses.get(&table)?.clone(),
            position: Position::from(place.from()),
            newest: place.newest,
            shape: place.shape,
            read_at: None,
            began: false,
            table,
        })
    }

    async fn ask(&mut self, reading: &Reading) -> Result<landfall_tables::Page, Error> {
        let (select, passed_over) = (reading.position.select(), reading.position.passed_over());
        let client = &self.known.client;
        match client.page(&reading.address, select, passed_over, self.top).await {
            Err(Error::Refused { status: 400, .. }) if self.top > LEAST_TOP => {
                self.top = LEAST_TOP;
                client.page(&reading.address, select, passed_over, self.top).await
            }
            answer => answer,
        }
    }

    fn records(&self, table: &TableName, rows: &[Row]) -> Result<Vec<Record>, Error> {
        let read = self.known.table(table, |_, properties| {
            let records = rows.iter().map(|row| rows::record(properties, row));
            records.filter_map(Result::transpose).collect()
        });
        read.unwrap_or_else(|| Ok(Vec::new()))
    }

    fn page(
        &mut self,
        records: BTreeMap<TableName, Vec<Record>>,
        remaining: Option<u64>,
        last: bool,
    ) -> Page {
        Page {
            cursor: self.cursor.text(),
            epoch: self.known.epoch.clone(),
            reset: std::mem::take(&mut self.reset),
            records,
            remaining: remaining.map(|rest| u32::try_from(rest).unwrap_or(u32::MAX)),
            // There are no sums to compare with.
            last: last.then(BTreeMap::new),
            schema_version: self.known.schema.version,
        }
    }
}

impl Reading {
    /// Goes on behind these records; false: that was all.
    fn advance(&mut self, rows: &[Row], is_last: bool) -> Result<bool, Error> {
        let newest = rows.iter().filter_map(|row| row.updated_at).max();
        if newest.is_none() && !is_last {
            return Err(Error::Unreadable {
                what: format!("the records of `{}` have no updatedAt", self.table),
            });
        }
        self.newest = self.newest.max(newest);
        let next = self.position.after(rows, is_last);
        let goes_on = next.is_ok();
        self.position = next.unwrap_or_else(|end| end);
        Ok(goes_on)
    }
}
