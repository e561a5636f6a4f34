//! Which values a column takes, at the very limits, and what is said about the others.

use super::*;
use crate::any;
use crate::schema::TableMerge;
use proptest::prelude::*;

/// A plain column of a kind.
pub(crate) fn column(name: &str, kind: ColumnKind) -> Column {
    Column {
        name: ColumnName::new(name).unwrap(),
        label: name.to_owned(),
        help: None,
        kind,
        required: false,
        unique: false,
        read_only: false,
        default: None,
        merge: None,
    }
}

/// A table of these columns, titled by the first.
pub(crate) fn table(columns: Vec<Column>) -> Table {
    Table {
        name: TableName::new("things").unwrap(),
        label: "Things".into(),
        singular: "thing".into(),
        title: columns[0].name.clone(),
        icon: None,
        merge: TableMerge::Merge,
        columns,
    }
}

fn text(max_length: u32, pattern: &str) -> ColumnKind {
    ColumnKind::Text {
        min_length: None,
        max_length: Some(max_length),
        pattern: Some(pattern.into()),
        pattern_hint: Some("use capitals".into()),
    }
}

fn rules() -> TableRules {
    let mut code = column("code", text(4, "[A-Z]+"));
    code.required = true;
    let mut made = column("made", ColumnKind::Boolean);
    made.read_only = true;
    made.default = Some(Value::Boolean(false));
    let length = column(
        "length",
        ColumnKind::Integer {
            min: Some(1),
            max: Some(9),
            unit: None,
        },
    );
    let link = column("link", ColumnKind::Link);
    let place = column("place", ColumnKind::Location);
    TableRules::new(&table(vec![code, made, length, link, place])).unwrap()
}

fn broken(fields: &[(&str, Value)]) -> Vec<Rule> {
    let fields = fields
        .iter()
        .map(|(name, value)| (ColumnName::new(*name).unwrap(), value.clone()))
        .collect();
    let result = rules().check_whole(&fields, Author::Person);
    result
        .err()
        .unwrap_or_default()
        .into_iter()
        .map(|error| error.rule)
        .collect()
}

#[test]
fn every_broken_rule_is_named() {
    assert_eq!(broken(&[]), [Rule::Required]);
    assert_eq!(
        broken(&[("code", "abc".into())]),
        [Rule::Pattern {
            hint: Some("use capitals".into())
        }]
    );
    assert_eq!(
        broken(&[("code", "ABCDE".into())]),
        [Rule::MaxLength { limit: 4 }]
    );
    let ok = ("code", Value::from("AB"));
    assert_eq!(
        broken(&[ok.clone(), ("length", Value::Integer(0))]),
        [Rule::Min { limit: "1".into() }]
    );
    assert_eq!(broken(&[ok.clone(), ("length", "x".into())]), [Rule::Kind]);
    assert_eq!(
        broken(&[ok.clone(), ("link", "javascript:alert(1)".into())]),
        [Rule::Kind]
    );
    assert_eq!(broken(&[ok.clone(), ("link", "https://example.org".into())]), []);
    assert_eq!(
        broken(&[ok.clone(), ("place", Value::Location { lat: 91.0, lon: 0.0 })]).len(),
        1
    );
    assert_eq!(
        broken(&[ok.clone(), ("nothing", Value::Null)]),
        [Rule::UnknownColumn]
    );
    assert_eq!(
        broken(&[ok.clone(), ("made", Value::Boolean(true))]),
        [Rule::ReadOnly]
    );
    assert_eq!(broken(&[ok, ("made", Value::Boolean(false))]), []);
}

#[test]
fn a_default_is_known_however_it_is_written() {
    let mut rate = column(
        "rate",
        ColumnKind::Real {
            min: None,
            max: None,
            unit: None,
        },
    );
    rate.read_only = true;
    rate.default = Some(Value::Real(2.0));
    let rules = TableRules::new(&table(vec![rate])).unwrap();
    let given = |value| {
        [(ColumnName::new("rate").unwrap(), value)]
            .into_iter()
            .collect::<Fields>()
    };
    // JavaScript writes 2.0 as 2.
    assert_eq!(
        rules.check_whole(&given(Value::Integer(2)), Author::Person),
        Ok(given(Value::Real(2.0)))
    );
    assert!(
        rules
            .check_whole(&given(Value::Integer(3)), Author::Person)
            .is_err()
    );
}

#[test]
fn a_pattern_stands_on_its_own() {
    let broken = column("code", text(9, "a)|(?:b"));
    let (name, _) = TableRules::new(&table(vec![broken])).unwrap_err();
    assert_eq!(name.as_str(), "code");
}

#[test]
fn an_error_names_table_column_kind_and_rule() {
    let error = rules()
        .check_whole(&Fields::new(), Author::Person)
        .unwrap_err()
        .remove(0);
    assert_eq!(error.table.as_str(), "things");
    assert_eq!(error.column.as_str(), "code");
    assert_eq!(error.kind, "text");
    assert_eq!(error.message, "code is required: enter a value.");
}

#[test]
fn a_patch_can_take_a_value_away_but_not_a_required_one() {
    let patch = |name: &str| {
        [(ColumnName::new(name).unwrap(), Value::Null)]
            .into_iter()
            .collect::<Patch>()
    };
    assert_eq!(
        rules().check_patch(&patch("length"), Author::Person),
        Ok(patch("length"))
    );
    assert_eq!(
        rules().check_patch(&patch("code"), Author::Person).unwrap_err()[0].rule,
        Rule::Required
    );
}

/// Any JSON that could stand where a value stands.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value as Json;
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        ".{0,12}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::hash_map("lat|lon|[a-z]{1,3}", inner, 0..4)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_makes_it_panic(column in any::column(), json in any_json(), whole in any::<bool>()) {
        let Ok(value) = serde_json::from_value::<Value>(json) else { return Ok(()) };
        let given = [(column.name.clone(), value)].into_iter().collect();
        let rules = TableRules::new(&table(vec![column])).unwrap();
        let checked = if whole {
            rules.check_whole(&given, Author::Person)
        } else {
            rules.check_patch(&given, Author::Person)
        };
        // What has passed once passes again, unchanged.
        if let Ok(checked) = checked {
            prop_assert_eq!(rules.check_patch(&checked, Author::Person), Ok(checked));
        }
    }
}

/// The rule that a value breaks in a column of this kind.
fn broken_by(kind: ColumnKind, value: Value) -> Option<Rule> {
    let rules = TableRules::new(&table(vec![column("it", kind)])).unwrap();
    let patch = [(ColumnName::new("it").unwrap(), value)].into_iter().collect();
    let mut errors = rules.check_patch(&patch, Author::Person).err()?;
    Some(errors.remove(0).rule)
}

#[test]
fn limits_are_inclusive() {
    let integer = |min, max| ColumnKind::Integer { min, max, unit: None };
    let min = |limit: &str| Some(Rule::Min { limit: limit.into() });
    let max = |limit: &str| Some(Rule::Max { limit: limit.into() });
    for (number, rule) in [(2, min("3")), (3, None), (5, None), (6, max("5"))] {
        assert_eq!(
            broken_by(integer(Some(3), Some(5)), Value::Integer(number)),
            rule,
            "{number}"
        );
    }
    assert_eq!(broken_by(integer(None, None), Value::Integer(MAX_INTEGER)), None);
    assert_eq!(
        broken_by(integer(None, None), Value::Integer(MAX_INTEGER + 1)),
        max("9007199254740991")
    );
    assert_eq!(
        broken_by(integer(None, None), Value::Integer(i64::MIN)),
        min("-9007199254740991")
    );

    let real = || ColumnKind::Real {
        min: Some(-0.5),
        max: Some(0.5),
        unit: None,
    };
    for (number, rule) in [(-0.6, min("-0.5")), (-0.5, None), (0.5, None), (0.6, max("0.5"))] {
        assert_eq!(broken_by(real(), Value::Real(number)), rule, "{number}");
    }

    let date = || ColumnKind::Date {
        min: Some("2026-02-01".into()),
        max: Some("2026-02-28".into()),
    };
    for (day, rule) in [
        ("2026-01-31", min("2026-02-01")),
        ("2026-02-01", None),
        ("2026-02-28", None),
        ("2026-03-01", max("2026-02-28")),
        ("2026-02-30", Some(Rule::Kind)),
    ] {
        assert_eq!(broken_by(date(), day.into()), rule, "{day}");
    }

    let place = |lat, lon| broken_by(ColumnKind::Location, Value::Location { lat, lon });
    assert_eq!((place(90.0, -180.0), place(-90.0, 180.0)), (None, None));
    assert_eq!((place(90.1, 0.0), place(0.0, -180.1)), (max("90"), min("-180")));
    assert_eq!(place(0.0, f64::INFINITY), Some(Rule::Kind));
}

#[test]
fn lengths_count_characters_and_a_pattern_is_for_the_whole_value() {
    let text = |pattern: Option<&str>| ColumnKind::Text {
        min_length: Some(2),
        max_length: Some(4),
        pattern: pattern.map(str::to_owned),
        pattern_hint: None,
    };
    for (value, rule) in [
        ("ä", Some(Rule::MinLength { limit: 2 })),
        ("äö", None),
        ("äöüß", None),
        ("äöüße", Some(Rule::MaxLength { limit: 4 })),
    ] {
        assert_eq!(broken_by(text(None), value.into()), rule, "{value}");
    }
    for (value, fits) in [
        ("ab", true),
        ("ab1", false),
        ("1ab", false),
        ("cd", true),
        ("cd\n", false),
    ] {
        let rule = (!fits).then_some(Rule::Pattern { hint: None });
        assert_eq!(broken_by(text(Some("ab|cd")), value.into()), rule, "{value}");
    }
    let long = || ColumnKind::LongText { max_length: Some(3) };
    assert_eq!(broken_by(long(), "abc".into()), None);
    assert_eq!(
        broken_by(long(), "abcd".into()),
        Some(Rule::MaxLength { limit: 3 })
    );
}

#[test]
fn a_link_leads_somewhere_and_runs_nothing() {
    for good in [
        "https://example.org",
        "http://[::1]:8080/a?b",
        "mailto:ana@example.org",
        "tel:+431234",
        " https://a.b ",
    ] {
        assert_eq!(broken_by(ColumnKind::Link, good.into()), None, "{good}");
    }
    for bad in [
        "example.org",
        "https://",
        "mailto:",
        "tel:",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc",
    ] {
        assert_eq!(broken_by(ColumnKind::Link, bad.into()), Some(Rule::Kind), "{bad}");
    }
}

#[test]
fn a_read_only_column_is_set_by_an_import_only() {
    let mut made = column("made", ColumnKind::Boolean);
    made.read_only = true;
    let rules = TableRules::new(&table(vec![made])).unwrap();
    let given = |value| -> Patch { [(ColumnName::new("made").unwrap(), value)].into_iter().collect() };
    for value in [Value::Boolean(true), Value::Null] {
        let errors = rules
            .check_patch(&given(value.clone()), Author::Person)
            .unwrap_err();
        assert_eq!(errors[0].rule, Rule::ReadOnly);
        assert!(rules.check_patch(&given(value), Author::Import).is_ok());
    }
}
