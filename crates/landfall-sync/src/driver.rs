//! The engine's one task: feeds the scheduler with what happens, starts the runs that it asks for, and tells what they
//! changed (steps 5 to 11 of the data's way, by themselves).
//!
//! - A stream of wakes is listened to (`listener`). A hello or a wake that is beyond the store's cursor asks for a pull;
//!   one that is not (this device has it already) asks for nothing. After a stream that was lost there is always a pull.
//! - The device's clock is watched: where it goes ahead of the time that has passed here by [`SLEPT`], the device was
//!   asleep. The stream is taken anew and there is a pull, whatever the old line seems to be.
//! - A person's notifications that came with a wake are told after the pull, so that their record can be shown.

use crate::engine::{Jitter, Order, RecordsChanged, Started, Woken};
use crate::error::Error;
use crate::listener::{Heard, Listener};
use crate::run::{Cause, Clock, Runner, Summary, Told};
use crate::scheduler::{Action, Direction, Event, Kind, Scheduler, State, Trigger};
use crate::status::{Activity, Progress, Status};
use crate::transport::switch::Switch;
use landfall_core::id::{Millis, Seq};
use landfall_protocol::wake::Notify;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, Interval, MissedTickBehavior};

/// How often the device's clock is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// A device whose clock went ahead by so much more than the time that passed here was asleep.
const SLEPT: Duration = Duration::from_secs(30);

/// Where the driver tells what happens.
pub(crate) struct Sends {
    pub(crate) status: watch::Sender<Status>,
    pub(crate) changes: broadcast::Sender<RecordsChanged>,
    pub(crate) notices: broadcast::Sender<Vec<Notify>>,
}

/// The task's state.
pub(crate) struct Driver {
    scheduler: Scheduler,
    runner: Arc<Runner>,
    switch: Switch,
    began: Instant,
    now: Clock,
    jitter: Jitter,
    sends: Sends,
    run: Option<JoinHandle<Result<Summary, Error>>>,
    looks: Interval,
    /// What the device's clock and the time here were at the last look.
    looked: (Millis, Instant),
    listener: Listener,
    /// A stream was open and was lost.
    lost: bool,
    /// The next run is for a wake.
    woken: bool,
    /// Who waits for the next whole run, and for the one under way.
    waiting: Vec<oneshot::Sender<Woken>>,
    served: Vec<oneshot::Sender<Woken>>,
    /// Notifications met in this process.
    notified: BTreeSet<(Seq, String)>,
    /// Those of them that a pull must come before.
    to_notify: Vec<Notify>,
}

impl Driver {
    /// A driver at rest. `surroundings` are the device's clock, and randomness for delays.
    pub(crate) fn new(
        sends: Sends,
        scheduler: Scheduler,
        runner: Runner,
        listener: Listener,
        switch: Switch,
        surroundings: (Clock, Jitter),
    ) -> Self {
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (now, jitter) = surroundings;
        Self {
            scheduler,
            runner: Arc::new(runner),
            switch,
            began: Instant::now(),
            looked: (now(), Instant::now()),
            looks,
            now,
            jitter,
            sends,
            run: None,
            listener,
            lost: false,
            woken: false,
            waiting: Vec::new(),
            served: Vec::new(),
            notified: BTreeSet::new(),
            to_notify: Vec::new(),
        }
    }

    /// Runs until it is shut down, or every handle is gone.
    pub(crate) async fn drive(
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
                    Some(Order::Event(event)) => self.event(event),
                    Some(Order::Woken(answer)) => {
                        self.waiting.push(answer);
                        self.woken_from_outside();
                    }
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
                heard = self.listener.next() => self.heard(heard).await,
                () = until(due) => self.step(Event::Time),
                _ = self.looks.tick() => self.look(),
            }
        }
    }

    fn event(&mut self, event: Event) {
        tracing::trace!(target: "landfall::way", "a run is asked for");
        match event {
            Event::Trigger(Trigger::Wake) => self.woken_from_outside(),
            Event::Trigger(Trigger::Resume | Trigger::NetworkBack) => {
                self.listener.hurry();
                self.step(event);
            }
            _ => self.step(event),
        }
    }

    fn step(&mut self, event: Event) {
        let (scheduler, actions) = self.scheduler.step(event, self.began.elapsed(), (self.jitter)());
        self.scheduler = scheduler;
        for action in actions {
            match action {
                Action::Run(kind) => self.begin(kind),
                Action::Cut => self.switch.set(true),
                Action::Mend => self.switch.set(false),
            }
        }
        let wants_wakes = self.scheduler.wants_wakes();
        self.listener.want(wants_wakes);
        if !wants_wakes && self.sends.status.borrow().listening_since.is_some() {
            // It was closed from here: nobody else tells that it is gone.
            self.sends
                .status
                .send_modify(|status| status.listening_since = None);
            return self.step(Event::Listening(false));
        }
        self.answer_in_vain();
        self.show();
    }

    fn begin(&mut self, kind: Kind) {
        let runner = self.runner.clone();
        let cause = if std::mem::take(&mut self.woken) {
            Cause::Wake
        } else {
            Cause::Device
        };
        if kind == Kind::Sync {
            self.served.append(&mut self.waiting);
        }
        self.run = Some(tokio::spawn(async move { runner.run_for(kind, cause).await }));
    }

    /// Tells who waits for a run that none comes.
    fn answer_in_vain(&mut self) {
        if matches!(self.scheduler.state(), State::Running { .. } | State::Idle { .. }) {
            return;
        }
        for answer in self.waiting.drain(..) {
            // Whoever waited may have lost patience.
            let _ = answer.send(Woken::NotNow(Activity::from(self.scheduler.state())));
        }
    }

    /// Something else than the stream says that the server has what this device has not.
    fn woken_from_outside(&mut self) {
        let now = (self.now)();
        self.sends
            .status
            .send_modify(|status| status.last_push = Some(now));
        self.pull_for_wake(Trigger::Wake);
    }

    fn pull_for_wake(&mut self, trigger: Trigger) {
        self.woken = true;
        self.step(Event::Trigger(trigger));
    }

    async fn heard(&mut self, heard: Heard) {
        match heard {
            Heard::Hello(hello) => {
                let again = std::mem::take(&mut self.lost);
                let now = (self.now)();
                self.sends
                    .status
                    .send_modify(|status| status.listening_since = Some(now));
                tracing::debug!(seq = hello.seq.0, "listens for wakes");
                self.listener.epoch = Some(hello.epoch.clone());
                self.step(Event::Listening(true));
                self.note(hello.notify);
                if again {
                    self.pull_for_wake(Trigger::NetworkBack);
                } else if is_behind(self.runner.clone(), &hello.epoch, hello.seq).await {
                    self.pull_for_wake(Trigger::Wake);
                } else {
                    self.notify();
                }
            }
            Heard::Wake(wake) => {
                tracing::trace!(target: "landfall::way", "wake heard");
                let now = (self.now)();
                self.sends
                    .status
                    .send_modify(|status| status.last_wake = Some(now));
                self.note(wake.notify);
                let epoch = self.listener.epoch.clone().unwrap_or_default();
                if !wake.test && is_behind(self.runner.clone(), &epoch, wake.seq).await {
                    self.pull_for_wake(Trigger::Wake);
                } else {
                    self.notify();
                }
            }
            Heard::Lost(error) => {
                tracing::debug!(%error, "no stream of wakes");
                self.lost |= self.listener.is_open();
                self.listener.lost(&error, (self.jitter)());
                self.sends
                    .status
                    .send_modify(|status| status.listening_since = None);
                self.step(Event::Listening(false));
            }
        }
    }

    fn note(&mut self, notify: Vec<Notify>) {
        for notice in notify {
            if self.listener.notified.is_none_or(|told| told < notice.seq)
                && self.notified.insert((notice.seq, notice.rule.clone()))
            {
                self.to_notify.push(notice);
            }
        }
    }

    /// Tells those notifications whose record is here. The others came while a run was under way that may not have met
    /// it: they wait for the one that follows.
    fn notify(&mut self) {
        let epoch = self.listener.epoch.clone().unwrap_or_default();
        let (notices, later): (Vec<Notify>, _) = std::mem::take(&mut self.to_notify)
            .into_iter()
            .partition(|notice| self.runner.has(&epoch, notice.seq));
        self.to_notify = later;
        let newest = notices.iter().map(|notice| notice.seq).max();
        if newest.is_some() {
            self.listener.notified = self.listener.notified.max(newest);
            // Nobody listens: the host shows none.
            let _ = self.sends.notices.send(notices);
        }
    }

    /// Compares the device's clock with the time that has passed here.
    fn look(&mut self) {
        let (before, then) = std::mem::replace(&mut self.looked, ((self.now)(), Instant::now()));
        let by_the_clock = self.looked.0.0.saturating_sub(before.0);
        let passed = i64::try_from(then.elapsed().as_millis()).unwrap_or(i64::MAX);
        let slept = i64::try_from(SLEPT.as_millis()).unwrap_or(i64::MAX);
        if by_the_clock.saturating_sub(passed) > slept {
            tracing::info!("the device was asleep");
            self.lost |= self.listener.is_open();
            self.listener.renew();
            self.sends
                .status
                .send_modify(|status| status.listening_since = None);
            self.step(Event::Listening(false));
            self.pull_for_wake(Trigger::Resume);
        }
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
                self.sends.status.send_modify(Status::reached);
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
                let _ = self.sends.changes.send(RecordsChanged { changed });
            }
        }
    }

    fn progressed(&self, direction: Direction, done: u32, total: Option<u32>) {
        let progress = Progress {
            direction,
            done,
            total,
        };
        self.sends
            .status
            .send_modify(|status| status.progress = Some(progress));
    }

    fn ended(&mut self, result: Result<Summary, Error>) {
        self.run = None;
        let agreed = matches!(self.scheduler.state(), State::Running { kind, .. } if kind.pulls());
        self.sends
            .status
            .send_modify(|status| status.ended(&result, agreed, (self.now)()));
        let served = std::mem::take(&mut self.served);
        match &result {
            Ok(summary) => {
                tracing::info!(?summary, "synced");
                if agreed {
                    self.notify();
                }
                self.step(Event::Succeeded);
            }
            Err(error) => {
                tracing::info!(error = error as &dyn std::error::Error, "sync ended");
                if agreed && matches!(error, Error::HeldUp { .. }) {
                    self.notify();
                }
                self.step(Event::Failed(error.failure()));
            }
        }
        let mut result = Some(result);
        for answer in served {
            // One hears the error itself; others that waited for the same run hear what it made of the engine.
            let told = match result.take() {
                Some(Ok(summary)) => {
                    result = Some(Ok(summary));
                    Woken::Ended(Ok(summary))
                }
                Some(Err(error)) => Woken::Ended(Err(error)),
                None => Woken::NotNow(Activity::from(self.scheduler.state())),
            };
            // Whoever waited may have lost patience.
            let _ = answer.send(told);
        }
    }

    /// Puts the scheduler's state into the status.
    fn show(&self) {
        let elapsed = self.began.elapsed();
        let in_time = |due: Duration| {
            let millis = i64::try_from(due.saturating_sub(elapsed).as_millis()).unwrap_or(i64::MAX);
            Millis((self.now)().0.saturating_add(millis))
        };
        let next_attempt = self.scheduler.due().map(in_time);
        self.sends.status.send_modify(|status| {
            status.activity = Activity::from(self.scheduler.state());
            status.automatic = self.scheduler.is_automatic();
            status.work_offline = self.scheduler.works_offline();
            status.next_attempt = next_attempt;
        });
    }

    async fn end(&mut self, hears: &mut mpsc::UnboundedReceiver<Told>) {
        self.switch.set(true);
        self.listener.want(false);
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

/// Whether the store lacks something. One that can't be read is the next run's to tell.
async fn is_behind(runner: Arc<Runner>, epoch: &str, seq: Seq) -> bool {
    runner.is_behind(epoch, seq).await.unwrap_or(true)
}
