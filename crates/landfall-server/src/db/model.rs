//! The schema with what SQL needs of it: each table's rules, columns and statements, made once at start.
//!
//! Names go into SQL as quoted identifiers. They can: a [`TableName`] or [`ColumnName`] has only `a-z`, `0-9` and `_`.
//! The server's own tables begin with `_`, which no table of a schema can.

use crate::Error;
use landfall_core::id::{ColumnName, TableName};
use landfall_core::schema::{Column, ColumnKind, NotifyRule, Schema};
use landfall_core::validate::TableRules;
use std::fmt::Write as _;

/// The system columns of every record table, in the order in which statements name them.
pub(crate) const SYSTEM_COLUMNS: &str =
    "id, version, seq, created_at, updated_at, deleted, changed_by, changed_at";

/// How many there are.
pub(crate) const SYSTEM_COUNT: usize = 8;

/// The schema with its SQL.
#[derive(Debug)]
pub struct Model {
    schema: Schema,
    tables: Vec<TableModel>,
}

/// One table with its SQL.
#[derive(Debug)]
pub struct TableModel {
    rules: TableRules,
    /// Everything of a record, as a list of columns.
    pub(crate) all: String,
    notify: Vec<NotifyRule>,
    /// Everything of one record by id.
    pub(crate) select_by_id: String,
    /// Everything after `?1` up to and including `?2` in the order of seq; tombstones only after `?3`.
    pub(crate) select_changed: String,
    /// Everything of all live records in the order of ids.
    pub(crate) select_live: String,
    /// Puts a record in place of the one with its id.
    pub(crate) upsert: String,
    /// Whether a live record has this id.
    pub(crate) exists_live: String,
}

impl Model {
    /// Compiles a schema.
    ///
    /// # Errors
    /// [`Error::SchemaChange`] for a pattern that is no regular expression.
    pub fn new(schema: Schema) -> Result<Self, Error> {
        let tables = schema
            .tables
            .iter()
            .map(|table| match TableRules::new(table) {
                Ok(rules) => Ok(TableModel::new(rules, &schema.notify)),
                Err((column, error)) => Err(Error::SchemaChange(format!(
                    "the pattern of column {column} of table {} is no regular expression: {error}",
                    table.name
                ))),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { schema, tables })
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// All tables, in the schema's order.
    #[must_use]
    pub fn tables(&self) -> &[TableModel] {
        &self.tables
    }

    /// One table.
    #[must_use]
    pub fn table(&self, name: &TableName) -> Option<&TableModel> {
        self.tables.iter().find(|table| table.name() == name)
    }

    /// One table by the name that a person gave.
    ///
    /// # Errors
    /// [`Error::NoSuchTable`], with the names that there are.
    pub fn table_named(&self, name: &str) -> Result<&TableModel, Error> {
        self.tables
            .iter()
            .find(|table| table.name().as_str() == name)
            .ok_or_else(|| Error::NoSuchTable {
                name: name.to_owned(),
                known: self.tables.iter().map(|table| table.name().to_string()).collect(),
            })
    }
}

impl TableModel {
    fn new(rules: TableRules, notify: &[NotifyRule]) -> Self {
        let table = rules.table();
        let of_table = |rule: &&NotifyRule| rule.table == table.name;
        let name = quoted(table.name.as_str());
        let sql_columns: Vec<String> = table.columns.iter().flat_map(sql_names).collect();
        let mut all = SYSTEM_COLUMNS.to_owned();
        for column in &sql_columns {
            let _ = write!(all, ", {column}");
        }
        let marks: Vec<String> = (1..=SYSTEM_COUNT + sql_columns.len())
            .map(|n| format!("?{n}"))
            .collect();
        let updates: Vec<String> = all
            .split(", ")
            .skip(1)
            .map(|column| format!("{column} = excluded.{column}"))
            .collect();
        Self {
            select_by_id: format!("SELECT {all} FROM {name} WHERE id = ?1"),
            select_changed: format!(
                "SELECT {all} FROM {name} WHERE seq > ?1 AND seq <= ?2 AND (deleted = 0 OR seq > ?3) ORDER BY seq"
            ),
            select_live: format!("SELECT {all} FROM {name} WHERE deleted = 0 ORDER BY id"),
            upsert: format!(
                "INSERT INTO {name} ({all}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {}",
                marks.join(", "),
                updates.join(", ")
            ),
            exists_live: format!("SELECT 1 FROM {name} WHERE id = ?1 AND deleted = 0"),
            all,
            notify: notify.iter().filter(of_table).cloned().collect(),
            rules,
        }
    }

    /// Its validation.
    #[must_use]
    pub fn rules(&self) -> &TableRules {
        &self.rules
    }

    /// The rules for notifications about it.
    #[must_use]
    pub fn notify(&self) -> &[NotifyRule] {
        &self.notify
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &TableName {
        &self.rules.table().name
    }

    /// Its columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.rules.table().columns
    }

    /// Its name in SQL.
    pub(crate) fn sql_name(&self) -> String {
        quoted(self.name().as_str())
    }
}

/// An identifier in SQL.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// The names of a column in SQL: two for a location.
pub(crate) fn sql_names(column: &Column) -> Vec<String> {
    match column.kind {
        ColumnKind::Location => vec![part_name(&column.name, "lat"), part_name(&column.name, "lon")],
        _ => vec![quoted(column.name.as_str())],
    }
}

fn part_name(column: &ColumnName, part: &str) -> String {
    // A dot can't stand in a column's name, so this can't be another column.
    format!("\"{column}.{part}\"")
}

/// The type of a column in SQL.
pub(crate) fn sql_type(kind: &ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Integer { .. } | ColumnKind::Boolean => "INTEGER",
        ColumnKind::Real { .. } | ColumnKind::Location => "REAL",
        ColumnKind::Text { .. }
        | ColumnKind::LongText { .. }
        | ColumnKind::Date { .. }
        | ColumnKind::DateTime
        | ColumnKind::Choice { .. }
        | ColumnKind::MultiChoice { .. }
        | ColumnKind::Reference { .. }
        | ColumnKind::Link => "TEXT",
    }
}
