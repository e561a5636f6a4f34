//! The workspace's schema: tables, columns and their rules, as data.
//!
//! The server reads it from `landfall.toml` ([`crate::schema_file`]) and hands it to devices as JSON; both sides
//! build their typed SQL tables, their validation and their forms from it.

use crate::id::{ColumnName, TableName};
use serde::{Deserialize, Serialize};

/// Tables and columns of a workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Schema {
    /// The workspace's name, for people.
    pub name: String,
    /// Raised by whoever edits the schema; a device takes over a schema with another version.
    pub version: u32,
    /// Tables in the order people see them.
    pub tables: Vec<Table>,
    /// What people can ask to be told.
    #[serde(default)]
    #[cfg_attr(feature = "specta", specta(optional))]
    pub notify: Vec<NotifyRule>,
}

/// A rule for notifications: whoever a changed record names is told, on the devices that stand for them.
///
/// It holds for a change of a record (a new one too, a deletion never) that gives the column `when` another value: then
/// whoever `to` names is told. Without `when`, whoever `to` names now and did not name before. Told is each device with an
/// installation that has the column's value among its tags, but for the device that made the change and others of the
/// same person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NotifyRule {
    /// Its name in wakes and in a device's preferences.
    pub name: String,
    /// What a person asks for: *An inspection is assigned to me*.
    pub label: String,
    /// The table.
    pub table: TableName,
    /// The column that names whom to tell: of type text, choice, multi_choice or reference.
    pub to: ColumnName,
    /// The column whose change is told; none: only that `to` names someone new.
    pub when: Option<ColumnName>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Table {
    /// Its name in SQL, JSON and URLs.
    pub name: TableName,
    /// Its name for people, in the plural: *Inspections*.
    pub label: String,
    /// One record's name for people: *inspection*.
    pub singular: String,
    /// The column whose text names a record.
    pub title: ColumnName,
    /// A word for an icon (`plane`, `clipboard-check`, …); the UI has a default.
    pub icon: Option<String>,
    /// How two changes of one field are met: by its column's rule, or always for one side, whatever the columns say.
    pub merge: TableMerge,
    /// Columns in the order people see them.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Column {
    /// Its name in SQL and JSON.
    pub name: ColumnName,
    /// Its name for people.
    pub label: String,
    /// A sentence under the field.
    pub help: Option<String>,
    /// What values it takes, and their limits.
    pub kind: ColumnKind,
    /// A record without a value here is not valid.
    pub required: bool,
    /// No two live records of the table have the same value here.
    pub unique: bool,
    /// Shown, not edited.
    pub read_only: bool,
    /// The value of a new record.
    pub default: Option<crate::value::Value>,
    /// How two changes of this column are met; none: a person is asked.
    pub merge: Option<MergeRule>,
}

/// What values a column takes. Limits are inclusive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ColumnKind {
    /// One line.
    Text {
        /// Least number of characters.
        min_length: Option<u32>,
        /// Most characters.
        max_length: Option<u32>,
        /// A regular expression that the whole value must match.
        pattern: Option<String>,
        /// What the pattern means, in words for the person.
        pattern_hint: Option<String>,
    },
    /// Several lines.
    LongText {
        /// Most characters.
        max_length: Option<u32>,
    },
    /// A whole number, |n| ≤ 2^53 − 1 (what JSON carries exactly everywhere).
    Integer {
        /// Least.
        #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
        min: Option<i64>,
        /// Most.
        #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
        max: Option<i64>,
        /// Unit shown behind the number.
        unit: Option<String>,
    },
    /// A finite number.
    Real {
        /// Least.
        min: Option<f64>,
        /// Most.
        max: Option<f64>,
        /// Unit shown behind the number.
        unit: Option<String>,
    },
    /// Yes or no.
    Boolean,
    /// A day, `2026-11-23`.
    Date {
        /// First.
        min: Option<String>,
        /// Last.
        max: Option<String>,
    },
    /// An instant in UTC, `2026-11-23T10:41:00Z`, with milliseconds where there are any.
    DateTime,
    /// One of the choices.
    Choice {
        /// In the order people see them.
        choices: Vec<Choice>,
    },
    /// Some of the choices, each at most once, kept in the order of the choices.
    MultiChoice {
        /// In the order people see them.
        choices: Vec<Choice>,
    },
    /// The id of a record of another table.
    Reference {
        /// That table.
        table: TableName,
    },
    /// A web, mail or telephone link (`https:`, `http:`, `mailto:`, `tel:`).
    Link,
    /// A place on earth.
    Location,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What people see.
    pub label: String,
}

/// A table's way to meet conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TableMerge {
    /// Field by field, by each column's rule.
    #[default]
    Merge,
    /// The server's value stands where both changed, and nobody is asked.
    ServerWins,
    /// The device's value stands where both changed, and nobody is asked.
    ClientWins,
}

/// A column's way to meet two different changes; what each gives stands in [`crate::merge`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum MergeRule {
    /// Put it to the person.
    #[default]
    Ask,
    /// The device's value stands.
    Mine,
    /// The server's value stands.
    Theirs,
    /// The later edit stands (by the clock of the device that made it).
    Latest,
    /// The larger stands.
    Max,
    /// The smaller stands.
    Min,
    /// Both changes of the number count.
    Sum,
    /// Both changes of the set count.
    Union,
    /// Word by word; asks where words collide.
    Text,
    /// The longer text stands.
    Longest,
    /// Yes stands.
    TrueWins,
}

impl Schema {
    /// The table of this name.
    #[must_use]
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        self.tables.iter().find(|table| &table.name == name)
    }
}

impl Table {
    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &ColumnName) -> Option<&Column> {
        self.columns.iter().find(|column| &column.name == name)
    }
}

impl ColumnKind {
    /// The word for this kind in `landfall.toml` and in error messages.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::LongText { .. } => "long_text",
            Self::Integer { .. } => "integer",
            Self::Real { .. } => "real",
            Self::Boolean => "boolean",
            Self::Date { .. } => "date",
            Self::DateTime => "date_time",
            Self::Choice { .. } => "choice",
            Self::MultiChoice { .. } => "multi_choice",
            Self::Reference { .. } => "reference",
            Self::Link => "link",
            Self::Location => "location",
        }
    }

    /// Whether full-text search covers this kind.
    #[must_use]
    pub fn is_searchable(&self) -> bool {
        matches!(self, Self::Text { .. } | Self::LongText { .. } | Self::Link)
    }
}
