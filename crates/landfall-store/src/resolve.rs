//! A person settles what waits for them: an ordinary change on top of theirs' version, or theirs as it is. What the
//! server refused is sent again, mended, or discarded. The action can be taken back (`settled`).

use crate::Store;
use crate::actions::Verb;
use crate::change::{self, standing};
use crate::check;
use crate::conflict::{self, StoredConflict};
use crate::edit::{Action, Done, Edit};
use crate::entry::Placed;
use crate::error::{Error, Result};
use crate::history::{self, Cause, Origin};
use crate::layout::TableLayout;
use crate::meet;
use crate::revert;
use crate::row::{self, Row};
use crate::settled::{self, Standing};
use crate::work::Work;
use landfall_core::id::{ColumnName, GroupId, OpId, RecordId, TableName};
use landfall_core::outbox::{Change, EntryState, OpKind};
use landfall_core::reconcile::{ConflictKind, Decision, Plan, settle};
use landfall_core::record::{Fields, Patch, diff, value_of};
use landfall_core::validate::Author;
use std::collections::BTreeSet;

impl Store {
    /// Settles what waits of a record, as it stands. Values that lose are in history, and the action can be undone.
    ///
    /// # Errors
    /// As [`Store::resolve_seen`], but for the revision.
    pub fn resolve(&self, table: &TableName, id: &RecordId, decision: &Decision) -> Result<Done> {
        let (table, id, decision) = (table.clone(), id.clone(), decision.clone());
        self.act(Verb::Resolve, move |work, action| {
            one(work, action, (&table, &id), None, &decision)
        })
    }

    /// Settles what waits of a record, if it is still what the person has seen: [`crate::InboxDetail::revision`].
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing of it waits for a person (any more), [`Error::TheirsMoved`] when it has another
    /// revision by now or a column to decide has no value, [`Error::Invalid`] when the values do not fit the rules.
    pub fn resolve_seen(
        &self,
        table: &TableName,
        id: &RecordId,
        revision: &OpId,
        decision: &Decision,
    ) -> Result<Done> {
        let (table, id, revision, decision) = (table.clone(), id.clone(), revision.clone(), decision.clone());
        self.act(Verb::Resolve, move |work, action| {
            one(work, action, (&table, &id), Some(&revision), &decision)
        })
    }
}

fn one(
    work: &mut Work<'_>,
    action: &GroupId,
    (table, id): (&TableName, &RecordId),
    revision: Option<&OpId>,
    decision: &Decision,
) -> Result<u32> {
    let table = work.table(table)?;
    let row = row::find(work.conn, &table, id)?.ok_or(Error::NotFound)?;
    let (_, entries) = standing(work, &table, &row)?;
    let tail = entries.tail.ok_or(Error::NotFound)?;
    let waits = matches!(tail.entry.state, EntryState::Conflict | EntryState::Refused(_));
    if !waits {
        return Err(Error::NotFound);
    }
    if revision.is_some_and(|seen| *seen != tail.entry.op_id) {
        return Err(Error::TheirsMoved);
    }
    match conflict::find(work.conn, &table.name, id)? {
        Some(found) => conflicting(work, action, &table, &row, &found, decision),
        None => refused(work, action, &table, &row, tail, decision),
    }
}

/// Settles a conflict whole.
pub(crate) fn conflicting(
    work: &mut Work<'_>,
    action: &GroupId,
    table: &TableLayout,
    row: &Row,
    found: &StoredConflict,
    decision: &Decision,
) -> Result<u32> {
    let decision = checked(table, found, decision)?;
    let plan = settle(found.kind, &found.columns, &row.fields, &found.theirs, &decision);
    let before = Standing::of(work, table, row)?;
    if let Plan::Rebase { fields, kind, .. } = &plan {
        if *kind != OpKind::Delete {
            check_settled(work, table, &row.id, fields, &found.columns)?;
        }
        note_lost(work, table, &row.id, fields, &overruled(found), found)?;
    }
    let (base, entries) = standing(work, table, row)?;
    let cause = Cause::person(Origin::Conflict, action);
    let standing = (&base, &entries);
    meet::apply(work, table, row, standing, &found.theirs, plan, (&cause, false))?;
    // What waits may be another thing though the row shows the same.
    work.touch(&table.name, &row.id);
    settled::keep(work, action, table, &row.id, &before)?;
    match decision {
        Decision::KeepBoth(values) => Ok(1 + keep_mine_too(work, action, table, row, values)?),
        Decision::Mine | Decision::Theirs | Decision::Values(_) => Ok(1),
    }
}

/// The columns in which theirs may give way: those that collided, and for a deletion against an edit all that they
/// changed, before they deleted it or while it was deleted here.
fn overruled(found: &StoredConflict) -> Vec<ColumnName> {
    match found.kind {
        ConflictKind::Fields | ConflictKind::InsertedTwice => found.columns.clone(),
        ConflictKind::EditedHereDeletedThere | ConflictKind::DeletedHereEditedThere => {
            diff(&found.base, &found.theirs.fields).into_keys().collect()
        }
    }
}

/// The decision with its values in their columns' forms.
fn checked(table: &TableLayout, found: &StoredConflict, decision: &Decision) -> Result<Decision> {
    match decision {
        Decision::Values(values) => {
            if found.columns.iter().any(|column| !values.contains_key(column)) {
                return Err(Error::TheirsMoved);
            }
            Ok(Decision::Values(in_form(table, values)?))
        }
        Decision::KeepBoth(_) if found.kind == ConflictKind::DeletedHereEditedThere => Err(Error::NotFound),
        Decision::KeepBoth(values) => Ok(Decision::KeepBoth(in_form(table, values)?)),
        Decision::Mine | Decision::Theirs => Ok(decision.clone()),
    }
}

fn in_form(table: &TableLayout, values: &Patch) -> Result<Patch> {
    table
        .rules
        .check_patch(values, Author::Import)
        .map_err(Error::Invalid)
}

/// Mine as a record of its own. A unique value is theirs now: the new record has another one, or none.
fn keep_mine_too(
    work: &mut Work<'_>,
    action: &GroupId,
    table: &TableLayout,
    mine: &Row,
    values: Patch,
) -> Result<u32> {
    let mut fields = table.known(&mine.fields);
    for column in table.columns().iter().filter(|column| column.unique) {
        fields.remove(&column.name);
    }
    fields.extend(values);
    let action = Action {
        id: action.clone(),
        origin: Origin::Conflict,
        grouped: false,
        // The values were there; also in columns that people can't edit.
        author: Author::Import,
    };
    let insert = Edit::Insert {
        table: table.name.clone(),
        id: work.new_record(),
        fields,
    };
    crate::edit::run(work, &action, &[insert])
}

/// Settles what the server refused.
fn refused(
    work: &mut Work<'_>,
    action: &GroupId,
    table: &TableLayout,
    row: &Row,
    tail: Placed,
    decision: &Decision,
) -> Result<u32> {
    let before = Standing::of(work, table, row)?;
    match decision {
        Decision::Mine => revert::again(work, tail)?,
        Decision::Theirs => {
            revert::discard(work, &table.name, &row.id, action)?;
        }
        Decision::Values(values) => mend(work, action, table, row, tail, values)?,
        Decision::KeepBoth(_) => return Err(Error::NotFound),
    }
    work.touch(&table.name, &row.id);
    settled::keep(work, action, table, &row.id, &before)?;
    Ok(1)
}

/// The refused change, edited: it waits again.
fn mend(
    work: &mut Work<'_>,
    action: &GroupId,
    table: &TableLayout,
    row: &Row,
    tail: Placed,
    values: &Patch,
) -> Result<()> {
    let values = in_form(table, values)?;
    if row.deleted {
        return Err(Error::NotFound);
    }
    let mut changed = values.clone();
    changed.retain(|column, value| value_of(&row.fields, column) != value);
    let columns = values.keys().cloned().collect::<BTreeSet<_>>();
    if changed.is_empty() {
        return revert::again(work, tail);
    }
    let cause = Cause::person(Origin::Conflict, action);
    let change = Change::Update(changed);
    change::make(work, table, &row.id, Some(row), &change, (&cause, None))?;
    let now = row::find(work.conn, table, &row.id)?.ok_or(Error::NotFound)?;
    let errors = check::neighbours(work.conn, &work.layout, table, &row.id, &now.fields, &columns)?;
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

/// Whether what would be kept in these columns fits the rules that need other records.
pub(crate) fn check_settled(
    work: &Work<'_>,
    table: &TableLayout,
    id: &RecordId,
    fields: &Fields,
    columns: &[ColumnName],
) -> Result<()> {
    let columns = columns.iter().cloned().collect();
    let errors = check::neighbours(work.conn, &work.layout, table, id, fields, &columns)?;
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

/// Values of theirs that the decision leaves behind. They are no part of the action: the row never showed them.
pub(crate) fn note_lost(
    work: &Work<'_>,
    table: &TableLayout,
    id: &RecordId,
    settled: &Fields,
    columns: &[ColumnName],
    found: &StoredConflict,
) -> Result<()> {
    let theirs = &found.theirs.fields;
    let lost = columns
        .iter()
        .filter(|column| value_of(theirs, column) != value_of(settled, column));
    let (mut before, mut after) = (Patch::new(), Patch::new());
    for column in lost {
        before.insert(column.clone(), value_of(theirs, column).clone());
        after.insert(column.clone(), value_of(settled, column).clone());
    }
    if before.is_empty() {
        return Ok(());
    }
    let cause = Cause::lost(Origin::Conflict, &found.theirs.changed_by);
    history::add(work, &table.name, id, &cause, OpKind::Update, (&before, &after))
}
