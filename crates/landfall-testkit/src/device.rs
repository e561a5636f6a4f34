//! A device of a test: the real store on real files, the real engine, a line that can fail, a clock that can jump.

use crate::clock::TestClock;
use crate::dice::Dice;
use crate::faulty::{Fault, FaultyTransport};
use crate::line::InProcessTransport;
use crate::server::Server;
use landfall_core::id::{RecordId, TableName};
use landfall_core::outbox::EntryState;
use landfall_core::reconcile::Decision;
use landfall_core::record::Fields;
use landfall_store::{Done, Edit, Store, StoredRecord, StoredWorkspace, Surroundings};
use landfall_sync::{Engine, Error, Kind, Parts, Runner, Summary, Transport};
use std::sync::Arc;
use tempfile::TempDir;

/// The line of a device.
pub type Line = FaultyTransport<InProcessTransport>;

/// A device.
pub struct Device {
    name: String,
    dir: TempDir,
    clock: TestClock,
    dice: Dice,
    line: Line,
    open: Option<Open>,
}

struct Open {
    store: Store,
    runner: Runner,
}

/// Fields or a patch, from JSON.
///
/// # Panics
/// When it is no object of column names and values.
#[must_use]
pub fn fields(json: serde_json::Value) -> Fields {
    serde_json::from_value(json).expect("column names and values")
}

/// A table's name.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn table(name: &str) -> TableName {
    TableName::new(name).expect("a table name")
}

impl Device {
    /// A new device, connected to the server; it has pulled nothing yet.
    pub async fn connects(name: &str, server: &Server, clock: TestClock, dice: Dice) -> Self {
        let (_, wire) = server.welcomes(name);
        let mut device = Self {
            name: name.to_owned(),
            dir: TempDir::new().expect("a folder for the device"),
            clock,
            dice,
            line: FaultyTransport::new(wire),
            open: None,
        };
        device.starts();
        let workspace = device.line.workspace().await.expect("the server runs");
        let met = StoredWorkspace {
            server_url: "http://in-process.test/".to_owned(),
            device_id: workspace.device.id,
            device_name: workspace.device.name,
            epoch: None,
            schema: workspace.schema,
            tables: None,
        };
        device.store().set_workspace(&met).expect("a new workspace");
        device
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its store.
    ///
    /// # Panics
    /// While it is off.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.open.as_ref().expect("the device is on").store
    }

    /// Its line.
    #[must_use]
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// Its clock.
    #[must_use]
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// Makes a record under a new id.
    pub fn adds(&self, table_name: &str, values: serde_json::Value) -> RecordId {
        let id = RecordId::make(self.clock.now(), self.dice.ten());
        self.adds_as(table_name, id.as_str(), values);
        id
    }

    /// Makes a record under this id.
    pub fn adds_as(&self, table_name: &str, id: &str, values: serde_json::Value) -> Done {
        self.does(vec![Edit::Insert {
            table: table(table_name),
            id: RecordId::new(id).expect("a record id"),
            fields: fields(values),
        }])
    }

    /// Changes fields.
    pub fn edits(&self, table_name: &str, id: &RecordId, patch: serde_json::Value) -> Done {
        self.does(vec![Edit::Update {
            table: table(table_name),
            id: id.clone(),
            patch: fields(patch),
        }])
    }

    /// Deletes.
    pub fn deletes(&self, table_name: &str, id: &RecordId) -> Done {
        self.does(vec![Edit::Delete {
            table: table(table_name),
            id: id.clone(),
        }])
    }

    /// Does several things as one action.
    ///
    /// # Panics
    /// When the store refuses it.
    pub fn does(&self, edits: Vec<Edit>) -> Done {
        match self.store().edit(edits) {
            Ok(done) => done,
            Err(error) => panic!("{} edits: {error:?}", self.name),
        }
    }

    /// Decides a conflict.
    ///
    /// # Panics
    /// When there is none.
    pub fn resolves(&self, table_name: &str, id: &RecordId, decision: &Decision) -> Done {
        match self.store().resolve(&table(table_name), id, decision) {
            Ok(done) => done,
            Err(error) => panic!("{} resolves: {error:?}", self.name),
        }
    }

    /// Shows a record.
    ///
    /// # Panics
    /// When it has none of this id.
    #[must_use]
    pub fn reads(&self, table_name: &str, id: &RecordId) -> StoredRecord {
        let record = self
            .store()
            .record(&table(table_name), id)
            .expect("a record can be read");
        record.unwrap_or_else(|| panic!("{} has no {id}", self.name))
    }

    /// A field's value as JSON; `null` where there is none.
    #[must_use]
    pub fn value(&self, table_name: &str, id: &RecordId, column: &str) -> serde_json::Value {
        let record = self.reads(table_name, id);
        let found = record.fields.iter().find(|(name, _)| name.as_str() == column);
        found.map_or(serde_json::Value::Null, |(_, value)| {
            serde_json::to_value(value).expect("values are JSON")
        })
    }

    /// Syncs, and expects it to end well.
    ///
    /// # Panics
    /// When it does not.
    pub async fn syncs(&self) -> Summary {
        match self.tries_to_sync(Kind::Sync).await {
            Ok(summary) => summary,
            Err(error) => panic!("{} syncs: {error:?}", self.name),
        }
    }

    /// Tries to sync.
    ///
    /// # Errors
    /// What ended the run.
    pub async fn tries_to_sync(&self, kind: Kind) -> Result<Summary, Error> {
        self.open
            .as_ref()
            .expect("the device is on")
            .runner
            .run_once(kind)
            .await
    }

    /// Starts an engine over its store and its line.
    ///
    /// # Panics
    /// When the store can't be read.
    pub async fn starts_engine(&self, automatic: bool, work_offline: bool) -> Engine {
        let (clock, dice) = (self.clock.clone(), self.dice.clone());
        let parts = Parts {
            store: self.store().clone(),
            transport: Arc::new(self.line.clone()),
            now: Arc::new(move || clock.now()),
            jitter: Arc::new(move || f64::from(u8::try_from(dice.below(256)).unwrap_or(0)) / 255.0),
            automatic,
            work_offline,
            notified: None,
        };
        Engine::start(parts).await.expect("the store can be read")
    }

    /// Loses the line.
    pub fn goes_offline(&self) {
        self.line.set_down(true);
    }

    /// Has the line again.
    pub fn comes_online(&self) {
        self.line.set_down(false);
    }

    /// Begins to sync and crashes at the first request that hangs (see [`Fault::HangsAfter`]), then starts again.
    ///
    /// # Panics
    /// When the run ends without having hung.
    pub async fn crashes_in_sync(&mut self, hang: Fault) {
        assert!(self.may_crash_in_sync(hang).await, "{} did not hang", self.name);
    }

    /// The same, but the run may also end before anything hangs: then nothing crashes, and it says false.
    pub async fn may_crash_in_sync(&mut self, hang: Fault) -> bool {
        self.line.plan(hang);
        let hung = tokio::select! {
            biased;
            _ = self.tries_to_sync(Kind::Sync) => false,
            () = self.line.hangs() => true,
        };
        if hung {
            self.crashes().await;
        } else {
            self.line.unplans();
        }
        hung
    }

    /// Crashes: everything in memory is gone. Then starts again.
    pub async fn crashes(&mut self) {
        self.open = None;
        // What the crashed run had handed to the store ends on its own thread, as the disk would; the lock is free then.
        while !self.try_start() {
            tokio::task::yield_now().await;
        }
    }

    fn starts(&mut self) {
        assert!(
            self.try_start(),
            "{} can't open its store: it is in use",
            self.name
        );
    }

    fn try_start(&mut self) -> bool {
        let (clock, dice) = (self.clock.clone(), self.dice.clone());
        let now = Arc::new(move || clock.now());
        let surroundings = Surroundings {
            now: now.clone(),
            random: Arc::new(move || dice.ten()),
        };
        match Store::open(self.dir.path(), surroundings) {
            Ok(store) => {
                let runner = Runner::new(store.clone(), Arc::new(self.line.clone()), now, None);
                self.open = Some(Open { store, runner });
                true
            }
            Err(landfall_store::OpenError::Busy) => false,
            Err(error) => panic!("{} can't open its store: {error:?}", self.name),
        }
    }

    /// Changes that have not reached the server, for whatever reason.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.store().outbox().expect("the outbox can be read").len()
    }

    /// Changes that the server refused, and conflicts.
    #[must_use]
    pub fn needs_person(&self) -> usize {
        let outbox = self.store().outbox().expect("the outbox can be read");
        let needs = |state: &EntryState| matches!(state, EntryState::Refused(_) | EntryState::Conflict);
        outbox.iter().filter(|row| needs(&row.entry.state)).count()
    }

    /// The codes in its sync log, newest first.
    #[must_use]
    pub fn log_codes(&self) -> Vec<String> {
        let lines = self
            .store()
            .log_entries(None, 1_000)
            .expect("the log can be read");
        lines.into_iter().map(|line| line.entry.code).collect()
    }
}
