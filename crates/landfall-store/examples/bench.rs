//! Measures the store with 100,000 records in a folder of its own, and prints medians:
//! `cargo run --release -p landfall-store --example bench`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool that prints, and stops where it fails"
)]

mod common;

use common::{column, once, surroundings, table};
use landfall_core::checksum::TableSum;
use landfall_core::id::{DeviceId, Millis, RecordId, Seq, TableName, Version};
use landfall_core::record::{Fields, Record};
use landfall_core::schema::{Column, ColumnKind, Schema, Table, TableMerge};
use landfall_core::value::Value;
use landfall_store::{
    Answer, Condition, Edit, Operator, PageIn, Room, Scope, SortColumn, Store, StoredWorkspace, ViewSpec,
};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const RECORDS: u64 = 100_000;
const PAGE: u64 = 4_000;
const RUNS: usize = 15;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), surroundings()).unwrap();
    store.set_workspace(&workspace()).unwrap();
    let table = table();

    let records: Vec<Record> = (0..RECORDS).map(record).collect();
    let began = Instant::now();
    for (n, chunk) in records.chunks(PAGE as usize).enumerate() {
        store.apply_page(page(n, chunk.to_vec(), None)).unwrap();
    }
    let sum = records.iter().fold(TableSum::default(), |sum, record| {
        sum.plus(&record.id, &record.version)
    });
    let last = [(table.clone(), sum)].into_iter().collect();
    let done = store.apply_page(page(99, Vec::new(), Some(last))).unwrap();
    assert!(done.mismatched.is_empty());
    let took = began.elapsed();
    println!(
        "first pull of {RECORDS}: {took:?} ({:.0} records/s)",
        RECORDS as f64 / took.as_secs_f64()
    );

    let all = ViewSpec::all(table.clone());
    let rows = store.open_view(&all).unwrap();
    measure("open_view, by title", || {
        let _ = store.open_view(&all).unwrap();
    });
    measure("view_rows(100), first", || {
        store.view_rows(&table, &rows[..100]).unwrap();
    });
    measure("view_rows(100), middle", || {
        store.view_rows(&table, &rows[50_000..50_100]).unwrap();
    });
    for (name, descending) in [("city", false), ("elevation", true), ("kind", false)] {
        let spec = ViewSpec {
            sort: vec![(SortColumn::Column(column(name)), descending)],
            ..all.clone()
        };
        measure(&format!("open_view, by {name}"), || {
            store.open_view(&spec).unwrap();
        });
    }
    let lately = ViewSpec {
        sort: vec![(SortColumn::UpdatedAt, true)],
        ..all.clone()
    };
    measure("open_view, by updated_at", || {
        store.open_view(&lately).unwrap();
    });
    let contains = ViewSpec {
        conditions: vec![Condition {
            column: column("city"),
            operator: Operator::Contains,
            value: "burg 7".into(),
        }],
        ..all.clone()
    };
    measure("open_view, city contains", || {
        store.open_view(&contains).unwrap();
    });
    for search in ["a", "fi", "fie", "munch", "field 77", "zzz"] {
        let spec = ViewSpec {
            search: search.into(),
            ..all.clone()
        };
        let hits = store.open_view(&spec).unwrap().len();
        measure(&format!("search {search:?} ({hits} hits)"), || {
            store.open_view(&spec).unwrap();
        });
    }
    measure("search_titles \"mun\", 20", || {
        store.search_titles(&table, "mun", 20).unwrap();
    });
    measure("counts", || {
        store.counts(&table).unwrap();
    });
    measure("record", || {
        let _ = store.record(&table, &records[777].id).unwrap();
    });

    let mut n = 0;
    measure("edit of one record, on disk", || {
        n += 1;
        let edit = Edit::Update {
            table: table.clone(),
            id: records[n].id.clone(),
            patch: [(column("elevation"), Value::Integer(n as i64))]
                .into_iter()
                .collect(),
        };
        store.edit(vec![edit]).unwrap();
    });
    let bulk: Vec<Edit> = records[10_000..12_000]
        .iter()
        .map(|record| Edit::Update {
            table: table.clone(),
            id: record.id.clone(),
            patch: [(column("closed"), Value::Boolean(true))].into_iter().collect(),
        })
        .collect();
    once("edit of 2,000 records as one action", || {
        store.edit(bulk).unwrap();
    });
    let mut batch = Vec::new();
    let room = Room {
        ops: 3_000,
        bytes: 10_000_000,
    };
    once("next_batch of 2,000", || {
        batch = store.next_batch(room).unwrap().entries;
    });
    let answers = batch
        .iter()
        .zip(RECORDS + 1..)
        .map(|(entry, seq)| {
            let answer = Answer::Applied {
                version: Version::new(format!("v{seq}")).unwrap(),
                seq: Seq(seq),
                updated_at: Millis(5),
            };
            (entry.op_id.clone(), answer)
        })
        .collect();
    once("apply_answers of 2,000", || {
        store.apply_answers(answers).unwrap();
    });
    let changed: Vec<Record> = (0..PAGE).map(|n| changed(n + 40_000)).collect();
    once("page of 4,000 changed records", || {
        store.apply_page(page(100, changed, None)).unwrap();
    });
    measure("open_view, by title, after", || {
        store.open_view(&all).unwrap();
    });
    let size: u64 = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    println!("on disk: {} MB", size / 1_000_000);
}

fn measure(what: &str, mut run: impl FnMut()) {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let began = Instant::now();
            run();
            began.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "{what}: {:?} (fastest {:?}, slowest {:?})",
        times[RUNS / 2],
        times[0],
        times[RUNS - 1]
    );
}

fn workspace() -> StoredWorkspace {
    let text = || ColumnKind::Text {
        min_length: None,
        max_length: None,
        pattern: None,
        pattern_hint: None,
    };
    let elevation = ColumnKind::Integer {
        min: None,
        max: None,
        unit: None,
    };
    let kinds = [
        ("name", text()),
        ("ident", text()),
        ("city", text()),
        ("country", text()),
        ("kind", text()),
        ("elevation", elevation),
        ("place", ColumnKind::Location),
        ("closed", ColumnKind::Boolean),
    ];
    let columns = kinds.map(|(name, kind)| Column {
        name: column(name),
        label: name.into(),
        help: None,
        kind,
        required: false,
        unique: name == "ident",
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

/// A number that looks like chance and is the same each time.
fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^ (z >> 27)
}

fn record(n: u64) -> Record {
    const CITIES: [&str; 8] = [
        "München", "Zürich", "Lagos", "Quito", "Ålesund", "Perth", "Austin", "Oaxaca",
    ];
    const KINDS: [&str; 4] = ["small airport", "large airport", "heliport", "seaplane base"];
    let dice = mixed(n);
    let pick = |list: &[&str], shift: u32| list[((dice >> shift) % list.len() as u64) as usize].to_owned();
    let city = pick(&CITIES, 8);
    let fields: Fields = [
        (
            column("name"),
            Value::Text(format!("{city} Field {}", dice % 90_000)),
        ),
        (column("ident"), Value::Text(format!("X{n:06}"))),
        (column("city"), Value::Text(format!("{city}burg {}", dice % 300))),
        (column("country"), Value::Text(format!("Country {}", dice % 190))),
        (column("kind"), Value::Text(pick(&KINDS, 20))),
        (column("elevation"), Value::Integer((dice % 4_000) as i64)),
        (
            column("place"),
            Value::Location {
                lat: (dice % 180_000) as f64 / 1_000.0 - 90.0,
                lon: (dice % 360_000) as f64 / 1_000.0 - 180.0,
            },
        ),
        (column("closed"), Value::Boolean(false)),
    ]
    .into_iter()
    .collect();
    Record {
        id: RecordId::make(
            Millis(1_700_000_000_000 + n.cast_signed()),
            [(dice % 251) as u8; 10],
        ),
        version: Version::new(format!("v{n}")).unwrap(),
        seq: Seq(n + 1),
        created_at: Millis(1),
        updated_at: Millis((dice % 1_000_000) as i64),
        deleted: false,
        changed_by: String::new(),
        changed_at: Millis(1),
        fields,
    }
}

fn changed(n: u64) -> Record {
    let mut record = record(n);
    record.version = Version::new(format!("w{n}")).unwrap();
    record.seq = Seq(RECORDS * 2 + n);
    record.changed_by = "phone".into();
    record.fields.insert(column("elevation"), Value::Integer(-1));
    record
}

fn page(n: usize, records: Vec<Record>, last: Option<BTreeMap<TableName, TableSum>>) -> PageIn {
    PageIn {
        scope: Scope::All,
        cursor: n.to_string(),
        reset: false,
        first: n == 0,
        records: [(table(), records)].into_iter().collect(),
        last,
    }
}
