//! A person's change of one record: row, outbox entry, base, history (step 3 of the data's way).
//!
//! The change collapses into the entry that has not been sent, by the rules of `landfall_core::outbox`. What it is
//! compared with is the record as the server will have it once it has taken the entry in flight, if there is one. Its
//! stamp is later than everything that it was made on ([`landfall_core::stamp`]).

use crate::base::{self, Snapshot};
use crate::conflict;
use crate::entry::{self, Entries, Placed};
use crate::error::{Error, Result};
use crate::history::{self, Cause};
use crate::layout::TableLayout;
use crate::meet;
use crate::row::{Mark, Row};
use crate::work::Work;
use landfall_core::id::{GroupId, Millis, RecordId, Seq};
use landfall_core::outbox::{Change, Collapsed, Entry, EntryState, OpKind, collapse};
use landfall_core::record::{Fields, Patch, apply, value_of};
use landfall_core::stamp;

/// The mark that a record's entries give it.
pub(crate) fn mark_of(in_flight: bool, tail: Option<&EntryState>) -> Mark {
    match tail {
        Some(EntryState::Conflict) => Mark::Conflict,
        Some(EntryState::Refused(_)) => Mark::Refused,
        Some(EntryState::Waiting | EntryState::InFlight) => Mark::Waiting,
        None if in_flight => Mark::Waiting,
        None => Mark::Synced,
    }
}

/// A row for a record that this device has never had.
pub(crate) fn blank(id: &RecordId, at: Millis) -> Row {
    Row {
        row: 0,
        id: id.clone(),
        version: None,
        seq: Seq(0),
        created_at: at,
        updated_at: at,
        changed_by: String::new(),
        changed_at: at,
        deleted: true,
        mark: Mark::Synced,
        live: false,
        generation: 0,
        others_at: Millis(0),
        others_by: String::new(),
        fields: Fields::new(),
    }
}

/// What stands between a record and its server side: its base and its entries.
pub(crate) fn standing(work: &Work<'_>, table: &TableLayout, row: &Row) -> Result<(Snapshot, Entries)> {
    if row.mark == Mark::Synced {
        return Ok((Snapshot::of_row(row), Entries::default()));
    }
    let entries = entry::of_record(work.conn, &table.name, &row.id)?;
    let base = base::find(work.conn, &table.name, &row.id)?;
    Ok((base.unwrap_or_else(|| Snapshot::absent(row.created_at)), entries))
}

/// The server's side once the entry in flight has been taken.
pub(crate) fn expected(work: &Work<'_>, base: &Snapshot, entries: &Entries) -> Snapshot {
    match &entries.in_flight {
        Some(flying) => base.with(&flying.entry, &work.layout.device_name),
        None => base.clone(),
    }
}

/// Makes a change that was checked before. `old` is the record's row, if it has one.
pub(crate) fn make(
    work: &mut Work<'_>,
    table: &TableLayout,
    id: &RecordId,
    old: Option<&Row>,
    change: &Change,
    (cause, group): (&Cause, Option<&GroupId>),
) -> Result<()> {
    let before = old.cloned().unwrap_or_else(|| blank(id, work.at));
    let (base, entries) = match old {
        Some(row) => standing(work, table, row)?,
        None => (Snapshot::absent(work.at), Entries::default()),
    };
    let edited_at = stamp::of_edit(work.at, seen(work, table, old, (&base, &entries))?);
    let mut after = changed_row(work, &before, change, edited_at);
    note(work, table, &before, &after, change, cause)?;

    let tail = next_tail(work, table, id, (&base, &entries), change, (group, edited_at))?;
    after.mark = mark_of(entries.in_flight.is_some(), tail.as_ref().map(|tail| &tail.state));
    if before.mark == Mark::Synced {
        base::put(work.conn, &table.name, id, &base)?;
    }
    let place = entries.tail.as_ref().map(|tail| tail.seq);
    if let Some(place) = place {
        entry::remove(work.conn, place)?;
    }
    if let Some(tail) = &tail {
        entry::add(work.conn, tail, place)?;
    }
    match old {
        None => {
            if !work.insert(table, &after)? {
                return Err(Error::Exists);
            }
        }
        Some(old) => work.update(table, old, &after)?,
    }
    if before.mark == Mark::Conflict {
        meet::replan(work, table, id)
    } else if after.mark == Mark::Synced {
        meet::make_clean(work, table, id)
    } else {
        Ok(())
    }
}

/// The latest stamp of what a person has before them when they change a record: the row, what waits or is in flight, the
/// server's record below, and the one that it collided with. None for a new record.
pub(crate) fn seen(
    work: &Work<'_>,
    table: &TableLayout,
    row: Option<&Row>,
    (base, entries): (&Snapshot, &Entries),
) -> Result<Option<Millis>> {
    let collided = match row.filter(|row| row.mark == Mark::Conflict) {
        Some(row) => conflict::find(work.conn, &table.name, &row.id)?,
        None => None,
    };
    let below = [
        row.map(|row| row.changed_at),
        base.stamp(),
        collided.map(|found| found.theirs.changed_at),
    ];
    let pending = entries.all().map(|placed| placed.entry.edited_at);
    Ok(below.into_iter().flatten().chain(pending).max())
}

fn changed_row(work: &Work<'_>, before: &Row, change: &Change, edited_at: Millis) -> Row {
    let mut after = before.clone();
    match change {
        Change::Insert(whole) => {
            after.fields = whole.clone();
            after.deleted = false;
        }
        Change::Update(patch) => after.fields = apply(&before.fields, patch),
        Change::Delete => after.deleted = true,
    }
    after.updated_at = work.at;
    after.changed_at = edited_at;
    after.changed_by = String::new();
    after
}

/// Writes the history entry of a change.
fn note(
    work: &Work<'_>,
    table: &TableLayout,
    before: &Row,
    after: &Row,
    change: &Change,
    cause: &Cause,
) -> Result<()> {
    let (kind, was, is) = match change {
        Change::Insert(whole) => (OpKind::Insert, Patch::new(), whole.clone()),
        Change::Delete => (OpKind::Delete, before.fields.clone(), Patch::new()),
        Change::Update(patch) => {
            let of = |fields: &Fields| {
                let columns = patch.keys();
                columns
                    .map(|column| (column.clone(), value_of(fields, column).clone()))
                    .collect()
            };
            (OpKind::Update, of(&before.fields), of(&after.fields))
        }
    };
    let cause = cause.clone().made_at(after.changed_at);
    history::add(work, &table.name, &before.id, &cause, kind, (&was, &is))
}

/// The entry that waits after the change, if any.
fn next_tail(
    work: &Work<'_>,
    table: &TableLayout,
    id: &RecordId,
    (base, entries): (&Snapshot, &Entries),
    change: &Change,
    (group, edited_at): (Option<&GroupId>, Millis),
) -> Result<Option<Entry>> {
    let Some(Placed { entry: tail, .. }) = &entries.tail else {
        let (kind, fields) = match change {
            Change::Insert(whole) => (OpKind::Insert, whole.clone()),
            Change::Update(patch) => (OpKind::Update, patch.clone()),
            Change::Delete => (OpKind::Delete, Patch::new()),
        };
        let on_top = entries.in_flight.is_none();
        return Ok(Some(Entry {
            op_id: work.new_op(),
            group: group.cloned(),
            table: table.name.clone(),
            id: id.clone(),
            kind,
            base_version: base.version.clone().filter(|_| on_top),
            fields,
            state: EntryState::Waiting,
            attempts: 0,
            edited_at,
        }));
    };
    let in_conflict = tail.state == EntryState::Conflict;
    let compared = if in_conflict {
        meet::merge_base(work, table, id, base)?
    } else {
        expected(work, base, entries).values()
    };
    let (kind, fields) = match collapse(tail.kind, &tail.fields, &compared, change)? {
        // Deleted, and back again: where the server had seen nothing of it, that is an insert still.
        Collapsed::Entry {
            kind: OpKind::Update,
            fields,
        } if in_conflict && !base.is_there() => (OpKind::Insert, fields),
        Collapsed::Entry { kind, fields } => (kind, fields),
        // Both sides inserted it: what is deleted is theirs, too.
        Collapsed::Nothing if theirs_is_there(work, table, id, tail)? => (OpKind::Delete, Patch::new()),
        Collapsed::Nothing => return Ok(None),
    };
    let mut next = Entry {
        kind,
        fields,
        group: shared_group(work, tail.group.as_ref(), group)?,
        edited_at,
        ..tail.clone()
    };
    if matches!(tail.state, EntryState::Refused(_)) {
        next.state = EntryState::Waiting;
        next.op_id = work.new_op();
        next.attempts = 0;
    }
    Ok(Some(next))
}

/// Whether this is an insert in conflict with a record that the server has.
fn theirs_is_there(work: &Work<'_>, table: &TableLayout, id: &RecordId, tail: &Entry) -> Result<bool> {
    if tail.kind != OpKind::Insert || tail.state != EntryState::Conflict {
        return Ok(false);
    }
    let found = conflict::find(work.conn, &table.name, id)?;
    Ok(found.is_some_and(|found| !found.theirs.deleted))
}

fn shared_group(
    work: &Work<'_>,
    older: Option<&GroupId>,
    newer: Option<&GroupId>,
) -> Result<Option<GroupId>> {
    match (older, newer) {
        (Some(older), Some(newer)) if older != newer => {
            entry::join_groups(work.conn, older, newer)?;
            Ok(Some(newer.clone()))
        }
        (older, newer) => Ok(newer.or(older).cloned()),
    }
}
