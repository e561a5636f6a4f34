//! What the stories are made of: a device with a folder of its own, and a server that is a map.

use crate::{
    Answer, Done, Edit, PageDone, PageIn, Room, Scope, Store, StoredRecord, StoredWorkspace, Surroundings,
};
use landfall_core::checksum::TableSum;
use landfall_core::id::{ColumnName, DeviceId, Millis, OpId, RecordId, Seq, TableName, Version};
use landfall_core::outbox::{Entry, OpKind, Refusal};
use landfall_core::record::{Fields, Record, apply};
use landfall_core::schema::{Choice, Column, ColumnKind, Schema, Table, TableMerge};
use landfall_core::value::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Room for all that these stories send.
pub(super) const ROOM: Room = Room {
    ops: 1_000,
    bytes: 1_000_000,
};

pub(super) fn schema() -> Schema {
    let text = || ColumnKind::Text {
        min_length: None,
        max_length: Some(80),
        pattern: None,
        pattern_hint: None,
    };
    let choices = |values: [&str; 2]| {
        let choice = |value: &str| Choice {
            value: value.into(),
            label: value.to_uppercase(),
        };
        values.map(choice).to_vec()
    };
    let required = |name| Column {
        required: true,
        ..plain_column(name, text())
    };
    let unique = |name| Column {
        unique: true,
        ..plain_column(name, text())
    };
    let elevation = ColumnKind::Integer {
        min: Some(-500),
        max: Some(9_000),
        unit: None,
    };
    let real = ColumnKind::Real {
        min: None,
        max: None,
        unit: None,
    };
    let tags = ColumnKind::MultiChoice {
        choices: choices(["grass", "lit"]),
    };
    let surface = ColumnKind::Choice {
        choices: choices(["good", "bad"]),
    };
    let airfield = ColumnKind::Reference { table: airfields() };
    Schema {
        name: "Airfield inspections".into(),
        version: 1,
        notify: Vec::new(),
        tables: vec![
            table(
                "airfields",
                vec![
                    required("name"),
                    unique("ident"),
                    plain_column("elevation", elevation),
                    plain_column("notes", ColumnKind::LongText { max_length: None }),
                    plain_column("closed", ColumnKind::Boolean),
                    plain_column("tags", tags),
                    plain_column("surface", surface),
                    plain_column("place", ColumnKind::Location),
                    plain_column("opened", ColumnKind::Date { min: None, max: None }),
                    plain_column("slope", real),
                ],
            ),
            table(
                "inspections",
                vec![
                    required("summary"),
                    plain_column("airfield", airfield),
                    plain_column("inspected_at", ColumnKind::DateTime),
                ],
            ),
        ],
    }
}

fn table(name: &str, columns: Vec<Column>) -> Table {
    Table {
        name: TableName::new(name).unwrap(),
        label: name.into(),
        singular: name.into(),
        title: columns[0].name.clone(),
        icon: None,
        merge: TableMerge::Merge,
        columns,
    }
}

pub(super) fn plain_column(name: &str, kind: ColumnKind) -> Column {
    Column {
        name: column(name),
        label: name.into(),
        help: None,
        kind,
        required: false,
        unique: false,
        read_only: false,
        default: None,
        merge: None,
    }
}

pub(super) fn airfields() -> TableName {
    TableName::new("airfields").unwrap()
}

pub(super) fn inspections() -> TableName {
    TableName::new("inspections").unwrap()
}

pub(super) fn column(name: &str) -> ColumnName {
    ColumnName::new(name).unwrap()
}

pub(super) fn id(text: &str) -> RecordId {
    RecordId::new(text).unwrap()
}

pub(super) fn fields(pairs: &[(&str, Value)]) -> Fields {
    pairs
        .iter()
        .map(|(name, value)| (column(name), value.clone()))
        .collect()
}

pub(super) fn named(name: &str) -> Fields {
    fields(&[("name", name.into())])
}

/// A device: a folder, and the store in it, which can be closed and opened again.
pub(super) struct Device {
    pub(super) store: Store,
    dir: tempfile::TempDir,
    surroundings: Surroundings,
    clock: Arc<AtomicI64>,
}

/// A clock that goes on by one with each look, and bytes that never repeat: the same run, each time.
pub(super) fn surroundings() -> Surroundings {
    with_clock(Arc::new(AtomicI64::new(1_000)))
}

fn with_clock(clock: Arc<AtomicI64>) -> Surroundings {
    let dice = AtomicU64::new(1);
    Surroundings {
        now: Arc::new(move || Millis(clock.fetch_add(1, Ordering::Relaxed))),
        random: Arc::new(move || {
            let mut bytes = [0; 10];
            bytes[2..].copy_from_slice(&dice.fetch_add(1, Ordering::Relaxed).to_be_bytes());
            bytes
        }),
    }
}

pub(super) fn workspace(name: &str, schema: Schema) -> StoredWorkspace {
    StoredWorkspace {
        server_url: "http://127.0.0.1:8787".into(),
        device_id: DeviceId::new(format!("device-{name}")).unwrap(),
        device_name: name.into(),
        epoch: None,
        schema,
        tables: None,
    }
}

impl Device {
    /// A device that is connected and has pulled an empty server.
    pub(super) fn new(name: &str) -> Self {
        let device = Self::unconnected();
        device.store.set_workspace(&workspace(name, schema())).unwrap();
        device
    }

    pub(super) fn unconnected() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(1_000));
        let surroundings = with_clock(clock.clone());
        Self {
            store: Store::open(dir.path(), surroundings.clone()).unwrap(),
            dir,
            surroundings,
            clock,
        }
    }

    /// Time goes by (or the clock is set back).
    pub(super) fn waits(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::Relaxed);
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The app ends and starts again.
    pub(super) fn restart(self) -> Self {
        let Self {
            store,
            dir,
            surroundings,
            clock,
        } = self;
        drop(store);
        Self {
            store: Store::open(dir.path(), surroundings.clone()).unwrap(),
            dir,
            surroundings,
            clock,
        }
    }

    pub(super) fn insert(&self, record: &str, fields: Fields) -> Done {
        let edit = Edit::Insert {
            table: airfields(),
            id: id(record),
            fields,
        };
        self.store.edit(vec![edit]).unwrap()
    }

    pub(super) fn set(&self, record: &str, name: &str, value: impl Into<Value>) -> Done {
        self.store.edit(vec![update(record, name, value)]).unwrap()
    }

    pub(super) fn delete(&self, record: &str) -> Done {
        let edit = Edit::Delete {
            table: airfields(),
            id: id(record),
        };
        self.store.edit(vec![edit]).unwrap()
    }

    pub(super) fn get(&self, record: &str) -> StoredRecord {
        self.store.record(&airfields(), &id(record)).unwrap().unwrap()
    }

    /// A field's value as it is shown.
    pub(super) fn value(&self, record: &str, name: &str) -> Value {
        self.get(record)
            .fields
            .get(&column(name))
            .cloned()
            .unwrap_or(Value::Null)
    }

    pub(super) fn batch(&self) -> Vec<Entry> {
        self.store.next_batch(ROOM).unwrap().entries
    }

    /// Sends all that waits and takes in the answers.
    pub(super) fn push(&self, server: &mut Server) {
        let answers = server.push(&self.batch());
        self.store.apply_answers(answers).unwrap();
    }

    /// Pulls all that is new since the cursor, in one page.
    pub(super) fn pull(&self, server: &Server) -> PageDone {
        let since = self
            .store
            .cursor()
            .unwrap()
            .map_or(0, |cursor| cursor.parse().unwrap());
        self.store.apply_page(server.page(since)).unwrap()
    }

    /// What SQLite's file must always be.
    pub(super) fn assert_whole(&self) {
        assert_eq!(self.store.integrity().unwrap(), "ok");
        check_invariants(&self.store);
    }
}

pub(super) fn update(record: &str, name: &str, value: impl Into<Value>) -> Edit {
    Edit::Update {
        table: airfields(),
        id: id(record),
        patch: [(column(name), value.into())].into_iter().collect(),
    }
}

/// A server as the protocol describes it, in memory, with one table of airfields.
#[derive(Debug, Clone, Default)]
pub(super) struct Server {
    pub(super) records: BTreeMap<RecordId, Record>,
    pub(super) seq: u64,
    answered: BTreeMap<OpId, Answer>,
}

impl Server {
    /// Another device changes a record, or makes it.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "stories read better without references"
    )]
    pub(super) fn change(&mut self, record: &str, patch: Fields) -> Record {
        let before = self.records.get(&id(record)).map(|record| record.fields.clone());
        self.put(record, apply(&before.unwrap_or_default(), &patch), false, "phone")
    }

    /// Another device deletes a record.
    pub(super) fn delete(&mut self, record: &str) -> Record {
        let before = self.records[&id(record)].fields.clone();
        self.put(record, before, true, "phone")
    }

    fn put(&mut self, record: &str, fields: Fields, deleted: bool, who: &str) -> Record {
        self.seq += 1;
        let record = Record {
            id: id(record),
            version: Version::new(format!("v{}", self.seq)).unwrap(),
            seq: Seq(self.seq),
            created_at: Millis(50),
            updated_at: Millis(100 + self.seq.cast_signed()),
            deleted,
            changed_by: who.into(),
            changed_at: Millis(90 + self.seq.cast_signed()),
            fields,
        };
        self.records.insert(record.id.clone(), record.clone());
        record
    }

    /// A batch: each operation once, groups all or none.
    pub(super) fn push(&mut self, batch: &[Entry]) -> Vec<(OpId, Answer)> {
        let mut answers = Vec::new();
        for unit in batch.chunk_by(|one, next| one.group.is_some() && one.group == next.group) {
            let before = self.clone();
            let mut unit_answers: Vec<Answer> = unit.iter().map(|entry| self.apply(entry)).collect();
            let applied = |answer: &Answer| matches!(answer, Answer::Applied { .. });
            if !unit_answers.iter().all(applied) {
                *self = before;
                for answer in unit_answers.iter_mut().filter(|answer| applied(answer)) {
                    *answer = Answer::Held;
                }
            }
            for (entry, answer) in unit.iter().zip(unit_answers) {
                self.answered.insert(entry.op_id.clone(), answer.clone());
                answers.push((entry.op_id.clone(), answer));
            }
        }
        answers
    }

    /// One operation, once.
    pub(super) fn apply(&mut self, entry: &Entry) -> Answer {
        if let Some(answer) = self.answered.get(&entry.op_id) {
            return answer.clone();
        }
        let answer = self.decide(entry);
        self.answered.insert(entry.op_id.clone(), answer.clone());
        answer
    }

    fn decide(&mut self, entry: &Entry) -> Answer {
        if entry.fields.get(&column("name")) == Some(&"refused".into()) {
            return Answer::Rejected(Refusal {
                code: "invalid".into(),
                message: "No.".into(),
                field_errors: Vec::new(),
            });
        }
        let current = self.records.get(&entry.id).cloned();
        let version = current.as_ref().map(|record| record.version.clone());
        let gone = current.as_ref().is_some_and(|record| record.deleted);
        if version != entry.base_version && !(entry.kind == OpKind::Delete && gone) {
            return Answer::Conflict { current };
        }
        let before = current.map(|record| record.fields).unwrap_or_default();
        let (fields, deleted) = match entry.kind {
            OpKind::Insert => (apply(&Fields::new(), &entry.fields), false),
            OpKind::Update => (apply(&before, &entry.fields), gone),
            OpKind::Delete => (before, true),
        };
        let record = self.put(entry.id.as_str(), fields, deleted, "laptop");
        Answer::Applied {
            version: record.version,
            seq: record.seq,
            updated_at: record.updated_at,
        }
    }

    /// All that changed since, as the last page of a stream.
    pub(super) fn page(&self, since: u64) -> PageIn {
        let mut new: Vec<Record> = self
            .records
            .values()
            .filter(|record| record.seq.0 > since)
            .cloned()
            .collect();
        new.sort_by_key(|record| record.seq);
        PageIn {
            scope: Scope::All,
            cursor: self.seq.to_string(),
            reset: false,
            first: true,
            records: [(airfields(), new)].into_iter().collect(),
            last: Some(self.sums()),
        }
    }

    pub(super) fn sums(&self) -> BTreeMap<TableName, TableSum> {
        let live = self.records.values().filter(|record| !record.deleted);
        let sum = live.fold(TableSum::default(), |sum, record| {
            sum.plus(&record.id, &record.version)
        });
        [(airfields(), sum)].into_iter().collect()
    }
}

/// What holds between any two transactions.
pub(super) fn check_invariants(store: &Store) {
    store
        .read(|conn, layout| {
            for table in layout.tables() {
                super::world::check_table(conn, layout, table);
            }
            Ok(())
        })
        .unwrap();
}

fn check_table(
    conn: &rusqlite::Connection,
    layout: &crate::layout::Layout,
    table: &crate::layout::TableLayout,
) {
    let mut statement = conn.prepare(&table.select).unwrap();
    let mut rows = statement.query([]).unwrap();
    let (mut sum, mut shown) = (TableSum::default(), 0_i64);
    while let Some(sql) = rows.next().unwrap() {
        let row = crate::row::read(table, sql).unwrap();
        if let (true, Some(version)) = (row.live, &row.version) {
            sum = sum.plus(&row.id, version);
        }
        shown += i64::from(!row.deleted);
        let entries = crate::entry::of_record(conn, &table.name, &row.id).unwrap();
        let base = crate::base::find(conn, &table.name, &row.id).unwrap();
        let tail = entries.tail.as_ref().map(|tail| &tail.entry.state);
        assert_eq!(
            row.mark,
            crate::change::mark_of(entries.in_flight.is_some(), tail),
            "{row:?}"
        );
        let pending = entries.tail.is_some() || entries.in_flight.is_some();
        assert_eq!(
            pending,
            base.is_some(),
            "a base exactly while something is pending: {row:?}"
        );
        let conflict = crate::conflict::find(conn, &table.name, &row.id).unwrap();
        assert_eq!(conflict.is_some(), row.mark == crate::Mark::Conflict, "{row:?}");
        if let (Some(base), None) = (base, conflict) {
            // The row shows base + what is in flight + what waits.
            let mut expected = base;
            for placed in [&entries.in_flight, &entries.tail].into_iter().flatten() {
                expected = expected.with(&placed.entry, &layout.device_name);
            }
            assert_eq!(!row.deleted, expected.is_there(), "{row:?} {entries:?}");
            if expected.is_there() {
                assert_eq!(row.fields, expected.fields, "{row:?} {entries:?}");
            }
        }
        let found = crate::search::hits(
            conn,
            table,
            &crate::fold::words(&table.title(&row.id, &row.fields)),
        );
        assert_eq!(
            found.unwrap().contains(&row.row),
            !row.deleted,
            "search knows it: {row:?}"
        );
    }
    let stored: (i64, i64, i64) = conn
        .query_row(
            "SELECT sum_count, sum, shown FROM lf_table WHERE name = ?1",
            [table.name.as_str()],
            |sql| Ok((sql.get(0)?, sql.get(1)?, sql.get(2)?)),
        )
        .unwrap();
    assert_eq!(
        stored,
        (sum.count.cast_signed(), sum.sum.cast_signed(), shown),
        "kept sums are true"
    );
}
