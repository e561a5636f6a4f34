//! The older dialect: statuses, headers and bodies as the Node server of Azure Mobile Apps has them.

use super::call::Call;
use super::dialect::Dialect;
use super::json::{self, Row};
use super::outcome::Outcome;
use super::query::Page;
use super::v3::{set, tag};
use crate::SERVER_VERSION;
use crate::db::model::TableModel;
use axum::Json as Body;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use landfall_core::record::Record;
use serde::Serialize;
use serde_json::json;

/// An outcome.
pub(super) fn answer(table: &TableModel, outcome: Outcome) -> Response {
    let row = |status, record: &Record| row(table, status, record);
    match outcome {
        Outcome::Row(record) | Outcome::Deleted(record) => row(StatusCode::OK, &record),
        Outcome::Created(record) | Outcome::Undeleted(record) => row(StatusCode::CREATED, &record),
        Outcome::Exists(record) | Outcome::Stale(record) => row(StatusCode::CONFLICT, &record),
        Outcome::Failed(record) => row(StatusCode::PRECONDITION_FAILED, &record),
        Outcome::NotModified(_) => marked(StatusCode::NOT_MODIFIED.into_response()),
        Outcome::Missing | Outcome::Gone => error(StatusCode::NOT_FOUND, "The item does not exist"),
        Outcome::Bad(message) => bad(&message),
        Outcome::Invalid(errors) => {
            let messages: Vec<String> = errors.into_iter().map(|error| error.message).collect();
            bad(&messages.join(" "))
        }
        Outcome::Overwrites(names) => bad(&format!("The server sets {}.", names.join(", "))),
        Outcome::MediaType => error(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send the body as application/json.",
        ),
        Outcome::Method => {
            let message = "This address does not take this method.";
            let mut response = error(StatusCode::METHOD_NOT_ALLOWED, message);
            // Records take every method (PUT is answered with 404): it is a table that refuses one.
            set(&mut response, header::ALLOW, "GET, HEAD, POST, PATCH");
            response
        }
    }
}

fn row(table: &TableModel, status: StatusCode, record: &Record) -> Response {
    let body = json::of_record(table, Dialect::V2, record);
    let mut response = (status, Body(body)).into_response();
    set(&mut response, header::ETAG, &tag(record));
    marked(response)
}

/// A page that says how many there are.
#[derive(Serialize)]
struct Counted<'r> {
    results: &'r [Row<'r>],
    count: Option<u64>,
}

/// A page: an array, or with `$inlinecount` an object. The next page's address is whole, and without angle brackets: so
/// the clients read it.
pub(super) fn page(call: &Call, page: Page<'_>) -> Response {
    let mut response = if page.is_counted {
        Body(Counted {
            results: &page.rows,
            count: page.count,
        })
        .into_response()
    } else {
        Body(&page.rows).into_response()
    };
    if let Some(query) = page.next {
        let link = format!("{}?{query}; rel=next", call.url());
        set(&mut response, header::LINK, &link);
    }
    marked(response)
}

/// A request that can't be read.
pub(super) fn bad(message: &str) -> Response {
    error(StatusCode::BAD_REQUEST, message)
}

/// No such table.
pub(super) fn no_table() -> Response {
    error(StatusCode::NOT_FOUND, "The table does not exist")
}

/// No token, or one that nobody knows.
pub(super) fn unauthorized() -> Response {
    let message = "Send the device's token in X-ZUMO-AUTH, or as Authorization: Bearer.";
    let mut response = (StatusCode::UNAUTHORIZED, message).into_response();
    set(&mut response, header::WWW_AUTHENTICATE, "Bearer");
    marked(response)
}

fn error(status: StatusCode, message: &str) -> Response {
    marked((status, Body(json!({"error": message}))).into_response())
}

/// The headers of every answer.
fn marked(mut response: Response) -> Response {
    let version = format!("landfall-{SERVER_VERSION}");
    set(
        &mut response,
        HeaderName::from_static("x-zumo-server-version"),
        &version,
    );
    set(&mut response, header::CACHE_CONTROL, "no-cache");
    set(&mut response, header::EXPIRES, "0");
    set(&mut response, header::PRAGMA, "no-cache");
    response
}
