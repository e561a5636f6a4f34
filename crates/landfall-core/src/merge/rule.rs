//! What a column's rule makes of two different changes of one value (step 10 of the data's way).
//!
//! `None` is *ask*: the rule is `ask`, or it can't tell, or what it makes breaks the column's own limits. But for `mine`
//! and `theirs` each rule gives the same value whichever side it is asked on, so that devices agree whichever syncs
//! first.
//!
//! | rule | gives |
//! |---|---|
//! | `mine`, `theirs` | that side's |
//! | `latest` | the side edited later, by its [stamp](crate::stamp) (never the moment of coming online); at the same stamp the larger as text |
//! | `max`, `min` | the larger, the smaller; asks where one side took the value away |
//! | `sum` | base + both differences (no value counts as 0 before); asks where one side took the value away |
//! | `union` | what both kept, and what either added; what either took away stays away |
//! | `text` | word by word, [`super::text`]; asks where both changed the same words |
//! | `longest` | the text with more characters; asks when they are equally long |
//! | `true_wins` | yes |

use super::text::merge_words;
use crate::id::Millis;
use crate::schema::{Column, MergeRule};
use crate::value::{Value, normalize};
use std::cmp::Ordering;

/// One side's value and the stamp of its edit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changed<'a> {
    pub(super) value: &'a Value,
    pub(super) edited_at: Millis,
}

/// The value that the rule gives, in its column's form; `None` to ask.
pub(super) fn decide(
    column: &Column,
    rule: MergeRule,
    base: &Value,
    mine: Changed<'_>,
    theirs: Changed<'_>,
) -> Option<Value> {
    let (here, there) = (mine.value, theirs.value);
    let decided = match rule {
        MergeRule::Ask => return None,
        MergeRule::Mine => here.clone(),
        MergeRule::Theirs => there.clone(),
        MergeRule::Latest => latest(mine, theirs).clone(),
        MergeRule::Max => ordered(here, there, Ordering::Greater)?.clone(),
        MergeRule::Min => ordered(here, there, Ordering::Less)?.clone(),
        MergeRule::Sum => sum(base, here, there)?,
        MergeRule::Union => union(base, here, there)?,
        MergeRule::Text => Value::Text(merge_words(text(base)?, text(here)?, text(there)?)?),
        MergeRule::Longest => longest(here, there)?.clone(),
        MergeRule::TrueWins => true_wins(here, there)?.clone(),
    };
    // A union comes in the order of the choices; a sum or a text may have become no value of the column at all.
    normalize(column, &decided)
}

/// The rule in force for a column: its own, or `ask`.
pub(super) fn rule_of(column: &Column) -> MergeRule {
    column.merge.unwrap_or_default()
}

fn latest<'a>(mine: Changed<'a>, theirs: Changed<'a>) -> &'a Value {
    let written = |value: &Value| serde_json::to_string(value).unwrap_or_default();
    let order = mine
        .edited_at
        .cmp(&theirs.edited_at)
        .then_with(|| written(mine.value).cmp(&written(theirs.value)));
    if order == Ordering::Less {
        theirs.value
    } else {
        mine.value
    }
}

fn ordered<'a>(here: &'a Value, there: &'a Value, wanted: Ordering) -> Option<&'a Value> {
    let order = match (here, there) {
        (Value::Integer(here), Value::Integer(there)) => here.cmp(there),
        (Value::Real(here), Value::Real(there)) => here.total_cmp(there),
        // Days and instants: whole seconds (`…:00Z`) come before the same second's fractions (`…:00.5Z`).
        (Value::Text(here), Value::Text(there)) => in_time(here).cmp(in_time(there)),
        _ => return None,
    };
    Some(if order == wanted { here } else { there })
}

fn in_time(instant: &str) -> &str {
    instant.strip_suffix('Z').unwrap_or(instant)
}

fn sum(base: &Value, here: &Value, there: &Value) -> Option<Value> {
    // Wider than what is added, so that the order of the sides can't decide which sum overflows.
    let whole = |before: i64, here: i64, there: i64| {
        let sum = i128::from(here) + i128::from(there) - i128::from(before);
        i64::try_from(sum).ok().map(Value::Integer)
    };
    match (base, here, there) {
        (Value::Integer(before), Value::Integer(here), Value::Integer(there)) => {
            whole(*before, *here, *there)
        }
        (Value::Null, Value::Integer(here), Value::Integer(there)) => whole(0, *here, *there),
        (Value::Null, Value::Real(here), Value::Real(there)) => Some(Value::Real(here + there)),
        (Value::Real(before), Value::Real(here), Value::Real(there)) => {
            Some(Value::Real((here + there) - before))
        }
        _ => None,
    }
}

fn union(base: &Value, here: &Value, there: &Value) -> Option<Value> {
    let (before, here, there) = (list(base)?, list(here)?, list(there)?);
    let all = before.iter().chain(here).chain(there);
    let stays = |value: &&String| match (
        before.contains(value),
        here.contains(value),
        there.contains(value),
    ) {
        (true, mine, theirs) => mine && theirs,
        (false, mine, theirs) => mine || theirs,
    };
    Some(Value::List(all.filter(stays).cloned().collect()))
}

fn longest<'a>(here: &'a Value, there: &'a Value) -> Option<&'a Value> {
    match text(here)?.chars().count().cmp(&text(there)?.chars().count()) {
        Ordering::Greater => Some(here),
        Ordering::Less => Some(there),
        Ordering::Equal => None,
    }
}

fn true_wins<'a>(here: &'a Value, there: &'a Value) -> Option<&'a Value> {
    [here, there]
        .into_iter()
        .find(|value| **value == Value::Boolean(true))
}

fn list(value: &Value) -> Option<&[String]> {
    match value {
        Value::List(values) => Some(values),
        Value::Null => Some(&[]),
        _ => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Null => Some(""),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::any;
    use crate::schema::ColumnKind;
    use crate::validate::tests::column;
    use proptest::prelude::*;

    fn by(rule: MergeRule, kind: ColumnKind, base: &Value, mine: &Value, theirs: &Value) -> Option<Value> {
        let side = |value, at| Changed {
            value,
            edited_at: Millis(at),
        };
        decide(&column("it", kind), rule, base, side(mine, 2), side(theirs, 1))
    }

    fn integer() -> ColumnKind {
        ColumnKind::Integer {
            min: None,
            max: None,
            unit: None,
        }
    }

    fn list(values: &[&str]) -> Value {
        Value::List(values.iter().map(|&value| value.to_owned()).collect())
    }

    #[test]
    fn numbers() {
        let (base, mine, theirs) = (Value::Integer(10), Value::Integer(13), Value::Integer(8));
        let by = |rule| by(rule, integer(), &base, &mine, &theirs);
        assert_eq!(by(MergeRule::Ask), None);
        assert_eq!(by(MergeRule::Mine), Some(mine.clone()));
        assert_eq!(by(MergeRule::Theirs), Some(theirs.clone()));
        assert_eq!(by(MergeRule::Latest), Some(mine.clone()));
        assert_eq!(by(MergeRule::Max), Some(mine.clone()));
        assert_eq!(by(MergeRule::Min), Some(theirs.clone()));
        assert_eq!(by(MergeRule::Sum), Some(Value::Integer(11)));
    }

    #[test]
    fn a_number_taken_away_is_asked() {
        for rule in [MergeRule::Max, MergeRule::Min, MergeRule::Sum] {
            let asked = by(
                rule,
                integer(),
                &Value::Integer(1),
                &Value::Integer(2),
                &Value::Null,
            );
            assert_eq!(asked, None, "{rule:?}");
        }
        let far = Value::Integer(i64::MAX);
        assert_eq!(
            by(MergeRule::Sum, integer(), &Value::Null, &far, &Value::Integer(9)),
            None
        );
    }

    #[test]
    fn whole_seconds_come_before_their_fractions() {
        let (whole, half) = (
            Value::from("2026-11-23T10:41:00Z"),
            Value::from("2026-11-23T10:41:00.500Z"),
        );
        let later = by(MergeRule::Max, ColumnKind::DateTime, &Value::Null, &whole, &half);
        assert_eq!(later, Some(half));
    }

    #[test]
    fn sets_keep_both_additions_and_both_removals() {
        let kind = ColumnKind::MultiChoice {
            choices: any::choices(),
        };
        let (base, mine, theirs) = (
            list(&["a", "b"]),
            list(&["b", "two words"]),
            list(&["a", "b", r"end\"]),
        );
        let all = by(MergeRule::Union, kind, &base, &mine, &theirs);
        assert_eq!(all, Some(list(&["b", r"end\", "two words"])));
    }

    #[test]
    fn the_longer_text_and_yes() {
        let text = || ColumnKind::LongText { max_length: None };
        let by_length = |mine: &str, theirs: &str| {
            by(
                MergeRule::Longest,
                text(),
                &"x".into(),
                &mine.into(),
                &theirs.into(),
            )
        };
        assert_eq!(by_length("grün", "green!"), Some("green!".into()));
        assert_eq!(by_length("grüne", "green"), None);
        let (yes, no) = (Value::Boolean(true), Value::Boolean(false));
        let wins = by(MergeRule::TrueWins, ColumnKind::Boolean, &Value::Null, &no, &yes);
        assert_eq!(wins, Some(yes));
    }

    proptest! {
        #[test]
        fn who_asks_does_not_matter(
            (column, base) in any::column_with_value(), mine in any::value(), theirs in any::value(),
            here in 0..2_i64, there in 0..2_i64
        ) {
            let (Some(mine), Some(theirs)) = (normalize(&column, &mine), normalize(&column, &theirs)) else {
                return Ok(());
            };
            let mine = Changed { value: &mine, edited_at: Millis(here) };
            let theirs = Changed { value: &theirs, edited_at: Millis(there) };
            use MergeRule as Rule;
            for rule in [
                Rule::Latest, Rule::Max, Rule::Min, Rule::Sum, Rule::Union, Rule::Text, Rule::Longest, Rule::TrueWins,
            ] {
                let one = decide(&column, rule, &base, mine, theirs);
                let other = decide(&column, rule, &base, theirs, mine);
                prop_assert_eq!(one, other, "{:?}", rule);
            }
        }
    }
}
