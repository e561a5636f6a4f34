//! A sync run begins and ends, as the engine sees it.

use super::world::*;
use crate::Error;
use landfall_core::value::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[test]
fn a_run_begins_with_all_that_it_needs_and_its_first_batch() {
    let mut server = Server::default();
    server.change("rn-1", named("Zürich"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("rn-1", "elevation", Value::Integer(1416));

    let started = laptop.store.sync_started(Some(ROOM)).unwrap().unwrap();
    assert_eq!(started.schema_version, schema().version);
    assert_eq!(started.place.cursor, laptop.store.cursor().unwrap());
    assert_eq!(started.place, laptop.store.place().unwrap());
    let first = started.first.unwrap();
    assert_eq!(first.waiting, 1);
    let ops: Vec<_> = first.batch.entries.iter().map(|entry| &entry.op_id).collect();
    assert_eq!(ops, first.batch.origins.keys().collect::<Vec<_>>());

    // Cut off here, the next run takes up the same.
    let again = laptop.store.sync_started(Some(ROOM)).unwrap().unwrap();
    assert!(again.cut_off);
    assert_eq!(again.first.unwrap().batch.entries[0].op_id, *ops[0]);
    laptop.assert_whole();
}

#[test]
fn what_is_sent_is_on_disk_before_and_a_run_that_sends_nothing_waits_for_no_disk() {
    let laptop = Device::new("laptop");
    laptop.store.sync_started(Some(ROOM)).unwrap();
    assert!(laptop.store.0.writer.was_light());

    laptop.insert("rn-2", named("Bern"));
    assert!(!laptop.store.0.writer.was_light(), "a person's edit");
    // This one only receives.
    laptop.store.sync_started(None).unwrap();
    assert!(laptop.store.0.writer.was_light());
    let started = laptop.store.sync_started(Some(ROOM)).unwrap().unwrap();
    assert!(!laptop.store.0.writer.was_light(), "in flight");
    assert_eq!(started.first.unwrap().batch.entries.len(), 1);
}

#[test]
fn a_write_that_panics_leaves_nothing_and_the_store_goes_on() {
    let laptop = Device::new("laptop");
    laptop.insert("rn-3", named("Chur"));
    let broken = catch_unwind(AssertUnwindSafe(|| {
        laptop.store.write_lightly(|work| -> Result<(), Error> {
            work.conn.execute("DELETE FROM lf_outbox", [])?;
            panic!("a fault in the middle of a transaction");
        })
    }));
    assert!(broken.is_err());
    assert_eq!(laptop.store.outbox().unwrap().len(), 1);
    laptop.insert("rn-4", named("Davos"));
    assert!(!laptop.store.0.writer.was_light());
    laptop.assert_whole();
}
