//! Records as JSON of this protocol, and back.
//!
//! Out: every column stands there, null too; instants with three digits and `Z`; days as `YYYY-MM-DD`; a place as a
//! GeoJSON point; the version as Base64. In: the newer dialects are lenient as their servers are (comments, trailing
//! commas, numbers as text); a choice may come by its number or in other capitals; an instant without an offset is UTC.

use super::dialect::Dialect;
use super::properties::{Property, named};
use crate::db::model::TableModel;
use crate::db::tables::list::is_never_null;
use crate::odata::ast::Instant;
use crate::odata::instant;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use landfall_core::id::{Millis, Version};
use landfall_core::record::{Patch, Record, value_of};
use landfall_core::schema::{Column, ColumnKind};
use landfall_core::validate::{FieldError, Rule};
use landfall_core::value::Value;
use landfall_tables::names::json_name;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value as Json, json};

/// What clients get of each record of a table, in order. Made once for a page.
pub(super) struct Shape<'t> {
    properties: Vec<(String, Property<'t>)>,
}

impl<'t> Shape<'t> {
    /// All properties.
    pub(super) fn of(table: &'t TableModel, dialect: Dialect) -> Self {
        let system = [
            Some(("id", Property::Id)),
            Some(("version", Property::Version)),
            Some(("updatedAt", Property::UpdatedAt)),
            Some(("deleted", Property::Deleted)),
            (dialect == Dialect::V2).then_some(("createdAt", Property::CreatedAt)),
        ];
        let system = system.into_iter().flatten();
        let mut properties: Vec<(String, Property<'t>)> = system
            .map(|(name, property)| (name.to_owned(), property))
            .collect();
        for (at, column) in table.columns().iter().enumerate() {
            let name = json_name(table.columns(), column);
            if properties.iter().all(|(other, _)| *other != name) {
                properties.push((name, Property::Column(column, at)));
            }
        }
        Self { properties }
    }

    /// Of these names alone.
    pub(super) fn select(&mut self, names: &[String]) {
        self.properties.retain(|(name, _)| names.contains(name));
    }

    /// A record in this shape.
    pub(super) fn row<'r>(&'r self, record: &'r Record) -> Row<'r> {
        Row {
            properties: &self.properties,
            record,
        }
    }
}

/// A record as it is written.
pub(super) struct Row<'r> {
    properties: &'r [(String, Property<'r>)],
    record: &'r Record,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { properties, record } = self;
        let mut row = serializer.serialize_map(Some(properties.len()))?;
        for (name, property) in *properties {
            match property {
                Property::Id => row.serialize_entry(name, record.id.as_str())?,
                Property::Version => row.serialize_entry(name, &version(&record.version))?,
                Property::UpdatedAt => row.serialize_entry(name, &at(record.updated_at))?,
                Property::CreatedAt => row.serialize_entry(name, &at(record.created_at))?,
                Property::Deleted => row.serialize_entry(name, &record.deleted)?,
                Property::Column(column, _) => {
                    row.serialize_entry(name, &Cell(column, value_of(&record.fields, &column.name)))?;
                }
            }
        }
        row.end()
    }
}

/// A column's value as it is written.
struct Cell<'r>(&'r Column, &'r Value);

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(column, value) = self;
        match (&column.kind, value) {
            (ColumnKind::Boolean, Value::Null) if is_never_null(column) => serializer.serialize_bool(false),
            (_, Value::Null) if is_never_null(column) => serializer.serialize_i64(0),
            (_, Value::Null) => serializer.serialize_unit(),
            (ColumnKind::DateTime, Value::Text(text)) => match instant::instant(text) {
                Some(read) => serializer.serialize_str(&at(Millis(read.millis))),
                None => serializer.serialize_str(text),
            },
            (_, Value::Boolean(yes)) => serializer.serialize_bool(*yes),
            (_, Value::Integer(number)) => serializer.serialize_i64(*number),
            (_, Value::Real(number)) => serializer.serialize_f64(*number),
            (_, Value::Text(text)) => serializer.serialize_str(text),
            (_, Value::List(list)) => list.serialize(serializer),
            (_, Value::Location { lat, lon }) => {
                json!({"type": "Point", "coordinates": [lon, lat]}).serialize(serializer)
            }
        }
    }
}

/// A record as clients get it, as an object to work with.
pub(super) fn of_record(table: &TableModel, dialect: Dialect, record: &Record) -> Map<String, Json> {
    match serde_json::to_value(Shape::of(table, dialect).row(record)) {
        Ok(Json::Object(row)) => row,
        // It is written as a map, and no key or value of it can fail.
        _ => Map::new(),
    }
}

/// A version as clients have it: any of its bytes can stand in a header.
pub(super) fn version(version: &Version) -> String {
    BASE64_STANDARD.encode(version.as_str())
}

/// The version that a client sends back; none if it is none of this server's.
pub(super) fn read_version(text: &str) -> Option<Version> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    Version::new(String::from_utf8(bytes).ok()?).ok()
}

/// An instant with three digits.
pub(super) fn at(millis: Millis) -> String {
    let at = Instant {
        millis: millis.0,
        and_more: false,
    };
    instant::print_instant(at).unwrap_or_default()
}

/// What a body says.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// The id, if there is one that is not empty.
    pub(super) id: Option<String>,
    /// The version, as it was sent.
    pub(super) version: Option<String>,
    /// Whether it is to be deleted.
    pub(super) deleted: Option<bool>,
    /// When it was last changed, in whatever form.
    pub(super) updated_at: Option<Json>,
    /// The columns, nulls too.
    pub(super) columns: Patch,
    /// Names of `createdAt`, `updatedAt`, `deleted` as they were sent.
    pub(super) reserved: Vec<String>,
    /// Names that the table does not have.
    pub(super) unknown: Vec<String>,
    /// Columns whose values are not of their kind.
    pub(super) errors: Vec<FieldError>,
}

/// Reads the object of a body.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(dialect: Dialect, body: &[u8]) -> Result<Json, String> {
    let read = if dialect.is_v3() {
        serde_json::from_slice(&relaxed(body))
    } else {
        serde_json::from_slice(body)
    };
    read.map_err(|error| format!("The body is no JSON: {error}."))
}

/// Sorts out what an object says.
///
/// # Errors
/// When `id`, `version` or `deleted` can't be what they are.
pub(super) fn given(
    table: &TableModel,
    dialect: Dialect,
    object: &Map<String, Json>,
) -> Result<Given, String> {
    let mut given = Given::default();
    for (name, value) in object {
        match named(table, dialect, name) {
            Some(Property::Id) => given.id = read_id(value)?,
            Some(Property::Version) => match value {
                Json::String(text) => given.version = Some(text.clone()).filter(|text| !text.is_empty()),
                Json::Null => {}
                _ => return Err("`version` is text.".to_owned()),
            },
            Some(Property::Deleted) => {
                given.reserved.push(name.clone());
                given.deleted = match value {
                    Json::Bool(yes) => Some(*yes),
                    Json::Null => None,
                    _ => return Err("`deleted` is true or false.".to_owned()),
                };
            }
            Some(Property::UpdatedAt) => {
                given.reserved.push(name.clone());
                given.updated_at = Some(value.clone()).filter(|value| !value.is_null());
            }
            Some(Property::CreatedAt) => given.reserved.push(name.clone()),
            Some(Property::Column(column, _)) => match read_value(column, value, dialect) {
                Some(value) => {
                    given.columns.insert(column.name.clone(), value);
                }
                None => given.errors.push(table.rules().error(column, Rule::Kind)),
            },
            None => given.unknown.push(name.clone()),
        }
    }
    Ok(given)
}

fn read_id(value: &Json) -> Result<Option<String>, String> {
    match value {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Json::Number(number) if number.is_i64() || number.is_u64() => Ok(Some(number.to_string())),
        _ => Err("`id` is text.".to_owned()),
    }
}

fn read_value(column: &Column, json: &Json, dialect: Dialect) -> Option<Value> {
    use ColumnKind as Kind;
    let as_text = dialect.is_v3();
    Some(match (&column.kind, json) {
        (_, Json::Null) => Value::Null,
        (Kind::Boolean, Json::Bool(yes)) => Value::Boolean(*yes),
        (Kind::Integer { .. }, Json::Number(number)) => match number.as_i64() {
            Some(whole) => Value::Integer(whole),
            None => Value::Real(number.as_f64()?),
        },
        (Kind::Real { .. }, Json::Number(number)) => Value::Real(number.as_f64()?),
        (Kind::Integer { .. }, Json::String(text)) if as_text => Value::Integer(text.trim().parse().ok()?),
        (Kind::Real { .. }, Json::String(text)) if as_text => Value::Real(text.trim().parse().ok()?),
        (Kind::Date { .. }, Json::String(text)) => Value::Text(read_day(text)?),
        (Kind::DateTime, Json::String(text)) if !text.trim().is_empty() => {
            Value::Text(at(Millis(instant::instant(text.trim())?.millis)))
        }
        (Kind::Choice { choices }, Json::String(text)) => {
            let exact = choices.iter().find(|choice| &choice.value == text);
            let loose = || {
                choices
                    .iter()
                    .find(|choice| choice.value.eq_ignore_ascii_case(text))
            };
            let found = exact.or_else(loose);
            Value::Text(found.map_or_else(|| text.clone(), |choice| choice.value.clone()))
        }
        (Kind::Choice { choices }, Json::Number(number)) => {
            let at = usize::try_from(number.as_u64()?).ok()?;
            Value::Text(choices.get(at)?.value.clone())
        }
        (Kind::MultiChoice { .. }, Json::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            Value::List(texts.collect::<Option<_>>()?)
        }
        (Kind::Location, Json::Object(place)) => read_place(place)?,
        (
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Reference { .. } | Kind::Link | Kind::DateTime,
            Json::String(text),
        ) => Value::Text(text.clone()),
        _ => return None,
    })
}

/// A day, or the midnight that older clients have for one.
fn read_day(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return Some(String::new());
    }
    instant::date(text).or_else(|| {
        let (day, time) = text.split_once('T')?;
        let clock = time.split(['Z', '+', '-']).next()?;
        let is_midnight = instant::time(clock)? == 0 && instant::instant(text).is_some();
        is_midnight.then(|| instant::date(day))?
    })
}

fn read_place(place: &Map<String, Json>) -> Option<Value> {
    let number = |name: &str| place.get(name).and_then(Json::as_f64);
    if let (Some(lat), Some(lon)) = (number("lat"), number("lon")) {
        return Some(Value::Location { lat, lon });
    }
    let coordinates = place.get("coordinates")?.as_array()?;
    let is_point = place.get("type").and_then(Json::as_str) == Some("Point");
    match coordinates.as_slice() {
        [lon, lat] | [lon, lat, _] if is_point => Some(Value::Location {
            lat: lat.as_f64()?,
            lon: lon.as_f64()?,
        }),
        _ => None,
    }
}

/// JSON without its comments and trailing commas. What is in quotes stays as it is.
fn relaxed(body: &[u8]) -> Vec<u8> {
    let mut kept: Vec<u8> = Vec::with_capacity(body.len());
    let mut at = 0;
    let mut in_text = false;
    // Where a comma stands that nothing but space has followed.
    let mut comma = None;
    // A comma ends a value; after these there is none.
    let mut last = b'[';
    while let Some(&byte) = body.get(at) {
        let next = body.get(at + 1);
        if in_text {
            kept.push(byte);
            if byte == b'\\' {
                kept.extend(next);
                at += 1;
            }
            in_text = byte != b'"';
        } else if byte == b'/' && next == Some(&b'/') {
            at = body[at..]
                .iter()
                .position(|&byte| byte == b'\n')
                .map_or(body.len(), |end| at + end);
            continue;
        } else if byte == b'/' && next == Some(&b'*') {
            let end = body[at + 2..].windows(2).position(|pair| pair == b"*/");
            at = end.map_or(body.len(), |end| at + 2 + end + 2);
            continue;
        } else {
            in_text = byte == b'"';
            if let (b'}' | b']', Some(at)) = (byte, comma) {
                kept[at] = b' ';
            }
            if byte == b',' {
                comma = Some(kept.len()).filter(|_| !b"[{,:".contains(&last));
            } else if !byte.is_ascii_whitespace() {
                comma = None;
            }
            if !byte.is_ascii_whitespace() {
                last = byte;
            }
            kept.push(byte);
        }
        at += 1;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lenient_json_is_read_as_its_author_meant_it() {
        let read = |text: &str| read(Dialect::V3, text.as_bytes());
        let expected = Ok(json!({"a": "x, // y", "b": [1, 2]}));
        assert_eq!(read("{\"a\": \"x, // y\", \"b\": [1, 2,], }"), expected);
        assert_eq!(
            read("// begin\n{\"a\": \"x, // y\" /* , */, \"b\": [1, 2]}"),
            expected
        );
        assert_eq!(read(r#"{"a": "\",}"}"#), Ok(json!({"a": "\",}"})));
        for bad in ["{,}", "{\"a\":}", "[1,,2]", "", "{\"a\" /* ", "{\"a\":1},"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(super::read(Dialect::V2, b"{\"a\":1,}").is_err());
    }

    #[test]
    fn days_come_as_midnights_too() {
        assert_eq!(read_day("2024-01-31").as_deref(), Some("2024-01-31"));
        assert_eq!(read_day("2024-01-31T00:00:00").as_deref(), Some("2024-01-31"));
        assert_eq!(
            read_day("2024-01-31T00:00:00.000Z").as_deref(),
            Some("2024-01-31")
        );
        assert_eq!(
            read_day("2024-01-31T00:00:00+02:00").as_deref(),
            Some("2024-01-31")
        );
        assert_eq!(read_day("2024-01-31T10:00:00Z"), None);
    }

    proptest! {
        #[test]
        fn strict_json_is_left_as_it_is(text in "[\\[\\]{}\",:a\\\\/* 1\\n]{0,40}") {
            if let Ok(strict) = serde_json::from_str::<Json>(&text) {
                prop_assert_eq!(read(Dialect::V3, text.as_bytes()), Ok(strict));
            }
        }
    }
}
