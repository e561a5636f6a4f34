//! `GET /v1/workspace`: schema, limits, epoch, and the device that asks.

use super::App;
use super::answer::Refused;
use crate::db::meta;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use landfall_protocol::workspace::{Device, Workspace};

pub(super) async fn get(
    State(app): State<App>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let workspace = app.workspace();
    let meta = workspace
        .database()
        .read(|tx, model| meta::read(tx, model))
        .await?;

    let tag = format!("\"{}.{}\"", meta.schema_version, meta.epoch);
    let mut response = if has_tag(&headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Json(Workspace {
            protocol: landfall_protocol::VERSION,
            server_version: crate::SERVER_VERSION.to_owned(),
            epoch: meta.epoch,
            schema: workspace.schema().clone(),
            limits: app.limits(),
            device,
            now: workspace.surroundings().now(),
        })
        .into_response()
    };
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

fn has_tag(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == tag)
}
