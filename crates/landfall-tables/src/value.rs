//! A column's value as JSON of the protocol, both ways.
//!
//! Out: instants with three digits and `Z`, days as `YYYY-MM-DD`, a place as a GeoJSON point, a list as a list. In: what
//! any of the servers may make of these, or have had before: numbers as text and text as numbers, 0 and 1 for no and
//! yes, a day as the midnight of any offset, a choice in other capitals or by its number, a list as text of JSON, a
//! place as GeoJSON or as latitude and longitude.

use crate::instant;
use landfall_core::schema::{Column, ColumnKind};
use landfall_core::value::{Value, normalize};
use serde_json::{Map, Value as Json, json};

/// As it is sent.
pub(crate) fn write(column: &Column, value: &Value) -> Json {
    match (&column.kind, value) {
        (_, Value::Null) => Json::Null,
        (ColumnKind::DateTime, Value::Text(text)) => match instant::read(text) {
            Some(at) => instant::print(at).into(),
            None => text.clone().into(),
        },
        (_, Value::Boolean(yes)) => (*yes).into(),
        (_, Value::Integer(number)) => (*number).into(),
        (_, Value::Real(number)) => (*number).into(),
        (_, Value::Text(text)) => text.clone().into(),
        (_, Value::List(list)) => list.clone().into(),
        (_, Value::Location { lat, lon }) => json!({"type": "Point", "coordinates": [lon, lat]}),
    }
}

/// Reads one, in its column's one form; none when it is no such value.
pub(crate) fn read(column: &Column, json: &Json) -> Option<Value> {
    normalize(column, &of_json(&column.kind, json)?)
}

fn of_json(kind: &ColumnKind, json: &Json) -> Option<Value> {
    use ColumnKind as Kind;
    Some(match (kind, json) {
        (_, Json::Null) => Value::Null,
        (Kind::Boolean, Json::Bool(yes)) => Value::Boolean(*yes),
        (Kind::Boolean, Json::Number(number)) => Value::Boolean(zero_or_one(number.as_i64()?)?),
        (Kind::Boolean, Json::String(text)) => Value::Boolean(yes_or_no(text)?),
        (Kind::Integer { .. }, Json::Number(number)) => match number.as_i64() {
            Some(whole) => Value::Integer(whole),
            None => Value::Real(number.as_f64()?),
        },
        (Kind::Integer { .. }, Json::String(text)) => match text.trim().parse() {
            Ok(whole) => Value::Integer(whole),
            Err(_) => Value::Real(text.trim().parse().ok()?),
        },
        (Kind::Real { .. }, Json::Number(number)) => Value::Real(number.as_f64()?),
        (Kind::Real { .. }, Json::String(text)) => Value::Real(text.trim().parse().ok()?),
        (Kind::Date { .. }, Json::String(text)) => Value::Text(day(text)?),
        (Kind::DateTime, Json::String(text)) if !text.trim().is_empty() => {
            Value::Text(instant::print(instant::read(text)?))
        }
        (Kind::Choice { choices }, Json::String(text)) => {
            let exact = choices.iter().find(|choice| &choice.value == text);
            let loose = || {
                let mut choices = choices.iter();
                choices.find(|choice| choice.value.to_lowercase() == text.to_lowercase())
            };
            let found = exact.or_else(loose);
            Value::Text(found.map_or_else(|| text.clone(), |choice| choice.value.clone()))
        }
        (Kind::Choice { choices }, Json::Number(number)) => {
            let as_text = number.to_string();
            let named = choices.iter().find(|choice| choice.value == as_text);
            let at = || choices.get(usize::try_from(number.as_u64()?).ok()?);
            Value::Text(named.or_else(at)?.value.clone())
        }
        (Kind::MultiChoice { .. }, Json::Array(items)) => list(items)?,
        (Kind::MultiChoice { .. }, Json::String(text)) if text.trim().is_empty() => Value::Null,
        (Kind::MultiChoice { .. }, Json::String(text)) => {
            list(serde_json::from_str::<Json>(text).ok()?.as_array()?)?
        }
        (Kind::Location, Json::Object(place)) => location(place)?,
        (
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Reference { .. } | Kind::Link | Kind::DateTime,
            Json::String(text),
        ) => Value::Text(text.clone()),
        (Kind::Text { .. } | Kind::LongText { .. } | Kind::Reference { .. }, Json::Number(number)) => {
            Value::Text(number.to_string())
        }
        _ => return None,
    })
}

fn zero_or_one(number: i64) -> Option<bool> {
    match number {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A day, or the midnight that older clients have for one, by its own offset.
fn day(text: &str) -> Option<String> {
    let text = text.trim();
    match text.split_once(['T', ' ']) {
        None => Some(text.to_owned()),
        Some((day, time)) => {
            let clock = time.split(['Z', 'z', '+', '-']).next()?;
            let is_midnight = clock.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'));
            (is_midnight && instant::read(text).is_some()).then(|| day.to_owned())
        }
    }
}

fn list(items: &[Json]) -> Option<Value> {
    let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
    Some(Value::List(texts.collect::<Option<_>>()?))
}

fn location(place: &Map<String, Json>) -> Option<Value> {
    let number = |names: [&str; 2]| names.iter().find_map(|name| place.get(*name)?.as_f64());
    if let (Some(lat), Some(lon)) = (number(["lat", "latitude"]), number(["lon", "longitude"])) {
        return Some(Value::Location { lat, lon });
    }
    let is_point = place.get("type").and_then(Json::as_str) == Some("Point");
    match place.get("coordinates")?.as_array()?.as_slice() {
        [lon, lat] | [lon, lat, _] if is_point => Some(Value::Location {
            lat: lat.as_f64()?,
            lon: lon.as_f64()?,
        }),
        _ => None,
    }
}
