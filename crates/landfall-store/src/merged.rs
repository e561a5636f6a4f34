//! What merged by itself (U39): listed with what came from whom and the rule that decided, and each value of this
//! device's that gave way can be brought back. (Beside step 10 of the data's way: `meet` notes each merge here, in its
//! own transaction. The values are in history too.)

use crate::actions::Verb;
use crate::edit::{Action, Done, Edit};
use crate::entry::json;
use crate::error::{Error, Result, stored};
use crate::history::{Cause, Origin};
use crate::layout::TableLayout;
use crate::row::{self, Row};
use crate::work::Work;
use crate::{Store, edit};
use landfall_core::id::{ColumnName, Millis, RecordId, TableName};
use landfall_core::merge::Decided;
use landfall_core::record::{Fields, Patch, Record, diff, value_of};
use landfall_core::schema::MergeRule;
use landfall_core::validate::Author;
use landfall_core::value::Value;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Changes of both sides that became one record without asking.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// Rises with each merge.
    pub n: i64,
    /// The table.
    pub table: TableName,
    /// The record.
    pub id: RecordId,
    /// The record's title, as it is now.
    pub title: String,
    /// When, by this device's clock.
    pub at: Millis,
    /// Whose change met this device's; empty for the server itself.
    pub who: String,
    /// When theirs was made, by their device's clock.
    pub theirs_at: Millis,
    /// What came from them, and what rules decided.
    pub fields: Vec<MergeField>,
}

/// One field of a merge.
#[derive(Debug, Clone, PartialEq)]
pub struct MergeField {
    /// What merged.
    pub values: MergedValues,
    /// It still has what the merge gave it, and that was not mine.
    pub can_revert: bool,
}

/// The values of one field of a merge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MergedValues {
    /// The column.
    pub column: ColumnName,
    /// What this device showed.
    pub mine: Value,
    /// The server's.
    pub theirs: Value,
    /// What stands.
    pub stands: Value,
    /// The rule that decided; none where only the other side had changed it.
    pub rule: Option<MergeRule>,
}

/// Notes what a merge brought. What a person decides is no merge, and a record that goes or comes back is told by
/// history and trash.
pub(crate) fn note(
    work: &Work<'_>,
    table: &TableLayout,
    row: &Row,
    theirs: &Record,
    (stands, gone): (&Fields, bool),
    decided: &[Decided],
    cause: &Cause,
) -> Result<()> {
    if cause.origin != Origin::Merge || gone || row.deleted {
        return Ok(());
    }
    let rule_of = |column: &ColumnName| decided.iter().find(|one| one.column == *column);
    let columns: BTreeSet<ColumnName> = diff(&row.fields, stands)
        .into_keys()
        .chain(decided.iter().map(|one| one.column.clone()))
        .collect();
    if columns.is_empty() {
        return Ok(());
    }
    let fields: Vec<MergedValues> = columns
        .into_iter()
        .map(|column| MergedValues {
            mine: value_of(&row.fields, &column).clone(),
            theirs: value_of(&theirs.fields, &column).clone(),
            stands: value_of(stands, &column).clone(),
            rule: rule_of(&column).map(|one| one.rule),
            column,
        })
        .collect();
    work.conn
        .prepare_cached(
            "INSERT INTO lf_merge (tbl, id, at, who, theirs_at, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            table.name.as_str(),
            row.id.as_str(),
            work.at.0,
            theirs.changed_by,
            theirs.changed_at.0,
            json(&fields, "merge")?
        ])?;
    Ok(())
}

const SELECT: &str = "SELECT n, tbl, id, at, who, theirs_at, fields FROM lf_merge";

/// A merge as it is kept.
struct Kept {
    n: i64,
    table: TableName,
    id: RecordId,
    at: Millis,
    who: String,
    theirs_at: Millis,
    values: Vec<MergedValues>,
}

fn read(sql: &rusqlite::Row<'_>) -> Result<Kept> {
    let text = |n| sql.get::<_, String>(n);
    Ok(Kept {
        n: sql.get(0)?,
        table: TableName::new(text(1)?).map_err(stored("table name"))?,
        id: RecordId::new(text(2)?).map_err(stored("record id"))?,
        at: Millis(sql.get(3)?),
        who: text(4)?,
        theirs_at: Millis(sql.get(5)?),
        values: serde_json::from_str(&text(6)?).map_err(stored("merge"))?,
    })
}

fn find(conn: &Connection, n: i64) -> Result<Option<Kept>> {
    let mut statement = conn.prepare_cached(&format!("{SELECT} WHERE n = ?1"))?;
    let found = statement.query_row([n], |sql| Ok(read(sql))).optional()?;
    found.transpose()
}

/// Whether bringing mine back takes nothing from anyone.
fn can_revert(table: &TableLayout, row: &Row, values: &MergedValues) -> bool {
    !row.deleted
        && table.column(&values.column).is_some()
        && values.mine != values.stands
        && *value_of(&row.fields, &values.column) == values.stands
}

impl Store {
    /// What merged by itself, latest first. Records that this device does not have any more are left out.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn merges(&self, limit: u32) -> Result<Vec<Merge>> {
        self.read(|conn, layout| {
            let mut statement = conn.prepare_cached(&format!("{SELECT} ORDER BY n DESC LIMIT ?1"))?;
            let mut rows = statement.query([limit])?;
            let mut merges = Vec::new();
            while let Some(sql) = rows.next()? {
                let kept = read(sql)?;
                let Ok(table) = layout.table(&kept.table) else {
                    continue;
                };
                let Some(row) = row::find(conn, table, &kept.id)? else {
                    continue;
                };
                let field = |values| MergeField {
                    can_revert: can_revert(table, &row, &values),
                    values,
                };
                merges.push(Merge {
                    n: kept.n,
                    title: table.title(&row.id, &row.fields),
                    table: kept.table,
                    id: kept.id,
                    at: kept.at,
                    who: kept.who,
                    theirs_at: kept.theirs_at,
                    fields: kept.values.into_iter().map(field).collect(),
                });
            }
            Ok(merges)
        })
    }

    /// Brings back this device's values from before a merge, in one column or in every one that still has what the merge
    /// gave it: a new change.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing can be brought back (any more), [`Error::Invalid`] when the values do not fit
    /// the rules.
    pub fn revert_merge(&self, n: i64, column: Option<&ColumnName>) -> Result<Done> {
        let column = column.cloned();
        self.act(Verb::Restore, move |work, id| {
            let kept = find(work.conn, n)?.ok_or(Error::NotFound)?;
            let table = work.table(&kept.table)?;
            let row = row::find(work.conn, &table, &kept.id)?.ok_or(Error::NotFound)?;
            let wanted = |values: &&MergedValues| {
                column.as_ref().is_none_or(|column| *column == values.column)
                    && can_revert(&table, &row, values)
            };
            let patch: Patch = kept
                .values
                .iter()
                .filter(wanted)
                .map(|values| (values.column.clone(), values.mine.clone()))
                .collect();
            if patch.is_empty() {
                return Err(Error::NotFound);
            }
            let action = Action {
                id: id.clone(),
                origin: Origin::Undo,
                grouped: false,
                author: Author::Import,
            };
            let edit = Edit::Update {
                table: kept.table,
                id: kept.id,
                patch,
            };
            edit::run(work, &action, &[edit])
        })
    }
}
