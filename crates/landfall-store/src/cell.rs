//! One field's value as SQLite holds it, and back.
//!
//! Text, dates, choices, references and links are TEXT; a multi-choice is a JSON list in TEXT; a location is
//! `north east` in TEXT (numbers in their shortest exact form); booleans are INTEGER 0 and 1. A value that does not fit
//! its column (the server's schema is ahead of ours) is kept in the row's `extra`.

use landfall_core::schema::{Column, ColumnKind};
use landfall_core::value::{Value, normalize};
use rusqlite::types::{ToSqlOutput, Value as Sql, ValueRef};

/// The STRICT type of a column of this kind.
pub(crate) fn sql_type(kind: &ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Integer { .. } | ColumnKind::Boolean => "INTEGER",
        ColumnKind::Real { .. } => "REAL",
        _ => "TEXT",
    }
}

/// The value for SQLite; none when it does not fit the column.
pub(crate) fn to_sql<'a>(kind: &ColumnKind, value: &'a Value) -> Option<ToSqlOutput<'a>> {
    use ColumnKind as Kind;
    let sql = match (kind, value) {
        (_, Value::Null) => ToSqlOutput::Borrowed(ValueRef::Null),
        (Kind::Boolean, Value::Boolean(yes)) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*yes))),
        (Kind::Integer { .. }, Value::Integer(number)) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
        (Kind::Real { .. }, Value::Real(number)) => ToSqlOutput::Borrowed(ValueRef::Real(*number)),
        (Kind::MultiChoice { .. }, Value::List(list)) => {
            ToSqlOutput::Owned(Sql::Text(serde_json::to_string(list).ok()?))
        }
        (Kind::Location, Value::Location { lat, lon }) => {
            ToSqlOutput::Owned(Sql::Text(format!("{lat} {lon}")))
        }
        (
            Kind::Text { .. }
            | Kind::LongText { .. }
            | Kind::Date { .. }
            | Kind::DateTime
            | Kind::Choice { .. }
            | Kind::Reference { .. }
            | Kind::Link,
            Value::Text(text),
        ) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        _ => return None,
    };
    Some(sql)
}

/// The value that SQLite holds for a column; `Null` where it has none.
pub(crate) fn from_sql(kind: &ColumnKind, sql: ValueRef<'_>) -> Value {
    match (kind, sql) {
        (ColumnKind::Boolean, ValueRef::Integer(number)) => Value::Boolean(number != 0),
        (_, ValueRef::Integer(number)) => Value::Integer(number),
        (_, ValueRef::Real(number)) => Value::Real(number),
        (kind, ValueRef::Text(bytes)) => text_from_sql(kind, String::from_utf8_lossy(bytes).into_owned()),
        (_, ValueRef::Null | ValueRef::Blob(_)) => Value::Null,
    }
}

fn text_from_sql(kind: &ColumnKind, text: String) -> Value {
    match kind {
        ColumnKind::MultiChoice { .. } => serde_json::from_str(&text).map_or(Value::Text(text), Value::List),
        ColumnKind::Location => location(&text).unwrap_or(Value::Text(text)),
        _ => Value::Text(text),
    }
}

fn location(text: &str) -> Option<Value> {
    let (lat, lon) = text.split_once(' ')?;
    Some(Value::Location {
        lat: lat.parse().ok()?,
        lon: lon.parse().ok()?,
    })
}

/// The value in its column's one form, so that equal values are equal bytes; as it is, when it is not of its kind.
pub(crate) fn tidy(column: &Column, value: Value) -> Value {
    use ColumnKind as Kind;
    let as_it_is = match (&column.kind, &value) {
        (
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Choice { .. } | Kind::Reference { .. },
            Value::Text(text),
        ) => text.bytes().any(|byte| byte.is_ascii_graphic()),
        (Kind::Boolean, Value::Boolean(_)) | (Kind::Integer { .. }, Value::Integer(_)) => true,
        _ => false,
    };
    if as_it_is {
        return value;
    }
    normalize(column, &value).unwrap_or(value)
}

/// The value as a title shows it.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Boolean(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(list) => list.join(", "),
        Value::Location { lat, lon } => format!("{lat}, {lon}"),
    }
}
