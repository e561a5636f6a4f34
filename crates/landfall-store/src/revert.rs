//! Discarding changes that wait: back to the server's record. Nothing is lost: it is in history, and can be undone.

use crate::actions::Verb;
use crate::base::Snapshot;
use crate::change::{expected, mark_of, standing};
use crate::conflict;
use crate::edit::Done;
use crate::entry::{self, Entries, Placed, REFUSED};
use crate::error::{Error, Result};
use crate::history::{self, Cause, Origin};
use crate::inbox::PARENT_MISSING;
use crate::layout::TableLayout;
use crate::meet;
use crate::row::{self, Row};
use crate::settled::{self, Standing};
use crate::work::Work;
use crate::{Changed, Store};
use landfall_core::id::{GroupId, OpId, RecordId, TableName};
use landfall_core::outbox::{Entry, EntryState, OpKind};
use landfall_core::reconcile::Plan;
use landfall_core::record::{Fields, Patch, diff, value_of};
use landfall_core::schema::ColumnKind;
use landfall_core::stamp;

/// What discarding a change would bring back.
#[derive(Debug, Clone, PartialEq)]
pub struct DiscardPreview {
    /// Table.
    pub table: TableName,
    /// Record.
    pub id: RecordId,
    /// What happens to the record.
    pub effect: DiscardEffect,
    /// The fields that would change, as they are now.
    pub now: Patch,
    /// The same fields as they would be.
    pub after: Patch,
}

/// What happens to a record when a change of it is discarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiscardEffect {
    /// Its fields return to the server's values.
    FieldsReturn,
    /// A record that was made here, or that the server does not have any more, goes.
    RecordGoes,
    /// A record that was deleted here comes back.
    RecordReturns,
}

impl Store {
    /// Discards the changes of a record that wait, are refused or in conflict: back to the server's record, as far as
    /// this device knows it. What is in flight stays.
    ///
    /// # Errors
    /// [`Error::InFlight`] when all of it is in flight, [`Error::NotFound`] when nothing waits.
    pub fn revert(&self, table: &TableName, id: &RecordId) -> Result<Done> {
        let (table, id) = (table.clone(), id.clone());
        self.act(Verb::Revert, move |work, action| {
            discard(work, &table, &id, action)
        })
    }

    /// What discarding a change would bring back.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::InFlight`].
    pub fn discard_preview(&self, op: &OpId) -> Result<DiscardPreview> {
        let op = op.clone();
        // Reading needs what writing needs, so it is a write that writes nothing.
        let (preview, _) = self.write(move |work| {
            let placed = not_in_flight(work, &op)?;
            let table = work.table(&placed.entry.table)?;
            let id = placed.entry.id;
            let row = row::find(work.conn, &table, &id)?.ok_or(Error::NotFound)?;
            let (base, entries) = standing(work, &table, &row)?;
            let target = target(work, &table, &row, &base, &entries)?;
            let effect = match (row.deleted, target.is_there()) {
                (true, true) => DiscardEffect::RecordReturns,
                (false, false) => DiscardEffect::RecordGoes,
                _ => DiscardEffect::FieldsReturn,
            };
            let shown = target.shown_in(&row);
            let after = diff(&row.fields, &shown.fields);
            Ok(DiscardPreview {
                table: table.name.clone(),
                id,
                effect,
                now: values(&row.fields, &after),
                after,
            })
        })?;
        Ok(preview)
    }

    /// Discards a change: [`Store::revert`] of its record.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::InFlight`].
    pub fn discard(&self, op: &OpId) -> Result<Done> {
        let op = op.clone();
        self.act(Verb::Discard, move |work, action| {
            let placed = not_in_flight(work, &op)?;
            discard(work, &placed.entry.table, &placed.entry.id, action)
        })
    }

    /// A refused change waits again, under a new op id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not (any more) refused.
    pub fn retry(&self, op: &OpId) -> Result<Changed> {
        let op = op.clone();
        let ((), changed) = self.write(move |work| {
            let placed = entry::by_op(work.conn, &op)?.ok_or(Error::NotFound)?;
            match placed.entry.state {
                EntryState::Refused(_) => again(work, placed),
                _ => Err(Error::NotFound),
            }
        })?;
        Ok(changed)
    }

    /// All refused changes wait again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn retry_all(&self) -> Result<Changed> {
        let ((), changed) = self.write(|work| {
            for placed in entry::in_order(work.conn, Some(REFUSED))? {
                again(work, placed)?;
            }
            Ok(())
        })?;
        Ok(changed)
    }
}

/// Changes that were refused because a record they refer to was missing wait again where the server has it by now:
/// nothing is left for a person to mend.
pub(crate) fn retry_found(work: &mut Work<'_>) -> Result<()> {
    for placed in entry::in_order(work.conn, Some(REFUSED))? {
        if has_found_its_parents(work, &placed.entry)? {
            again(work, placed)?;
        }
    }
    Ok(())
}

/// Whether a change was refused for records that it refers to, and the server has them all by now.
fn has_found_its_parents(work: &Work<'_>, entry: &Entry) -> Result<bool> {
    let missed = matches!(&entry.state, EntryState::Refused(refusal) if refusal.code == PARENT_MISSING);
    let Ok(table) = work.table(&entry.table) else {
        return Ok(false);
    };
    if !missed {
        return Ok(false);
    }
    for (name, value) in &entry.fields {
        let kind = table.column(name).map(|column| &column.kind);
        if let (Some(ColumnKind::Reference { table }), Some(id)) = (kind, value.as_text()) {
            let sql = format!(
                "SELECT 1 FROM {} WHERE id = ?1 AND \"_live\" = 1",
                work.table(table)?.sql
            );
            if !work.conn.prepare_cached(&sql)?.exists([id])? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn not_in_flight(work: &Work<'_>, op: &OpId) -> Result<Placed> {
    let placed = entry::by_op(work.conn, op)?.ok_or(Error::NotFound)?;
    if placed.entry.state == EntryState::InFlight {
        return Err(Error::InFlight);
    }
    Ok(placed)
}

pub(crate) fn again(work: &mut Work<'_>, placed: Placed) -> Result<()> {
    let table = work.table(&placed.entry.table)?;
    let again = Entry {
        op_id: work.new_op(),
        state: EntryState::Waiting,
        attempts: 0,
        ..placed.entry
    };
    entry::replace(work.conn, placed.seq, &again)?;
    let old = row::find(work.conn, &table, &again.id)?.ok_or(Error::NotFound)?;
    let new = Row {
        mark: mark_of(false, Some(&again.state)),
        ..old.clone()
    };
    work.update(&table, &old, &new)
}

/// The server's record, as far as this device knows it: what a discard brings back.
fn target(
    work: &Work<'_>,
    table: &TableLayout,
    row: &Row,
    base: &Snapshot,
    entries: &Entries,
) -> Result<Snapshot> {
    Ok(match conflict::find(work.conn, &table.name, &row.id)? {
        Some(found) => Snapshot::of_record(&found.theirs),
        None => expected(work, base, entries),
    })
}

pub(crate) fn discard(
    work: &mut Work<'_>,
    table: &TableName,
    id: &RecordId,
    action: &GroupId,
) -> Result<u32> {
    let table = work.table(table)?;
    let row = row::find(work.conn, &table, id)?.ok_or(Error::NotFound)?;
    let (base, entries) = standing(work, &table, &row)?;
    let Some(tail) = &entries.tail else {
        return Err(if entries.in_flight.is_some() {
            Error::InFlight
        } else {
            Error::NotFound
        });
    };
    if let Some(found) = conflict::find(work.conn, &table.name, id)? {
        let before = Standing::of(work, &table, &row)?;
        let cause = Cause::person(Origin::Discard, action);
        let standing = (&base, &entries);
        meet::apply(
            work,
            &table,
            &row,
            standing,
            &found.theirs,
            Plan::take_theirs(),
            (&cause, false),
        )?;
        settled::keep(work, action, &table, id, &before)?;
        return Ok(1);
    }
    let target = expected(work, &base, &entries);
    note_discard(work, &table, &row, &target, action)?;
    let in_flight = entries.in_flight.as_ref().map(|flying| &flying.entry.op_id);
    history::closed(work.conn, &table.name, id, in_flight)?;
    entry::remove(work.conn, tail.seq)?;
    let mut back = target.shown_in(&row);
    if back.deleted && !target.present {
        // It goes to the trash now, and not when it was made.
        back.changed_at = stamp::of_edit(work.at, Some(row.changed_at));
    }
    back.mark = mark_of(entries.in_flight.is_some(), None);
    if entries.in_flight.is_none() {
        meet::forget_pending(work, &table, id)?;
    }
    work.update(&table, &row, &back)?;
    Ok(1)
}

/// Writes what a discard takes away into history.
pub(crate) fn note_discard(
    work: &Work<'_>,
    table: &TableLayout,
    row: &Row,
    target: &Snapshot,
    action: &GroupId,
) -> Result<()> {
    let none = Patch::new();
    let cause = Cause::person(Origin::Discard, action);
    let note = |kind, before: &Patch, after: &Patch| {
        history::add(work, &table.name, &row.id, &cause, kind, (before, after))
    };
    match (row.deleted, target.is_there()) {
        (true, true) => note(OpKind::Insert, &none, &target.fields),
        (false, false) => note(OpKind::Delete, &row.fields, &none),
        (false, true) => {
            let after = diff(&row.fields, &target.fields);
            note(OpKind::Update, &values(&row.fields, &after), &after)
        }
        (true, false) => Ok(()),
    }
}

/// The values of these columns.
fn values(fields: &Fields, of: &Patch) -> Patch {
    let columns = of.keys();
    columns
        .map(|column| (column.clone(), value_of(fields, column).clone()))
        .collect()
}
