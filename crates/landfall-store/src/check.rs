//! Checks of a person's values that need other records: unique values and references (step 2 of the data's way).
//! The rules of single values are `landfall_core::validate`.

use crate::Store;
use crate::cell;
use crate::error::{Error, Result};
use crate::layout::{Layout, TableLayout};
use crate::names;
use landfall_core::id::{ColumnName, RecordId, TableName};
use landfall_core::record::{Fields, value_of};
use landfall_core::schema::{Column, ColumnKind};
use landfall_core::validate::{Author, FieldError};
use landfall_core::value::Value;
use rusqlite::{Connection, ToSql};
use std::collections::BTreeSet;

/// Which broken rules of unique columns and references do these columns of a record have?
pub(crate) fn neighbours(
    conn: &Connection,
    layout: &Layout,
    table: &TableLayout,
    id: &RecordId,
    fields: &Fields,
    columns: &BTreeSet<ColumnName>,
) -> Result<Vec<FieldError>> {
    let mut errors = Vec::new();
    for column in table
        .columns()
        .iter()
        .filter(|column| columns.contains(&column.name))
    {
        let value = value_of(fields, &column.name);
        if value.is_null() {
            continue;
        }
        if column.unique && is_taken(conn, table, column, id, value)? {
            errors.push(FieldError::unique(table.rules.table(), column));
        }
        if let ColumnKind::Reference { table: other } = &column.kind
            && !is_there(conn, layout, other, value)?
        {
            errors.push(FieldError::reference(table.rules.table(), column));
        }
    }
    Ok(errors)
}

fn is_taken(
    conn: &Connection,
    table: &TableLayout,
    column: &Column,
    id: &RecordId,
    value: &Value,
) -> Result<bool> {
    let Some(value) = cell::to_sql(&column.kind, value) else {
        return Ok(false);
    };
    let sql = format!(
        "SELECT 1 FROM {} WHERE {} = ?1 AND deleted = 0 AND id <> ?2 LIMIT 1",
        table.sql,
        names::column(&column.name)
    );
    let parameters: [&dyn ToSql; 2] = [&value, &id.as_str()];
    Ok(conn.prepare_cached(&sql)?.exists(parameters)?)
}

fn is_there(conn: &Connection, layout: &Layout, table: &TableName, value: &Value) -> Result<bool> {
    let Some(id) = value.as_text() else {
        return Ok(false);
    };
    let table = match layout.table(table) {
        Ok(table) => table,
        // A schema that refers to a table it does not have: nothing can be chosen there.
        Err(Error::UnknownTable(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    let sql = format!("SELECT 1 FROM {} WHERE id = ?1 AND deleted = 0", table.sql);
    Ok(conn.prepare_cached(&sql)?.exists([id])?)
}

impl Store {
    /// Checks values without saving them, by the rules that [`Store::edit`] has: those of a whole record, or only those
    /// of the given columns. No errors: all is well.
    ///
    /// # Errors
    /// [`Error::UnknownTable`], [`Error::NoWorkspace`], or what SQLite says.
    pub fn check(
        &self,
        table: &TableName,
        id: &RecordId,
        fields: &Fields,
        whole: bool,
    ) -> Result<Vec<FieldError>> {
        self.read(|conn, layout| {
            let table = layout.table(table)?;
            let checked = if whole {
                table.rules.check_whole(fields, Author::Person)
            } else {
                table.rules.check_patch(fields, Author::Person)
            };
            let (fields, mut errors) = match checked {
                Ok(normal) => (normal, Vec::new()),
                Err(errors) => (table.tidy(fields.clone()), errors),
            };
            let broken: BTreeSet<_> = errors.iter().map(|error| error.column.clone()).collect();
            let columns = fields
                .keys()
                .filter(|name| !broken.contains(*name))
                .cloned()
                .collect();
            errors.extend(neighbours(conn, layout, table, id, &fields, &columns)?);
            Ok(errors)
        })
    }
}
