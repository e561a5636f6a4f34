//! Two devices change one record with no network, then sync one after the other: whichever is first, the record is the
//! same in the end, on the server and so on both.

use super::*;
use crate::schema::{MergeRule, TableMerge};
use crate::stamp;

/// The server's clock, which no device's is ahead of.
const NOON: Millis = Millis(1_000);

/// What a device made of the record, and when; no fields: it deleted it.
#[derive(Debug, Clone)]
struct Edit {
    fields: Option<Fields>,
    clock: Millis,
}

/// What the people of the story say when they are asked: the value that is the larger as text; an edit, rather than a
/// deletion.
fn decision(kind: ConflictKind, columns: &[ColumnName], mine: &Fields, theirs: &Fields) -> Decision {
    let larger = |column: &ColumnName| {
        let (here, there) = (value_of(mine, column).clone(), value_of(theirs, column).clone());
        let text = |value: &Value| serde_json::to_string(value).unwrap();
        if text(&here) < text(&there) { there } else { here }
    };
    match kind {
        ConflictKind::Fields | ConflictKind::InsertedTwice => Decision::Values(
            columns
                .iter()
                .map(|column| (column.clone(), larger(column)))
                .collect(),
        ),
        ConflictKind::EditedHereDeletedThere => Decision::Mine,
        ConflictKind::DeletedHereEditedThere => Decision::Theirs,
    }
}

/// The server's record after a device's change.
fn recorded(before: &Record, now: Option<Fields>, edited_at: Millis) -> Record {
    Record {
        deleted: now.is_none(),
        fields: now.unwrap_or_else(|| before.fields.clone()),
        changed_at: stamp::recorded(edited_at, NOON, Some(before.changed_at)),
        ..before.clone()
    }
}

/// What the server has after `first` and then `second` have synced, each with an edit of `base`.
fn after_both(rules: &TableRules, base: &Fields, first: &Edit, second: &Edit) -> Option<Fields> {
    let before = theirs(base.clone(), false);
    let stamp_of = |edit: &Edit| stamp::of_edit(edit.clock, Some(before.changed_at));
    let there = recorded(&before, first.fields.clone(), stamp_of(first));
    let here = second.fields.clone().unwrap_or_else(|| base.clone());
    let mine = Mine {
        base: base.clone(),
        fields: here,
        pending: if second.fields.is_some() {
            OpKind::Update
        } else {
            OpKind::Delete
        },
        edited_at: stamp_of(second),
    };
    let plan = match reconcile(rules, &mine, &there) {
        Plan::Conflict {
            kind,
            columns,
            fields,
            ..
        } => {
            let decision = decision(kind, &columns, &fields, &there.fields);
            settle(kind, &columns, &fields, &there, &decision)
        }
        settled => settled,
    };
    after(&plan, &there)
}

fn any_edit(fields: Fields) -> impl Strategy<Value = Edit> {
    let fields = prop_oneof![6 => Just(Some(fields)), 1 => Just(None)];
    (fields, 0..9_i64).prop_map(|(fields, clock)| Edit {
        fields,
        clock: Millis(clock),
    })
}

fn any_story() -> impl Strategy<Value = (TableRules, Fields, Edit, Edit)> {
    any::three_of_a_table(Just(TableMerge::Merge))
        .prop_flat_map(|(rules, [base, one, other])| {
            (Just(rules), Just(base), any_edit(one), any_edit(other))
        })
        .prop_filter("both changed something", |(_, base, one, other)| {
            [one, other].iter().all(|edit| edit.fields.as_ref() != Some(base))
        })
}

proptest! {
    #[test]
    fn whoever_syncs_first_the_record_is_the_same((rules, base, laptop, phone) in any_story()) {
        let laptop_first = after_both(&rules, &base, &laptop, &phone);
        let phone_first = after_both(&rules, &base, &phone, &laptop);
        prop_assert_eq!(laptop_first.is_some(), phone_first.is_some());
        let (one, other) = (laptop_first.unwrap_or_default(), phone_first.unwrap_or_default());
        for column in &rules.table().columns {
            // These say themselves that the order counts.
            if !matches!(column.merge, Some(MergeRule::Mine | MergeRule::Theirs)) {
                let (one, other) = (value_of(&one, &column.name), value_of(&other, &column.name));
                prop_assert_eq!(one, other, "{:?}", column.merge);
            }
        }
    }

    #[test]
    fn a_preset_never_asks_and_says_who_wins((rules, base, laptop, phone) in any_story(), server_wins: bool) {
        let mut table = rules.table().clone();
        table.merge = if server_wins { TableMerge::ServerWins } else { TableMerge::ClientWins };
        // Values that keep no limits of their columns are asked even so: nobody could have entered them.
        table.columns.retain(|column| {
            [Some(&base), laptop.fields.as_ref(), phone.fields.as_ref()].into_iter().flatten().all(|fields| {
                let value = value_of(fields, &column.name);
                value.is_null() || rules.takes(column, value)
            })
        });
        prop_assume!(!table.columns.is_empty());
        let rules = TableRules::new(&table).unwrap();
        let known = |fields: &Fields| -> Fields {
            let known = fields.iter().filter(|(name, _)| table.column(name).is_some());
            known.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let base = known(&base);
        let edit = |edit: &Edit| Edit { fields: edit.fields.as_ref().map(known), ..edit.clone() };
        let (first, second) = (edit(&laptop), edit(&phone));
        prop_assume!([&first, &second].iter().all(|edit| edit.fields.as_ref() != Some(&base)));
        let now = after_both(&rules, &base, &first, &second);
        let (winner, loser) = if server_wins { (&first, &second) } else { (&second, &first) };
        match (&winner.fields, &loser.fields) {
            (None, _) => prop_assert_eq!(now, None),
            (Some(_), None) => prop_assert!(now.is_some()),
            (Some(fields), Some(_)) => {
                let now = now.unwrap_or_default();
                for (column, value) in diff(&base, fields) {
                    prop_assert_eq!(value_of(&now, &column), &value);
                }
            }
        }
    }
}
