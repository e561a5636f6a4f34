//! A server of the table protocol as the original ones are, in memory: it knows no op ids and heals nothing. Its clock
//! stands still until a test moves it, so many records have one time; its pages are small; what changes between two
//! pages changes.

#![expect(clippy::unwrap_used, reason = "what a test does not expect ends it")]

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use landfall_sync::transport::tables::Dialect;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// Records in a page, whatever is asked for.
const PAGE: usize = 7;

#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) values: Map<String, Json>,
    version: u64,
    /// Milliseconds.
    pub(super) updated_at: i64,
    pub(super) deleted: bool,
}

/// What it has.
#[derive(Default)]
pub(super) struct Inside {
    pub(super) rows: BTreeMap<(String, String), Stored>,
    pub(super) clock: i64,
    changes: u64,
    between: Option<Between>,
}

/// What happens before each page.
type Between = Box<dyn FnMut(&mut Inside) + Send>;

impl Inside {
    /// Writes a row as some other client does.
    pub(super) fn put(&mut self, table: &str, id: &str, values: Json) {
        let at = self.clock;
        self.put_at(table, id, values, at);
    }

    /// The same, with a time of its own.
    pub(super) fn put_at(&mut self, table: &str, id: &str, values: Json, at: i64) {
        let key = (table.to_owned(), id.to_owned());
        let mut all = self
            .rows
            .get(&key)
            .map(|row| row.values.clone())
            .unwrap_or_default();
        all.extend(object(values));
        self.write(key, all, false, at);
    }

    pub(super) fn remove(&mut self, table: &str, id: &str) {
        let key = (table.to_owned(), id.to_owned());
        if let Some(row) = self.rows.get(&key).filter(|row| !row.deleted) {
            let (values, at) = (row.values.clone(), self.clock);
            self.write(key, values, true, at);
        }
    }

    fn write(&mut self, key: (String, String), values: Map<String, Json>, deleted: bool, at: i64) {
        self.changes += 1;
        let stored = Stored {
            values,
            version: self.changes,
            updated_at: at,
            deleted,
        };
        self.rows.insert(key, stored);
    }
}

/// The server.
#[derive(Clone)]
pub(super) struct PlainServer {
    dialect: Dialect,
    inside: Arc<Mutex<Inside>>,
}

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        _ => unreachable!("a test gives objects"),
    }
}

impl PlainServer {
    pub(super) fn new(dialect: Dialect, clock: i64) -> Self {
        let inside = Inside {
            clock,
            ..Inside::default()
        };
        Self {
            dialect,
            inside: Arc::new(Mutex::new(inside)),
        }
    }

    pub(super) fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    /// Has something happen before each page.
    pub(super) fn between_pages(&self, happens: Option<Between>) {
        self.inside().between = happens;
    }

    pub(super) fn router(&self) -> Router {
        Router::new()
            .route("/tables/{table}", any(table))
            .route("/tables/{table}/{id}", any(item))
            .with_state(self.clone())
    }

    fn is_v2(&self) -> bool {
        self.dialect == Dialect::V2
    }
}

fn row(id: &str, row: &Stored) -> Json {
    let mut json = row.values.clone();
    json.insert("id".to_owned(), id.into());
    json.insert("version".to_owned(), format!("v{}", row.version).into());
    json.insert("updatedAt".to_owned(), time(row.updated_at).into());
    json.insert("deleted".to_owned(), row.deleted.into());
    Json::Object(json)
}

fn time(millis: i64) -> String {
    // Written as the .NET servers do, with seven digits.
    let value = landfall_core::value::normalize(&date_time(), &of_epoch(millis).as_str().into());
    let text = value
        .and_then(|value| value.as_text().map(str::to_owned))
        .unwrap();
    let (head, tail) = text.trim_end_matches('Z').split_once('.').map_or(
        (text.trim_end_matches('Z').to_owned(), String::new()),
        |(head, tail)| (head.to_owned(), tail.to_owned()),
    );
    format!("{head}.{tail:0<7}Z")
}

/// Days since 1970 as a date, by the civil calendar (Howard Hinnant's algorithm).
fn of_epoch(millis: i64) -> String {
    let (days, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let z = days + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (
        doy - (153 * mp + 2) / 5 + 1,
        if mp < 10 { mp + 3 } else { mp - 9 },
    );
    let year = yoe + era * 400 + i64::from(month <= 2);
    let (hours, minutes) = (rest / 3_600_000, rest / 60_000 % 60);
    let (seconds, part) = (rest / 1_000 % 60, rest % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{part:03}Z")
}

fn date_time() -> landfall_core::schema::Column {
    let schema = "workspace.name = \"W\"\nworkspace.version = 1\n[[table]]\nname = \"t\"\n\
                  [[table.column]]\nname = \"x\"\ntype = \"text\"\n[[table.column]]\nname = \"at\"\ntype = \"date_time\"\n";
    let mut schema = landfall_core::schema_file::parse(schema).unwrap();
    schema.tables.remove(0).columns.remove(1)
}

async fn table(
    State(server): State<PlainServer>,
    Path(table): Path<String>,
    method: Method,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    if table == "missing" {
        return (StatusCode::NOT_FOUND, "<!DOCTYPE html>").into_response();
    }
    match method {
        Method::GET => list(&server, &table, &query.unwrap_or_default()),
        Method::POST => insert(&server, &table, &body),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn list(server: &PlainServer, table: &str, query: &str) -> Response {
    let mut inside = server.inside();
    if let Some(mut between) = inside.between.take() {
        between(&mut inside);
        inside.between = Some(between);
    }
    let query: BTreeMap<String, String> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(decoded)
        .collect();
    let filter = query.get("$filter").cloned().unwrap_or_default();
    let literal = |before: &str| {
        let rest = filter.split_once(before)?.1;
        let end = rest.find(['\'', ',']).unwrap_or(rest.len());
        Some(rest[..end].to_owned())
    };
    let instant = |word: &str| {
        literal(&format!("updatedAt {word} datetimeoffset'"))
            .or_else(|| literal(&format!("updatedAt {word} cast(")))
    };
    let (since, before) = (instant("ge"), instant("lt"));
    let (after, is) = (literal("id gt '"), literal("id eq '"));
    let mut rows: Vec<(&String, &Stored)> = inside
        .rows
        .iter()
        .filter(|((of, _), _)| of == table)
        .map(|((_, id), row)| (id, row))
        .filter(|(id, row)| {
            let at = of_epoch(row.updated_at);
            since.as_ref().is_none_or(|since| at >= *since)
                && before.as_ref().is_none_or(|before| at < *before)
                && after.as_ref().is_none_or(|after| *id > after)
                && is.as_ref().is_none_or(|is| *id == is)
        })
        .collect();
    if query
        .get("$orderby")
        .is_some_and(|order| order.starts_with("updatedAt"))
    {
        rows.sort_by_key(|(id, row)| (row.updated_at, (*id).clone()));
    }
    let top: usize = query.get("$top").and_then(|top| top.parse().ok()).unwrap_or(PAGE);
    let count = rows.len();
    let page: Vec<Json> = rows
        .into_iter()
        .take(top.min(PAGE))
        .map(|(id, stored)| row(id, stored))
        .collect();
    let counted = query.contains_key("$inlinecount");
    axum::Json(match (server.is_v2(), counted) {
        (true, true) => json!({"results": page, "count": count}),
        (true, false) => Json::Array(page),
        (false, _) => json!({"items": page, "count": null, "nextLink": (count > PAGE).then_some("$skip=7")}),
    })
    .into_response()
}

fn decoded((name, value): (&str, &str)) -> (String, String) {
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((&byte, behind)) = rest.split_first() {
            rest = behind;
            match byte {
                b'+' => bytes.push(b' '),
                b'%' => {
                    let hex = std::str::from_utf8(&rest[..2]).unwrap();
                    bytes.push(u8::from_str_radix(hex, 16).unwrap());
                    rest = &rest[2..];
                }
                byte => bytes.push(byte),
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    (decode(name), decode(value))
}

fn insert(server: &PlainServer, table: &str, body: &[u8]) -> Response {
    let mut values = object(serde_json::from_slice(body).unwrap());
    let echo = Json::Object(values.clone());
    let id = values
        .remove("id")
        .and_then(|id| id.as_str().map(str::to_owned))
        .unwrap();
    let mut inside = server.inside();
    if values.get("name").and_then(Json::as_str) == Some("forbidden") {
        return (
            StatusCode::BAD_REQUEST,
            axum::Json(json!({"error": "Not this name."})),
        )
            .into_response();
    }
    let key = (table.to_owned(), id.clone());
    if let Some(stored) = inside.rows.get(&key) {
        let said = if server.is_v2() { echo } else { row(&id, stored) };
        return (StatusCode::CONFLICT, axum::Json(said)).into_response();
    }
    // A column of the server's own, and a default.
    values.insert("tenant".to_owned(), "t1".into());
    values.entry("closed").or_insert(false.into());
    let at = inside.clock;
    inside.write(key.clone(), values, false, at);
    (StatusCode::CREATED, axum::Json(row(&id, &inside.rows[&key]))).into_response()
}

async fn item(
    State(server): State<PlainServer>,
    Path((table, id)): Path<(String, String)>,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inside = server.inside();
    let key = (table, id.clone());
    let with_deleted = !server.is_v2() && query.unwrap_or_default().contains("__includedeleted=true");
    let gone = if server.is_v2() {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::GONE
    };
    let Some(stored) = inside.rows.get(&key).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let brings_back = server.is_v2() && method == Method::POST;
    if stored.deleted && !with_deleted && !brings_back {
        return gone.into_response();
    }
    let wanted = headers
        .get("if-match")
        .map(|tag| tag.to_str().unwrap().to_owned());
    if method != Method::GET && wanted.is_some_and(|wanted| wanted != format!("\"v{}\"", stored.version)) {
        return (StatusCode::PRECONDITION_FAILED, axum::Json(row(&id, &stored))).into_response();
    }
    let at = inside.clock;
    let given = || {
        let mut given = object(serde_json::from_slice(&body).unwrap());
        for system in ["id", "version", "updatedAt", "deleted"] {
            given.remove(system);
        }
        given
    };
    match (method, server.is_v2()) {
        (Method::GET, _) => {}
        (Method::PATCH, true) => {
            let mut values = stored.values;
            values.extend(given());
            inside.write(key.clone(), values, false, at);
        }
        (Method::PUT, false) => inside.write(key.clone(), given(), false, at),
        (Method::POST, true) => inside.write(key.clone(), stored.values, false, at),
        (Method::DELETE, is_v2) => {
            inside.write(key.clone(), stored.values, true, at);
            if !is_v2 {
                return StatusCode::NO_CONTENT.into_response();
            }
        }
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
    axum::Json(row(&id, &inside.rows[&key])).into_response()
}
