//! A server in memory, reached without a line: enough of the protocol for one workspace, one device at a time. It
//! refuses records whose title is *refuse me*.

use futures_util::{FutureExt, StreamExt, stream};
use landfall_core::checksum::TableSum;
use landfall_core::id::{DeviceId, Millis, RecordId, Seq, TableName, Version};
use landfall_core::outbox::{OpKind, Refusal};
use landfall_core::record::{Fields, Record, apply, diff, value_of};
use landfall_core::schema::Schema;
use landfall_core::value::Value;
use landfall_protocol::history::{History, HistoryEntry};
use landfall_protocol::pull::{Cursor, Page};
use landfall_protocol::push::{Op, OpResult, Outcome, PushRequest, PushResponse};
use landfall_protocol::workspace::{Device, Health, Limits, Workspace};
use landfall_sync::transport::{Answering, Pages};
use landfall_sync::{Transport, TransportError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

pub(crate) const TOKEN: &str = "open sesame";
const SCHEMA: &str = include_str!("clinic.toml");

#[derive(Clone)]
pub(crate) struct Server(Arc<Mutex<Inside>>);

struct Inside {
    schema: Schema,
    records: BTreeMap<(TableName, RecordId), Record>,
    history: BTreeMap<(TableName, RecordId), Vec<HistoryEntry>>,
    seq: u64,
    reachable: bool,
}

impl Server {
    pub(crate) fn new() -> Self {
        let schema = landfall_core::schema_file::parse(SCHEMA).unwrap();
        Self(Arc::new(Mutex::new(Inside {
            schema,
            records: BTreeMap::new(),
            history: BTreeMap::new(),
            seq: 0,
            reachable: true,
        })))
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap()
    }

    pub(crate) fn go_away(&self) {
        self.inside().reachable = false;
    }

    pub(crate) fn come_back(&self) {
        self.inside().reachable = true;
    }

    /// Somebody else writes a record.
    pub(crate) fn write(&self, table: &str, id: &str, fields: &[(&str, Value)]) {
        let fields = fields
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.clone()))
            .collect();
        self.inside()
            .put(table.parse().unwrap(), id.parse().unwrap(), fields, false, "Ann");
    }

    /// Somebody else deletes a record.
    pub(crate) fn delete(&self, table: &str, id: &str) {
        let key: (TableName, RecordId) = (table.parse().unwrap(), id.parse().unwrap());
        let fields = self.inside().records[&key].fields.clone();
        self.inside().put(key.0, key.1, fields, true, "Ann");
    }

    pub(crate) fn value(&self, table: &str, id: &str, column: &str) -> Option<Value> {
        let key = (table.parse().unwrap(), id.parse().unwrap());
        let record = self.inside().records.get(&key)?.clone();
        record.fields.get(&column.parse().unwrap()).cloned()
    }

    pub(crate) fn len(&self, table: &str) -> usize {
        let table: TableName = table.parse().unwrap();
        self.inside()
            .records
            .iter()
            .filter(|((of, _), record)| *of == table && !record.deleted)
            .count()
    }

    /// The way to this server for a device with this token.
    pub(crate) fn line(&self, token: Option<&str>) -> Arc<dyn Transport> {
        Arc::new(Line {
            server: self.clone(),
            token: token.map(str::to_owned),
        })
    }
}

impl Inside {
    fn put(&mut self, table: TableName, id: RecordId, fields: Fields, deleted: bool, by: &str) -> Outcome {
        self.seq += 1;
        let at = Millis(1_000_000 + i64::try_from(self.seq).unwrap());
        let version = Version::new(format!("v{}", self.seq)).unwrap();
        let record = Record {
            id: id.clone(),
            version: version.clone(),
            seq: Seq(self.seq),
            created_at: at,
            updated_at: at,
            deleted,
            changed_by: by.to_owned(),
            changed_at: at,
            fields,
        };
        self.tell(&table, &record);
        self.records.insert((table, id), record);
        Outcome::Applied {
            version,
            seq: Seq(self.seq),
            updated_at: at,
        }
    }

    /// Writes the change that makes this record into its history.
    fn tell(&mut self, table: &TableName, record: &Record) {
        let key = (table.clone(), record.id.clone());
        let before = self.records.get(&key).filter(|before| !before.deleted);
        let fields = before.map(|before| before.fields.clone()).unwrap_or_default();
        let (kind, before, after) = match before {
            None => (OpKind::Insert, Fields::new(), record.fields.clone()),
            Some(_) if record.deleted => (OpKind::Delete, fields, Fields::new()),
            Some(_) => {
                let after = diff(&fields, &record.fields);
                let before = after
                    .keys()
                    .map(|name| (name.clone(), value_of(&fields, name).clone()));
                (OpKind::Update, before.collect(), after.clone())
            }
        };
        self.history.entry(key).or_default().push(HistoryEntry {
            seq: record.seq,
            version: record.version.clone(),
            kind,
            changed_by: record.changed_by.clone(),
            edited_at: record.changed_at,
            applied_at: record.updated_at,
            before,
            after,
        });
    }

    fn answer(&mut self, op: &Op) -> Outcome {
        let current = self.records.get(&(op.table.clone(), op.id.clone())).cloned();
        if current.as_ref().map(|record| &record.version) != op.base_version.as_ref() {
            return Outcome::Conflict { current };
        }
        let before = current.map(|record| record.fields).unwrap_or_default();
        let after = apply(&before, &op.fields);
        if after.values().any(|value| value.as_text() == Some("refuse me")) {
            return Outcome::Rejected(Refusal {
                code: "invalid".to_owned(),
                message: "not this one".to_owned(),
                field_errors: Vec::new(),
            });
        }
        self.put(
            op.table.clone(),
            op.id.clone(),
            after,
            op.kind == OpKind::Delete,
            "laptop",
        )
    }

    fn page(&self, since: u64, tables: Option<&[TableName]>) -> Page {
        let wanted = |table: &TableName| tables.is_none_or(|tables| tables.contains(table));
        let mut records: BTreeMap<TableName, Vec<Record>> = BTreeMap::new();
        let mut sums: BTreeMap<TableName, TableSum> = self
            .schema
            .tables
            .iter()
            .map(|table| (table.name.clone(), TableSum::default()))
            .collect();
        for ((table, id), record) in self.records.iter().filter(|((table, _), _)| wanted(table)) {
            if record.seq.0 > since {
                records.entry(table.clone()).or_default().push(record.clone());
            }
            let sum = sums.get_mut(table).unwrap();
            if !record.deleted {
                *sum = sum.plus(id, &record.version);
            }
        }
        records
            .values_mut()
            .for_each(|records| records.sort_by_key(|record| record.seq));
        sums.retain(|table, _| wanted(table));
        Page {
            cursor: Cursor::new("epoch-1", Seq(self.seq)),
            reset: false,
            records,
            remaining: None,
            last: Some(sums),
            schema_version: self.schema.version,
        }
    }
}

struct Line {
    server: Server,
    token: Option<String>,
}

impl Line {
    /// The server, if it is there and knows the token.
    fn open(&self) -> Result<MutexGuard<'_, Inside>, TransportError> {
        let inside = self.server.inside();
        if !inside.reachable {
            Err(TransportError::Refused)
        } else if self.token.as_deref().is_none_or(|token| token == TOKEN) {
            Ok(inside)
        } else {
            Err(TransportError::Unauthorized)
        }
    }
}

impl Transport for Line {
    fn health(&self) -> Answering<'_, Health> {
        let answer = self.open().map(|_| Health {
            status: "ok".to_owned(),
            product: "landfall".to_owned(),
            version: "9.9.9".to_owned(),
            protocol: landfall_protocol::VERSION,
        });
        async { answer }.boxed()
    }

    fn workspace(&self) -> Answering<'_, Workspace> {
        let answer = self.open().map(|inside| Workspace {
            protocol: landfall_protocol::VERSION,
            server_version: "9.9.9".to_owned(),
            epoch: "epoch-1".to_owned(),
            schema: inside.schema.clone(),
            limits: Limits {
                push_ops: 100,
                body_bytes: 1 << 20,
                page_records: 500,
            },
            device: Device {
                id: DeviceId::new("device-1").unwrap(),
                name: "laptop".to_owned(),
            },
            now: Millis(1_000_000),
        });
        async { answer }.boxed()
    }

    fn push<'a>(&'a self, request: &'a PushRequest) -> Answering<'a, PushResponse> {
        let answer = self.open().map(|mut inside| PushResponse {
            epoch: "epoch-1".to_owned(),
            results: request
                .ops
                .iter()
                .map(|op| OpResult {
                    op_id: op.op_id.clone(),
                    outcome: inside.answer(op),
                })
                .collect(),
        });
        async { answer }.boxed()
    }

    fn pull<'a>(&'a self, cursor: Option<&'a str>, tables: Option<&'a [TableName]>) -> Answering<'a, Pages> {
        let since = cursor.map_or(0, |cursor| cursor.parse::<Cursor>().unwrap().seq.0);
        let answer = self
            .open()
            .map(|inside| stream::iter([Ok(inside.page(since, tables))]).boxed());
        async { answer }.boxed()
    }

    fn history<'a>(&'a self, table: &'a TableName, id: &'a RecordId) -> Answering<'a, History> {
        let answer = self.open().map(|inside| {
            let told = inside.history.get(&(table.clone(), id.clone()));
            let entries = told.into_iter().flatten().rev().cloned().collect();
            History { entries }
        });
        async { answer }.boxed()
    }
}
