//! The engine: one task that feeds the scheduler with what happens, starts the runs that it asks for, and tells what
//! they changed (steps 5 to 11 of the data's way, by themselves).
//!
//! Nothing is told before the transaction that made it true has committed. Dropping the engine, or [`Engine::shutdown`],
//! cuts the line; the run under way ends and the next start takes it up.

use crate::error::Error;
use crate::run::{Clock, Runner, Summary, Told};
use crate::scheduler::{Action, Direction, Event, Kind, Scheduler, State, Trigger};
use crate::status::{Activity, Progress, Status};
use crate::transport::switch::{Switch, Switched};
use crate::transport::{Transport, TransportError};
use landfall_core::id::{Millis, RecordId, TableName};
use landfall_protocol::history::History;
use landfall_store::{Changed, Store};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

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

/// A handle on a running engine. Clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    orders: mpsc::UnboundedSender<Order>,
    status: watch::Receiver<Status>,
    changes: broadcast::Sender<RecordsChanged>,
    switch: Switch,
    line: Arc<Switched>,
}

enum Order {
    Event(Event),
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
        let runner = Runner::new(parts.store, line.clone(), parts.now.clone(), Some(told));
        let scheduler = Scheduler::new(parts.automatic, parts.work_offline, std::time::Duration::ZERO);
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
        });
        let (orders, receives) = mpsc::unbounded_channel();
        let (changes, _) = broadcast::channel(KEPT_CHANGES);
        let engine = Self {
            orders,
            status: status.subscribe(),
            changes: changes.clone(),
            switch: switch.clone(),
            line,
        };
        let driver = Driver {
            scheduler,
            runner: Arc::new(runner),
            switch,
            began: Instant::now(),
            now: parts.now,
            jitter: parts.jitter,
            status,
            changes,
            run: None,
        };
        tokio::spawn(driver.drive(receives, hears));
        Ok(engine)
    }

    /// Tells that something asks for a run.
    pub fn trigger(&self, trigger: Trigger) {
        self.order(Order::Event(Event::Trigger(trigger)));
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

struct Driver {
    scheduler: Scheduler,
    runner: Arc<Runner>,
    switch: Switch,
    began: Instant,
    now: Clock,
    jitter: Jitter,
    status: watch::Sender<Status>,
    changes: broadcast::Sender<RecordsChanged>,
    run: Option<JoinHandle<Result<Summary, Error>>>,
}

impl Driver {
    async fn drive(
        mut self,
        mut orders: mpsc::UnboundedReceiver<Order>,
        mut hears: mpsc::UnboundedReceiver<Told>,
    ) {
        loop {
            let due = self.scheduler.due().map(|due| self.began + due);
            tokio::select! {
                biased;
                Some(told) = hears.recv() => self.hear(told),
                order = orders.recv() => match order {
                    Some(Order::Event(event)) => self.step(event),
                    Some(Order::Ask(kind, answer)) => self.asked(kind, answer),
                    Some(Order::ShutDown(done)) => {
                        self.end(&mut hears).await;
                        drop(self);
                        // Whoever asked may be gone.
                        let _ = done.send(());
                        return;
                    }
                    None => return self.end(&mut hears).await,
                },
                result = ended(&mut self.run) => self.ended(result),
                () = until(due) => self.step(Event::Time),
            }
        }
    }

    fn step(&mut self, event: Event) {
        let (scheduler, actions) = self.scheduler.step(event, self.began.elapsed(), (self.jitter)());
        self.scheduler = scheduler;
        for action in actions {
            match action {
                Action::Run(kind) => {
                    let runner = self.runner.clone();
                    self.run = Some(tokio::spawn(async move { runner.run_once(kind).await }));
                }
                Action::Cut => self.switch.set(true),
                Action::Mend => self.switch.set(false),
            }
        }
        self.show();
    }

    fn asked(&mut self, kind: Kind, answer: oneshot::Sender<Started>) {
        let started = if self.scheduler.works_offline() {
            Started::WorkOffline
        } else if self.run.is_some() {
            Started::AlreadyRunning
        } else {
            Started::Started
        };
        self.step(Event::Trigger(Trigger::Person(kind)));
        // A person who has closed the window needs no answer.
        let _ = answer.send(started);
    }

    fn hear(&mut self, told: Told) {
        match told {
            Told::Reached => {
                self.status.send_modify(Status::reached);
            }
            Told::Turned(direction) => {
                self.progressed(direction, 0, None);
                self.step(Event::Turned(direction));
            }
            Told::Progressed {
                direction,
                done,
                total,
            } => self.progressed(direction, done, total),
            Told::Changed(changed) => {
                // Nobody listens while there is no window.
                let _ = self.changes.send(RecordsChanged { changed });
            }
        }
    }

    fn progressed(&self, direction: Direction, done: u32, total: Option<u32>) {
        let progress = Progress {
            direction,
            done,
            total,
        };
        self.status.send_modify(|status| status.progress = Some(progress));
    }

    fn ended(&mut self, result: Result<Summary, Error>) {
        self.run = None;
        let agreed = matches!(self.scheduler.state(), State::Running { kind, .. } if kind.pulls());
        self.status
            .send_modify(|status| status.ended(&result, agreed, (self.now)()));
        match result {
            Ok(summary) => {
                tracing::info!(?summary, "synced");
                self.step(Event::Succeeded);
            }
            Err(error) => {
                tracing::info!(error = &error as &dyn std::error::Error, "sync ended");
                self.step(Event::Failed(error.failure()));
            }
        }
    }

    /// Puts the scheduler's state into the status.
    fn show(&self) {
        let elapsed = self.began.elapsed();
        let in_time = |due: std::time::Duration| {
            let millis = i64::try_from(due.saturating_sub(elapsed).as_millis()).unwrap_or(i64::MAX);
            Millis((self.now)().0.saturating_add(millis))
        };
        let next_attempt = self.scheduler.due().map(in_time);
        self.status.send_modify(|status| {
            status.activity = Activity::from(self.scheduler.state());
            status.automatic = self.scheduler.is_automatic();
            status.work_offline = self.scheduler.works_offline();
            status.next_attempt = next_attempt;
        });
    }

    async fn end(&mut self, hears: &mut mpsc::UnboundedReceiver<Told>) {
        self.switch.set(true);
        if self.run.is_some() {
            let result = ended(&mut self.run).await;
            self.run = None;
            tracing::info!(ended_well = result.is_ok(), "the last run ended with the engine");
        }
        while let Ok(told) = hears.try_recv() {
            self.hear(told);
        }
    }
}

/// The end of the run under way; never comes while there is none.
async fn ended(run: &mut Option<JoinHandle<Result<Summary, Error>>>) -> Result<Summary, Error> {
    match run {
        Some(run) => match run.await {
            Ok(result) => result,
            Err(broken) => std::panic::resume_unwind(broken.into_panic()),
        },
        None => std::future::pending().await,
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
