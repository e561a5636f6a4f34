//! The database's tables: made from the schema, and brought along when `landfall.toml` has more than they.
//!
//! The server's own tables begin with `_`; each table of the schema is a STRICT table of its own name with typed
//! columns. A schema may grow (tables, columns, other limits and labels) with a higher version; what would lose or
//! reinterpret what people stored is refused. The plan is made as data ([`plan`]) and applied in one transaction.

use crate::Error;
use crate::db::model::{Model, SYSTEM_COUNT, quoted, sql_names, sql_type};
use crate::db::{format, history, installations, meta, notifications};
use landfall_core::schema::{Column, ColumnKind, Schema, Table};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

/// The server's own tables.
const SYSTEM_TABLES: &str = "
CREATE TABLE _meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  horizon INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  schema TEXT NOT NULL
) STRICT;
CREATE TABLE _tables (
  name TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  last_updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE _devices (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  token_hash BLOB NOT NULL UNIQUE,
  added_at INTEGER NOT NULL,
  last_push_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE _applied_ops (
  device TEXT NOT NULL REFERENCES _devices (id) ON DELETE CASCADE,
  op_id TEXT NOT NULL,
  version TEXT NOT NULL,
  seq INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (device, op_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE _history (
  seq INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  kind TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  edited_at INTEGER NOT NULL,
  applied_at INTEGER NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL
) STRICT;
CREATE INDEX _history_of_record ON _history (table_name, id, seq);
";

/// One step from a layout to the next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A new table with its indexes.
    AddTable(Table),
    /// A new column of a table that is there.
    AddColumn(Table, Column),
    /// The column's values must be unique from now on.
    AddUnique(Table, Column),
    /// They need not be any more.
    DropUnique(Table, Column),
}

/// Brings the database to the schema; `epoch` is the life it gets if it is new. Changes no table if it fits already.
///
/// # Errors
/// [`Error::SchemaChange`] when the schema can't follow the one that the database has.
pub fn prepare(connection: &mut Connection, schema: &Schema, epoch: &str) -> Result<(), Error> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    format::stamp(&tx)?;
    tx.execute_batch(installations::TABLES)?;
    tx.execute_batch(notifications::TABLE)?;
    tx.execute_batch(history::ORIGINS)?;
    match stored_schema(&tx)? {
        None => {
            tx.execute_batch(SYSTEM_TABLES)?;
            tx.execute(
                "INSERT INTO _meta (one, epoch, seq, horizon, schema_version, schema) VALUES (1, ?1, 0, 0, ?2, ?3)",
                (epoch, schema.version, to_json(schema)?),
            )?;
            for table in &schema.tables {
                apply(&tx, &Step::AddTable(table.clone()))?;
            }
        }
        Some(stored) if &stored == schema => {}
        Some(stored) => {
            for step in plan(&stored, schema)? {
                apply(&tx, &step)?;
            }
            tx.execute(
                "UPDATE _meta SET schema_version = ?1, schema = ?2 WHERE one = 1",
                (schema.version, to_json(schema)?),
            )?;
        }
    }
    for table in &schema.tables {
        tx.execute_batch(&index_by_time(table))?;
    }
    tx.commit()?;
    Ok(())
}

/// What the table protocol pulls along. Made wherever it is missing: it came later than the tables.
fn index_by_time(table: &Table) -> String {
    let name = quoted(table.name.as_str());
    let index = format!("\"{}.updated_at\"", table.name);
    format!("CREATE INDEX IF NOT EXISTS {index} ON {name} (updated_at, id);")
}

/// The schema that the database was brought to; none in an empty database.
pub(crate) fn stored_schema(connection: &Connection) -> Result<Option<Schema>, Error> {
    let is_new = !connection
        .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_meta'")?
        .exists([])?;
    if is_new {
        return Ok(None);
    }
    let json: Option<String> = connection
        .query_row("SELECT schema FROM _meta WHERE one = 1", [], |row| row.get(0))
        .optional()?;
    json.map(|json| {
        serde_json::from_str(&json).map_err(|error| {
            Error::SchemaChange(format!(
                "the database's own schema can't be read any more: {error}"
            ))
        })
    })
    .transpose()
}

fn to_json(schema: &Schema) -> Result<String, Error> {
    serde_json::to_string(schema).map_err(|error| Error::SchemaChange(error.to_string()))
}

/// What leads from the stored schema to the file's.
///
/// # Errors
/// [`Error::SchemaChange`] with the first thing that would lose or reinterpret what people stored.
pub fn plan(stored: &Schema, file: &Schema) -> Result<Vec<Step>, Error> {
    let refuse = |reason: String| Err(Error::SchemaChange(reason));
    if file.version <= stored.version {
        return refuse(format!(
            "it differs from the schema of the database, which has version {}: raise its version to {} or more",
            stored.version,
            stored.version + 1
        ));
    }
    for table in &stored.tables {
        let Some(now) = file.table(&table.name) else {
            return refuse(format!("table {} is gone from it: put it back", table.name));
        };
        for column in &table.columns {
            let Some(new) = now.column(&column.name) else {
                return refuse(format!(
                    "column {} of table {} is gone from it: put it back",
                    column.name, table.name
                ));
            };
            if !same_kind(&column.kind, &new.kind) {
                return refuse(format!(
                    "column {} of table {} was {} and can't become {}: give the new column another name",
                    column.name,
                    table.name,
                    described(&column.kind),
                    described(&new.kind)
                ));
            }
        }
    }
    Ok(file
        .tables
        .iter()
        .flat_map(|table| table_steps(stored, table))
        .collect())
}

fn table_steps(stored: &Schema, table: &Table) -> Vec<Step> {
    let Some(before) = stored.table(&table.name) else {
        return vec![Step::AddTable(table.clone())];
    };
    let mut steps = Vec::new();
    for column in &table.columns {
        let was = before.column(&column.name);
        if was.is_none() {
            steps.push(Step::AddColumn(table.clone(), column.clone()));
        }
        match (was.is_some_and(|was| was.unique), column.unique) {
            (false, true) => steps.push(Step::AddUnique(table.clone(), column.clone())),
            (true, false) => steps.push(Step::DropUnique(table.clone(), column.clone())),
            _ => {}
        }
    }
    steps
}

/// Whether values of the one are values of the other as they are stored.
fn same_kind(stored: &ColumnKind, file: &ColumnKind) -> bool {
    match (stored, file) {
        (ColumnKind::Reference { table: before }, ColumnKind::Reference { table: now }) => before == now,
        (ColumnKind::Text { .. }, ColumnKind::LongText { .. }) => true,
        _ => stored.word() == file.word(),
    }
}

fn described(kind: &ColumnKind) -> String {
    match kind {
        ColumnKind::Reference { table } => format!("a reference to {table}"),
        _ => kind.word().to_owned(),
    }
}

fn apply(tx: &Transaction<'_>, step: &Step) -> Result<(), Error> {
    match step {
        Step::AddTable(table) => {
            tx.execute_batch(&create_table(table))?;
            tx.execute(
                "INSERT INTO _tables (name, count, sum, last_updated_at) VALUES (?1, 0, 0, 0)",
                [table.name.as_str()],
            )?;
            for column in table.columns.iter().filter(|column| column.unique) {
                add_unique(tx, table, column)?;
            }
            Ok(())
        }
        Step::AddColumn(table, column) => {
            for name in sql_names(column) {
                let table = quoted(table.name.as_str());
                tx.execute_batch(&format!(
                    "ALTER TABLE {table} ADD COLUMN {name} {}",
                    sql_type(&column.kind)
                ))?;
            }
            Ok(())
        }
        Step::AddUnique(table, column) => add_unique(tx, table, column),
        Step::DropUnique(table, column) => {
            tx.execute_batch(&format!("DROP INDEX {}", unique_index(table, column)))?;
            Ok(())
        }
    }
}

fn create_table(table: &Table) -> String {
    let name = quoted(table.name.as_str());
    let columns: String = table
        .columns
        .iter()
        .flat_map(|column| {
            let kind = sql_type(&column.kind);
            sql_names(column)
                .into_iter()
                .map(move |name| format!(",\n  {name} {kind}"))
        })
        .collect();
    let index = format!("\"{}.seq\"", table.name);
    format!(
        "CREATE TABLE {name} (
  id TEXT PRIMARY KEY NOT NULL,
  version TEXT NOT NULL,
  seq INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL{columns}
) STRICT;
CREATE UNIQUE INDEX {index} ON {name} (seq, deleted);"
    )
}

fn unique_index(table: &Table, column: &Column) -> String {
    format!("\"{}.{}.unique\"", table.name, column.name)
}

fn add_unique(tx: &Transaction<'_>, table: &Table, column: &Column) -> Result<(), Error> {
    let sql = format!(
        "CREATE UNIQUE INDEX {} ON {} ({}) WHERE deleted = 0",
        unique_index(table, column),
        quoted(table.name.as_str()),
        sql_names(column).join(", ")
    );
    match tx.execute_batch(&sql) {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
            Err(not_unique(table, column))
        }
        other => Ok(other?),
    }
}

fn not_unique(table: &Table, column: &Column) -> Error {
    Error::SchemaChange(format!(
        "column {} of table {} can't become unique, some of its values stand in several records: change them first",
        column.name, table.name
    ))
}

/// Whether the values that are there allow the steps. Changes nothing.
///
/// # Errors
/// [`Error::SchemaChange`] for the first step that they do not allow, as applying it would say.
pub(crate) fn check_values(connection: &Connection, stored: &Schema, steps: &[Step]) -> Result<(), Error> {
    for step in steps {
        let Step::AddUnique(table, column) = step else {
            continue;
        };
        // A new column has no values yet.
        let is_there = stored
            .table(&table.name)
            .is_some_and(|table| table.column(&column.name).is_some());
        if is_there && has_twice(connection, table, column)? {
            return Err(not_unique(table, column));
        }
    }
    Ok(())
}

fn has_twice(connection: &Connection, table: &Table, column: &Column) -> Result<bool, Error> {
    let names = sql_names(column);
    let values: String = names
        .iter()
        .map(|name| format!(" AND {name} IS NOT NULL"))
        .collect();
    let sql = format!(
        "SELECT 1 FROM {} WHERE deleted = 0{values} GROUP BY {} HAVING count(*) > 1 LIMIT 1",
        quoted(table.name.as_str()),
        names.join(", ")
    );
    Ok(connection.prepare(&sql)?.exists([])?)
}

/// Whether the database's tables are those of the model. What the doctor asks; one sentence a difference.
pub(crate) fn differences(connection: &Connection, model: &Model) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    match stored_schema(connection)? {
        Some(stored) if &stored == model.schema() => {}
        _ => found.push("the schema stored in the database is not that of landfall.toml".to_owned()),
    }
    for table in model.tables() {
        let expected = SYSTEM_COUNT
            + table
                .columns()
                .iter()
                .map(|column| sql_names(column).len())
                .sum::<usize>();
        let actual: i64 = connection.query_row(
            "SELECT count(*) FROM pragma_table_info(?1)",
            [table.name().as_str()],
            |row| row.get(0),
        )?;
        if usize::try_from(actual).ok() != Some(expected) {
            found.push(format!(
                "table {} has {actual} columns in the database, not {expected}",
                table.name()
            ));
        }
    }
    if meta::read_any(connection)?.is_none() {
        found.push("the database has lost its own state (_meta)".to_owned());
    }
    Ok(found)
}
