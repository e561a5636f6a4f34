//! The process dies, or the disk is full, in the middle of a transaction: nothing is half done.

use super::world::*;
use crate::{Edit, Error, KeptSide, Many, PageIn, Store, Surroundings};
use landfall_core::reconcile::Decision;
use landfall_core::value::Value;
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Steps of SQLite's machine between two kills: a few for each statement of a transaction.
const STRIDE: i32 = 41;

/// Everything that is in the file, as text.
fn everything(store: &Store) -> String {
    store
        .read(|conn, _| {
            let mut text = String::new();
            let mut tables =
                conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%$search_%' ORDER BY name")?;
            let names: Vec<String> = tables.query_map([], |sql| sql.get(0))?.collect::<Result<_, _>>()?;
            for name in names {
                let mut statement = conn.prepare(&format!("SELECT * FROM \"{name}\""))?;
                let columns = statement.column_count();
                let mut rows = statement.query([])?;
                while let Some(sql) = rows.next()? {
                    let values: Vec<String> = (0..columns).map(|n| format!("{:?}", sql.get_ref(n).unwrap())).collect();
                    text.push_str(&format!("{name}: {}\n", values.join(", ")));
                }
            }
            Ok(text)
        })
        .unwrap()
}

fn on_writer(store: &Store, set: impl FnOnce(&mut Connection) -> rusqlite::Result<()> + Send + 'static) {
    store.0.writer.run(move |conn| Ok(set(conn)?)).unwrap();
}

/// A laptop in the middle of things: clean, edited, in flight, held aside, refused and colliding records.
fn laptop_in_the_middle() -> (Device, Server) {
    let mut server = Server::default();
    for n in 0..6 {
        server.change(&format!("cr-{n}"), named(&format!("Field {n}")));
    }
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("cr-5", "name", "collides");
    server.change("cr-5", named("other"));
    laptop.push(&mut server);
    laptop.set("cr-0", "name", "in flight");
    laptop.set("cr-1", "name", "refused");
    laptop.set("cr-2", "elevation", Value::Integer(7));
    (laptop, server)
}

type Act = Box<dyn Fn(&Store) -> Result<(), Error>>;

/// One of each kind of transaction.
fn acts() -> Vec<(&'static str, Device, Act)> {
    let mut acts: Vec<(&'static str, Device, Act)> = Vec::new();

    let (laptop, _) = laptop_in_the_middle();
    let edits = vec![
        update("cr-2", "name", "edited"),
        Edit::Insert {
            table: airfields(),
            id: id("cr-9"),
            fields: named("made"),
        },
        Edit::Delete {
            table: airfields(),
            id: id("cr-3"),
        },
        update("cr-5", "slope", Value::Real(1.5)),
    ];
    acts.push((
        "edit",
        laptop,
        Box::new(move |store| store.edit(edits.clone()).map(drop)),
    ));

    let (laptop, _) = laptop_in_the_middle();
    acts.push((
        "batch",
        laptop,
        Box::new(|store| store.next_batch(ROOM).map(drop)),
    ));

    let (laptop, _) = laptop_in_the_middle();
    acts.push((
        "begin of a run",
        laptop,
        Box::new(|store| store.sync_started(Some(ROOM)).map(drop)),
    ));

    let (laptop, mut server) = laptop_in_the_middle();
    let batch = laptop.batch();
    laptop.set("cr-0", "elevation", Value::Integer(3));
    server.change("cr-2", fields(&[("elevation", Value::Integer(8))]));
    let answers = server.push(&batch);
    server.change("cr-0", fields(&[("closed", Value::Boolean(true))]));
    laptop.pull(&server);
    acts.push((
        "answers",
        laptop,
        Box::new(move |store| store.apply_answers(answers.clone()).map(drop)),
    ));

    let (laptop, mut server) = laptop_in_the_middle();
    server.change("cr-2", fields(&[("closed", Value::Boolean(true))]));
    server.delete("cr-3");
    server.records.remove(&id("cr-4"));
    let page = PageIn {
        reset: true,
        ..server.page(0)
    };
    acts.push((
        "page",
        laptop,
        Box::new(move |store| store.apply_page(page.clone()).map(drop)),
    ));

    acts.extend(decisions());

    let (laptop, _) = laptop_in_the_middle();
    acts.push(("undo", laptop, Box::new(|store| store.undo_last().map(drop))));

    let (laptop, _) = laptop_in_the_middle();
    laptop.delete("cr-3");
    acts.push((
        "restore",
        laptop,
        Box::new(|store| store.undelete(&airfields(), &id("cr-3")).map(drop)),
    ));

    let (laptop, _) = laptop_in_the_middle();
    acts.push((
        "purge",
        laptop,
        Box::new(|store| store.purge_table(&airfields(), true).map(drop)),
    ));
    acts
}

/// What a person decides of what waits for them, and takes back.
fn decisions() -> Vec<(&'static str, Device, Act)> {
    let mut acts: Vec<(&'static str, Device, Act)> = Vec::new();
    let copy = Decision::KeepBoth(named("a copy"));
    let mended = Decision::Values(named("mended"));
    let one_by_one = [
        ("resolve mine", "cr-5", Decision::Mine),
        ("resolve theirs", "cr-5", Decision::Theirs),
        ("keep both", "cr-5", copy),
        ("mend what was refused", "cr-1", mended),
        ("discard what was refused", "cr-1", Decision::Theirs),
    ];
    for (what, record, decision) in one_by_one {
        let (laptop, _) = laptop_that_must_decide();
        acts.push((
            what,
            laptop,
            Box::new(move |store| store.resolve(&airfields(), &id(record), &decision).map(drop)),
        ));
    }
    for (what, only) in [
        ("resolve many", None),
        ("resolve a column of many", Some(column("name"))),
    ] {
        let many = Many {
            records: None,
            column: only,
            side: KeptSide::Theirs,
        };
        let (laptop, _) = laptop_that_must_decide();
        let again = many.clone();
        acts.push((
            what,
            laptop,
            Box::new(move |store| store.resolve_many(&again).map(drop)),
        ));
        for (what, sent) in [("take it back", false), ("take it back after it was sent", true)] {
            let (laptop, mut server) = laptop_that_must_decide();
            let done = laptop.store.resolve_many(&many).unwrap().action.unwrap();
            if sent {
                laptop.push(&mut server);
            }
            acts.push((what, laptop, Box::new(move |store| store.undo(&done).map(drop))));
        }
    }
    acts
}

/// A laptop with a refused change and two conflicts, one of them in two columns; the server holds still.
fn laptop_that_must_decide() -> (Device, Server) {
    let (laptop, mut server) = laptop_in_the_middle();
    laptop.push(&mut server);
    laptop.set("cr-2", "name", "collides too");
    laptop.set("cr-2", "elevation", Value::Integer(9));
    server.change(
        "cr-2",
        fields(&[("name", "theirs".into()), ("elevation", Value::Integer(8))]),
    );
    laptop.pull(&server);
    assert_eq!(laptop.store.inbox().unwrap().len(), 3);
    (laptop, server)
}

#[test]
fn a_transaction_that_is_broken_off_anywhere_leaves_no_trace() {
    for (what, laptop, act) in acts() {
        let before = everything(&laptop.store);
        let mut broken = 0;
        loop {
            // SQLite gives up after so many steps of its machine: a different statement each time.
            let left = Arc::new(AtomicUsize::new(broken));
            let stop = move || {
                left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                    .is_err()
            };
            on_writer(&laptop.store, move |conn| {
                conn.progress_handler(STRIDE, Some(stop))
            });
            let result = act(&laptop.store);
            on_writer(&laptop.store, |conn| {
                conn.progress_handler(0, None::<fn() -> bool>)
            });
            if result.is_ok() {
                break;
            }
            assert_eq!(
                everything(&laptop.store),
                before,
                "{what}, broken off at {broken}"
            );
            broken += 1;
        }
        assert!(broken > 3, "{what} was broken off {broken} times");
        assert_ne!(everything(&laptop.store), before, "{what} was done in the end");
        laptop.assert_whole();
    }
}

fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in ["landfall.db", "landfall.db-wal"] {
        if from.join(file).exists() {
            fs::copy(from.join(file), to.join(file)).unwrap();
        }
    }
}

fn reopened(dir: &Path, surroundings: Surroundings) -> (String, Store) {
    let store = Store::open(dir, surroundings).unwrap();
    (everything(&store), store)
}

#[test]
fn a_process_killed_between_any_two_statements_finds_all_or_nothing() {
    for (what, laptop, act) in acts() {
        let before = everything(&laptop.store);
        let kills = tempfile::tempdir().unwrap();
        let taken = Arc::new(Mutex::new(Vec::<PathBuf>::new()));
        // The files as they are on disk at that moment are what a killed process leaves behind. A tiny page cache makes
        // SQLite write pages of the open transaction to the log, so that there is something to leave out.
        let (from, to, list) = (
            laptop.path().to_owned(),
            kills.path().to_owned(),
            Arc::clone(&taken),
        );
        on_writer(&laptop.store, move |conn| {
            conn.pragma_update(None, "cache_size", 4)?;
            conn.progress_handler(
                STRIDE,
                Some(move || {
                    let mut list = list.lock().unwrap();
                    let dir = to.join(list.len().to_string());
                    copy_files(&from, &dir);
                    list.push(dir);
                    false
                }),
            )
        });
        act(&laptop.store).unwrap();
        on_writer(&laptop.store, |conn| {
            conn.progress_handler(0, None::<fn() -> bool>)
        });
        let after = everything(&laptop.store);
        copy_files(laptop.path(), &kills.path().join("end"));

        let taken = taken.lock().unwrap().clone();
        assert!(!taken.is_empty(), "{what}");
        for dir in taken {
            let (found, store) = reopened(&dir, surroundings());
            assert!(
                found == before,
                "{what}: killed at {}, half of it is there",
                dir.display()
            );
            check_invariants(&store);
        }
        let (found, _store) = reopened(&kills.path().join("end"), surroundings());
        assert_eq!(found, after, "{what}: told as done, and it is there");
    }
}

#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    let (laptop, _) = laptop_in_the_middle();
    let before = everything(&laptop.store);
    on_writer(&laptop.store, |conn| {
        let pages: i64 = conn.pragma_query_value(None, "page_count", |sql| sql.get(0))?;
        conn.pragma_update(None, "max_page_count", pages)
    });
    let long = "x".repeat(200_000);
    let error = laptop
        .store
        .edit(vec![update("cr-2", "notes", long.as_str())])
        .unwrap_err();
    assert!(matches!(error, Error::Full), "{error:?}");
    assert_eq!(everything(&laptop.store), before);
    on_writer(&laptop.store, |conn| {
        conn.pragma_update(None, "max_page_count", 1_000_000)
    });
    laptop.set("cr-2", "notes", long.as_str());
    laptop.assert_whole();
}

#[test]
fn a_commit_that_fails_tells_nobody_that_it_was_done() {
    let (laptop, _) = laptop_in_the_middle();
    let before = everything(&laptop.store);
    let refuse = Arc::new(AtomicBool::new(true));
    on_writer(&laptop.store, move |conn| {
        conn.commit_hook(Some(move || refuse.swap(false, Ordering::Relaxed)))
    });
    assert!(laptop.store.edit(vec![update("cr-2", "name", "never")]).is_err());
    assert_eq!(everything(&laptop.store), before);
    laptop.set("cr-2", "name", "done");
    laptop.assert_whole();
}
