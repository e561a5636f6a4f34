//! `GET /v1/records/{table}/{id}/history`: a record's story, newest first.

use super::App;
use super::answer::Refused;
use crate::Error;
use crate::db::{history, row};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use landfall_core::id::RecordId;
use landfall_protocol::history::History;

pub(super) async fn get(
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<History>, Refused> {
    let not_there = || Refused::not_found("There is no such record on the server.");
    let Path((table, id)) = path.map_err(|_| not_there())?;
    let id = RecordId::new(id).map_err(|_| not_there())?;

    let entries = app
        .workspace()
        .database()
        .read(move |tx, model| -> Result<_, Error> {
            let table = model.table_named(&table)?;
            let entries = history::of_record(tx, table, &id)?;
            let is_known = !entries.is_empty() || row::find(tx, table, &id)?.is_some();
            Ok(is_known.then_some(entries))
        })
        .await?
        .ok_or_else(not_there)?;
    Ok(Json(History { entries }))
}
