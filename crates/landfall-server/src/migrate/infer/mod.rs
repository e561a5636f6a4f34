//! A first `landfall.toml`, guessed from the records of another server ([`guess`]) and written with what was guessed in
//! comments ([`file`]), for a person to go through. Nobody has to begin with an empty file.

mod file;
mod guess;

use super::Source;
use super::source::snake;
use crate::Error;
use guess::{Guess, Kind, Seen};
use landfall_core::id::{ColumnName, Millis, TableName};
use landfall_core::schema_file;
use landfall_tables::{Row, Select};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// What was read of a table.
#[derive(Debug)]
struct Read {
    name: TableName,
    theirs: String,
    rows: u64,
    /// All of the table was read.
    is_whole: bool,
    ids: BTreeSet<String>,
    /// Properties in the order in which they were met.
    properties: Vec<(String, Seen)>,
}

/// A table as it is written.
#[derive(Debug)]
struct Table {
    name: TableName,
    /// What was read, for the comment.
    read: String,
    columns: Vec<Column>,
    /// Properties that no column can hold, and why.
    left: Vec<(String, String)>,
}

#[derive(Debug)]
struct Column {
    name: ColumnName,
    property: String,
    guess: Guess,
}

/// Reads at most `most` records of each table, and writes a schema file for them.
///
/// # Errors
/// [`Error::Source`]; [`Error::Inferred`] when no valid schema comes of it.
pub async fn run(source: &Source, workspace: &str, most: u64) -> Result<String, Error> {
    let mut tables = Vec::new();
    for (ours, theirs) in source.tables() {
        tables.push(read(source, ours, theirs, most).await?);
    }
    let guessed: Vec<Table> = tables.iter().map(|table| guessed(table, &tables)).collect();
    let text = file::write(workspace, source.address(), &guessed);
    schema_file::parse(&text).map_err(Error::Inferred)?;
    Ok(text)
}

async fn read(source: &Source, ours: &TableName, theirs: &str, most: u64) -> Result<Read, Error> {
    let mut read = Read {
        name: ours.clone(),
        theirs: theirs.to_owned(),
        rows: 0,
        is_whole: false,
        ids: BTreeSet::new(),
        properties: Vec::new(),
    };
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    while read.rows < most && !read.is_whole {
        let page = source.page(theirs, Select::All, read.rows).await?;
        read.is_whole = page.is_last(read.rows);
        let rows = source.rows(page)?;
        for row in rows
            .into_iter()
            .take(usize::try_from(most - read.rows).unwrap_or(usize::MAX))
        {
            read.rows += 1;
            look(&mut read, &mut places, row);
        }
    }
    Ok(read)
}

fn look(read: &mut Read, places: &mut BTreeMap<String, usize>, row: Row) {
    let Row { json, id, .. } = row;
    for (name, value) in properties(json) {
        let at = *places.entry(name.clone()).or_insert_with(|| {
            read.properties.push((name, Seen::default()));
            read.properties.len() - 1
        });
        read.properties[at].1.look(&value);
    }
    read.ids.insert(id);
}

/// Those that are not the system's.
fn properties(json: Map<String, Json>) -> impl Iterator<Item = (String, Json)> {
    json.into_iter()
        .filter(|(name, _)| !landfall_tables::row::is_system(name))
}

fn guessed(read: &Read, all: &[Read]) -> Table {
    let (mut columns, mut left) = (Vec::new(), Vec::new());
    let mut taken = BTreeSet::new();
    for (property, seen) in &read.properties {
        let parent = || {
            let others = all
                .iter()
                .filter(|other| other.name != read.name && other.is_whole);
            let found = others.into_iter().find(|other| seen.are_ids_of(&other.ids))?;
            Some(found.name.clone())
        };
        let named = column_name(property).filter(|name| taken.insert(name.clone()));
        match (named, seen.guess(read.rows, parent)) {
            (Some(name), Ok(guess)) => columns.push(Column {
                name,
                property: property.clone(),
                guess,
            }),
            (_, Err(reason)) => left.push((property.clone(), reason)),
            (None, _) => left.push((
                property.clone(),
                "no column can be called so: letters a to z, digits and _, and each name once".to_owned(),
            )),
        }
    }
    let is_called = columns.iter().any(|column| column.guess.kind.can_be_title());
    if !is_called && let Some(name) = free_name(&taken) {
        columns.push(Column {
            property: name.to_string(),
            name,
            guess: Guess {
                kind: Kind::Text,
                is_required: false,
                because: "added: a record is called by a text, and there is none".to_owned(),
            },
        });
    }
    let what = if read.theirs == read.name.as_str() {
        String::new()
    } else {
        format!(" of `{}`", read.theirs)
    };
    let read_all = if read.is_whole { "all" } else { "the first" };
    Table {
        name: read.name.clone(),
        read: format!("{read_all} {} records{what}", read.rows),
        columns,
        left,
    }
}

/// `dueDate` → `due_date`; a name that SQL or every record has gets a `_`, and is found by old clients all the same.
fn column_name(property: &str) -> Option<ColumnName> {
    let name = snake(property);
    ColumnName::new(name.clone())
        .or_else(|_| ColumnName::new(format!("{name}_")))
        .ok()
}

fn free_name(taken: &BTreeSet<ColumnName>) -> Option<ColumnName> {
    let names = ["name", "title", "label"].into_iter().filter_map(column_name);
    names.into_iter().find(|name| !taken.contains(name))
}

/// An instant, read as the import reads it: without an offset it is UTC.
fn is_instant(text: &str) -> Option<Millis> {
    let text = text.trim();
    let (day, _) = text.split_once(['T', ' '])?;
    let at: jiff::Timestamp = if text[day.len()..].contains(['Z', 'z', '+', '-']) {
        text.parse().ok()?
    } else {
        format!("{text}Z").parse().ok()?
    };
    Some(Millis(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A table of which all of these were read.
    fn read_of(name: &str, rows: &[Json]) -> Read {
        let mut read = Read {
            name: TableName::new(name).unwrap(),
            theirs: name.to_owned(),
            rows: rows.len() as u64,
            is_whole: true,
            ids: BTreeSet::new(),
            properties: Vec::new(),
        };
        let mut places = BTreeMap::new();
        for row in rows {
            let object = row.as_object().unwrap().clone();
            look(&mut read, &mut places, Row::read(object).unwrap());
        }
        read
    }

    fn written(tables: &[Read]) -> String {
        let guessed: Vec<Table> = tables.iter().map(|table| guessed(table, tables)).collect();
        let text = file::write("A \"team\"", "https://old.example.org", &guessed);
        schema_file::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        text
    }

    #[test]
    fn kinds_are_told_by_all_values_and_what_fits_no_column_is_named() {
        let states = ["open", "closed", "on hold"];
        let rows: Vec<Json> = (0..24_u8)
            .map(|n| {
                json!({
                    "id": format!("r-{n}"), "version": "MQ==", "updatedAt": "2026-11-23T10:00:00.000Z",
                    "__createdAt": "2026-11-23T10:00:00.000Z", "deleted": false,
                    "isVIP": n % 2 == 0,
                    "wholeSoFar": f64::from(n), "exact": f64::from(n) + 0.5,
                    "dueDate": "2026-11-23T00:00:00.000Z", "day": "2026-11-23", "seenAt": "2026-11-23T10:41:00.1234567Z",
                    "state": states[usize::from(n) % 3],
                    "code": format!("c-{n}"), "site": "https://example.org",
                    "text": if n == 3 { "two\nlines" } else { "one" },
                    "tags": ["a", "b"], "spot": {"latitude": 48.2, "longitude": 16.4},
                    "mixed": if n == 0 { json!(1) } else { json!("one") },
                    "deep": {"a": {"b": 1}}, "Größe": 5, "rank": n,
                    "sometimes": if n == 1 { json!("x") } else { Json::Null }, "never": null,
                    "ownerId": "p-1",
                })
            })
            .collect();
        let people = [json!({"id": "p-1", "age": 40}), json!({"id": "p-2", "age": 41})];
        insta::assert_snapshot!(written(&[read_of("records", &rows), read_of("people", &people)]));
    }

    #[test]
    fn a_table_without_records_makes_a_schema_all_the_same() {
        let text = written(&[read_of("notes", &[])]);
        assert!(
            text.contains("name = \"notes\"") && text.contains("type = \"text\""),
            "{text}"
        );
    }
}
