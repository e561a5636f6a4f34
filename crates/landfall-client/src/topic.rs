//! Topics: what a read provides and a write invalidates (step 4 and 11 of the data's way).
//!
//! The pairing is declared once, in [`crate::for_each_command`] (reads) and at the store's commit (writes).
//! The UI never decides by itself what to read again: it matches the topics of a [`TopicsChanged`] event with
//! those that each read declares.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A kind of thing that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TopicKind {
    /// Workspace, schema, settings.
    App,
    /// Records of a table: lists, counts.
    Records,
    /// One record.
    Record,
    /// Records begun and drafts.
    Drafts,
    /// Waiting changes.
    Outbox,
    /// Conflicts and refusals that wait for a person.
    Conflicts,
    /// What can be undone.
    Actions,
    /// The sync status.
    Status,
    /// The sync log.
    Log,
    /// Saved views.
    Views,
    /// The event stream, wakes that came, the push channel.
    Wakes,
}

/// Something changed, after the transaction that made it true has committed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
pub struct Topic {
    /// What kind.
    pub kind: TopicKind,
    /// In which table; none means any.
    pub table: Option<String>,
    /// Which records; empty means any of the table.
    pub ids: Vec<String>,
}

/// Where a change came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// This person, in this app.
    Person,
    /// The server brought it.
    Sync,
}

/// The one event besides [`crate::dto::SyncStatus`]: read these again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TopicsChanged {
    /// What changed.
    pub topics: Vec<Topic>,
    /// Who changed it.
    pub origin: Origin,
}
