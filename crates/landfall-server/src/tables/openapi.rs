//! `GET /tables/openapi.json`: the table protocol of this workspace as an OpenAPI 3.1 description, made of the schema.
//!
//! The statuses that stand here are those that the conformance cases meet: their test compares the two.

use super::call::token;
use super::properties::json_name;
use super::v3;
use crate::App;
use crate::Error;
use crate::db::devices;
use crate::db::tables::list::is_never_null;
use crate::http::Refused;
use axum::Json as Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use landfall_core::schema::{Choice, Column, ColumnKind, Table};
use serde_json::{Map, Value as Json, json};

/// What an address takes.
struct Operation {
    method: &'static str,
    /// Whether it is about one record.
    is_item: bool,
    summary: &'static str,
    /// What is in the body, if there is one.
    body: Option<&'static str>,
    statuses: &'static [u16],
}

const OPERATIONS: [Operation; 8] = [
    Operation {
        method: "get",
        is_item: false,
        summary: "A page of a query.",
        body: None,
        statuses: &[200, 400, 401],
    },
    Operation {
        method: "post",
        is_item: false,
        summary: "Makes a record.",
        body: Some("application/json"),
        statuses: &[201, 400, 401, 409, 413, 415],
    },
    Operation {
        method: "patch",
        is_item: false,
        summary: "v2: changes the record whose id is in the body.",
        body: Some("application/json"),
        statuses: &[200, 400, 401, 404, 405, 409, 412, 413, 415],
    },
    Operation {
        method: "get",
        is_item: true,
        summary: "A record.",
        body: None,
        statuses: &[200, 304, 400, 401, 404, 410, 412],
    },
    Operation {
        method: "put",
        is_item: true,
        summary: "v3: replaces a record; what is left out has its type's default.",
        body: Some("application/json"),
        statuses: &[200, 400, 401, 404, 410, 412, 413, 415],
    },
    Operation {
        method: "patch",
        is_item: true,
        summary: "Changes a record's properties that the body names.",
        body: Some("application/json"),
        statuses: &[200, 400, 401, 404, 409, 410, 412, 413, 415],
    },
    Operation {
        method: "delete",
        is_item: true,
        summary: "Deletes a record: 200 with it in v2, 204 in v3.",
        body: None,
        statuses: &[200, 204, 400, 401, 404, 410, 412],
    },
    Operation {
        method: "post",
        is_item: true,
        summary: "v2: brings a deleted record back.",
        body: None,
        statuses: &[201, 400, 401, 404, 405, 412],
    },
];

/// The description, for whoever has a token.
pub(super) async fn get(State(app): State<App>, headers: HeaderMap) -> Response {
    match described(&app, &headers).await {
        Ok(response) => response,
        Err(error) => Refused::from(error).into_response(),
    }
}

async fn described(app: &App, headers: &HeaderMap) -> Result<Response, Error> {
    let Some(token) = token(headers) else {
        return Ok(v3::unauthorized());
    };
    let database = app.workspace().database();
    let device = database.read(move |tx, _| devices::by_token(tx, &token)).await?;
    Ok(match device {
        Some(_) => Body(description(app)).into_response(),
        None => v3::unauthorized(),
    })
}

fn description(app: &App) -> Json {
    let workspace = app.workspace();
    let offered = workspace
        .schema()
        .tables
        .iter()
        .filter(|table| workspace.table_protocol(&table.name).enabled);
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for table in offered {
        paths.insert(format!("/tables/{}", table.name), path(table, false));
        paths.insert(format!("/tables/{}/{{id}}", table.name), path(table, true));
        schemas.insert(table.name.to_string(), record(table));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": workspace.schema().name,
            "version": workspace.schema().version.to_string(),
            "description": "The table protocol of Azure Mobile Apps (v2) and Datasync (v3).",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "zumo": {"type": "apiKey", "in": "header", "name": "X-ZUMO-AUTH"},
            },
        },
        "security": [{"bearer": []}, {"zumo": []}],
    })
}

fn path(table: &Table, is_item: bool) -> Json {
    let mut path = Map::new();
    for operation in OPERATIONS.iter().filter(|operation| operation.is_item == is_item) {
        path.insert(operation.method.to_owned(), described_operation(table, operation));
    }
    Json::Object(path)
}

fn described_operation(table: &Table, operation: &Operation) -> Json {
    let reference = json!({"$ref": format!("#/components/schemas/{}", table.name)});
    let responses: Map<String, Json> = operation
        .statuses
        .iter()
        .map(|status| (status.to_string(), response(operation, *status, &reference)))
        .collect();
    let mut described = json!({
        "summary": operation.summary,
        "tags": [table.label],
        "parameters": parameters(operation),
        "responses": responses,
    });
    if let Some(media_type) = operation.body {
        described["requestBody"] =
            json!({"required": true, "content": {media_type: {"schema": {"type": "object"}}}});
    }
    described
}

fn response(operation: &Operation, status: u16, record: &Json) -> Json {
    let is_list = operation.method == "get" && !operation.is_item;
    let (description, schema) = match status {
        200 if is_list => ("A page.", Some(page(record))),
        200 => ("The record.", Some(record.clone())),
        201 => ("The record as it was made.", Some(record.clone())),
        204 => ("Deleted.", None),
        304 => ("The client has it as it is.", None),
        400 => return problem("The request can't be read, or breaks a rule."),
        401 => ("No token, or one that is not known.", None),
        404 => ("There is no such record, or no such table.", None),
        405 => return problem("This dialect does not have this method here."),
        409 => (
            "The id is there, or (v2) the body names another version.",
            Some(record.clone()),
        ),
        410 => ("The record was deleted.", None),
        412 => ("A condition does not hold.", Some(record.clone())),
        413 => ("The body is too large.", None),
        _ => return problem("The body is of another media type."),
    };
    match schema {
        Some(schema) => {
            json!({"description": description, "content": {"application/json": {"schema": schema}}})
        }
        None => json!({"description": description}),
    }
}

fn page(record: &Json) -> Json {
    json!({"oneOf": [
        {
            "title": "v3",
            "type": "object",
            "required": ["items", "count", "nextLink"],
            "properties": {
                "items": {"type": "array", "items": record},
                "count": {"type": ["integer", "null"]},
                "nextLink": {"type": ["string", "null"]},
            },
        },
        {"title": "v2", "type": "array", "items": record},
        {
            "title": "v2 with $inlinecount=allpages",
            "type": "object",
            "required": ["results", "count"],
            "properties": {"results": {"type": "array", "items": record}, "count": {"type": "integer"}},
        },
    ]})
}

fn parameters(operation: &Operation) -> Json {
    let parameter =
        |place: &str, name: &str, schema: Json| json!({"in": place, "name": name, "schema": schema});
    let text = || json!({"type": "string"});
    let count = || json!({"type": "integer", "minimum": 0});
    let version = json!({"type": "string", "pattern": r"^(2\.0(\.\d+)?|[3-9]\.\d+(\.\d+)?)$", "examples": ["3.0.0", "2.0.0"]});
    let mut parameters = vec![parameter("header", "ZUMO-API-VERSION", version)];
    if operation.is_item {
        let mut id = parameter("path", "id", text());
        id["required"] = true.into();
        parameters.push(id);
        parameters.push(parameter("header", "If-Match", text()));
        parameters.push(parameter("header", "If-None-Match", text()));
    } else if operation.method == "get" {
        parameters.extend(["$filter", "$orderby", "$select"].map(|name| parameter("query", name, text())));
        parameters.extend(["$top", "$skip"].map(|name| parameter("query", name, count())));
        parameters.push(parameter("query", "$count", json!({"type": "boolean"})));
        parameters.push(parameter(
            "query",
            "$inlinecount",
            json!({"enum": ["allpages", "none"]}),
        ));
    }
    if operation.method != "post" {
        parameters.push(parameter("query", "__includedeleted", text()));
    }
    Json::Array(parameters)
}

/// A refusal in words: a text, a list of results, an object with an error, or a problem.
fn problem(description: &str) -> Json {
    json!({"description": description, "content": {
        "application/json": {"schema": {"type": ["string", "array", "object"]}},
        "application/problem+json": {"schema": {"type": "object"}},
        "text/plain": {"schema": {"type": "string"}},
    }})
}

fn record(table: &Table) -> Json {
    let mut properties = Map::new();
    properties.insert("id".to_owned(), json!({"type": "string"}));
    properties.insert("version".to_owned(), json!({"type": "string", "readOnly": true}));
    properties.insert("deleted".to_owned(), json!({"type": "boolean"}));
    for name in ["updatedAt", "createdAt"] {
        let schema = json!({"type": "string", "format": "date-time", "readOnly": true});
        properties.insert(name.to_owned(), schema);
    }
    for column in &table.columns {
        properties
            .entry(json_name(&table.columns, column))
            .or_insert_with(|| property(column));
    }
    json!({"type": "object", "title": table.singular, "properties": properties})
}

fn property(column: &Column) -> Json {
    let values = |choices: &[Choice]| -> Vec<Json> {
        choices
            .iter()
            .map(|choice| Json::from(choice.value.as_str()))
            .collect()
    };
    let (word, mut schema) = match &column.kind {
        ColumnKind::Boolean => ("boolean", json!({})),
        ColumnKind::Integer { .. } => ("integer", json!({})),
        ColumnKind::Real { .. } => ("number", json!({})),
        ColumnKind::Date { .. } => ("string", json!({"format": "date"})),
        ColumnKind::DateTime => ("string", json!({"format": "date-time"})),
        ColumnKind::Link => ("string", json!({"format": "uri"})),
        ColumnKind::MultiChoice { choices } => (
            "array",
            json!({"items": {"type": "string", "enum": values(choices)}}),
        ),
        ColumnKind::Location => (
            "object",
            json!({"properties": {"type": {"const": "Point"}, "coordinates": {"type": "array", "items": {"type": "number"}}}}),
        ),
        ColumnKind::Choice { choices } => {
            let mut named = values(choices);
            named.push(Json::Null);
            ("string", json!({"enum": named}))
        }
        ColumnKind::Text { .. } | ColumnKind::LongText { .. } | ColumnKind::Reference { .. } => {
            ("string", json!({}))
        }
    };
    schema["type"] = if is_never_null(column) {
        word.into()
    } else {
        json!([word, "null"])
    };
    schema["title"] = column.label.as_str().into();
    if column.read_only {
        schema["readOnly"] = true.into();
    }
    schema
}
