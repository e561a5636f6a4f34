//! A server on a loopback socket in a folder of its own, with a clock and randomness that the test holds, and devices
//! that speak to it as a real one does.

use landfall_core::id::{ColumnName, GroupId, Millis, OpId, RecordId, TableName, Version};
use landfall_core::outbox::{EditOrigin, OpKind};
use landfall_core::record::Patch;
use landfall_core::value::Value;
use landfall_protocol::pull::Page;
use landfall_protocol::push::{Op, Outcome, PushRequest, PushResponse};
use landfall_protocol::{VERSION, VERSION_HEADER};
use landfall_server::{App, Limits, Surroundings, Workspace, serve};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Two tables with every kind of column.
pub(crate) const SCHEMA: &str = r#"
[workspace]
name = "Airfields"
version = 1

[[table]]
name = "airfields"
title = "name"
[[table.column]]
name = "name"
type = "text"
required = true
max_length = 60
[[table.column]]
name = "code"
type = "text"
unique = true
[[table.column]]
name = "elevation"
type = "integer"
min = -500
max = 9000
[[table.column]]
name = "place"
type = "location"
[[table.column]]
name = "source"
type = "text"
read_only = true
default = "device"
[[table.column]]
name = "surfaces"
type = "multi_choice"
choices = ["asphalt", "grass", "water"]
[[table.column]]
name = "website"
type = "link"

[[table]]
name = "inspections"
title = "summary"
[[table.column]]
name = "airfield"
type = "reference"
table = "airfields"
[[table.column]]
name = "summary"
type = "text"
required = true
[[table.column]]
name = "notes"
type = "long_text"
[[table.column]]
name = "closed"
type = "boolean"
[[table.column]]
name = "condition"
type = "choice"
choices = ["good", { value = "poor", label = "Poor, see notes" }]
[[table.column]]
name = "day"
type = "date"
[[table.column]]
name = "inspected_at"
type = "date_time"
[[table.column]]
name = "slope"
type = "real"
"#;

/// 2026-11-23T10:00:00Z.
pub(crate) const BEGIN: i64 = 1_795_428_000_000;

/// Limits small enough for tests to meet them.
pub(crate) const LIMITS: Limits = Limits {
    push_ops: 50,
    body_bytes: 64 * 1024,
    page_records: 3,
};

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn advance(&self, by: Duration) {
        self.0
            .fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn back(&self, by: Duration) {
        self.0
            .fetch_sub(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}

/// A clock, and randomness that counts.
pub(crate) fn surroundings() -> (Clock, Surroundings) {
    let clock = Clock(Arc::new(AtomicI64::new(BEGIN)));
    let ticking = clock.clone();
    let counter = AtomicU64::new(1);
    let random = move |bytes: &mut [u8]| {
        let next = counter.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        for (at, byte) in bytes.iter_mut().rev().enumerate() {
            *byte = next[7 - at % 8];
        }
    };
    (clock, Surroundings::new(move || ticking.now(), random))
}

/// A running server.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) clock: Clock,
    pub(crate) workspace: Workspace,
    dir: TempDir,
    stop: Option<oneshot::Sender<()>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(LIMITS).await
    }

    pub(crate) async fn start_with(limits: Limits) -> Self {
        let dir = TempDir::new().unwrap();
        let (clock, surroundings) = surroundings();
        let workspace = Workspace::create(dir.path(), SCHEMA, surroundings).unwrap();
        Self::run(dir, clock, workspace, limits).await
    }

    pub(crate) async fn start_with_schema(schema: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let (clock, surroundings) = surroundings();
        let workspace = Workspace::create(dir.path(), schema, surroundings).unwrap();
        Self::run(dir, clock, workspace, LIMITS).await
    }

    async fn run(dir: TempDir, clock: Clock, workspace: Workspace, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let app = App::with_limits(workspace.clone(), limits, Duration::from_secs(30));
        tokio::spawn(serve(listener, app, async move {
            let _ = stopped.await;
        }));
        Self {
            url,
            clock,
            workspace,
            dir,
            stop: Some(stop),
        }
    }

    /// Adds a device.
    pub(crate) fn device(&self, name: &str) -> Device {
        let (_, token) = self.workspace.add_device(name).unwrap();
        Device::new(&self.url, &token)
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

/// A device as the server meets it.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) token: String,
    pub(crate) url: String,
    client: Client,
}

impl Device {
    pub(crate) fn new(url: &str, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            url: url.to_owned(),
            client: Client::new(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.signed(self.client.get(format!("{}{path}", self.url)))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.signed(self.client.post(format!("{}{path}", self.url)))
    }

    pub(crate) fn put(&self, path: &str) -> RequestBuilder {
        self.signed(self.client.put(format!("{}{path}", self.url)))
    }

    pub(crate) fn delete(&self, path: &str) -> RequestBuilder {
        self.signed(self.client.delete(format!("{}{path}", self.url)))
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(&self.token).header(VERSION_HEADER, VERSION)
    }

    pub(crate) async fn push_request(&self, request: &PushRequest) -> PushResponse {
        let response = self.post("/v1/push").json(request).send().await.unwrap();
        assert_eq!(
            response.status(),
            StatusCode::OK,
            "{}",
            response.text().await.unwrap()
        );
        response.json().await.unwrap()
    }

    /// Pushes, and gives the outcomes.
    pub(crate) async fn push(&self, ops: Vec<Op>) -> Vec<Outcome> {
        let request = PushRequest {
            ops,
            acked: Vec::new(),
        };
        let response = self.push_request(&request).await;
        let sent: Vec<_> = request.ops.iter().map(|op| &op.op_id).collect();
        let answered: Vec<_> = response.results.iter().map(|result| &result.op_id).collect();
        assert_eq!(answered, sent, "one answer an operation, in order");
        response
            .results
            .into_iter()
            .map(|result| result.outcome)
            .collect()
    }

    /// Pushes one operation that must be applied; gives the new version.
    pub(crate) async fn applied(&self, op: Op) -> Version {
        match self.push(vec![op]).await.remove(0) {
            Outcome::Applied { version, .. } => version,
            other => panic!("not applied: {other:?}"),
        }
    }

    /// Pulls to the end.
    pub(crate) async fn pull(&self, query: &str) -> Vec<Page> {
        let response = self.get(&format!("/v1/pull{query}")).send().await.unwrap();
        pages(response).await
    }
}

/// All pages of a pull's answer.
pub(crate) async fn pages(response: Response) -> Vec<Page> {
    let status = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{text}");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

pub(crate) fn table(name: &str) -> TableName {
    TableName::new(name).unwrap()
}

pub(crate) fn record_id(id: &str) -> RecordId {
    RecordId::new(id).unwrap()
}

pub(crate) fn fields(pairs: &[(&str, Value)]) -> Patch {
    pairs
        .iter()
        .map(|(name, value)| (ColumnName::new(*name).unwrap(), value.clone()))
        .collect()
}

/// An operation on a table; its op id is the given one.
pub(crate) fn op(op_id: &str, kind: OpKind, table_name: &str, id: &str, pairs: &[(&str, Value)]) -> Op {
    Op {
        op_id: OpId::new(op_id).unwrap(),
        group: None,
        table: table(table_name),
        id: record_id(id),
        kind,
        base_version: None,
        fields: fields(pairs),
        edited_at: Millis(BEGIN - 60_000),
        origin: EditOrigin::Edit,
    }
}

pub(crate) fn insert_airfield(op_id: &str, id: &str, name: &str) -> Op {
    op(op_id, OpKind::Insert, "airfields", id, &[("name", name.into())])
}

pub(crate) fn rename_airfield(op_id: &str, id: &str, base: &Version, name: &str) -> Op {
    on(
        base,
        op(op_id, OpKind::Update, "airfields", id, &[("name", name.into())]),
    )
}

pub(crate) fn delete_airfield(op_id: &str, id: &str, base: &Version) -> Op {
    on(base, op(op_id, OpKind::Delete, "airfields", id, &[]))
}

/// The operation, made on a version.
pub(crate) fn on(base: &Version, op: Op) -> Op {
    Op {
        base_version: Some(base.clone()),
        ..op
    }
}

/// The operation, in a group.
pub(crate) fn grouped(group: &str, op: Op) -> Op {
    Op {
        group: Some(GroupId::new(group).unwrap()),
        ..op
    }
}
