//! Who asks: the protocol's version and the device's token, checked before any endpoint under `/v1`.

use super::App;
use super::answer::Refused;
use crate::db::devices;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use landfall_protocol::{VERSION, VERSION_HEADER};

/// Lets a request through when it speaks this protocol and carries a known token. The endpoint finds the
/// [`landfall_protocol::workspace::Device`] among the request's extensions.
pub(super) async fn require(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refused> {
    tracing::trace!(target: "landfall::way", "request here");
    check_version(request.headers())?;
    let token = bearer(request.headers())?;
    // Read here and now: every request waits for it, and the way to another thread and back would take longer.
    let device = app
        .workspace()
        .database()
        .read_blocking(|tx, _| devices::by_token(tx, token))?
        .ok_or_else(|| {
            Refused::unauthorized("The server does not know this token: add the device again at the server.")
        })?;
    tracing::trace!(target: "landfall::way", device = device.name, "token known");
    request.extensions_mut().insert(device);
    Ok(next.run(request).await)
}

fn check_version(headers: &HeaderMap) -> Result<(), Refused> {
    let given = headers.get(VERSION_HEADER).and_then(|value| value.to_str().ok());
    if given == Some(VERSION.to_string().as_str()) {
        return Ok(());
    }
    Err(Refused::protocol_version(match given {
        Some(_) => format!(
            "This server speaks version {VERSION} of the protocol: update the older of app and server."
        ),
        None => format!("Say which protocol you speak: send the header {VERSION_HEADER}: {VERSION}."),
    }))
}

fn bearer(headers: &HeaderMap) -> Result<&str, Refused> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty())
        .ok_or_else(|| Refused::unauthorized("Send the device's token: Authorization: Bearer <token>."))
}
