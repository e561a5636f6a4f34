//! A page of the server's records, with its cursor, in one transaction (steps 9 and 10 of the data's way).
//!
//! On the last page the tables are compared with the server's: a table that differs is fetched anew, once; if it still
//! differs then, that is logged and left, so that nothing loops.

use crate::arrivals::{Arrival, Arrivals, is_unordered};
use crate::error::Result;
use crate::facts;
use crate::layout::{Layout, TableLayout};
use crate::log::{self, LogEntry, LogKind};
use crate::meet::{self, Met};
use crate::row;
use crate::sweep;
use crate::work::Work;
use crate::workspace::is_filled;
use crate::{Changed, Store};
use landfall_core::checksum::TableSum;
use landfall_core::id::TableName;
use landfall_core::record::Record;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// What a stream of pages is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All tables, from the cursor.
    All,
    /// One table from the start, to heal it. Its pages leave the cursor alone.
    Table(TableName),
}

/// One page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageIn {
    /// What the stream is for.
    pub scope: Scope,
    /// Where the next pull goes on.
    pub cursor: String,
    /// The stream starts over: the device's cursor was not usable.
    pub reset: bool,
    /// The first page of its stream.
    pub first: bool,
    /// Changed records by table. With seq 0, where the server has no order: they are numbered as they arrive.
    pub records: BTreeMap<TableName, Vec<Record>>,
    /// Set on the last page: the server's tables as of the cursor. A table that is not among them is not compared.
    pub last: Option<BTreeMap<TableName, TableSum>>,
}

/// What a page did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageDone {
    /// What reads differently now.
    pub changed: Changed,
    /// Records that were news.
    pub received: u32,
    /// Records merged with a change of this device without asking.
    pub merged: u32,
    /// Records that wait for a person now.
    pub conflicts: u32,
    /// Tables that differ from the server's.
    pub mismatched: Vec<TableName>,
}

const REFETCH_NO: i64 = 0;
const REFETCH_DUE: i64 = 1;
const REFETCH_FAILED: i64 = 2;

impl Store {
    /// Takes in a page and its cursor.
    ///
    /// # Errors
    /// [`crate::Error::UnknownTable`] for records of a table that the schema does not have (get the schema first, the
    /// page can be given again); [`crate::Error::Full`]; what SQLite says. Nothing was changed then.
    pub fn apply_page(&self, page: PageIn) -> Result<PageDone> {
        // A pulled page can be pulled again; a person's writes can't.
        let (mut done, changed) = self.write_lightly(|work| take_in(work, page))?;
        done.changed = changed;
        Ok(done)
    }

    /// Tables whose records must be fetched from the start.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn tables_to_refetch(&self) -> Result<Vec<TableName>> {
        self.read(to_refetch)
    }
}

pub(crate) fn to_refetch(conn: &Connection, layout: &Layout) -> Result<Vec<TableName>> {
    let mut statement = conn.prepare_cached("SELECT name FROM lf_table WHERE refetch = ?1")?;
    let due = statement
        .query_map([REFETCH_DUE], |sql| sql.get(0))?
        .collect::<Result<BTreeSet<String>, _>>()?;
    let of_schema = layout.tables().map(|table| &table.name);
    Ok(of_schema
        .filter(|name| due.contains(name.as_str()))
        .cloned()
        .collect())
}

/// Where a table stands in being fetched.
pub(crate) struct TableState {
    refetch: i64,
    pub(crate) generation: i64,
    pub(crate) sweeping: bool,
}

pub(crate) fn state_of(conn: &Connection, table: &TableName) -> Result<TableState> {
    let state = conn
        .prepare_cached("SELECT refetch, generation, sweeping FROM lf_table WHERE name = ?1")?
        .query_row([table.as_str()], |sql| {
            Ok(TableState {
                refetch: sql.get(0)?,
                generation: sql.get(1)?,
                sweeping: sql.get(2)?,
            })
        })?;
    Ok(state)
}

fn take_in(work: &mut Work<'_>, page: PageIn) -> Result<PageDone> {
    let mut done = PageDone::default();
    let everything = page.scope == Scope::All;
    if page.first && (page.reset || !everything) {
        for table in in_scope(work, &page.scope)? {
            sweep::start(work.conn, &table.name)?;
        }
    }
    let filled = is_filled(work.conn)?;
    let mut arrivals = Arrivals::begin(work.conn)?;
    for (name, records) in page.records {
        let table = work.table(&name)?;
        let state = state_of(work.conn, &name)?;
        let arrival = Arrival {
            generation: state.sweeping.then_some(state.generation),
            news: filled,
            unordered: false,
        };
        // Where most records are new, the insert itself finds out whether one is.
        let mostly_new = !filled || state.sweeping;
        for record in records {
            let arrival = Arrival {
                unordered: is_unordered(record.seq),
                ..arrival
            };
            let theirs = Record {
                fields: table.tidy(record.fields),
                seq: arrivals.place(record.seq),
                ..record
            };
            one(work, &table, &theirs, (arrival, mostly_new), &mut done)?;
        }
    }
    arrivals.end(work.conn)?;
    if everything {
        facts::put(work.conn, facts::CURSOR, &page.cursor)?;
    }
    if let Some(sums) = page.last {
        finish(work, &page.scope, &sums, &mut done)?;
    }
    Ok(done)
}

fn in_scope(work: &Work<'_>, scope: &Scope) -> Result<Vec<std::sync::Arc<TableLayout>>> {
    match scope {
        Scope::All => Ok(work.layout.tables().cloned().collect()),
        Scope::Table(name) => Ok(vec![work.table(name)?]),
    }
}

fn one(
    work: &mut Work<'_>,
    table: &TableLayout,
    theirs: &Record,
    (arrival, mostly_new): (Arrival, bool),
    done: &mut PageDone,
) -> Result<()> {
    if arrival.unordered && theirs.deleted && row::find(work.conn, table, &theirs.id)?.is_none() {
        // Such a server tells all that was ever deleted there, from before this device knew it, too.
        return Ok(());
    }
    if mostly_new && meet::insert_theirs(work, table, theirs, arrival)? {
        done.received += 1;
        return Ok(());
    }
    match meet::arrive(work, table, theirs, arrival)? {
        Met::Known => return Ok(()),
        Met::Taken | Met::Held => {}
        Met::Merged => done.merged += 1,
        Met::Conflict => done.conflicts += 1,
    }
    done.received += 1;
    Ok(())
}

/// The end of a stream: sweep what was not seen, then compare.
fn finish(
    work: &mut Work<'_>,
    scope: &Scope,
    sums: &BTreeMap<TableName, TableSum>,
    done: &mut PageDone,
) -> Result<()> {
    for table in in_scope(work, scope)? {
        if state_of(work.conn, &table.name)?.sweeping {
            sweep::finish(work, &table)?;
        } else if matches!(scope, Scope::Table(_)) {
            // It was emptied while this stream was under way, whose first pages are gone: it is still to be fetched.
            return Ok(());
        }
    }
    work.settle_tallies()?;
    for table in in_scope(work, scope)? {
        let Some(theirs) = sums.get(&table.name) else {
            if matches!(scope, Scope::Table(_)) {
                // The server has no sums to compare with: the table has come anew, and that is all that can be known.
                note_comparison(work, &table, false, true)?;
            }
            continue;
        };
        let differs = work.sum(&table.name)? != *theirs;
        if differs {
            done.mismatched.push(table.name.clone());
        }
        note_comparison(work, &table, differs, matches!(scope, Scope::Table(_)))?;
    }
    if *scope == Scope::All && !is_filled(work.conn)? {
        facts::put(work.conn, facts::FILLED, &work.at.0.to_string())?;
    }
    Ok(())
}

fn note_comparison(work: &Work<'_>, table: &TableLayout, differs: bool, refetched: bool) -> Result<()> {
    let before = state_of(work.conn, &table.name)?.refetch;
    let after = match (differs, refetched, before) {
        // A purged table that is still to be fetched is not healed by being empty on both sides.
        (false, false, REFETCH_DUE) => REFETCH_DUE,
        (false, _, _) => REFETCH_NO,
        (true, true, _) | (true, false, REFETCH_FAILED) => REFETCH_FAILED,
        (true, false, _) => REFETCH_DUE,
    };
    if after == before {
        return Ok(());
    }
    let code = match after {
        REFETCH_DUE => "resync",
        REFETCH_FAILED => "mismatch",
        _ => "healed",
    };
    if !(after == REFETCH_NO && before == REFETCH_DUE) {
        log::add(
            work.conn,
            &LogEntry {
                at: work.at,
                kind: LogKind::Error,
                table: Some(table.name.clone()),
                record_ids: Vec::new(),
                count: 0,
                code: code.to_owned(),
            },
        )?;
    }
    work.conn
        .prepare_cached("UPDATE lf_table SET refetch = ?2 WHERE name = ?1")?
        .execute(rusqlite::params![table.name.as_str(), after])?;
    Ok(())
}
