//! Sync as the engine has it → as a person sees it.

use super::millis;
use crate::dto;
use landfall_core::id::Millis;
use landfall_store::{LogKind, LogLine, OutboxCounts};
use landfall_sync::scheduler::Direction;
use landfall_sync::status::{Activity, Reachability};
use landfall_sync::{Started, Status, TransportError};

/// The whole status: what the engine knows (none: there is no engine) and what the store counts. A device without a
/// workspace has no name.
pub(crate) fn status(
    engine: Option<&Status>,
    counts: &OutboxCounts,
    settings: &dto::Settings,
    device_name: Option<String>,
) -> dto::SyncStatus {
    let at_rest = if device_name.is_some() {
        dto::SyncState::SignInNeeded
    } else {
        dto::SyncState::NotConnected
    };
    let last_success = engine.and_then(|engine| engine.last_success);
    let work_offline = engine.map_or(settings.work_offline, |engine| engine.work_offline);
    let met = engine
        .and_then(|engine| engine.reachability.as_ref())
        .map(reachability);
    dto::SyncStatus {
        state: engine.map_or(at_rest, |engine| state(engine.activity)),
        automatic: engine.map_or(settings.automatic_sync, |engine| engine.automatic),
        work_offline,
        reachability: if work_offline {
            Some(dto::Reachability::WorkOffline)
        } else {
            met
        },
        progress: engine
            .and_then(|engine| engine.progress)
            .map(|progress| dto::Progress {
                direction: match progress.direction {
                    Direction::Sending => dto::Direction::Sending,
                    Direction::Receiving => dto::Direction::Receiving,
                },
                done: progress.done,
                total: progress.total,
            }),
        waiting: counts.waiting,
        refused: counts.refused,
        conflicts: counts.conflicts,
        last_success: last_success.map(millis),
        next_attempt: engine.and_then(|engine| engine.next_attempt).map(millis),
        first_sync: device_name.is_some() && last_success.is_none(),
        offline_with_waiting_since: offline_with_waiting(engine, counts, work_offline).map(millis),
        last_sent: engine.map_or(0, |engine| engine.last_run.sent),
        last_received: engine.map_or(0, |engine| engine.last_run.received),
        device_name: device_name.unwrap_or_default(),
    }
}

/// Since when edits have waited without a way out: the later of the two beginnings.
fn offline_with_waiting(
    engine: Option<&Status>,
    counts: &OutboxCounts,
    work_offline: bool,
) -> Option<Millis> {
    let waiting_since = counts.oldest_waiting?;
    let out_of_reach_since = engine.and_then(|engine| engine.out_of_reach_since);
    match out_of_reach_since {
        Some(since) => Some(since.max(waiting_since)),
        None => work_offline.then_some(waiting_since),
    }
}

fn state(activity: Activity) -> dto::SyncState {
    match activity {
        Activity::Idle => dto::SyncState::Idle,
        Activity::Pushing => dto::SyncState::Pushing,
        Activity::Pulling => dto::SyncState::Pulling,
        Activity::Retrying => dto::SyncState::Retrying,
        Activity::Offline => dto::SyncState::Offline,
        Activity::SignInNeeded => dto::SyncState::SignInNeeded,
        Activity::UpdateNeeded => dto::SyncState::UpdateNeeded,
        Activity::Paused => dto::SyncState::Paused,
    }
}

fn reachability(met: &Reachability) -> dto::Reachability {
    match met {
        Reachability::Online => dto::Reachability::Online,
        Reachability::Met(error) => transport(error),
    }
}

/// What a request met, in the words of the boundary.
pub(crate) fn transport(error: &TransportError) -> dto::Reachability {
    match error {
        TransportError::WorkOffline => dto::Reachability::WorkOffline,
        TransportError::BadAddress => dto::Reachability::BadAddress,
        TransportError::NameNotFound => dto::Reachability::NameNotFound,
        TransportError::Refused => dto::Reachability::Refused,
        TransportError::TimedOut => dto::Reachability::TimedOut,
        TransportError::Insecure { clock_skew_seconds } => dto::Reachability::Insecure {
            clock_skew_seconds: *clock_skew_seconds,
        },
        TransportError::CaptivePortal => dto::Reachability::CaptivePortal,
        TransportError::NotLandfall => dto::Reachability::NotLandfall,
        TransportError::Unauthorized => dto::Reachability::Unauthorized,
        TransportError::ServerTrouble { status, .. } => dto::Reachability::ServerTrouble { status: *status },
        TransportError::TooLarge => dto::Reachability::ServerTrouble { status: 413 },
        TransportError::NotUnderstood => dto::Reachability::ServerTrouble { status: 400 },
        // Nobody shows these: no run tells the server of a channel; what a server does not offer is not asked for, or is missing from what it offers.
        TransportError::ChannelRefused { .. } => dto::Reachability::ServerTrouble { status: 400 },
        TransportError::NotOffered => dto::Reachability::ServerTrouble { status: 501 },
        TransportError::CutOff => dto::Reachability::CutOff,
        TransportError::UpdateNeeded => dto::Reachability::UpdateNeeded,
    }
}

pub(crate) fn started(started: Started) -> dto::SyncStarted {
    match started {
        Started::Started => dto::SyncStarted::Started,
        Started::AlreadyRunning => dto::SyncStarted::AlreadyRunning,
        Started::WorkOffline => dto::SyncStarted::WorkOffline,
        Started::ShutDown => dto::SyncStarted::NotConnected,
    }
}

pub(crate) fn log_kind_in(kind: dto::LogKind) -> LogKind {
    match kind {
        dto::LogKind::Sent => LogKind::Sent,
        dto::LogKind::Received => LogKind::Received,
        dto::LogKind::Conflict => LogKind::Conflict,
        dto::LogKind::Error => LogKind::Error,
    }
}

pub(crate) fn log_line(line: LogLine) -> dto::SyncLogEntry {
    let entry = line.entry;
    dto::SyncLogEntry {
        id: u32::try_from(line.n).unwrap_or(u32::MAX),
        at: millis(entry.at),
        kind: match entry.kind {
            LogKind::Sent => dto::LogKind::Sent,
            LogKind::Received => dto::LogKind::Received,
            LogKind::Conflict => dto::LogKind::Conflict,
            LogKind::Error => dto::LogKind::Error,
        },
        table: entry.table.map(|table| table.to_string()),
        record_ids: entry.record_ids.iter().map(ToString::to_string).collect(),
        count: entry.count,
        code: entry.code,
    }
}
