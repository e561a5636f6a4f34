//! When to sync: one state machine, pure. Time and jitter are arguments; what is to be done comes out as data.
//! (Decides when steps 5 and 9 of the data's way begin.)
//!
//! - One run at a time. A trigger during a run is not lost: another run follows.
//! - Triggers that the device meets by itself ask for a whole sync; a person may ask for one direction only.
//! - The first local write, and the first wake, is served at once; those that follow are gathered until [`GATHER`]
//!   ([`GATHER_WAKES`]) after the beginning of the last run.
//! - While all is well a run comes every [`PERIOD`]; while the server can wake this device, only as a net, every
//!   [`PERIOD_WITH_WAKES`]. After a failure it comes after a delay that doubles from
//!   [`SHORTEST`] to [`LONGEST`], half of it jitter, so that devices that lost the server together don't come back
//!   together. What the server asks for by `Retry-After` is the least.
//! - A server that stumbles over some changes has taken all else: what the device meets next is served as if all were well,
//!   and by itself the next try comes after the delay.
//! - A device whose server is *out of reach* tries at once when something says that the line is back; one whose server
//!   has *trouble* leaves it alone until the time has come. A person's word counts always.
//! - Where only a person can help (sign in, update) nothing is tried until a person asks.

use std::time::Duration;

/// From the beginning of one run to the next that local writes ask for.
pub const GATHER: Duration = Duration::from_millis(300);
/// From the beginning of one run to the next that wakes ask for.
pub const GATHER_WAKES: Duration = Duration::from_millis(50);
/// Time between two runs while all is well and nothing can wake the device: how long a colleague's change takes at most
/// to be seen. A run without changes is one request of a few hundred bytes.
pub const PERIOD: Duration = Duration::from_secs(15);
/// The same while wakes can come: a net for a wake that was lost, which nothing here knows a way to.
pub const PERIOD_WITH_WAKES: Duration = Duration::from_secs(900);
/// The shortest delay after a failure.
pub const SHORTEST: Duration = Duration::from_secs(1);
/// The longest delay after a failure that the server did not ask for.
pub const LONGEST: Duration = Duration::from_secs(300);
/// The longest delay that a server may ask for.
pub const LONGEST_ASKED: Duration = Duration::from_secs(3_600);

/// A moment on a clock that never jumps: time since the engine's start.
pub type Moment = Duration;

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sends only.
    Push,
    /// Receives only.
    Pull,
    /// Sends, then receives.
    Sync,
}

impl Kind {
    /// What does both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Sync }
    }

    /// Whether it sends.
    #[must_use]
    pub fn pushes(self) -> bool {
        self != Self::Pull
    }

    /// Whether it receives.
    #[must_use]
    pub fn pulls(self) -> bool {
        self != Self::Push
    }
}

/// Which way records go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the server.
    Sending,
    /// From the server.
    Receiving,
}

/// What asks for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A person changed something on this device.
    LocalWrite,
    /// The server said that something changed.
    Wake,
    /// The app started.
    Start,
    /// The app came to the front, or the device woke from sleep.
    Resume,
    /// The system says that there is a network again.
    NetworkBack,
    /// A person asked.
    Person(Kind),
}

/// What happens to the scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Something asks for a run.
    Trigger(Trigger),
    /// The time that [`Scheduler::due`] named has come.
    Time,
    /// The run under way turned from sending to receiving, or back.
    Turned(Direction),
    /// The run ended well.
    Succeeded,
    /// The run failed.
    Failed(Failure),
    /// The stream of wakes opened (true) or was lost.
    Listening(bool),
    /// Automatic sync was switched on or off.
    Automatic(bool),
    /// The person cut the line (true) or mended it.
    WorkOffline(bool),
}

/// How a run failed, as far as it matters for trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The person cut the line.
    Cut,
    /// The server is out of reach.
    OutOfReach,
    /// The server, or this device's storage, has trouble.
    Trouble {
        /// How long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The server stumbles over some changes; all else has gone, and come.
    HeldUp,
    /// A person must sign in.
    SignInNeeded,
    /// A person must update the app.
    UpdateNeeded,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Begin a run.
    Run(Kind),
    /// Cut the line; the run under way fails.
    Cut,
    /// Mend the line.
    Mend,
}

/// What goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// All is well; the next run is due then.
    Idle {
        /// When.
        due: Moment,
    },
    /// A run is under way.
    Running {
        /// What it does.
        kind: Kind,
        /// What it does just now.
        direction: Direction,
    },
    /// The server has trouble; it is tried again then.
    Waiting {
        /// When.
        until: Moment,
    },
    /// The server is out of reach; it is tried again then, or never while the person works offline.
    Offline {
        /// When.
        until: Option<Moment>,
    },
    /// The token is not valid any more.
    SignInNeeded,
    /// The server needs another version of the app.
    UpdateNeeded,
    /// Automatic sync is off.
    Paused,
}

/// The state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheduler {
    state: State,
    automatic: bool,
    work_offline: bool,
    /// Something asked for a whole sync that no run has brought yet.
    owed: bool,
    /// A person asked for this while a run was under way.
    asked: Option<Kind>,
    /// Runs that failed since the last that did not.
    failures: u32,
    /// When the last run began.
    began: Option<Moment>,
    /// Wakes can come.
    listening: bool,
}

impl Scheduler {
    /// At rest. The first run comes with [`Trigger::Start`].
    #[must_use]
    pub fn new(automatic: bool, work_offline: bool, now: Moment) -> Self {
        let mut scheduler = Self {
            state: State::Paused,
            automatic,
            work_offline,
            owed: false,
            asked: None,
            failures: 0,
            began: None,
            listening: false,
        };
        scheduler.state = scheduler.at_rest(now);
        scheduler
    }

    /// What goes on.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether sync runs by itself.
    #[must_use]
    pub fn is_automatic(&self) -> bool {
        self.automatic
    }

    /// Whether the person cut the line.
    #[must_use]
    pub fn works_offline(&self) -> bool {
        self.work_offline
    }

    /// Whether the server should be listened to for wakes: once a first run began, where runs come by themselves.
    #[must_use]
    pub fn wants_wakes(&self) -> bool {
        let person_must_act = matches!(
            self.state,
            State::SignInNeeded | State::UpdateNeeded | State::Paused
        );
        self.began.is_some() && self.automatic && !self.work_offline && !person_must_act
    }

    /// When [`Event::Time`] is to be told.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        match self.state {
            State::Idle { due } => Some(due),
            State::Waiting { until } => Some(until),
            State::Offline { until } => until,
            State::Running { .. } | State::SignInNeeded | State::UpdateNeeded | State::Paused => None,
        }
    }

    /// What becomes of it. `jitter` is random, 0 to 1.
    #[must_use]
    pub fn step(mut self, event: Event, now: Moment, jitter: f64) -> (Self, Vec<Action>) {
        let actions = match event {
            Event::Trigger(trigger) => self.triggered(trigger, now),
            Event::Time if self.due().is_some_and(|due| due <= now) => self.run(Kind::Sync, now),
            Event::Time => Vec::new(),
            Event::Turned(towards) => {
                if let State::Running { direction, .. } = &mut self.state {
                    *direction = towards;
                }
                Vec::new()
            }
            Event::Succeeded => self.succeeded(now),
            Event::Failed(failure) => self.failed(failure, now, jitter),
            Event::Listening(on) => {
                self.set_listening(on, now);
                Vec::new()
            }
            Event::Automatic(on) => self.set_automatic(on, now),
            Event::WorkOffline(on) => self.set_work_offline(on, now),
        };
        (self, actions)
    }

    fn is_running(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }

    fn triggered(&mut self, trigger: Trigger, now: Moment) -> Vec<Action> {
        match trigger {
            Trigger::Person(kind) if self.is_running() => {
                self.asked = Some(self.asked.map_or(kind, |asked| asked.and(kind)));
                Vec::new()
            }
            Trigger::Person(_) if self.work_offline => {
                self.owed = true;
                Vec::new()
            }
            Trigger::Person(kind) => self.run(kind, now),
            _ => {
                self.owed = true;
                self.met_by_itself(trigger, now)
            }
        }
    }

    fn met_by_itself(&mut self, trigger: Trigger, now: Moment) -> Vec<Action> {
        match (self.state, trigger) {
            (State::Idle { due }, Trigger::LocalWrite | Trigger::Wake) => {
                let gathered = if trigger == Trigger::Wake {
                    GATHER_WAKES
                } else {
                    GATHER
                };
                let earliest = self.began.map_or(now, |began| now.max(began + gathered));
                if earliest <= now {
                    return self.run(Kind::Sync, now);
                }
                self.state = State::Idle {
                    due: due.min(earliest),
                };
                Vec::new()
            }
            // The next try takes the write along.
            (State::Offline { .. }, Trigger::LocalWrite) => Vec::new(),
            (State::Idle { .. } | State::Offline { until: Some(_) }, _) => self.run(Kind::Sync, now),
            (
                State::Offline { until: None }
                | State::Running { .. }
                | State::Waiting { .. }
                | State::SignInNeeded
                | State::UpdateNeeded
                | State::Paused,
                _,
            ) => Vec::new(),
        }
    }

    fn run(&mut self, kind: Kind, now: Moment) -> Vec<Action> {
        let kind = self.asked.take().map_or(kind, |asked| asked.and(kind));
        if kind == Kind::Sync {
            self.owed = false;
        }
        let direction = if kind.pushes() {
            Direction::Sending
        } else {
            Direction::Receiving
        };
        self.state = State::Running { kind, direction };
        self.began = Some(now);
        vec![Action::Run(kind)]
    }

    /// The state when nothing is under way and nothing has failed.
    fn at_rest(&self, now: Moment) -> State {
        if self.work_offline {
            State::Offline { until: None }
        } else if self.automatic {
            State::Idle {
                due: now + self.period(),
            }
        } else {
            State::Paused
        }
    }

    fn period(&self) -> Duration {
        if self.listening { PERIOD_WITH_WAKES } else { PERIOD }
    }

    fn set_listening(&mut self, on: bool, now: Moment) {
        self.listening = on;
        if let State::Idle { due } = &mut self.state {
            if !on {
                *due = (*due).min(now + PERIOD);
            } else if *due > now + GATHER {
                // A run that a write asked for stays due.
                *due = now + PERIOD_WITH_WAKES;
            }
        }
    }

    fn succeeded(&mut self, now: Moment) -> Vec<Action> {
        if !self.is_running() {
            return Vec::new();
        }
        self.failures = 0;
        self.state = self.at_rest(now);
        self.follow_up(now)
    }

    /// Begins what was asked for during the run that has just ended.
    fn follow_up(&mut self, now: Moment) -> Vec<Action> {
        if self.work_offline {
            self.owed |= self.asked.take().is_some();
            return Vec::new();
        }
        match self.asked {
            Some(kind) => self.run(kind, now),
            None if self.owed && self.automatic => self.run(Kind::Sync, now),
            None => Vec::new(),
        }
    }

    fn failed(&mut self, failure: Failure, now: Moment, jitter: f64) -> Vec<Action> {
        if !self.is_running() {
            return Vec::new();
        }
        let asked_meanwhile = std::mem::replace(&mut self.owed, true);
        if failure == Failure::Cut {
            // Cut and mended again before the run noticed: it simply begins anew.
            self.state = self.at_rest(now);
            return self.follow_up(now);
        }
        self.failures = self.failures.saturating_add(1);
        let delay = backoff(self.failures, jitter);
        self.state = match (failure, self.at_rest(now)) {
            (Failure::SignInNeeded, _) => State::SignInNeeded,
            (Failure::UpdateNeeded, _) => State::UpdateNeeded,
            (Failure::OutOfReach, State::Idle { .. }) => State::Offline {
                until: Some(now + delay),
            },
            (Failure::HeldUp, State::Idle { due }) => State::Idle {
                due: if asked_meanwhile {
                    self.began.map_or(now, |began| now.max(began + GATHER))
                } else {
                    due.min(now + delay)
                },
            },
            (Failure::Trouble { retry_after }, State::Idle { .. }) => {
                let asked = retry_after.unwrap_or_default().min(LONGEST_ASKED);
                State::Waiting {
                    until: now + delay.max(asked),
                }
            }
            (_, paused_or_offline) => paused_or_offline,
        };
        match self.asked {
            Some(kind) if !self.work_offline => self.run(kind, now),
            _ => {
                self.asked = None;
                Vec::new()
            }
        }
    }

    fn set_automatic(&mut self, on: bool, now: Moment) -> Vec<Action> {
        self.automatic = on;
        match self.state {
            State::Paused if on => self.run(Kind::Sync, now),
            State::Idle { .. } | State::Waiting { .. } | State::Offline { .. } if !on => {
                self.state = self.at_rest(now);
                Vec::new()
            }
            _ => {
                self.owed |= on;
                Vec::new()
            }
        }
    }

    fn set_work_offline(&mut self, on: bool, now: Moment) -> Vec<Action> {
        let was = std::mem::replace(&mut self.work_offline, on);
        let mut actions = vec![if on { Action::Cut } else { Action::Mend }];
        if was == on {
            return actions;
        }
        self.owed |= !on;
        if !self.is_running() {
            self.state = self.at_rest(now);
            actions.extend(self.follow_up(now));
        }
        actions
    }
}

/// The delay after so many failures in a row: doubled each time, half of it jitter.
pub(crate) fn backoff(failures: u32, jitter: f64) -> Duration {
    let doubled = SHORTEST.saturating_mul(2_u32.saturating_pow(failures.min(16)));
    let whole = doubled.min(LONGEST);
    (whole / 2) + (whole / 2).mul_f64(jitter.clamp(0.0, 1.0))
}

#[cfg(test)]
#[path = "scheduler_tests.rs"]
mod tests;
