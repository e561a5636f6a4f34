//! The dispatch: decides when each installation is pushed to, and has it done (step 8 of the data's way).
//!
//! One task owns it. It keeps, for each installation, at most one wake that waits, however many commits there were: a
//! burst is one push. The loop is: hear the news → start what is due, a few at a time for each platform → note what
//! became of those that ended, many in one transaction → wait for the next of these. Nothing waits for a slow push
//! service but the pushes to it.

use super::bell::{Commit, Heard, News, Recent};
use super::pace::{Pace, STREAM_GRACE};
use super::send::Answer;
use super::{Wakes, fate};
use crate::Error;
use crate::db::installations::{self, Fate, Key, Sent, Stored};
use landfall_core::id::{Millis, Seq, TableName};
use landfall_protocol::wake::{Platform, Wake};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Pushes under way to one platform's service.
const AT_ONCE: usize = 32;

/// Ended pushes that are noted in one transaction at most, and the least that are while others are under way.
const NOTED_TOGETHER: usize = 64;

/// The dispatch looks up at least this often: what waits may have become due by a clock that was set.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The dispatch of a server.
pub struct Dispatch {
    wakes: Wakes,
    recent: watch::Receiver<Recent>,
    heard: u64,
    slots: HashMap<Key, Slot>,
    under_way: JoinSet<Ended>,
    counts: BTreeMap<Platform, usize>,
    /// A service that asked everyone to wait.
    paused: BTreeMap<Platform, Millis>,
    to_note: Vec<Sent>,
    /// A push broke off: what it was for is found again.
    read_again: bool,
}

/// One installation.
struct Slot {
    stored: Stored,
    pace: Pace,
    waiting: Option<Waiting>,
    is_under_way: bool,
}

/// A wake that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Waiting {
    seq: Seq,
    since: Millis,
    tables: Vec<TableName>,
    any_table: bool,
}

/// A push that ended.
struct Ended {
    key: Key,
    platform: Platform,
    registered_at: Millis,
    sent: Waiting,
    notified: Seq,
    answer: Answer,
}

impl Dispatch {
    /// Takes up what was not told before the server stopped.
    ///
    /// # Errors
    /// What SQLite says.
    pub async fn start(wakes: Wakes) -> Result<Self, Error> {
        let mut recent = wakes.database().bell().listen();
        let heard = recent.borrow_and_update().end();
        let mut dispatch = Self {
            wakes,
            recent,
            heard,
            slots: HashMap::new(),
            under_way: JoinSet::new(),
            counts: BTreeMap::new(),
            paused: BTreeMap::new(),
            to_note: Vec::new(),
            read_again: false,
        };
        dispatch.read_all().await?;
        Ok(dispatch)
    }

    /// Runs until the streams are closed.
    pub async fn run(mut self) {
        while !self.recent.borrow().closing {
            self.step().await;
            let wait = self.wait();
            tokio::select! {
                changed = self.recent.changed() => if changed.is_err() { break },
                () = self.wakes.0.signal.notified() => {}
                Some(ended) = self.under_way.join_next() => self.end(ended),
                () = tokio::time::sleep(wait) => {}
            }
        }
        self.note(true).await;
    }

    /// Does all that is due now, to its end; returns when something is due next. For tests, and whoever has no loop.
    pub async fn settle(&mut self) -> Option<Millis> {
        loop {
            self.step().await;
            match self.under_way.join_next().await {
                Some(ended) => self.end(ended),
                None => break,
            }
        }
        self.note(true).await;
        self.next_due()
    }

    async fn step(&mut self) {
        if let Err(error) = self.hear().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "pushes wait: the installations can't be read"
            );
        }
        while let Some(ended) = self.under_way.try_join_next() {
            self.end(ended);
        }
        self.start_due().await;
        self.note(false).await;
    }

    async fn hear(&mut self) -> Result<(), Error> {
        for key in self.wakes.take_changed() {
            self.read_one(key).await?;
        }
        let heard = {
            let recent = self.recent.borrow_and_update();
            recent.since(&mut self.heard)
        };
        let Heard::News(news) = heard else {
            return self.read_all().await;
        };
        if self.read_again && self.under_way.is_empty() {
            self.read_again = false;
            self.read_all().await?;
        }
        let now = self.wakes.surroundings().now();
        for news in news {
            if let News::Changed(commit) = &*news {
                for slot in self.slots.values_mut() {
                    slot.hear(commit, now);
                }
            }
        }
        Ok(())
    }

    /// Reads all installations, and finds those that are to be woken.
    async fn read_all(&mut self) -> Result<(), Error> {
        let (all, last) = self
            .wakes
            .database()
            .read(|tx, model| {
                let mut all = Vec::new();
                for stored in installations::alive(tx)? {
                    let is_due = installations::is_due(tx, &stored)?;
                    all.push((stored, is_due));
                }
                Ok((all, crate::db::meta::read(tx, model)?.seq))
            })
            .await?;
        let mut before = std::mem::take(&mut self.slots);
        for (stored, is_due) in all {
            let slot = before.remove(&stored.key);
            self.take(slot, stored, is_due, last);
        }
        Ok(())
    }

    async fn read_one(&mut self, key: Key) -> Result<(), Error> {
        let which = key.clone();
        let (found, last) = self
            .wakes
            .database()
            .read(move |tx, model| {
                let found = installations::find(tx, &which)?;
                let is_due = match &found {
                    Some(stored) => installations::is_due(tx, stored)?,
                    None => false,
                };
                Ok((
                    found.map(|stored| (stored, is_due)),
                    crate::db::meta::read(tx, model)?.seq,
                ))
            })
            .await?;
        let slot = self.slots.remove(&key);
        if let Some((stored, is_due)) = found
            && stored.channel.platform() != Platform::Stream
            && !stored.health.dead
        {
            self.take(slot, stored, is_due, last);
        }
        Ok(())
    }

    /// Takes an installation as it was read; its pace goes on unless its channel is another one.
    fn take(&mut self, slot: Option<Slot>, stored: Stored, is_due: bool, last: Seq) {
        let platform = stored.channel.platform();
        let same_channel = slot
            .as_ref()
            .is_some_and(|slot| slot.stored.channel == stored.channel);
        let health = &stored.health;
        let pace = match &slot {
            Some(slot) if same_channel => slot.pace,
            _ => Pace::resumed(platform, health.last_sent_at, health.failures),
        };
        let is_under_way = slot
            .as_ref()
            .is_some_and(|slot| slot.is_under_way && same_channel);
        let waiting = slot.and_then(|slot| slot.waiting);
        let since = self.wakes.surroundings().now();
        let found = (is_due && !is_under_way).then(|| Waiting {
            seq: last,
            since,
            tables: Vec::new(),
            any_table: true,
        });
        self.slots.insert(
            stored.key.clone(),
            Slot {
                pace,
                waiting: waiting.or(found),
                is_under_way,
                stored,
            },
        );
    }

    /// When a slot that waits may be pushed to.
    fn due(&self, slot: &Slot) -> Option<Millis> {
        let waiting = slot.waiting.as_ref().filter(|_| !slot.is_under_way)?;
        let platform = slot.stored.channel.platform();
        let mut due = slot.pace.due(platform).max(waiting.since);
        if let Some(until) = self.paused.get(&platform) {
            due = due.max(*until);
        }
        if self.wakes.presence().is_streaming(&slot.stored.key.device) {
            let grace = i64::try_from(STREAM_GRACE.as_millis()).unwrap_or(i64::MAX);
            due = due.max(Millis(waiting.since.0.saturating_add(grace)));
        }
        Some(due)
    }

    fn next_due(&self) -> Option<Millis> {
        self.slots.values().filter_map(|slot| self.due(slot)).min()
    }

    fn wait(&self) -> Duration {
        let now = self.wakes.surroundings().now();
        // Those that are due and not under way wait for a place, which an ended push gives.
        let next = self
            .slots
            .values()
            .filter_map(|slot| self.due(slot))
            .filter(|due| *due > now);
        next.min().map_or(LONGEST_WAIT, |due| {
            Duration::from_millis((due.0 - now.0).unsigned_abs()).min(LONGEST_WAIT)
        })
    }

    async fn start_due(&mut self) {
        let now = self.wakes.surroundings().now();
        let mut due: Vec<(Millis, Key)> = Vec::new();
        for (key, slot) in &self.slots {
            if let Some(at) = self.due(slot).filter(|at| *at <= now) {
                due.push((at, key.clone()));
            }
        }
        // Who waits longest is first.
        due.sort();
        for (_, key) in due {
            self.push_to(key, now).await;
        }
    }

    /// Starts one push, if its platform has a place and the device still needs it.
    async fn push_to(&mut self, key: Key, now: Millis) {
        let Some(slot) = self.slots.get_mut(&key) else {
            return;
        };
        let Some(waiting) = slot.waiting.clone() else {
            return;
        };
        if self.wakes.presence().has_pulled(&key.device) >= waiting.seq {
            slot.waiting = None;
            self.to_note.push(Sent {
                key,
                registered_at: slot.stored.registered_at,
                at: now,
                fate: Fate::Seen(waiting.seq),
            });
            return;
        }
        let count = self.counts.entry(slot.stored.channel.platform()).or_default();
        if *count >= AT_ONCE {
            return;
        }
        let notify = match self.wakes.untold(&slot.stored).await {
            Ok(notify) => notify,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a push goes without its notifications"
                );
                Vec::new()
            }
        };
        *count += 1;
        slot.waiting = None;
        slot.is_under_way = true;
        let notified = notify
            .iter()
            .map(|notify| notify.seq)
            .max()
            .unwrap_or(slot.stored.notified);
        let push = self.wakes.push(
            &key,
            Wake {
                seq: waiting.seq,
                tables: if waiting.any_table {
                    Vec::new()
                } else {
                    waiting.tables.clone()
                },
                notify,
                test: false,
            },
        );
        let (wakes, channel, registered_at) = (
            self.wakes.clone(),
            slot.stored.channel.clone(),
            slot.stored.registered_at,
        );
        self.under_way.spawn(async move {
            let answer = wakes.senders().send(&channel, &push).await;
            Ended {
                key,
                platform: channel.platform(),
                registered_at,
                sent: waiting,
                notified,
                answer,
            }
        });
    }

    fn end(&mut self, ended: Result<Ended, tokio::task::JoinError>) {
        let ended = match ended {
            Ok(ended) => ended,
            Err(error) => {
                // A sender's fault: the others are broken off too, so that nothing stays under way for good.
                tracing::error!(error = &error as &dyn std::error::Error, "a push broke off");
                self.counts.clear();
                self.slots.values_mut().for_each(|slot| slot.is_under_way = false);
                self.under_way.abort_all();
                self.read_again = true;
                return;
            }
        };
        let now = self.wakes.surroundings().now();
        let random = u32::from_be_bytes(self.wakes.surroundings().random());
        self.to_note.push(Sent {
            key: ended.key.clone(),
            registered_at: ended.registered_at,
            at: now,
            fate: fate(&ended.answer, Some((ended.sent.seq, ended.notified))),
        });
        let platform = ended.platform;
        if let Some(count) = self.counts.get_mut(&platform) {
            *count = count.saturating_sub(1);
        }
        let Some(slot) = self.slots.get_mut(&ended.key) else {
            return;
        };
        slot.is_under_way = false;
        match ended.answer {
            Answer::Taken { .. } => {
                slot.pace.taken(platform, now, random);
                slot.stored.notified = ended.notified;
            }
            Answer::Failed {
                retry_after,
                everyone,
                ..
            } => {
                slot.pace.failed(now, retry_after, random);
                if everyone {
                    self.paused.insert(platform, slot.pace.due(platform));
                }
                slot.put_back(ended.sent);
            }
            Answer::Gone { .. } if slot.stored.registered_at == ended.registered_at => {
                self.slots.remove(&ended.key);
            }
            // The channel that is gone was another one.
            Answer::Gone { .. } => slot.put_back(ended.sent),
        }
    }

    /// Notes what became of pushes: many together, or all that there are.
    async fn note(&mut self, all: bool) {
        if self.to_note.is_empty()
            || (!all && !self.under_way.is_empty() && self.to_note.len() < NOTED_TOGETHER)
        {
            return;
        }
        let noted = std::mem::take(&mut self.to_note);
        let writing = self
            .wakes
            .database()
            .write(move |tx, _| installations::note(tx, &noted));
        if let Err(error) = writing.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "what became of some pushes is not noted: they are sent again after a restart"
            );
        }
    }
}

impl Slot {
    /// A commit of someone else makes the wake wait, or adds to one that does.
    fn hear(&mut self, commit: &Commit, now: Millis) {
        if commit.by.as_ref() == Some(&self.stored.device_name) {
            return;
        }
        let waiting = self.waiting.get_or_insert_with(|| Waiting {
            seq: commit.seq,
            since: now,
            tables: Vec::new(),
            any_table: false,
        });
        waiting.seq = waiting.seq.max(commit.seq);
        waiting.any_table |= commit.tables.is_empty();
        for table in &commit.tables {
            if !waiting.tables.contains(table) {
                waiting.tables.push(table.clone());
            }
        }
    }

    /// A wake that was not told waits again, with what came meanwhile.
    fn put_back(&mut self, sent: Waiting) {
        let Some(newer) = self.waiting.take() else {
            self.waiting = Some(sent);
            return;
        };
        let mut tables = sent.tables;
        for table in newer.tables {
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        self.waiting = Some(Waiting {
            seq: sent.seq.max(newer.seq),
            since: sent.since,
            tables,
            any_table: sent.any_table || newer.any_table,
        });
    }
}
