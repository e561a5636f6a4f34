//! A page of another server's records into a table, inside the one write transaction.

use super::changed_at;
use crate::Error;
use crate::db::change::{Brought, Changes};
use crate::db::model::TableModel;
use crate::db::row;
use landfall_core::id::{Millis, RecordId};
use landfall_core::record::{Fields, Record, diff};
use landfall_core::validate::{Author, FieldError, Rule};
use landfall_tables::{Properties, Row};
use std::collections::{BTreeMap, BTreeSet};

/// What became of the records of a table so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) read: u64,
    pub(super) made: u64,
    pub(super) changed: u64,
    pub(super) deleted: u64,
    pub(super) unchanged: u64,
    pub(super) newer_here: u64,
    /// What does not fit, by id, with the reason.
    pub(super) left_out: BTreeMap<String, String>,
    /// What another record stands against, or whose parent is not here, by id, with the reason.
    pub(super) waiting: BTreeMap<String, (Row, String)>,
    /// What earlier runs left out, and this one has not met.
    pub(super) owed: BTreeSet<String>,
}

impl Tally {
    /// Ids of records that are there and not here.
    pub(super) fn missing(&self) -> BTreeSet<String> {
        let known = self.left_out.keys().chain(self.waiting.keys());
        known.chain(&self.owed).cloned().collect()
    }
}

/// What becomes of one record.
enum Taken {
    Made,
    Changed,
    Deleted,
    Unchanged,
    NewerHere,
    Refused(String),
    NotYet(String),
}

/// Puts records; what became of each stands in the tally.
pub(super) fn put(
    mut changes: Changes<'_>,
    table: &TableModel,
    now: Millis,
    properties: &mut Properties,
    rows: Vec<Row>,
    tally: &mut Tally,
) -> Result<(), Error> {
    for row in rows {
        tally.owed.remove(&row.id);
        tally.left_out.remove(&row.id);
        tally.waiting.remove(&row.id);
        let count = match take(&mut changes, table, now, properties, &row)? {
            Taken::Made => &mut tally.made,
            Taken::Changed => &mut tally.changed,
            Taken::Deleted => &mut tally.deleted,
            Taken::Unchanged => &mut tally.unchanged,
            Taken::NewerHere => &mut tally.newer_here,
            Taken::Refused(reason) => {
                tally.left_out.insert(row.id, reason);
                continue;
            }
            Taken::NotYet(reason) => {
                tally.waiting.insert(row.id.clone(), (row, reason));
                continue;
            }
        };
        *count += 1;
    }
    changes.finish()
}

fn take(
    changes: &mut Changes<'_>,
    table: &TableModel,
    now: Millis,
    properties: &mut Properties,
    row: &Row,
) -> Result<Taken, Error> {
    let id = match row.record_id() {
        Ok(id) => id,
        Err(error) => return Ok(Taken::Refused(format!("the id can't be used here: {error}"))),
    };
    let read = properties.read(&row.json);
    let before = row::find(changes.connection(), table, &id)?;
    let live_before = before.as_ref().filter(|record| !record.deleted);
    let is_newer_here = |before: &Record| before.changed_at > changed_at(row, now);
    let brought = |fields| Brought {
        fields,
        // v3 does not say when; no later than its last change.
        created_at: row.created_at.or(row.updated_at),
        edited_at: changed_at(row, now),
        deleted: row.deleted,
    };
    if row.deleted {
        let fields = match (&before, live_before) {
            (Some(_), None) => return Ok(Taken::Unchanged),
            (_, Some(before)) if is_newer_here(before) => return Ok(Taken::NewerHere),
            (_, Some(before)) => before.fields.clone(),
            // Its values no longer matter to anyone; that it is deleted does.
            (None, None) => read.fields,
        };
        changes.bring(table, &id, before.as_ref(), brought(fields))?;
        return Ok(Taken::Deleted);
    }
    if !read.unreadable.is_empty() {
        let columns = read
            .unreadable
            .iter()
            .filter_map(|name| table.rules().table().column(name));
        let errors: Vec<FieldError> = columns
            .map(|column| table.rules().error(column, Rule::Kind))
            .collect();
        return Ok(Taken::Refused(sentence(&errors)));
    }
    let wanted = whole(table, properties, read.fields, live_before);
    let fields = match table.rules().check_whole(&wanted, Author::Import) {
        Ok(fields) => fields,
        Err(errors) => return Ok(Taken::Refused(sentence(&errors))),
    };
    if live_before.is_some_and(|record| record.fields == fields) {
        return Ok(Taken::Unchanged);
    }
    if before.as_ref().is_some_and(is_newer_here) {
        return Ok(Taken::NewerHere);
    }
    if let Some(reason) = stands_against(changes, table, &id, live_before, &fields)? {
        return Ok(Taken::NotYet(reason));
    }
    changes.bring(table, &id, before.as_ref(), brought(fields))?;
    Ok(if live_before.is_some() {
        Taken::Changed
    } else {
        Taken::Made
    })
}

/// All columns: as they are there, and those that the server does not have as they are here, or by default.
fn whole(table: &TableModel, properties: &Properties, given: Fields, before: Option<&Record>) -> Fields {
    let mut fields = given;
    for column in table
        .columns()
        .iter()
        .filter(|column| !properties.has(&column.name))
    {
        let value = match before {
            Some(record) => record.fields.get(&column.name),
            None => column.default.as_ref(),
        };
        if let Some(value) = value {
            fields.insert(column.name.clone(), value.clone());
        }
    }
    fields
}

/// Another record that has a unique value, or a parent that is missing.
fn stands_against(
    changes: &Changes<'_>,
    table: &TableModel,
    id: &RecordId,
    before: Option<&Record>,
    fields: &Fields,
) -> Result<Option<String>, Error> {
    let nothing = Fields::new();
    let changed = diff(before.map_or(&nothing, |record| &record.fields), fields);
    let mut errors = changes.not_unique(table, id, &changed)?;
    errors.extend(changes.parents_missing(table, &changed)?);
    Ok((!errors.is_empty()).then(|| sentence(&errors)))
}

fn sentence(errors: &[FieldError]) -> String {
    let reasons: Vec<String> = errors
        .iter()
        .map(|error| format!("column {} ({}): {}", error.column, error.kind, error.message))
        .collect();
    reasons.join(" ")
}
