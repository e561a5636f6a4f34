//! What an address takes and answers: methods, parameters, bodies and statuses.

use super::shapes;
use landfall_core::schema::Table;
use serde_json::{Map, Value as Json, json};

/// What an address takes.
struct Operation {
    method: &'static str,
    /// Its name in the description: with the table's it is the operation's id.
    name: &'static str,
    /// Whether it is about one record.
    is_item: bool,
    summary: &'static str,
    body: Takes,
    statuses: &'static [u16],
}

/// What is in a request's body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    /// A new record.
    New,
    /// A whole record, with its id.
    Whole,
    /// The properties that change.
    Some,
    /// The same, or a JSON Patch.
    SomeOrPatch,
}

const OPERATIONS: [Operation; 8] = [
    Operation {
        method: "get",
        name: "list",
        is_item: false,
        summary: "A page of a query.",
        body: Takes::Nothing,
        statuses: &[200, 400, 401],
    },
    Operation {
        method: "post",
        name: "create",
        is_item: false,
        summary: "Makes a record.",
        body: Takes::New,
        statuses: &[201, 400, 401, 409, 413, 415],
    },
    Operation {
        method: "patch",
        name: "change",
        is_item: false,
        summary: "v2: changes the record whose id is in the body.",
        body: Takes::Some,
        statuses: &[200, 400, 401, 404, 405, 409, 412, 413, 415],
    },
    Operation {
        method: "get",
        name: "read",
        is_item: true,
        summary: "A record.",
        body: Takes::Nothing,
        statuses: &[200, 304, 400, 401, 404, 410, 412],
    },
    Operation {
        method: "put",
        name: "replace",
        is_item: true,
        summary: "v3: replaces a record; what is left out has its type's default.",
        body: Takes::Whole,
        statuses: &[200, 400, 401, 404, 410, 412, 413, 415],
    },
    Operation {
        method: "patch",
        name: "update",
        is_item: true,
        summary: "Changes a record's properties that the body names.",
        body: Takes::SomeOrPatch,
        statuses: &[200, 400, 401, 404, 409, 410, 412, 413, 415],
    },
    Operation {
        method: "delete",
        name: "delete",
        is_item: true,
        summary: "Deletes a record: 200 with it in v2, 204 in v3.",
        body: Takes::Nothing,
        statuses: &[200, 204, 400, 401, 404, 410, 412],
    },
    Operation {
        method: "post",
        name: "undelete",
        is_item: true,
        summary: "v2: brings a deleted record back.",
        body: Takes::Nothing,
        statuses: &[201, 400, 401, 404, 405, 412],
    },
];

/// The operations of a table's address, or of a record's.
pub(super) fn path(table: &Table, is_item: bool) -> Json {
    let operations = OPERATIONS.iter().filter(|operation| operation.is_item == is_item);
    let described = operations.map(|operation| (operation.method.to_owned(), described(table, operation)));
    Json::Object(described.collect())
}

fn described(table: &Table, operation: &Operation) -> Json {
    let responses: Map<String, Json> = operation
        .statuses
        .iter()
        .map(|status| (status.to_string(), response(table, operation, *status)))
        .collect();
    let mut described = json!({
        "operationId": id(operation.name, table),
        "summary": operation.summary,
        "tags": [table.label],
        "parameters": parameters(operation),
        "responses": responses,
    });
    if let Some(content) = content(table, operation.body) {
        described["requestBody"] = json!({"required": true, "content": content});
    }
    described
}

fn id(name: &str, table: &Table) -> String {
    format!("{name}_{}", table.name)
}

fn content(table: &Table, body: Takes) -> Option<Json> {
    let json = |required: &[String]| json!({"schema": shapes::change(table, required)});
    let id = "id".to_owned();
    Some(match body {
        Takes::Nothing => return None,
        Takes::New => json!({"application/json": json(&shapes::needed(table))}),
        Takes::Whole => {
            let required: Vec<String> = std::iter::once(id).chain(shapes::needed(table)).collect();
            json!({"application/json": json(&required)})
        }
        Takes::Some => json!({"application/json": json(&[id])}),
        Takes::SomeOrPatch => json!({
            "application/json": json(&[]),
            "application/json-patch+json": {"schema": shapes::json_patch()},
        }),
    })
}

fn response(table: &Table, operation: &Operation, status: u16) -> Json {
    let is_list = operation.name == "list";
    let row = |description: &str| {
        json!({
            "description": description,
            "headers": headers(&[("ETag", "The record's version, in quotes.", true)]),
            "content": {"application/json": {"schema": shapes::row(table)}},
        })
    };
    let empty = |description: &str| json!({"description": description});
    match status {
        200 if is_list => json!({
            "description": "A page.",
            "headers": headers(&[("Link", "v2: the address of the next page, if there is one.", false)]),
            "content": {"application/json": {"schema": shapes::page(table)}},
        }),
        200 => row("The record."),
        201 => {
            let mut made = row("The record as it was made.");
            made["headers"]["Location"] = header("v3: the record's address.", false);
            if operation.name == "create" {
                made["links"] = links(table);
            }
            made
        }
        204 => empty("Deleted."),
        304 => empty("The client has it as it is."),
        400 => shapes::refusal("The request can't be read, or breaks a rule."),
        401 => json!({
            "description": "No token, or one that is not known.",
            "headers": headers(&[("WWW-Authenticate", "How to send it.", true)]),
        }),
        404 => empty("There is no such record, or no such table."),
        405 => {
            let mut refusal = shapes::refusal("This dialect does not have this method here.");
            refusal["headers"] = headers(&[("Allow", "The methods that it has.", true)]);
            refusal
        }
        409 => row("The id is there, or (v2) the body names another version."),
        410 => empty("The record was deleted."),
        412 => row("A condition does not hold."),
        413 => empty("The body is too large."),
        _ => shapes::refusal("The body is of another media type."),
    }
}

fn headers(listed: &[(&str, &str, bool)]) -> Json {
    let described = listed
        .iter()
        .map(|(name, description, is_always)| ((*name).to_owned(), header(description, *is_always)));
    Json::Object(described.collect())
}

fn header(description: &str, is_always: bool) -> Json {
    json!({"description": description, "required": is_always, "schema": {"type": "string"}})
}

/// How to go on with a record that was made.
fn links(table: &Table) -> Json {
    let record = || json!({"id": "$response.body#/id"});
    let mut links = Map::new();
    for name in ["read", "update", "delete", "undelete"] {
        let link = json!({"operationId": id(name, table), "parameters": record()});
        links.insert(name.to_owned(), link);
    }
    let replace = json!({
        "operationId": id("replace", table),
        "parameters": record(),
        "requestBody": "$response.body",
    });
    links.insert("replace".to_owned(), replace);
    Json::Object(links)
}

fn parameters(operation: &Operation) -> Json {
    let parameter =
        |place: &str, name: &str, schema: Json| json!({"in": place, "name": name, "schema": schema});
    let text = || json!({"type": "string"});
    let count = || json!({"type": "integer", "minimum": 0, "maximum": 1_000_000});
    let mut version = parameter(
        "header",
        "ZUMO-API-VERSION",
        json!({"type": "string", "enum": ["2.0.0", "3.0.0"]}),
    );
    version["description"] = "Any 2.0.x is v2; 3 or more, or none, is v3.".into();
    let mut parameters = vec![version];
    if operation.is_item {
        let mut id = parameter("path", "id", shapes::id());
        id["required"] = true.into();
        parameters.push(id);
        let conditions = [
            "If-Match",
            "If-None-Match",
            "If-Modified-Since",
            "If-Unmodified-Since",
        ];
        parameters.extend(conditions.map(|name| parameter("header", name, text())));
    } else if operation.method == "get" {
        let options = json!({"type": "string", "enum": ["nextLink=path", "include:deleted"]});
        parameters.push(parameter("header", "X-ZUMO-Options", options));
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
        let included = json!({"type": "string", "enum": ["true", "false"]});
        parameters.push(parameter("query", "__includedeleted", included));
    }
    Json::Array(parameters)
}
