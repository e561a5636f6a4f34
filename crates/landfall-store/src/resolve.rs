//! A person settles a conflict: an ordinary change on top of theirs' version, or theirs as it is.

use crate::Store;
use crate::change::standing;
use crate::check;
use crate::conflict::{self, StoredConflict};
use crate::edit::Done;
use crate::error::{Error, Result};
use crate::history::{self, Cause, Origin};
use crate::layout::TableLayout;
use crate::meet;
use crate::row;
use crate::work::Work;
use landfall_core::id::{RecordId, TableName};
use landfall_core::outbox::OpKind;
use landfall_core::reconcile::{Decision, Plan, settle};
use landfall_core::record::{Fields, Patch, value_of};
use landfall_core::validate::Author;

impl Store {
    /// Settles a conflict. Values that lose are in history, and the action can be undone.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record is not (any more) in conflict, [`Error::Invalid`] when the chosen values do
    /// not fit the rules.
    pub fn resolve(&self, table: &TableName, id: &RecordId, decision: &Decision) -> Result<Done> {
        let (table, id, decision) = (table.clone(), id.clone(), decision.clone());
        self.act(move |work, action| {
            let table = work.table(&table)?;
            let row = row::find(work.conn, &table, &id)?.ok_or(Error::NotFound)?;
            let found = conflict::find(work.conn, &table.name, &id)?.ok_or(Error::NotFound)?;
            let decision = checked(&table, decision)?;
            let plan = settle(found.kind, &found.columns, &row.fields, &found.theirs, &decision);
            if let Plan::Rebase { fields, kind, .. } = &plan {
                if *kind != OpKind::Delete {
                    check_settled(work, &table, &id, fields, &found)?;
                }
                note_lost(work, &table, &id, fields, &found)?;
            }
            let (base, entries) = standing(work, &table, &row)?;
            let cause = Cause::person(Origin::Conflict, action);
            let standing = (&base, &entries);
            meet::apply(work, &table, &row, standing, &found.theirs, plan, (&cause, false))?;
            Ok(1)
        })
    }
}

fn checked(table: &TableLayout, decision: Decision) -> Result<Decision> {
    let Decision::Values(values) = decision else {
        return Ok(decision);
    };
    let values = table
        .rules
        .check_patch(&values, Author::Import)
        .map_err(Error::Invalid)?;
    Ok(Decision::Values(values))
}

fn check_settled(
    work: &Work<'_>,
    table: &TableLayout,
    id: &RecordId,
    fields: &Fields,
    found: &StoredConflict,
) -> Result<()> {
    let columns = found.columns.iter().cloned().collect();
    let errors = check::neighbours(work.conn, &work.layout, table, id, fields, &columns)?;
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

/// Values of theirs that the decision leaves behind. They are no part of the action: the row never showed them.
fn note_lost(
    work: &Work<'_>,
    table: &TableLayout,
    id: &RecordId,
    settled: &Fields,
    found: &StoredConflict,
) -> Result<()> {
    let theirs = &found.theirs.fields;
    let lost = found
        .columns
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
    let cause = Cause::server(Origin::Conflict, &found.theirs.changed_by);
    history::add(work, &table.name, id, &cause, OpKind::Update, (&before, &after))
}
