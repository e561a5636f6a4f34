//! The laws of the merge: over plain integers that ask, and over any table with any rules.

use super::*;
use crate::any;
use crate::record::{apply, diff};
use crate::schema::Column;
use crate::validate::tests as tests_of_rules;
use proptest::prelude::*;

fn merged(fields: &Fields, from_theirs: Vec<ColumnName>) -> Merged {
    Merged {
        fields: fields.clone(),
        from_theirs,
        decided: Vec::new(),
        collisions: Vec::new(),
    }
}

fn meet(base: &Fields, mine: &Fields, theirs: &Fields) -> Merged {
    let side = |fields| Side {
        fields,
        edited_at: Millis(1),
    };
    merge(&any::rules(), base, side(mine), side(theirs))
}

#[test]
fn both_changes_in_one_value_are_offered_where_there_is_one() {
    let text = ColumnKind::LongText { max_length: Some(20) };
    let number = ColumnKind::Integer {
        min: None,
        max: Some(50),
        unit: None,
    };
    let tags = ColumnKind::MultiChoice {
        choices: any::choices(),
    };
    let rules = |unique| {
        let kinds = [("t", text.clone()), ("n", number.clone()), ("s", tags.clone())];
        let columns = kinds.map(|(name, kind)| Column {
            unique,
            ..tests_of_rules::column(name, kind)
        });
        TableRules::new(&tests_of_rules::table(columns.into())).unwrap()
    };
    let of = |name: &str, base: Value, mine: Value, theirs: Value| {
        both(
            &rules(false),
            &ColumnName::new(name).unwrap(),
            &base,
            &mine,
            &theirs,
        )
    };
    let list = |values: &[&str]| Value::List(values.iter().map(|&value| value.into()).collect());

    let words = of("t", "wet grass".into(), "dry grass".into(), "icy grass".into());
    assert_eq!(words, None, "the same word");
    let words = of("t", "a b c".into(), "x b c".into(), "a b z".into());
    assert_eq!(words, Some("x b z".into()));
    let long = of(
        "t",
        "a b c".into(),
        "aaaaaaaaaa b c".into(),
        "a b cccccccccc".into(),
    );
    assert_eq!(long, None, "too long for the column");
    let sum = of("n", Value::Integer(20), Value::Integer(24), Value::Integer(30));
    assert_eq!(sum, Some(Value::Integer(34)));
    assert_eq!(
        of("n", Value::Integer(20), Value::Integer(44), Value::Integer(30)),
        None,
        "more than the most"
    );
    assert_eq!(
        of("n", Value::Null, Value::Integer(4), Value::Integer(3)),
        None,
        "two first numbers"
    );
    let set = of("s", list(&["a"]), list(&["a", "b"]), list(&["two words"]));
    assert_eq!(set, Some(list(&["b", "two words"])));
    assert_eq!(of("s", list(&["a"]), list(&["a", "b"]), list(&["a", "b"])), None);
    assert_eq!(
        of("x", Value::Integer(1), Value::Integer(2), Value::Integer(3)),
        None,
        "no such column"
    );
    let unique = both(
        &rules(true),
        &ColumnName::new("n").unwrap(),
        &Value::Integer(20),
        &Value::Integer(24),
        &Value::Integer(30),
    );
    assert_eq!(unique, None);
}

proptest! {
    #[test]
    fn what_only_one_side_changed_is_taken(base in any::fields(), other in any::fields()) {
        let changed: Vec<_> = diff(&base, &other).into_keys().collect();
        prop_assert_eq!(meet(&base, &other, &base), merged(&other, Vec::new()));
        prop_assert_eq!(meet(&base, &base, &other), merged(&other, changed));
        prop_assert_eq!(meet(&base, &other, &other), merged(&other, Vec::new()));
    }

    #[test]
    fn the_sides_differ_only_in_what_is_shown_where_they_collide(
        base in any::fields(), mine in any::fields(), theirs in any::fields()
    ) {
        let here = meet(&base, &mine, &theirs);
        let there = meet(&base, &theirs, &mine);
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
        let merged = meet(&base, &mine, &theirs);
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

    /// The same, over tables of any columns with any of all rules and presets, whenever the edits were made.
    #[test]
    fn the_laws_hold_for_all_rules(
        (rules, [base, mine, theirs]) in any::three_of_a_table(any_preset()), here in 0..3_i64, there in 0..3_i64
    ) {
        let side = |fields, at| Side { fields, edited_at: Millis(at) };
        let meet = |base, mine, theirs| merge(&rules, base, side(mine, here), side(theirs, there));
        let changed: Vec<_> = diff(&base, &theirs).into_keys().collect();
        prop_assert_eq!(meet(&base, &mine, &base), merged(&mine, Vec::new()));
        prop_assert_eq!(meet(&base, &base, &theirs), merged(&theirs, changed));
        prop_assert_eq!(meet(&base, &mine, &mine), merged(&mine, Vec::new()));
    }

    #[test]
    fn all_rules_are_symmetric_but_those_that_name_a_side(
        (rules, [base, mine, theirs]) in any::three_of_a_table(Just(TableMerge::Merge)),
        here in 0..3_i64, there in 0..3_i64
    ) {
        let mine = Side { fields: &mine, edited_at: Millis(here) };
        let theirs = Side { fields: &theirs, edited_at: Millis(there) };
        let one = merge(&rules, &base, mine, theirs);
        let other = merge(&rules, &base, theirs, mine);
        for column in &rules.table().columns {
            if matches!(column.merge, Some(MergeRule::Mine | MergeRule::Theirs)) {
                continue;
            }
            let collides = one.collisions.contains(&column.name);
            prop_assert_eq!(collides, other.collisions.contains(&column.name));
            let is_decided = |merged: &Merged| merged.decided.iter().any(|one| one.column == column.name);
            prop_assert_eq!(is_decided(&one), is_decided(&other));
            let (here, there) = (value_of(&one.fields, &column.name), value_of(&other.fields, &column.name));
            prop_assert!(collides || here == there, "{:?}", column.merge);
        }
    }

    #[test]
    fn each_value_stands_or_is_named(
        (rules, [base, mine, theirs]) in any::three_of_a_table(any_preset()), here in 0..3_i64, there in 0..3_i64
    ) {
        let side = |fields, at| Side { fields, edited_at: Millis(at) };
        let merged = merge(&rules, &base, side(&mine, here), side(&theirs, there));
        for (fields, name) in [(&mine, "mine"), (&theirs, "theirs")] {
            for (column, value) in diff(&base, fields) {
                let stands = value_of(&merged.fields, &column) == &value;
                let decided = merged.decided.iter().any(|one| {
                    one.column == column && (if name == "mine" { &one.mine } else { &one.theirs }) == &value
                });
                prop_assert!(stands || decided || merged.collisions.contains(&column), "{} {}", name, column);
            }
        }
        // What a rule makes is a value that a person could have entered.
        for one in &merged.decided {
            let column = rules.table().column(&one.column).expect("a decided column is known");
            prop_assert!(rules.takes(column, value_of(&merged.fields, &one.column)), "{:?}", one);
        }
    }
}

fn any_preset() -> impl Strategy<Value = TableMerge> {
    prop_oneof![
        4 => Just(TableMerge::Merge),
        1 => Just(TableMerge::ServerWins),
        1 => Just(TableMerge::ClientWins),
    ]
}
