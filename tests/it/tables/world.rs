//! A server of the table protocol behind a line that a test cuts, and devices that have nothing but that protocol.

#![expect(clippy::unwrap_used, reason = "what a test does not expect ends it")]

use super::plain_server::PlainServer;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use futures_util::stream;
use landfall_core::id::{DeviceId, Millis, RecordId};
use landfall_core::reconcile::{ConflictKind, Decision};
use landfall_core::schema::Schema;
use landfall_protocol::workspace::Device as Named;
use landfall_store::{Edit, InboxKind, Store, StoredRecord, StoredWorkspace, Surroundings, ViewSpec};
use landfall_sync::transport::tables::{Dialect, SignIn, TablesServer, TablesTransport};
use landfall_sync::{Error, Kind, Runner, Summary};
use landfall_testkit::{Dice, LIMITS, Server, TestClock, fields, schema, table};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// What the line does.
#[derive(Clone, Default)]
pub(super) struct Line {
    /// So many answers arrive before one breaks off; none: all arrive.
    cut_after: Arc<Mutex<Option<usize>>>,
    asked: Arc<AtomicUsize>,
}

impl Line {
    /// After so many answers that arrive, one breaks off, after the server has done what was asked.
    pub(super) fn cuts_answer_after(&self, arrive: usize) {
        *self.cut_after.lock().unwrap() = Some(arrive);
    }

    /// Whether the answer was cut.
    pub(super) fn has_cut(&self) -> bool {
        self.cut_after.lock().unwrap().is_none()
    }

    /// How many requests came so far.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

async fn faulty(State(line): State<Line>, request: Request, next: Next) -> Response {
    line.asked.fetch_add(1, Ordering::Relaxed);
    let mut answer = next.run(request).await;
    let mut cut_after = line.cut_after.lock().unwrap();
    match *cut_after {
        Some(0) => {
            *cut_after = None;
            let broken = stream::iter([Err::<&str, _>(std::io::Error::other("the line breaks"))]);
            // An answer without a body could not break off in it.
            *answer.status_mut() = axum::http::StatusCode::OK;
            *answer.body_mut() = Body::from_stream(broken);
        }
        Some(arrive) => *cut_after = Some(arrive - 1),
        None => {}
    }
    answer
}

/// Serves a router; the address, and what the line does.
async fn listens(router: Router) -> (String, Line) {
    let line = Line::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let router = router.layer(from_fn_with_state(line.clone(), faulty));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, line)
}

/// Which server a story is told with.
pub(super) enum There {
    Ours(Server),
    Plain(PlainServer),
}

pub(super) struct World {
    pub(super) there: There,
    pub(super) line: Line,
    url: String,
    dialect: Dialect,
}

impl World {
    /// Landfall's own server, spoken to in this dialect.
    pub(super) async fn ours(dialect: Dialect) -> Self {
        let server = Server::new(schema::SCHEMA, LIMITS, TestClock::default(), Dice::new(1));
        let router = {
            let silence = std::time::Duration::from_secs(30);
            landfall_server::router(landfall_server::App::with_limits(
                server.workspace().clone(),
                LIMITS,
                silence,
            ))
        };
        let (url, line) = listens(router).await;
        Self {
            there: There::Ours(server),
            line,
            url,
            dialect,
        }
    }

    /// One as the originals are, its clock so many milliseconds behind ours.
    pub(super) async fn plain(dialect: Dialect, behind: i64) -> Self {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let server = PlainServer::new(dialect, i64::try_from(now.as_millis()).unwrap() - behind);
        let (url, line) = listens(server.router()).await;
        Self {
            there: There::Plain(server),
            line,
            url,
            dialect,
        }
    }

    /// All four.
    pub(super) async fn all() -> [Self; 4] {
        [
            Self::ours(Dialect::V2).await,
            Self::ours(Dialect::V3).await,
            Self::plain(Dialect::V2, 3_600_000).await,
            Self::plain(Dialect::V3, 0).await,
        ]
    }

    /// The original one.
    pub(super) fn server(&self) -> &PlainServer {
        match &self.there {
            There::Plain(server) => server,
            There::Ours(_) => panic!("this story is about an original server"),
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Some time passes at a server whose clock stands still.
    pub(super) fn time_passes(&self) {
        if let There::Plain(server) = &self.there {
            server.inside().clock += 1;
        }
    }

    /// A device with the schema that the stories are about.
    pub(super) fn device(&self, name: &str) -> Device {
        let (sign_in, token) = match &self.there {
            There::Ours(server) => (SignIn::Zumo, server.workspace().add_device(name).unwrap().1),
            There::Plain(_) => (SignIn::None, String::new()),
        };
        self.device_with(name, sign_in, &token)
    }

    /// The same, with a token of the test's.
    pub(super) fn device_with(&self, name: &str, sign_in: SignIn, token: &str) -> Device {
        let schema = landfall_core::schema_file::parse(schema::SCHEMA).unwrap();
        let tables = schema
            .tables
            .iter()
            .map(|table| (table.name.clone(), table.name.to_string()));
        let met = TablesServer {
            dialect: self.dialect,
            sign_in,
            tables: tables.collect(),
        };
        Device::new(name, &self.url, &met, token, schema)
    }
}

pub(super) struct Device {
    name: String,
    clock: TestClock,
    dice: Dice,
    pub(super) store: Store,
    runner: Runner,
    _dir: TempDir,
}

impl Device {
    fn new(name: &str, url: &str, server: &TablesServer, token: &str, schema: Schema) -> Self {
        let (clock, dice) = (TestClock::default(), Dice::of(1, name));
        let dir = TempDir::new().unwrap();
        let now: landfall_sync::run::Clock = {
            let clock = clock.clone();
            Arc::new(move || clock.now())
        };
        let throws = dice.clone();
        let surroundings = Surroundings {
            now: now.clone(),
            random: Arc::new(move || throws.ten()),
        };
        let store = Store::open(dir.path(), surroundings).unwrap();
        let device = Named {
            id: DeviceId::new(name).unwrap(),
            name: name.to_owned(),
        };
        let workspace = StoredWorkspace {
            server_url: url.to_owned(),
            device_id: device.id.clone(),
            device_name: name.to_owned(),
            epoch: None,
            schema: schema.clone(),
            tables: None,
        };
        store.set_workspace(&workspace).unwrap();
        let line = TablesTransport::new(url, server, token, (schema, device), now.clone()).unwrap();
        let runner = Runner::new(store.clone(), Arc::new(line), now, None);
        Self {
            name: name.to_owned(),
            clock,
            dice,
            store,
            runner,
            _dir: dir,
        }
    }

    /// Syncs, and one conflict of an airfield, of this kind, is put to the person.
    pub(super) async fn is_asked(&self, kind: ConflictKind) {
        assert_eq!(self.syncs().await.conflicts, 1);
        let inbox = self.store.inbox().unwrap();
        assert_eq!(inbox[0].kind, InboxKind::Conflict(kind));
    }

    /// The person decides it.
    pub(super) fn decides(&self, id: &RecordId, decision: &Decision) {
        self.store.resolve(&table("airfields"), id, decision).unwrap();
    }

    /// Is connected anew with another schema, to a server that asks nobody.
    pub(super) fn takes(mut self, schema: Schema, world: &World) -> Self {
        let workspace = self.store.workspace().unwrap().unwrap();
        let device = Named {
            id: workspace.device_id.clone(),
            name: workspace.device_name.clone(),
        };
        self.store
            .set_workspace(&StoredWorkspace {
                schema: schema.clone(),
                ..workspace
            })
            .unwrap();
        let server = TablesServer {
            dialect: world.dialect,
            sign_in: SignIn::None,
            tables: BTreeMap::new(),
        };
        let clock = self.clock.clone();
        let now: landfall_sync::run::Clock = Arc::new(move || clock.now());
        let line = TablesTransport::new(&world.url, &server, "", (schema, device), now.clone()).unwrap();
        self.runner = Runner::new(self.store.clone(), Arc::new(line), now, None);
        self
    }

    pub(super) fn adds(&self, name: &str, values: Json) -> RecordId {
        let id = RecordId::make(self.clock.now(), self.dice.ten());
        self.does(vec![insert(name, &id, values)]);
        id
    }

    pub(super) fn edits(&self, name: &str, id: &RecordId, patch: Json) {
        self.does(vec![Edit::Update {
            table: table(name),
            id: id.clone(),
            patch: fields(patch),
        }]);
    }

    pub(super) fn deletes(&self, name: &str, id: &RecordId) {
        self.does(vec![Edit::Delete {
            table: table(name),
            id: id.clone(),
        }]);
    }

    pub(super) fn does(&self, edits: Vec<Edit>) {
        if let Err(error) = self.store.edit(edits) {
            panic!("{} edits: {error:?}", self.name);
        }
    }

    pub(super) async fn syncs(&self) -> Summary {
        match self.tries_to_sync().await {
            Ok(summary) => summary,
            Err(error) => panic!("{} syncs: {error:?}", self.name),
        }
    }

    pub(super) async fn tries_to_sync(&self) -> Result<Summary, Error> {
        self.runner.run_once(Kind::Sync).await
    }

    pub(super) fn finds(&self, name: &str, id: &RecordId) -> Option<StoredRecord> {
        self.store.record(&table(name), id).unwrap()
    }

    pub(super) fn reads(&self, name: &str, id: &RecordId) -> StoredRecord {
        let found = self.finds(name, id);
        found.unwrap_or_else(|| panic!("{} has no {id}", self.name))
    }

    pub(super) fn value(&self, name: &str, id: &RecordId, column: &str) -> Json {
        let record = self.reads(name, id);
        let found = record.fields.iter().find(|(name, _)| name.as_str() == column);
        found.map_or(Json::Null, |(_, value)| serde_json::to_value(value).unwrap())
    }

    pub(super) fn unsent(&self) -> usize {
        self.store.outbox().unwrap().len()
    }

    /// The live records of a table by id, as JSON.
    pub(super) fn live(&self, name: &str) -> BTreeMap<String, Json> {
        let rows = self.store.open_view(&ViewSpec::all(table(name))).unwrap();
        let ids = self.store.record_ids(&table(name), &rows).unwrap();
        ids.iter()
            .map(|id| {
                (
                    id.to_string(),
                    serde_json::to_value(&self.reads(name, id).fields).unwrap(),
                )
            })
            .collect()
    }

    pub(super) fn last_success(&self) -> Option<Millis> {
        self.store.last_success().unwrap()
    }
}

pub(super) fn insert(name: &str, id: &RecordId, values: Json) -> Edit {
    Edit::Insert {
        table: table(name),
        id: id.clone(),
        fields: fields(values),
    }
}
