//! The body of every answer that is no success.

use serde::{Deserialize, Serialize};

/// What went wrong with a request as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What a program acts on.
    pub code: ErrorCode,
    /// What a person reads: what is wrong and what to do.
    pub message: String,
}

/// What a program acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// No token, or not one that the server knows (401).
    Unauthorized,
    /// The request is not well formed (400).
    BadRequest,
    /// The body is too large (413).
    TooLarge,
    /// No such path, table or record (404).
    NotFound,
    /// The server speaks another protocol version (426).
    ProtocolVersion,
    /// The server is busy or out of space; try again after `Retry-After` (503); or this was asked too
    /// often (429).
    Unavailable,
    /// A fault of the server (500).
    Internal,
}
