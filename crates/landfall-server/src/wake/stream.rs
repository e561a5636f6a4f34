//! One device's event stream: `hello`, then a `wake` for each commit of others, and a heartbeat between (step 8 of the
//! data's way; the protocol is [`landfall_protocol::wake`]).
//!
//! A stream holds no queue: it is asked for its next bytes when the line takes them, and then tells at once everything
//! that came meanwhile.

use super::Wakes;
use super::bell::{Commit, Heard, News, Recent};
use super::presence::Here;
use crate::Error;
use crate::db::{devices, meta, notifications};
use axum::body::Bytes;
use landfall_core::id::Seq;
use landfall_protocol::wake::{HELLO, Hello, MOST_TABLES, Notify, WAKE, Wake};
use landfall_protocol::workspace::Device;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// An open stream.
pub(crate) struct Stream {
    wakes: Wakes,
    device: Device,
    recent: watch::Receiver<Recent>,
    heard: u64,
    /// All changes up to here were told.
    told: Seq,
    epoch: String,
    hello: Option<Hello>,
    heartbeat: Duration,
    beat_at: Instant,
    here: Here,
}

impl Stream {
    /// Opens a stream; notifications after `notified` are told first.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) async fn open(wakes: &Wakes, device: Device, notified: Option<Seq>) -> Result<Self, Error> {
        // Listening begins before the state is read: what is committed between is heard, and known to be told already.
        let mut recent = wakes.database().bell().listen();
        let heard = recent.borrow_and_update().end();
        let here = wakes.presence().enter(&device.id);
        let id = device.id.clone();
        let (meta, notify) = wakes
            .database()
            .read(move |tx, model| {
                let notify = match notified {
                    Some(notified) => notifications::of_device(tx, &id, notified)?,
                    None => Vec::new(),
                };
                Ok((meta::read(tx, model)?, notify))
            })
            .await?;
        let heartbeat = wakes.heartbeat();
        Ok(Self {
            wakes: wakes.clone(),
            device,
            recent,
            heard,
            told: meta.seq,
            epoch: meta.epoch.clone(),
            hello: Some(Hello {
                epoch: meta.epoch,
                seq: meta.seq,
                heartbeat_seconds: u32::try_from(heartbeat.as_secs().max(1)).unwrap_or(u32::MAX),
                notify,
            }),
            heartbeat,
            beat_at: Instant::now() + heartbeat,
            here,
        })
    }

    /// The next bytes; none: the stream is to end.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        if let Some(hello) = self.hello.take() {
            return Some(self.event(HELLO, &hello));
        }
        loop {
            let changed = tokio::select! {
                changed = self.recent.changed() => changed.is_ok(),
                () = tokio::time::sleep_until(self.beat_at) => return self.beat().await,
            };
            tracing::trace!(target: "landfall::way", device = self.device.name, "stream woken");
            if !changed {
                return None;
            }
            let heard = {
                let recent = self.recent.borrow_and_update();
                if recent.closing || recent.epoch != self.epoch {
                    // The device connects again, and learns of the other life by `hello`.
                    return None;
                }
                match recent.since(&mut self.heard) {
                    Heard::News(news) => Ok(news),
                    Heard::Missed => Err(recent.seq),
                }
            };
            let wake = match heard {
                Ok(news) => self.of_news(&news),
                Err(last) => Some(self.of_everything(last).await?),
            };
            if let Some(wake) = wake {
                return Some(self.event(WAKE, &wake));
            }
        }
    }

    /// A heartbeat, if the device may still have the stream.
    async fn beat(&mut self) -> Option<Bytes> {
        let id = self.device.id.clone();
        let known = self
            .wakes
            .database()
            .read(move |tx, _| devices::is_known(tx, &id));
        // A database that can't be read now does not end the streams.
        let is_known = known.await.unwrap_or(true);
        if !is_known || self.here.is_old() {
            return None;
        }
        self.beat_at = Instant::now() + self.heartbeat;
        Some(Bytes::from_static(b":\n\n"))
    }

    fn of_news(&mut self, news: &[Arc<News>]) -> Option<Wake> {
        let mut wake = Wake::default();
        let mut any_table = false;
        for news in news {
            match &**news {
                News::Test(device) => wake.test |= *device == self.device.id,
                News::Changed(commit) if commit.seq > self.told => {
                    self.told = commit.seq;
                    any_table |= self.add(&mut wake, commit);
                }
                News::Changed(_) => {}
            }
        }
        if any_table || wake.tables.len() > MOST_TABLES {
            wake.tables.clear();
        }
        if wake.seq == Seq(0) && !wake.test {
            return None;
        }
        wake.seq = wake.seq.max(self.told);
        Some(wake)
    }

    /// Adds what a commit of someone else changed; whether that may be any table.
    fn add(&self, wake: &mut Wake, commit: &Commit) -> bool {
        if commit.by.as_ref() == Some(&self.device.name) {
            return false;
        }
        wake.seq = commit.seq;
        for table in &commit.tables {
            if !wake.tables.contains(table) {
                wake.tables.push(table.clone());
            }
        }
        let mine = commit
            .notify
            .iter()
            .filter(|(device, _)| *device == self.device.id);
        wake.notify
            .extend(mine.map(|(_, notify)| notify.clone()).collect::<Vec<Notify>>());
        commit.tables.is_empty()
    }

    /// For a device that was slower than what is remembered.
    async fn of_everything(&mut self, last: Seq) -> Option<Wake> {
        let (id, told) = (self.device.id.clone(), self.told);
        let notify = self
            .wakes
            .database()
            .read(move |tx, _| notifications::of_device(tx, &id, told))
            .await
            // The device asks for them when it connects again.
            .inspect_err(|error| {
                tracing::warn!(
                    error = error as &dyn std::error::Error,
                    "a stream is ended, its device connects again"
                );
            })
            .ok()?;
        self.told = last;
        Some(Wake {
            seq: last,
            notify,
            ..Wake::default()
        })
    }

    fn event(&mut self, name: &str, data: &impl Serialize) -> Bytes {
        self.beat_at = Instant::now() + self.heartbeat;
        let json = serde_json::to_string(data).expect("invariant: ids and names are JSON");
        Bytes::from(format!("event: {name}\ndata: {json}\n\n"))
    }
}
