//! What takes an action back: the opposite of each of its entries, as far as nobody has changed it since.
//!
//! A field goes back only where it still has the value that the action gave it; a record that the action made goes only
//! while nobody else has changed it. What is left alone is counted by field: what someone changed since, and what
//! belongs to a record, a column or a table that is gone.

use crate::edit::{Action, Edit, Run};
use crate::error::{Error, Result};
use crate::history::{self, HistoryEntry, Origin};
use crate::layout::TableLayout;
use crate::row::{self, Row};
use crate::settled;
use crate::story;
use crate::work::Work;
use landfall_core::id::GroupId;
use landfall_core::outbox::OpKind;
use landfall_core::record::{Patch, value_of};
use landfall_core::validate::Author;
use std::collections::BTreeSet;

/// What taking back did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TakenBack {
    /// Records that it changed.
    pub(crate) records: u32,
    /// Fields that it left alone.
    pub(crate) skipped: u32,
}

/// Whether anything of an action is known.
pub(crate) fn is_known(work: &Work<'_>, action: &GroupId) -> Result<bool> {
    Ok(!history::of_action(work.conn, action)?.is_empty() || !settled::of_action(work, action)?.is_empty())
}

/// Takes back what an action did, as the action `by`.
pub(crate) fn make(work: &mut Work<'_>, undone: &GroupId, by: &GroupId) -> Result<TakenBack> {
    let mut entries = story::folded(history::of_action(work.conn, undone)?, |_, _| true);
    let decisions = settled::of_action(work, undone)?;
    let decided = settled::take_back(work, &decisions, by)?;
    entries.retain(|entry| !entry.lost && !decided.done.contains(&(entry.table.clone(), entry.id.clone())));
    let mut records: BTreeSet<_> = entries
        .iter()
        .map(|entry| (entry.table.clone(), entry.id.clone()))
        .collect();
    records.extend(decided.edits.iter().map(Edit::record));
    let action = Action {
        id: by.clone(),
        origin: Origin::Undo,
        grouped: records.len() > 1,
        // Values that were there may come back, also in columns that people can't edit.
        author: Author::Import,
    };
    let mut run = Run::default();
    let mut skipped = 0;
    for edit in &decided.edits {
        run.make(work, &action, edit)?;
    }
    for entry in entries.iter().rev() {
        let (edit, left) = inverse(work, entry)?;
        skipped += left;
        if let Some(edit) = edit {
            run.make(work, &action, &edit)?;
        }
    }
    Ok(TakenBack {
        records: run.end(work)?.saturating_add(decided.restored),
        skipped: u32::try_from(skipped).unwrap_or(u32::MAX),
    })
}

/// The edit that takes an entry back, if there is anything left to take back, and how many fields it leaves alone.
fn inverse(work: &Work<'_>, entry: &HistoryEntry) -> Result<(Option<Edit>, usize)> {
    let (table, id) = (entry.table.clone(), entry.id.clone());
    let layout = match work.table(&table) {
        Ok(layout) => layout,
        Err(Error::UnknownTable(_)) => return Ok((None, fields_of(entry))),
        Err(other) => return Err(other),
    };
    let Some(row) = row::find(work.conn, &layout, &id)? else {
        // Its table was emptied since.
        return Ok((None, fields_of(entry)));
    };
    Ok(match (entry.kind, row.deleted) {
        (OpKind::Insert, true) | (OpKind::Delete, false) => (None, 0),
        (OpKind::Insert, false) => match changed_by_others(work, entry)? {
            0 => (Some(Edit::Delete { table, id }), 0),
            theirs => (None, theirs),
        },
        (OpKind::Delete, true) => {
            let fields = layout.known(&entry.before);
            let left = entry.before.len() - fields.len();
            (Some(Edit::Insert { table, id, fields }), left)
        }
        (OpKind::Update, true) => (None, fields_of(entry)),
        (OpKind::Update, false) => {
            let (patch, left) = still_so(&layout, &row, entry);
            let edit = (!patch.is_empty()).then_some(Edit::Update { table, id, patch });
            (edit, left)
        }
    })
}

fn fields_of(entry: &HistoryEntry) -> usize {
    entry.before.len().max(entry.after.len()).max(1)
}

/// The fields that still have the action's values, as they were before it; and how many have not.
fn still_so(table: &TableLayout, row: &Row, entry: &HistoryEntry) -> (Patch, usize) {
    let mut back = Patch::new();
    let mut left = 0;
    for (name, before) in &entry.before {
        let now = value_of(&row.fields, name);
        if table.column(name).is_none() {
            left += 1;
        } else if now == value_of(&entry.after, name) {
            back.insert(name.clone(), before.clone());
        } else if now != before {
            left += 1;
        }
    }
    (back, left)
}

/// How many fields of a record that an action made were changed elsewhere since.
fn changed_by_others(work: &Work<'_>, entry: &HistoryEntry) -> Result<usize> {
    let later = history::of_record(work.conn, &entry.table, &entry.id)?;
    let theirs = later.iter().filter(|later| {
        later.n > entry.n
            && later.kind == OpKind::Update
            && matches!(later.origin, Origin::Remote | Origin::Merge)
            && later.who != work.layout.device_name
            && !later.lost
    });
    let columns: BTreeSet<_> = theirs.flat_map(|later| later.after.keys()).collect();
    Ok(columns.len())
}
