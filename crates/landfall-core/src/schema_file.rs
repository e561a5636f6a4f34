//! Reads a workspace's schema from `landfall.toml`.

use crate::schema::Schema;

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
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = u32::try_from(text[..at].lines().count().max(1)).unwrap_or(u32::MAX);
        SchemaFileError {
            line,
            reason: error.message().to_owned(),
        }
    })
}
