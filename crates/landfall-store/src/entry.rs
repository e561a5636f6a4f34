//! Outbox entries as rows: read, written, replaced. What becomes of them is decided elsewhere.

use crate::error::{Error, Result, stored};
use landfall_core::id::{GroupId, Millis, OpId, RecordId, TableName, Version};
use landfall_core::outbox::{Entry, EntryState, OpKind, Refusal};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// An entry with its place in the outbox.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    pub(crate) seq: i64,
    pub(crate) entry: Entry,
}

/// The entries of one record: at most one in flight, at most one that is not.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Entries {
    pub(crate) in_flight: Option<Placed>,
    pub(crate) tail: Option<Placed>,
}

impl Entries {
    /// Both, in the order in which they were made.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Placed> {
        [&self.in_flight, &self.tail].into_iter().flatten()
    }
}

/// The columns of an entry, for queries that join it.
pub(crate) const COLUMNS: &str = "o.seq, o.op_id, o.group_id, o.tbl, o.id, o.kind, o.base_version, o.fields, \
                                  o.state, o.refusal, o.attempts, o.edited_at";

pub(crate) fn kind_number(kind: OpKind) -> i64 {
    match kind {
        OpKind::Insert => 0,
        OpKind::Update => 1,
        OpKind::Delete => 2,
    }
}

pub(crate) fn kind_of(number: i64) -> OpKind {
    match number {
        0 => OpKind::Insert,
        1 => OpKind::Update,
        _ => OpKind::Delete,
    }
}

pub(crate) const WAITING: i64 = 0;
pub(crate) const IN_FLIGHT: i64 = 1;
pub(crate) const REFUSED: i64 = 2;
pub(crate) const CONFLICT: i64 = 3;

fn state_number(state: &EntryState) -> i64 {
    match state {
        EntryState::Waiting => WAITING,
        EntryState::InFlight => IN_FLIGHT,
        EntryState::Refused(_) => REFUSED,
        EntryState::Conflict => CONFLICT,
    }
}

/// Reads an entry selected by [`COLUMNS`], which come first.
pub(crate) fn read(sql: &Row<'_>) -> Result<Placed> {
    let text = |n| sql.get::<_, String>(n);
    let fields: String = text(7)?;
    let state = match sql.get::<_, i64>(8)? {
        WAITING => EntryState::Waiting,
        IN_FLIGHT => EntryState::InFlight,
        REFUSED => EntryState::Refused(refusal(sql)?),
        _ => EntryState::Conflict,
    };
    let group: Option<String> = sql.get(2)?;
    let base_version: Option<String> = sql.get(6)?;
    let entry = Entry {
        op_id: OpId::new(text(1)?).map_err(stored("op id"))?,
        group: group.map(GroupId::new).transpose().map_err(stored("group id"))?,
        table: TableName::new(text(3)?).map_err(stored("table name"))?,
        id: RecordId::new(text(4)?).map_err(stored("record id"))?,
        kind: kind_of(sql.get(5)?),
        base_version: base_version
            .map(Version::new)
            .transpose()
            .map_err(stored("version"))?,
        fields: serde_json::from_str(&fields).map_err(stored("patch"))?,
        state,
        attempts: sql.get(10)?,
        edited_at: Millis(sql.get(11)?),
    };
    Ok(Placed {
        seq: sql.get(0)?,
        entry,
    })
}

fn refusal(sql: &Row<'_>) -> Result<Refusal> {
    let json: Option<String> = sql.get(9)?;
    let Some(json) = json else {
        return Err(rusqlite::Error::InvalidColumnType(9, "refusal".into(), Type::Null).into());
    };
    serde_json::from_str(&json).map_err(stored("refusal"))
}

/// The entries of a record.
pub(crate) fn of_record(conn: &Connection, table: &TableName, id: &RecordId) -> Result<Entries> {
    let sql = format!("SELECT {COLUMNS} FROM lf_outbox AS o WHERE o.tbl = ?1 AND o.id = ?2");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([table.as_str(), id.as_str()])?;
    let mut entries = Entries::default();
    while let Some(sql) = rows.next()? {
        let placed = read(sql)?;
        if placed.entry.state == EntryState::InFlight {
            entries.in_flight = Some(placed);
        } else {
            entries.tail = Some(placed);
        }
    }
    Ok(entries)
}

/// The entry with this op id.
pub(crate) fn by_op(conn: &Connection, op: &OpId) -> Result<Option<Placed>> {
    let sql = format!("SELECT {COLUMNS} FROM lf_outbox AS o WHERE o.op_id = ?1");
    let mut statement = conn.prepare_cached(&sql)?;
    let found = statement
        .query_row([op.as_str()], |sql| Ok(read(sql)))
        .optional()?;
    found.transpose()
}

/// All entries by their order, of one state or of all.
pub(crate) fn in_order(conn: &Connection, state: Option<i64>) -> Result<Vec<Placed>> {
    let mut sql = format!("SELECT {COLUMNS} FROM lf_outbox AS o");
    if state.is_some() {
        sql.push_str(" WHERE o.state = ?1 ORDER BY o.seq");
    } else {
        sql.push_str(" WHERE ?1 IS NULL ORDER BY o.seq");
    }
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([state])?;
    let mut entries = Vec::new();
    while let Some(sql) = rows.next()? {
        entries.push(read(sql)?);
    }
    Ok(entries)
}

/// Adds an entry, at the end or at the place that an earlier one of its record had: what was made first is sent first.
pub(crate) fn add(conn: &Connection, entry: &Entry, place: Option<i64>) -> Result<()> {
    let refusal = match &entry.state {
        EntryState::Refused(refusal) => Some(json(refusal, "refusal")?),
        _ => None,
    };
    conn.prepare_cached(
        "INSERT INTO lf_outbox (seq, op_id, group_id, tbl, id, kind, base_version, fields, state, refusal, attempts, \
         edited_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        place,
        entry.op_id.as_str(),
        entry.group.as_ref().map(GroupId::as_str),
        entry.table.as_str(),
        entry.id.as_str(),
        kind_number(entry.kind),
        entry.base_version.as_ref().map(Version::as_str),
        json(&entry.fields, "patch")?,
        state_number(&entry.state),
        refusal,
        entry.attempts,
        entry.edited_at.0
    ])?;
    Ok(())
}

/// Removes one entry.
pub(crate) fn remove(conn: &Connection, seq: i64) -> Result<()> {
    conn.prepare_cached("DELETE FROM lf_outbox WHERE seq = ?1")?
        .execute([seq])?;
    Ok(())
}

/// Puts an entry in the place of another.
pub(crate) fn replace(conn: &Connection, seq: i64, entry: &Entry) -> Result<()> {
    remove(conn, seq)?;
    add(conn, entry, Some(seq))
}

/// Two actions whose changes met in one entry are sent together: the older group joins the newer.
pub(crate) fn join_groups(conn: &Connection, older: &GroupId, newer: &GroupId) -> Result<()> {
    conn.prepare_cached("UPDATE lf_outbox SET group_id = ?2 WHERE group_id = ?1 AND state <> 1")?
        .execute([older.as_str(), newer.as_str()])?;
    Ok(())
}

/// A value as JSON.
pub(crate) fn json<T: serde::Serialize>(value: &T, what: &'static str) -> Result<String, Error> {
    serde_json::to_string(value).map_err(stored(what))
}
