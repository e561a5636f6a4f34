//! The server of a test: the real one, on a folder of its own, that can be stopped, started, restored and given a
//! grown schema.

use crate::clock::TestClock;
use crate::dice::Dice;
use crate::line::InProcessTransport;
use axum::Router;
use landfall_core::id::{DeviceId, Millis, RecordId, TableName};
use landfall_protocol::history::{History, HistoryEntry};
use landfall_server::{App, Limits, Surroundings, Workspace};
use landfall_sync::transport::{Transport, TransportError};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;

/// Where a server listens, while it runs. Clones are the same place.
#[derive(Clone, Default)]
pub struct Socket(Arc<watch::Sender<Option<Router>>>);

impl Socket {
    /// The server's router; none while it is down.
    #[must_use]
    pub fn router(&self) -> Option<Router> {
        self.0.borrow().clone()
    }

    /// Comes when the server that runs now stops: what is open to it breaks off then.
    pub(crate) fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut socket = self.0.subscribe();
        async move {
            // A socket that is gone has no server either.
            let _ = socket.changed().await;
        }
    }

    fn set(&self, router: Option<Router>) {
        self.0.send_replace(router);
    }
}

/// What a server takes in one request, when a test does not say otherwise.
pub const LIMITS: Limits = Limits {
    push_ops: 1_000,
    body_bytes: 4 << 20,
    page_records: 500,
};

/// The server.
pub struct Server {
    dir: TempDir,
    limits: Limits,
    clock: TestClock,
    dice: Dice,
    socket: Socket,
    workspace: Option<Workspace>,
    watcher: InProcessTransport,
}

impl Server {
    /// A running server with this schema and no records.
    #[must_use]
    pub fn new(schema: &str, limits: Limits, clock: TestClock, dice: Dice) -> Self {
        let dir = TempDir::new().expect("a folder for the server");
        let socket = Socket::default();
        let surroundings = surroundings(&clock, &dice);
        let workspace = Workspace::create(dir.path().join("workspace"), schema, surroundings)
            .expect("the schema of the test is good");
        let (_, token) = workspace.add_device("watcher").expect("a first device");
        let mut server = Self {
            watcher: InProcessTransport::new(socket.clone(), token),
            dir,
            limits,
            clock,
            dice,
            socket,
            workspace: None,
        };
        server.run(workspace);
        server
    }

    fn run(&mut self, workspace: Workspace) {
        let app = App::with_limits(workspace.clone(), self.limits, Duration::from_secs(30));
        self.socket.set(Some(landfall_server::router(app)));
        self.workspace = Some(workspace);
    }

    fn home(&self) -> PathBuf {
        self.dir.path().join("workspace")
    }

    /// Its clock.
    #[must_use]
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// The workspace of the running server.
    ///
    /// # Panics
    /// When the server is down.
    #[must_use]
    pub fn workspace(&self) -> &Workspace {
        self.workspace.as_ref().expect("the server runs")
    }

    /// Adds a device: its id, and a line to the server for it.
    #[must_use]
    pub fn welcomes(&self, name: &str) -> (DeviceId, InProcessTransport) {
        let (id, token) = self.workspace().add_device(name).expect("a new name");
        (id, InProcessTransport::new(self.socket.clone(), token))
    }

    /// Stops: nothing listens any more.
    pub fn stops(&mut self) {
        self.socket.set(None);
        self.workspace = None;
    }

    /// Starts again, on what it has on disk.
    pub fn starts(&mut self) {
        let surroundings = surroundings(&self.clock, &self.dice);
        let workspace = Workspace::open(self.home(), surroundings).expect("the workspace is whole");
        self.run(workspace);
    }

    /// Stops and starts again.
    pub fn restarts(&mut self) {
        self.stops();
        self.starts();
    }

    /// Takes over another `landfall.toml` by a restart.
    pub fn takes_schema(&mut self, schema: &str) {
        self.stops();
        std::fs::write(self.home().join(landfall_server::workspace::SCHEMA_FILE), schema)
            .expect("the folder can be written");
        self.starts();
    }

    /// Copies what it has, as a backup does while the server is down for a moment.
    #[must_use]
    pub fn is_backed_up(&mut self) -> Backup {
        self.stops();
        let backup = TempDir::new().expect("a folder for the backup");
        copy(&self.home(), &backup.path().join("workspace"));
        self.starts();
        Backup(backup)
    }

    /// Goes back to a backup, under a new epoch.
    pub fn is_restored(&mut self, backup: &Backup) {
        self.stops();
        std::fs::remove_dir_all(self.home()).expect("the old state goes");
        copy(&backup.0.path().join("workspace"), &self.home());
        self.starts();
        self.workspace().renew_epoch().expect("a new epoch");
    }

    /// Forgets all tombstones of deletions so far.
    pub fn forgets_tombstones(&self) {
        let now = Millis(self.clock.now().0 + 1);
        self.workspace().purge_tombstones(now).expect("tombstones go");
    }

    /// A record's story, newest first; empty when the server has never had it, or has forgotten.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn history(&self, table: &TableName, id: &RecordId) -> Vec<HistoryEntry> {
        let path = format!("/v1/records/{table}/{id}/history");
        match self.watcher.get::<History>(&path).await {
            Ok(history) => history.entries,
            Err(TransportError::ServerTrouble { status: 404, .. }) => Vec::new(),
            Err(error) => panic!("the server tells the history of {id}: {error}"),
        }
    }

    /// All that a device without a cursor gets: the server's records as they are now.
    pub async fn pages(&self) -> Result<landfall_sync::transport::Pages, TransportError> {
        self.watcher.pull(None, None).await
    }
}

/// A copy of the server's folder.
pub struct Backup(TempDir);

fn surroundings(clock: &TestClock, dice: &Dice) -> Surroundings {
    let (clock, dice) = (clock.clone(), dice.clone());
    Surroundings::new(move || clock.now(), move |bytes| dice.fill(bytes))
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder to read") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}
