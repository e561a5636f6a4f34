//! Measures 1,000 conflicts among 20,000 records, in a folder of its own:
//! `cargo run --release -p landfall-store --example conflicts`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool that prints, and stops where it fails"
)]

mod common;

use common::{column, once, surroundings, table};
use landfall_core::id::{DeviceId, Millis, RecordId, Seq, Version};
use landfall_core::record::Record;
use landfall_core::schema::{Column, ColumnKind, Schema, Table, TableMerge};
use landfall_core::value::Value;
use landfall_store::{Edit, KeptSide, Many, PageIn, Scope, Store, StoredWorkspace};

const RECORDS: u64 = 20_000;
const CONFLICTS: u64 = 1_000;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), surroundings()).unwrap();
    store.set_workspace(&workspace()).unwrap();
    store
        .apply_page(page(0, (0..RECORDS).map(|n| record(n, 0))))
        .unwrap();
    let edits = (0..CONFLICTS).map(|n| Edit::Update {
        table: table(),
        id: id(n),
        patch: [
            (column("name"), Value::Text(format!("Mine {n}"))),
            (column("elevation"), Value::Integer(-1)),
        ]
        .into_iter()
        .collect(),
    });
    for edit in edits {
        store.edit(vec![edit]).unwrap();
    }
    once("a page that makes 1,000 conflicts", || {
        let done = store
            .apply_page(page(1, (0..CONFLICTS).map(|n| record(n, 1))))
            .unwrap();
        assert_eq!(u64::from(done.conflicts), CONFLICTS);
    });
    for _ in 0..3 {
        once("the inbox", || {
            assert_eq!(store.inbox().unwrap().len() as u64, CONFLICTS);
        });
    }
    once("one of them, whole", || {
        store.inbox_detail(&table(), &id(7)).unwrap();
    });
    let theirs = |only: Option<&str>| Many {
        records: None,
        column: only.map(column),
        side: KeptSide::Theirs,
    };
    once("preview of all", || {
        store.preview_resolve_many(&theirs(None)).unwrap();
    });
    once("one column of all", || {
        let done = store.resolve_many(&theirs(Some("name"))).unwrap();
        assert_eq!(u64::from(done.partly), CONFLICTS);
    });
    let mut action = None;
    once("all", || {
        let done = store.resolve_many(&theirs(None)).unwrap();
        assert_eq!(u64::from(done.resolved), CONFLICTS);
        action = done.action;
    });
    once("taking it back", || {
        store.undo(&action.unwrap()).unwrap();
        assert_eq!(store.inbox().unwrap().len() as u64, CONFLICTS);
    });
}

fn id(n: u64) -> RecordId {
    RecordId::new(format!("field-{n}")).unwrap()
}

fn workspace() -> StoredWorkspace {
    let text = || ColumnKind::LongText { max_length: None };
    let elevation = ColumnKind::Integer {
        min: None,
        max: None,
        unit: None,
    };
    let kinds = [("name", text()), ("elevation", elevation), ("notes", text())];
    let columns = kinds.map(|(name, kind)| Column {
        name: column(name),
        label: name.into(),
        help: None,
        kind,
        required: false,
        unique: false,
        read_only: false,
        default: None,
        merge: None,
    });
    StoredWorkspace {
        server_url: "http://127.0.0.1:8787".into(),
        device_id: DeviceId::new("laptop").unwrap(),
        device_name: "laptop".into(),
        epoch: None,
        schema: Schema {
            name: "bench".into(),
            version: 1,
            notify: Vec::new(),
            tables: vec![Table {
                name: table(),
                label: "Airfields".into(),
                singular: "airfield".into(),
                title: column("name"),
                icon: None,
                merge: TableMerge::Merge,
                columns: columns.to_vec(),
            }],
        },
        tables: None,
    }
}

fn record(n: u64, round: u64) -> Record {
    let seq = round * RECORDS + n + 1;
    let fields = [
        (column("name"), Value::Text(format!("Field {n} of round {round}"))),
        (
            column("elevation"),
            Value::Integer((round * 100 + n).cast_signed()),
        ),
        (column("notes"), Value::Text("Grass, short in summer. ".repeat(8))),
    ];
    Record {
        id: id(n),
        version: Version::new(format!("v{seq}")).unwrap(),
        seq: Seq(seq),
        created_at: Millis(1),
        updated_at: Millis(2),
        deleted: false,
        changed_by: "phone".into(),
        changed_at: Millis(2),
        fields: fields.into_iter().collect(),
    }
}

fn page(n: u64, records: impl Iterator<Item = Record>) -> PageIn {
    PageIn {
        scope: Scope::All,
        cursor: n.to_string(),
        reset: false,
        first: n == 0,
        records: [(table(), records.collect())].into_iter().collect(),
        last: None,
    }
}
