//! `/v1/installations`: the push channels of the device that asks.

use super::App;
use super::answer::Refused;
use super::body;
use crate::Error;
use crate::db::installations::{self, Key, Put, Stored};
use crate::db::meta;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use landfall_protocol::wake::{
    Channels, Installation, InstallationRequest, LONGEST_TAG, MOST_TAGS, TestReport, is_installation_id,
};
use landfall_protocol::workspace::Device;

type Id = Result<Path<String>, PathRejection>;

pub(super) async fn list(
    State(app): State<App>,
    Extension(device): Extension<Device>,
) -> Result<Json<Channels>, Refused> {
    let stored = app
        .workspace()
        .database()
        .read(move |tx, _| installations::of_device(tx, &device.id))
        .await?;
    let mut described = Vec::with_capacity(stored.len());
    for one in stored {
        described.push(app.wakes().describe(one).await?);
    }
    Ok(Json(Channels {
        platforms: app.wakes().senders().platforms(),
        vapid_public_key: app.wakes().senders().vapid_public_key(),
        installations: described,
    }))
}

pub(super) async fn get(
    State(app): State<App>,
    Extension(device): Extension<Device>,
    id: Id,
) -> Result<Json<Installation>, Refused> {
    let stored = find(&app, key(device, id)?).await?;
    Ok(Json(app.wakes().describe(stored).await?))
}

pub(super) async fn put(
    State(app): State<App>,
    Extension(device): Extension<Device>,
    id: Id,
    headers: HeaderMap,
    sent: Result<Bytes, BytesRejection>,
) -> Result<Json<Installation>, Refused> {
    let key = key(device, id)?;
    let request: InstallationRequest = body::json(&app, &headers, sent, "an installation")?;
    check_tags(&request.tags)?;
    app.wakes()
        .senders()
        .check(&request.channel)
        .map_err(|reason| Refused::bad_request(format!("The channel can't be used: {reason}.")))?;

    let now = app.workspace().surroundings().now();
    let which = key.clone();
    let put = app
        .workspace()
        .database()
        .write(move |tx, model| {
            let seq = meta::read(tx, model)?.seq;
            installations::put(tx, &which, &request, seq, now)
        })
        .await?;
    if put == Put::TooMany {
        return Err(Refused::bad_request(
            "The device has too many installations: delete one that it does not use any more.",
        ));
    }
    app.wakes().has_changed(key.clone());
    let stored = find(&app, key).await?;
    Ok(Json(app.wakes().describe(stored).await?))
}

pub(super) async fn delete(
    State(app): State<App>,
    Extension(device): Extension<Device>,
    id: Id,
) -> Result<StatusCode, Refused> {
    let key = key(device, id)?;
    let which = key.clone();
    app.workspace()
        .database()
        .write(move |tx, _| installations::remove(tx, &which))
        .await?;
    app.wakes().has_changed(key);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn test(
    State(app): State<App>,
    Extension(device): Extension<Device>,
    id: Id,
) -> Result<Json<TestReport>, Refused> {
    let key = key(device, id)?;
    let stored = find(&app, key.clone()).await?;
    if !app.wakes().may_test(&key) {
        return Err(Refused::too_often(
            "A test was sent just now: wait ten seconds for the next.",
            10,
        ));
    }
    let report = app.wakes().test(stored).await?;
    if !report.accepted {
        // It may be that the channel was found to be gone.
        app.wakes().has_changed(key);
    }
    Ok(Json(report))
}

fn key(device: Device, id: Id) -> Result<Key, Refused> {
    let Path(id) = id.map_err(|_| not_there())?;
    if !is_installation_id(&id) {
        return Err(Refused::bad_request(
            "An installation's id has 1 to 64 characters of A-Z, a-z, 0-9, dot, dash and underscore.",
        ));
    }
    Ok(Key {
        device: device.id,
        id,
    })
}

async fn find(app: &App, key: Key) -> Result<Stored, Refused> {
    app.workspace()
        .database()
        .read(move |tx, _| -> Result<_, Error> { installations::find(tx, &key) })
        .await?
        .ok_or_else(not_there)
}

fn not_there() -> Refused {
    Refused::not_found("This device has no such installation.")
}

fn check_tags(tags: &[String]) -> Result<(), Refused> {
    let fits = |tag: &String| !tag.trim().is_empty() && tag.len() <= LONGEST_TAG;
    if tags.len() > MOST_TAGS || !tags.iter().all(fits) {
        return Err(Refused::bad_request(format!(
            "Send at most {MOST_TAGS} tags, each of 1 to {LONGEST_TAG} bytes."
        )));
    }
    Ok(())
}
