//! The tables of an Azure Mobile Apps or Datasync server, brought into this workspace (`import --from`), and a first
//! schema made of them (`schema infer`). docs/MIGRATING.md is the way of a whole team; here is what one run does.
//!
//! **A run** reads each table in the order of `updatedAt` ([`landfall_tables::walk`]) and puts a page at a time, in one
//! write transaction, through the same validation and the same counters as a push ([`take`]). The position is kept in that
//! transaction: a run that broke off goes on where it was, and a run after the end brings what was changed there since. It
//! goes back by [`OVERLAP`] each time, because those servers give times before they commit; what it reads twice changes nothing.
//!
//! **What is kept**: id, values, deletions (also of what was never here: clients that have not heard of them will), when a
//! record was made, and when it was last changed, as the time of its edit in history. **What is not**: versions, and
//! `updatedAt` itself, which rises here with each change of a table; so an old client pulls everything once more.
//!
//! **Who wins**: what was changed later, here or there. So people may work here already, while the old server goes on.
//!
//! **What does not fit** is left out, told with its id and the reason, and asked for again by the next run. A record whose
//! parent is not here yet waits for the end of the run, whatever the order of the tables.

pub mod infer;
mod source;
mod take;

pub use source::{Source, Wanted};

use crate::db::change::Changes;
use crate::db::imports;
use crate::{Error, Workspace};
use landfall_core::id::{Millis, TableName};
use landfall_tables::{Position, Properties, Row, Select};
use serde::{Deserialize, Serialize};
use take::Tally;

/// How far a run goes back before the last one's end.
const OVERLAP: i64 = 5 * 60 * 1_000;

/// Ids of records that were left out, kept for the next run. Where there are more, it begins anew.
const MOST_LEFT_OUT: usize = 2_000;

/// What is kept of a table from one run to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// The server's address; with another one, all begins anew.
    from: String,
    /// What the table is called there.
    theirs: String,
    position: Position,
    /// Records that were left out, or still wait.
    left_out: Vec<String>,
    /// There were too many of these to be kept.
    again: bool,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// The table.
    pub table: &'a TableName,
    /// Records that were read in this run.
    pub read: u64,
    /// Records that there are to read, if the server says.
    pub of: Option<u64>,
}

/// A record that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its id there.
    pub id: String,
    /// What keeps it out.
    pub reason: String,
}

/// What a run did to one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The table's name here.
    pub table: String,
    /// Records that the server sent, each as often as it did.
    pub read: u64,
    /// Records made here.
    pub made: u64,
    /// Records changed here.
    pub changed: u64,
    /// Records deleted here, or known as deleted from now on.
    pub deleted: u64,
    /// Records that are here as they are there.
    pub unchanged: u64,
    /// Records that were changed here later than there, and stay.
    pub newer_here: u64,
    /// Records that do not fit.
    pub left_out: Vec<LeftOut>,
    /// Properties that the server's records have, and the table has no column for.
    pub strangers: Vec<String>,
    /// Live records here, now.
    pub here: u64,
}

/// One table in a run.
struct Table {
    ours: TableName,
    theirs: String,
    properties: Properties,
    kept: Kept,
    tally: Tally,
}

/// Brings these tables. `again`: everything, not only what changed since the last run.
///
/// # Errors
/// [`Error::NoSuchTable`]; [`Error::Source`] when the server can't be asked, after some tries: what was read by then is
/// here, and the next run goes on; or what SQLite says.
pub async fn run(
    workspace: &Workspace,
    source: &Source,
    again: bool,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<Vec<Report>, Error> {
    let mut tables = Vec::new();
    for (ours, theirs) in source.tables() {
        tables.push(begin(workspace, source, ours, theirs, again).await?);
    }
    for table in &mut tables {
        read(workspace, source, table, &mut progress).await?;
        ask_again(source, table).await?;
    }
    settle(workspace, &mut tables).await?;
    let mut reports = Vec::new();
    for table in tables {
        reports.push(end(workspace, table).await?);
    }
    Ok(reports)
}

async fn begin(
    workspace: &Workspace,
    source: &Source,
    ours: &TableName,
    theirs: &str,
    again: bool,
) -> Result<Table, Error> {
    let name = ours.clone();
    let (schema, kept) = workspace
        .database()
        .read(move |tx, model| {
            let schema = model.table_named(name.as_str())?.rules().table().clone();
            Ok((schema, imports::position(tx, &name)?))
        })
        .await?;
    let fresh = Kept {
        from: source.address().to_owned(),
        theirs: theirs.to_owned(),
        ..Kept::default()
    };
    let same = |kept: &Kept| kept.from == fresh.from && kept.theirs == fresh.theirs;
    let kept: Option<Kept> = kept.and_then(|text| serde_json::from_str(&text).ok());
    let mut kept = match kept.filter(same) {
        Some(kept) if !again && !kept.again => kept,
        _ => fresh,
    };
    kept.position.go_back(OVERLAP);
    Ok(Table {
        ours: ours.clone(),
        theirs: theirs.to_owned(),
        properties: Properties::new(schema),
        tally: Tally {
            owed: kept.left_out.iter().cloned().collect(),
            ..Tally::default()
        },
        kept,
    })
}

/// Reads a table to its end, page by page.
async fn read(
    workspace: &Workspace,
    source: &Source,
    table: &mut Table,
    progress: &mut impl FnMut(Progress<'_>),
) -> Result<(), Error> {
    let mut of = None;
    loop {
        let asked = table.kept.position.clone();
        let page = source
            .page(&table.theirs, asked.select(), asked.passed_over())
            .await?;
        let is_last = page.is_last(asked.passed_over());
        of = of.or(page.count.map(|count| count.saturating_sub(asked.passed_over())));
        let rows = source.rows(page)?;
        let next = asked.after(&rows, is_last);
        table.kept.position = next.clone().unwrap_or_else(|end| end);
        table.tally.read += rows.len() as u64;
        table.put(workspace, rows).await?;
        progress(Progress {
            table: &table.ours,
            read: table.tally.read,
            of,
        });
        if next.is_err() {
            return Ok(());
        }
    }
}

/// Asks for what earlier runs left out, and this one did not meet.
async fn ask_again(source: &Source, table: &mut Table) -> Result<(), Error> {
    for id in std::mem::take(&mut table.tally.owed) {
        let page = source.page(&table.theirs, Select::Id(&id), 0).await?;
        // One that is gone there needs nothing here.
        for row in source.rows(page)? {
            table.tally.waiting.insert(row.id.clone(), (row, String::new()));
        }
    }
    Ok(())
}

/// Puts what waits, until a round brings nothing more.
async fn settle(workspace: &Workspace, tables: &mut [Table]) -> Result<(), Error> {
    loop {
        let waited = |tables: &[Table]| {
            tables
                .iter()
                .map(|table| table.tally.waiting.len())
                .sum::<usize>()
        };
        let before = waited(tables);
        for table in tables.iter_mut() {
            let waiting = std::mem::take(&mut table.tally.waiting);
            if !waiting.is_empty() {
                let rows = waiting.into_values().map(|(row, _)| row).collect();
                table.put(workspace, rows).await?;
            }
        }
        if waited(tables) == before {
            return Ok(());
        }
    }
}

async fn end(workspace: &Workspace, mut table: Table) -> Result<Report, Error> {
    for (id, (_, reason)) in std::mem::take(&mut table.tally.waiting) {
        table.tally.left_out.insert(id, reason);
    }
    table.put(workspace, Vec::new()).await?;
    let name = table.ours.clone();
    let here = workspace
        .database()
        .read(move |tx, _| {
            let states = crate::db::meta::table_states(tx)?;
            Ok(states.get(&name).map_or(0, |state| state.sum.count))
        })
        .await?;
    let strangers = table.properties.strangers().into_iter().map(str::to_owned);
    let tally = table.tally;
    Ok(Report {
        table: table.ours.to_string(),
        read: tally.read,
        made: tally.made,
        changed: tally.changed,
        deleted: tally.deleted,
        unchanged: tally.unchanged,
        newer_here: tally.newer_here,
        left_out: tally
            .left_out
            .into_iter()
            .map(|(id, reason)| LeftOut { id, reason })
            .collect(),
        strangers: strangers.collect(),
        here,
    })
}

impl Table {
    /// Puts records and keeps the position, in one transaction.
    async fn put(&mut self, workspace: &Workspace, rows: Vec<Row>) -> Result<(), Error> {
        let now = workspace.surroundings().now();
        let name = self.ours.clone();
        let mut kept = std::mem::take(&mut self.kept);
        let mut tally = std::mem::take(&mut self.tally);
        let mut properties = self.properties.clone();
        let done = workspace
            .database()
            .write(move |tx, model| {
                let table = model.table_named(name.as_str())?;
                let changes = Changes::begin(tx, model, now)?;
                take::put(changes, table, now, &mut properties, rows, &mut tally)?;
                let missing = tally.missing();
                kept.again = missing.len() > MOST_LEFT_OUT;
                kept.left_out = if kept.again {
                    Vec::new()
                } else {
                    missing.into_iter().collect()
                };
                let text = serde_json::to_string(&kept).map_err(|_| Error::StrangeValue {
                    table: table.name().clone(),
                })?;
                imports::keep(tx, table.name(), &text)?;
                Ok((properties, kept, tally))
            })
            .await?;
        (self.properties, self.kept, self.tally) = done;
        Ok(())
    }
}

/// When a record was last changed there; now, where the server does not say.
fn changed_at(row: &Row, now: Millis) -> Millis {
    row.updated_at.unwrap_or(now)
}
