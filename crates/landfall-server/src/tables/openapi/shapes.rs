//! What stands in bodies, as JSON Schema made of the workspace's schema. Of a record that comes the limits of its columns
//! are not said: it may be older than they are. Of one that is sent they are.

use crate::db::tables::list::is_never_null;
use landfall_core::schema::{Choice, Column, ColumnKind, Table};
use landfall_core::value::MAX_INTEGER;
use landfall_tables::names::json_name;
use serde_json::{Map, Value as Json, json};

/// An id: what can stand in an address.
pub(super) fn id() -> Json {
    // No control character, none of " + / ? \ `.
    let pattern = r#"^[^\u0000-\u001f\u007f-\u009f"+/?\\`]+$"#;
    json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": pattern})
}

/// A record as it comes; `$select` leaves properties out.
pub(super) fn record(table: &Table) -> Json {
    let mut properties = Map::new();
    properties.insert("id".to_owned(), id());
    properties.insert("version".to_owned(), json!({"type": "string", "readOnly": true}));
    properties.insert("deleted".to_owned(), json!({"type": "boolean"}));
    for name in ["updatedAt", "createdAt"] {
        let schema = json!({"type": "string", "format": "date-time", "readOnly": true});
        properties.insert(name.to_owned(), schema);
    }
    for column in &table.columns {
        properties
            .entry(json_name(&table.columns, column))
            .or_insert_with(|| comes(column));
    }
    json!({"type": "object", "title": table.singular, "properties": properties})
}

fn reference(table: &Table) -> Json {
    json!({"$ref": format!("#/components/schemas/{}", table.name)})
}

/// One record with all of its properties.
pub(super) fn row(table: &Table) -> Json {
    let system = ["id", "version", "updatedAt", "deleted"].map(str::to_owned);
    let columns = table
        .columns
        .iter()
        .map(|column| json_name(&table.columns, column));
    let required: Vec<String> = system.into_iter().chain(columns).collect();
    json!({"allOf": [reference(table), {"required": required}]})
}

/// A page, in each of its forms.
pub(super) fn page(table: &Table) -> Json {
    let items = || json!({"type": "array", "items": reference(table)});
    json!({"oneOf": [
        {
            "title": "v3",
            "type": "object",
            "required": ["items", "count", "nextLink"],
            "properties": {
                "items": items(),
                "count": {"type": ["integer", "null"]},
                "nextLink": {"type": ["string", "null"]},
            },
        },
        {"title": "v2", "type": "array", "items": reference(table)},
        {
            "title": "v2 with $inlinecount=allpages",
            "type": "object",
            "required": ["results", "count"],
            "properties": {"results": items(), "count": {"type": "integer"}},
        },
    ]})
}

/// What a client sends of a record.
pub(super) fn change(table: &Table, required: &[String]) -> Json {
    let mut properties = Map::new();
    properties.insert("id".to_owned(), id());
    for column in table.columns.iter().filter(|column| !column.read_only) {
        properties
            .entry(json_name(&table.columns, column))
            .or_insert_with(|| is_sent(column));
    }
    json!({"type": "object", "properties": properties, "required": required})
}

/// The columns without which no record can be made: they are required and have neither a default nor a type's own.
pub(super) fn needed(table: &Table) -> Vec<String> {
    let columns = table.columns.iter().filter(|column| {
        let has_own = matches!(
            column.kind,
            ColumnKind::Boolean
                | ColumnKind::Integer { .. }
                | ColumnKind::Real { .. }
                | ColumnKind::Choice { .. }
        );
        column.required && !column.read_only && column.default.is_none() && !has_own
    });
    columns.map(|column| json_name(&table.columns, column)).collect()
}

/// A JSON Patch (RFC 6902).
pub(super) fn json_patch() -> Json {
    json!({"type": "array", "items": {
        "type": "object",
        "required": ["op", "path"],
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
            "path": {"type": "string"},
            "from": {"type": "string"},
            "value": {},
        },
    }})
}

/// A refusal in words: a text, a list of results, an object with an error, or a problem.
pub(super) fn refusal(description: &str) -> Json {
    json!({"description": description, "content": {
        "application/json": {"schema": {"type": ["string", "array", "object"]}},
        "application/problem+json": {"schema": {"type": "object"}},
        "text/plain": {"schema": {"type": "string"}},
    }})
}

/// A column's value as it comes.
fn comes(column: &Column) -> Json {
    let mut schema = kind(&column.kind);
    schema["title"] = column.label.as_str().into();
    if !is_never_null(column) {
        or_null(&mut schema);
    }
    if column.read_only {
        schema["readOnly"] = true.into();
    }
    schema
}

/// A column's value as it is sent, within its limits.
fn is_sent(column: &Column) -> Json {
    let mut schema = kind(&column.kind);
    let limits: Vec<(&str, Json)> = match &column.kind {
        ColumnKind::Text {
            min_length,
            max_length,
            ..
        } => vec![("minLength", json!(min_length)), ("maxLength", json!(max_length))],
        ColumnKind::LongText { max_length } => vec![("maxLength", json!(max_length))],
        ColumnKind::Integer { min, max, .. } => vec![
            ("minimum", json!(min.unwrap_or(-MAX_INTEGER))),
            ("maximum", json!(max.unwrap_or(MAX_INTEGER))),
        ],
        ColumnKind::Real { min, max, .. } => vec![("minimum", json!(min)), ("maximum", json!(max))],
        ColumnKind::Link => vec![
            ("format", json!("uri")),
            ("pattern", json!("^(https?://|mailto:|tel:)")),
        ],
        _ => Vec::new(),
    };
    for (name, limit) in limits.into_iter().filter(|(_, limit)| !limit.is_null()) {
        schema[name] = limit;
    }
    let is_text = schema["type"] == "string" && schema.get("enum").is_none();
    if column.required && is_text && schema.get("minLength").is_none() {
        schema["minLength"] = 1.into();
    }
    if !column.required {
        or_null(&mut schema);
    }
    schema
}

fn or_null(schema: &mut Json) {
    schema["type"] = json!([schema["type"], "null"]);
    if let Some(values) = schema.get_mut("enum").and_then(Json::as_array_mut) {
        values.push(Json::Null);
    }
}

fn kind(kind: &ColumnKind) -> Json {
    let values =
        |choices: &[Choice]| -> Vec<String> { choices.iter().map(|choice| choice.value.clone()).collect() };
    match kind {
        ColumnKind::Boolean => json!({"type": "boolean"}),
        ColumnKind::Integer { .. } => json!({"type": "integer"}),
        ColumnKind::Real { .. } => json!({"type": "number"}),
        ColumnKind::Date { .. } => json!({"type": "string", "format": "date"}),
        ColumnKind::DateTime => json!({"type": "string", "format": "date-time"}),
        ColumnKind::Choice { choices } => json!({"type": "string", "enum": values(choices)}),
        ColumnKind::MultiChoice { choices } => {
            json!({"type": "array", "items": {"type": "string", "enum": values(choices)}})
        }
        ColumnKind::Location => json!({
            "type": "object",
            "required": ["type", "coordinates"],
            "properties": {
                "type": {"const": "Point"},
                "coordinates": {
                    "type": "array",
                    "description": "Degrees east, then degrees north.",
                    "prefixItems": [
                        {"type": "number", "minimum": -180, "maximum": 180},
                        {"type": "number", "minimum": -90, "maximum": 90},
                    ],
                    "minItems": 2,
                    "maxItems": 2,
                },
            },
        }),
        // A link is kept as a person typed it: it may have letters and spaces that `uri` has not.
        ColumnKind::Text { .. }
        | ColumnKind::LongText { .. }
        | ColumnKind::Reference { .. }
        | ColumnKind::Link => json!({"type": "string"}),
    }
}
