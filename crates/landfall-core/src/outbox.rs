//! The outbox as data: what a waiting change is, and how a new change collapses into one that waits.
//! (Step 3 of the data's way.)
//!
//! Rules:
//! - A record has at most one *waiting* entry. A new change of the record collapses into it:
//!   insert + update = insert · insert + delete = nothing · update + update = update · update + delete = delete ·
//!   delete + insert = update. Fields that are back at the base fall out; an update without fields is nothing.
//! - An entry *in flight* may have reached the server. It is never changed: a later change makes a second entry behind
//!   it. An entry whose answer was lost stays in flight and is sent again under the same op id.
//! - A *refused* entry did not reach the record. A later change collapses into it and it waits again, under a new op id.
//! - An entry in *conflict* waits for a person; a later change collapses into it and it stays in conflict.

use crate::id::{GroupId, Millis, OpId, RecordId, TableName, Version};
use crate::record::{Fields, Patch, apply, diff, value_of};
use crate::validate::FieldError;
use serde::{Deserialize, Serialize};

/// What kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpKind {
    /// A new record; with a base version, one that replaces that tombstone.
    Insert,
    /// Changed fields.
    Update,
    /// A deletion.
    Delete,
}

/// What a person did to make a change, as its record's story tells it on every device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditOrigin {
    /// Edited, made or deleted the record.
    #[default]
    Edit,
    /// Settled a conflict.
    Conflict,
    /// Took an action back, or did it again.
    Undo,
    /// Restored an earlier value or version, or a deleted record.
    Restore,
}

impl EditOrigin {
    /// Whether it is the plain one, which needs no word on the wire and on disk.
    #[must_use]
    pub fn is_edit(&self) -> bool {
        *self == Self::Edit
    }
}

/// A change that waits for the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The server applies each op id once.
    pub op_id: OpId,
    /// Set when the user action changed several records: all or none.
    pub group: Option<GroupId>,
    /// Table.
    pub table: TableName,
    /// Record.
    pub id: RecordId,
    /// Kind.
    pub kind: OpKind,
    /// The server's version that this change is made on; none for a record the server has not seen, and for an entry
    /// behind one in flight (it is set when that one is answered).
    pub base_version: Option<Version>,
    /// All fields of an insert, the changed ones of an update, none of a delete.
    pub fields: Patch,
    /// Where it stands.
    pub state: EntryState,
    /// How often it was sent.
    pub attempts: u32,
    /// When the person made the (latest) edit: its stamp, as [`crate::stamp`] has it.
    pub edited_at: Millis,
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EntryState {
    /// Not sent yet.
    Waiting,
    /// Sent; the answer has not come. It may have reached the server.
    InFlight,
    /// The server refused it, for good unless something changes.
    Refused(Refusal),
    /// It waits for a person's decision.
    Conflict,
}

/// Why the server refused a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What a program acts on.
    pub code: String,
    /// What a person reads.
    pub message: String,
    /// Per field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub field_errors: Vec<FieldError>,
}

/// A change as the person makes it, before it meets the outbox.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A new record with all its fields (or a deleted one that comes back).
    Insert(Fields),
    /// Changed fields.
    Update(Patch),
    /// A deletion.
    Delete,
}

/// What an entry becomes when a further change meets it.
#[derive(Debug, Clone, PartialEq)]
pub enum Collapsed {
    /// One entry with this content.
    Entry {
        /// Kind.
        kind: OpKind,
        /// Fields.
        fields: Patch,
    },
    /// Nothing is left to send.
    Nothing,
}

/// Two changes that can't follow each other: a bug of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a change of kind {then:?} can't follow one of kind {first:?}")]
pub struct CollapseError {
    first: OpKind,
    then: OpKind,
}

/// What becomes of an entry that has not reached the server when a further change meets it. `base` is the record as
/// the server has it (without fields, when the server has not seen it).
///
/// # Errors
/// [`CollapseError`] for an insert of what is there and a change of what is deleted.
pub fn collapse(
    kind: OpKind,
    fields: &Patch,
    base: &Fields,
    change: &Change,
) -> Result<Collapsed, CollapseError> {
    let collapsed = match (kind, change) {
        (OpKind::Insert, Change::Update(patch)) => Collapsed::Entry {
            kind: OpKind::Insert,
            fields: apply(fields, patch),
        },
        (OpKind::Insert, Change::Delete) => Collapsed::Nothing,
        (OpKind::Update, Change::Update(patch)) => {
            let mut laid_over = fields.clone();
            laid_over.extend(patch.clone());
            update_or_nothing(without_base(laid_over, base))
        }
        (OpKind::Update, Change::Delete) => Collapsed::Entry {
            kind: OpKind::Delete,
            fields: Patch::new(),
        },
        (OpKind::Delete, Change::Insert(whole)) => update_or_nothing(diff(base, whole)),
        (first @ (OpKind::Insert | OpKind::Update), Change::Insert(_)) => {
            return Err(CollapseError {
                first,
                then: OpKind::Insert,
            });
        }
        (first @ OpKind::Delete, Change::Update(_)) => {
            return Err(CollapseError {
                first,
                then: OpKind::Update,
            });
        }
        (first @ OpKind::Delete, Change::Delete) => {
            return Err(CollapseError {
                first,
                then: OpKind::Delete,
            });
        }
    };
    Ok(collapsed)
}

fn without_base(patch: Patch, base: &Fields) -> Patch {
    patch
        .into_iter()
        .filter(|(column, value)| value_of(base, column) != value)
        .collect()
}

fn update_or_nothing(fields: Patch) -> Collapsed {
    if fields.is_empty() {
        Collapsed::Nothing
    } else {
        Collapsed::Entry {
            kind: OpKind::Update,
            fields,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::any;
    use crate::id::ColumnName;
    use crate::value::Value;
    use proptest::prelude::*;

    fn fields(pairs: &[(&str, i64)]) -> Fields {
        pairs
            .iter()
            .map(|(name, n)| (ColumnName::new(*name).unwrap(), Value::Integer(*n)))
            .collect()
    }

    fn entry(kind: OpKind, pairs: &[(&str, i64)]) -> Result<Collapsed, CollapseError> {
        Ok(Collapsed::Entry {
            kind,
            fields: fields(pairs),
        })
    }

    #[test]
    fn the_table_of_collapses() {
        let base = fields(&[("a", 1), ("b", 2)]);
        let meet = |kind, pairs: &[(&str, i64)], change| collapse(kind, &fields(pairs), &base, &change);
        let update = |pairs: &[(&str, i64)]| Change::Update(fields(pairs));

        assert_eq!(
            meet(OpKind::Insert, &[("a", 5)], update(&[("b", 6)])),
            entry(OpKind::Insert, &[("a", 5), ("b", 6)])
        );
        assert_eq!(
            meet(OpKind::Insert, &[("a", 5)], Change::Delete),
            Ok(Collapsed::Nothing)
        );
        assert_eq!(
            meet(OpKind::Update, &[("a", 5)], update(&[("b", 6)])),
            entry(OpKind::Update, &[("a", 5), ("b", 6)])
        );
        assert_eq!(
            meet(OpKind::Update, &[("a", 5)], update(&[("a", 1)])),
            Ok(Collapsed::Nothing)
        );
        assert_eq!(
            meet(OpKind::Update, &[("a", 5)], Change::Delete),
            entry(OpKind::Delete, &[])
        );
        let back = Change::Insert(fields(&[("a", 1), ("b", 9)]));
        assert_eq!(
            meet(OpKind::Delete, &[], back),
            entry(OpKind::Update, &[("b", 9)])
        );
        assert_eq!(
            meet(OpKind::Delete, &[], Change::Insert(base.clone())),
            Ok(Collapsed::Nothing)
        );
        assert!(meet(OpKind::Insert, &[], Change::Insert(Fields::new())).is_err());
        assert!(meet(OpKind::Delete, &[], update(&[("a", 1)])).is_err());
    }

    #[test]
    fn a_value_taken_away_in_an_insert_is_not_sent() {
        let gone = Change::Update(
            [(ColumnName::new("a").unwrap(), Value::Null)]
                .into_iter()
                .collect(),
        );
        let collapsed = collapse(
            OpKind::Insert,
            &fields(&[("a", 1), ("b", 2)]),
            &Fields::new(),
            &gone,
        );
        assert_eq!(collapsed, entry(OpKind::Insert, &[("b", 2)]));
    }

    /// The record after an entry reached a server that has `base`; none when it is deleted or was never there.
    fn after(base: Option<&Fields>, collapsed: &Collapsed) -> Option<Fields> {
        match collapsed {
            Collapsed::Nothing => base.cloned(),
            Collapsed::Entry {
                kind: OpKind::Insert,
                fields,
            } => Some(fields.clone()),
            Collapsed::Entry {
                kind: OpKind::Update,
                fields,
            } => base.map(|base| apply(base, fields)),
            Collapsed::Entry {
                kind: OpKind::Delete, ..
            } => None,
        }
    }

    fn any_patch() -> impl Strategy<Value = Patch> {
        (any::fields(), any::fields()).prop_map(|(from, to)| diff(&from, &to))
    }

    fn any_change() -> impl Strategy<Value = Change> {
        prop_oneof![
            any::fields().prop_map(Change::Insert),
            any_patch().prop_map(Change::Update),
            Just(Change::Delete),
        ]
    }

    proptest! {
        /// Whatever a person does with a record before it is sent: one entry says the same as all the changes, one
        /// after the other.
        #[test]
        fn the_collapsed_entry_does_what_the_changes_did(
            seen in proptest::option::of(any::fields()), changes in proptest::collection::vec(any_change(), 1..8)
        ) {
            let base = seen.clone().unwrap_or_default();
            let mut now = seen.clone();
            let mut entry = Collapsed::Nothing;
            for change in changes {
                let fits = match &change {
                    Change::Insert(_) => now.is_none(),
                    Change::Update(_) | Change::Delete => now.is_some(),
                };
                entry = match (&entry, &change) {
                    (Collapsed::Entry { kind, fields }, change) => {
                        let collapsed = collapse(*kind, fields, &base, change);
                        prop_assert_eq!(collapsed.is_ok(), fits, "{:?} then {:?}", kind, change);
                        let Ok(collapsed) = collapsed else { continue };
                        collapsed
                    }
                    _ if !fits => continue,
                    (Collapsed::Nothing, Change::Insert(fields)) => {
                        Collapsed::Entry { kind: OpKind::Insert, fields: fields.clone() }
                    }
                    (Collapsed::Nothing, Change::Update(patch)) => update_or_nothing(without_base(patch.clone(), &base)),
                    (Collapsed::Nothing, Change::Delete) => {
                        Collapsed::Entry { kind: OpKind::Delete, fields: Patch::new() }
                    }
                };
                now = match change {
                    Change::Insert(fields) => Some(fields),
                    Change::Update(patch) => now.map(|now| apply(&now, &patch)),
                    Change::Delete => None,
                };
                prop_assert_eq!(after(seen.as_ref(), &entry), now.clone());
                if let Collapsed::Entry { kind: OpKind::Update, fields } = &entry {
                    prop_assert!(fields.iter().all(|(column, value)| value_of(&base, column) != value));
                }
            }
        }
    }
}
