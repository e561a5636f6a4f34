//! The three-way merge of a record, field by field (step 10 of the data's way).
//!
//! `base` is the record as both sides last had it, `mine` the device's, `theirs` the server's. For each column:
//! changed on one side only → that side's value; changed on both to the same value → that value; changed on both to
//! different values → a collision, which a person decides.
//!
//! Laws, which the property tests hold it to: merge(b, m, b) = m · merge(b, b, t) = t · merge(b, x, x) = x · the merge
//! is symmetric but for the side shown where fields collide.

use crate::id::ColumnName;
use crate::record::{Fields, value_of};
use std::collections::BTreeSet;

/// What a merge gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The merged record; mine where fields collide.
    pub fields: Fields,
    /// Columns taken over from theirs without asking.
    pub from_theirs: Vec<ColumnName>,
    /// Columns that both sides changed to different values.
    pub collisions: Vec<ColumnName>,
}

/// Merges field by field.
#[must_use]
pub fn merge(base: &Fields, mine: &Fields, theirs: &Fields) -> Merged {
    let mut merged = Merged {
        fields: mine.clone(),
        from_theirs: Vec::new(),
        collisions: Vec::new(),
    };
    let columns: BTreeSet<&ColumnName> = base.keys().chain(mine.keys()).chain(theirs.keys()).collect();
    for column in columns {
        let (before, here, there) = (
            value_of(base, column),
            value_of(mine, column),
            value_of(theirs, column),
        );
        if here == there || there == before {
            continue;
        }
        if here != before {
            merged.collisions.push(column.clone());
            continue;
        }
        merged.from_theirs.push(column.clone());
        if there.is_null() {
            merged.fields.remove(column);
        } else {
            merged.fields.insert(column.clone(), there.clone());
        }
    }
    merged
}
