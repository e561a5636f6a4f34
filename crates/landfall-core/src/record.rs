//! A record as both sides hold it, and a patch: the changed fields of one.

use crate::id::{ColumnName, Millis, RecordId, Seq, Version};
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Values by column. An absent column has no value (as if `null`).
pub type Fields = BTreeMap<ColumnName, Value>;

/// Changed fields by column; `null` takes a value away.
pub type Patch = BTreeMap<ColumnName, Value>;

/// A record as the server knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub id: RecordId,
    /// The server's version of it.
    pub version: Version,
    /// Its place in the server's order of changes.
    pub seq: Seq,
    /// Made, by the server's clock.
    pub created_at: Millis,
    /// Last changed, by the server's clock.
    pub updated_at: Millis,
    /// A tombstone: the fields are those it had.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deleted: bool,
    /// Who made the last change: the device's name; empty for the server itself (an import).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub changed_by: String,
    /// When the last change was made by its person: its stamp (see `edited_at` of a push), which the merge rule `latest`
    /// compares.
    pub changed_at: Millis,
    /// Values. Columns that this side's schema does not know are kept too.
    pub fields: Fields,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// The value of a column, `null` where there is none.
#[must_use]
pub fn value_of<'a>(fields: &'a Fields, column: &ColumnName) -> &'a Value {
    fields.get(column).unwrap_or(&Value::Null)
}

/// The fields with a patch laid over them. A `null` in the patch removes the field.
#[must_use]
pub fn apply(fields: &Fields, patch: &Patch) -> Fields {
    let mut result = fields.clone();
    for (column, value) in patch {
        if value.is_null() {
            result.remove(column);
        } else {
            result.insert(column.clone(), value.clone());
        }
    }
    result
}

/// The patch that makes `to` of `from`: only columns whose values differ.
#[must_use]
pub fn diff(from: &Fields, to: &Fields) -> Patch {
    let columns = from.keys().chain(to.keys());
    columns
        .filter(|column| value_of(from, column) != value_of(to, column))
        .map(|column| (column.clone(), value_of(to, column).clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, Value)]) -> Fields {
        pairs
            .iter()
            .map(|(name, value)| (ColumnName::new(*name).unwrap(), value.clone()))
            .collect()
    }

    #[test]
    fn a_diff_applied_gives_the_other_side() {
        let before = fields(&[("a", Value::Integer(1)), ("b", "x".into())]);
        let after = fields(&[("a", Value::Integer(2)), ("c", Value::Boolean(true))]);
        let patch = diff(&before, &after);
        assert_eq!(patch.len(), 3);
        assert_eq!(apply(&before, &patch), after);
        assert!(diff(&after, &after).is_empty());
    }
}
