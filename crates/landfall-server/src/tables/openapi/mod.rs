//! `GET /tables/openapi.json`: the table protocol of this workspace as an OpenAPI 3.1 description, made of the schema.
//!
//! The statuses that stand here are those that the conformance cases meet: their test compares the two. Schemathesis holds
//! all of it against the running server (tests/contract).

mod operations;
mod shapes;

use super::call::token;
use super::v3;
use crate::App;
use crate::Error;
use crate::db::devices;
use crate::http::Refused;
use axum::Json as Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value as Json, json};

/// The description, for whoever has a token.
pub(super) async fn get(State(app): State<App>, headers: HeaderMap) -> Response {
    match described(&app, &headers).await {
        Ok(response) => response,
        Err(error) => Refused::from(error).into_response(),
    }
}

async fn described(app: &App, headers: &HeaderMap) -> Result<Response, Error> {
    let Some(token) = token(headers) else {
        return Ok(v3::unauthorized());
    };
    let database = app.workspace().database();
    let device = database.read(move |tx, _| devices::by_token(tx, &token)).await?;
    Ok(match device {
        Some(_) => Body(description(app)).into_response(),
        None => v3::unauthorized(),
    })
}

fn description(app: &App) -> Json {
    let workspace = app.workspace();
    let offered = workspace
        .schema()
        .tables
        .iter()
        .filter(|table| workspace.table_protocol(&table.name).enabled);
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for table in offered {
        paths.insert(format!("/tables/{}", table.name), operations::path(table, false));
        paths.insert(
            format!("/tables/{}/{{id}}", table.name),
            operations::path(table, true),
        );
        schemas.insert(table.name.to_string(), shapes::record(table));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": workspace.schema().name,
            "version": workspace.schema().version.to_string(),
            "description": "The table protocol of Azure Mobile Apps (v2) and Datasync (v3).",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "zumo": {"type": "apiKey", "in": "header", "name": "X-ZUMO-AUTH"},
            },
        },
        "security": [{"bearer": []}, {"zumo": []}],
    })
}
