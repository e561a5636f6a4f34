//! The bell: after each commit, what it changed, for the streams and the pushes that wait for it (step 8 of the data's
//! way).
//!
//! It is rung by the writer's own thread, after the commit and before the answer, and reads the news from the history:
//! whoever writes the history wakes, with nothing to hand around, and a change that another process made is found the
//! same way. It keeps the last few commits only; a listener that was slower than that learns that it missed some and
//! takes everything for changed. So nobody waits for a slow listener, and no queue grows.

use crate::Error;
use crate::db::{history, meta, notifications};
use landfall_core::id::{DeviceId, Seq, TableName};
use landfall_protocol::wake::{MOST_TABLES, Notify};
use rusqlite::Connection;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Commits that are remembered.
const REMEMBERED: usize = 64;

/// Changes of a commit that are looked at; one with more changed any table.
const LOOKED_AT: u32 = 1_000;

/// One commit, or what else there is to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum News {
    /// Records were changed.
    Changed(Commit),
    /// This device is sent a test.
    Test(DeviceId),
}

/// What a commit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    /// Its last change.
    pub(crate) seq: Seq,
    /// The tables; none: any.
    pub(crate) tables: Vec<TableName>,
    /// The name of the device that made it, if it was one alone.
    pub(crate) by: Option<String>,
    /// Whom it tells.
    pub(crate) notify: Vec<(DeviceId, Notify)>,
}

/// The last news.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    /// How many there were before the first one of `news`.
    forgotten: u64,
    news: VecDeque<Arc<News>>,
    /// The server's last change.
    pub(crate) seq: Seq,
    /// The server's life.
    pub(crate) epoch: String,
    /// Streams are to end.
    pub(crate) closing: bool,
}

/// What a listener finds.
pub(crate) enum Heard {
    /// The news since it last listened.
    News(Vec<Arc<News>>),
    /// More than is remembered.
    Missed,
}

impl Recent {
    /// Where a listener begins that wants to hear what comes from now on.
    pub(crate) fn end(&self) -> u64 {
        self.forgotten + self.news.len() as u64
    }

    /// What came after `heard`, which moves to the end.
    pub(crate) fn since(&self, heard: &mut u64) -> Heard {
        let skip = heard.checked_sub(self.forgotten);
        *heard = self.end();
        match skip.and_then(|skip| usize::try_from(skip).ok()) {
            Some(skip) => Heard::News(self.news.iter().skip(skip).cloned().collect()),
            None => Heard::Missed,
        }
    }

    fn add(&mut self, news: News) {
        if self.news.len() == REMEMBERED {
            self.news.pop_front();
            self.forgotten += 1;
        }
        self.news.push_back(Arc::new(news));
    }
}

/// The bell.
#[derive(Debug)]
pub(crate) struct Bell {
    recent: watch::Sender<Recent>,
    /// Held while it is rung, so that commits are told in their order.
    ringing: Mutex<()>,
}

impl Bell {
    /// A bell that tells what is committed from now on.
    pub(crate) fn new(connection: &Connection) -> Result<Self, Error> {
        let meta = meta::read_any(connection)?;
        let recent = meta.map_or_else(Recent::default, |meta| Recent {
            seq: meta.seq,
            epoch: meta.epoch,
            ..Recent::default()
        });
        Ok(Self {
            recent: watch::Sender::new(recent),
            ringing: Mutex::new(()),
        })
    }

    /// Tells what was committed since it was last rung, if anything was. What can't be read now is told next time.
    pub(crate) fn ring(&self, connection: &Connection) {
        let _one_at_a_time = self.ringing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = self.try_ring(connection) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "devices are woken later"
            );
        }
    }

    fn try_ring(&self, connection: &Connection) -> Result<(), Error> {
        // One state for all that is read.
        let reading = connection.unchecked_transaction()?;
        let Some(meta) = meta::read_any(&reading)? else {
            return Ok(());
        };
        let (told, same_life) = {
            let recent = self.recent.borrow();
            (recent.seq, recent.epoch == meta.epoch)
        };
        if same_life && meta.seq == told {
            return Ok(());
        }
        let commit = if meta.seq > told {
            commit(&reading, told, meta.seq)?
        } else {
            None
        };
        drop(reading);
        self.recent.send_modify(|recent| {
            recent.seq = meta.seq;
            recent.epoch = meta.epoch;
            if let Some(commit) = commit {
                recent.add(News::Changed(commit));
            }
        });
        Ok(())
    }

    /// Has a device's streams sent a test.
    pub(crate) fn test(&self, device: DeviceId) {
        self.recent.send_modify(|recent| recent.add(News::Test(device)));
    }

    /// Ends all streams, now and from now on.
    pub(crate) fn close(&self) {
        self.recent.send_modify(|recent| recent.closing = true);
    }

    /// Listens from now on.
    pub(crate) fn listen(&self) -> watch::Receiver<Recent> {
        self.recent.subscribe()
    }
}

/// What was committed after `told`. The `last` change may be beyond what is looked at.
fn commit(connection: &Connection, told: Seq, last: Seq) -> Result<Option<Commit>, Error> {
    let Some(span) = history::span(connection, told, LOOKED_AT)? else {
        return Ok(None);
    };
    let is_whole = span.last >= last;
    let few = span.tables.len() <= MOST_TABLES;
    Ok(Some(Commit {
        seq: last,
        tables: if is_whole && few { span.tables } else { Vec::new() },
        by: span.by.filter(|_| is_whole),
        notify: notifications::after(connection, told)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(recent: &mut Recent, number: u32) {
        recent.add(News::Test(DeviceId::new(number.to_string()).unwrap()));
    }

    fn count(heard: Heard) -> Option<usize> {
        match heard {
            Heard::News(news) => Some(news.len()),
            Heard::Missed => None,
        }
    }

    #[test]
    fn a_listener_hears_each_news_once_and_knows_when_it_missed_some() {
        let mut recent = Recent::default();
        test(&mut recent, 1);
        let mut heard = recent.end();
        assert_eq!(count(recent.since(&mut heard)), Some(0));
        test(&mut recent, 2);
        test(&mut recent, 3);
        assert_eq!(count(recent.since(&mut heard)), Some(2));
        assert_eq!(count(recent.since(&mut heard)), Some(0));

        // As many as are remembered are heard, one more and some are missed.
        (0..64).for_each(|number| test(&mut recent, number));
        assert_eq!(count(recent.since(&mut heard)), Some(64));
        (0..65).for_each(|number| test(&mut recent, number));
        assert_eq!(count(recent.since(&mut heard)), None);
        assert_eq!(count(recent.since(&mut heard)), Some(0));
    }
}
