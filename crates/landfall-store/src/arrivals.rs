//! The order of changes of a server that has none (its records come with seq 0): the order in which they arrive here
//! (beside steps 7 and 10 of the data's way).
//!
//! A device asks one thing after the other, so what it is told later is what is newer, whatever the clocks say. Each
//! arrival gets the next number, which is kept with what arrived. Whether a record is news can't be told by a number
//! that is given here: it is when its version is another one, or when a clean record shows other values than the
//! server has (it fills in values of its own when it stores a record).

use crate::error::Result;
use crate::facts;
use crate::row::{Mark, Row};
use landfall_core::id::Seq;
use landfall_core::record::Record;
use rusqlite::Connection;

const ARRIVALS: &str = "arrivals";

/// The server has no order of its own.
pub(crate) fn is_unordered(seq: Seq) -> bool {
    seq == Seq(0)
}

/// The numbers of what arrives in one transaction.
pub(crate) struct Arrivals {
    last: u64,
    given: bool,
}

impl Arrivals {
    /// Goes on where the last one ended.
    pub(crate) fn begin(conn: &Connection) -> Result<Self> {
        let last = facts::get(conn, ARRIVALS)?.and_then(|last| last.parse().ok());
        Ok(Self {
            last: last.unwrap_or(0),
            given: false,
        })
    }

    /// The place of something that arrives: the server's, or the next here.
    pub(crate) fn place(&mut self, seq: Seq) -> Seq {
        if !is_unordered(seq) {
            return seq;
        }
        self.last += 1;
        self.given = true;
        Seq(self.last)
    }

    /// Keeps where it ended.
    pub(crate) fn end(self, conn: &Connection) -> Result<()> {
        if self.given {
            facts::put(conn, ARRIVALS, &self.last.to_string())?;
        }
        Ok(())
    }
}

/// How records arrive.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Arrival {
    /// The mark and sweep under way, if there is one: what was not seen in it yet is taken whatever its seq (the
    /// server's order may have begun anew).
    pub(crate) generation: Option<i64>,
    /// Changes count as *changed by others* (not while a workspace is filled for the first time).
    pub(crate) news: bool,
    /// The server has no order of changes.
    pub(crate) unordered: bool,
}

/// Whether a record is news to a row, whatever its number is.
pub(crate) fn is_news(old: &Row, theirs: &Record) -> bool {
    let same = old.version.as_ref() == Some(&theirs.version) && old.live != theirs.deleted;
    !same || (old.mark == Mark::Synced && old.fields != theirs.fields)
}

/// The record with what is known beside: when it was made at the latest (newer such servers do not say), and who made the
/// change of this version (none of them says), if that was this device.
pub(crate) fn as_known(old: &Row, theirs: &Record) -> Record {
    let mut known = theirs.clone();
    known.created_at = theirs.created_at.min(old.created_at);
    if old.version.as_ref() == Some(&theirs.version) {
        known.changed_by = old.changed_by.clone();
        known.changed_at = old.changed_at;
    }
    known
}
