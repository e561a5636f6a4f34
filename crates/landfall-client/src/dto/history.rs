//! A record's story, restoring, the trash, and the undo stack (U32, U51, U53–U56).

use super::{ActionDone, FieldChange, Millis, OpKind, RecordRef, WhoWhen};
use landfall_core::validate::FieldError;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Ask for a record's story.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RecordHistoryArgs {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// Only what touched this column.
    pub column: Option<String>,
    /// Ask the server too: its history has what was changed before this device knew the record.
    pub with_server: bool,
}

/// A record's story, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RecordHistory {
    /// The record's title.
    pub title: String,
    /// Its entries.
    pub entries: Vec<HistoryItem>,
    /// The server's part is in it. False: it was not asked, or could not be reached.
    pub from_server: bool,
    /// Why the server's part is missing, when it was asked.
    pub server_trouble: Option<super::Reachability>,
}

/// A place in a record's story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HistoryPoint {
    /// In this device's history.
    Device {
        /// Its number.
        n: u32,
    },
    /// In the server's history.
    Server {
        /// Its place in the server's order.
        seq: String,
    },
}

/// One change of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct HistoryItem {
    /// Where it stands.
    pub point: HistoryPoint,
    /// When the person made the change (by that device's clock), and who.
    pub who_when: WhoWhen,
    /// It was made on this device.
    pub here: bool,
    /// When the server took it, if that is known.
    pub applied_at: Option<Millis>,
    /// Where it came from.
    pub origin: HistoryOrigin,
    /// What it did: an insert also stands for a record that came back.
    pub kind: OpKind,
    /// Field by field.
    pub changes: Vec<FieldChange>,
    /// A value that never stood: it lost against the other side (`old` is the lost value, `new` what stands).
    pub lost: bool,
}

/// Where a change came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum HistoryOrigin {
    /// A person's edit on this device.
    Edit,
    /// Another device's, through the server.
    Remote,
    /// Brought in at the server (an import).
    Import,
    /// Both sides' changes became one.
    Merge,
    /// A person settled a conflict.
    Conflict,
    /// A person discarded a change that waited.
    Discard,
    /// A person took an action back.
    Undo,
    /// A person restored an earlier value or version.
    Restore,
}

/// Restore what stood at a point, or one field of it.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RecordRestoreArgs {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// The point.
    pub point: HistoryPoint,
    /// What to bring back.
    pub what: RestoreWhat,
    /// Only say what would change.
    pub preview: bool,
}

/// What to bring back from a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RestoreWhat {
    /// One field's value from before the change (for a lost value: that value).
    Before {
        /// Column name.
        column: String,
    },
    /// One field's value from after the change.
    After {
        /// Column name.
        column: String,
    },
    /// The whole record as it was after the change.
    Version,
}

/// What restoring did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Restored {
    /// Field by field; empty: it is so already.
    pub changes: Vec<FieldChange>,
    /// The record comes back from the trash.
    pub comes_back: bool,
    /// Set when it was done and changed something.
    pub done: Option<ActionDone>,
}

/// A deleted record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TrashItem {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// The record's title when it was deleted.
    pub title: String,
    /// Who deleted it, and when.
    pub deleted: WhoWhen,
    /// Deleted on this device.
    pub here: bool,
    /// The server does not know of the deletion yet.
    pub waiting: bool,
}

/// List the trash.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct TrashListArgs {
    /// Only this table; none means all.
    pub table: Option<String>,
    /// Most items, the latest deleted first.
    pub limit: u32,
}

/// Bring deleted records back, of whatever tables, as one undoable action.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RecordsUndeleteArgs {
    /// Which. One that is not in the trash (any more) is passed over.
    pub records: Vec<RecordRef>,
}

/// What bringing many back did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RecordsUndeleted {
    /// The one undo step; none when nothing came back.
    pub done: Option<ActionDone>,
    /// What stays in the trash, because it does not fit the rules (any more).
    pub left: Vec<LeftInTrash>,
}

/// A deleted record that can't come back as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct LeftInTrash {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// The record's title.
    pub title: String,
    /// The rules that it breaks.
    pub field_errors: Vec<FieldError>,
}

/// What can be undone and redone: named actions of this person on this device (U53).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct UndoStack {
    /// Done and not undone, the latest first; `action_undo` without an action takes the first.
    pub undo: Vec<ActionInfo>,
    /// Undone and not redone, the latest undone first; `action_redo` takes the first. Empty after a new action.
    pub redo: Vec<ActionInfo>,
}

/// A named action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ActionInfo {
    /// Its handle.
    pub action: String,
    /// When.
    pub at: Millis,
    /// What was done.
    pub verb: ActionVerb,
    /// In which table, if all its records are of one.
    pub table: Option<String>,
    /// How many records.
    pub records: u32,
    /// The record, if it is one.
    pub id: Option<String>,
    /// The record's title, if it is one.
    pub title: Option<String>,
    /// The column, if it is one.
    pub column: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ActionVerb {
    /// Records made.
    Create,
    /// Fields changed.
    Update,
    /// Records deleted.
    Delete,
    /// Deleted records brought back.
    Undelete,
    /// Earlier values restored.
    Restore,
    /// Conflicts settled.
    Resolve,
    /// Waiting changes discarded.
    Discard,
    /// Waiting changes reverted to what the server has.
    Revert,
}

/// Where a record's latest change is: the answer to *why isn't my change there?* (U32).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RecordTrail {
    /// The latest edit made on this device, if there was one that is still known.
    pub edited_at: Option<Millis>,
    /// When it was (last) sent.
    pub sent_at: Option<Millis>,
    /// How often it was sent.
    pub attempts: u32,
    /// When the server took it.
    pub applied_at: Option<Millis>,
    /// Where it stands.
    pub state: TrailState,
    /// The version on the server, as this device last heard of it.
    pub version: Option<String>,
    /// Who made that version, and when.
    pub version_by: Option<WhoWhen>,
}

/// Where a record's latest change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TrailState {
    /// Nothing of this device waits: the server has all.
    OnServer,
    /// Saved on this device, waiting its turn.
    Waiting,
    /// Waits behind an earlier change of this record.
    Behind,
    /// On its way; the answer has not come.
    Sending,
    /// A person must decide.
    NeedsYou,
    /// The server refused it.
    Refused,
    /// Typed, not saved: it does not fit the rules yet.
    Draft,
}
