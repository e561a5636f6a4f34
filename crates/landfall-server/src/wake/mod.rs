//! Wakes: how devices learn that something changed (step 8 of the data's way). What stands on the wire is
//! [`landfall_protocol::wake`]; docs/PUSH.md tells it to the person who runs the server.
//!
//! A commit rings the [`bell`]. From there it goes two ways:
//! - at once to each open [`stream`] (`GET /v1/wakes`), which tells it to its device;
//! - to the [`dispatch`], which decides for each installation *when* it is pushed to ([`pace`]: first at once, then in the
//!   windows of its platform; not at all if the device has a stream and pulls, [`presence`]) and hands the push to the
//!   sender of its platform ([`send`]), a few at a time.
//!
//! Invariants: a wake is told after the commit that it is for, never before. What a push carries is made of an
//! installation's id, a `seq`, tables' names, rules' names and records' ids; nothing here reads a record's fields. A
//! device's own change wakes it by no way. A wake is never lost for good: what was committed is in the history, what was
//! told is in the installation (`crate::db::installations`), and the difference is found again after a crash.

pub(crate) mod bell;
mod dispatch;
pub(crate) mod pace;
pub(crate) mod presence;
pub mod send;
pub mod settings;
pub(crate) mod stream;

pub use dispatch::Dispatch;

use crate::db::installations::{self, Fate, Key, Sent, Stored};
use crate::db::{Database, notifications};
use crate::{Error, Surroundings, Workspace};
use landfall_core::id::{Millis, Seq};
use landfall_protocol::wake::{Installation, MOST_TABLES, Notify, Platform, PushedWake, TestReport, Wake};
use presence::Presence;
use send::{Answer, Push, Senders};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify as Signal;

/// How often a stream says at least that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// How often an installation may be sent a test.
const BETWEEN_TESTS: i64 = 10_000;

/// Most bytes of what a push carries. The services take 4096 with everything around it.
const MOST_BYTES: usize = 2_800;

/// Everything about wakes that requests, streams and the dispatch share. Cheap to clone.
#[derive(Clone)]
pub struct Wakes(Arc<Inner>);

struct Inner {
    database: Database,
    surroundings: Surroundings,
    senders: Senders,
    presence: Presence,
    /// Installations that were put or removed and that the dispatch has to read again.
    changed: Mutex<BTreeSet<Key>>,
    signal: Signal,
    tests: Mutex<HashMap<Key, Millis>>,
}

impl Wakes {
    /// Wakes of a workspace, with these ways to push.
    #[must_use]
    pub fn new(workspace: &Workspace, senders: Senders) -> Self {
        Self(Arc::new(Inner {
            database: workspace.database().clone(),
            surroundings: workspace.surroundings().clone(),
            senders,
            presence: Presence::default(),
            changed: Mutex::default(),
            signal: Signal::new(),
            tests: Mutex::default(),
        }))
    }

    /// The ways to push.
    #[must_use]
    pub fn senders(&self) -> &Senders {
        &self.0.senders
    }

    /// Ends all streams: the server stops.
    pub fn close(&self) {
        self.0.database.bell().close();
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.0.surroundings
    }

    pub(crate) fn presence(&self) -> &Presence {
        &self.0.presence
    }

    pub(crate) fn heartbeat(&self) -> Duration {
        HEARTBEAT
    }

    /// The dispatch has to read this installation again.
    pub(crate) fn has_changed(&self, key: Key) {
        let mut changed = self.0.changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.insert(key);
        drop(changed);
        self.0.signal.notify_one();
    }

    fn take_changed(&self) -> BTreeSet<Key> {
        std::mem::take(&mut *self.0.changed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// An installation as its device sees it.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) async fn describe(&self, stored: Stored) -> Result<Installation, Error> {
        let installation = stored.clone();
        let (tags, is_due) = self
            .database()
            .read(move |tx, _| {
                let tags = installations::tags(tx, &installation.key)?;
                Ok((tags, installations::is_due(tx, &installation)?))
            })
            .await?;
        let platform = stored.channel.platform();
        let is_pushed_to = platform != Platform::Stream && !stored.health.dead;
        let has_pulled = self.presence().has_pulled(&stored.key.device);
        let last = self.database().bell().listen().borrow().seq;
        Ok(Installation {
            id: stored.key.id,
            platform,
            tags,
            registered_at: stored.registered_at,
            streaming: self.presence().is_streaming(&stored.key.device),
            waiting: is_pushed_to && is_due && has_pulled < last,
            last_sent_at: stored.health.last_sent_at,
            last_accepted_at: stored.health.last_accepted_at,
            failures: stored.health.failures,
            last_failure: stored.health.last_failure,
            dead: stored.health.dead,
        })
    }

    /// Whether an installation may be sent a test now; notes that it is.
    pub(crate) fn may_test(&self, key: &Key) -> bool {
        let now = self.surroundings().now();
        let mut tests = self.0.tests.lock().unwrap_or_else(PoisonError::into_inner);
        tests.retain(|_, at| now.0 - at.0 < BETWEEN_TESTS);
        if tests.contains_key(key) {
            return false;
        }
        tests.insert(key.clone(), now);
        true
    }

    /// Sends a test, and says what became of it.
    ///
    /// # Errors
    /// What SQLite says.
    pub async fn test(&self, stored: Stored) -> Result<TestReport, Error> {
        let (platform, at) = (stored.channel.platform(), self.surroundings().now());
        let failed = |status, message: String| TestReport {
            platform,
            at,
            accepted: false,
            status,
            message: Some(message),
        };
        if platform == Platform::Stream {
            if !self.presence().is_streaming(&stored.key.device) {
                return Ok(failed(None, "the device has no event stream open".to_owned()));
            }
            self.database().bell().test(stored.key.device);
            return Ok(TestReport {
                platform,
                at,
                accepted: true,
                status: None,
                message: None,
            });
        }
        if stored.health.dead {
            return Ok(failed(
                None,
                "its channel is gone: the device has to get a new one".to_owned(),
            ));
        }
        let wake = Wake {
            seq: self.database().bell().listen().borrow().seq,
            test: true,
            ..Wake::default()
        };
        let push = self.push(&stored.key, wake);
        let answer = self.0.senders.send(&stored.channel, &push).await;
        let sent = Sent {
            key: stored.key,
            registered_at: stored.registered_at,
            at,
            fate: fate(&answer, None),
        };
        self.database()
            .write(move |tx, _| installations::note(tx, &[sent]))
            .await?;
        Ok(match answer {
            Answer::Taken { status } => TestReport {
                platform,
                at,
                accepted: true,
                status: Some(status),
                message: None,
            },
            Answer::Failed { status, reason, .. } | Answer::Gone { status, reason } => failed(status, reason),
        })
    }

    /// What is pushed to an installation for a wake: as much of it as a push can carry.
    fn push(&self, key: &Key, wake: Wake) -> Push {
        let mut wake = PushedWake {
            installation: key.id.clone(),
            wake,
        };
        if wake.wake.tables.len() > MOST_TABLES {
            wake.wake.tables.clear();
        }
        let json =
            |wake: &PushedWake| serde_json::to_string(wake).expect("invariant: ids and names are JSON");
        let mut text = json(&wake);
        while text.len() > MOST_BYTES {
            // What does not fit is told by the stream, or seen when the app is opened.
            if wake.wake.notify.is_empty() {
                wake.wake.tables.clear();
            } else {
                wake.wake.notify.remove(0);
            }
            text = json(&wake);
        }
        Push {
            text,
            collapse: "landfall",
            now: self.surroundings().now(),
        }
    }

    /// An installation's notifications that no push has told of.
    async fn untold(&self, stored: &Stored) -> Result<Vec<Notify>, Error> {
        if self.database().model().schema().notify.is_empty() {
            return Ok(Vec::new());
        }
        let (device, notified) = (stored.key.device.clone(), stored.notified);
        self.database()
            .read(move |tx, _| notifications::of_device(tx, &device, notified))
            .await
    }
}

/// What is noted of an answer.
fn fate(answer: &Answer, told: Option<(Seq, Seq)>) -> Fate {
    match answer {
        Answer::Taken { .. } => Fate::Taken { told },
        Answer::Failed { reason, .. } => Fate::Failed(reason.clone()),
        Answer::Gone { reason, .. } => Fate::Gone(reason.clone()),
    }
}
