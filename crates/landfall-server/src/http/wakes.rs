//! `GET /v1/wakes?notified=`: the event stream of the device that asks (step 8 of the data's way).

use super::App;
use super::answer::Refused;
use crate::wake::stream::Stream;
use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use landfall_core::id::Seq;
use landfall_protocol::wake::EVENT_STREAM;
use landfall_protocol::workspace::Device;
use serde::Deserialize;
use std::convert::Infallible;

#[derive(Deserialize)]
pub(super) struct Asked {
    notified: Option<Seq>,
}

pub(super) async fn get(
    State(app): State<App>,
    Extension(device): Extension<Device>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked
        .map_err(|_| Refused::bad_request("`notified` is the seq of a notification, a whole number."))?;
    let opened = Stream::open(app.wakes(), device, asked.notified).await?;
    let bytes = stream::unfold(opened, async |mut opened| {
        let bytes = opened.next().await?;
        Some((Ok::<_, Infallible>(bytes), opened))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // A proxy that collects before it passes on would keep wakes back.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}
