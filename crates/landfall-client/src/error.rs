//! The error that crosses the boundary. A code exists only if the UI acts on it; the UI words it.

use landfall_core::validate::FieldError;
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
    /// The change is on its way to the server; wait for the answer.
    InFlight,
    /// The arguments make no sense (a bug of the caller).
    BadRequest,
    /// Anything else.
    Internal,
}
