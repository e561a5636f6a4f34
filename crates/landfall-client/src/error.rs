//! The error that crosses the boundary. A code exists only if the UI acts on it; the UI words it.
//! The one place where other crates' errors become it.

use crate::token::TokenError;
use landfall_core::validate::FieldError;
use landfall_sync::transport::TransportError;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Why a command did not do what it was asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize, Type)]
#[error("{code:?}: {message}")]
pub struct CommandError {
    /// What the UI acts on.
    pub code: ErrorCode,
    /// For *Copy details*: technical, never a field's value.
    pub message: String,
    /// Per field, when `code` is `invalid`.
    pub field_errors: Vec<FieldError>,
    /// Trying again later may help.
    pub retryable: bool,
}

/// What the UI acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Values do not fit the rules: show `field_errors`.
    Invalid,
    /// No such record, view or change (any more).
    NotFound,
    /// Not connected to a workspace: show the connect screen.
    NotConnected,
    /// Edits wait: ask before going on.
    EditsWaiting,
    /// The server could not be reached, or did not accept the token.
    Unreachable,
    /// The token is not valid.
    Unauthorized,
    /// The disk is full: nothing more can be saved on this device.
    StorageFull,
    /// The device's database is damaged.
    Damaged,
    /// The conflict is not what the person decided on any more: show it anew, with the choices made (U49).
    TheirsMoved,
    /// The change is on its way to the server; wait for the answer.
    InFlight,
    /// The schema that the person brought can't be used, or not with this server: show the message, which says where and
    /// what to do.
    BadSchema,
    /// The arguments make no sense (a bug of the caller).
    BadRequest,
    /// Anything else.
    Internal,
}

impl CommandError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field_errors: Vec::new(),
            retryable: false,
        }
    }

    fn retryable(self) -> Self {
        Self {
            retryable: true,
            ..self
        }
    }

    /// Values do not fit the rules.
    #[must_use]
    pub fn invalid(field_errors: Vec<FieldError>) -> Self {
        let message = format!("{} value(s) do not fit the rules", field_errors.len());
        Self {
            field_errors,
            ..Self::new(ErrorCode::Invalid, message)
        }
    }

    /// The arguments make no sense: a bug of the caller.
    #[must_use]
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    /// The person's schema can't be used.
    #[must_use]
    pub fn bad_schema(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadSchema, message)
    }

    /// No such thing (any more).
    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// No token, or one that can't be had.
    #[must_use]
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Unauthorized, message)
    }

    /// No workspace on this device.
    #[must_use]
    pub fn not_connected() -> Self {
        Self::new(ErrorCode::NotConnected, "this device has no workspace")
    }

    /// Something that no one foresaw. Logged here, with its sources.
    #[must_use]
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let message = with_sources(error);
        tracing::error!(error = message, "a command failed");
        Self::new(ErrorCode::Internal, message)
    }
}

/// An error and what caused it, in one line. None of our errors repeats its source or quotes a field's value.
pub(crate) fn with_sources(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

impl From<landfall_store::Error> for CommandError {
    fn from(error: landfall_store::Error) -> Self {
        use landfall_store::Error as Store;
        match error {
            Store::Invalid(field_errors) => Self::invalid(field_errors),
            Store::NotFound | Store::UnknownTable(_) => Self::not_found(error.to_string()),
            Store::NoWorkspace => Self::not_connected(),
            Store::EditsWaiting { .. } => Self::new(ErrorCode::EditsWaiting, error.to_string()),
            Store::TheirsMoved => Self::new(ErrorCode::TheirsMoved, error.to_string()),
            Store::InFlight => Self::new(ErrorCode::InFlight, error.to_string()).retryable(),
            Store::Full => Self::new(ErrorCode::StorageFull, error.to_string()).retryable(),
            Store::Damaged(_) => {
                let message = with_sources(&error);
                tracing::error!(error = message, "the store is damaged");
                Self::new(ErrorCode::Damaged, message)
            }
            Store::Exists | Store::Collapse(_) => Self::bad_request(error.to_string()),
            other => Self::internal(&other),
        }
    }
}

impl From<TransportError> for CommandError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Unauthorized => Self::new(ErrorCode::Unauthorized, error.to_string()),
            TransportError::BadAddress => Self::new(ErrorCode::Unreachable, error.to_string()),
            other => Self::new(ErrorCode::Unreachable, other.to_string()).retryable(),
        }
    }
}

impl From<landfall_sync::Error> for CommandError {
    fn from(error: landfall_sync::Error) -> Self {
        match error {
            landfall_sync::Error::Store(error) => error.into(),
            landfall_sync::Error::Transport(error) | landfall_sync::Error::HeldUp { met: error, .. } => {
                error.into()
            }
            landfall_sync::Error::NoWorkspace => Self::not_connected(),
        }
    }
}

impl From<TokenError> for CommandError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Locked => Self::new(ErrorCode::Unauthorized, error.to_string()).retryable(),
            other => Self::internal(&other),
        }
    }
}

impl From<landfall_core::id::IdError> for CommandError {
    fn from(error: landfall_core::id::IdError) -> Self {
        Self::bad_request(error.to_string())
    }
}
