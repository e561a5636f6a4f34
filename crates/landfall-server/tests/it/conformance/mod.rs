//! The table protocol, statement by statement: the cases in `tests/conformance/`, each over a copy of the same few movies,
//! run by one test that names every case that fails. How a case is written: `tests/conformance/README.md`.

mod cases;
mod movies;

use axum::http::StatusCode;
use cases::{Exchange, File};
use movies::{Answer, Movies, Seen, World};
use regex::Regex;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a case remembers from one exchange to the next.
struct Memory {
    /// Versions as they were when the case began.
    versions: BTreeMap<String, String>,
    /// Where the last list goes on.
    next: String,
    /// The version that the last answer had.
    last: String,
}

/// Runs a case; the first thing that is not as expected.
async fn run(movies: &Movies, exchanges: Vec<Exchange>) -> Result<(), String> {
    let (_dir, world) = movies.copy();
    let mut memory = Memory {
        versions: movies.versions.clone(),
        next: String::new(),
        last: String::new(),
    };
    for exchange in exchanges {
        let told = exchange.send.clone();
        one(&world, &mut memory, exchange)
            .await
            .map_err(|reason| format!("{told}\n      {reason}"))?;
    }
    Ok(())
}

async fn one(world: &World, memory: &mut Memory, exchange: Exchange) -> Result<(), String> {
    let by = exchange.by.clone().unwrap_or_else(|| "laptop".to_owned());
    let send = filled(world, memory, &exchange.send).await;
    let mut headers = BTreeMap::new();
    for (name, value) in &exchange.headers {
        headers.insert(name.to_ascii_lowercase(), filled(world, memory, value).await);
    }
    let body = match &exchange.body {
        Some(body) => {
            headers
                .entry("content-type".to_owned())
                .or_insert_with(|| "application/json".to_owned());
            Some(filled(world, memory, body).await)
        }
        None => None,
    };
    headers.retain(|_, value| value != "(none)");
    let answer = world.ask(&by, &send, &headers, body).await;
    memory.next = Some(next(&answer))
        .filter(|next| !next.is_empty())
        .unwrap_or(memory.next.clone());
    if let Some(version) = answer.json["version"].as_str() {
        memory.last = version.to_owned();
    }
    check(world, memory, &exchange, &answer).await
}

async fn check(world: &World, memory: &Memory, exchange: &Exchange, answer: &Answer) -> Result<(), String> {
    let text = &answer.text;
    let expect = |fits: bool, what: String| {
        if fits {
            Ok(())
        } else {
            Err(format!("{what}; status {}, body {text}", answer.status))
        }
    };
    match exchange.status {
        Some(status) => expect(
            answer.status.as_u16() == status,
            format!("expected status {status}"),
        )?,
        None => expect(answer.status.is_success(), "expected success".to_owned())?,
    }
    for (name, expected) in &exchange.has {
        let expected = filled(world, memory, expected).await;
        let actual = answer.headers.get(name).and_then(|value| value.to_str().ok());
        let fits = actual.is_some_and(|actual| is_like(actual, &expected));
        expect(
            fits,
            format!("expected header {name}: {expected}, not {actual:?}"),
        )?;
    }
    for name in &exchange.lacks {
        let is_there = answer.headers.contains_key(name);
        expect(!is_there, format!("expected no header {name}"))?;
    }
    for (pointer, expected) in &exchange.facts {
        let actual = answer.json.pointer(pointer);
        let expected = match expected {
            toml::Value::String(text) => toml::Value::String(filled(world, memory, text).await),
            other => other.clone(),
        };
        let fits = is_fact(actual, &expected);
        expect(fits, format!("expected {pointer} = {expected}, not {actual:?}"))?;
    }
    if let Some(ids) = &exchange.ids {
        let expected: Vec<&str> = ids.split_whitespace().collect();
        let actual = ids_of(&answer.json);
        expect(
            actual == expected,
            format!("expected ids {expected:?}, not {actual:?}"),
        )?;
    }
    if exchange.empty {
        expect(text.is_empty(), "expected no body".to_owned())?;
    }
    if let Some(says) = &exchange.says {
        expect(text.contains(says), format!("expected the body to say {says:?}"))?;
    }
    Ok(())
}

fn ids_of(json: &Json) -> Vec<&str> {
    let rows = [json.get("items"), json.get("results"), Some(json)];
    let rows = rows.into_iter().flatten().find_map(Json::as_array);
    rows.into_iter()
        .flatten()
        .map(|row| row["id"].as_str().unwrap_or("?"))
        .collect()
}

fn is_like(actual: &str, expected: &str) -> bool {
    match expected.strip_prefix('~') {
        _ if expected == "(any)" => true,
        Some(pattern) => Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(actual),
        None => actual == expected,
    }
}

fn is_fact(actual: Option<&Json>, expected: &toml::Value) -> bool {
    match (actual, expected) {
        (None, toml::Value::String(word)) => word == "(absent)",
        (Some(Json::Null), toml::Value::String(word)) if word == "(null)" => true,
        (Some(Json::String(actual)), toml::Value::String(expected)) => is_like(actual, expected),
        (Some(Json::Number(actual)), toml::Value::Integer(expected)) => {
            actual.as_f64() == Some(*expected as f64)
        }
        (Some(Json::Number(actual)), toml::Value::Float(expected)) => actual.as_f64() == Some(*expected),
        (Some(Json::Bool(actual)), toml::Value::Boolean(expected)) => actual == expected,
        (Some(Json::Array(actual)), toml::Value::Array(expected)) => {
            actual.len() == expected.len()
                && actual
                    .iter()
                    .zip(expected)
                    .all(|(actual, expected)| is_fact(Some(actual), expected))
        }
        _ => false,
    }
}

/// Where a list goes on: an address of this server, or a query.
fn next(answer: &Answer) -> String {
    let link = answer.headers.get("link").and_then(|value| value.to_str().ok());
    let link = link
        .and_then(|link| link.strip_suffix("; rel=next"))
        .map(|link| link.trim_start_matches("http://localhost"));
    link.or_else(|| answer.json["nextLink"].as_str())
        .unwrap_or_default()
        .to_owned()
}

/// A text with its `{…}` filled in.
async fn filled(world: &World, memory: &Memory, text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (words, after) = after.split_once("}}").unwrap();
        result.push_str(before);
        let words: Vec<&str> = words.split_whitespace().collect();
        result.push_str(&match words.as_slice() {
            ["next"] => memory.next.clone(),
            ["last"] => memory.last.clone(),
            ["old", id] => memory.versions[*id].clone(),
            ["token", who] => world.tokens[*who].clone(),
            ["version", id] => value(world, id, "version").await,
            ["updated", id] => value(world, id, "updatedAt").await,
            ["http", id] => http_date(&value(world, id, "updatedAt").await, 0),
            ["http", id, seconds] => {
                http_date(&value(world, id, "updatedAt").await, seconds.parse().unwrap())
            }
            _ => panic!("{words:?} means nothing"),
        });
        rest = after;
    }
    result.push_str(rest);
    result
}

async fn value(world: &World, id: &str, name: &str) -> String {
    let record = world.record(id).await;
    record.json[name].as_str().unwrap_or("(none)").to_owned()
}

fn http_date(at: &str, seconds: i64) -> String {
    let at: jiff::Timestamp = at.parse().unwrap();
    let at = jiff::Timestamp::from_second(at.as_second() + seconds).unwrap();
    jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&at)
        .unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .filter(|path| path.file_name().is_some_and(|name| name != "landfall.toml"))
        .collect();
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_of_the_table_protocol_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let movies = Arc::new(Movies::make(&folder).await);
    let mut tasks = tokio::task::JoinSet::new();
    for path in files(&folder) {
        let file: File = toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let movies = Arc::clone(&movies);
        tasks.spawn(async move {
            let mut failed = Vec::new();
            let cases = file.cases();
            let count = cases.len();
            for (name, exchanges) in cases {
                if let Err(reason) = run(&movies, exchanges).await {
                    failed.push(format!("  {name}\n    {reason}"));
                }
            }
            (count, failed)
        });
    }
    let (mut count, mut failed) = (0, Vec::new());
    while let Some(done) = tasks.join_next().await {
        let (cases, reasons) = done.unwrap();
        count += cases;
        failed.extend(reasons);
    }
    failed.sort();
    assert!(
        failed.is_empty(),
        "{} of {count} cases fail:\n{}",
        failed.len(),
        failed.join("\n")
    );
    assert!(count >= 400, "only {count} cases were found");
    described_as_seen(&movies).await;
}

/// The description that is served names every status that a case met, and none that no case met.
async fn described_as_seen(movies: &Movies) {
    let (_dir, world) = movies.copy();
    let refused = world
        .ask("nobody", "GET /tables/openapi.json", &BTreeMap::new(), None)
        .await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let answer = world
        .ask("laptop", "GET /tables/openapi.json", &BTreeMap::new(), None)
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    let paths = answer.json["paths"].as_object().unwrap();
    let names: Vec<&str> = paths.keys().map(String::as_str).collect();
    let tables = ["movies", "short_notes", "studios"].map(|name| format!("/tables/{name}"));
    let expected = tables
        .iter()
        .flat_map(|path| [path.clone(), format!("{path}/{{id}}")]);
    assert_eq!(names, expected.collect::<Vec<_>>(), "secrets are not offered");

    let mut described = Seen::new();
    for (path, is_item) in [("/tables/movies", false), ("/tables/movies/{id}", true)] {
        for (method, operation) in paths[path].as_object().unwrap() {
            for status in operation["responses"].as_object().unwrap().keys() {
                described.insert((method.to_uppercase(), is_item, status.parse().unwrap()));
            }
        }
    }
    let seen = movies.seen.lock().unwrap().clone();
    let is_told_elsewhere = |(method, is_item, status): &(String, bool, u16)| {
        // A method that an address does not have is not described; of the dialects' versions the top says enough.
        let has_method = described
            .iter()
            .any(|(known, item, _)| known == method && item == is_item);
        !has_method && *status == 405
    };
    let hidden: Vec<_> = seen
        .difference(&described)
        .filter(|seen| !["HEAD", "OPTIONS"].contains(&seen.0.as_str()) && !is_told_elsewhere(seen))
        .collect();
    assert!(hidden.is_empty(), "met, but not described: {hidden:?}");
    let unmet: Vec<_> = described
        .difference(&seen)
        .filter(|(_, _, status)| ![401, 413].contains(status))
        .collect();
    assert!(unmet.is_empty(), "described, but not met: {unmet:?}");
}
