//! The newer two dialects: statuses, headers and bodies as the Datasync server of the .NET community toolkit has them,
//! and the one before it.

use super::call::Call;
use super::conditions::http_date;
use super::json::{self, Row};
use super::outcome::Outcome;
use super::parameters::encoded;
use super::query::Page;
use crate::db::model::TableModel;
use axum::Json as Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use landfall_core::record::Record;
use landfall_core::validate::FieldError;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

/// An outcome.
pub(super) fn answer(call: &Call, table: &TableModel, outcome: Outcome) -> Response {
    let row = |status, record: &Record| row(call, table, status, record);
    match outcome {
        Outcome::Row(record) => row(StatusCode::OK, &record),
        Outcome::Created(record) => {
            let mut response = row(StatusCode::CREATED, &record);
            let place = format!(
                "{}/{}",
                call.url().trim_end_matches('/'),
                encoded(record.id.as_str())
            );
            set(&mut response, header::LOCATION, &place);
            response
        }
        Outcome::Undeleted(record) => row(StatusCode::OK, &record),
        Outcome::Deleted(_) => StatusCode::NO_CONTENT.into_response(),
        Outcome::Exists(record) | Outcome::Stale(record) => row(StatusCode::CONFLICT, &record),
        Outcome::Failed(record) => row(StatusCode::PRECONDITION_FAILED, &record),
        Outcome::NotModified(record) => conditional(StatusCode::NOT_MODIFIED.into_response(), &record),
        Outcome::Missing => StatusCode::NOT_FOUND.into_response(),
        Outcome::Gone => StatusCode::GONE.into_response(),
        Outcome::Bad(message) => bad(call, &message),
        Outcome::Invalid(errors) => invalid(&errors),
        Outcome::Overwrites(names) => overwrites(&names),
        Outcome::MediaType => {
            let detail = "Send the body as application/json.";
            problem(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Unsupported Media Type",
                detail,
            )
        }
        Outcome::Method => {
            let detail = "This address does not take this method.";
            let mut response = problem(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed", detail);
            let allowed = if call.id.is_some() {
                "GET, HEAD, PUT, PATCH, DELETE"
            } else {
                "GET, HEAD, POST"
            };
            set(&mut response, header::ALLOW, allowed);
            response
        }
    }
}

fn row(call: &Call, table: &TableModel, status: StatusCode, record: &Record) -> Response {
    let body = json::of_record(table, call.dialect, record);
    conditional((status, Body(body)).into_response(), record)
}

fn conditional(mut response: Response, record: &Record) -> Response {
    set(&mut response, header::ETAG, &tag(record));
    if let Some(date) = http_date(record.updated_at) {
        set(&mut response, header::LAST_MODIFIED, &date);
    }
    response
}

/// The `ETag` of a record: its version in quotes, byte for byte.
pub(super) fn tag(record: &Record) -> String {
    format!("\"{}\"", json::version(&record.version))
}

/// Sets a header. A value that can't stand in one is left out.
pub(super) fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A page. What has no value is written as null.
pub(super) fn page(page: Page<'_>) -> Response {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Written<'r> {
        items: Vec<Row<'r>>,
        count: Option<u64>,
        next_link: Option<String>,
    }
    Body(Written {
        items: page.rows,
        count: page.count,
        next_link: page.next,
    })
    .into_response()
}

/// A request that can't be read: a sentence, as JSON where that is asked for.
pub(super) fn bad(call: &Call, message: &str) -> Response {
    let accepts_json = call
        .headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("json"));
    let status = StatusCode::BAD_REQUEST;
    if accepts_json {
        (status, Body(Json::from(message))).into_response()
    } else {
        (status, message.to_owned()).into_response()
    }
}

/// Broken rules, each with the property that it is about.
fn invalid(errors: &[FieldError]) -> Response {
    let results: Vec<Json> = errors
        .iter()
        .map(|error| json!({"memberNames": [error.column.as_str()], "errorMessage": error.message}))
        .collect();
    (StatusCode::BAD_REQUEST, Body(results)).into_response()
}

fn overwrites(names: &[&str]) -> Response {
    let errors: Map<String, Json> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!(["The server sets this property."])))
        .collect();
    let body = json!({
        "title": "One or more validation errors occurred.",
        "status": 400,
        "errors": errors,
    });
    as_problem((StatusCode::BAD_REQUEST, Body(body)).into_response())
}

/// A version of the protocol that is not spoken.
pub(super) fn version(detail: &str) -> Response {
    problem(StatusCode::BAD_REQUEST, "Invalid protocol version", detail)
}

/// No such table.
pub(super) fn no_table() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

/// No token, or one that nobody knows.
pub(super) fn unauthorized() -> Response {
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    set(&mut response, header::WWW_AUTHENTICATE, "Bearer");
    response
}

fn problem(status: StatusCode, title: &str, detail: &str) -> Response {
    let body = json!({"title": title, "status": status.as_u16(), "detail": detail});
    as_problem((status, Body(body)).into_response())
}

fn as_problem(mut response: Response) -> Response {
    set(&mut response, header::CONTENT_TYPE, "application/problem+json");
    response
}
