//! What a record from the server means for a record on this device: a plan, as data (step 10 of the data's way).
//! The store applies it, with the new cursor, in one transaction.
//!
//! A clean record takes theirs. One with a waiting change is merged: where nothing collides the change is *rebased*
//! (it now stands on theirs' version, so that the server can't refuse it for the same reason again), else it is a
//! *conflict* for a person. While an entry is in flight nothing is planned: the store holds theirs aside until the
//! answer says whether theirs already contains mine.

use crate::id::{ColumnName, Millis};
use crate::merge::{Decided, Side, merge};
use crate::outbox::OpKind;
use crate::record::{Fields, Patch, Record, apply, diff, value_of};
use crate::schema::{MergeRule, TableMerge};
use crate::validate::TableRules;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The device's side of a record with a change that waits (or is refused, or in conflict).
#[derive(Debug, Clone, PartialEq)]
pub struct Mine {
    /// The record as both sides last had it; without fields when the server had not seen it. (Both inserted it: only
    /// columns that the person has settled already, as theirs had them, `null` where they had no value.)
    pub base: Fields,
    /// The record as the person sees it now.
    pub fields: Fields,
    /// What the outbox holds for it.
    pub pending: OpKind,
    /// When the person made the (latest) edit: its stamp.
    pub edited_at: Millis,
}

/// What is to be done with a record that came from the server.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// The server's record stands; nothing of mine is left to send.
    TakeTheirs {
        /// Columns that both sides changed and a rule decided.
        decided: Vec<Decided>,
    },
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
        /// Columns that both sides changed and a rule decided.
        decided: Vec<Decided>,
    },
    /// A person decides. The record stays usable and shows mine where it collides.
    Conflict {
        /// What collided.
        kind: ConflictKind,
        /// The colliding columns (none for the structural kinds).
        columns: Vec<ColumnName>,
        /// The record to show.
        fields: Fields,
        /// Columns that both sides changed and a rule decided.
        decided: Vec<Decided>,
    },
}

impl Plan {
    /// The server's record stands, and no rule had a part in it.
    #[must_use]
    pub fn take_theirs() -> Self {
        Self::TakeTheirs { decided: Vec::new() }
    }
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
pub fn reconcile(rules: &TableRules, mine: &Mine, theirs: &Record) -> Plan {
    match (mine.pending, theirs.deleted) {
        (OpKind::Delete, true) => Plan::take_theirs(),
        (OpKind::Delete, false) if diff(&theirs.fields, &mine.base).is_empty() => delete_theirs(theirs),
        (OpKind::Delete, false) => structural(rules, ConflictKind::DeletedHereEditedThere, mine, theirs),
        (OpKind::Insert | OpKind::Update, true) => {
            structural(rules, ConflictKind::EditedHereDeletedThere, mine, theirs)
        }
        (OpKind::Insert, false) => inserted_twice(rules, mine, theirs),
        (OpKind::Update, false) => by_field(rules, mine, theirs),
    }
}

/// One side deleted what the other edited: only a table's preset decides that without asking.
fn structural(rules: &TableRules, kind: ConflictKind, mine: &Mine, theirs: &Record) -> Plan {
    match rules.table().merge {
        TableMerge::Merge => Plan::Conflict {
            kind,
            columns: Vec::new(),
            fields: mine.fields.clone(),
            decided: Vec::new(),
        },
        TableMerge::ServerWins => Plan::take_theirs(),
        TableMerge::ClientWins => match settle(kind, &[], &mine.fields, theirs, &Decision::Mine) {
            // They changed it before they deleted it: that gives way too, and is named.
            Plan::Rebase {
                fields,
                kind: OpKind::Insert,
                patch,
                from_theirs,
                ..
            } => Plan::Rebase {
                fields,
                kind: OpKind::Insert,
                patch,
                from_theirs,
                decided: by_preset(mine, theirs, MergeRule::Mine),
            },
            plan => plan,
        },
    }
}

/// Two records with one id have no base to tell who changed what, so that every difference is put to the person; a
/// table's preset decides for the whole. What the person has settled before (`mine.base` knows those columns) is not
/// asked again: it merges field by field.
fn inserted_twice(rules: &TableRules, mine: &Mine, theirs: &Record) -> Plan {
    let only_known = |fields: &Fields| -> Fields {
        let known = mine.base.keys();
        known
            .map(|column| (column.clone(), value_of(fields, column).clone()))
            .collect()
    };
    let (here, there) = (only_known(&mine.fields), only_known(&theirs.fields));
    let merged = merge(
        rules,
        &mine.base,
        side(&here, mine.edited_at),
        side(&there, theirs.changed_at),
    );
    let asked: BTreeSet<_> = diff(&theirs.fields, &mine.fields)
        .into_keys()
        .filter(|column| !mine.base.contains_key(column))
        .chain(merged.collisions)
        .collect();
    let fields = apply(&mine.fields, &diff(&here, &merged.fields));
    match rules.table().merge {
        TableMerge::ServerWins => Plan::TakeTheirs {
            decided: by_preset(mine, theirs, MergeRule::Theirs),
        },
        TableMerge::ClientWins => {
            let decided = by_preset(mine, theirs, MergeRule::Mine);
            rebase(mine.fields.clone(), theirs, Vec::new(), decided)
        }
        TableMerge::Merge if asked.is_empty() => rebase(fields, theirs, merged.from_theirs, merged.decided),
        TableMerge::Merge => Plan::Conflict {
            kind: ConflictKind::InsertedTwice,
            columns: asked.into_iter().collect(),
            fields,
            decided: merged.decided,
        },
    }
}

/// What they changed to something else than this device has, decided by the table's preset.
fn by_preset(mine: &Mine, theirs: &Record, rule: MergeRule) -> Vec<Decided> {
    let differ = diff(&theirs.fields, &mine.fields).into_keys();
    differ
        .filter(|column| value_of(&theirs.fields, column) != value_of(&mine.base, column))
        .map(|column| Decided {
            rule,
            mine: value_of(&mine.fields, &column).clone(),
            theirs: value_of(&theirs.fields, &column).clone(),
            column,
        })
        .collect()
}

fn side(fields: &Fields, edited_at: Millis) -> Side<'_> {
    Side { fields, edited_at }
}

fn by_field(rules: &TableRules, mine: &Mine, theirs: &Record) -> Plan {
    let here = side(&mine.fields, mine.edited_at);
    let there = side(&theirs.fields, theirs.changed_at);
    let merged = merge(rules, &mine.base, here, there);
    if merged.collisions.is_empty() {
        return rebase(merged.fields, theirs, merged.from_theirs, merged.decided);
    }
    Plan::Conflict {
        kind: ConflictKind::Fields,
        columns: merged.collisions,
        fields: merged.fields,
        decided: merged.decided,
    }
}

fn rebase(fields: Fields, theirs: &Record, from_theirs: Vec<ColumnName>, decided: Vec<Decided>) -> Plan {
    let patch = diff(&theirs.fields, &fields);
    if patch.is_empty() {
        Plan::TakeTheirs { decided }
    } else {
        Plan::Rebase {
            fields,
            kind: OpKind::Update,
            patch,
            from_theirs,
            decided,
        }
    }
}

/// My deletion stands on theirs' version.
fn delete_theirs(theirs: &Record) -> Plan {
    Plan::Rebase {
        fields: theirs.fields.clone(),
        kind: OpKind::Delete,
        patch: Patch::new(),
        from_theirs: Vec::new(),
        decided: Vec::new(),
    }
}

/// A person's decision on a conflict.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Mine for every colliding column; for the structural kinds: my edit or my deletion stands.
    Mine,
    /// Theirs likewise.
    Theirs,
    /// These values for the colliding columns; a colliding column without one keeps mine. For the structural kinds: the
    /// record stays, with these values laid over the side that has it.
    Values(Patch),
    /// Theirs stands; mine goes on as a record of its own, with these values laid over it.
    KeepBoth(Patch),
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
        (_, Decision::KeepBoth(_)) => Plan::take_theirs(),
        (ConflictKind::Fields | ConflictKind::InsertedTwice, decision) => {
            let fields = chosen(columns, shown, theirs, decision);
            rebase(fields, theirs, Vec::new(), Vec::new())
        }
        (_, Decision::Theirs) => Plan::take_theirs(),
        (ConflictKind::EditedHereDeletedThere, Decision::Values(values)) => back(apply(shown, values)),
        (ConflictKind::EditedHereDeletedThere, _) => back(shown.clone()),
        (ConflictKind::DeletedHereEditedThere, Decision::Values(values)) => {
            rebase(apply(&theirs.fields, values), theirs, Vec::new(), Vec::new())
        }
        (ConflictKind::DeletedHereEditedThere, _) => delete_theirs(theirs),
    }
}

/// The record as shown, with what is decided in these columns.
#[must_use]
pub fn chosen(columns: &[ColumnName], shown: &Fields, theirs: &Record, decision: &Decision) -> Fields {
    let pick = |column: &ColumnName| match decision {
        Decision::Mine => None,
        Decision::Theirs | Decision::KeepBoth(_) => Some(value_of(&theirs.fields, column).clone()),
        Decision::Values(values) => values.get(column).cloned(),
    };
    let picked: Patch = columns
        .iter()
        .filter_map(|column| Some((column.clone(), pick(column)?)))
        .collect();
    apply(shown, &picked)
}

/// The record goes to the server anew, over its tombstone.
fn back(fields: Fields) -> Plan {
    Plan::Rebase {
        patch: fields.clone(),
        fields,
        kind: OpKind::Insert,
        from_theirs: Vec::new(),
        decided: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
