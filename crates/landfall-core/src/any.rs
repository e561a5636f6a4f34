//! Arbitrary columns, values and records for the property tests.

use crate::id::ColumnName;
use crate::record::Fields;
use crate::schema::{Choice, Column, ColumnKind, MergeRule, TableMerge};
use crate::validate::{TableRules, tests};
use crate::value::{Value, normalize};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// Choices, some of them awkward in a CSV cell.
pub(crate) fn choices() -> Vec<Choice> {
    [
        ("a", "The first"),
        ("b", "b"),
        ("with;mark", "With a mark"),
        (r"with\mark", "a"),
        (r"end\", "END"),
        ("two words", "TWO"),
        ("\"quoted\", yes", "Quoted"),
    ]
    .map(|(value, label)| Choice {
        value: value.into(),
        label: label.into(),
    })
    .into()
}

/// A column of any kind, without limits.
pub(crate) fn column() -> impl Strategy<Value = Column> {
    kind().prop_map(|kind| tests::column("it", kind))
}

/// A column and a value in its form (perhaps no value).
pub(crate) fn column_with_value() -> impl Strategy<Value = (Column, Value)> {
    column().prop_flat_map(|column| {
        let value = value_of_kind(&column.kind);
        (Just(column), value).prop_map(|(column, value)| {
            let normal = normalize(&column, &value).expect("a value of the column's kind");
            (column, normal)
        })
    })
}

/// Any value at all, of no kind in particular.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Real),
        ".{0,12}".prop_map(Value::Text),
        vec(".{0,4}", 0..4).prop_map(Value::List),
        (any::<f64>(), any::<f64>()).prop_map(|(lat, lon)| Value::Location { lat, lon }),
    ]
}

/// Fields of a few columns with few different values, so that sides often agree and often collide.
pub(crate) fn fields() -> impl Strategy<Value = Fields> {
    let name = "[a-f]".prop_map(|name| ColumnName::new(name).expect("a letter is a name"));
    btree_map(name, (1..4_i64).prop_map(Value::Integer), 0..6)
}

/// A table with the columns of [`fields`], each an integer that asks.
pub(crate) fn rules() -> TableRules {
    let integer = ColumnKind::Integer {
        min: None,
        max: None,
        unit: None,
    };
    let columns = ["a", "b", "c", "d", "e", "f"].map(|name| tests::column(name, integer.clone()));
    TableRules::new(&tests::table(columns.into())).expect("no patterns")
}

/// A table with columns of any kinds and with any merge rules that fit them, and three records of it that often agree in
/// a column and often do not: what both sides last had, mine, theirs.
pub(crate) fn three_of_a_table(
    merge: impl Strategy<Value = TableMerge> + 'static,
) -> impl Strategy<Value = (TableRules, [Fields; 3])> {
    let columns = vec(column_with_three_values(), 1..7);
    (columns, merge).prop_map(|(columns, merge)| {
        let mut records = [Fields::new(), Fields::new(), Fields::new()];
        let named = columns.into_iter().enumerate().map(|(n, (mut column, values))| {
            column.name = ColumnName::new(format!("c{n}")).expect("a name");
            for (record, value) in records.iter_mut().zip(values) {
                if !value.is_null() {
                    record.insert(column.name.clone(), value);
                }
            }
            column
        });
        let mut table = tests::table(named.collect());
        table.merge = merge;
        (TableRules::new(&table).expect("no patterns"), records)
    })
}

/// A column with a rule, and three values that come from two and from no value.
fn column_with_three_values() -> impl Strategy<Value = (Column, [Value; 3])> {
    let column = (limited(), any::<proptest::sample::Index>()).prop_map(|(kind, rule)| {
        let rules = rules_for(&kind);
        let mut column = tests::column("it", kind);
        column.merge = Some(*rule.get(&rules));
        column
    });
    column.prop_flat_map(|column| {
        let value = value_of_kind(&column.kind);
        let which = proptest::array::uniform3(0..5_usize);
        (Just(column), proptest::array::uniform2(value), which).prop_map(|(column, [one, other], which)| {
            let normal = |value: &Value| normalize(&column, value).expect("a value of the column's kind");
            let pool = [
                normal(&one),
                normal(&one),
                normal(&other),
                normal(&other),
                Value::Null,
            ];
            let values = which.map(|at| pool[at].clone());
            (column, values)
        })
    })
}

/// Any kind, some with limits that a sum or a text can break.
fn limited() -> impl Strategy<Value = ColumnKind> {
    let small = ColumnKind::Integer {
        min: Some(-5),
        max: Some(5),
        unit: None,
    };
    let short = ColumnKind::LongText { max_length: Some(20) };
    prop_oneof![4 => kind(), 1 => Just(small), 1 => Just(short)]
}

/// The merge rules that `landfall.toml` takes for a kind.
pub(crate) fn rules_for(kind: &ColumnKind) -> Vec<MergeRule> {
    use MergeRule as Rule;
    let everywhere = [Rule::Ask, Rule::Mine, Rule::Theirs, Rule::Latest];
    let own: &[Rule] = match kind {
        ColumnKind::Integer { .. } | ColumnKind::Real { .. } => &[Rule::Max, Rule::Min, Rule::Sum],
        ColumnKind::Date { .. } | ColumnKind::DateTime => &[Rule::Max, Rule::Min],
        ColumnKind::MultiChoice { .. } => &[Rule::Union],
        ColumnKind::Text { .. } | ColumnKind::LongText { .. } => &[Rule::Text, Rule::Longest],
        ColumnKind::Boolean => &[Rule::TrueWins],
        ColumnKind::Choice { .. }
        | ColumnKind::Reference { .. }
        | ColumnKind::Link
        | ColumnKind::Location => &[],
    };
    everywhere.iter().chain(own).copied().collect()
}

fn kind() -> impl Strategy<Value = ColumnKind> {
    prop_oneof![
        Just(ColumnKind::Text {
            min_length: None,
            max_length: None,
            pattern: None,
            pattern_hint: None
        }),
        Just(ColumnKind::LongText { max_length: None }),
        Just(ColumnKind::Integer {
            min: None,
            max: None,
            unit: None
        }),
        Just(ColumnKind::Real {
            min: None,
            max: None,
            unit: None
        }),
        Just(ColumnKind::Boolean),
        Just(ColumnKind::Date { min: None, max: None }),
        Just(ColumnKind::DateTime),
        Just(ColumnKind::Choice { choices: choices() }),
        Just(ColumnKind::MultiChoice { choices: choices() }),
        Just(ColumnKind::Reference {
            table: crate::id::TableName::new("others").expect("a name")
        }),
        Just(ColumnKind::Link),
        Just(ColumnKind::Location),
    ]
}

fn value_of_kind(kind: &ColumnKind) -> BoxedStrategy<Value> {
    let texts = || {
        choices()
            .into_iter()
            .map(|choice| choice.value)
            .collect::<Vec<_>>()
    };
    let finite = || any::<f64>().prop_filter("finite", |real| real.is_finite());
    match kind {
        ColumnKind::Text { .. } | ColumnKind::LongText { .. } | ColumnKind::Reference { .. } => {
            "[^\\x00]{0,20}".prop_map(Value::Text).boxed()
        }
        ColumnKind::Integer { .. } => prop_oneof![any::<i64>(), -9..9_i64]
            .prop_map(Value::Integer)
            .boxed(),
        ColumnKind::Real { .. } => finite().prop_map(Value::Real).boxed(),
        ColumnKind::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        ColumnKind::Date { .. } => (1..9999, 1..=12, 1..=28)
            .prop_map(|(y, m, d)| Value::Text(format!("{y:04}-{m:02}-{d:02}")))
            .boxed(),
        ColumnKind::DateTime => (-60_000_000_000_000_i64..250_000_000_000_000)
            .prop_filter_map("in the calendar", |at| jiff::Timestamp::from_millisecond(at).ok())
            .prop_map(|at| Value::Text(at.to_string()))
            .boxed(),
        ColumnKind::Choice { .. } => proptest::sample::select(texts()).prop_map(Value::Text).boxed(),
        ColumnKind::MultiChoice { .. } => {
            let texts = texts();
            proptest::sample::subsequence(texts.clone(), 0..=texts.len())
                .prop_shuffle()
                .prop_map(Value::List)
                .boxed()
        }
        ColumnKind::Link => "https://[a-z]{1,9}\\.example/[a-z?=;,]{0,9}"
            .prop_map(Value::Text)
            .boxed(),
        ColumnKind::Location => (finite(), finite())
            .prop_map(|(lat, lon)| Value::Location { lat, lon })
            .boxed(),
    }
}
