//! The server's record meets the device's side (step 10 of the data's way): the plans of `landfall_core::reconcile`
//! are applied here, to row, outbox, base, conflicts and history.

use crate::arrivals::{self, Arrival};
use crate::base::{self, Snapshot};
use crate::change::{blank, mark_of, seen, standing};
use crate::conflict::{self, StoredConflict};
use crate::entry::{self, Entries};
use crate::error::{Error, Result};
use crate::held;
use crate::history::{self, Cause, Origin};
use crate::layout::TableLayout;
use crate::merged;
use crate::row::{self, Mark, Row};
use crate::work::Work;
use landfall_core::id::{ColumnName, Millis, RecordId};
use landfall_core::merge::Decided;
use landfall_core::outbox::{Entry, EntryState, OpKind};
use landfall_core::reconcile::{ConflictKind, Mine, Plan, reconcile};
use landfall_core::record::{Fields, Patch, Record, apply as laid_over, diff, value_of};
use landfall_core::stamp;
use rusqlite::params;
use std::collections::BTreeMap;

/// What became of a record from the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Met {
    /// It was known already.
    Known,
    /// The server's record stands.
    Taken,
    /// A change of it is in flight: it waits for the answer.
    Held,
    /// A change of this device stands on top of it now.
    Merged,
    /// A person must decide.
    Conflict,
}

/// The pending change of a record, derived from what it shows and what it stands on; none when they are equal.
pub(crate) fn pending(base: &Snapshot, row: &Row) -> Option<(OpKind, Patch)> {
    match (base.is_there(), row.deleted) {
        (false, true) => None,
        (true, true) => Some((OpKind::Delete, Patch::new())),
        (false, false) => Some((OpKind::Insert, row.fields.clone())),
        (true, false) => {
            let patch = diff(&base.fields, &row.fields);
            (!patch.is_empty()).then_some((OpKind::Update, patch))
        }
    }
}

/// A record comes from the server. `theirs` has its columns' forms.
pub(crate) fn arrive(
    work: &mut Work<'_>,
    table: &TableLayout,
    theirs: &Record,
    arrival: Arrival,
) -> Result<Met> {
    let Some(old) = row::find(work.conn, table, &theirs.id)? else {
        insert_theirs(work, table, theirs, arrival)?;
        return Ok(Met::Taken);
    };
    let known_before = arrival.unordered.then(|| arrivals::as_known(&old, theirs));
    let theirs = known_before.as_ref().unwrap_or(theirs);
    let unseen = arrival.generation.is_some_and(|now| old.generation != now);
    let same = old.version.as_ref() == Some(&theirs.version) && old.live != theirs.deleted;
    let news = if unseen || arrival.unordered {
        arrivals::is_news(&old, theirs)
    } else {
        theirs.seq > old.seq
    };
    if !news {
        if let Some(generation) = arrival.generation.filter(|_| unseen) {
            let sql = format!(
                "UPDATE {} SET \"_generation\" = ?2, seq = ?3 WHERE row = ?1",
                table.sql
            );
            work.conn.prepare_cached(&sql)?.execute(params![
                old.row,
                generation,
                row::seq_number(theirs.seq)
            ])?;
        }
        let unseen = theirs.deleted && !diff(&old.fields, &theirs.fields).is_empty();
        if same && old.mark == Mark::Synced && unseen {
            // Deleted on both sides: what they changed before is in their tombstone, and never was here.
            let (was, is) = (
                diff(&theirs.fields, &old.fields),
                diff(&old.fields, &theirs.fields),
            );
            let cause = Cause::server(Origin::Remote, &theirs.changed_by);
            history::add(work, &table.name, &old.id, &cause, OpKind::Update, (&was, &is))?;
        }
        if same && old.mark == Mark::Synced && (unseen || old.created_at != theirs.created_at) {
            // The server had forgotten its tombstone when this device brought it back: it was made anew there, and an
            // answer does not say when.
            let mut made_anew = knowing(&old, theirs);
            made_anew.created_at = theirs.created_at;
            if unseen {
                made_anew.fields = theirs.fields.clone();
            }
            made_anew.changed_at = theirs.changed_at;
            made_anew.generation = arrival.generation.unwrap_or(old.generation);
            work.update(table, &old, &made_anew)?;
        }
        return Ok(Met::Known);
    }
    let mut known = knowing(&old, theirs);
    known.generation = arrival.generation.unwrap_or(old.generation);
    work.update(table, &old, &known)?;
    let (base, entries) = standing(work, table, &known)?;
    if entries.in_flight.is_some() {
        held::put(work.conn, &table.name, theirs)?;
        return Ok(Met::Held);
    }
    meet(work, table, &known, (&base, &entries), theirs, arrival.news)
}

/// Inserts a record that this device has never had; false when it has.
pub(crate) fn insert_theirs(
    work: &mut Work<'_>,
    table: &TableLayout,
    theirs: &Record,
    arrival: Arrival,
) -> Result<bool> {
    let mut new = Row {
        version: Some(theirs.version.clone()),
        seq: theirs.seq,
        created_at: theirs.created_at,
        updated_at: theirs.updated_at,
        changed_by: theirs.changed_by.clone(),
        changed_at: theirs.changed_at,
        deleted: theirs.deleted,
        live: !theirs.deleted,
        generation: arrival.generation.unwrap_or(0),
        fields: theirs.fields.clone(),
        ..blank(&theirs.id, work.at)
    };
    if arrival.news && !theirs.deleted && theirs.changed_by != work.layout.device_name {
        new.others_at = Millis(theirs.changed_at.0.max(1));
        new.others_by = theirs.changed_by.clone();
    }
    work.insert(table, &new)
}

/// The row with what is known of the server's newest record.
fn knowing(row: &Row, theirs: &Record) -> Row {
    let mut known = row.clone();
    known.version = Some(theirs.version.clone());
    known.seq = theirs.seq;
    known.live = !theirs.deleted;
    known
}

/// The stamp of the person's last edit of what waits.
fn edited_at(entries: &Entries, row: &Row) -> Millis {
    let edited = entries.all().map(|placed| placed.entry.edited_at);
    edited.max().unwrap_or(row.changed_at)
}

/// Plans for a record of which nothing is in flight, and applies the plan.
pub(crate) fn meet(
    work: &mut Work<'_>,
    table: &TableLayout,
    row: &Row,
    (base, entries): (&Snapshot, &Entries),
    theirs: &Record,
    news: bool,
) -> Result<Met> {
    note_moved(work, table, row, theirs)?;
    let waits = entries.tail.is_some() || entries.in_flight.is_some();
    let plan = match pending_kind(base, entries, row) {
        Some(pending) if waits => {
            let mine = Mine {
                base: match pending {
                    OpKind::Delete => base.values(),
                    OpKind::Insert | OpKind::Update => merge_base(work, table, &row.id, base)?,
                },
                fields: row.fields.clone(),
                pending,
                edited_at: edited_at(entries, row),
            };
            reconcile(&table.rules, &mine, theirs)
        }
        _ => Plan::take_theirs(),
    };
    let cause = if waits {
        Cause::merge(theirs)
    } else {
        Cause::record(theirs)
    };
    apply(work, table, row, (base, entries), theirs, plan, (&cause, news))
}

/// Theirs moves on while a person decides: the values that it had, and that this device did not show, go into history.
fn note_moved(work: &Work<'_>, table: &TableLayout, row: &Row, theirs: &Record) -> Result<()> {
    let Some(found) = conflict::find(work.conn, &table.name, &row.id)? else {
        return Ok(());
    };
    let (old, new) = (&found.theirs.fields, &theirs.fields);
    let mut before = diff(new, old);
    before.retain(|column, value| !value.is_null() && value_of(&row.fields, column) != value);
    if before.is_empty() {
        return Ok(());
    }
    let is = |column: &ColumnName| (column.clone(), value_of(new, column).clone());
    let after = before.keys().map(is).collect();
    let cause = Cause::server(Origin::Remote, &theirs.changed_by);
    let moved = (&before, &after);
    history::add(work, &table.name, &row.id, &cause, OpKind::Update, moved)
}

/// What kind of change is pending. A record that both sides inserted and this device then deleted has no base, and its
/// deletion is a change all the same: of theirs.
fn pending_kind(base: &Snapshot, entries: &Entries, row: &Row) -> Option<OpKind> {
    let deletes = |entry: &Entry| entry.state == EntryState::Conflict && entry.kind == OpKind::Delete;
    match pending(base, row) {
        Some((kind, _)) => Some(kind),
        None => entries
            .tail
            .as_ref()
            .filter(|tail| row.deleted && deletes(&tail.entry))
            .map(|tail| tail.entry.kind),
    }
}

/// What a merge compares with. A record in conflict shows theirs already where it did not collide: there both sides last
/// had theirs. So what others change next is not taken for this person's edit, and what the person edits after having
/// seen theirs does not collide with it. The same holds for columns that the person has settled while others are still
/// to be decided.
pub(crate) fn merge_base(
    work: &Work<'_>,
    table: &TableLayout,
    id: &RecordId,
    base: &Snapshot,
) -> Result<Fields> {
    let Some(found) = conflict::find(work.conn, &table.name, id)? else {
        return Ok(base.values());
    };
    match found.kind {
        ConflictKind::Fields => {
            let collided: Patch = found
                .columns
                .iter()
                .map(|column| (column.clone(), value_of(&base.fields, column).clone()))
                .collect();
            Ok(laid_over(&found.theirs.fields, &collided))
        }
        ConflictKind::InsertedTwice => {
            let mut known = BTreeMap::new();
            let in_schema = table.columns().iter().map(|column| &column.name);
            for column in in_schema
                .chain(found.theirs.fields.keys())
                .chain(found.mine.keys())
            {
                if !found.columns.contains(column) {
                    known.insert(column.clone(), value_of(&found.theirs.fields, column).clone());
                }
            }
            Ok(known)
        }
        ConflictKind::EditedHereDeletedThere | ConflictKind::DeletedHereEditedThere => Ok(base.values()),
    }
}

/// Applies a plan to a record of which nothing is in flight any more.
pub(crate) fn apply(
    work: &mut Work<'_>,
    table: &TableLayout,
    row: &Row,
    (base, entries): (&Snapshot, &Entries),
    theirs: &Record,
    plan: Plan,
    (cause, news): (&Cause, bool),
) -> Result<Met> {
    match plan {
        Plan::TakeTheirs { decided } => {
            merged::note(
                work,
                table,
                row,
                theirs,
                (&theirs.fields, theirs.deleted),
                &decided,
                cause,
            )?;
            take(work, table, row, theirs, (cause, news))?;
            Ok(Met::Taken)
        }
        Plan::Rebase {
            fields,
            kind,
            patch,
            decided,
            ..
        } => {
            name_lost(work, table, theirs, &decided, &fields)?;
            let gone = kind == OpKind::Delete;
            merged::note(work, table, row, theirs, (&fields, gone), &decided, cause)?;
            rebase(
                work,
                table,
                row,
                (base, entries),
                theirs,
                (fields, kind, patch),
                (cause, news),
            )?;
            Ok(Met::Merged)
        }
        Plan::Conflict {
            kind,
            columns,
            fields,
            decided,
        } => {
            name_lost(work, table, theirs, &decided, &fields)?;
            merged::note(work, table, row, theirs, (&fields, row.deleted), &decided, cause)?;
            let found = StoredConflict {
                kind,
                columns,
                base: base.fields.clone(),
                mine: fields,
                theirs: theirs.clone(),
                decided,
                at: work.at,
            };
            collide(work, table, row, (base, entries), found, (cause, news))?;
            Ok(Met::Conflict)
        }
    }
}

/// Writes the values of theirs that a rule did not let stand into history. (Mine, where theirs stand, is what the
/// merge's own entry has as *before*.)
fn name_lost(
    work: &Work<'_>,
    table: &TableLayout,
    theirs: &Record,
    decided: &[Decided],
    merged: &Fields,
) -> Result<()> {
    let lost = decided
        .iter()
        .filter(|one| value_of(merged, &one.column) != &one.theirs);
    let (before, after): (Patch, Patch) = lost
        .map(|one| {
            let stands = value_of(merged, &one.column).clone();
            (
                (one.column.clone(), one.theirs.clone()),
                (one.column.clone(), stands),
            )
        })
        .unzip();
    if before.is_empty() {
        return Ok(());
    }
    let cause = Cause::lost(Origin::Merge, &theirs.changed_by);
    history::add(
        work,
        &table.name,
        &theirs.id,
        &cause,
        OpKind::Update,
        (&before, &after),
    )
}

fn take(
    work: &mut Work<'_>,
    table: &TableLayout,
    row: &Row,
    theirs: &Record,
    (cause, news): (&Cause, bool),
) -> Result<()> {
    forget_pending(work, table, &row.id)?;
    let mut new = Snapshot::of_record(theirs).shown_in(row);
    new.mark = Mark::Synced;
    show(work, table, row, new, theirs, (cause, news))?;
    history::closed(work.conn, &table.name, &row.id, None)
}

fn rebase(
    work: &mut Work<'_>,
    table: &TableLayout,
    row: &Row,
    (base, entries): (&Snapshot, &Entries),
    theirs: &Record,
    (fields, kind, patch): (Fields, OpKind, Patch),
    (cause, news): (&Cause, bool),
) -> Result<()> {
    let (place, mut entry) = merged_entry(work, table, row, entries);
    let by_person = cause.action.is_some();
    let mut new = row.clone();
    if by_person {
        // A decision is an edit that was made on both sides. A merge that nobody was asked about is none: the entry keeps
        // the stamp of its edit.
        let seen = seen(work, table, Some(row), (base, entries))?.max(Some(theirs.changed_at));
        entry.edited_at = stamp::of_edit(work.at, seen);
        new.changed_at = entry.edited_at;
        new.updated_at = work.at;
        new.changed_by = String::new();
    }
    forget_pending(work, table, &row.id)?;
    base::put(work.conn, &table.name, &row.id, &Snapshot::of_record(theirs))?;
    entry.kind = kind;
    entry.fields = patch;
    entry.base_version = Some(theirs.version.clone());
    // What the server refused stays refused until a person acts: the reason may still stand.
    entry.state = match entries.tail.as_ref().map(|tail| &tail.entry.state) {
        Some(EntryState::Refused(refusal)) if !by_person => EntryState::Refused(refusal.clone()),
        _ => EntryState::Waiting,
    };
    entry::add(work.conn, &entry, place)?;
    new.deleted = kind == OpKind::Delete;
    new.fields = fields;
    new.mark = mark_of(false, Some(&entry.state));
    show(work, table, row, new, theirs, (cause, news))
}

fn collide(
    work: &mut Work<'_>,
    table: &TableLayout,
    row: &Row,
    (base, entries): (&Snapshot, &Entries),
    found: StoredConflict,
    (cause, news): (&Cause, bool),
) -> Result<()> {
    let (place, mut entry) = merged_entry(work, table, row, entries);
    let mine = match &entries.tail {
        // Its fields are what the person changed; the row may show some of theirs already.
        Some(tail) if tail.entry.state == EntryState::Conflict => {
            Some((tail.entry.kind, tail.entry.fields.clone()))
        }
        _ => pending(base, row),
    };
    if let Some((kind, fields)) = mine {
        entry.kind = kind;
        entry.fields = fields;
    }
    entry.base_version = base.version.clone();
    entry.state = EntryState::Conflict;
    for placed in entries.all() {
        entry::remove(work.conn, placed.seq)?;
    }
    entry::add(work.conn, &entry, place)?;
    let mut found = found;
    if let Some(before) = conflict::find(work.conn, &table.name, &row.id)? {
        // How long a person has had it stays what it was when theirs moves on, and so does what rules decided before.
        found.at = before.at;
        for one in before.decided {
            let column = &one.column;
            let anew =
                found.columns.contains(column) || found.decided.iter().any(|new| new.column == *column);
            if !anew && value_of(&found.mine, column) == value_of(&before.mine, column) {
                found.decided.push(one);
            }
        }
    }
    let mut new = row.clone();
    new.fields = found.mine.clone();
    new.mark = Mark::Conflict;
    let theirs = found.theirs.clone();
    conflict::put(work.conn, &table.name, &row.id, &found)?;
    show(work, table, row, new, &theirs, (cause, news))
}

/// One entry in the place of a record's entries, under a new op id: the old ones were not applied.
pub(crate) fn merged_entry(
    work: &Work<'_>,
    table: &TableLayout,
    row: &Row,
    entries: &Entries,
) -> (Option<i64>, Entry) {
    let place = entries.all().map(|placed| placed.seq).min();
    let group = entries.all().rev().find_map(|placed| placed.entry.group.clone());
    let entry = Entry {
        op_id: work.new_op(),
        group,
        table: table.name.clone(),
        id: row.id.clone(),
        kind: OpKind::Update,
        base_version: None,
        fields: Patch::new(),
        state: EntryState::Waiting,
        attempts: 0,
        edited_at: edited_at(entries, row),
    };
    (place, entry)
}

/// Writes the row with its history entry, and notes what others changed.
fn show(
    work: &mut Work<'_>,
    table: &TableLayout,
    old: &Row,
    mut new: Row,
    theirs: &Record,
    (cause, news): (&Cause, bool),
) -> Result<()> {
    let patch = diff(&old.fields, &new.fields);
    if old.deleted != new.deleted || !patch.is_empty() {
        let kind = match (old.deleted, new.deleted) {
            (true, false) => OpKind::Insert,
            (false, true) => OpKind::Delete,
            _ => OpKind::Update,
        };
        let of = |fields: &Fields| -> Patch {
            let columns = patch.keys();
            columns
                .map(|column| (column.clone(), value_of(fields, column).clone()))
                .collect()
        };
        let (before, after) = match kind {
            OpKind::Insert => (Patch::new(), new.fields.clone()),
            OpKind::Update => (of(&old.fields), of(&new.fields)),
            OpKind::Delete => (old.fields.clone(), Patch::new()),
        };
        let unseen = diff(&old.fields, &theirs.fields);
        if kind == OpKind::Delete && theirs.deleted && !unseen.is_empty() {
            // They changed it before they deleted it, and this device never showed that.
            let was = unseen
                .keys()
                .map(|column| (column.clone(), value_of(&old.fields, column).clone()));
            let by_them = Cause::server(cause.origin, &theirs.changed_by);
            let changed = (&was.collect(), &unseen);
            history::add(work, &table.name, &old.id, &by_them, OpKind::Update, changed)?;
        }
        history::add(work, &table.name, &old.id, cause, kind, (&before, &after))?;
        let by_others = news && cause.action.is_none() && theirs.changed_by != work.layout.device_name;
        if by_others {
            new.others_at = Millis(theirs.changed_at.0.max(1));
            new.others_by = theirs.changed_by.clone();
            note_others(work, table, theirs, &patch)?;
        }
    }
    work.update(table, old, &new)
}

fn note_others(work: &Work<'_>, table: &TableLayout, theirs: &Record, patch: &Patch) -> Result<()> {
    let mut statement = work.conn.prepare_cached(
        "INSERT OR REPLACE INTO lf_others (tbl, id, col, who, at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for column in patch.keys() {
        statement.execute(params![
            table.name.as_str(),
            theirs.id.as_str(),
            column.as_str(),
            theirs.changed_by,
            theirs.changed_at.0
        ])?;
    }
    Ok(())
}

/// Removes every trace of pending changes of a record, but for its row.
pub(crate) fn forget_pending(work: &Work<'_>, table: &TableLayout, id: &RecordId) -> Result<()> {
    work.conn
        .prepare_cached("DELETE FROM lf_outbox WHERE tbl = ?1 AND id = ?2")?
        .execute([table.name.as_str(), id.as_str()])?;
    base::remove(work.conn, &table.name, id)?;
    conflict::remove(work.conn, &table.name, id)
}

/// Nothing is pending any more: the row shows what its base was, and the base goes.
pub(crate) fn make_clean(work: &mut Work<'_>, table: &TableLayout, id: &RecordId) -> Result<()> {
    let row = row::find(work.conn, table, id)?.ok_or(Error::NotFound)?;
    let base = base::find(work.conn, &table.name, id)?;
    forget_pending(work, table, id)?;
    history::closed(work.conn, &table.name, id, None)?;
    let Some(base) = base else {
        return Ok(());
    };
    let mut clean = base.shown_in(&row);
    clean.mark = Mark::Synced;
    work.update(table, &row, &clean)
}

/// A record in conflict was changed by its person: does it still collide with theirs?
pub(crate) fn replan(work: &mut Work<'_>, table: &TableLayout, id: &RecordId) -> Result<()> {
    let row = row::find(work.conn, table, id)?.ok_or(Error::NotFound)?;
    let found = conflict::find(work.conn, &table.name, id)?.ok_or(Error::NotFound)?;
    let entries = entry::of_record(work.conn, &table.name, id)?;
    let base = base::find(work.conn, &table.name, id)?;
    let base = base.unwrap_or_else(|| Snapshot::absent(row.created_at));
    if entries.tail.is_none() {
        let cause = Cause::merge(&found.theirs);
        return take(work, table, &row, &found.theirs, (&cause, false));
    }
    meet(work, table, &row, (&base, &entries), &found.theirs, false)?;
    Ok(())
}
