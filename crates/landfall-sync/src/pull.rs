//! The way down: pages of what changed, each put down together with its cursor while the next is on its way (steps 9
//! to 11 of the data's way).
//!
//! A stream that is cut goes on from the last page that was put down. At its end the store compares each table with the
//! server's count and checksum; a table that differs is noted, logged, and pulled from the start.

use crate::error::Error;
use crate::run::{Runner, Tally};
use crate::scheduler::Direction;
use crate::transport::{Page, TransportError};
use futures_util::StreamExt;
use landfall_core::id::TableName;
use landfall_store::{PageDone, PageIn, Place, Scope, Store};
use tokio::task::JoinHandle;

/// Pulls what changed, and any table that must be pulled from the start.
pub(crate) async fn pull(runner: &Runner, tally: &mut Tally, place: Place) -> Result<(), Error> {
    refetch(runner, tally, place.refetch).await?;
    stream(runner, tally, Scope::All, place.cursor).await?;
    // What did not agree is pulled once more, now; if it still does not, the next run goes on.
    let tables = runner.on_store(Store::tables_to_refetch).await?;
    refetch(runner, tally, tables).await
}

async fn refetch(runner: &Runner, tally: &mut Tally, tables: Vec<TableName>) -> Result<(), Error> {
    for table in tables {
        tally.journal.event("resync", Some(&table));
        stream(runner, tally, Scope::Table(table), None).await?;
    }
    Ok(())
}

/// Pulls one stream to its end, from the cursor if there is one.
async fn stream(
    runner: &Runner,
    tally: &mut Tally,
    scope: Scope,
    cursor: Option<String>,
) -> Result<(), Error> {
    let tables = match &scope {
        Scope::All => None,
        Scope::Table(table) => Some([table.clone()]),
    };
    let tables = tables.as_ref().map(|tables| &tables[..]);
    tracing::trace!(target: "landfall::way", "pull goes out");
    let mut pages = runner.line().pull(cursor.as_deref(), tables).await?;
    let mut under_way = UnderWay::default();
    let mut first = true;
    loop {
        let page = match pages.next().await {
            Some(Ok(page)) => page,
            cut => {
                under_way.settle(runner, tally).await?;
                let met = cut.and_then(Result::err).unwrap_or(TransportError::CutOff);
                return Err(met.into());
            }
        };
        under_way.settle(runner, tally).await?;
        if runner.is_other_schema(page.schema_version) {
            tally.journal.event("schema", None);
            runner.meet_workspace().await?;
        }
        if page.reset {
            tally.journal.event("resync", None);
        }
        tracing::trace!(target: "landfall::way", "page here");
        let (last, epoch) = (page.last.is_some(), page.epoch.clone());
        tally.expect(&page);
        under_way.begin(runner, page_in(scope.clone(), page, first));
        first = false;
        if last {
            under_way.settle(runner, tally).await?;
            if scope == Scope::All {
                runner.keep_epoch(epoch).await?;
            }
            return Ok(());
        }
    }
}

fn page_in(scope: Scope, page: Page, first: bool) -> PageIn {
    PageIn {
        scope,
        cursor: page.cursor,
        reset: page.reset,
        first,
        records: page.records,
        last: page.last,
    }
}

/// The page that the store is putting down while the next one comes in.
#[derive(Default)]
struct UnderWay(Option<PageDown>);

struct PageDown {
    records: usize,
    /// Where the store stands once the page is down, if that moves with it.
    cursor: Option<String>,
    done: JoinHandle<Result<PageDone, landfall_store::Error>>,
}

impl UnderWay {
    fn begin(&mut self, runner: &Runner, page: PageIn) {
        self.0 = Some(PageDown {
            records: page.records.values().map(Vec::len).sum(),
            cursor: (page.scope == Scope::All).then(|| page.cursor.clone()),
            done: runner.spawn_on_store(move |store| store.apply_page(page)),
        });
    }

    /// Waits until the page is on disk, and tells what it changed.
    async fn settle(&mut self, runner: &Runner, tally: &mut Tally) -> Result<(), Error> {
        let Some(PageDown {
            records,
            cursor,
            done,
        }) = self.0.take()
        else {
            return Ok(());
        };
        let done = crate::run::joined(done).await?;
        if let Some(cursor) = cursor {
            runner.reached(cursor);
        }
        tracing::trace!(target: "landfall::way", "page put down");
        let summary = &mut tally.summary;
        summary.received += done.received;
        summary.merged += done.merged;
        summary.conflicts += done.conflicts;
        tally.journal.count("merged", None, done.merged);
        tally.journal.count("conflict", None, done.conflicts);
        for (table, ids) in &done.changed {
            for id in ids {
                tally.journal.record("received", table, id);
            }
        }
        for table in &done.mismatched {
            tracing::warn!(%table, "count or checksum differs from the server's");
            tally.journal.event("checksum_mismatch", Some(table));
        }
        tally.progressed(runner, Direction::Receiving, records);
        runner.tell_changed(done.changed);
        Ok(())
    }
}
