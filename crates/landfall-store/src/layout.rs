//! The schema as this store uses it: each table's rules and its SQL, made once.

use crate::cell;
use crate::error::{Error, Result};
use crate::fold::sort_key;
use crate::names;
use landfall_core::id::{ColumnName, RecordId, TableName};
use landfall_core::record::{Fields, value_of};
use landfall_core::schema::{Column, Schema, Table};
use landfall_core::validate::TableRules;
use landfall_core::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All tables of the workspace; empty without one.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    pub(crate) schema: Option<Arc<Schema>>,
    pub(crate) device_name: String,
    tables: BTreeMap<TableName, Arc<TableLayout>>,
}

/// One table.
#[derive(Debug)]
pub(crate) struct TableLayout {
    pub(crate) name: TableName,
    pub(crate) rules: TableRules,
    /// Quoted name of the record table.
    pub(crate) sql: String,
    /// Quoted name of its full-text index.
    pub(crate) search: String,
    /// `SELECT` of a whole row, without a `WHERE`.
    pub(crate) select: String,
    pub(crate) insert: String,
    pub(crate) update: String,
    pub(crate) find: String,
    pub(crate) find_row: String,
    pub(crate) search_insert: String,
    pub(crate) search_delete: String,
}

/// System columns in the order in which rows are read and written (after `row`).
pub(crate) const SYSTEM: [&str; 15] = [
    "id",
    "version",
    "seq",
    "created_at",
    "updated_at",
    "changed_by",
    "changed_at",
    "deleted",
    "mark",
    "extra",
    "_live",
    "_generation",
    "_others_at",
    "_others_by",
    "_title",
];

impl Layout {
    pub(crate) fn new(schema: Schema, device_name: String) -> Result<Self> {
        let mut tables = BTreeMap::new();
        for table in &schema.tables {
            tables.insert(table.name.clone(), Arc::new(TableLayout::new(table)?));
        }
        Ok(Self {
            schema: Some(Arc::new(schema)),
            device_name,
            tables,
        })
    }

    pub(crate) fn table(&self, name: &TableName) -> Result<&Arc<TableLayout>> {
        if self.schema.is_none() {
            return Err(Error::NoWorkspace);
        }
        self.tables
            .get(name)
            .ok_or_else(|| Error::UnknownTable(name.clone()))
    }

    pub(crate) fn tables(&self) -> impl Iterator<Item = &Arc<TableLayout>> {
        self.tables.values()
    }
}

impl TableLayout {
    pub(crate) fn new(table: &Table) -> Result<Self> {
        let rules = TableRules::new(table).map_err(|(column, source)| Error::Pattern {
            column: column.to_string(),
            source: Box::new(source),
        })?;
        let sql = names::table(&table.name);
        let search = names::search(&table.name);
        let columns: Vec<String> = SYSTEM
            .iter()
            .map(|name| format!("\"{name}\""))
            .chain(table.columns.iter().map(|column| names::column(&column.name)))
            .collect();
        let places: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
        // `id` (the first) never changes.
        let set: Vec<String> = columns
            .iter()
            .zip(&places)
            .skip(1)
            .map(|(column, place)| format!("{column} = {place}"))
            .collect();
        let list = columns.join(", ");
        let select = format!("SELECT row, {list} FROM {sql}");
        Ok(Self {
            name: table.name.clone(),
            insert: format!(
                "INSERT INTO {sql} ({list}) VALUES ({}) ON CONFLICT (id) DO NOTHING",
                places.join(", ")
            ),
            update: format!("UPDATE {sql} SET {} WHERE id = ?1", set.join(", ")),
            find: format!("{select} WHERE id = ?1"),
            find_row: format!("SELECT row FROM {sql} WHERE id = ?1"),
            search_insert: format!("INSERT INTO {search} (rowid, text) VALUES (?1, ?2)"),
            search_delete: format!("DELETE FROM {search} WHERE rowid = ?1"),
            rules,
            sql,
            search,
            select,
        })
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.rules.table().columns
    }

    pub(crate) fn column(&self, name: &ColumnName) -> Option<&Column> {
        self.rules.table().column(name)
    }

    /// What names a record: the title column's text, or the id's first characters.
    pub(crate) fn title(&self, id: &RecordId, fields: &Fields) -> String {
        let title = value_of(fields, &self.rules.table().title);
        let text = cell::shown(title);
        if text.trim().is_empty() {
            id.as_str().chars().take(8).collect()
        } else {
            text
        }
    }

    /// The key by which a record sorts by title. Whole numbers sort as numbers.
    pub(crate) fn title_key(&self, id: &RecordId, fields: &Fields) -> String {
        match value_of(fields, &self.rules.table().title) {
            Value::Integer(number) => format!("{:020}", i128::from(*number) + i128::from(i64::MAX)),
            _ => sort_key(&self.title(id, fields)),
        }
    }

    /// What full-text search finds a record by: its title and every text.
    pub(crate) fn search_text(&self, id: &RecordId, fields: &Fields) -> String {
        let mut text = self.title(id, fields);
        for column in self.columns() {
            if column.kind.is_searchable()
                && column.name != self.rules.table().title
                && let Some(value) = value_of(fields, &column.name).as_text()
            {
                text.push('\n');
                text.push_str(value);
            }
        }
        crate::fold::fold(&text)
    }

    /// Only the columns that the schema knows.
    pub(crate) fn known(&self, fields: &Fields) -> Fields {
        let known = fields.iter().filter(|(name, _)| self.column(name).is_some());
        known.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The fields in their columns' forms, without nulls. Columns that the schema does not know stay as they are.
    pub(crate) fn tidy(&self, fields: Fields) -> Fields {
        fields
            .into_iter()
            .filter_map(|(name, value)| {
                let value = match self.column(&name) {
                    Some(column) => cell::tidy(column, value),
                    None => value,
                };
                (!value.is_null()).then_some((name, value))
            })
            .collect()
    }
}
