//! The engine: a handle on the one task (`driver`) that syncs by itself (steps 5 to 11 of the data's way).
//!
//! Nothing is told before the transaction that made it true has committed. Dropping the engine, or [`Engine::shutdown`],
//! cuts the line; the run under way ends and the next start takes it up.

use crate::driver::{Driver, Sends};
use crate::error::Error;
use crate::listener::Listener;
use crate::run::{Clock, Runner, Summary};
use crate::scheduler::{Event, Kind, Scheduler, Trigger};
use crate::status::{Activity, Status};
use crate::transport::switch::{Switch, Switched};
use crate::transport::{Transport, TransportError};
use landfall_core::id::{RecordId, Seq, TableName};
use landfall_protocol::history::History;
use landfall_protocol::wake::Notify;
use landfall_store::{Changed, Store};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// So many changes are kept for a listener that is slow; one that misses some reads everything again.
const KEPT_CHANGES: usize = 256;

/// A random number from 0 to 1, for jitter.
pub type Jitter = Arc<dyn Fn() -> f64 + Send + Sync>;

/// What an engine works with.
pub struct Parts {
    /// The device's store.
    pub store: Store,
    /// The way to the server.
    pub transport: Arc<dyn Transport>,
    /// The device's clock.
    pub now: Clock,
    /// Randomness for the delays between tries.
    pub jitter: Jitter,
    /// Sync runs by itself.
    pub automatic: bool,
    /// The line is cut from the start.
    pub work_offline: bool,
    /// The highest `seq` of a notification that the person has been told.
    pub notified: Option<Seq>,
}

/// Records that sync changed; the transaction has committed.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordsChanged {
    /// Which records.
    pub changed: Changed,
}

/// What asking for a run brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// A run started.
    Started,
    /// A run was under way; another follows it.
    AlreadyRunning,
    /// The person works offline.
    WorkOffline,
    /// The engine has been shut down.
    ShutDown,
}

/// What became of a wake that somebody waits for.
#[derive(Debug)]
pub enum Woken {
    /// A run that began after the wake has ended.
    Ended(Result<Summary, Error>),
    /// No run comes of it now, for what the engine's status says.
    NotNow(Activity),
}

/// A handle on a running engine. Clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    orders: mpsc::UnboundedSender<Order>,
    status: watch::Receiver<Status>,
    changes: broadcast::Sender<RecordsChanged>,
    notices: broadcast::Sender<Vec<Notify>>,
    switch: Switch,
    line: Arc<Switched>,
}

pub(crate) enum Order {
    Event(Event),
    Woken(oneshot::Sender<Woken>),
    Ask(Kind, oneshot::Sender<Started>),
    ShutDown(oneshot::Sender<()>),
}

impl Engine {
    /// Starts an engine on the current tokio runtime. Its first run comes with [`Trigger::Start`].
    ///
    /// # Errors
    /// [`Error::Store`] when the store can't be read.
    pub async fn start(parts: Parts) -> Result<Self, Error> {
        let store = parts.store.clone();
        let last_success =
            crate::run::joined(tokio::task::spawn_blocking(move || store.last_success())).await?;
        let switch = Switch::new(parts.work_offline);
        let (told, hears) = mpsc::unbounded_channel();
        let line = Arc::new(Switched::new(parts.transport, switch.clone()));
        let listener = Listener::new(line.clone(), parts.notified);
        let runner = Runner::new(parts.store, line.clone(), parts.now.clone(), Some(told));
        let scheduler = Scheduler::new(parts.automatic, parts.work_offline, Duration::ZERO);
        let (status, _) = watch::channel(Status {
            activity: Activity::from(scheduler.state()),
            automatic: parts.automatic,
            work_offline: parts.work_offline,
            reachability: None,
            out_of_reach_since: None,
            progress: None,
            next_attempt: None,
            last_success,
            last_run: Summary::default(),
            listening_since: None,
            last_wake: None,
            last_push: None,
        });
        let (orders, receives) = mpsc::unbounded_channel();
        let (changes, _) = broadcast::channel(KEPT_CHANGES);
        let (notices, _) = broadcast::channel(KEPT_CHANGES);
        let engine = Self {
            orders,
            status: status.subscribe(),
            changes: changes.clone(),
            notices: notices.clone(),
            switch: switch.clone(),
            line,
        };
        let driver = Driver::new(
            Sends {
                status,
                changes,
                notices,
            },
            scheduler,
            runner,
            listener,
            switch,
            (parts.now, parts.jitter),
        );
        tokio::spawn(driver.drive(receives, hears));
        Ok(engine)
    }

    /// Tells that something asks for a run.
    pub fn trigger(&self, trigger: Trigger) {
        self.order(Order::Event(Event::Trigger(trigger)));
    }

    /// A wake came, by whatever way: comes back when the run that it asked for has ended.
    pub async fn woken(&self) -> Woken {
        let (answer, answered) = oneshot::channel();
        self.order(Order::Woken(answer));
        answered.await.unwrap_or(Woken::NotNow(Activity::Offline))
    }

    /// Notifications that the person asked for; the records that they are about are in the store.
    #[must_use]
    pub fn notices(&self) -> broadcast::Receiver<Vec<Notify>> {
        self.notices.subscribe()
    }

    /// A person asks for a run: says at once what happens.
    pub async fn ask(&self, kind: Kind) -> Started {
        let (answer, answered) = oneshot::channel();
        self.order(Order::Ask(kind, answer));
        answered.await.unwrap_or(Started::ShutDown)
    }

    /// Switches automatic sync on or off.
    pub fn set_automatic(&self, on: bool) {
        self.order(Order::Event(Event::Automatic(on)));
    }

    /// Cuts the line at once, or mends it.
    pub fn set_work_offline(&self, on: bool) {
        if on {
            self.switch.set(true);
        }
        self.order(Order::Event(Event::WorkOffline(on)));
    }

    /// What goes on now.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// What goes on, as it changes.
    #[must_use]
    pub fn statuses(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Records that sync changes, from now on. A listener that was too slow for some must take everything as changed.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<RecordsChanged> {
        self.changes.subscribe()
    }

    /// A record's story as the server knows it; empty for a record that it does not have.
    ///
    /// # Errors
    /// What the line met. Working offline, nothing is asked.
    pub async fn history(&self, table: &TableName, id: &RecordId) -> Result<History, TransportError> {
        self.line.history(table, id).await
    }

    /// Cuts the line, waits until the run under way has put down what it has, and ends. The store is then free.
    pub async fn shutdown(&self) {
        self.switch.set(true);
        let (done, ended) = oneshot::channel();
        self.order(Order::ShutDown(done));
        // An engine that is gone already has ended too.
        let _ = ended.await;
    }

    fn order(&self, order: Order) {
        if self.orders.send(order).is_err() {
            tracing::debug!("the engine has been shut down");
        }
    }
}
