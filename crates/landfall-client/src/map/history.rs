//! A record's story: this device's history and the server's, told as one.
//!
//! The two know different things. The server has every change that it took, from every device, also from before this
//! device knew the record. This device has its own changes step by step, with those that wait, were discarded or lost,
//! and what merges made of them; of other devices' changes it has only what a pull brought, several at once if it was
//! away. So:
//!
//! 1. The server's entries are the truth for what the server took. They are all told, but for those that hold a change
//!    of this device that its own history tells in more detail: an entry of this device that is linked with the version
//!    that the server made of it stands for the server's entry of that version.
//! 2. Of this device's entries all are told, but for those that a pull brought of a version that the server told itself,
//!    also where it met a waiting edit and stands here as it came. So what the server has forgotten (its history is cut
//!    at the newest 500; it was restored from a backup) is still there.
//! 3. The story is ordered by when each change was made, by the stamp of its device: the stamps of one record never go
//!    back along what its people had seen, so a later change of the same field comes later. Of equals, what is on this
//!    device only comes first.
//!
//! Without the server's part the device's own history is the story.

use super::millis;
use super::outbox::{changes, kind};
use crate::dto;
use crate::error::CommandError;
use landfall_core::id::{ColumnName, Millis, RecordId, Seq, TableName, Version};
use landfall_core::outbox::{EditOrigin, OpKind};
use landfall_core::record::{Fields, Patch, apply};
use landfall_core::schema::Table;
use landfall_core::value::Value;
use landfall_store::{HistoryEntry as Local, ManyUndeleted, Origin, Store, StoredTrail, TrailState, Trashed};
use landfall_sync::transport::HistoryEntry as Told;
use std::collections::BTreeSet;

/// One change of the story.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    point: dto::HistoryPoint,
    who: String,
    at: Millis,
    here: bool,
    applied_at: Option<Millis>,
    origin: dto::HistoryOrigin,
    kind: OpKind,
    before: Patch,
    after: Patch,
    lost: bool,
}

/// One story of both (each newest first), newest first.
pub(crate) fn merged(local: Vec<Local>, told: &[Told], device: &str) -> Vec<Item> {
    let known: BTreeSet<Version> = local
        .iter()
        .filter(|entry| entry.action.is_some())
        .filter_map(|entry| entry.version.clone())
        .collect();
    let mut story: Vec<Item> = local
        .into_iter()
        .filter(|entry| !is_told(entry, told))
        .map(|entry| from_here(entry, device))
        .collect();
    let others = told.iter().filter(|entry| !known.contains(&entry.version));
    story.extend(others.map(|entry| from_there(entry, device)));
    story.sort_by_key(|item| std::cmp::Reverse(item.at));
    story
}

/// Whether the server tells what this entry does: a pull brought it, and it stands here as the server has it. What a
/// rule made of both sides is on this device only.
fn is_told(entry: &Local, told: &[Told]) -> bool {
    let by_version = |told: &&Told| entry.version.as_ref() == Some(&told.version);
    let Some(same) = told.iter().find(by_version).filter(|_| !entry.lost) else {
        return false;
    };
    match entry.origin {
        Origin::Remote => true,
        Origin::Merge if entry.kind == OpKind::Update => entry.after.iter().all(|(column, value)| {
            // One merge may have met several of the server's changes at once.
            let mut values = told.iter().filter_map(|told| told.after.get(column));
            values.any(|told| told == value)
        }),
        Origin::Merge => entry.kind == same.kind,
        Origin::Edit | Origin::Conflict | Origin::Discard | Origin::Undo | Origin::Restore => false,
    }
}

fn from_here(entry: Local, device: &str) -> Item {
    let by_person = entry.action.is_some();
    Item {
        point: dto::HistoryPoint::Device {
            n: u32::try_from(entry.n).unwrap_or(u32::MAX),
        },
        here: by_person || (!entry.who.is_empty() && entry.who == device),
        origin: match entry.origin {
            Origin::Edit => dto::HistoryOrigin::Edit,
            Origin::Remote if entry.who.is_empty() && entry.version.is_some() => dto::HistoryOrigin::Import,
            Origin::Remote => dto::HistoryOrigin::Remote,
            Origin::Merge => dto::HistoryOrigin::Merge,
            Origin::Conflict => dto::HistoryOrigin::Conflict,
            Origin::Discard => dto::HistoryOrigin::Discard,
            Origin::Undo => dto::HistoryOrigin::Undo,
            Origin::Restore => dto::HistoryOrigin::Restore,
        },
        who: if by_person { device.to_owned() } else { entry.who },
        at: entry.made_at,
        applied_at: entry.applied_at,
        kind: entry.kind,
        before: entry.before,
        after: entry.after,
        lost: entry.lost,
    }
}

fn from_there(entry: &Told, device: &str) -> Item {
    let here = !entry.changed_by.is_empty() && entry.changed_by == device;
    Item {
        point: dto::HistoryPoint::Server {
            seq: entry.seq.0.to_string(),
        },
        here,
        origin: match entry.origin {
            EditOrigin::Edit if here => dto::HistoryOrigin::Edit,
            EditOrigin::Edit if entry.changed_by.is_empty() => dto::HistoryOrigin::Import,
            EditOrigin::Edit => dto::HistoryOrigin::Remote,
            EditOrigin::Conflict => dto::HistoryOrigin::Conflict,
            EditOrigin::Undo => dto::HistoryOrigin::Undo,
            EditOrigin::Restore => dto::HistoryOrigin::Restore,
        },
        who: entry.changed_by.clone(),
        at: entry.edited_at,
        applied_at: Some(entry.applied_at),
        kind: entry.kind,
        before: entry.before.clone(),
        after: entry.after.clone(),
        lost: false,
    }
}

/// The story as it crosses the boundary; with a column, only what touched it.
pub(crate) fn items(
    store: &Store,
    table: &Table,
    story: Vec<Item>,
    column: Option<&ColumnName>,
) -> Result<Vec<dto::HistoryItem>, CommandError> {
    let mut items = Vec::with_capacity(story.len());
    for item in story {
        // A deletion has no values after it.
        let mut after = match item.kind {
            OpKind::Delete => nothing_of(&item.before),
            OpKind::Insert | OpKind::Update => item.after,
        };
        if let Some(column) = column {
            after.retain(|name, _| name == column);
            if after.is_empty() {
                continue;
            }
        }
        items.push(dto::HistoryItem {
            point: item.point,
            who_when: dto::WhoWhen {
                who: item.who,
                at: millis(item.at),
            },
            here: item.here,
            applied_at: item.applied_at.map(millis),
            origin: item.origin,
            kind: kind(item.kind),
            changes: changes(store, table, &item.before, &after)?,
            lost: item.lost,
        });
    }
    Ok(items)
}

fn nothing_of(fields: &Fields) -> Patch {
    fields
        .keys()
        .map(|column| (column.clone(), Value::Null))
        .collect()
}

/// The name of this device, as others see it.
pub(crate) fn device_name(store: &Store) -> Result<String, CommandError> {
    let workspace = store.workspace()?.ok_or_else(CommandError::not_connected)?;
    Ok(workspace.device_name)
}

/// The values before and after one change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) before: Patch,
    pub(crate) after: Patch,
}

/// A change in this device's history.
pub(crate) fn change_here(
    store: &Store,
    table: &TableName,
    id: &RecordId,
    n: u32,
) -> Result<Change, CommandError> {
    let story = store.story(table, id)?;
    let found = story.into_iter().find(|entry| entry.n == i64::from(n));
    let entry = found.ok_or_else(unknown_point)?;
    Ok(Change {
        before: entry.before,
        after: entry.after,
    })
}

/// A change in the server's history.
pub(crate) fn change_there(told: &[Told], seq: &str) -> Result<Change, CommandError> {
    let entry = &told[place_of(told, seq)?];
    Ok(Change {
        before: entry.before.clone(),
        after: entry.after.clone(),
    })
}

/// The record as it was after a change in the server's history (of a deletion: as it went).
pub(crate) fn version_there(
    store: &Store,
    table: &TableName,
    id: &RecordId,
    told: &[Told],
    seq: &str,
) -> Result<Fields, CommandError> {
    let record = store.record(table, id)?;
    let known = record.and_then(|record| match record.base {
        Some(base) => Some((base.version?, base.fields)),
        None => Some((record.version?, record.fields)),
    });
    version_at(told, place_of(told, seq)?, known.as_ref()).ok_or_else(unknown_point)
}

fn place_of(told: &[Told], seq: &str) -> Result<usize, CommandError> {
    let seq = seq
        .parse()
        .map(Seq)
        .map_err(|_| CommandError::bad_request("a place in the server's order is a number"))?;
    told.iter()
        .position(|entry| entry.seq == seq)
        .ok_or_else(unknown_point)
}

fn unknown_point() -> CommandError {
    CommandError::not_found("the record's story has no such point (any more)")
}

/// The whole record after the change at `place` (newest first). A change has only what it changed, so the walk starts
/// where the whole record is known: when it was made, when it was deleted, or in the version that this device has.
fn version_at(told: &[Told], place: usize, known: Option<&(Version, Fields)>) -> Option<Fields> {
    let whole = |entry: &Told| match entry.kind {
        OpKind::Insert => Some(entry.after.clone()),
        OpKind::Delete => Some(entry.before.clone()),
        OpKind::Update => known
            .filter(|(version, _)| *version == entry.version)
            .map(|(_, fields)| fields.clone()),
    };
    // Older ones first: from there the changes are laid on, one after the other.
    for from in place..told.len() {
        if let Some(mut fields) = whole(&told[from]) {
            for entry in told[place..from].iter().rev() {
                fields = apply(&fields, &entry.after);
            }
            return Some(fields);
        }
    }
    // Else from a newer one back.
    for from in (0..place).rev() {
        if told[from].kind == OpKind::Insert {
            return None;
        }
        if let Some(mut fields) = whole(&told[from]) {
            for entry in &told[from..place] {
                if entry.kind == OpKind::Update {
                    fields = apply(&fields, &entry.before);
                }
            }
            return Some(fields);
        }
    }
    None
}

/// A deleted record.
pub(crate) fn trashed(trashed: Trashed, device: &str) -> dto::TrashItem {
    dto::TrashItem {
        table: trashed.table.to_string(),
        id: trashed.id.to_string(),
        title: trashed.title,
        deleted: dto::WhoWhen {
            who: if trashed.here {
                device.to_owned()
            } else {
                trashed.who
            },
            at: millis(trashed.at),
        },
        here: trashed.here,
        waiting: trashed.waiting,
    }
}

/// What bringing many records back did.
pub(crate) fn undeleted(back: ManyUndeleted) -> dto::RecordsUndeleted {
    dto::RecordsUndeleted {
        done: back.done.as_ref().map(super::undo::done),
        left: back
            .left
            .into_iter()
            .map(|left| dto::LeftInTrash {
                table: left.table.to_string(),
                id: left.id.to_string(),
                title: left.title,
                field_errors: left.errors,
            })
            .collect(),
    }
}

/// Where the latest change is. Typed and not saved is what a person did last.
pub(crate) fn trail(trail: StoredTrail, has_draft: bool) -> dto::RecordTrail {
    dto::RecordTrail {
        edited_at: trail.edited_at.map(millis),
        sent_at: trail.sent_at.map(millis),
        attempts: trail.attempts,
        applied_at: trail.applied_at.map(millis),
        state: match trail.state {
            TrailState::Conflict => dto::TrailState::NeedsYou,
            TrailState::Refused => dto::TrailState::Refused,
            _ if has_draft => dto::TrailState::Draft,
            TrailState::OnServer => dto::TrailState::OnServer,
            TrailState::Waiting => dto::TrailState::Waiting,
            TrailState::Behind => dto::TrailState::Behind,
            TrailState::Sending => dto::TrailState::Sending,
        },
        version: trail.version.map(|version| version.to_string()),
        version_by: trail
            .version_by
            .map(|(who, at)| dto::WhoWhen { who, at: millis(at) }),
    }
}

/// A record that was begun and never saved.
pub(crate) fn begun() -> dto::RecordTrail {
    dto::RecordTrail {
        edited_at: None,
        sent_at: None,
        attempts: 0,
        applied_at: None,
        state: dto::TrailState::Draft,
        version: None,
        version_by: None,
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
