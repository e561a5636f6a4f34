//! What surrounds every request: request id and log line, protocol version, panics, time limit.

use super::App;
use super::answer::Refused;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use landfall_protocol::VERSION_HEADER;
use std::panic::AssertUnwindSafe;
use std::time::Instant;
use tracing::Instrument;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request id (in the log and on the answer) and one log line. The route is logged, never what stands in it.
pub(super) async fn logged(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = format!(
        "{:016x}",
        u64::from_be_bytes(app.workspace().surroundings().random())
    );
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", %id, method = %request.method(), route);
    let begun = Instant::now();
    async move {
        let mut response = next.run(request).await;
        let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), millis, "answered");
        if let Ok(id) = HeaderValue::try_from(id) {
            response.headers_mut().insert(REQUEST_ID.clone(), id);
        }
        response
    }
    .instrument(span)
    .await
}

/// The protocol's version on every answer: it tells a Landfall server from a captive portal.
pub(super) async fn versioned(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let version = HeaderValue::from(landfall_protocol::VERSION);
    response
        .headers_mut()
        .insert(HeaderName::from_static(VERSION_HEADER), version);
    response
}

/// A panic is a fault of the server, not the end of it. The panic hook has reported it.
pub(super) async fn panics_caught(request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => Refused::internal().into_response(),
    }
}

/// A limit on the time until the answer begins (a body that trickles in counts too; a stream that goes out does not).
pub(super) async fn time_limited(State(app): State<App>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(app.time_limit(), next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refused::unavailable("The request took too long: try again.", 5).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use landfall_protocol::error::{ErrorBody, ErrorCode};
    use tower::ServiceExt as _;

    async fn faulty() -> &'static str {
        panic!("a fault in a handler")
    }

    #[tokio::test]
    async fn a_panic_is_answered_as_a_fault_of_the_server() {
        let router = Router::new()
            .route("/", get(faulty))
            .layer(from_fn(panics_caught))
            .layer(from_fn(versioned));
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[VERSION_HEADER], "1");
        let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        let body: ErrorBody = serde_json::from_slice(&body).unwrap();
        assert_eq!(body.code, ErrorCode::Internal);
    }
}
