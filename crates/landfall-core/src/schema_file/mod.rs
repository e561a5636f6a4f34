//! Reads a workspace's schema from `landfall.toml`, before the data's way begins: the server does it at start and
//! hands the schema on as JSON.
//!
//! The file is written by people, so nothing in it is guessed away: what does not fit is refused with its line, what is
//! wrong, and what to do. Left out is only what has one obvious value (a label comes from the name). The way through:
//! `raw` (the file's shapes, each value with its place) → `check` (workspace and tables) → `column` (one column)
//! → `kind` (its type and limits) → `notify` (the rules for notifications).
//!
//! ```toml
//! [workspace]
//! name = "Airfield inspections"
//! version = 1                        # raise it with every change of the file
//!
//! [[table]]
//! name = "inspections"               # label "Inspections", singular "inspection"
//! title = "summary"                  # names a record; the first text column if left out
//!
//! [[table.column]]
//! name = "summary"                   # label "Summary"
//! type = "text"
//! required = true
//! max_length = 120
//!
//! [[table.column]]
//! name = "condition"
//! type = "choice"
//! choices = ["good", { value = "poor", label = "Poor, see notes" }]
//! default = "good"
//!
//! [[table.column]]
//! name = "assigned_to"
//! type = "text"
//!
//! [[notify]]                         # tell people when an inspection is assigned to them
//! table = "inspections"
//! to = "assigned_to"
//! ```

mod check;
mod column;
mod kind;
mod notify;
mod raw;
mod table_protocol;
#[cfg(test)]
mod tests;
mod words;

pub use table_protocol::TableProtocol;

use crate::id::TableName;
use crate::schema::Schema;
use std::collections::BTreeMap;
use std::ops::Range;

/// All that the file says.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaFile {
    /// What devices get.
    pub schema: Schema,
    /// What the server alone needs: how each table is offered to clients of the table protocol.
    pub table_protocol: BTreeMap<TableName, TableProtocol>,
}

/// A schema file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct SchemaFileError {
    /// Line in the file, from 1.
    pub line: u32,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// Reads a schema.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn parse(text: &str) -> Result<Schema, SchemaFileError> {
    parse_file(text).map(|file| file.schema)
}

/// Reads a schema, and what stands beside it for the server.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn parse_file(text: &str) -> Result<SchemaFile, SchemaFileError> {
    raw::read(text)
        .and_then(check::file)
        .map_err(|refusal| SchemaFileError {
            line: line_of(text, refusal.at),
            reason: refusal.reason,
        })
}

/// What is wrong, and at which byte of the file.
struct Refusal {
    at: usize,
    reason: String,
}

/// Refuses what stands at `span`.
fn refuse<T>(span: Range<usize>, reason: impl Into<String>) -> Result<T, Refusal> {
    let reason = reason.into();
    Err(Refusal {
        at: span.start,
        reason,
    })
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().iter().take(at);
    let breaks = before.filter(|&&byte| byte == b'\n').count();
    u32::try_from(breaks).map_or(u32::MAX, |breaks| breaks.saturating_add(1))
}
