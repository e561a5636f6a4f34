//! `GET /v1/records/{table}/{id}/history`: a record's story as the server knows it, newest first.

use landfall_core::id::{Millis, Seq, Version};
use landfall_core::outbox::{EditOrigin, OpKind};
use landfall_core::record::Patch;
use serde::{Deserialize, Serialize};

/// Answer of a history request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// Newest first.
    pub entries: Vec<HistoryEntry>,
}

/// One change of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Its place in the server's order.
    pub seq: Seq,
    /// The version it made.
    pub version: Version,
    /// Kind.
    pub kind: OpKind,
    /// The device that made it; empty for the server itself (an import).
    pub changed_by: String,
    /// What its person did. Left out for a plain edit.
    #[serde(default, skip_serializing_if = "EditOrigin::is_edit")]
    pub origin: EditOrigin,
    /// When the person made the edit: the record's `changed_at` after it.
    pub edited_at: Millis,
    /// When the server took it, by the server's clock.
    pub applied_at: Millis,
    /// The changed fields before.
    pub before: Patch,
    /// The changed fields after.
    pub after: Patch,
}
