//! The trash: what was deleted, here and elsewhere, and a file of the version before.

use super::world::*;
use crate::{Edit, Error, Mark, Store, Trashed, Verb};
use landfall_core::value::Value;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn trash(laptop: &Device) -> Vec<Trashed> {
    laptop.store.trash(None, 100).unwrap()
}

#[test]
fn deletions_from_here_and_elsewhere_are_in_the_trash() {
    let mut server = Server::default();
    for n in 0..3 {
        server.change(&format!("ta-{n}"), named(&format!("Field {n}")));
    }
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    server.delete("ta-0");
    laptop.pull(&server);
    laptop.delete("ta-1");
    laptop.insert("ta-9", named("Never sent"));
    laptop.delete("ta-9");

    let found = trash(&laptop);
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.title.as_str(), one.who.as_str(), one.here, one.waiting))
        .collect();
    assert_eq!(
        told,
        [
            ("Never sent", "", true, false),
            ("Field 1", "", true, true),
            ("Field 0", "phone", false, false)
        ]
    );
    laptop.push(&mut server);
    let mine = &trash(&laptop)[1];
    assert_eq!(
        (mine.who.as_str(), mine.here, mine.waiting),
        ("laptop", true, false)
    );
    assert_eq!(laptop.store.trash(Some(&airfields()), 2).unwrap().len(), 2);
    assert!(laptop.store.trash(Some(&inspections()), 2).unwrap().is_empty());

    for record in ["ta-0", "ta-1", "ta-9"] {
        laptop.store.undelete(&airfields(), &id(record)).unwrap();
    }
    assert!(trash(&laptop).is_empty());
    laptop.push(&mut server);
    assert_eq!(
        server.records.values().filter(|record| !record.deleted).count(),
        4
    );
    assert_eq!(laptop.get("ta-0").mark, Mark::Synced);
    let there = laptop.store.undelete(&airfields(), &id("ta-0"));
    assert!(matches!(there, Err(Error::NotFound)));
    laptop.assert_whole();
}

#[test]
fn many_come_back_as_one_action_and_go_again_as_one() {
    let mut server = Server::default();
    for n in 0..3 {
        server.change(&format!("tr-{n}"), named(&format!("Field {n}")));
    }
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    server.delete("tr-0");
    server.delete("tr-1");
    laptop.pull(&server);
    laptop.delete("tr-2");
    // An inspection of a field that is in the trash too: they come back together, in whatever order they are named.
    let inspection = Edit::Insert {
        table: inspections(),
        id: id("tr-i"),
        fields: fields(&[("summary", "Grass is high".into()), ("airfield", "tr-2".into())]),
    };
    laptop.store.undelete(&airfields(), &id("tr-2")).unwrap();
    laptop.store.edit(vec![inspection]).unwrap();
    let delete = |table, id| Edit::Delete { table, id };
    let both = vec![delete(inspections(), id("tr-i")), delete(airfields(), id("tr-2"))];
    laptop.store.edit(both).unwrap();
    assert_eq!(trash(&laptop).len(), 4);

    let all: Vec<_> = [
        ("tr-0", airfields()),
        ("tr-i", inspections()),
        ("tr-2", airfields()),
    ]
    .into_iter()
    .chain([
        ("tr-1", airfields()),
        ("tr-1", airfields()),
        ("tr-none", airfields()),
    ])
    .map(|(record, table)| (table, id(record)))
    .collect();
    let back = laptop.store.undelete_many(&all).unwrap();
    assert!(back.left.is_empty());
    let done = back.done.unwrap();
    assert_eq!(done.records, 4, "each once, and what is not there is passed over");
    assert!(trash(&laptop).is_empty());
    let stack = laptop.store.undo_stack().unwrap();
    assert_eq!((stack.undo[0].verb, stack.undo[0].records), (Verb::Undelete, 4));
    let waiting: Vec<_> = laptop.store.outbox().unwrap();
    let groups: BTreeSet<_> = waiting.iter().map(|row| row.entry.group.clone()).collect();
    assert_eq!(groups.len(), 1, "the server takes all or none");

    laptop.push(&mut server);
    assert!(!server.records[&id("tr-1")].deleted);
    laptop.store.undo(&done.action).unwrap();
    assert_eq!(trash(&laptop).len(), 4);
    laptop.store.redo_last().unwrap();
    assert!(trash(&laptop).is_empty());
    let again = laptop.store.undelete_many(&all).unwrap();
    assert_eq!((again.done, again.left), (None, Vec::new()));
    laptop.assert_whole();
}

#[test]
fn of_many_those_that_do_not_fit_any_more_stay() {
    let laptop = Device::new("laptop");
    let with = |name: &str, ident: &str| fields(&[("name", name.into()), ("ident", ident.into())]);
    laptop.insert("tw-1", with("Old Thun", "LSZW"));
    laptop.delete("tw-1");
    laptop.insert("tw-2", with("Old Bern", "LSZB"));
    laptop.delete("tw-2");
    laptop.insert("tw-3", with("Older Bern", "LSZB"));
    laptop.delete("tw-3");
    // Its number is another's by now.
    laptop.insert("tw-4", with("Thun", "LSZW"));
    let inspection = |record: &str, airfield: &str| Edit::Insert {
        table: inspections(),
        id: id(record),
        fields: fields(&[("summary", "Seen".into()), ("airfield", airfield.into())]),
    };
    laptop.insert("tw-5", named("Grenchen"));
    laptop.store.edit(vec![inspection("tw-i", "tw-5")]).unwrap();
    let delete = |table, id| Edit::Delete { table, id };
    laptop
        .store
        .edit(vec![delete(inspections(), id("tw-i"))])
        .unwrap();
    laptop.delete("tw-5");

    // The inspection before the field that it is of.
    let all: Vec<_> = [
        ("tw-i", inspections()),
        ("tw-1", airfields()),
        ("tw-2", airfields()),
    ]
    .into_iter()
    .chain([("tw-3", airfields()), ("tw-5", airfields())])
    .map(|(record, table)| (table, id(record)))
    .collect();
    let back = laptop.store.undelete_many(&all).unwrap();
    let left: Vec<_> = back
        .left
        .iter()
        .map(|left| (left.title.as_str(), left.errors[0].column.as_str()))
        .collect();
    assert_eq!(left, [("Old Thun", "ident"), ("Older Bern", "ident")]);
    assert_eq!(back.done.unwrap().records, 3);
    assert!(!laptop.get("tw-2").deleted && !laptop.get("tw-5").deleted);
    assert!(laptop.get("tw-1").deleted && laptop.get("tw-3").deleted);

    let none = laptop.store.undelete_many(&[(airfields(), id("tw-1"))]).unwrap();
    assert_eq!((none.done, none.left.len()), (None, 1));
    laptop.assert_whole();
}

#[test]
fn what_the_server_lost_was_deleted_by_nobody_here() {
    let mut server = Server::default();
    server.change("tb-1", named("Ambri"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("tb-1", "elevation", Value::Integer(7));
    laptop.push(&mut server);
    // A backup from before it was there.
    server.records.clear();
    laptop
        .store
        .apply_page(crate::PageIn {
            reset: true,
            ..server.page(0)
        })
        .unwrap();
    let found = trash(&laptop);
    assert_eq!(
        (found[0].who.as_str(), found[0].here, found[0].waiting),
        ("", false, false)
    );
    laptop.store.undelete(&airfields(), &id("tb-1")).unwrap();
    laptop.push(&mut server);
    assert_eq!(
        server.records[&id("tb-1")].fields[&column("elevation")],
        Value::Integer(7)
    );
}

#[test]
fn a_full_trash_opens_at_once() {
    let laptop = Device::new("laptop");
    let ids = || (0..10_000).map(|n| id(&format!("tf-{n}")));
    let insert = |id| Edit::Insert {
        table: airfields(),
        id,
        fields: named("Field"),
    };
    laptop.store.edit(ids().map(insert).collect()).unwrap();
    let delete = |id| Edit::Delete {
        table: airfields(),
        id,
    };
    laptop.store.edit(ids().skip(10).map(delete).collect()).unwrap();
    let began = Instant::now();
    assert_eq!(laptop.store.trash(None, 200).unwrap().len(), 200);
    assert!(
        began.elapsed() < Duration::from_millis(250),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn a_file_of_the_version_before_is_brought_along() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("landfall.db");
    let laptop = Device::new("laptop");
    laptop.insert("tm-1", named("Ambri"));
    laptop.delete("tm-1");
    // Back to what the first version wrote.
    laptop
        .store
        .0
        .writer
        .run(move |conn| {
            conn.execute_batch(
                "DROP INDEX rec_airfields$trash; DROP INDEX rec_inspections$trash; DROP TABLE lf_action; \
                 DROP TABLE lf_trail; DROP INDEX lf_history_unsent; \
                 ALTER TABLE lf_history DROP COLUMN made_at; ALTER TABLE lf_history DROP COLUMN op; \
                 ALTER TABLE lf_history DROP COLUMN version; ALTER TABLE lf_history DROP COLUMN applied_at; \
                 ALTER TABLE lf_history DROP COLUMN lost; PRAGMA user_version = 2;",
            )?;
            conn.execute("VACUUM INTO ?1", [file.to_str()])?;
            Ok(())
        })
        .unwrap();
    // VACUUM INTO keeps the marks of the file.
    let phone = Store::open(dir.path(), surroundings()).unwrap();
    let found = phone.trash(None, 10).unwrap();
    assert_eq!((found.len(), found[0].here), (1, true));
    let told = phone.history(&airfields(), &id("tm-1")).unwrap();
    assert_eq!(told[0].made_at, told[0].at);
    assert!(told.iter().all(|entry| !entry.lost && entry.version.is_none()));
    let made = phone
        .read(|conn, _| {
            Ok(conn
                .prepare("SELECT 1 FROM sqlite_schema WHERE name = 'rec_airfields$trash'")?
                .exists([])?)
        })
        .unwrap();
    assert!(made, "its indexes too");
}
