//! From what the store holds to what crosses the boundary.

pub(crate) mod conflict;
pub(crate) mod history;
pub(crate) mod merged;
pub(crate) mod outbox;
pub(crate) mod record;
pub(crate) mod sync;
pub(crate) mod title;
pub(crate) mod undo;
pub(crate) mod view;
pub(crate) mod wake;

use crate::dto;
use crate::error::CommandError;
use landfall_core::id::{ColumnName, Millis};
use landfall_core::record::Fields;
use landfall_store::Mark;

/// A count as the boundary carries it.
pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(crate) fn millis(at: Millis) -> dto::Millis {
    dto::Millis(at.0)
}

pub(crate) fn fields(fields: Fields) -> dto::Fields {
    fields
        .into_iter()
        .map(|(column, value)| (column.as_str().to_owned(), value))
        .collect()
}

/// Fields as the UI sends them. Only names are looked at here; values are the store's business.
pub(crate) fn fields_in(fields: dto::Fields) -> Result<Fields, CommandError> {
    let named = fields
        .into_iter()
        .map(|(column, value)| Ok((ColumnName::new(column)?, value)));
    named.collect()
}

pub(crate) fn mark(mark: Mark) -> dto::Mark {
    match mark {
        Mark::Synced => dto::Mark::Synced,
        Mark::Waiting => dto::Mark::Waiting,
        Mark::Conflict => dto::Mark::Conflict,
        Mark::Refused => dto::Mark::Refused,
    }
}
