//! A server in this process with a few movies, copied for each case.

use crate::world::{Clock, surroundings};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use landfall_server::{App, Surroundings, Workspace, router};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tower::ServiceExt as _;

/// Which method on a table (or, if set, on a record) was answered with which status.
pub(super) type Seen = BTreeSet<(String, bool, u16)>;

/// A server with the movies, to be copied for each case.
pub(super) struct Movies {
    pub(super) dir: TempDir,
    pub(super) tokens: BTreeMap<String, String>,
    /// The version of each movie, by its id: a copy begins with the same.
    pub(super) versions: BTreeMap<String, String>,
    pub(super) seen: Arc<Mutex<Seen>>,
}

impl Movies {
    pub(super) async fn make(folder: &Path) -> Self {
        let dir = TempDir::new().unwrap();
        let (clock, surroundings) = surroundings();
        let home = dir.path().join("movies");
        let schema = fs::read_to_string(folder.join("landfall.toml")).unwrap();
        let workspace = Workspace::create(&home, &schema, surroundings).unwrap();
        let tokens: BTreeMap<String, String> = ["laptop", "phone", "tablet"]
            .map(|name| (name.to_owned(), workspace.add_device(name).unwrap().1))
            .into();
        let rows: Vec<Json> =
            serde_json::from_str(&fs::read_to_string(folder.join("movies.json")).unwrap()).unwrap();
        let seen = Arc::default();
        let server = World::of(workspace, clock, tokens.clone(), Arc::clone(&seen));
        let mut versions = BTreeMap::new();
        for row in rows {
            let body = Some(row.to_string());
            let made = server
                .ask("tablet", "POST /tables/movies", &json_type(), body)
                .await;
            assert_eq!(made.status, StatusCode::CREATED, "{row}: {}", made.text);
            if row.get("deleted").is_some() {
                let path = format!("DELETE /tables/movies/{}", row["id"].as_str().unwrap());
                server.ask("tablet", &path, &BTreeMap::new(), None).await;
            }
        }
        let all = server
            .ask(
                "tablet",
                "GET /tables/movies?__includedeleted=true",
                &BTreeMap::new(),
                None,
            )
            .await;
        for row in all.json["items"].as_array().unwrap() {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            versions.insert(text("id"), text("version"));
        }
        drop(server);
        Self {
            dir,
            tokens,
            versions,
            seen,
        }
    }

    /// A server of its own, with the movies.
    pub(super) fn copy(&self) -> (TempDir, World) {
        let dir = TempDir::new().unwrap();
        let home = self.dir.path().join("movies");
        for entry in fs::read_dir(home).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), dir.path().join(entry.file_name())).unwrap();
        }
        let (clock, surroundings) = surroundings();
        clock.advance(Duration::from_secs(60));
        let workspace = open(dir.path(), surroundings);
        let seen = Arc::clone(&self.seen);
        (dir, World::of(workspace, clock, self.tokens.clone(), seen))
    }
}

fn open(dir: &Path, surroundings: Surroundings) -> Workspace {
    Workspace::open(dir, surroundings).unwrap()
}

fn json_type() -> BTreeMap<String, String> {
    [("content-type".to_owned(), "application/json".to_owned())].into()
}

/// A server in this process.
pub(super) struct World {
    router: Router,
    clock: Clock,
    pub(super) tokens: BTreeMap<String, String>,
    pub(super) seen: Arc<Mutex<Seen>>,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
    pub(super) json: Json,
}

impl World {
    fn of(
        workspace: Workspace,
        clock: Clock,
        tokens: BTreeMap<String, String>,
        seen: Arc<Mutex<Seen>>,
    ) -> Self {
        Self {
            router: router(App::new(workspace)),
            clock,
            tokens,
            seen,
        }
    }

    /// Sends a request a second after the one before.
    pub(super) async fn ask(
        &self,
        by: &str,
        send: &str,
        headers: &BTreeMap<String, String>,
        body: Option<String>,
    ) -> Answer {
        self.clock.advance(Duration::from_secs(1));
        let (method, address) = send.split_once(' ').unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(address_of(address))
            .header("host", "localhost");
        let names_who = headers.keys().any(|name| {
            name.eq_ignore_ascii_case("authorization") || name.eq_ignore_ascii_case("x-zumo-auth")
        });
        if !names_who && by != "nobody" {
            request = request.header("authorization", format!("Bearer {}", self.tokens[by]));
        }
        for (name, value) in headers {
            request = request.header(name.as_str(), value.as_str());
        }
        let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        if let Some(is_item) = names_a_record(address) {
            self.seen
                .lock()
                .unwrap()
                .insert((method.to_owned(), is_item, status.as_u16()));
        }
        let bytes = to_bytes(response.into_body(), 10 << 20).await.unwrap();
        Answer {
            status,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            json: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    /// The record as the newest dialect gives it.
    pub(super) async fn record(&self, id: &str) -> Answer {
        let send = format!("GET /tables/movies/{id}?__includedeleted=true");
        self.ask("tablet", &send, &BTreeMap::new(), None).await
    }
}

/// Whether an address is one of a record, or of a table; none if it is neither.
fn names_a_record(address: &str) -> Option<bool> {
    let path = address.split('?').next()?.trim_end_matches('/');
    let mut parts = path.strip_prefix("/tables/")?.split('/');
    let is_there = ["movies", "short_notes", "studios"].contains(&parts.next()?);
    is_there.then(|| parts.next().is_some())
}

/// An address that is written for people: spaces and other letters may stand in its query.
fn address_of(address: &str) -> String {
    let mut result = String::new();
    for byte in address.bytes() {
        if byte.is_ascii_graphic()
            && !matches!(
                byte,
                b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'
            )
        {
            result.push(char::from(byte));
        } else {
            let _ = write!(result, "%{byte:02X}");
        }
    }
    result
}
