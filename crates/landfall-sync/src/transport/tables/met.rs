//! What a request of the table protocol meets, as one of ours (the outcome of steps 5 and 9 of the data's way).

use crate::transport::TransportError;
use crate::transport::http;
use landfall_tables::Error;

/// The same in our words.
#[must_use]
pub fn of(error: &Error) -> TransportError {
    match error {
        Error::BadAddress => TransportError::BadAddress,
        Error::Line(error) => http::met(error, TransportError::CutOff),
        Error::BadToken | Error::Unauthorized { .. } => TransportError::Unauthorized,
        Error::NoTable { table } => {
            tracing::warn!(table, "the server has no such table");
            trouble(404)
        }
        // A page of HTML in the place of an answer, or a way to another place: a network's sign-in page.
        Error::Stranger { leads_away: true, .. } | Error::Stranger { status: 200, .. } => {
            TransportError::CaptivePortal
        }
        Error::Stranger { .. } => TransportError::NotLandfall,
        Error::Refused { status, message } => {
            tracing::warn!(status, message, "the server refuses a question");
            trouble(*status)
        }
        Error::Trouble { status, retry_after } => TransportError::ServerTrouble {
            status: *status,
            retry_after: *retry_after,
        },
        Error::Unreadable { what } => {
            tracing::warn!(what, "an answer can't be read");
            TransportError::unreadable()
        }
    }
}

fn trouble(status: u16) -> TransportError {
    TransportError::ServerTrouble {
        status,
        retry_after: None,
    }
}
