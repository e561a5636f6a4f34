//! The table protocol of Azure Mobile Apps and Datasync, so that apps built on them go on working (steps 6 and 9 of the
//! data's way). docs/TABLES.md says all that is spoken; here is how it is built.
//!
//! A request's way: [`call`] (dialect, token, table) → one core of verbs: [`query`], [`read`] and the five of [`change`],
//! each of which gives an [`outcome::Outcome`] → [`v2`] or [`v3`], which put an outcome into their dialect's status,
//! headers and body. Beside them: [`properties`] and [`json`] (records as old clients have them), [`conditions`]
//! (`If-Match` and its kin), [`parameters`] (the query of an address), [`patch`] (the bodies of PATCH), [`cors`],
//! [`openapi`] (all of it, described for machines).
//!
//! A change goes the way of a push: one write transaction with the same counters, checks, history and `seq`, so devices
//! pull it, and find it in conflict with their own, like any other.
//!
//! Invariants: what a request may see or change is decided inside the transaction that does it, so no race loses a
//! record; a record's `updatedAt` is greater than that of every change of its table that was committed before.

mod call;
mod change;
mod conditions;
mod cors;
mod dialect;
mod json;
mod openapi;
mod outcome;
mod parameters;
mod patch;
mod properties;
mod query;
mod read;
mod v2;
mod v3;

use crate::App;
use crate::http::Refused;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use call::{Call, Target};
use dialect::Dialect;
use outcome::Outcome;

/// The routes of the table protocol.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/tables/openapi.json", get(openapi::get))
        .route("/tables/{table}", any(collection))
        .route("/tables/{table}/", any(collection))
        .route("/tables/{table}/{id}", any(item))
}

async fn collection(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let target = path.ok().map(|Path(table)| Target { table, id: None });
    answer(app, target, method, uri, headers, body).await
}

async fn item(
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let target = path.ok().map(|Path((table, id))| Target { table, id: Some(id) });
    answer(app, target, method, uri, headers, body).await
}

async fn answer(
    app: App,
    target: Option<Target>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if method == Method::OPTIONS {
        let is_item = target.is_some_and(|target| target.id.is_some());
        return cors::preflight(&headers, is_item);
    }
    let has_origin = headers.contains_key(axum::http::header::ORIGIN);
    let mut response = match serve(app, target, &method, &uri, headers, body).await {
        Ok(response) => response,
        Err(refused) => refused.into_response(),
    };
    if has_origin {
        cors::open(&mut response);
    }
    response
}

async fn serve(
    app: App,
    target: Option<Target>,
    method: &Method,
    uri: &Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refused> {
    let body = match body {
        Ok(body) => body,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return Err(Refused::too_large(format!(
                "Send at most {} bytes at once.",
                app.limits().body_bytes
            )));
        }
        Err(_) => {
            return Err(Refused::bad_request(
                "The request's body did not arrive whole: send it again.",
            ));
        }
    };
    let call = match Call::begin(app, target, uri, headers, body).await? {
        Ok(call) => call,
        Err(response) => return Ok(response),
    };
    let is_item = call.id.is_some();
    let outcome = match (method.as_str(), is_item, call.dialect) {
        ("GET" | "HEAD", false, _) => return query::run(&call).await.map_err(Into::into),
        ("GET" | "HEAD", true, _) => read::run(&call).await?,
        ("POST", false, _) => change::create(&call).await?,
        ("PATCH", true, _) | ("PATCH", false, Dialect::V2) => change::update(&call).await?,
        ("PUT", true, Dialect::V3 | Dialect::Legacy) => change::replace(&call).await?,
        ("DELETE", true, _) => change::delete(&call).await?,
        ("POST", true, Dialect::V2) => change::undelete(&call).await?,
        ("PUT", true, Dialect::V2) => Outcome::Missing,
        _ => Outcome::Method,
    };
    Ok(call.answer(outcome))
}
