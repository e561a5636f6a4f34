//! `POST /v1/push`: changes of one device, in its order (steps 5 and 6 of the data's way).
//!
//! The server answers each operation, in the order of the request:
//! - it applies an `op_id` once; sent again, it gets the answer that it got, until the device has `acked` it. An insert that
//!   comes again after that is a conflict, or gets its answer again where the record was deleted since and its tombstone is
//!   gone: it brings no record back;
//! - `base_version` is the version the change was made on. Another one at the server, or none where there is one →
//!   `conflict` with the server's record. An insert of an id that exists → `conflict`; of a tombstone → only with the
//!   tombstone's version as base: the record comes back. A delete of what is deleted, or not there, → `applied`. A
//!   change that changes nothing → `applied` with the version as it was;
//! - operations with the same `group` stand together in the request and are applied all or none: where one fails it has
//!   its own answer and the others are `held`. A group that no body can hold, or no line carry, is sent by the device as
//!   operations for themselves: better than never;
//! - what does not fit the rules → `rejected`, per field. Values that must be unique, and records referred to, are looked
//!   at again when the whole request is there: operations that need each other may come in any order;
//! - the whole request is one transaction; nothing is answered before it has committed.

use landfall_core::id::{GroupId, Millis, OpId, RecordId, Seq, TableName, Version};
use landfall_core::outbox::{EditOrigin, OpKind, Refusal};
use landfall_core::record::{Patch, Record};
use serde::{Deserialize, Serialize};

/// Body of a push.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PushRequest {
    /// Operations in order.
    pub ops: Vec<Op>,
    /// Operations whose answers the device has on disk: the server may forget them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acked: Vec<OpId>,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Op {
    /// The server applies each once.
    pub op_id: OpId,
    /// Set when the user action changed several records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// Table.
    pub table: TableName,
    /// Record.
    pub id: RecordId,
    /// Kind.
    pub kind: OpKind,
    /// The version this change was made on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_version: Option<Version>,
    /// All fields of an insert, the changed ones of an update (`null` takes a value away), none of a delete.
    #[serde(default, skip_serializing_if = "Patch::is_empty")]
    pub fields: Patch,
    /// When the person made the edit: the device's clock, but later than every change of the record that the person had
    /// before them (at least one millisecond after the record's `changed_at`). The merge rule `latest` compares it. The
    /// server records it as `changed_at`, but never later than its own clock (`updated_at`) and always later than the
    /// `changed_at` of the record that the change was made on.
    pub edited_at: Millis,
    /// What the person did: told in the record's history. Left out for a plain edit.
    #[serde(default, skip_serializing_if = "EditOrigin::is_edit")]
    pub origin: EditOrigin,
}

/// Answer of a push.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushResponse {
    /// The server's life.
    pub epoch: String,
    /// One answer per operation, in the order of the request.
    pub results: Vec<OpResult>,
}

/// The answer to one operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpResult {
    /// The operation.
    pub op_id: OpId,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The record has the change.
    Applied {
        /// The record's version now.
        version: Version,
        /// Its place in the server's order.
        seq: Seq,
        /// The server's clock at the change.
        updated_at: Millis,
    },
    /// The record was changed by someone else.
    Conflict {
        /// The server's record; none when it has none any more (its tombstone was purged, or the server was restored
        /// from a backup that is older than the record).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        current: Option<Record>,
    },
    /// The change does not fit the rules.
    Rejected(Refusal),
    /// Another operation of its group was not applied, so this one was not either.
    Held,
}

/// Codes of a rejection.
pub mod code {
    /// Values break the schema's rules; see the field errors.
    pub const INVALID: &str = "invalid";
    /// The workspace has no such table.
    pub const UNKNOWN_TABLE: &str = "unknown_table";
    /// Another record has the value of a unique column.
    pub const NOT_UNIQUE: &str = "not_unique";
    /// A referenced record does not exist.
    pub const PARENT_MISSING: &str = "parent_missing";
    /// An update without a base version of a record that the server does not have.
    pub const NO_SUCH_RECORD: &str = "no_such_record";
}
