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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::any;
    use crate::record::{apply, diff};
    use proptest::prelude::*;

    fn merged(fields: &Fields, from_theirs: Vec<ColumnName>) -> Merged {
        Merged {
            fields: fields.clone(),
            from_theirs,
            collisions: Vec::new(),
        }
    }

    proptest! {
        #[test]
        fn what_only_one_side_changed_is_taken(base in any::fields(), other in any::fields()) {
            let changed: Vec<_> = diff(&base, &other).into_keys().collect();
            prop_assert_eq!(merge(&base, &other, &base), merged(&other, Vec::new()));
            prop_assert_eq!(merge(&base, &base, &other), merged(&other, changed));
            prop_assert_eq!(merge(&base, &other, &other), merged(&other, Vec::new()));
        }

        #[test]
        fn the_sides_differ_only_in_what_is_shown_where_they_collide(
            base in any::fields(), mine in any::fields(), theirs in any::fields()
        ) {
            let here = merge(&base, &mine, &theirs);
            let there = merge(&base, &theirs, &mine);
            prop_assert_eq!(&here.collisions, &there.collisions);
            for column in diff(&here.fields, &there.fields).keys() {
                prop_assert!(here.collisions.contains(column));
            }
            for column in &here.collisions {
                prop_assert_eq!(value_of(&here.fields, column), value_of(&mine, column));
                prop_assert_eq!(value_of(&there.fields, column), value_of(&theirs, column));
            }
        }

        #[test]
        fn nothing_is_invented_and_no_change_is_lost(
            base in any::fields(), mine in any::fields(), theirs in any::fields()
        ) {
            let merged = merge(&base, &mine, &theirs);
            for (column, value) in &merged.fields {
                prop_assert!(value == value_of(&mine, column) || value == value_of(&theirs, column));
            }
            // Without collisions the merge is both sides' changes laid over the base, in either order.
            if merged.collisions.is_empty() {
                let (here, there) = (diff(&base, &mine), diff(&base, &theirs));
                prop_assert_eq!(&apply(&apply(&base, &here), &there), &merged.fields);
                prop_assert_eq!(&apply(&apply(&base, &there), &here), &merged.fields);
            }
        }
    }
}
