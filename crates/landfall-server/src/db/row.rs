//! Records and rows: how a record's fields stand in typed SQL columns, and come back.

use crate::Error;
use crate::db::model::{SYSTEM_COUNT, TableModel};
use landfall_core::id::{Millis, RecordId, Seq, Version};
use landfall_core::record::{Fields, Record, value_of};
use landfall_core::schema::{Column, ColumnKind};
use landfall_core::value::Value;
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, Row};

/// Reads a row that was selected with the table's own column list.
pub(crate) fn record(table: &TableModel, row: &Row<'_>) -> Result<Record, Error> {
    let strange = || Error::StrangeValue {
        table: table.name().clone(),
    };
    Ok(Record {
        id: RecordId::new(row.get::<_, String>(0)?).map_err(|_| strange())?,
        version: Version::new(row.get::<_, String>(1)?).map_err(|_| strange())?,
        seq: Seq(row.get::<_, i64>(2)?.cast_unsigned()),
        created_at: Millis(row.get(3)?),
        updated_at: Millis(row.get(4)?),
        deleted: row.get(5)?,
        changed_by: row.get(6)?,
        changed_at: Millis(row.get(7)?),
        fields: fields(table, row)?.ok_or_else(strange)?,
    })
}

fn fields(table: &TableModel, row: &Row<'_>) -> Result<Option<Fields>, rusqlite::Error> {
    let mut fields = Fields::new();
    let mut at = SYSTEM_COUNT;
    for column in table.columns() {
        let value = if matches!(column.kind, ColumnKind::Location) {
            let place = location(row.get_ref(at)?, row.get_ref(at + 1)?);
            at += 2;
            place
        } else {
            let value = value(column, row.get_ref(at)?);
            at += 1;
            value
        };
        match value {
            None => return Ok(None),
            Some(Value::Null) => {}
            Some(value) => {
                fields.insert(column.name.clone(), value);
            }
        }
    }
    Ok(Some(fields))
}

fn location(lat: ValueRef<'_>, lon: ValueRef<'_>) -> Option<Value> {
    match (lat, lon) {
        (ValueRef::Null, ValueRef::Null) => Some(Value::Null),
        (ValueRef::Real(lat), ValueRef::Real(lon)) => Some(Value::Location { lat, lon }),
        _ => None,
    }
}

fn value(column: &Column, sql: ValueRef<'_>) -> Option<Value> {
    let value = match (&column.kind, sql) {
        (_, ValueRef::Null) => Value::Null,
        (ColumnKind::Boolean, ValueRef::Integer(bit)) => Value::Boolean(bit != 0),
        (ColumnKind::Integer { .. }, ValueRef::Integer(number)) => Value::Integer(number),
        (ColumnKind::Real { .. }, ValueRef::Real(number)) => Value::Real(number),
        (ColumnKind::MultiChoice { .. }, ValueRef::Text(json)) => {
            Value::List(serde_json::from_slice(json).ok()?)
        }
        (_, ValueRef::Text(text)) => Value::Text(std::str::from_utf8(text).ok()?.to_owned()),
        _ => return None,
    };
    Some(value)
}

/// The values of one column in SQL, in the order of [`crate::db::model::sql_names`].
pub(crate) fn sql_values(column: &Column, value: &Value, into: &mut Vec<Sql>) {
    match (&column.kind, value) {
        (ColumnKind::Location, Value::Location { lat, lon }) => {
            into.push(Sql::Real(*lat));
            into.push(Sql::Real(*lon));
        }
        (ColumnKind::Location, _) => into.extend([Sql::Null, Sql::Null]),
        (_, Value::Boolean(yes)) => into.push(Sql::Integer(i64::from(*yes))),
        (_, Value::Integer(number)) => into.push(Sql::Integer(*number)),
        (_, Value::Real(number)) => into.push(Sql::Real(*number)),
        (_, Value::Text(text)) => into.push(Sql::Text(text.clone())),
        (_, Value::List(list)) => into.push(Sql::Text(serde_json::Value::from(list.clone()).to_string())),
        (_, Value::Null | Value::Location { .. }) => into.push(Sql::Null),
    }
}

/// All values of a record, in the order of the table's column list.
pub(crate) fn sql_record(table: &TableModel, record: &Record) -> Vec<Sql> {
    let mut values = vec![
        Sql::Text(record.id.to_string()),
        Sql::Text(record.version.to_string()),
        Sql::Integer(record.seq.0.cast_signed()),
        Sql::Integer(record.created_at.0),
        Sql::Integer(record.updated_at.0),
        Sql::Integer(i64::from(record.deleted)),
        Sql::Text(record.changed_by.clone()),
        Sql::Integer(record.changed_at.0),
    ];
    for column in table.columns() {
        sql_values(column, value_of(&record.fields, &column.name), &mut values);
    }
    values
}

/// The record with this id, tombstones too.
pub(crate) fn find(
    connection: &Connection,
    table: &TableModel,
    id: &RecordId,
) -> Result<Option<Record>, Error> {
    let mut statement = connection.prepare_cached(&table.select_by_id)?;
    let mut rows = statement.query([id.as_str()])?;
    match rows.next()? {
        Some(row) => record(table, row).map(Some),
        None => Ok(None),
    }
}

/// Whether a live record has this id.
pub(crate) fn exists_live(connection: &Connection, table: &TableModel, id: &str) -> Result<bool, Error> {
    let mut statement = connection.prepare_cached(&table.exists_live)?;
    Ok(statement.exists([id])?)
}

/// Gives all live records, in the order of their ids.
pub(crate) fn for_each_live(
    connection: &Connection,
    table: &TableModel,
    mut give: impl FnMut(Record) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = connection.prepare(&table.select_live)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        give(record(table, row)?)?;
    }
    Ok(())
}
