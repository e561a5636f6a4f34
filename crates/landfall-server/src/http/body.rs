//! Bodies that are JSON.

use super::App;
use super::answer::Refused;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

/// Reads a body; `what` says what it should be: *a push*.
pub(super) fn json<T: DeserializeOwned>(
    app: &App,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    what: &str,
) -> Result<T, Refused> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = content_type
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    if !media_type.is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json")) {
        return Err(Refused::media_type());
    }
    let body = body.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Refused::too_large(format!("Send at most {} bytes at once.", app.limits().body_bytes))
        } else {
            Refused::bad_request("The request's body did not arrive whole: send it again.")
        }
    })?;
    serde_json::from_slice(&body)
        .map_err(|error| Refused::bad_request(format!("The body is not {what}: {error}.")))
}
