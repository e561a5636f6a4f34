//! Mark and sweep: the server's order began anew, or a table is fetched from the start. Every record that comes is
//! marked with the sweep's generation; what has no mark at the end is not on the server any more.
//!
//! A clean record that was not seen goes (its row stays, as deleted, with its values in history). One with a change
//! that waits keeps it, as a record that the server has not seen, but for what people may not set. One in flight waits
//! for its answer.

use crate::base::{self, Snapshot};
use crate::change::{mark_of, standing};
use crate::conflict;
use crate::entry;
use crate::error::Result;
use crate::held;
use crate::history::{self, Cause, Origin};
use crate::layout::TableLayout;
use crate::meet::{self, pending};
use crate::row::{self, Mark, Row};
use crate::work::Work;
use landfall_core::id::{Seq, TableName};
use landfall_core::outbox::{Entry, EntryState, OpKind};
use landfall_core::record::Patch;
use landfall_core::stamp;
use landfall_core::value::Value;
use rusqlite::Connection;

/// Begins a sweep of a table.
pub(crate) fn start(conn: &Connection, table: &TableName) -> Result<()> {
    conn.prepare_cached("UPDATE lf_table SET generation = generation + 1, sweeping = 1 WHERE name = ?1")?
        .execute([table.as_str()])?;
    Ok(())
}

/// Ends it: what the server does not have goes, or becomes new to it.
pub(crate) fn finish(work: &mut Work<'_>, table: &TableLayout) -> Result<()> {
    let unseen = unseen(work.conn, table)?;
    for row in unseen {
        if row.mark == Mark::Synced {
            remove(work, table, &row)?;
        } else {
            keep(work, table, &row)?;
        }
    }
    work.conn
        .prepare_cached("UPDATE lf_table SET sweeping = 0 WHERE name = ?1")?
        .execute([table.name.as_str()])?;
    Ok(())
}

/// Rows that the server was thought to have and that the sweep has not seen.
fn unseen(conn: &Connection, table: &TableLayout) -> Result<Vec<Row>> {
    let sql = format!(
        "{} WHERE version IS NOT NULL AND \"_generation\" <> (SELECT generation FROM lf_table WHERE name = ?1)",
        table.select
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([table.name.as_str()])?;
    let mut unseen = Vec::new();
    while let Some(sql) = rows.next()? {
        unseen.push(row::read(table, sql)?);
    }
    Ok(unseen)
}

fn unknown(row: &Row) -> Row {
    Row {
        version: None,
        seq: Seq(0),
        live: false,
        ..row.clone()
    }
}

fn remove(work: &mut Work<'_>, table: &TableLayout, row: &Row) -> Result<()> {
    if !row.deleted {
        let cause = Cause::server(Origin::Remote, "");
        let gone = (&row.fields, &Patch::new());
        history::add(work, &table.name, &row.id, &cause, OpKind::Delete, gone)?;
    }
    let mut removed = Row {
        deleted: true,
        ..unknown(row)
    };
    if !row.deleted {
        // Nobody deleted it: the server does not have it any more.
        removed.changed_by = String::new();
        removed.changed_at = stamp::of_edit(work.at, Some(row.changed_at));
    }
    work.update(table, row, &removed)
}

fn keep(work: &mut Work<'_>, table: &TableLayout, row: &Row) -> Result<()> {
    let (_, entries) = standing(work, table, row)?;
    let kept = unknown(row);
    let (None, Some(tail)) = (&entries.in_flight, &entries.tail) else {
        // What was held aside belongs to the order that has ended.
        held::take(work.conn, &table.name, &row.id)?;
        return work.update(table, row, &kept);
    };
    let nothing = Snapshot::absent(row.created_at);
    base::put(work.conn, &table.name, &row.id, &nothing)?;
    conflict::remove(work.conn, &table.name, &row.id)?;
    let kept = without_read_only(work, table, kept)?;
    let Some((kind, fields)) = pending(&nothing, &kept) else {
        work.update(table, row, &kept)?;
        return meet::make_clean(work, table, &row.id);
    };
    let state = match &tail.entry.state {
        EntryState::Refused(refusal) => EntryState::Refused(refusal.clone()),
        _ => EntryState::Waiting,
    };
    let anew = Entry {
        op_id: work.new_op(),
        kind,
        fields,
        base_version: None,
        state,
        ..tail.entry.clone()
    };
    entry::replace(work.conn, tail.seq, &anew)?;
    let kept = Row {
        mark: mark_of(false, Some(&anew.state)),
        ..kept
    };
    work.update(table, row, &kept)
}

/// What people may not set can't be sent: such values were the server's, and went there. They go into history.
fn without_read_only(work: &Work<'_>, table: &TableLayout, mut row: Row) -> Result<Row> {
    if row.deleted {
        return Ok(row);
    }
    let mut gone = Patch::new();
    for column in table.columns() {
        if column.read_only
            && !column.required
            && let Some(value) = row.fields.remove(&column.name)
            && !value.is_null()
        {
            gone.insert(column.name.clone(), value);
        }
    }
    if !gone.is_empty() {
        let cause = Cause::server(Origin::Remote, "");
        let nothing = gone.keys().map(|column| (column.clone(), Value::Null)).collect();
        let change = (&gone, &nothing);
        history::add(work, &table.name, &row.id, &cause, OpKind::Update, change)?;
    }
    Ok(row)
}
