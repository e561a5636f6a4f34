//! Records of each kind of column, as they are sent and as servers are known to write them.

use super::*;
use landfall_core::schema_file;
use proptest::prelude::*;
use serde_json::json;

const SCHEMA: &str = r#"
[workspace]
name = "W"
version = 1
[[table]]
name = "todo_items"
title = "text"
[[table.column]]
name = "text"
type = "text"
[[table.column]]
name = "notes"
type = "long_text"
[[table.column]]
name = "count"
type = "integer"
[[table.column]]
name = "weight"
type = "real"
[[table.column]]
name = "done"
type = "boolean"
[[table.column]]
name = "due_date"
type = "date"
[[table.column]]
name = "seen_at"
type = "date_time"
[[table.column]]
name = "state"
type = "choice"
choices = ["open", "shut"]
[[table.column]]
name = "tags"
type = "multi_choice"
choices = ["a", "b"]
[[table.column]]
name = "parent"
type = "reference"
table = "todo_items"
[[table.column]]
name = "site"
type = "link"
[[table.column]]
name = "place"
type = "location"
"#;

fn properties() -> Properties {
    let schema = schema_file::parse(SCHEMA).unwrap();
    Properties::new(schema.tables.into_iter().next().unwrap())
}

fn map(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        _ => unreachable!("a test gives objects"),
    }
}

fn fields(json: Json) -> Fields {
    serde_json::from_value(json).unwrap()
}

#[test]
fn every_kind_of_column_goes_out_and_comes_back() {
    let values = fields(json!({
        "text": "Mow", "notes": "a\nb", "count": 3, "weight": 1.5, "done": true, "due_date": "2026-11-23",
        "seen_at": "2026-11-23T10:41:00Z", "state": "shut", "tags": ["a", "b"], "parent": "p1",
        "site": "https://example.org", "place": {"lat": 1.0, "lon": 2.0},
    }));
    let mut properties = properties();
    let sent = properties.write(&values);
    assert_eq!(
        Json::Object(sent.clone()),
        json!({
            "text": "Mow", "notes": "a\nb", "count": 3, "weight": 1.5, "done": true, "dueDate": "2026-11-23",
            "seenAt": "2026-11-23T10:41:00.000Z", "state": "shut", "tags": ["a", "b"], "parent": "p1",
            "site": "https://example.org", "place": {"type": "Point", "coordinates": [2.0, 1.0]},
        })
    );
    let back = properties.read(&sent);
    assert_eq!(back.fields, values);
    assert!(back.unreadable.is_empty());
}

#[test]
fn servers_are_read_as_they_mean_it() {
    let mut properties = properties();
    let read = properties.read(&map(json!({
        "id": "a", "version": "MQ==", "updatedAt": "2026-11-23T10:41:00.000Z", "unknown": {"deep": 1},
        "Text": 7, "count": "3", "weight": "1.25", "done": 1, "DueDate": "2026-11-23T00:00:00+02:00",
        "seen_at": "2026-11-23T12:41:00.1234567+02:00", "state": 1, "tags": "[\"b\",\"a\"]", "parent": 12,
        "place": {"latitude": 1, "longitude": 2}, "notes": null,
    })));
    assert_eq!(
        read.fields,
        fields(json!({
            "text": "7", "count": 3, "weight": 1.25, "done": true, "due_date": "2026-11-23",
            "seen_at": "2026-11-23T10:41:00.123Z", "state": "open", "tags": ["a", "b"], "parent": "12",
            "place": {"lat": 1.0, "lon": 2.0},
        }))
        .into_iter()
        .map(|(name, value)| match name.as_str() {
            "state" => (name, Value::from("shut")),
            _ => (name, value),
        })
        .collect()
    );
    assert!(read.unreadable.is_empty());
}

#[test]
fn names_are_learned_from_the_servers_own_records() {
    let mut properties = properties();
    assert!(!properties.are_known());
    let change = fields(json!({"due_date": "2026-11-23", "text": null}));
    assert_eq!(
        Json::Object(properties.write(&change)),
        json!({"dueDate": "2026-11-23", "text": null})
    );
    properties.read(&map(json!({"id": "a", "due_date": null, "TEXT": null})));
    assert!(properties.are_known());
    assert_eq!(
        Json::Object(properties.write(&change)),
        json!({"due_date": "2026-11-23", "TEXT": null})
    );
    // A better fitting name counts, whichever came first.
    let both = properties.read(&map(json!({"due_date": "2026-01-01", "dueDate": "2026-11-23"})));
    assert_eq!(both.fields, fields(json!({"due_date": "2026-11-23"})));
}

#[test]
fn a_value_that_is_none_is_named_and_the_rest_is_read() {
    let read = properties().read(&map(json!({
        "text": "Mow", "count": 1.5, "done": "maybe", "dueDate": "2026-11-23T10:00:00Z", "seenAt": "soon",
        "tags": [1], "place": {"type": "Polygon"}, "weight": "x",
    })));
    assert_eq!(read.fields, fields(json!({"text": "Mow"})));
    let names: Vec<&str> = read.unreadable.iter().map(ColumnName::as_str).collect();
    assert_eq!(
        names,
        ["count", "weight", "done", "due_date", "seen_at", "tags", "place"]
    );
}

#[test]
fn no_value_is_what_the_server_puts_in_its_place() {
    let properties = properties();
    let stands = |name: &str, there: Value| {
        let column = ColumnName::new(name).unwrap();
        properties.stands(&column, &Value::Null, &there)
    };
    assert!(stands("done", Value::Boolean(false)) && !stands("done", Value::Boolean(true)));
    assert!(stands("count", Value::Integer(0)) && !stands("count", Value::Integer(1)));
    assert!(stands("state", Value::from("open")) && !stands("state", Value::from("shut")));
    assert!(stands("text", Value::Null) && !stands("text", Value::from("x")));
}

proptest! {
    #[test]
    fn texts_and_numbers_come_back_to_the_last_bit(text in "\\PC{1,40}", weight: f64, count in -(1i64 << 53) + 1..1i64 << 53) {
        let mut properties = properties();
        let text = format!("x{text}");
        let weight = if weight.is_finite() { weight + 0.0 } else { 1.0 };
        let values = fields(json!({"text": text, "weight": weight, "count": count}));
        let values: Fields = values.into_iter().map(|(name, value)| match (name.as_str(), value) {
            ("weight", Value::Integer(_)) => (name, Value::Real(weight)),
            (_, value) => (name, value),
        }).collect();
        let sent = serde_json::to_string(&properties.write(&values)).unwrap();
        prop_assert_eq!(properties.read(&serde_json::from_str(&sent).unwrap()).fields, values);
    }

    #[test]
    fn no_json_makes_it_panic(text in "[\\[\\]{}\",:a0-9.TZ+-]{0,30}") {
        if let Ok(json) = serde_json::from_str::<Json>(&text) {
            for column in &properties().table().columns {
                let _ = crate::value::read(column, &json);
            }
        }
    }
}
