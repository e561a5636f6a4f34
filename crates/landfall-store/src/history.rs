//! History: every change of a record with the values before and after, so that no value is ever lost (step 3 of the
//! data's way, and whatever later changes a row).
//!
//! An entry of this device is linked with what became of it at the server: it is *open* until a batch takes it
//! ([`taken`]: the operation that carries it), and *applied* when the server has answered ([`applied`]: the version that
//! it made). What is discarded, or given up for the server's record, is *closed*: no operation will ever carry it
//! ([`closed`]). An entry that came from the server has its version from the start. So [`crate::story`] can tell which
//! of the server's entries this device knows already.

use crate::entry::{json, kind_number, kind_of};
use crate::error::{Result, stored};
use crate::work::Work;
use landfall_core::id::{GroupId, Millis, OpId, RecordId, TableName, Version};
use landfall_core::outbox::{EditOrigin, OpKind};
use landfall_core::record::{Patch, Record};
use rusqlite::{Connection, Row, params};

/// Where a change came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A person, on this device.
    Edit,
    /// The server brought it.
    Remote,
    /// The server brought it, and it was merged with a change of this device.
    Merge,
    /// A person settled a conflict.
    Conflict,
    /// A person discarded a change that waited.
    Discard,
    /// A person took an action back, or what was taken back came again.
    Undo,
    /// A person restored an earlier value or version, or a deleted record.
    Restore,
}

/// One change of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// Rises with each entry.
    pub n: i64,
    /// The table.
    pub table: TableName,
    /// The record.
    pub id: RecordId,
    /// The user action it belongs to; none for what came from the server.
    pub action: Option<GroupId>,
    /// When, by this device's clock.
    pub at: Millis,
    /// The stamp of the edit (`landfall_core::stamp`): when its person made it, by the clock of the device where that was.
    pub made_at: Millis,
    /// Who: empty for this device.
    pub who: String,
    /// Where it came from.
    pub origin: Origin,
    /// What it did: an insert also stands for a record that came back, a delete for one that went.
    pub kind: OpKind,
    /// The changed fields before (`null`: no value).
    pub before: Patch,
    /// The changed fields after.
    pub after: Patch,
    /// The server's version that has it, as far as this device knows.
    pub version: Option<Version>,
    /// When the server took it, by the server's clock.
    pub applied_at: Option<Millis>,
    /// A value that never stood here: `before` lost, `after` stands.
    pub lost: bool,
}

fn origin_number(origin: Origin) -> i64 {
    match origin {
        Origin::Edit => 0,
        Origin::Remote => 1,
        Origin::Merge => 2,
        Origin::Conflict => 3,
        Origin::Discard => 4,
        Origin::Undo => 5,
        Origin::Restore => 6,
    }
}

fn origin_of(number: i64) -> Origin {
    match number {
        0 => Origin::Edit,
        1 => Origin::Remote,
        2 => Origin::Merge,
        3 => Origin::Conflict,
        4 => Origin::Discard,
        5 => Origin::Undo,
        _ => Origin::Restore,
    }
}

/// Who changed a record and by what: the head of its history entries.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    pub(crate) origin: Origin,
    pub(crate) action: Option<GroupId>,
    pub(crate) who: String,
    made_at: Option<Millis>,
    version: Option<Version>,
    applied_at: Option<Millis>,
    lost: bool,
}

impl Cause {
    /// A person on this device.
    pub(crate) fn person(origin: Origin, action: &GroupId) -> Self {
        Self {
            action: Some(action.clone()),
            ..Self::server(origin, "")
        }
    }

    /// The server.
    pub(crate) fn server(origin: Origin, who: &str) -> Self {
        Self {
            origin,
            action: None,
            who: who.to_owned(),
            made_at: None,
            version: None,
            applied_at: None,
            lost: false,
        }
    }

    /// The server brought this record, and it stands as it came.
    pub(crate) fn record(theirs: &Record) -> Self {
        Self {
            made_at: Some(theirs.changed_at),
            version: Some(theirs.version.clone()),
            applied_at: Some(theirs.updated_at),
            ..Self::server(Origin::Remote, &theirs.changed_by)
        }
    }

    /// The server brought this record, and it was merged with what waits here.
    pub(crate) fn merge(theirs: &Record) -> Self {
        Self {
            version: Some(theirs.version.clone()),
            applied_at: Some(theirs.updated_at),
            ..Self::server(Origin::Merge, &theirs.changed_by)
        }
    }

    /// With the stamp that the change has.
    pub(crate) fn made_at(self, stamp: Millis) -> Self {
        Self {
            made_at: Some(stamp),
            ..self
        }
    }

    /// A value of this side lost against another.
    pub(crate) fn lost(origin: Origin, who: &str) -> Self {
        Self {
            lost: true,
            ..Self::server(origin, who)
        }
    }
}

/// Writes an entry.
pub(crate) fn add(
    work: &Work<'_>,
    table: &TableName,
    id: &RecordId,
    cause: &Cause,
    kind: OpKind,
    (before, after): (&Patch, &Patch),
) -> Result<()> {
    work.conn
        .prepare_cached(
            "INSERT INTO lf_history (tbl, id, action, at, who, origin, kind, before, after, made_at, version, \
             applied_at, lost) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            table.as_str(),
            id.as_str(),
            cause.action.as_ref().map(GroupId::as_str),
            work.at.0,
            cause.who,
            origin_number(cause.origin),
            kind_number(kind),
            json(before, "history entry")?,
            json(after, "history entry")?,
            cause.made_at.map(|at| at.0),
            cause.version.as_ref().map(Version::as_str),
            cause.applied_at.map(|at| at.0),
            cause.lost
        ])?;
    Ok(())
}

/// An operation carries what is open of a record.
pub(crate) const TAKEN: &str = "UPDATE lf_history SET op = ?3 \
     WHERE tbl = ?1 AND id = ?2 AND who = '' AND version IS NULL AND op IS NOT ''";

/// It also carries the conflicts that were settled since the last one reached the server: where mine stands, what lost
/// is all that tells of the decision.
pub(crate) const SETTLED: &str = "UPDATE lf_history SET op = ?3 \
     WHERE tbl = ?1 AND id = ?2 AND lost = 1 AND origin = 3 AND applied_at IS NULL";

/// The server has heard of these.
pub(crate) const SETTLED_APPLIED: &str = "UPDATE lf_history SET applied_at = ?4 \
     WHERE tbl = ?1 AND id = ?2 AND lost = 1 AND origin = 3 AND op = ?3";

/// The server has what the operation carried.
pub(crate) const APPLIED: &str = "UPDATE lf_history SET version = ?4, applied_at = ?5 \
     WHERE tbl = ?1 AND id = ?2 AND who = '' AND version IS NULL AND op = ?3";

/// No operation will carry what is open of a record, but for what is in flight.
pub(crate) const CLOSED: &str = "UPDATE lf_history SET op = '' \
     WHERE tbl = ?1 AND id = ?2 AND who = '' AND version IS NULL AND op IS NOT ?3";

/// A batch takes a record's change: this operation carries all that is open of it.
pub(crate) fn taken(conn: &Connection, table: &TableName, id: &RecordId, op: &OpId) -> Result<()> {
    for sql in [TAKEN, SETTLED] {
        conn.prepare_cached(sql)?
            .execute([table.as_str(), id.as_str(), op.as_str()])?;
    }
    Ok(())
}

/// The server has applied an operation.
pub(crate) fn applied(
    conn: &Connection,
    (table, id, op): (&TableName, &RecordId, &OpId),
    (version, at): (&Version, Millis),
) -> Result<()> {
    conn.prepare_cached(APPLIED)?.execute(params![
        table.as_str(),
        id.as_str(),
        op.as_str(),
        version.as_str(),
        at.0
    ])?;
    conn.prepare_cached(SETTLED_APPLIED)?
        .execute(params![table.as_str(), id.as_str(), op.as_str(), at.0])?;
    Ok(())
}

/// What an operation carries, latest first.
pub(crate) const CARRIED: &str = "SELECT h.origin FROM lf_outbox o JOIN lf_history h ON h.tbl = o.tbl AND h.id = o.id \
     WHERE o.op_id = ?1 AND h.op = ?1 ORDER BY h.n DESC";

/// What its person did to make the change that an operation carries.
pub(crate) fn origin_of_op(conn: &Connection, op: &OpId) -> Result<EditOrigin> {
    let mut statement = conn.prepare_cached(CARRIED)?;
    let mut rows = statement.query([op.as_str()])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let origin = match origin_of(row.get(0)?) {
            Origin::Conflict => return Ok(EditOrigin::Conflict),
            Origin::Undo => EditOrigin::Undo,
            Origin::Restore => EditOrigin::Restore,
            Origin::Edit | Origin::Discard | Origin::Remote | Origin::Merge => EditOrigin::Edit,
        };
        last.get_or_insert(origin);
    }
    Ok(last.unwrap_or_default())
}

/// What is open of a record will not be sent any more. What `in_flight` carries stays open.
pub(crate) fn closed(
    conn: &Connection,
    table: &TableName,
    id: &RecordId,
    in_flight: Option<&OpId>,
) -> Result<()> {
    // Without one, all that is not closed already.
    let except = in_flight.map_or("", OpId::as_str);
    conn.prepare_cached(CLOSED)?
        .execute([table.as_str(), id.as_str(), except])?;
    Ok(())
}

const SELECT: &str = "SELECT n, tbl, id, action, at, who, origin, kind, before, after, made_at, version, applied_at, \
                      lost FROM lf_history";

fn read(sql: &Row<'_>) -> Result<HistoryEntry> {
    let text = |n| sql.get::<_, String>(n);
    let action: Option<String> = sql.get(3)?;
    let version: Option<String> = sql.get(11)?;
    let at = sql.get(4)?;
    Ok(HistoryEntry {
        n: sql.get(0)?,
        table: TableName::new(text(1)?).map_err(stored("table name"))?,
        id: RecordId::new(text(2)?).map_err(stored("record id"))?,
        action: action.map(GroupId::new).transpose().map_err(stored("action"))?,
        at: Millis(at),
        who: text(5)?,
        origin: origin_of(sql.get(6)?),
        kind: kind_of(sql.get(7)?),
        before: serde_json::from_str(&text(8)?).map_err(stored("history entry"))?,
        after: serde_json::from_str(&text(9)?).map_err(stored("history entry"))?,
        made_at: Millis(sql.get::<_, Option<i64>>(10)?.unwrap_or(at)),
        version: version.map(Version::new).transpose().map_err(stored("version"))?,
        applied_at: sql.get::<_, Option<i64>>(12)?.map(Millis),
        lost: sql.get(13)?,
    })
}

/// The entries of an action, in the order in which they were made.
pub(crate) fn of_action(conn: &Connection, action: &GroupId) -> Result<Vec<HistoryEntry>> {
    entries(conn, "action = ?1 ORDER BY n", &[action.as_str()])
}

/// The entries of a record, in the order in which they were made.
pub(crate) fn of_record(conn: &Connection, table: &TableName, id: &RecordId) -> Result<Vec<HistoryEntry>> {
    entries(
        conn,
        "tbl = ?1 AND id = ?2 ORDER BY n",
        &[table.as_str(), id.as_str()],
    )
}

fn entries(conn: &Connection, which: &str, parameters: &[&str]) -> Result<Vec<HistoryEntry>> {
    let mut statement = conn.prepare_cached(&format!("{SELECT} WHERE {which}"))?;
    let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
    let mut entries = Vec::new();
    while let Some(sql) = rows.next()? {
        entries.push(read(sql)?);
    }
    Ok(entries)
}
