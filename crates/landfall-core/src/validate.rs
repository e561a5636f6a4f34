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

    /// Whether the column takes this value, which is in its form (a merge never makes what no person could enter).
    #[must_use]
    pub fn takes(&self, column: &Column, normal: &Value) -> bool {
        if normal.is_null() {
            !column.required
        } else {
            self.broken_rule(column, normal).is_none()
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
pub(crate) mod tests;
