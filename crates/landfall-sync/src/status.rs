//! What the engine shows of itself: the source of the status button and its popover (step 11 of the data's way).

use crate::error::Error;
use crate::run::Summary;
use crate::scheduler::{Direction, State};
use crate::transport::TransportError;
use landfall_core::id::Millis;

/// All that is known of sync at one moment, but what the store counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// What the engine does now.
    pub activity: Activity,
    /// Sync runs by itself.
    pub automatic: bool,
    /// The person cut the line.
    pub work_offline: bool,
    /// What the last request met; none before the first.
    pub reachability: Option<Reachability>,
    /// Since when the server has been out of reach, by the device's clock; none while it is in reach.
    pub out_of_reach_since: Option<Millis>,
    /// Progress of the run under way.
    pub progress: Option<Progress>,
    /// When the engine tries again by itself, by the device's clock.
    pub next_attempt: Option<Millis>,
    /// When server and device last agreed.
    pub last_success: Option<Millis>,
    /// What the last run that ended well did.
    pub last_run: Summary,
    /// Since when the server can wake this device by the event stream, by the device's clock; none while it can't.
    pub listening_since: Option<Millis>,
    /// When a wake last arrived by the event stream, by the device's clock.
    pub last_wake: Option<Millis>,
    /// When one last arrived by another way (a push), by the device's clock.
    pub last_push: Option<Millis>,
}

/// What the engine does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Nothing to do.
    Idle,
    /// Sending.
    Pushing,
    /// Receiving.
    Pulling,
    /// Tries again at `next_attempt`.
    Retrying,
    /// The server is out of reach, or the person works offline.
    Offline,
    /// The token is not valid any more.
    SignInNeeded,
    /// The server needs another version of the app.
    UpdateNeeded,
    /// Automatic sync is off.
    Paused,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Sending or receiving.
    pub direction: Direction,
    /// Records done.
    pub done: u32,
    /// Records in all, if it is known.
    pub total: Option<u32>,
}

/// What a request met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reachability {
    /// The server answered.
    Online,
    /// It did not, or not as it should.
    Met(TransportError),
}

impl From<State> for Activity {
    fn from(state: State) -> Self {
        match state {
            State::Idle { .. } => Self::Idle,
            State::Running {
                direction: Direction::Sending,
                ..
            } => Self::Pushing,
            State::Running {
                direction: Direction::Receiving,
                ..
            } => Self::Pulling,
            State::Waiting { .. } => Self::Retrying,
            State::Offline { .. } => Self::Offline,
            State::SignInNeeded => Self::SignInNeeded,
            State::UpdateNeeded => Self::UpdateNeeded,
            State::Paused => Self::Paused,
        }
    }
}

impl Status {
    /// Notes how a run ended. `agreed`: it compared the device with the server.
    pub(crate) fn ended(&mut self, result: &Result<Summary, Error>, agreed: bool, now: Millis) {
        self.progress = None;
        match result {
            Ok(summary) => {
                self.last_run = *summary;
                if agreed {
                    self.last_success = Some(now);
                }
                self.reached();
            }
            Err(Error::Transport(met)) => {
                let answered = matches!(
                    met,
                    TransportError::Unauthorized
                        | TransportError::UpdateNeeded
                        | TransportError::TooLarge
                        | TransportError::NotUnderstood
                );
                if answered {
                    self.out_of_reach_since = None;
                } else {
                    self.out_of_reach_since.get_or_insert(now);
                }
                self.reachability = Some(Reachability::Met(met.clone()));
            }
            Err(Error::HeldUp { met, summary }) => {
                self.last_run = *summary;
                self.out_of_reach_since = None;
                self.reachability = Some(Reachability::Met(met.clone()));
            }
            // The storage failed: that says nothing about the line.
            Err(Error::Store(_) | Error::NoWorkspace) => {}
        }
    }

    /// Notes that the server answered.
    pub(crate) fn reached(&mut self) {
        self.reachability = Some(Reachability::Online);
        self.out_of_reach_since = None;
    }
}
