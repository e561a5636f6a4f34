//! What a request can meet on its way, told apart so that a person can be told what to do and the scheduler knows
//! whether to try again (the outcome of steps 5 and 9 of the data's way).

use std::time::Duration;

/// A request that brought no usable answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The person cut the line: nothing was sent, or what was under way was dropped.
    #[error("working offline")]
    WorkOffline,
    /// The address is not one.
    #[error("the server's address is not usable: enter one like https://sync.example.org")]
    BadAddress,
    /// The server's name could not be looked up.
    #[error("the server's name was not found")]
    NameNotFound,
    /// No route, or nothing listens there.
    #[error("nothing answers at the server's address")]
    Refused,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The secure connection failed.
    #[error("the secure connection failed")]
    Insecure {
        /// How many seconds this device's clock seems to be ahead (negative: behind), when that explains it.
        clock_skew_seconds: Option<i32>,
    },
    /// Something between answers in the server's place: the sign-in page of a network.
    #[error("the network answers in the server's place")]
    CaptivePortal,
    /// Something answers there, and it is no Landfall server.
    #[error("no Landfall server at this address")]
    NotLandfall,
    /// The token is not valid (any more).
    #[error("the server does not know this device's token")]
    Unauthorized,
    /// The server, or the proxy before it, has trouble of its own.
    #[error("the server has trouble (status {status})")]
    ServerTrouble {
        /// HTTP status; 200 for an answer that could not be read.
        status: u16,
        /// How long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The connection broke off in the middle: the request may have reached the server.
    #[error("the connection broke off")]
    CutOff,
    /// The server speaks a protocol that this device does not know.
    #[error("the server needs another version of the app")]
    UpdateNeeded,
    /// The request was larger than the server takes: nothing of it was applied.
    #[error("the request was too large for the server")]
    TooLarge,
    /// The server can't read the request: nothing of it was applied.
    #[error("the server can't read the request")]
    NotUnderstood,
    /// The server can't wake this device by the channel that it was told of.
    #[error("the server can't wake this device by its channel: {reason}")]
    ChannelRefused {
        /// The server's words.
        reason: String,
    },
    /// The server has nothing of the kind, and never will: it speaks another protocol than ours.
    #[error("this server does not offer that")]
    NotOffered,
}

impl TransportError {
    /// An answer of a Landfall server that can't be read.
    #[must_use]
    pub fn unreadable() -> Self {
        Self::ServerTrouble {
            status: 200,
            retry_after: None,
        }
    }

    /// Whether the request certainly did not leave the device: no connection was made.
    #[must_use]
    pub fn never_left(&self) -> bool {
        matches!(self, Self::BadAddress | Self::NameNotFound | Self::Refused)
    }

    /// Whether the server stumbled over this request, and may take another: a fault of its own, with no word of being busy.
    #[must_use]
    pub fn is_a_stumble(&self) -> bool {
        matches!(self, Self::ServerTrouble { .. }) && self.leaves_others_possible()
    }

    /// Whether the server took the request, answered with trouble about this one, and may well answer another: what
    /// others wrote is then still pulled when a push fails.
    #[must_use]
    pub fn leaves_others_possible(&self) -> bool {
        match self {
            Self::ServerTrouble { status, retry_after } => {
                retry_after.is_none() && !matches!(status, 429 | 502 | 503 | 504)
            }
            Self::TooLarge | Self::NotUnderstood => true,
            _ => false,
        }
    }

    /// A stable word for the sync log.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WorkOffline => "work_offline",
            Self::BadAddress => "bad_address",
            Self::NameNotFound => "name_not_found",
            Self::Refused => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Insecure { .. } => "insecure",
            Self::CaptivePortal => "captive_portal",
            Self::NotLandfall => "not_landfall",
            Self::Unauthorized => "unauthorized",
            Self::ServerTrouble { .. } => "server_trouble",
            Self::CutOff => "cut_off",
            Self::UpdateNeeded => "update_needed",
            Self::TooLarge => "too_large",
            Self::NotUnderstood => "not_understood",
            Self::ChannelRefused { .. } => "channel_refused",
            Self::NotOffered => "not_offered",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pull_follows_a_failed_push_only_where_the_server_may_answer() {
        let trouble = |status, seconds: Option<u64>| TransportError::ServerTrouble {
            status,
            retry_after: seconds.map(Duration::from_secs),
        };
        assert!(trouble(500, None).leaves_others_possible());
        assert!(!trouble(500, Some(30)).leaves_others_possible());
        assert!(!trouble(503, None).leaves_others_possible());
        assert!(!TransportError::CutOff.leaves_others_possible());
        assert!(!TransportError::Unauthorized.leaves_others_possible());
    }
}
