//! How sync stands, at a glance: for the tray icon, which has room for one colour and one line (U25). The words are those
//! of the status button.

use crate::dto::{SyncState, SyncStatus};

/// The one state that matters most now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glance {
    /// Server and device agree, or are about to.
    Synced,
    /// Changes wait on this device.
    Waiting,
    /// A person must act: a conflict, a refusal, a sign-in, an update.
    NeedsYou,
    /// The server is out of reach, or sync is switched off, or there is no workspace.
    Offline,
}

impl Glance {
    /// Of a status.
    #[must_use]
    pub fn of(status: &SyncStatus) -> Self {
        match status.state {
            SyncState::SignInNeeded | SyncState::UpdateNeeded => Self::NeedsYou,
            _ if status.conflicts + status.refused > 0 => Self::NeedsYou,
            SyncState::Offline | SyncState::NotConnected | SyncState::Paused => Self::Offline,
            SyncState::Idle | SyncState::Pushing | SyncState::Pulling | SyncState::Retrying => {
                if status.waiting > 0 {
                    Self::Waiting
                } else {
                    Self::Synced
                }
            }
        }
    }
}

/// The line under the icon.
#[must_use]
pub fn line(status: &SyncStatus) -> String {
    let needs = status.conflicts + status.refused;
    let words = match status.state {
        SyncState::SignInNeeded => "Sign in again",
        SyncState::UpdateNeeded => "Update needed",
        SyncState::NotConnected => return "Not connected".to_owned(),
        _ if needs > 0 => return format!("Needs you ({needs})"),
        SyncState::Offline => "Offline",
        SyncState::Paused => "Paused",
        SyncState::Idle | SyncState::Pushing | SyncState::Pulling | SyncState::Retrying => {
            return match status.waiting {
                0 => "Synced".to_owned(),
                n => format!("{n} waiting"),
            };
        }
    };
    match status.waiting {
        0 => words.to_owned(),
        n => format!("{words}, {n} waiting"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notices::tests::status;

    #[test]
    fn what_a_person_must_do_outweighs_everything() {
        let at = |state, waiting, conflicts| {
            let status = SyncStatus {
                state,
                waiting,
                conflicts,
                ..status()
            };
            (Glance::of(&status), line(&status))
        };
        assert_eq!(at(SyncState::Idle, 0, 0), (Glance::Synced, "Synced".into()));
        assert_eq!(
            at(SyncState::Retrying, 3, 0),
            (Glance::Waiting, "3 waiting".into())
        );
        assert_eq!(
            at(SyncState::Offline, 3, 0),
            (Glance::Offline, "Offline, 3 waiting".into())
        );
        assert_eq!(
            at(SyncState::Offline, 3, 2),
            (Glance::NeedsYou, "Needs you (2)".into())
        );
        assert_eq!(
            at(SyncState::SignInNeeded, 14, 1),
            (Glance::NeedsYou, "Sign in again, 14 waiting".into())
        );
        assert_eq!(
            at(SyncState::NotConnected, 0, 0),
            (Glance::Offline, "Not connected".into())
        );
    }
}
