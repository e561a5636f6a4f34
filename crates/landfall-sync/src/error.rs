//! What can end a run.

use crate::run::Summary;
use crate::scheduler::Failure;
use crate::transport::TransportError;

/// A run that did not end well. Whatever it had already brought over is kept, on both sides.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The line or the server.
    #[error("the server could not be reached as it should")]
    Transport(#[from] TransportError),
    /// The server stumbled over some changes, which wait; all else was sent, and received.
    #[error("the server stumbles over some of this device's changes")]
    HeldUp {
        /// What it answered.
        #[source]
        met: TransportError,
        /// What the run did.
        summary: Summary,
    },
    /// This device's storage.
    #[error("this device's storage failed")]
    Store(#[from] landfall_store::Error),
    /// The device is not connected to a workspace.
    #[error("this device is not connected to a workspace")]
    NoWorkspace,
}

impl Error {
    /// A stable word for the sync log.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Transport(error) | Self::HeldUp { met: error, .. } => error.code(),
            Self::Store(_) => "storage",
            Self::NoWorkspace => "not_connected",
        }
    }

    /// What it means for trying again.
    #[must_use]
    pub fn failure(&self) -> Failure {
        use TransportError as Met;
        match self {
            Self::Transport(met) => match met {
                Met::WorkOffline => Failure::Cut,
                Met::BadAddress
                | Met::NameNotFound
                | Met::Refused
                | Met::TimedOut
                | Met::Insecure { .. }
                | Met::CaptivePortal
                | Met::NotLandfall
                | Met::CutOff => Failure::OutOfReach,
                Met::Unauthorized => Failure::SignInNeeded,
                Met::UpdateNeeded => Failure::UpdateNeeded,
                Met::ServerTrouble { retry_after, .. } => Failure::Trouble {
                    retry_after: *retry_after,
                },
                Met::TooLarge | Met::NotUnderstood | Met::ChannelRefused { .. } | Met::NotOffered => {
                    Failure::Trouble { retry_after: None }
                }
            },
            Self::HeldUp { .. } => Failure::HeldUp,
            Self::Store(_) | Self::NoWorkspace => Failure::Trouble { retry_after: None },
        }
    }
}
