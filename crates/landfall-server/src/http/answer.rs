//! Answers that are no success: each a status and an [`ErrorBody`].

use crate::Error;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use landfall_protocol::error::{ErrorBody, ErrorCode};

/// A refused request.
#[derive(Debug)]
pub(crate) struct Refused {
    status: StatusCode,
    body: ErrorBody,
    retry_after: Option<u16>,
}

impl Refused {
    fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            status,
            body: ErrorBody {
                code,
                message: message.into(),
            },
            retry_after: None,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
    }

    pub(super) fn unauthorized(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, message)
    }

    pub(super) fn method() -> Self {
        let message = "This address does not take this method.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::BadRequest, message)
    }

    pub(super) fn media_type() -> Self {
        let message = "Send the body as JSON, with the header content-type: application/json.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadRequest, message)
    }

    pub(crate) fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge, message)
    }

    pub(super) fn protocol_version(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UPGRADE_REQUIRED, ErrorCode::ProtocolVersion, message)
    }

    pub(super) fn unavailable(message: impl Into<String>, retry_after: u16) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable, message)
        }
    }

    pub(super) fn too_often(message: impl Into<String>, retry_after: u16) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, ErrorCode::Unavailable, message)
        }
    }

    pub(super) fn internal() -> Self {
        let message = "The server has a fault: the person who runs it finds more in its log.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal, message)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match &error {
            Error::DiskFull => Self::unavailable(sentence(&error), 60),
            Error::Busy => Self::unavailable(sentence(&error), 2),
            Error::SchemaMovedOn => Self::unavailable(sentence(&error), 30),
            Error::NoSuchTable { .. } => Self::not_found(sentence(&error)),
            Error::NoSuchDevice(_) => {
                Self::unauthorized("This device was removed: add it again at the server.")
            }
            _ => {
                // The one place where a request's fault is logged, with its whole chain.
                tracing::error!(error = &error as &dyn std::error::Error, "request failed");
                return Self::internal();
            }
        }
        .logged(&error)
    }
}

impl Refused {
    fn logged(self, error: &Error) -> Self {
        if self.status.is_server_error() {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "request can't be served now"
            );
        }
        self
    }
}

/// An error as a whole sentence.
fn sentence(error: &Error) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), chars.as_str()),
        None => text,
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
