//! Plans and decisions: each kind of collision, and what the server has in the end.

mod order;

use super::*;
use crate::any;
use crate::id::{RecordId, Seq, Version};
use crate::record::apply;
use crate::value::Value;
use proptest::prelude::*;

fn theirs(fields: Fields, deleted: bool) -> Record {
    Record {
        id: RecordId::new("LOWW").unwrap(),
        version: Version::new("2").unwrap(),
        seq: Seq(2),
        created_at: Millis(1),
        updated_at: Millis(2),
        deleted,
        changed_by: "phone".into(),
        changed_at: Millis(2),
        fields,
    }
}

fn fields(pairs: &[(&str, i64)]) -> Fields {
    let pair = |&(name, n): &(&str, i64)| (ColumnName::new(name).unwrap(), Value::Integer(n));
    pairs.iter().map(pair).collect()
}

fn any_pending() -> impl Strategy<Value = OpKind> {
    prop_oneof![Just(OpKind::Insert), Just(OpKind::Update), Just(OpKind::Delete)]
}

/// What the server has once it has taken the plan's change: nothing for a deleted record.
fn after(plan: &Plan, theirs: &Record) -> Option<Fields> {
    let live = || (!theirs.deleted).then(|| theirs.fields.clone());
    match plan {
        Plan::TakeTheirs { .. } | Plan::Conflict { .. } => live(),
        Plan::Rebase {
            kind: OpKind::Delete, ..
        } => None,
        Plan::Rebase {
            kind: OpKind::Insert,
            patch,
            ..
        } => Some(patch.clone()),
        Plan::Rebase {
            kind: OpKind::Update,
            patch,
            ..
        } => Some(apply(&theirs.fields, patch)),
    }
}

#[test]
fn the_structural_conflicts_are_told_apart() {
    let mine = |pending| Mine {
        base: fields(&[("a", 1)]),
        fields: fields(&[("a", 2)]),
        pending,
        edited_at: Millis(1),
    };
    let kind_of = |pending, deleted| match reconcile(
        &any::rules(),
        &mine(pending),
        &theirs(fields(&[("a", 3)]), deleted),
    ) {
        Plan::Conflict { kind, .. } => Some(kind),
        _ => None,
    };
    assert_eq!(kind_of(OpKind::Update, false), Some(ConflictKind::Fields));
    assert_eq!(
        kind_of(OpKind::Update, true),
        Some(ConflictKind::EditedHereDeletedThere)
    );
    assert_eq!(
        kind_of(OpKind::Insert, true),
        Some(ConflictKind::EditedHereDeletedThere)
    );
    assert_eq!(
        kind_of(OpKind::Delete, false),
        Some(ConflictKind::DeletedHereEditedThere)
    );
    assert_eq!(kind_of(OpKind::Insert, false), Some(ConflictKind::InsertedTwice));
    assert_eq!(kind_of(OpKind::Delete, true), None);
}

#[test]
fn who_inserted_the_same_twice_has_nothing_to_decide() {
    let mine = Mine {
        base: Fields::new(),
        fields: fields(&[("a", 1)]),
        pending: OpKind::Insert,
        edited_at: Millis(1),
    };
    assert_eq!(
        reconcile(&any::rules(), &mine, &theirs(fields(&[("a", 1)]), false)),
        Plan::take_theirs()
    );
}

#[test]
fn who_inserted_the_same_twice_is_asked_once_for_each_column() {
    // The person has taken theirs in `a` and kept mine in `b`; `c` is still to be decided.
    let known = fields(&[("a", 3), ("b", 4)]);
    let mine = Mine {
        base: known,
        fields: fields(&[("a", 3), ("b", 1), ("c", 1)]),
        pending: OpKind::Insert,
        edited_at: Millis(1),
    };
    let moved = theirs(fields(&[("a", 5), ("b", 4), ("c", 6)]), false);
    let Plan::Conflict {
        columns,
        fields: shown,
        ..
    } = reconcile(&any::rules(), &mine, &moved)
    else {
        panic!("`c` is decided by nobody");
    };
    assert_eq!(columns, [ColumnName::new("c").unwrap()]);
    assert_eq!(
        shown,
        fields(&[("a", 5), ("b", 1), ("c", 1)]),
        "`a` follows theirs"
    );
}

#[test]
fn keeping_both_leaves_theirs_and_a_deletion_can_be_answered_with_values() {
    let there = theirs(fields(&[("a", 3), ("b", 1)]), false);
    let shown = fields(&[("a", 2), ("b", 7)]);
    let values = fields(&[("a", 9)]);
    let settled = |kind, decision| settle(kind, &[], &shown, &there, &decision);
    for kind in [ConflictKind::Fields, ConflictKind::InsertedTwice] {
        assert_eq!(
            settled(kind, Decision::KeepBoth(values.clone())),
            Plan::take_theirs()
        );
    }
    let over_theirs = settled(
        ConflictKind::DeletedHereEditedThere,
        Decision::Values(values.clone()),
    );
    assert!(matches!(over_theirs, Plan::Rebase { kind: OpKind::Update, patch, .. } if patch == values));
    let over_mine = settled(ConflictKind::EditedHereDeletedThere, Decision::Values(values));
    let whole = fields(&[("a", 9), ("b", 7)]);
    assert!(matches!(over_mine, Plan::Rebase { kind: OpKind::Insert, patch, .. } if patch == whole));
}

#[test]
fn a_field_that_is_null_there_and_absent_here_is_no_edit() {
    let mine = Mine {
        base: fields(&[("a", 1)]),
        fields: fields(&[("a", 1)]),
        pending: OpKind::Delete,
        edited_at: Millis(1),
    };
    let mut same = fields(&[("a", 1)]);
    same.insert(ColumnName::new("b").unwrap(), Value::Null);
    let plan = reconcile(&any::rules(), &mine, &theirs(same, false));
    assert!(
        matches!(
            plan,
            Plan::Rebase {
                kind: OpKind::Delete,
                ..
            }
        ),
        "{plan:?}"
    );
}

proptest! {
    #[test]
    fn a_rebased_change_makes_theirs_what_the_person_sees(
        base in any::fields(), mine in any::fields(), there in any::fields(),
        pending in any_pending(), deleted in any::<bool>()
    ) {
        let mine = Mine { base, fields: mine, pending, edited_at: Millis(1) };
        let theirs = theirs(there, deleted);
        let plan = reconcile(&any::rules(), &mine, &theirs);
        if let Plan::Rebase { fields, kind: OpKind::Update, patch, from_theirs, .. } = &plan {
            prop_assert_eq!(&apply(&theirs.fields, patch), fields);
            prop_assert!(!patch.is_empty());
            for column in from_theirs {
                prop_assert_eq!(value_of(fields, column), value_of(&theirs.fields, column));
            }
        }
        // Seen again after the server took it, the record has nothing left to send.
        if let (Plan::Rebase { fields, kind, .. }, now) = (&plan, after(&plan, &theirs)) {
            let next = self::theirs(now.clone().unwrap_or_default(), now.is_none());
            let settled = Mine { base: theirs.fields.clone(), fields: fields.clone(), pending: *kind, edited_at: Millis(1) };
            prop_assert_eq!(reconcile(&any::rules(), &settled, &next), Plan::take_theirs());
        }
    }

    #[test]
    fn a_decision_leaves_no_conflict(
        base in any::fields(), mine in any::fields(), there in any::fields(), values in any::fields(),
        pending in any_pending(), deleted in any::<bool>()
    ) {
        let theirs = theirs(there, deleted);
        let plan = reconcile(&any::rules(), &Mine { base, fields: mine, pending, edited_at: Millis(1) }, &theirs);
        let Plan::Conflict { kind, columns, fields: shown, .. } = &plan else { return Ok(()) };
        let settled = |decision| settle(*kind, columns, shown, &theirs, &decision);
        let theirs_now = after(&Plan::take_theirs(), &theirs);

        prop_assert_eq!(after(&settled(Decision::Mine), &theirs), match kind {
            ConflictKind::DeletedHereEditedThere => None,
            _ => Some(shown.clone()),
        });
        let by_theirs = after(&settled(Decision::Theirs), &theirs);
        if matches!(kind, ConflictKind::Fields | ConflictKind::InsertedTwice) {
            let by_theirs = by_theirs.unwrap_or_default();
            for column in columns {
                prop_assert_eq!(value_of(&by_theirs, column), value_of(&theirs.fields, column));
            }
            // Only what did not collide is still mine.
            let differ = diff(&theirs.fields, &by_theirs);
            prop_assert!(differ.keys().all(|column| !columns.contains(column)));
        } else {
            prop_assert_eq!(by_theirs, theirs_now);
        }
        if matches!(kind, ConflictKind::Fields | ConflictKind::InsertedTwice) {
            let decided = after(&settled(Decision::Values(values.clone())), &theirs).unwrap_or_default();
            for column in shown.keys().chain(columns) {
                let chosen = values.get(column).filter(|_| columns.contains(column));
                prop_assert_eq!(value_of(&decided, column), chosen.unwrap_or(value_of(shown, column)));
            }
        }
    }
}
