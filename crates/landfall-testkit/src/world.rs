//! A server and three devices in one process.

use crate::clock::TestClock;
use crate::device::Device;
use crate::dice::Dice;
use crate::schema::SCHEMA;
use crate::server::{LIMITS, Server};
use futures_util::StreamExt;
use landfall_core::id::{RecordId, TableName};
use landfall_core::record::Record;
use landfall_server::Limits;
use landfall_store::{StoredRecord, ViewSpec};
use std::collections::BTreeMap;

/// A server and three devices. Every device has a clock of its own.
pub struct World {
    /// The server.
    pub server: Server,
    /// A device.
    pub laptop: Device,
    /// Another.
    pub phone: Device,
    /// A third.
    pub tablet: Device,
}

/// Live records as JSON texts, by table and id: equal where the bytes are.
pub type Dump = BTreeMap<TableName, BTreeMap<RecordId, String>>;

impl World {
    /// A new world without records.
    pub async fn new() -> Self {
        Self::of(1, SCHEMA, LIMITS).await
    }

    /// A new world whose server sends so many records in a page.
    pub async fn with_pages_of(page_records: u32) -> Self {
        let limits = Limits {
            page_records,
            ..LIMITS
        };
        Self::of(1, SCHEMA, limits).await
    }

    /// A new world whose server takes so many changes in a push.
    pub async fn with_pushes_of(push_ops: u32) -> Self {
        let limits = Limits { push_ops, ..LIMITS };
        Self::of(1, SCHEMA, limits).await
    }

    /// A new world whose server takes so many bytes in a request.
    pub async fn with_bodies_of(body_bytes: u32) -> Self {
        let limits = Limits { body_bytes, ..LIMITS };
        Self::of(1, SCHEMA, limits).await
    }

    /// A new world of this seed, schema and server.
    pub async fn of(seed: u64, schema: &str, limits: Limits) -> Self {
        let server = Server::new(schema, limits, TestClock::default(), Dice::of(seed, "server"));
        let laptop =
            Device::connects("laptop", &server, TestClock::default(), Dice::of(seed, "laptop")).await;
        let phone = Device::connects("phone", &server, TestClock::default(), Dice::of(seed, "phone")).await;
        let tablet =
            Device::connects("tablet", &server, TestClock::default(), Dice::of(seed, "tablet")).await;
        Self {
            server,
            laptop,
            phone,
            tablet,
        }
    }

    /// All devices.
    #[must_use]
    pub fn devices(&self) -> [&Device; 3] {
        [&self.laptop, &self.phone, &self.tablet]
    }

    /// All devices sync, twice, so that each has what the others sent.
    pub async fn all_sync(&self) {
        for _ in 0..2 {
            for device in self.devices() {
                device.syncs().await;
            }
        }
    }

    /// All devices sync, and then [`World::assert_converged`].
    ///
    /// # Panics
    /// With the first difference.
    pub async fn all_converge(&self) {
        self.all_sync().await;
        self.assert_converged().await;
    }

    /// Server and devices have the same bytes, nothing waits anywhere, and every store is whole.
    ///
    /// # Panics
    /// With the first difference.
    pub async fn assert_converged(&self) {
        let server = dump_of_server(&self.server).await;
        for device in self.devices() {
            assert_eq!(device.unsent(), 0, "{} has changes left", device.name());
            assert_same(device.name(), &dump_of(device), &server);
            let wrong = device.store().tables_to_refetch().expect("the store can be read");
            assert!(wrong.is_empty(), "{} does not trust {wrong:?}", device.name());
            assert_eq!(device.store().integrity().expect("the store can be read"), "ok");
        }
        let findings = self
            .server
            .workspace()
            .examine()
            .expect("the server can be examined");
        assert!(findings.faults.is_empty(), "{findings:?}");
    }
}

fn assert_same(name: &str, device: &Dump, server: &Dump) {
    for (table, records) in server {
        for (id, record) in records {
            let here = device.get(table).and_then(|records| records.get(id));
            assert_eq!(here, Some(record), "{name} differs in {table}/{id}");
        }
    }
    for (table, records) in device {
        for id in records.keys() {
            let there = server.get(table).is_some_and(|records| records.contains_key(id));
            assert!(there, "{name} has {table}/{id}, the server has not");
        }
    }
}

/// The server's records, as a device gets them that has nothing.
///
/// # Panics
/// When the server does not answer.
pub async fn dump_of_server(server: &Server) -> Dump {
    let mut pages = server.pages().await.expect("the server answers");
    let mut dump = Dump::new();
    while let Some(page) = pages.next().await {
        for (table, records) in page.expect("the line is whole").records {
            let live = records.into_iter().filter(|record| !record.deleted);
            let texts = live.map(|record| (record.id.clone(), serde_json::to_string(&record).expect("JSON")));
            dump.entry(table).or_default().extend(texts);
        }
    }
    dump
}

/// A device's records.
///
/// # Panics
/// When the store can't be read.
#[must_use]
pub fn dump_of(device: &Device) -> Dump {
    let store = device.store();
    let schema = store.schema().expect("the device is connected");
    let mut dump = Dump::new();
    for table in schema.tables.iter().map(|table| &table.name) {
        let rows = store
            .open_view(&ViewSpec::all(table.clone()))
            .expect("a view opens");
        let ids = store.record_ids(table, &rows).expect("ids of rows");
        for id in ids {
            let stored = store
                .record(table, &id)
                .expect("a record can be read")
                .expect("it is listed");
            dump.entry(table.clone()).or_default().insert(id, text_of(stored));
        }
    }
    dump
}

/// A clean record as the server would say it.
fn text_of(stored: StoredRecord) -> String {
    let record = Record {
        version: stored
            .version
            .unwrap_or_else(|| panic!("{} has no version", stored.id)),
        id: stored.id,
        seq: stored.seq,
        created_at: stored.created_at,
        updated_at: stored.updated_at,
        deleted: stored.deleted,
        changed_by: stored.changed_by,
        changed_at: stored.changed_at,
        fields: stored.fields,
    };
    serde_json::to_string(&record).expect("JSON")
}
