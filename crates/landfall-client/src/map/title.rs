//! Titles: of a record, and of the records that it points at.

use crate::error::CommandError;
use landfall_core::id::{ColumnName, RecordId, TableName};
use landfall_core::record::{Fields, value_of};
use landfall_core::schema::{ColumnKind, Table};
use landfall_core::value::Value;
use landfall_store::Store;
use std::collections::{BTreeMap, BTreeSet};

/// The title column's text, or the id's first characters.
pub(crate) fn of(table: &Table, id: &RecordId, fields: &Fields) -> String {
    match value_of(fields, &table.title) {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        _ => id.as_str().chars().take(8).collect(),
    }
}

/// Titles of the records that some fields point at, looked up once per table.
#[derive(Debug, Default)]
pub(crate) struct Pointed(BTreeMap<TableName, BTreeMap<RecordId, String>>);

impl Pointed {
    /// Looks up the titles of all that the references in these fields point at.
    pub(crate) fn look_up<'a>(
        store: &Store,
        table: &Table,
        all: impl IntoIterator<Item = &'a Fields>,
    ) -> Result<Self, CommandError> {
        let mut wanted: BTreeMap<TableName, BTreeSet<RecordId>> = BTreeMap::new();
        for fields in all {
            for (target, id, _) in references(table, fields) {
                wanted.entry(target.clone()).or_default().insert(id);
            }
        }
        let mut titles = BTreeMap::new();
        for (target, ids) in wanted {
            let ids: Vec<_> = ids.into_iter().collect();
            titles.insert(target.clone(), store.titles(&target, &ids)?);
        }
        Ok(Self(titles))
    }

    /// By column: the title of what each reference in these fields points at, where it is known.
    pub(crate) fn titles(&self, table: &Table, fields: &Fields) -> BTreeMap<String, String> {
        let known = references(table, fields).filter_map(|(target, id, column)| {
            let title = self.0.get(target)?.get(&id)?;
            Some((column.to_string(), title.clone()))
        });
        known.collect()
    }

    /// The title of what one value of a column points at.
    pub(crate) fn title(&self, table: &Table, column: &ColumnName, value: &Value) -> Option<String> {
        let one = Fields::from([(column.clone(), value.clone())]);
        self.titles(table, &one).into_values().next()
    }
}

fn references<'a>(
    table: &'a Table,
    fields: &'a Fields,
) -> impl Iterator<Item = (&'a TableName, RecordId, &'a ColumnName)> {
    table.columns.iter().filter_map(|column| match &column.kind {
        ColumnKind::Reference { table: target } => {
            let id = value_of(fields, &column.name).as_text()?;
            Some((target, RecordId::new(id).ok()?, &column.name))
        }
        _ => None,
    })
}
