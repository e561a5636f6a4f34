//! What a record from the server means for a record on this device: a plan, as data (step 10 of the data's way).
//! The store applies it, with the new cursor, in one transaction.
//!
//! A clean record takes theirs. One with a waiting change is merged: where nothing collides the change is *rebased*
//! (it now stands on theirs' version, so that the server can't refuse it for the same reason again), else it is a
//! *conflict* for a person. While an entry is in flight nothing is planned: the store holds theirs aside until the
//! answer says whether theirs already contains mine.

use crate::id::ColumnName;
use crate::merge::{Merged, merge};
use crate::outbox::OpKind;
use crate::record::{Fields, Patch, Record, diff, value_of};
use serde::{Deserialize, Serialize};

/// The device's side of a record with a change that waits (or is refused, or in conflict).
#[derive(Debug, Clone, PartialEq)]
pub struct Mine {
    /// The record as both sides last had it; without fields when the server had not seen it.
    pub base: Fields,
    /// The record as the person sees it now.
    pub fields: Fields,
    /// What the outbox holds for it.
    pub pending: OpKind,
}

/// What is to be done with a record that came from the server.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// The server's record stands; nothing of mine is left to send.
    TakeTheirs,
    /// My change goes on top of theirs.
    Rebase {
        /// The record to show.
        fields: Fields,
        /// The change that is left to send.
        kind: OpKind,
        /// Its fields.
        patch: Patch,
        /// Columns taken over from theirs without asking.
        from_theirs: Vec<ColumnName>,
    },
    /// A person decides. The record stays usable and shows mine where it collides.
    Conflict {
        /// What collided.
        kind: ConflictKind,
        /// The colliding columns (none for the structural kinds).
        columns: Vec<ColumnName>,
        /// The record to show.
        fields: Fields,
    },
}

/// What collided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// Both sides changed the same fields.
    Fields,
    /// Edited here, deleted there.
    EditedHereDeletedThere,
    /// Deleted here, edited there.
    DeletedHereEditedThere,
    /// Both sides made a record with this id.
    InsertedTwice,
}

/// Plans for a record with a change of mine.
#[must_use]
pub fn reconcile(mine: &Mine, theirs: &Record) -> Plan {
    let conflict = |kind, columns| Plan::Conflict {
        kind,
        columns,
        fields: mine.fields.clone(),
    };
    match (mine.pending, theirs.deleted) {
        (OpKind::Delete, true) => Plan::TakeTheirs,
        (OpKind::Delete, false) if theirs.fields == mine.base => Plan::Rebase {
            fields: mine.fields.clone(),
            kind: OpKind::Delete,
            patch: Patch::new(),
            from_theirs: Vec::new(),
        },
        (OpKind::Delete, false) => conflict(ConflictKind::DeletedHereEditedThere, Vec::new()),
        (OpKind::Insert | OpKind::Update, true) => conflict(ConflictKind::EditedHereDeletedThere, Vec::new()),
        (OpKind::Insert, false) => {
            let columns: Vec<_> = diff(&theirs.fields, &mine.fields).into_keys().collect();
            if columns.is_empty() {
                Plan::TakeTheirs
            } else {
                conflict(ConflictKind::InsertedTwice, columns)
            }
        }
        (OpKind::Update, false) => field_plan(merge(&mine.base, &mine.fields, &theirs.fields), theirs),
    }
}

fn field_plan(merged: Merged, theirs: &Record) -> Plan {
    let Merged {
        fields,
        from_theirs,
        collisions,
    } = merged;
    if !collisions.is_empty() {
        return Plan::Conflict {
            kind: ConflictKind::Fields,
            columns: collisions,
            fields,
        };
    }
    rebase(fields, theirs, from_theirs)
}

fn rebase(fields: Fields, theirs: &Record, from_theirs: Vec<ColumnName>) -> Plan {
    let patch = diff(&theirs.fields, &fields);
    if patch.is_empty() {
        Plan::TakeTheirs
    } else {
        Plan::Rebase {
            fields,
            kind: OpKind::Update,
            patch,
            from_theirs,
        }
    }
}

/// A person's decision on a conflict.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Mine for every colliding column; for the structural kinds: my edit or my deletion stands.
    Mine,
    /// Theirs likewise.
    Theirs,
    /// These values for the colliding columns; a colliding column without one keeps mine.
    Values(Patch),
}

/// What a decision means: an ordinary change on top of theirs' version, or theirs as it is. `shown` is the record as
/// the device shows it (mine where it collides), `theirs` the server's record that it collided with.
#[must_use]
pub fn settle(
    kind: ConflictKind,
    columns: &[ColumnName],
    shown: &Fields,
    theirs: &Record,
    decision: &Decision,
) -> Plan {
    match (kind, decision) {
        (ConflictKind::Fields | ConflictKind::InsertedTwice, decision) => {
            let mut fields = shown.clone();
            for column in columns {
                let value = match decision {
                    Decision::Mine => continue,
                    Decision::Theirs => value_of(&theirs.fields, column),
                    Decision::Values(values) => match values.get(column) {
                        Some(value) => value,
                        None => continue,
                    },
                };
                if value.is_null() {
                    fields.remove(column);
                } else {
                    fields.insert(column.clone(), value.clone());
                }
            }
            rebase(fields, theirs, Vec::new())
        }
        (_, Decision::Theirs) => Plan::TakeTheirs,
        (ConflictKind::EditedHereDeletedThere, _) => {
            let (fields, patch) = (shown.clone(), shown.clone());
            Plan::Rebase {
                fields,
                kind: OpKind::Insert,
                patch,
                from_theirs: Vec::new(),
            }
        }
        (ConflictKind::DeletedHereEditedThere, _) => Plan::Rebase {
            fields: theirs.fields.clone(),
            kind: OpKind::Delete,
            patch: Patch::new(),
            from_theirs: Vec::new(),
        },
    }
}
