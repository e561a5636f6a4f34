//! How a record stands before and after a person settles its conflict (or what the server refused), kept with the
//! action: while nothing has happened since, taking the action back restores exactly that, the question included.
//! Once it was sent, or theirs moved on, taking back is an ordinary new change.
//!
//! What restoring did is kept in the same way, so that taking *that* back (redo) settles it again.

use crate::base::{self, Snapshot};
use crate::change::{mark_of, standing};
use crate::conflict::{self, StoredConflict};
use crate::edit::Edit;
use crate::entry::{self, json};
use crate::error::{Error, Result, stored};
use crate::history::{self, Cause, Origin};
use crate::layout::TableLayout;
use crate::meet;
use crate::row::{self, Row};
use crate::work::Work;
use landfall_core::id::{GroupId, Millis, RecordId, TableName, Version};
use landfall_core::outbox::{Entry, OpKind};
use landfall_core::reconcile::ConflictKind;
use landfall_core::record::{Fields, Patch, diff, value_of};
use rusqlite::params;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// All that a person's decision touches of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Standing {
    /// The newest that is known of the server's record: when it moves on, the decision can't be taken back exactly.
    version: Option<Version>,
    created_at: Millis,
    updated_at: Millis,
    changed_by: String,
    changed_at: Millis,
    deleted: bool,
    fields: Fields,
    base: Option<Snapshot>,
    /// The entry that is not in flight, and its place in the outbox.
    tail: Option<(i64, Entry)>,
    in_flight: bool,
    conflict: Option<StoredConflict>,
}

impl Standing {
    pub(crate) fn of(work: &Work<'_>, table: &TableLayout, row: &Row) -> Result<Self> {
        let (_, entries) = standing(work, table, row)?;
        Ok(Self {
            version: row.version.clone(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            changed_by: row.changed_by.clone(),
            changed_at: row.changed_at,
            deleted: row.deleted,
            fields: row.fields.clone(),
            base: base::find(work.conn, &table.name, &row.id)?,
            tail: entries.tail.map(|tail| (tail.seq, tail.entry)),
            in_flight: entries.in_flight.is_some(),
            conflict: conflict::find(work.conn, &table.name, &row.id)?,
        })
    }
}

/// One record of an action that settled something.
pub(crate) struct Settled {
    table: TableName,
    id: RecordId,
    before: Standing,
    after: Standing,
}

/// Keeps how a record stood before the action and stands now.
pub(crate) fn keep(
    work: &Work<'_>,
    action: &GroupId,
    table: &TableLayout,
    id: &RecordId,
    before: &Standing,
) -> Result<()> {
    let row = row::find(work.conn, table, id)?.ok_or(Error::NotFound)?;
    let after = Standing::of(work, table, &row)?;
    work.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO lf_settled (action, tbl, id, before, after) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            action.as_str(),
            table.name.as_str(),
            id.as_str(),
            json(before, "decision")?,
            json(&after, "decision")?
        ])?;
    Ok(())
}

/// What an action settled. Records of tables that the schema has dropped are left out.
pub(crate) fn of_action(work: &Work<'_>, action: &GroupId) -> Result<Vec<Settled>> {
    let mut statement = work
        .conn
        .prepare_cached("SELECT tbl, id, before, after FROM lf_settled WHERE action = ?1 ORDER BY tbl, id")?;
    let mut rows = statement.query([action.as_str()])?;
    let mut settled = Vec::new();
    while let Some(sql) = rows.next()? {
        let text = |n| sql.get::<_, String>(n);
        let table = TableName::new(text(0)?).map_err(stored("table name"))?;
        if work.table(&table).is_err() {
            continue;
        }
        settled.push(Settled {
            table,
            id: RecordId::new(text(1)?).map_err(stored("record id"))?,
            before: serde_json::from_str(&text(2)?).map_err(stored("decision"))?,
            after: serde_json::from_str(&text(3)?).map_err(stored("decision"))?,
        });
    }
    Ok(settled)
}

/// What is left to do for an action's decisions to be taken back.
#[derive(Default)]
pub(crate) struct Undecided {
    /// How many records stand again as they did before.
    pub(crate) restored: u32,
    /// Records of which the action's history entries have nothing more to say.
    pub(crate) done: BTreeSet<(TableName, RecordId)>,
    /// Ordinary changes, to be made by who takes the action back.
    pub(crate) edits: Vec<Edit>,
}

/// Takes the decisions of an action back, as part of the action `by`: exactly where nothing has happened since.
pub(crate) fn take_back(work: &mut Work<'_>, decisions: &[Settled], by: &GroupId) -> Result<Undecided> {
    let mut undecided = Undecided::default();
    for settled in decisions {
        let record = (settled.table.clone(), settled.id.clone());
        if restore(work, settled, by)? {
            undecided.restored += 1;
            undecided.done.insert(record);
        } else if let Some(edit) = given_back(work, settled)? {
            if !matches!(edit, Edit::Update { .. }) {
                undecided.done.insert(record);
            }
            undecided.edits.push(edit);
        }
    }
    Ok(undecided)
}

/// Restores how the record stood before, as part of the action `action`; false when something has happened since.
fn restore(work: &mut Work<'_>, settled: &Settled, action: &GroupId) -> Result<bool> {
    let table = work.table(&settled.table)?;
    let Some(row) = row::find(work.conn, &table, &settled.id)? else {
        return Ok(false);
    };
    let now = Standing::of(work, &table, &row)?;
    if now != settled.after || now.in_flight {
        return Ok(false);
    }
    let before = settled.before.clone();
    meet::forget_pending(work, &table, &settled.id)?;
    if let Some(base) = &before.base {
        base::put(work.conn, &table.name, &settled.id, base)?;
    }
    if let Some((place, entry)) = &before.tail {
        entry::add(work.conn, entry, Some(*place))?;
    }
    if let Some(found) = &before.conflict {
        conflict::put(work.conn, &table.name, &settled.id, found)?;
    }
    let back = Row {
        created_at: before.created_at,
        updated_at: before.updated_at,
        changed_by: before.changed_by,
        changed_at: before.changed_at,
        deleted: before.deleted,
        mark: mark_of(false, before.tail.as_ref().map(|(_, entry)| &entry.state)),
        fields: before.fields,
        ..row.clone()
    };
    note(work, &table, &row, &back, action)?;
    work.update(&table, &row, &back)?;
    // An entry may have changed where the row did not.
    work.touch(&table.name, &settled.id);
    keep(work, action, &table, &settled.id, &now)?;
    Ok(true)
}

fn note(work: &Work<'_>, table: &TableLayout, old: &Row, new: &Row, action: &GroupId) -> Result<()> {
    let cause = Cause::person(Origin::Undo, action);
    let add = |kind, before: &Patch, after: &Patch| {
        history::add(work, &table.name, &old.id, &cause, kind, (before, after))
    };
    match (old.deleted, new.deleted) {
        (true, false) => add(OpKind::Insert, &Patch::new(), &new.fields),
        (false, true) => add(OpKind::Delete, &old.fields, &Patch::new()),
        _ => {
            let (before, after) = (diff(&new.fields, &old.fields), diff(&old.fields, &new.fields));
            if after.is_empty() {
                return Ok(());
            }
            add(OpKind::Update, &before, &after)
        }
    }
}

/// What is still to be taken back by an ordinary change, beside what the action's history entries say: where the person
/// kept mine, the device went on showing the same, and only the shared record changed. It gets theirs back, where it
/// still has mine.
fn given_back(work: &Work<'_>, settled: &Settled) -> Result<Option<Edit>> {
    let Some(found) = &settled.before.conflict else {
        return Ok(None);
    };
    let (table, id) = (settled.table.clone(), settled.id.clone());
    let layout = work.table(&table)?;
    let Some(row) = row::find(work.conn, &layout, &id)? else {
        return Ok(None);
    };
    let (before, after) = (&settled.before, &settled.after);
    let same = before.deleted == after.deleted && row.deleted == after.deleted;
    Ok(match found.kind {
        _ if !same => None,
        ConflictKind::EditedHereDeletedThere if !row.deleted && row.fields == after.fields => {
            Some(Edit::Delete { table, id })
        }
        ConflictKind::DeletedHereEditedThere if row.deleted => {
            let fields = layout.known(&found.theirs.fields);
            Some(Edit::Insert { table, id, fields })
        }
        ConflictKind::Fields | ConflictKind::InsertedTwice if !row.deleted => {
            let still = after.conflict.iter().flat_map(|conflict| &conflict.columns);
            let open: Vec<_> = still.collect();
            let kept = found.columns.iter().filter(|column| {
                let mine = value_of(&after.fields, column);
                !open.contains(column)
                    && layout.column(column).is_some()
                    && mine == value_of(&before.fields, column)
                    && mine == value_of(&row.fields, column)
                    && mine != value_of(&found.theirs.fields, column)
            });
            let patch: Patch = kept
                .map(|column| (column.clone(), value_of(&found.theirs.fields, column).clone()))
                .collect();
            (!patch.is_empty()).then_some(Edit::Update { table, id, patch })
        }
        _ => None,
    })
}
