//! The server's history: one entry a change, written in the change's own transaction. What its person did is kept beside
//! it where it was not a plain edit: few changes are anything else, and files from before it was known need nothing.

use crate::Error;
use crate::db::model::TableModel;
use landfall_core::id::{Millis, RecordId, Seq, TableName, Version};
use landfall_core::outbox::{EditOrigin, OpKind};
use landfall_core::record::{Patch, Record, value_of};
use landfall_protocol::history::HistoryEntry;
use rusqlite::Connection;

/// Most entries that are handed out: the newest.
const MOST: u32 = 500;

/// Made wherever it is missing: it came later than the history.
pub(crate) const ORIGINS: &str = "
CREATE TABLE IF NOT EXISTS _history_origin (
  seq INTEGER PRIMARY KEY,
  origin TEXT NOT NULL
) STRICT;
";

pub(crate) const OF_RECORD: &str =
    "SELECT h.seq, h.version, h.kind, h.changed_by, h.edited_at, h.applied_at, h.before, h.after, o.origin
    FROM _history h LEFT JOIN _history_origin o ON o.seq = h.seq
    WHERE h.table_name = ?1 AND h.id = ?2 ORDER BY h.seq DESC LIMIT ?3";

/// An insert that a device made at a moment by its clock, as it was answered. A stamp from the future was recorded as the
/// server's clock then.
pub(crate) const INSERTED: &str = "SELECT version, seq, applied_at FROM _history
    WHERE table_name = ?1 AND id = ?2 AND kind = 'insert' AND changed_by = ?3 AND edited_at = min(?4, applied_at)
    LIMIT 1";

fn origin_word(origin: EditOrigin) -> &'static str {
    match origin {
        EditOrigin::Edit => "edit",
        EditOrigin::Conflict => "conflict",
        EditOrigin::Undo => "undo",
        EditOrigin::Restore => "restore",
    }
}

/// One that a newer server wrote is told as an edit.
fn origin(word: Option<&str>) -> EditOrigin {
    [EditOrigin::Conflict, EditOrigin::Undo, EditOrigin::Restore]
        .into_iter()
        .find(|origin| Some(origin_word(*origin)) == word)
        .unwrap_or_default()
}

fn word(kind: OpKind) -> &'static str {
    match kind {
        OpKind::Insert => "insert",
        OpKind::Update => "update",
        OpKind::Delete => "delete",
    }
}

fn kind(word: &str) -> Option<OpKind> {
    [OpKind::Insert, OpKind::Update, OpKind::Delete]
        .into_iter()
        .find(|kind| self::word(*kind) == word)
}

/// Adds the entry of one change.
pub(crate) fn add(
    connection: &Connection,
    table: &TableModel,
    before: Option<&Record>,
    record: &Record,
    (kind, origin): (OpKind, EditOrigin),
    changed: &Patch,
) -> Result<(), Error> {
    let strange = |_| Error::StrangeValue {
        table: table.name().clone(),
    };
    // An insert has nothing before it (not even what a tombstone had), a deletion nothing after it.
    let fields_before: Patch = match (kind, before) {
        (OpKind::Update, Some(before)) => changed
            .keys()
            .map(|column| (column.clone(), value_of(&before.fields, column).clone()))
            .collect(),
        (OpKind::Delete, Some(before)) => before.fields.clone(),
        _ => Patch::new(),
    };
    let mut statement = connection.prepare_cached(
        "INSERT INTO _history (seq, table_name, id, version, kind, changed_by, edited_at, applied_at, before, after)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    statement.execute((
        record.seq.0.cast_signed(),
        table.name().as_str(),
        record.id.as_str(),
        record.version.as_str(),
        word(kind),
        &record.changed_by,
        record.changed_at.0,
        record.updated_at.0,
        serde_json::to_string(&fields_before).map_err(strange)?,
        serde_json::to_string(changed).map_err(strange)?,
    ))?;
    if !origin.is_edit() {
        connection
            .prepare_cached("INSERT INTO _history_origin (seq, origin) VALUES (?1, ?2)")?
            .execute((record.seq.0.cast_signed(), origin_word(origin)))?;
    }
    Ok(())
}

/// What changed in the history after `seq`: the last change, the tables, and who, if it was one alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) last: Seq,
    pub(crate) tables: Vec<TableName>,
    pub(crate) by: Option<String>,
}

pub(crate) const SPAN: &str =
    "SELECT seq, table_name, changed_by FROM _history WHERE seq > ?1 ORDER BY seq LIMIT ?2";

/// Reads at most `most` changes after `after`; none where there is none.
pub(crate) fn span(connection: &Connection, after: Seq, most: u32) -> Result<Option<Span>, Error> {
    let mut statement = connection.prepare_cached(SPAN)?;
    let mut rows = statement.query((after.0.cast_signed(), most))?;
    let mut span: Option<Span> = None;
    while let Some(row) = rows.next()? {
        let last = Seq(row.get::<_, i64>(0)?.cast_unsigned());
        // Only names that were table names were ever written.
        let table = TableName::new(row.get::<_, String>(1)?).ok();
        let by: String = row.get(2)?;
        let span = span.get_or_insert_with(|| Span {
            last,
            tables: Vec::new(),
            by: Some(by.clone()),
        });
        span.last = last;
        if span.by.as_ref().is_some_and(|first| *first != by) {
            span.by = None;
        }
        if let Some(table) = table.filter(|table| !span.tables.contains(table)) {
            span.tables.push(table);
        }
    }
    Ok(span)
}

pub(crate) const OTHERS_AFTER: &str = "SELECT 1 FROM _history WHERE seq > ?1 AND changed_by <> ?2 LIMIT 1";

/// Whether anyone but this device has changed something after `seq`.
pub(crate) fn has_others_change_after(
    connection: &Connection,
    seq: i64,
    device: &str,
) -> Result<bool, Error> {
    Ok(connection.prepare_cached(OTHERS_AFTER)?.exists((seq, device))?)
}

/// A record's history, newest first, at most the newest 500.
///
/// # Errors
/// What SQLite says, or a stored entry that can't be read.
pub fn of_record(
    connection: &Connection,
    table: &TableModel,
    id: &RecordId,
) -> Result<Vec<HistoryEntry>, Error> {
    let strange = || Error::StrangeValue {
        table: table.name().clone(),
    };
    let mut statement = connection.prepare_cached(OF_RECORD)?;
    let mut rows = statement.query((table.name().as_str(), id.as_str(), MOST))?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(HistoryEntry {
            seq: Seq(row.get::<_, i64>(0)?.cast_unsigned()),
            version: Version::new(row.get::<_, String>(1)?).map_err(|_| strange())?,
            kind: kind(&row.get::<_, String>(2)?).ok_or_else(strange)?,
            changed_by: row.get(3)?,
            origin: origin(row.get::<_, Option<String>>(8)?.as_deref()),
            edited_at: Millis(row.get(4)?),
            applied_at: Millis(row.get(5)?),
            before: serde_json::from_str(&row.get::<_, String>(6)?).map_err(|_| strange())?,
            after: serde_json::from_str(&row.get::<_, String>(7)?).map_err(|_| strange())?,
        });
    }
    Ok(entries)
}
