//! A server in memory, reached without a line: enough of the protocol for one workspace, one device at a time. It
//! refuses records whose title is *refuse me*.

use futures_util::{FutureExt, StreamExt, stream};
use landfall_core::checksum::TableSum;
use landfall_core::id::{DeviceId, Millis, RecordId, Seq, TableName, Version};
use landfall_core::outbox::{EditOrigin, OpKind, Refusal};
use landfall_core::record::{Fields, Record, apply, diff, value_of};
use landfall_core::schema::Schema;
use landfall_core::value::Value;
use landfall_protocol::history::{History, HistoryEntry};
use landfall_protocol::pull::{Cursor, Page};
use landfall_protocol::push::{Op, OpResult, Outcome, PushRequest, PushResponse};
use landfall_protocol::wake::{
    Channel, Channels, Hello, Installation, InstallationRequest, Notify as Notice, Platform, TestReport, Wake,
};
use landfall_protocol::workspace::{Device, Health, Limits, Workspace};
use landfall_sync::transport::wakes::WakeEvent;
use landfall_sync::transport::{Answering, Pages, Wakes};
use landfall_sync::{Transport, TransportError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::{Notify, broadcast};

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
    hangs: bool,
    asked: Arc<Notify>,
    wakes: broadcast::Sender<Wake>,
    notices: Vec<Notice>,
    installations: BTreeMap<String, Installation>,
    requested: Vec<InstallationRequest>,
    stream_only: bool,
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
            hangs: false,
            asked: Arc::default(),
            wakes: broadcast::Sender::new(64),
            notices: Vec::new(),
            installations: BTreeMap::new(),
            requested: Vec::new(),
            stream_only: false,
        })))
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap()
    }

    pub(crate) fn go_away(&self) {
        self.inside().reachable = false;
    }

    /// The next request for the workspace is taken and not answered.
    pub(crate) fn hang(&self) {
        self.inside().hangs = true;
    }

    /// Comes when a request hangs.
    pub(crate) async fn is_asked(&self) {
        let asked = self.inside().asked.clone();
        asked.notified().await;
    }

    /// It has no keys for any push service.
    pub(crate) fn cant_push(&self) {
        self.inside().stream_only = true;
    }

    pub(crate) fn come_back(&self) {
        self.inside().reachable = true;
    }

    /// Somebody else writes a record, and every device that listens is woken.
    pub(crate) fn write(&self, table: &str, id: &str, fields: &[(&str, Value)]) {
        self.write_silently(table, id, fields);
        self.wake(Vec::new());
    }

    /// The same, and a rule of the workspace names whoever has the laptop.
    pub(crate) fn assign(&self, rule: &str, id: &str, fields: &[(&str, Value)]) {
        self.write_silently("patients", id, fields);
        let notice = {
            let mut inside = self.inside();
            let notice = Notice {
                seq: Seq(inside.seq),
                rule: rule.to_owned(),
                table: "patients".parse().unwrap(),
                id: id.parse().unwrap(),
            };
            inside.notices.push(notice.clone());
            notice
        };
        self.wake(vec![notice]);
    }

    /// Whatever rules have told.
    pub(crate) fn notices(&self) -> Vec<Notice> {
        self.inside().notices.clone()
    }

    fn wake(&self, notify: Vec<Notice>) {
        let inside = self.inside();
        let wake = Wake {
            seq: Seq(inside.seq),
            notify,
            ..Wake::default()
        };
        // Nobody may be listening.
        let _ = inside.wakes.send(wake);
    }

    /// The same, and no stream says so.
    pub(crate) fn write_silently(&self, table: &str, id: &str, fields: &[(&str, Value)]) {
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

    /// The channels that devices have put, in order.
    pub(crate) fn requested(&self) -> Vec<InstallationRequest> {
        self.inside().requested.clone()
    }

    /// The channels that the server has now.
    pub(crate) fn installations(&self) -> Vec<Installation> {
        self.inside().installations.values().cloned().collect()
    }

    /// The push service took none of the last pushes, and says by the end that the channel is gone.
    pub(crate) fn lose_pushes(&self, failures: u32, dead: bool) {
        for kept in self.inside().installations.values_mut() {
            kept.failures = failures;
            kept.last_failure = Some("410 Gone".to_owned());
            kept.dead = dead;
        }
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
            origin: EditOrigin::Edit,
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
        if std::mem::take(&mut self.server.inside().hangs) {
            self.server.inside().asked.notify_one();
            return std::future::pending().boxed();
        }
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
            .map(|inside| stream::iter([Ok(inside.page(since, tables).into())]).boxed());
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

    fn wakes(&self, notified: Option<Seq>) -> Answering<'_, Wakes> {
        let answer = self.open().map(|inside| {
            let hello = WakeEvent::Hello(Hello {
                epoch: "epoch-1".to_owned(),
                seq: Seq(inside.seq),
                heartbeat_seconds: 30,
                notify: inside
                    .notices
                    .iter()
                    .filter(|notice| notified.is_some_and(|notified| notified < notice.seq))
                    .cloned()
                    .collect(),
            });
            let said = stream::unfold(inside.wakes.subscribe(), async |mut said| {
                let wake = said.recv().await.ok()?;
                Some((WakeEvent::Wake(wake), said))
            });
            stream::iter([hello]).chain(said).map(Ok).boxed()
        });
        async { answer }.boxed()
    }

    fn channels(&self) -> Answering<'_, Channels> {
        let answer = self.open().map(|inside| Channels {
            platforms: vec![Platform::Stream, Platform::WebPush],
            vapid_public_key: Some("BKey".to_owned()),
            installations: inside.installations.values().cloned().collect(),
        });
        async { answer }.boxed()
    }

    fn put_installation<'a>(
        &'a self,
        id: &'a str,
        request: &'a InstallationRequest,
    ) -> Answering<'a, Installation> {
        let answer = self.open().and_then(|mut inside| {
            if inside.stream_only && request.channel != Channel::Stream {
                return Err(TransportError::ChannelRefused {
                    reason: "this server pushes by no service".to_owned(),
                });
            }
            let kept = Installation {
                id: id.to_owned(),
                platform: request.channel.platform(),
                tags: request.tags.clone(),
                registered_at: Millis(1_000_000),
                streaming: true,
                waiting: false,
                last_sent_at: None,
                last_accepted_at: None,
                failures: 0,
                last_failure: None,
                dead: false,
            };
            inside.requested.push(request.clone());
            inside.installations.insert(id.to_owned(), kept.clone());
            Ok(kept)
        });
        async { answer }.boxed()
    }

    fn delete_installation<'a>(&'a self, id: &'a str) -> Answering<'a, ()> {
        let answer = self
            .open()
            .map(|mut inside| drop(inside.installations.remove(id)));
        async { answer }.boxed()
    }

    fn test_installation<'a>(&'a self, id: &'a str) -> Answering<'a, TestReport> {
        let answer = self.open().and_then(|inside| {
            let kept = inside
                .installations
                .get(id)
                .ok_or(TransportError::NotUnderstood)?;
            let is_stream = kept.platform == Platform::Stream;
            let accepted = !is_stream || inside.wakes.receiver_count() > 0;
            if is_stream && accepted {
                let wake = Wake {
                    seq: Seq(inside.seq),
                    test: true,
                    ..Wake::default()
                };
                // The stream was open a moment ago.
                let _ = inside.wakes.send(wake);
            }
            Ok(TestReport {
                platform: kept.platform,
                at: Millis(1_000_000),
                accepted,
                status: (!is_stream).then_some(201),
                message: (!accepted).then(|| "the device has no event stream open".to_owned()),
            })
        });
        async { answer }.boxed()
    }
}
