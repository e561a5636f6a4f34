//! Sync as a person sees it: the status button, its popover, the log (U25–U30).

use super::Millis;
use serde::{Deserialize, Serialize};
use specta::Type;

/// All that the status button and its popover show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SyncStatus {
    /// What the engine does now.
    pub state: SyncState,
    /// Sync runs by itself.
    pub automatic: bool,
    /// The person cut the transport.
    pub work_offline: bool,
    /// What the last request met; none before the first.
    pub reachability: Option<Reachability>,
    /// Progress of the run under way.
    pub progress: Option<Progress>,
    /// Changes that wait (sending and blocked ones too, refused and conflicts not).
    pub waiting: u32,
    /// Changes that the server refused.
    pub refused: u32,
    /// Records in conflict.
    pub conflicts: u32,
    /// When server and device last agreed.
    pub last_success: Option<Millis>,
    /// When the engine tries again by itself.
    pub next_attempt: Option<Millis>,
    /// The first sync has not finished: older records are still coming.
    pub first_sync: bool,
    /// Edits wait and the server was out of reach since then; none when it is in reach or nothing waits.
    pub offline_with_waiting_since: Option<Millis>,
    /// Records sent in the last run.
    pub last_sent: u32,
    /// Records received in the last run.
    pub last_received: u32,
    /// This device's name.
    pub device_name: String,
}

/// The scheduler's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// Not connected to a workspace.
    NotConnected,
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
    /// The server speaks a newer protocol.
    UpdateNeeded,
    /// Automatic sync is off.
    Paused,
}

/// What a request met, told apart in plain words (U27).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reachability {
    /// The server answered.
    Online,
    /// The person works offline.
    WorkOffline,
    /// The address is not one.
    BadAddress,
    /// The name of the server could not be looked up.
    NameNotFound,
    /// No route, or nothing listens there.
    Refused,
    /// No answer in time.
    TimedOut,
    /// The secure connection failed.
    Insecure {
        /// The clock of this device is probably wrong: off by so many seconds.
        clock_skew_seconds: Option<i32>,
    },
    /// Something between answers in the server's place (a sign-in page of a network).
    CaptivePortal,
    /// Something answers there, but it is not a Landfall server.
    NotLandfall,
    /// The token is not valid.
    Unauthorized,
    /// The server has trouble of its own.
    ServerTrouble {
        /// HTTP status.
        status: u16,
    },
    /// The connection broke off in the middle.
    CutOff,
    /// The server speaks a protocol that this app does not know.
    UpdateNeeded,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Progress {
    /// Sending or receiving.
    pub direction: Direction,
    /// Records done.
    pub done: u32,
    /// Records in all, if it is known.
    pub total: Option<u32>,
}

/// Which way records go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To the server.
    Sending,
    /// From the server.
    Receiving,
}

/// What *Sync now* answers at once: what will happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SyncStarted {
    /// A run started.
    Started,
    /// A run was under way; another follows it.
    AlreadyRunning,
    /// The person works offline.
    WorkOffline,
    /// Not connected to a workspace.
    NotConnected,
}

/// Switch automatic sync on or off.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SyncSetAutomaticArgs {
    /// On.
    pub on: bool,
}

/// Cut or mend the transport.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct WorkOfflineSetArgs {
    /// Cut.
    pub on: bool,
}

/// A part of the sync log.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SyncLogArgs {
    /// Only this kind.
    pub kind: Option<LogKind>,
    /// At most so many, newest first.
    pub limit: u32,
}

/// What kind of log entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// Changes sent.
    Sent,
    /// Changes received.
    Received,
    /// Collided with someone else's change.
    Conflict,
    /// Something failed.
    Error,
}

/// One line of the sync log, without field values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SyncLogEntry {
    /// Its id.
    pub id: u32,
    /// When.
    pub at: Millis,
    /// What kind.
    pub kind: LogKind,
    /// Table, where it is about one.
    pub table: Option<String>,
    /// Record ids, at most 20.
    pub record_ids: Vec<String>,
    /// How many records.
    pub count: u32,
    /// A stable code (`sent`, `received`, `received_in_background`, `merged`, `conflict`, `refused`, `cut_off`, …).
    pub code: String,
}
