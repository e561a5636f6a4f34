//! Tells the answer of a Landfall server from that of anything else that answers HTTP: a sign-in page of a network, a
//! proxy whose server is down, some other web site. (Between steps 5 and 7, and 9 and 10, of the data's way.)

use super::error::TransportError;
use landfall_protocol::VERSION_HEADER;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Passes a Landfall server's success, and says what anything else is.
///
/// # Errors
/// All but the errors of the line itself.
pub fn check(status: StatusCode, headers: &HeaderMap) -> Result<(), TransportError> {
    if headers.contains_key(VERSION_HEADER) {
        check_landfall(status, headers)
    } else {
        Err(stranger(status, headers))
    }
}

fn check_landfall(status: StatusCode, headers: &HeaderMap) -> Result<(), TransportError> {
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::UNAUTHORIZED => Err(TransportError::Unauthorized),
        StatusCode::UPGRADE_REQUIRED => Err(TransportError::UpdateNeeded),
        StatusCode::PAYLOAD_TOO_LARGE => Err(TransportError::TooLarge),
        StatusCode::BAD_REQUEST => Err(TransportError::NotUnderstood),
        status => Err(trouble(status, headers)),
    }
}

/// What an answer without the protocol's header is.
fn stranger(status: StatusCode, headers: &HeaderMap) -> TransportError {
    let is_html = text(headers, CONTENT_TYPE.as_str()).is_some_and(|kind| kind.starts_with("text/html"));
    let leads_away = text(headers, LOCATION.as_str()).is_some_and(|target| target.contains("://"));
    match status {
        StatusCode::NETWORK_AUTHENTICATION_REQUIRED => TransportError::CaptivePortal,
        status if status.is_redirection() && leads_away => TransportError::CaptivePortal,
        status if status.is_success() && is_html => TransportError::CaptivePortal,
        // A proxy with a limit of its own, lower than the server's.
        StatusCode::PAYLOAD_TOO_LARGE => TransportError::TooLarge,
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            trouble(status, headers)
        }
        _ => TransportError::NotLandfall,
    }
}

fn trouble(status: StatusCode, headers: &HeaderMap) -> TransportError {
    TransportError::ServerTrouble {
        status: status.as_u16(),
        retry_after: text(headers, RETRY_AFTER.as_str())
            .and_then(|seconds| seconds.trim().parse().ok())
            .map(Duration::from_secs),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Reads the JSON body of a success.
///
/// # Errors
/// [`TransportError::unreadable`]. The reason goes to the log at debug level, without the body.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, TransportError> {
    serde_json::from_slice(body).map_err(|error| {
        tracing::debug!(
            line = error.line(),
            column = error.column(),
            "an answer could not be read"
        );
        TransportError::unreadable()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    fn met(status: u16, headers: &[(&'static str, &'static str)]) -> Result<(), TransportError> {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        check(StatusCode::from_u16(status).unwrap(), &headers)
    }

    fn trouble(status: u16, seconds: Option<u64>) -> Result<(), TransportError> {
        Err(TransportError::ServerTrouble {
            status,
            retry_after: seconds.map(Duration::from_secs),
        })
    }

    #[test]
    fn a_landfall_server_is_known_by_its_header() {
        let landfall = (VERSION_HEADER, "1");
        assert_eq!(met(200, &[landfall]), Ok(()));
        assert_eq!(met(401, &[landfall]), Err(TransportError::Unauthorized));
        assert_eq!(met(413, &[landfall]), Err(TransportError::TooLarge));
        assert_eq!(met(400, &[landfall]), Err(TransportError::NotUnderstood));
        assert_eq!(met(426, &[landfall]), Err(TransportError::UpdateNeeded));
        assert_eq!(met(503, &[landfall, ("retry-after", "7")]), trouble(503, Some(7)));
        assert_eq!(met(500, &[landfall]), trouble(500, None));
    }

    #[test]
    fn everything_else_that_answers_is_told_apart() {
        let html = ("content-type", "text/html; charset=utf-8");
        assert_eq!(met(200, &[html]), Err(TransportError::CaptivePortal));
        assert_eq!(
            met(302, &[("location", "http://hotel.example/sign-in")]),
            Err(TransportError::CaptivePortal)
        );
        assert_eq!(met(511, &[html]), Err(TransportError::CaptivePortal));
        assert_eq!(
            met(301, &[("location", "/app/")]),
            Err(TransportError::NotLandfall)
        );
        assert_eq!(met(404, &[html]), Err(TransportError::NotLandfall));
        assert_eq!(met(401, &[]), Err(TransportError::NotLandfall));
        assert_eq!(
            met(200, &[("content-type", "application/json")]),
            Err(TransportError::NotLandfall)
        );
        assert_eq!(met(502, &[html]), trouble(502, None));
        assert_eq!(met(413, &[html]), Err(TransportError::TooLarge));
    }
}
