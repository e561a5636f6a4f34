//! One record: reading, editing, drafts, undo.

use super::{FieldValue, Fields, Mark, Millis, WhoWhen};
use landfall_core::validate::FieldError;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// Which record.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RecordRef {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
}

/// A record as the editor shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RecordDetail {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// The title column's text, or the id's first characters.
    pub title: String,
    /// Its mark.
    pub mark: Mark,
    /// Values of every column (mine, where a change waits).
    pub fields: Fields,
    /// Titles of referenced records, by column.
    pub reference_titles: BTreeMap<String, String>,
    /// Made, by the server's clock (or this device's, before the server has seen it).
    pub created_at: Millis,
    /// Last changed, likewise.
    pub updated_at: Millis,
    /// Saved on this device at, when a change waits.
    pub saved_at: Option<Millis>,
    /// Known to the server: it has a version.
    pub on_server: bool,
    /// Deleted on this device or elsewhere.
    pub deleted: bool,
    /// Fields with a change that the server does not have yet.
    pub pending: Vec<PendingField>,
    /// Fields that someone else changed since this person last opened the record.
    pub changed_by_others: Vec<RemoteField>,
    /// Set when fields collide with someone else's change.
    pub conflict: Option<RecordConflict>,
    /// Set when the server refused the change.
    pub refusal: Option<Refusal>,
    /// Values typed but not saved, because they do not fit the rules yet or the app was cut off.
    pub draft: Option<Draft>,
}

/// A field with a waiting change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PendingField {
    /// Column name.
    pub column: String,
    /// The value before the change: what *Undo this field* brings back.
    pub previous: FieldValue,
    /// Title of the previous value, where it is a reference.
    pub previous_title: Option<String>,
}

/// A field that came changed from elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RemoteField {
    /// Column name.
    pub column: String,
    /// Who and when.
    pub who_when: WhoWhen,
}

/// The record waits for a decision; `conflict_get` has it whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RecordConflict {
    /// What kind of collision.
    pub kind: super::ConflictKind,
    /// The columns to decide (none for a deletion against an edit).
    pub columns: Vec<String>,
    /// The other side's author and time.
    pub theirs: WhoWhen,
}

/// Why the server refused a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Refusal {
    /// The server's code.
    pub code: String,
    /// The server's words.
    pub message: String,
    /// Per field.
    pub field_errors: Vec<FieldError>,
    /// The outbox entry to edit, discard or retry.
    pub op_id: String,
}

/// Values typed but not (yet) saved as a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Draft {
    /// The typed values, only those that differ from the record.
    pub fields: Fields,
    /// When they were typed.
    pub at: Millis,
    /// What keeps them from being saved; empty when nothing does (the app was cut off).
    pub errors: Vec<FieldError>,
}

/// A new record that was begun and not yet saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct NewRecord {
    /// Table name.
    pub table: String,
    /// The id it will have.
    pub id: String,
    /// A title for the list of drafts.
    pub title: String,
    /// Defaults, copied values, typed values.
    pub fields: Fields,
    /// Titles of referenced records, by column.
    pub reference_titles: BTreeMap<String, String>,
    /// Last typed.
    pub at: Millis,
    /// What keeps it from being saved.
    pub errors: Vec<FieldError>,
}

/// Begin a new record: an id, defaults, or a copy. Nothing is sent before `record_create`.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RecordNewArgs {
    /// Table name.
    pub table: String,
    /// Copy the values of this record (*Duplicate*); unique columns are left empty.
    pub copy_of: Option<String>,
    /// Values to start with (a reference to the record one came from).
    #[serde(default)]
    pub fields: Fields,
}

/// Records begun and not saved.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct NewRecordListArgs {
    /// Table name.
    pub table: String,
}

/// Save a new record. Errors with `invalid` and field errors when the rules are not met.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RecordCreateArgs {
    /// Table name.
    pub table: String,
    /// The id that `record_new` gave.
    pub id: String,
    /// All values.
    pub fields: Fields,
}

/// Change fields of a record. Errors with `invalid` when the rules are not met: keep it with `draft_save`.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RecordUpdateArgs {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// Only the changed fields.
    pub patch: Fields,
}

/// Check values against the rules without saving (inline validation; the same code as on the server).
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RecordValidateArgs {
    /// Table name.
    pub table: String,
    /// Record id (unique columns are checked against the others).
    pub id: String,
    /// Values to check.
    pub fields: Fields,
}

/// What validation found.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct Validation {
    /// Empty: all is well.
    pub errors: Vec<FieldError>,
}

/// Keep typed values that can't be saved yet.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct DraftSaveArgs {
    /// Table name.
    pub table: String,
    /// Record id (existing, or from `record_new`).
    pub id: String,
    /// All typed values that are not saved; empty removes the draft.
    pub fields: Fields,
}

/// Which records a bulk command is for.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Selection {
    /// These.
    Ids {
        /// Record ids.
        ids: Vec<String>,
    },
    /// All rows of a view but these.
    View {
        /// The view.
        view: u32,
        /// Not these.
        except: Vec<String>,
    },
}

/// Set the same fields on many records, as one undoable action.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RecordsUpdateArgs {
    /// Table name.
    pub table: String,
    /// Which.
    pub selection: Selection,
    /// The fields to set.
    pub patch: Fields,
    /// Only count what would change.
    pub preview: bool,
}

/// Delete many records, as one undoable action.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RecordsDeleteArgs {
    /// Table name.
    pub table: String,
    /// Which.
    pub selection: Selection,
}

/// A user action that can be taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ActionDone {
    /// Handle for `action_undo`.
    pub action: String,
    /// How many records it changed (would change, for a preview).
    pub records: u32,
    /// How many fields an undo left alone, because someone has changed them since.
    pub skipped: u32,
}

/// Take back an action. A new change, also after sync.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ActionUndoArgs {
    /// Handle from the action; none means the latest that was not undone.
    pub action: Option<String>,
}

/// Bring back one field's value from before the waiting change.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct FieldUndoArgs {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// Column name.
    pub column: String,
}
