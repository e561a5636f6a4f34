//! Validation: the same rules, in the same code, on device and server (step 2 and step 6 of the data's way).
//!
//! [`TableRules`] is made once per table (patterns are compiled there) and brings values to their column's form and
//! checks them, one [`FieldError`] a broken rule. What needs other records (unique values, references) is looked up by
//! who holds them, and worded by [`FieldError::unique`] and [`FieldError::reference`].

use crate::id::{ColumnName, TableName};
use crate::record::{Fields, Patch};
use crate::schema::{Choice, Column, ColumnKind, Table};
use crate::value::{self, MAX_INTEGER, Value};
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One thing wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FieldError {
    /// Table name.
    pub table: TableName,
    /// Column name.
    pub column: ColumnName,
    /// The column's kind, as `landfall.toml` has it.
    pub kind: String,
    /// The rule that the value breaks.
    pub rule: Rule,
    /// A plain English sentence, without the value: what to do.
    pub message: String,
}

/// The rule that a value breaks. The UI words each from this and the column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Rule {
    /// A value must be there.
    Required,
    /// The value is not of the column's kind.
    Kind,
    /// Not less than this.
    Min {
        /// The limit.
        limit: String,
    },
    /// Not more than this.
    Max {
        /// The limit.
        limit: String,
    },
    /// Not shorter than this many characters.
    MinLength {
        /// Characters.
        limit: u32,
    },
    /// Not longer than this many characters.
    MaxLength {
        /// Characters.
        limit: u32,
    },
    /// Must match the pattern.
    Pattern {
        /// What the pattern means, in the words of the schema.
        hint: Option<String>,
    },
    /// Must be one of the choices.
    Choices,
    /// Another record has this value.
    Unique,
    /// The referenced record does not exist.
    Reference,
    /// The column may not be edited.
    ReadOnly,
    /// The table has no such column.
    UnknownColumn,
}

/// Who sets the values: people may not set read-only columns, an import may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// A person, through a form.
    Person,
    /// The server itself, from a file.
    Import,
}

/// A table with its patterns compiled.
#[derive(Debug, Clone)]
pub struct TableRules {
    table: Table,
    patterns: BTreeMap<ColumnName, Regex>,
}

impl TableRules {
    /// Compiles a table's patterns.
    ///
    /// # Errors
    /// The column and the regex error of the first pattern that is none.
    pub fn new(table: &Table) -> Result<Self, (ColumnName, regex::Error)> {
        let mut patterns = BTreeMap::new();
        for column in &table.columns {
            if let ColumnKind::Text {
                pattern: Some(pattern),
                ..
            } = &column.kind
            {
                // Alone first: `a)|(b` is a pattern only between the brackets around it.
                let whole = Regex::new(pattern).and_then(|_| Regex::new(&format!("^(?:{pattern})$")));
                let whole = whole.map_err(|error| (column.name.clone(), error))?;
                patterns.insert(column.name.clone(), whole);
            }
        }
        Ok(Self {
            table: table.clone(),
            patterns,
        })
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Checks a whole record: every given value, and that nothing required is missing. Returns the values in their
    /// columns' forms, without nulls.
    ///
    /// # Errors
    /// All broken rules, in the order of the columns.
    pub fn check_whole(&self, fields: &Fields, author: Author) -> Result<Fields, Vec<FieldError>> {
        let mut errors = self.unknown_columns(fields);
        let mut checked = Fields::new();
        for column in &self.table.columns {
            let given = fields.get(&column.name).unwrap_or(&Value::Null);
            // A default in a read-only column is the schema's own value, not the person's.
            let own_value = column.default.is_some() && column.default == value::normalize(column, given);
            let author = if own_value { Author::Import } else { author };
            match self.check_value(column, given, author) {
                Ok(Value::Null) => {}
                Ok(normal) => {
                    checked.insert(column.name.clone(), normal);
                }
                Err(rule) => errors.push(self.error(column, rule)),
            }
        }
        if errors.is_empty() {
            Ok(checked)
        } else {
            Err(errors)
        }
    }

    /// Checks changed fields. Returns them in their columns' forms; nulls stay (they take values away).
    ///
    /// # Errors
    /// All broken rules, in the order of the columns.
    pub fn check_patch(&self, patch: &Patch, author: Author) -> Result<Patch, Vec<FieldError>> {
        let mut errors = self.unknown_columns(patch);
        let mut checked = Patch::new();
        for column in &self.table.columns {
            let Some(given) = patch.get(&column.name) else {
                continue;
            };
            if author == Author::Person && column.read_only {
                errors.push(self.error(column, Rule::ReadOnly));
                continue;
            }
            match self.check_value(column, given, author) {
                Ok(normal) => {
                    checked.insert(column.name.clone(), normal);
                }
                Err(rule) => errors.push(self.error(column, rule)),
            }
        }
        if errors.is_empty() {
            Ok(checked)
        } else {
            Err(errors)
        }
    }

    fn unknown_columns(&self, fields: &Fields) -> Vec<FieldError> {
        let unknown = fields.keys().filter(|name| self.table.column(name).is_none());
        unknown
            .map(|name| self.named_error(name, "unknown", Rule::UnknownColumn))
            .collect()
    }

    /// The value in its column's form, or the rule that it breaks.
    fn check_value(&self, column: &Column, given: &Value, author: Author) -> Result<Value, Rule> {
        let normal = value::normalize(column, given).ok_or(Rule::Kind)?;
        if normal.is_null() {
            return if column.required {
                Err(Rule::Required)
            } else {
                Ok(normal)
            };
        }
        if author == Author::Person && column.read_only {
            return Err(Rule::ReadOnly);
        }
        match self.broken_rule(column, &normal) {
            Some(rule) => Err(rule),
            None => Ok(normal),
        }
    }

    /// The first rule of the column's kind that a normal, non-null value breaks.
    fn broken_rule(&self, column: &Column, normal: &Value) -> Option<Rule> {
        use ColumnKind as Kind;
        match (&column.kind, normal) {
            (
                Kind::Text {
                    min_length,
                    max_length,
                    pattern_hint,
                    ..
                },
                Value::Text(text),
            ) => length_rule(text, *min_length, *max_length).or_else(|| {
                let matches = self
                    .patterns
                    .get(&column.name)
                    .is_none_or(|pattern| pattern.is_match(text));
                (!matches).then(|| Rule::Pattern {
                    hint: pattern_hint.clone(),
                })
            }),
            (Kind::LongText { max_length }, Value::Text(text)) => length_rule(text, None, *max_length),
            (Kind::Integer { min, max, .. }, Value::Integer(number)) => range_rule(
                number,
                Some(&min.unwrap_or(-MAX_INTEGER)),
                Some(&max.unwrap_or(MAX_INTEGER)),
            ),
            (Kind::Real { min, max, .. }, Value::Real(number)) => {
                range_rule(number, min.as_ref(), max.as_ref())
            }
            (Kind::Date { min, max }, Value::Text(day)) => range_rule(day, min.as_ref(), max.as_ref()),
            (Kind::Choice { choices }, Value::Text(value)) => {
                (!known(choices, value)).then_some(Rule::Choices)
            }
            (Kind::MultiChoice { choices }, Value::List(values)) => values
                .iter()
                .any(|value| !known(choices, value))
                .then_some(Rule::Choices),
            (Kind::Link, Value::Text(link)) => (!is_link(link)).then_some(Rule::Kind),
            (Kind::Location, Value::Location { lat, lon }) => range_rule(lat, Some(&-90.0), Some(&90.0))
                .or_else(|| range_rule(lon, Some(&-180.0), Some(&180.0))),
            _ => None,
        }
    }

    /// The error for a column's broken rule.
    #[must_use]
    pub fn error(&self, column: &Column, rule: Rule) -> FieldError {
        self.named_error(&column.name, column.kind.word(), rule)
    }

    fn named_error(&self, column: &ColumnName, kind: &str, rule: Rule) -> FieldError {
        let label = self
            .table
            .column(column)
            .map_or(column.as_str(), |column| column.label.as_str());
        let message = rule.message(label, kind);
        FieldError {
            table: self.table.name.clone(),
            column: column.clone(),
            kind: kind.to_owned(),
            rule,
            message,
        }
    }
}

impl FieldError {
    /// Another record of the table has this value.
    #[must_use]
    pub fn unique(table: &Table, column: &Column) -> Self {
        Self::of(table, column, Rule::Unique)
    }

    /// The referenced record does not exist.
    #[must_use]
    pub fn reference(table: &Table, column: &Column) -> Self {
        Self::of(table, column, Rule::Reference)
    }

    fn of(table: &Table, column: &Column, rule: Rule) -> Self {
        let kind = column.kind.word();
        let message = rule.message(&column.label, kind);
        Self {
            table: table.name.clone(),
            column: column.name.clone(),
            kind: kind.to_owned(),
            rule,
            message,
        }
    }
}

impl Rule {
    fn message(&self, label: &str, kind: &str) -> String {
        match self {
            Self::Required => format!("{label} is required: enter a value."),
            Self::Kind => format!(
                "{label} is not a valid {}: {}.",
                kind.replace('_', " "),
                expected(kind)
            ),
            Self::Min { limit } => format!("{label} must be {limit} or more."),
            Self::Max { limit } => format!("{label} must be {limit} or less."),
            Self::MinLength { limit } => format!("{label} must have at least {limit} characters."),
            Self::MaxLength { limit } => format!("{label} must have at most {limit} characters."),
            Self::Pattern { hint: Some(hint) } => format!("{label}: {hint}."),
            Self::Pattern { hint: None } => format!("{label} does not have the required form."),
            Self::Choices => format!("{label} must be one of the listed choices."),
            Self::Unique => format!("{label} must be unique: another record has this value."),
            Self::Reference => format!("{label} names a record that does not exist: choose another."),
            Self::ReadOnly => format!("{label} can't be edited."),
            Self::UnknownColumn => format!("The table has no column {label}."),
        }
    }
}

fn expected(kind: &str) -> &'static str {
    match kind {
        "integer" => "enter a whole number",
        "real" => "enter a number",
        "boolean" => "enter true or false",
        "date" => "enter a day as YYYY-MM-DD",
        "date_time" => "enter a day and time as YYYY-MM-DDThh:mm:ssZ",
        "link" => "enter an address that begins with https:, http:, mailto: or tel:",
        "location" => "enter degrees north and east",
        "multi_choice" => "enter a list of choices",
        _ => "enter text",
    }
}

fn known(choices: &[Choice], value: &str) -> bool {
    choices.iter().any(|choice| choice.value == value)
}

fn is_link(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| match url.scheme() {
        "http" | "https" => url.has_host(),
        "mailto" | "tel" => !url.path().is_empty(),
        _ => false,
    })
}

fn length_rule(text: &str, min: Option<u32>, max: Option<u32>) -> Option<Rule> {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    match (min, max) {
        (Some(limit), _) if length < limit => Some(Rule::MinLength { limit }),
        (_, Some(limit)) if length > limit => Some(Rule::MaxLength { limit }),
        _ => None,
    }
}

fn range_rule<T: PartialOrd + ToString>(value: &T, min: Option<&T>, max: Option<&T>) -> Option<Rule> {
    match (min, max) {
        (Some(limit), _) if value < limit => Some(Rule::Min {
            limit: limit.to_string(),
        }),
        (_, Some(limit)) if value > limit => Some(Rule::Max {
            limit: limit.to_string(),
        }),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
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
}
