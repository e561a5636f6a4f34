//! Many conflicts settled as one action, for one side: all of each, or one column (U50). Each record goes to the server
//! for itself: one whose theirs has moved on meanwhile does not hold the others back.

use crate::actions::{self, Verb};
use crate::change::standing;
use crate::conflict::{self, StoredConflict};
use crate::entry;
use crate::error::{Error, Result};
use crate::history::{self, Cause, Origin};
use crate::inbox;
use crate::layout::TableLayout;
use crate::resolve::{check_settled, conflicting, note_lost};
use crate::row::{self, Mark, Row};
use crate::settled::{self, Standing};
use crate::work::Work;
use crate::{Changed, Store};
use landfall_core::id::{ColumnName, GroupId, RecordId, TableName};
use landfall_core::outbox::{Entry, OpKind};
use landfall_core::reconcile::{ConflictKind, Decision, chosen};
use landfall_core::record::{diff, value_of};
use landfall_core::value::Value;

/// Most lines of [`ManySettled::sample`].
const SAMPLE: usize = 50;

/// Whose value is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptSide {
    /// This device's.
    Mine,
    /// The other side's.
    Theirs,
}

/// Which conflicts to settle, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Many {
    /// These records; none: all that wait.
    pub records: Option<Vec<(TableName, RecordId)>>,
    /// Only this column of each; none: all of it.
    pub column: Option<ColumnName>,
    /// Whose value is kept.
    pub side: KeptSide,
}

/// What settling many did, or would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ManySettled {
    /// The action, when something was settled.
    pub action: Option<GroupId>,
    /// What reads differently now.
    pub changed: Changed,
    /// Records that are settled.
    pub resolved: u32,
    /// Records of which other columns are still to be decided.
    pub partly: u32,
    /// Records that need a decision of their own.
    pub left: u32,
    /// The first changes of value.
    pub sample: Vec<KeptValue>,
}

/// One value that settling keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptValue {
    /// Table.
    pub table: TableName,
    /// Record.
    pub id: RecordId,
    /// The record's title.
    pub title: String,
    /// The column, the value that is given up and the one that is kept; none for a deletion against an edit.
    pub change: Option<(ColumnName, Value, Value)>,
    /// The record goes, or stays gone.
    pub deletes: bool,
}

impl Store {
    /// Settles many conflicts as one action. What needs a decision of its own is left as it is.
    ///
    /// # Errors
    /// What SQLite says. Nothing was changed then.
    pub fn resolve_many(&self, many: &Many) -> Result<ManySettled> {
        let many = many.clone();
        let (mut settled, changed) = self.write(move |work| run(work, &many))?;
        settled.changed = changed;
        Ok(settled)
    }

    /// What [`Store::resolve_many`] would do. Nothing is changed.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn preview_resolve_many(&self, many: &Many) -> Result<ManySettled> {
        let settled = self.try_out(|work| run(work, many))?;
        Ok(ManySettled {
            action: None,
            ..settled
        })
    }
}

/// What became of one record.
enum One {
    Resolved,
    Partly,
    /// It needs a decision of its own.
    Left,
    /// It is none of these conflicts.
    NotMeant,
}

fn run(work: &mut Work<'_>, many: &Many) -> Result<ManySettled> {
    let action = work.new_action();
    let mut settled = ManySettled::default();
    for (table, id) in meant(work, many)? {
        match one(work, &action, (&table, &id), many, &mut settled.sample)? {
            One::Resolved => settled.resolved += 1,
            One::Partly => settled.partly += 1,
            One::Left => settled.left += 1,
            One::NotMeant => {}
        }
    }
    if settled.resolved + settled.partly > 0 {
        actions::note(work, &action, Verb::Resolve)?;
        settled.action = Some(action);
    }
    Ok(settled)
}

fn meant(work: &Work<'_>, many: &Many) -> Result<Vec<(TableName, RecordId)>> {
    if let Some(records) = &many.records {
        return Ok(records.clone());
    }
    let items = inbox::list(work.conn, &work.layout)?;
    Ok(items.into_iter().map(|item| (item.table, item.id)).collect())
}

fn one(
    work: &mut Work<'_>,
    action: &GroupId,
    (table, id): (&TableName, &RecordId),
    many: &Many,
    sample: &mut Vec<KeptValue>,
) -> Result<One> {
    let Ok(table) = work.table(table) else {
        // The schema has dropped it: it waits until the table is back.
        return Ok(One::Left);
    };
    let Some(row) = row::find(work.conn, &table, id)? else {
        return Ok(One::NotMeant);
    };
    let Some(found) = conflict::find(work.conn, &table.name, id)? else {
        let refused = row.mark == Mark::Refused;
        return Ok(if refused && many.column.is_none() {
            One::Left
        } else {
            One::NotMeant
        });
    };
    if many
        .column
        .as_ref()
        .is_some_and(|column| !found.columns.contains(column))
    {
        return Ok(One::NotMeant);
    }
    let decision = match many.side {
        KeptSide::Mine => Decision::Mine,
        KeptSide::Theirs => Decision::Theirs,
    };
    let rest: Vec<ColumnName> = match &many.column {
        Some(column) => found
            .columns
            .iter()
            .filter(|other| *other != column)
            .cloned()
            .collect(),
        None => Vec::new(),
    };
    let result = if rest.is_empty() {
        conflicting(work, action, &table, &row, &found, &decision).map(|_| One::Resolved)
    } else {
        partly(work, action, &table, &row, &found, (rest, &decision)).map(|()| One::Partly)
    };
    match result {
        Ok(done) => {
            let room = SAMPLE.saturating_sub(sample.len());
            sample.extend(kept_values(&table, &row, &found, many).into_iter().take(room));
            Ok(done)
        }
        Err(Error::Invalid(_)) => Ok(One::Left),
        Err(error) => Err(error),
    }
}

/// Settles some columns of a conflict: the person has seen theirs there, so that what others change next follows, and
/// what this person edits next does not collide.
fn partly(
    work: &mut Work<'_>,
    action: &GroupId,
    table: &TableLayout,
    row: &Row,
    found: &StoredConflict,
    (rest, decision): (Vec<ColumnName>, &Decision),
) -> Result<()> {
    let (_, entries) = standing(work, table, row)?;
    let tail = entries.tail.ok_or(Error::NotFound)?;
    let is_open = |column: &ColumnName| rest.contains(column);
    let columns: Vec<_> = found
        .columns
        .iter()
        .filter(|column| !is_open(column))
        .cloned()
        .collect();
    let fields = chosen(&columns, &row.fields, &found.theirs, decision);
    check_settled(work, table, &row.id, &fields, &columns)?;
    let before = Standing::of(work, table, row)?;
    note_lost(work, table, &row.id, &fields, &columns, found)?;
    let after = diff(&row.fields, &fields);
    if !after.is_empty() {
        let cause = Cause::person(Origin::Conflict, action);
        let shown = diff(&fields, &row.fields);
        history::add(
            work,
            &table.name,
            &row.id,
            &cause,
            OpKind::Update,
            (&shown, &after),
        )?;
    }
    let mut entry = Entry {
        op_id: work.new_op(),
        ..tail.entry
    };
    if *decision == Decision::Theirs && entry.kind == OpKind::Update {
        entry.fields.retain(|column, _| !columns.contains(column));
    } else {
        for column in &columns {
            entry
                .fields
                .insert(column.clone(), value_of(&fields, column).clone());
        }
    }
    entry::replace(work.conn, tail.seq, &entry)?;
    let still = StoredConflict {
        columns: rest,
        mine: fields.clone(),
        ..found.clone()
    };
    conflict::put(work.conn, &table.name, &row.id, &still)?;
    work.update(
        table,
        row,
        &Row {
            fields,
            ..row.clone()
        },
    )?;
    work.touch(&table.name, &row.id);
    settled::keep(work, action, table, &row.id, &before)
}

/// What is given up and what is kept, column by column.
fn kept_values(table: &TableLayout, row: &Row, found: &StoredConflict, many: &Many) -> Vec<KeptValue> {
    let line = |change, deletes| KeptValue {
        table: table.name.clone(),
        id: row.id.clone(),
        title: table.title(&row.id, &row.fields),
        change,
        deletes,
    };
    let mine_stands = many.side == KeptSide::Mine;
    match found.kind {
        ConflictKind::EditedHereDeletedThere => vec![line(None, !mine_stands)],
        ConflictKind::DeletedHereEditedThere => vec![line(None, mine_stands)],
        ConflictKind::Fields | ConflictKind::InsertedTwice => {
            let decided = found
                .columns
                .iter()
                .filter(|column| many.column.as_ref().is_none_or(|only| only == *column));
            decided
                .map(|column| {
                    let mine = value_of(&row.fields, column).clone();
                    let theirs = value_of(&found.theirs.fields, column).clone();
                    let (given_up, kept) = if mine_stands {
                        (theirs, mine)
                    } else {
                        (mine, theirs)
                    };
                    line(Some((column.clone(), given_up, kept)), false)
                })
                .collect()
        }
    }
}
