//! Full-text search. Text is folded before it is indexed and before it is looked up, so that both sides agree on what
//! a word is; every word typed must begin a word of the record.

use crate::Store;
use crate::cell;
use crate::error::Result;
use crate::fold::fold;
use crate::layout::TableLayout;
use crate::row;
use crate::view::{self, ViewSpec};
use landfall_core::id::{RecordId, TableName};
use landfall_core::record::value_of;
use landfall_core::schema::ColumnKind;
use rusqlite::{Connection, params};

/// Up to so many hits are looked up one by one; more are read off the title index.
pub(crate) const FEW: usize = 2_000;

/// A record to point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: RecordId,
    /// Its title.
    pub title: String,
    /// A second line: the first other texts, joined.
    pub detail: String,
}

/// Rows of which every word begins a word.
pub(crate) fn hits(conn: &Connection, table: &TableLayout, words: &[String]) -> Result<Vec<i64>> {
    let phrases: Vec<String> = words.iter().map(|word| format!("\"{word}\"*")).collect();
    let sql = format!("SELECT rowid FROM {0} WHERE {0} MATCH ?1", table.search);
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([phrases.join(" AND ")])?;
    let mut hits = Vec::new();
    while let Some(sql) = rows.next()? {
        hits.push(sql.get(0)?);
    }
    Ok(hits)
}

/// Those first whose title begins with what was typed; otherwise the order stays.
pub(crate) fn best_first(
    conn: &Connection,
    table: &TableLayout,
    typed: &str,
    rows: Vec<i64>,
) -> Result<Vec<i64>> {
    let typed = fold(typed.trim());
    let beyond = format!("{typed}\u{10ffff}");
    let sql = format!(
        "SELECT row FROM {} WHERE deleted = 0 AND \"_title\" >= ?1 AND \"_title\" < ?2",
        table.sql
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut begin = statement.query(params![typed, beyond])?;
    let mut best = Vec::new();
    while let Some(sql) = begin.next()? {
        best.push(sql.get::<_, i64>(0)?);
    }
    if best.is_empty() {
        return Ok(rows);
    }
    let best = RowSet::new(&best);
    let (mut first, rest): (Vec<i64>, Vec<i64>) = rows.into_iter().partition(|row| best.contains(*row));
    first.extend(rest);
    Ok(first)
}

/// A set of row numbers: a bit each, because row numbers are dense.
pub(crate) struct RowSet(Vec<u64>);

impl RowSet {
    pub(crate) fn new(rows: &[i64]) -> Self {
        let place = |row: i64| usize::try_from(row).unwrap_or(0);
        let most = rows.iter().copied().max().map_or(0, place);
        let mut bits = vec![0_u64; most / 64 + 1];
        for &row in rows {
            bits[place(row) / 64] |= 1 << (place(row) % 64);
        }
        Self(bits)
    }

    pub(crate) fn contains(&self, row: i64) -> bool {
        let place = usize::try_from(row).unwrap_or(0);
        self.0
            .get(place / 64)
            .is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }
}

impl Store {
    /// Finds records to point at; without a search, the first by title.
    ///
    /// # Errors
    /// [`crate::Error::UnknownTable`], [`crate::Error::NoWorkspace`], or what SQLite says.
    pub fn search_titles(&self, table: &TableName, search: &str, limit: usize) -> Result<Vec<Found>> {
        let spec = ViewSpec {
            search: search.to_owned(),
            ..ViewSpec::all(table.clone())
        };
        self.read(|conn, layout| {
            let table = layout.table(table)?;
            let rows = view::open(conn, layout, &spec)?;
            let sql = format!("{} WHERE row = ?1", table.select);
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = Vec::new();
            for number in rows.into_iter().take(limit) {
                let mut rows = statement.query([number])?;
                if let Some(sql) = rows.next()? {
                    let row = row::read(table, sql)?;
                    found.push(Found {
                        title: table.title(&row.id, &row.fields),
                        detail: detail(table, &row),
                        id: row.id,
                    });
                }
            }
            Ok(found)
        })
    }
}

fn detail(table: &TableLayout, row: &row::Row) -> String {
    let title = &table.rules.table().title;
    let texts = table
        .columns()
        .iter()
        .filter(|column| column.name != *title && matches!(column.kind, ColumnKind::Text { .. }))
        .map(|column| cell::shown(value_of(&row.fields, &column.name)))
        .filter(|text| !text.is_empty());
    texts.take(3).collect::<Vec<_>>().join(" · ")
}
