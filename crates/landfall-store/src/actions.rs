//! The stacks of undo and redo: named actions of this person on this device, on disk (step 3 of the data's way: an
//! action is noted in the transaction that makes it).
//!
//! - Each action that changed something is noted, with a verb, how many records, and table, record and column where it is
//!   one. What its entries in history did is what an undo takes back, so an action of thousands of records costs one row.
//! - An undo is itself an action in history; it moves the noted one to the other stack and stands as its `latest`. A redo
//!   takes back that, and so on. So what was left alone by an undo is left alone by the redo too.
//! - A new action empties redo. A stack is [`DEPTH`] deep.
//! - A person who types saves the same field again and again. Such saves are one action: of one field of one record, of
//!   a kind that is typed (text, numbers), not more than [`PAUSE`] after one another and [`STROKE`] after the first, by
//!   the clock that was passed in, and with no other action between.

use crate::Store;
use crate::edit::Edit;
use crate::entry::kind_number;
use crate::error::{Result, stored};
use crate::row;
use crate::work::Work;
use landfall_core::id::{ColumnName, GroupId, Millis, RecordId, TableName};
use landfall_core::outbox::OpKind;
use landfall_core::schema::ColumnKind;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Longest pause within a stroke of typing, in milliseconds.
pub const PAUSE: i64 = 5_000;

/// Longest stroke of typing, in milliseconds.
pub const STROKE: i64 = 60_000;

/// How many actions are kept, done and undone together.
const DEPTH: i64 = 500;

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Made records.
    Create,
    /// Changed fields.
    Update,
    /// Deleted records.
    Delete,
    /// Brought deleted records back.
    Undelete,
    /// Restored earlier values.
    Restore,
    /// Settled conflicts.
    Resolve,
    /// Discarded changes that waited.
    Discard,
    /// Went back to what the server has.
    Revert,
}

impl Verb {
    fn number(self) -> i64 {
        match self {
            Self::Create => 0,
            Self::Update => 1,
            Self::Delete => 2,
            Self::Undelete => 3,
            Self::Restore => 4,
            Self::Resolve => 5,
            Self::Discard => 6,
            Self::Revert => 7,
        }
    }

    fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Create,
            2 => Self::Delete,
            3 => Self::Undelete,
            4 => Self::Restore,
            5 => Self::Resolve,
            6 => Self::Discard,
            7 => Self::Revert,
            _ => Self::Update,
        }
    }

    /// What edits do: all the same, or an update.
    pub(crate) fn of(edits: &[Edit]) -> Self {
        let all = |is: fn(&Edit) -> bool| !edits.is_empty() && edits.iter().all(is);
        if all(|edit| matches!(edit, Edit::Insert { .. })) {
            Self::Create
        } else if all(|edit| matches!(edit, Edit::Delete { .. })) {
            Self::Delete
        } else {
            Self::Update
        }
    }
}

/// An action that can be undone or redone.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredAction {
    /// Its handle.
    pub id: GroupId,
    /// When (the latest save of a stroke of typing).
    pub at: Millis,
    /// What was done.
    pub verb: Verb,
    /// In which table, if it is one.
    pub table: Option<TableName>,
    /// How many records.
    pub records: u32,
    /// The record, if it is one.
    pub record: Option<RecordId>,
    /// That record's title, as it is now.
    pub title: Option<String>,
    /// The column, if it is one.
    pub column: Option<ColumnName>,
}

/// What can be undone and redone, the next first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stacks {
    /// Done.
    pub undo: Vec<StoredAction>,
    /// Undone.
    pub redo: Vec<StoredAction>,
}

impl Store {
    /// What can be undone and redone.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn undo_stack(&self) -> Result<Stacks> {
        self.read(|conn, layout| {
            let mut stacks = Stacks::default();
            let mut statement = conn.prepare_cached(LIST)?;
            let mut rows = statement.query([])?;
            while let Some(sql) = rows.next()? {
                let mut action = read(sql)?;
                if let (Some(name), Some(id)) = (&action.table, &action.record)
                    && let Ok(table) = layout.table(name)
                {
                    action.title = row::find(conn, table, id)?.map(|row| table.title(&row.id, &row.fields));
                }
                let is_undone: bool = sql.get(7)?;
                if is_undone {
                    stacks.redo.push(action);
                } else {
                    stacks.undo.push(action);
                }
            }
            Ok(stacks)
        })
    }
}

const LIST: &str =
    "SELECT id, at, verb, tbl, records, record, col, undone FROM lf_action ORDER BY place DESC";

fn read(sql: &Row<'_>) -> Result<StoredAction> {
    let text = |n| sql.get::<_, Option<String>>(n);
    Ok(StoredAction {
        id: GroupId::new(sql.get::<_, String>(0)?).map_err(stored("action"))?,
        at: Millis(sql.get(1)?),
        verb: Verb::from_number(sql.get(2)?),
        table: text(3)?
            .map(TableName::new)
            .transpose()
            .map_err(stored("table name"))?,
        records: sql.get(4)?,
        record: text(5)?
            .map(RecordId::new)
            .transpose()
            .map_err(stored("record id"))?,
        column: text(6)?
            .map(ColumnName::new)
            .transpose()
            .map_err(stored("column name"))?,
        title: None,
    })
}

/// The action that these edits go on with, if they are the next save of a stroke of typing; else a new one.
pub(crate) fn begin(work: &Work<'_>, edits: &[Edit]) -> Result<GroupId> {
    Ok(stroke(work, edits)?.unwrap_or_else(|| work.new_action()))
}

fn stroke(work: &Work<'_>, edits: &[Edit]) -> Result<Option<GroupId>> {
    let [Edit::Update { table, id, patch }] = edits else {
        return Ok(None);
    };
    let (Some(column), 1) = (patch.keys().next(), patch.len()) else {
        return Ok(None);
    };
    let layout = work.table(table)?;
    if !layout.column(column).is_some_and(|column| is_typed(&column.kind)) {
        return Ok(None);
    }
    // The action on top of both stacks: after an undo that is the undone one, and typing begins anew.
    let top = work
        .conn
        .prepare_cached(
            "SELECT id, began, at FROM (SELECT id, latest, verb, tbl, record, col, began, at, undone FROM lf_action \
             ORDER BY place DESC LIMIT 1) \
             WHERE undone = 0 AND latest = id AND verb = ?1 AND tbl = ?2 AND record = ?3 AND col = ?4",
        )?
        .query_row(
            params![Verb::Update.number(), table.as_str(), id.as_str(), column.as_str()],
            |sql| Ok((sql.get::<_, String>(0)?, sql.get::<_, i64>(1)?, sql.get::<_, i64>(2)?)),
        )
        .optional()?;
    let Some((id, began, at)) = top else {
        return Ok(None);
    };
    let within = (0..=PAUSE).contains(&(work.at.0 - at)) && (0..=STROKE).contains(&(work.at.0 - began));
    if !within {
        return Ok(None);
    }
    Ok(Some(GroupId::new(id).map_err(stored("action"))?))
}

fn is_typed(kind: &ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Text { .. }
            | ColumnKind::LongText { .. }
            | ColumnKind::Integer { .. }
            | ColumnKind::Real { .. }
    )
}

/// Notes an action whose entries are in history, or that settled something; one that left nothing is no action. What was undone can't be redone any
/// more.
pub(crate) fn note(work: &Work<'_>, action: &GroupId, verb: Verb) -> Result<()> {
    let Some(summary) = Summary::of(work.conn, action)? else {
        return Ok(());
    };
    work.conn
        .prepare_cached("DELETE FROM lf_action WHERE undone = 1")?
        .execute([])?;
    let going_on = work
        .conn
        .prepare_cached("UPDATE lf_action SET at = ?2 WHERE id = ?1")?
        .execute(params![action.as_str(), work.at.0])?;
    if going_on > 0 {
        return Ok(());
    }
    let place = next_place(work.conn)?;
    work.conn
        .prepare_cached(
            "INSERT INTO lf_action (place, id, latest, verb, tbl, record, col, records, began, at, undone) \
             VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 0)",
        )?
        .execute(params![
            place,
            action.as_str(),
            verb.number(),
            summary.table,
            summary.record,
            summary.column,
            summary.records,
            work.at.0
        ])?;
    work.conn
        .prepare_cached("DELETE FROM lf_action WHERE place <= ?1")?
        .execute([place - DEPTH])?;
    Ok(())
}

fn next_place(conn: &Connection) -> Result<i64> {
    let place = conn
        .prepare_cached("SELECT coalesce(max(place), 0) + 1 FROM lf_action")?
        .query_row([], |sql| sql.get(0))?;
    Ok(place)
}

/// What an action did, from its entries.
struct Summary {
    records: i64,
    table: Option<String>,
    record: Option<String>,
    column: Option<String>,
}

impl Summary {
    fn of(conn: &Connection, action: &GroupId) -> Result<Option<Self>> {
        let (records, tables, table, record, updates) = conn
            .prepare_cached(
                "SELECT count(DISTINCT tbl || '/' || id), count(DISTINCT tbl), min(tbl), min(id), min(kind) = ?2 AND \
                 max(kind) = ?2 FROM (SELECT tbl, id, kind FROM lf_history WHERE action = ?1 \
                 UNION ALL SELECT tbl, id, ?2 FROM lf_settled WHERE action = ?1)",
            )?
            .query_row(params![action.as_str(), kind_number(OpKind::Update)], |sql| {
                Ok((
                    sql.get::<_, i64>(0)?,
                    sql.get::<_, i64>(1)?,
                    sql.get::<_, Option<String>>(2)?,
                    sql.get::<_, Option<String>>(3)?,
                    sql.get::<_, Option<bool>>(4)? == Some(true),
                ))
            })?;
        if records == 0 {
            return Ok(None);
        }
        let column = if updates {
            let (columns, first) = conn
                .prepare_cached(
                    "SELECT count(DISTINCT j.key), min(j.key) FROM lf_history AS h, json_each(h.after) AS j \
                     WHERE h.action = ?1",
                )?
                .query_row([action.as_str()], |sql| {
                    Ok((sql.get::<_, i64>(0)?, sql.get::<_, Option<String>>(1)?))
                })?;
            first.filter(|_| columns == 1)
        } else {
            None
        };
        Ok(Some(Self {
            records,
            table: table.filter(|_| tables == 1),
            record: record.filter(|_| records == 1),
            column,
        }))
    }
}

/// A noted action.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    pub(crate) id: GroupId,
    pub(crate) latest: GroupId,
    pub(crate) undone: bool,
}

const NOTED: &str = "SELECT id, latest, undone FROM lf_action";

fn noted(sql: &Row<'_>) -> Result<Noted> {
    let group = |n| GroupId::new(sql.get::<_, String>(n)?).map_err(stored("action"));
    Ok(Noted {
        id: group(0)?,
        latest: group(1)?,
        undone: sql.get(2)?,
    })
}

/// The action that comes next: the latest done one, or the latest undone one.
pub(crate) fn next(conn: &Connection, undone: bool) -> Result<Option<Noted>> {
    let sql = format!("{NOTED} WHERE undone = ?1 ORDER BY place DESC LIMIT 1");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([undone])?;
    rows.next()?.map(noted).transpose()
}

/// The action with this handle: its own, or that of its latest undo or redo.
pub(crate) fn find(conn: &Connection, handle: &GroupId) -> Result<Option<Noted>> {
    let sql = format!("{NOTED} WHERE id = ?1 OR latest = ?1");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([handle.as_str()])?;
    rows.next()?.map(noted).transpose()
}

/// An action was taken back by another: it changes stacks. One of which nothing was left goes.
pub(crate) fn turned(conn: &Connection, action: &Noted, by: Option<&GroupId>) -> Result<()> {
    match by {
        Some(by) => {
            let place = next_place(conn)?;
            conn.prepare_cached(
                "UPDATE lf_action SET place = ?2, latest = ?3, undone = 1 - undone WHERE id = ?1",
            )?
            .execute(params![action.id.as_str(), place, by.as_str()])?;
        }
        None => {
            conn.prepare_cached("DELETE FROM lf_action WHERE id = ?1")?
                .execute([action.id.as_str()])?;
        }
    }
    Ok(())
}
