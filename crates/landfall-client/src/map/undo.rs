//! Actions: what was done, and what can be undone.

use super::millis;
use crate::dto;
use landfall_store::{Done, Stacks, StoredAction, Verb};

/// A person's action that is on disk.
pub(crate) fn done(done: &Done) -> dto::ActionDone {
    dto::ActionDone {
        action: done.action.to_string(),
        records: done.records,
        skipped: done.skipped,
    }
}

/// Both stacks.
pub(crate) fn stack(stacks: Stacks) -> dto::UndoStack {
    dto::UndoStack {
        undo: stacks.undo.into_iter().map(action).collect(),
        redo: stacks.redo.into_iter().map(action).collect(),
    }
}

fn action(action: StoredAction) -> dto::ActionInfo {
    dto::ActionInfo {
        action: action.id.to_string(),
        at: millis(action.at),
        verb: verb(action.verb),
        table: action.table.map(|table| table.to_string()),
        records: action.records,
        id: action.record.map(|id| id.to_string()),
        title: action.title,
        column: action.column.map(|column| column.to_string()),
    }
}

fn verb(verb: Verb) -> dto::ActionVerb {
    match verb {
        Verb::Create => dto::ActionVerb::Create,
        Verb::Update => dto::ActionVerb::Update,
        Verb::Delete => dto::ActionVerb::Delete,
        Verb::Undelete => dto::ActionVerb::Undelete,
        Verb::Restore => dto::ActionVerb::Restore,
        Verb::Resolve => dto::ActionVerb::Resolve,
        Verb::Discard => dto::ActionVerb::Discard,
        Verb::Revert => dto::ActionVerb::Revert,
    }
}
