//! The outbox: changes that wait for the server (U33–U37).

use super::{FieldValue, Millis, Refusal};
use serde::{Deserialize, Serialize};
use specta::Type;

/// One waiting change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct OutboxItem {
    /// Its id.
    pub op_id: String,
    /// Table name.
    pub table: String,
    /// Record id.
    pub record_id: String,
    /// The record's title.
    pub title: String,
    /// What kind of change.
    pub kind: OpKind,
    /// Where it stands.
    pub state: OutboxState,
    /// Field by field.
    pub changes: Vec<FieldChange>,
    /// When the person made it.
    pub edited_at: Millis,
    /// How often it was sent.
    pub attempts: u32,
    /// Set in state `refused`.
    pub refusal: Option<Refusal>,
}

/// Kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum OpKind {
    /// A new record.
    Insert,
    /// Changed fields.
    Update,
    /// A deletion.
    Delete,
}

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// Saved on this device, waiting its turn.
    Waiting,
    /// On its way; the answer has not come.
    Sending,
    /// Refused by the server.
    Refused,
    /// Waits for a person's decision on a conflict.
    Conflict,
    /// Waits behind an earlier change of the same record that is refused or in conflict.
    Blocked,
}

/// One field's change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct FieldChange {
    /// Column name.
    pub column: String,
    /// Before.
    pub old: FieldValue,
    /// After.
    pub new: FieldValue,
    /// Title of the old value, where it is a reference.
    pub old_title: Option<String>,
    /// Title of the new value, where it is a reference.
    pub new_title: Option<String>,
}

/// Which waiting change.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct OutboxRef {
    /// Its id.
    pub op_id: String,
}

/// What discarding a change would bring back.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct DiscardPreview {
    /// What happens to the record.
    pub effect: DiscardEffect,
    /// Field by field: `old` is now, `new` is after discarding.
    pub changes: Vec<FieldChange>,
    /// Later changes of the same record that go with it.
    pub also_discards: u32,
}

/// What happens to the record when a change is discarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DiscardEffect {
    /// Its fields return to the server's values.
    FieldsReturn,
    /// A record that was made here goes to the trash.
    RecordGoes,
    /// A record that was deleted here comes back.
    RecordReturns,
}

/// The outbox as text (NDJSON, one change a line), for a person to keep.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct Exported {
    /// A file name to offer.
    pub file_name: String,
    /// The content.
    pub text: String,
}
