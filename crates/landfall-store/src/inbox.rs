//! What waits for a person: collisions, and changes that the server refused (U38–U45). The one list of both, and each
//! whole: both sides, what they come from, and what is settled already.

use crate::Store;
use crate::base;
use crate::cell;
use crate::conflict::{self, StoredConflict};
use crate::entry::{self, COLUMNS, CONFLICT, Placed, REFUSED};
use crate::error::{Error, Result, stored};
use crate::layout::{Layout, TableLayout};
use crate::names;
use crate::row::{self, Row};
use crate::work::Work;
use landfall_core::id::{ColumnName, Millis, OpId, RecordId, TableName};
use landfall_core::merge::both;
use landfall_core::outbox::{Entry, EntryState, OpKind, Refusal};
use landfall_core::reconcile::ConflictKind;
use landfall_core::record::value_of;
use landfall_core::schema::ColumnKind;
use landfall_core::value::Value;
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use std::collections::BTreeSet;

/// What waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InboxKind {
    /// Two changes collided.
    Conflict(ConflictKind),
    /// The server refused the change: another record has a unique value.
    UniqueTaken,
    /// The server refused it: a record that it refers to is missing.
    ParentMissing,
    /// The server refused it for another reason.
    Refused,
}

/// One line of the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxItem {
    /// Table.
    pub table: TableName,
    /// Record.
    pub id: RecordId,
    /// The record's title.
    pub title: String,
    /// What waits.
    pub kind: InboxKind,
    /// The columns to decide, in the order of the schema; none for a deletion.
    pub columns: Vec<ColumnName>,
    /// When mine was (last) edited.
    pub mine_at: Millis,
    /// Who made theirs (empty for the server itself), and when by their clock; none for a refused change.
    pub theirs: Option<(String, Millis)>,
    /// When it was found, by this device's clock.
    pub at: Millis,
}

/// One line of the inbox, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxDetail {
    /// The line.
    pub item: InboxItem,
    /// Which state of mine and theirs this is: another one as soon as either changes.
    pub revision: OpId,
    /// The fields to decide.
    pub fields: Vec<Sides>,
    /// Every other field.
    pub others: Vec<SettledValue>,
    /// Theirs can stay while mine becomes a record of its own.
    pub can_keep_both: bool,
    /// The refused change, with the reason.
    pub refused: Option<(Entry, Refusal)>,
    /// The record that has the unique value, or the one that is missing, as far as this device knows it.
    pub other_record: Option<OtherRecord>,
}

/// One field to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Sides {
    /// The column.
    pub column: ColumnName,
    /// Before both.
    pub base: Value,
    /// This device's.
    pub mine: Value,
    /// The server's.
    pub theirs: Value,
    /// Both changes in one value, where there is one.
    pub both: Option<Value>,
}

/// One field that needs no decision.
#[derive(Debug, Clone, PartialEq)]
pub struct SettledValue {
    /// The column.
    pub column: ColumnName,
    /// What will be saved.
    pub value: Value,
    /// Where it comes from.
    pub source: Source,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Neither side changed it.
    Unchanged,
    /// This device.
    Mine,
    /// The other side.
    Theirs,
    /// Both changed it, and a rule decided.
    Rule,
}

/// A record that a refusal is about, beside its own.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherRecord {
    /// Table.
    pub table: TableName,
    /// Record.
    pub id: RecordId,
    /// Its title.
    pub title: String,
    /// It is deleted.
    pub deleted: bool,
}

/// The server's code of a refusal for a unique value.
const NOT_UNIQUE: &str = "not_unique";
/// The server's code of a refusal for a missing record.
pub(crate) const PARENT_MISSING: &str = "parent_missing";

/// Notes when a change of a record was refused.
pub(crate) fn note_refused(work: &Work<'_>, table: &TableLayout, id: &RecordId) -> Result<()> {
    work.conn
        .prepare_cached("INSERT OR REPLACE INTO lf_refused (tbl, id, at) VALUES (?1, ?2, ?3)")?
        .execute(params![table.name.as_str(), id.as_str(), work.at.0])?;
    Ok(())
}

/// Every line, by its place in the outbox. One look-up a line, each by an index.
pub(crate) fn list(conn: &Connection, layout: &Layout) -> Result<Vec<InboxItem>> {
    let mut statement = conn.prepare_cached(&list_sql())?;
    let mut rows = statement.query([])?;
    let mut items = Vec::new();
    while let Some(sql) = rows.next()? {
        let Placed { entry, .. } = entry::read(sql)?;
        let found = Found {
            kind: sql.get(12)?,
            columns: sql.get(13)?,
            by: sql.get(14)?,
            theirs_at: sql.get(15)?,
            at: sql.get(16)?,
        };
        items.push(item(conn, layout, &entry, found)?);
    }
    Ok(items)
}

/// The list's query; its plan is tested.
pub(crate) fn list_sql() -> String {
    format!(
        "SELECT {COLUMNS}, c.kind, c.columns, c.theirs ->> '$.changed_by', c.theirs ->> '$.changed_at', \
         coalesce(c.at, r.at) FROM lf_outbox AS o \
         LEFT JOIN lf_conflict AS c ON c.tbl = o.tbl AND c.id = o.id \
         LEFT JOIN lf_refused AS r ON r.tbl = o.tbl AND r.id = o.id WHERE o.state IN ({REFUSED}, {CONFLICT})"
    )
}

/// What the list's query has of a conflict, and of when.
struct Found {
    kind: Option<i64>,
    columns: Option<String>,
    by: Option<String>,
    theirs_at: Option<i64>,
    at: Option<i64>,
}

fn item(conn: &Connection, layout: &Layout, entry: &Entry, found: Found) -> Result<InboxItem> {
    // A table that the schema has dropped keeps what waits; its records have no title.
    let table = layout.table(&entry.table).ok();
    let row = match table {
        Some(table) => row::find(conn, table, &entry.id)?,
        None => None,
    };
    let title = match (table, &row) {
        (Some(table), Some(row)) => table.title(&row.id, &row.fields),
        _ => entry.id.to_string(),
    };
    let (kind, columns, theirs) = match &entry.state {
        EntryState::Refused(refusal) => (kind_of(refusal), refused_columns(entry, refusal), None),
        _ => {
            let kind = InboxKind::Conflict(conflict::kind_of(found.kind.unwrap_or_default()));
            let columns = found.columns.as_deref().unwrap_or("[]");
            let columns = serde_json::from_str(columns).map_err(stored("conflict"))?;
            let at = Millis(found.theirs_at.unwrap_or_default());
            (kind, columns, Some((found.by.unwrap_or_default(), at)))
        }
    };
    Ok(InboxItem {
        table: entry.table.clone(),
        id: entry.id.clone(),
        title,
        kind,
        columns: in_order(table.map(|table| &**table), columns),
        mine_at: entry.edited_at,
        theirs,
        // What was refused before this was kept has no time of its own.
        at: found.at.map_or(entry.edited_at, Millis),
    })
}

fn kind_of(refusal: &Refusal) -> InboxKind {
    match refusal.code.as_str() {
        NOT_UNIQUE => InboxKind::UniqueTaken,
        PARENT_MISSING => InboxKind::ParentMissing,
        _ => InboxKind::Refused,
    }
}

/// The columns that the refusal names, or all that the change has.
fn refused_columns(entry: &Entry, refusal: &Refusal) -> Vec<ColumnName> {
    let named: Vec<_> = refusal
        .field_errors
        .iter()
        .filter(|error| error.table == entry.table)
        .map(|error| error.column.clone())
        .collect();
    if named.is_empty() {
        entry.fields.keys().cloned().collect()
    } else {
        named
    }
}

/// In the order of the schema, each once; what it does not know comes last.
fn in_order(table: Option<&TableLayout>, columns: Vec<ColumnName>) -> Vec<ColumnName> {
    let place = |column: &ColumnName| {
        let known = table.and_then(|table| table.columns().iter().position(|known| known.name == *column));
        known.unwrap_or(usize::MAX)
    };
    let unique: BTreeSet<ColumnName> = columns.into_iter().collect();
    let mut ordered: Vec<_> = unique.into_iter().collect();
    ordered.sort_by_key(place);
    ordered
}

impl Store {
    /// Everything that waits for a person, the latest found first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn inbox(&self) -> Result<Vec<InboxItem>> {
        let mut items = self.read(list)?;
        items.sort_by(|one, other| (other.at, &one.title).cmp(&(one.at, &other.title)));
        Ok(items)
    }

    /// What waits of one record, whole.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing of it waits for a person (any more); what SQLite says.
    pub fn inbox_detail(&self, table: &TableName, id: &RecordId) -> Result<InboxDetail> {
        self.read(|conn, layout| {
            let table = layout.table(table)?;
            let row = row::find(conn, table, id)?.ok_or(Error::NotFound)?;
            let tail = entry::of_record(conn, &table.name, id)?
                .tail
                .ok_or(Error::NotFound)?;
            match tail.entry.state.clone() {
                EntryState::Conflict => {
                    let found = conflict::find(conn, &table.name, id)?.ok_or(Error::NotFound)?;
                    Ok(of_conflict(table, &row, &tail.entry, &found))
                }
                EntryState::Refused(refusal) => of_refused(conn, layout, table, &row, tail.entry, refusal),
                EntryState::Waiting | EntryState::InFlight => Err(Error::NotFound),
            }
        })
    }
}

fn of_conflict(table: &TableLayout, row: &Row, entry: &Entry, found: &StoredConflict) -> InboxDetail {
    let columns = in_order(Some(table), found.columns.clone());
    let theirs = &found.theirs;
    let sides = columns.iter().map(|column| {
        let base = value_of(&found.base, column);
        let mine = value_of(&row.fields, column);
        let there = value_of(&theirs.fields, column);
        Sides {
            both: both(&table.rules, column, base, mine, there),
            column: column.clone(),
            base: base.clone(),
            mine: mine.clone(),
            theirs: there.clone(),
        }
    });
    InboxDetail {
        fields: sides.collect(),
        others: others(table, row, entry, found),
        item: InboxItem {
            table: table.name.clone(),
            id: row.id.clone(),
            title: table.title(&row.id, &row.fields),
            kind: InboxKind::Conflict(found.kind),
            columns,
            mine_at: entry.edited_at,
            theirs: Some((theirs.changed_by.clone(), theirs.changed_at)),
            at: found.at,
        },
        revision: entry.op_id.clone(),
        can_keep_both: found.kind != ConflictKind::DeletedHereEditedThere,
        refused: None,
        other_record: None,
    }
}

/// Every field that nobody is asked about. Where this device deleted the record, what would stay is theirs.
fn others(table: &TableLayout, row: &Row, entry: &Entry, found: &StoredConflict) -> Vec<SettledValue> {
    let stays = match found.kind {
        ConflictKind::DeletedHereEditedThere => &found.theirs.fields,
        _ => &row.fields,
    };
    let there = if found.theirs.deleted {
        &found.base
    } else {
        &found.theirs.fields
    };
    let source = |column: &ColumnName| {
        let (value, before) = (value_of(stays, column), value_of(&found.base, column));
        let is_theirs = value == value_of(there, column);
        if found.decided.iter().any(|one| one.column == *column) {
            Source::Rule
        } else if is_theirs && value == before {
            Source::Unchanged
        } else if is_theirs && !entry.fields.contains_key(column) {
            Source::Theirs
        } else {
            Source::Mine
        }
    };
    let rest = table
        .columns()
        .iter()
        .filter(|column| !found.columns.contains(&column.name));
    rest.map(|column| SettledValue {
        value: value_of(stays, &column.name).clone(),
        source: source(&column.name),
        column: column.name.clone(),
    })
    .collect()
}

fn of_refused(
    conn: &Connection,
    layout: &Layout,
    table: &TableLayout,
    row: &Row,
    entry: Entry,
    refusal: Refusal,
) -> Result<InboxDetail> {
    let base = base::find(conn, &table.name, &row.id)?.map(|base| base.values());
    let base = base.unwrap_or_default();
    let columns = if entry.kind == OpKind::Delete {
        Vec::new()
    } else {
        in_order(Some(table), refused_columns(&entry, &refusal))
    };
    let refused_at: Option<i64> = conn
        .prepare_cached("SELECT at FROM lf_refused WHERE tbl = ?1 AND id = ?2")?
        .query_row([table.name.as_str(), row.id.as_str()], |sql| sql.get(0))
        .optional()?;
    let sides = columns.iter().map(|column| Sides {
        column: column.clone(),
        base: value_of(&base, column).clone(),
        mine: value_of(&row.fields, column).clone(),
        theirs: value_of(&base, column).clone(),
        both: None,
    });
    let rest = table
        .columns()
        .iter()
        .filter(|column| !columns.contains(&column.name));
    let others = rest.map(|column| {
        let value = value_of(&row.fields, &column.name);
        SettledValue {
            source: if value == value_of(&base, &column.name) {
                Source::Unchanged
            } else {
                Source::Mine
            },
            value: value.clone(),
            column: column.name.clone(),
        }
    });
    let kind = kind_of(&refusal);
    Ok(InboxDetail {
        fields: sides.collect(),
        others: others.collect(),
        other_record: other_record(conn, layout, table, row, (kind, &columns))?,
        item: InboxItem {
            table: table.name.clone(),
            id: row.id.clone(),
            title: table.title(&row.id, &row.fields),
            kind,
            columns,
            mine_at: entry.edited_at,
            theirs: None,
            at: refused_at.map_or(entry.edited_at, Millis),
        },
        revision: entry.op_id.clone(),
        can_keep_both: false,
        refused: Some((entry, refusal)),
    })
}

/// The record in the way, or the missing one, if this device knows it.
fn other_record(
    conn: &Connection,
    layout: &Layout,
    table: &TableLayout,
    row: &Row,
    (kind, columns): (InboxKind, &[ColumnName]),
) -> Result<Option<OtherRecord>> {
    for name in columns {
        let value = value_of(&row.fields, name);
        let Some(column) = table.column(name).filter(|_| !value.is_null()) else {
            continue;
        };
        let found = match (kind, &column.kind) {
            (InboxKind::UniqueTaken, _) if column.unique => with_value(conn, table, row, column, value)?,
            (InboxKind::ParentMissing, ColumnKind::Reference { table }) => {
                missing(conn, layout, table, value)?
            }
            _ => None,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn with_value(
    conn: &Connection,
    table: &TableLayout,
    row: &Row,
    column: &landfall_core::schema::Column,
    value: &Value,
) -> Result<Option<OtherRecord>> {
    let Some(value) = cell::to_sql(&column.kind, value) else {
        return Ok(None);
    };
    let sql = format!(
        "{} WHERE {} = ?1 AND deleted = 0 AND id <> ?2 LIMIT 1",
        table.select,
        names::column(&column.name)
    );
    let parameters: [&dyn ToSql; 2] = [&value, &row.id.as_str()];
    let mut statement = conn.prepare_cached(&sql)?;
    let other = statement
        .query_row(parameters, |sql| Ok(row::read(table, sql)))
        .optional()?;
    Ok(other.transpose()?.map(|other| described(table, &other)))
}

/// The missing record, where the server had it once. (One that the server has never seen is missing because it waits
/// here itself.)
fn missing(
    conn: &Connection,
    layout: &Layout,
    table: &TableName,
    value: &Value,
) -> Result<Option<OtherRecord>> {
    let (Ok(table), Some(Ok(id))) = (layout.table(table), value.as_text().map(RecordId::new)) else {
        return Ok(None);
    };
    Ok(row::find(conn, table, &id)?.map(|row| described(table, &row)))
}

fn described(table: &TableLayout, row: &Row) -> OtherRecord {
    OtherRecord {
        table: table.name.clone(),
        id: row.id.clone(),
        title: table.title(&row.id, &row.fields),
        deleted: row.deleted,
    }
}
