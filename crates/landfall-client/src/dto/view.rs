//! The records list: a *view* is a table searched, filtered and sorted, whose order is frozen when it is
//! opened, so that no row jumps under a person's hands (U7).

use super::{Fields, Millis};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// Open a view: the order of matching records is computed once and kept until it is closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ViewOpenArgs {
    /// Table name.
    pub table: String,
    /// What the person typed: every word must begin a word of some text field. Empty: no search.
    #[serde(default)]
    pub search: String,
    /// Sort keys, most important first. Empty: by title (by relevance when there is a search).
    #[serde(default)]
    pub sort: Vec<SortKey>,
    /// Conditions that all must hold.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// A chip, if one is on.
    #[serde(default)]
    pub chip: Option<Chip>,
}

/// One sort key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SortKey {
    /// Column name, or `updated_at`, `created_at`.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// One condition on a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Condition {
    /// Column name.
    pub column: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what; ignored by `is_empty` and `is_not_empty`.
    pub value: super::FieldValue,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Equal to the value (a multi-choice: has it among its values).
    Is,
    /// Not equal, or empty.
    IsNot,
    /// Text contains the value, without regard to case.
    Contains,
    /// Less than, before.
    Less,
    /// Greater than, after.
    Greater,
    /// Has no value.
    IsEmpty,
    /// Has a value.
    IsNotEmpty,
}

/// The quick filters above the list (U9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Chip {
    /// Saved on this device, not yet on the server.
    Waiting,
    /// In conflict with someone else's change.
    Conflict,
    /// Refused by the server.
    Refused,
    /// Changed by others since the person's last visit.
    ChangedByOthers,
}

/// An opened view.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ViewOpened {
    /// Handle for `view_rows`, `view_refresh` and `view_close`.
    pub view: u32,
    /// How many records match.
    pub total: u32,
    /// How many records the table has.
    pub table_total: u32,
}

/// Rows of a view by position.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ViewRowsArgs {
    /// The view.
    pub view: u32,
    /// First position, from 0.
    pub start: u32,
    /// How many (at most 500).
    pub count: u32,
}

/// A stretch of rows.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ViewRows {
    /// Position of the first row.
    pub start: u32,
    /// The rows; fewer than asked at the end of the view.
    pub rows: Vec<RecordRow>,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RecordRow {
    /// Record id.
    pub id: String,
    /// The title column's text, or the id's first characters.
    pub title: String,
    /// Its mark.
    pub mark: Mark,
    /// Values of all columns but long text.
    pub fields: Fields,
    /// Titles of referenced records, by column.
    pub reference_titles: BTreeMap<String, String>,
    /// Last change that the server knows, or the local one.
    pub updated_at: Millis,
    /// Who changed it elsewhere since the last visit, if someone did.
    pub changed_by_others: Option<WhoWhen>,
    /// It was deleted after the view was opened; the row keeps its place until the view is opened again.
    pub gone: bool,
}

/// The state of a record against the server: three words and marks everywhere (U2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The server has it.
    Synced,
    /// Saved on this device, waiting.
    Waiting,
    /// Needs you: someone else changed the same field.
    Conflict,
    /// Needs you: the server refused it.
    Refused,
}

/// Who, on which device, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WhoWhen {
    /// The person or device name; empty when unknown.
    pub who: String,
    /// When it was edited.
    pub at: Millis,
}

/// Has the view's content changed since it was opened?
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ViewRefreshArgs {
    /// The view.
    pub view: u32,
}

/// What opening the view again would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ViewDrift {
    /// Records that match now and have no row.
    pub added: u32,
    /// Rows whose record no longer matches.
    pub removed: u32,
    /// Rows that would stand elsewhere.
    pub moved: bool,
}

/// Forget a view.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ViewCloseArgs {
    /// The view.
    pub view: u32,
}

/// Position of a record in a view, if it has one.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ViewFindArgs {
    /// The view.
    pub view: u32,
    /// Record id.
    pub id: String,
}

/// Where a record stands in a view.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ViewPosition {
    /// Position from 0, or none.
    pub position: Option<u32>,
}

/// Counts for the chips of a table.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct TableCountsArgs {
    /// Table name.
    pub table: String,
}

/// How many records of a table stand where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TableCounts {
    /// All records.
    pub total: u32,
    /// Waiting to be sent.
    pub waiting: u32,
    /// In conflict.
    pub conflict: u32,
    /// Refused.
    pub refused: u32,
    /// Changed by others since the last visit.
    pub changed_by_others: u32,
}

/// Say that the person has seen the table: *changed by others* starts anew.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct TableVisitedArgs {
    /// Table name.
    pub table: String,
}

/// Find records of a table by title, for a reference field.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ReferenceSearchArgs {
    /// The table referred to.
    pub table: String,
    /// What the person typed.
    pub search: String,
    /// At most so many (≤ 50).
    pub limit: u32,
}

/// A record to point at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReferenceOption {
    /// Record id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// A second line: the first other text columns, joined.
    pub detail: String,
}
