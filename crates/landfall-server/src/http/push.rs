//! `POST /v1/push`: changes of one device, in its order (step 6 of the data's way).

use super::App;
use super::answer::Refused;
use super::body;
use crate::db::push;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use landfall_protocol::push::{Op, PushRequest, PushResponse};
use landfall_protocol::workspace::Device;

pub(super) async fn post(
    State(app): State<App>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
    sent: Result<Bytes, BytesRejection>,
) -> Result<Json<PushResponse>, Refused> {
    let request = body::json(&app, &headers, sent, "a push")?;
    check_count(&app, &request)?;
    check_groups(&request.ops)?;

    tracing::trace!(target: "landfall::way", device = device.name, "push read");
    let surroundings = app.workspace().surroundings().clone();
    let (ops, name) = (request.ops.len(), device.name.clone());
    let response = app
        .workspace()
        .database()
        .write(move |tx, model| push::run(tx, model, &device, &request, surroundings.now()))
        .await?;
    tracing::info!(device = name, ops, "pushed");
    Ok(Json(response))
}

fn check_count(app: &App, request: &PushRequest) -> Result<(), Refused> {
    let most = app.limits().push_ops as usize;
    if request.ops.len() > most && !is_one_group(&request.ops) {
        return Err(Refused::too_large(format!(
            "Send at most {most} operations at once."
        )));
    }
    Ok(())
}

/// A person's action is applied all or none, however many records it is on; the body's limit holds for it too.
fn is_one_group(ops: &[Op]) -> bool {
    ops.first().is_some_and(|first| first.group.is_some()) && ops.iter().all(|op| op.group == ops[0].group)
}

/// The operations of a group stand together.
fn check_groups(ops: &[Op]) -> Result<(), Refused> {
    let mut seen = std::collections::HashSet::new();
    for together in ops.chunk_by(|one, next| one.group == next.group) {
        if let Some(group) = &together[0].group
            && !seen.insert(group)
        {
            return Err(Refused::bad_request(
                "The operations of a group must stand together.",
            ));
        }
    }
    Ok(())
}
