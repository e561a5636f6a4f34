//! What changed at a server of the table protocol, table by table in the order of `updatedAt` (step 9 of the data's way).
//!
//! A page asks for what was last changed at the newest time that was seen, or later. So no number of records passed over
//! is ever counted, and a record that changes while the pages come pushes no other out of sight: it moves to the end, and
//! comes again. The price is that the records of that newest millisecond come twice; the device knows them.
//!
//! Where a whole page has one millisecond (a bulk change), that millisecond is read by itself, in the order of the id,
//! and reading goes on with the next one.
//!
//! A table ends where the server's count says so, or what it says of a next page; where it says neither, with an empty
//! page. A server that refuses as many records at once as are asked for is asked for fewer.

use super::cursor::{Cursor, Place, shape_of};
use super::{Known, met, rows};
use crate::transport::{Page, Pages};
use futures_util::{StreamExt, stream};
use landfall_core::id::{Millis, TableName};
use landfall_core::record::Record;
use landfall_tables::{Error, Row, Select};
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
    /// What is asked for next.
    next: Next,
    /// The newest time that was seen, now or before.
    newest: Option<Millis>,
    /// That of the table's columns.
    shape: u64,
    /// The server's clock when it began.
    read_at: Option<Millis>,
    began: bool,
}

enum Next {
    From(Option<Millis>),
    /// One millisecond, behind an id.
    Within(Millis, Option<String>),
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
            next: Next::From(place.from()),
            newest: place.newest,
            shape: place.shape,
            read_at: None,
            began: false,
            table,
        })
    }

    async fn ask(&mut self, reading: &Reading) -> Result<landfall_tables::Page, Error> {
        let select = match &reading.next {
            Next::From(None) => Select::All,
            Next::From(Some(at)) => Select::Since(*at),
            Next::Within(at, after) => Select::Within {
                at: *at,
                after: after.as_deref(),
            },
        };
        let client = &self.known.client;
        match client.page(&reading.address, select, 0, self.top).await {
            Err(Error::Refused { status: 400, .. }) if self.top > LEAST_TOP => {
                self.top = LEAST_TOP;
                client.page(&reading.address, select, 0, self.top).await
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
        self.newest = self.newest.max(newest);
        match &self.next {
            Next::Within(at, _) if is_last => {
                self.next = Next::From(Some(Millis(at.0.saturating_add(1))));
                return Ok(true);
            }
            Next::Within(at, _) => {
                self.next = Next::Within(*at, rows.last().map(|row| row.id.clone()));
                return Ok(true);
            }
            Next::From(_) if is_last => return Ok(false),
            Next::From(asked) => {
                let Some(newest) = newest else {
                    return Err(Error::Unreadable {
                        what: format!("the records of `{}` have no updatedAt", self.table),
                    });
                };
                let moves_on = asked.is_none_or(|asked| newest > asked);
                self.next = if moves_on {
                    Next::From(Some(newest))
                } else {
                    Next::Within(newest, None)
                };
            }
        }
        Ok(true)
    }
}
