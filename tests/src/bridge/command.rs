//! `POST /bridge/command/{name}`: any command of the one list.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use landfall_client::error::{CommandError, ErrorCode};
use landfall_client::{Client, dispatch};

pub(super) async fn answer(
    State(client): State<Client>,
    Path(name): Path<String>,
    args: Result<Json<serde_json::Value>, JsonRejection>,
) -> Response {
    let answer = match args {
        Ok(Json(args)) => dispatch(&client, &name, args).await,
        Err(rejection) => Err(CommandError::bad_request(rejection.body_text())),
    };
    match answer {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => (status(&error), Json(error)).into_response(),
    }
}

fn status(error: &CommandError) -> StatusCode {
    match error.code {
        ErrorCode::Invalid | ErrorCode::BadSchema => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::BadRequest => StatusCode::BAD_REQUEST,
        ErrorCode::StorageFull | ErrorCode::Damaged | ErrorCode::Internal => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
        ErrorCode::NotConnected
        | ErrorCode::EditsWaiting
        | ErrorCode::InFlight
        | ErrorCode::TheirsMoved
        | ErrorCode::Unreachable
        | ErrorCode::Unauthorized => StatusCode::CONFLICT,
    }
}
