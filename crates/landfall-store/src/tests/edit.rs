//! A person edits, with no network at all.

use super::world::*;
use crate::{Edit, Error, Mark, Room};
use landfall_core::outbox::{EntryState, OpKind};
use landfall_core::validate::Rule;
use landfall_core::value::Value;

#[test]
fn an_edit_is_a_row_an_entry_a_base_and_a_story_and_survives_a_restart() {
    let mut server = Server::default();
    server.change("ed-1", named("Zürich"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);

    laptop.set("ed-1", "elevation", Value::Integer(1416));
    laptop.insert("ed-2", named("Bern"));
    let laptop = laptop.restart();

    let record = laptop.get("ed-1");
    assert_eq!(record.mark, Mark::Waiting);
    assert_eq!(record.fields[&column("elevation")], Value::Integer(1416));
    assert_eq!(record.base.unwrap().fields, named("Zürich"));
    assert_eq!(record.entries.len(), 1);
    assert_eq!(record.entries[0].kind, OpKind::Update);
    assert_eq!(record.entries[0].base_version, record.version);
    let story = laptop.store.history(&airfields(), &id("ed-1")).unwrap();
    assert_eq!(story.len(), 1);
    assert_eq!(story[0].before, fields(&[("elevation", Value::Null)]));
    assert_eq!(laptop.get("ed-2").entries[0].kind, OpKind::Insert);
    laptop.assert_whole();

    // Every kind of value comes back as it went in.
    let all = fields(&[
        ("name", "Łódź \"Lublinek\"".into()),
        ("closed", Value::Boolean(false)),
        ("tags", Value::List(vec!["grass".into(), "lit".into()])),
        ("surface", "bad".into()),
        (
            "place",
            Value::Location {
                lat: 51.721_881,
                lon: 19.398_133_123_456_7,
            },
        ),
        ("opened", "1925-09-13".into()),
        ("slope", Value::Real(0.1 + 0.2)),
        ("notes", "line\nline".into()),
    ]);
    laptop.insert("ed-3", all.clone());
    assert_eq!(laptop.get("ed-3").fields, all);
    laptop.set("ed-3", "name", "Lodz");
    assert_eq!(laptop.get("ed-3").entries[0].fields.len(), all.len());
}

#[test]
fn changes_of_a_record_collapse_into_one_that_waits() {
    let mut server = Server::default();
    server.change("co-1", named("Basel"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);

    laptop.set("co-1", "name", "Mulhouse");
    laptop.set("co-1", "elevation", Value::Integer(885));
    assert_eq!(laptop.get("co-1").entries.len(), 1);
    assert_eq!(laptop.get("co-1").entries[0].fields.len(), 2);

    // Back at the server's values nothing is left to send, and the record is clean.
    laptop.set("co-1", "name", "Basel");
    laptop.set("co-1", "elevation", Value::Null);
    let clean = laptop.get("co-1");
    assert_eq!(
        (clean.mark, clean.entries.len(), clean.base),
        (Mark::Synced, 0, None)
    );
    assert_eq!(clean.changed_by, "phone");

    // Made and deleted before it was sent: nothing is left either, but the row stays to be brought back.
    laptop.insert("co-2", named("Nowhere"));
    laptop.delete("co-2");
    assert!(laptop.store.outbox().unwrap().is_empty());
    assert!(laptop.get("co-2").deleted);
    // Deleted and brought back, with a change.
    laptop.delete("co-1");
    assert_eq!(laptop.get("co-1").entries[0].kind, OpKind::Delete);
    laptop.insert("co-1", named("Bâle"));
    assert_eq!(laptop.get("co-1").entries[0].kind, OpKind::Update);
    laptop.assert_whole();
}

#[test]
fn what_is_in_flight_is_never_changed() {
    let mut server = Server::default();
    server.change("fl-1", named("Lugano"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("fl-1", "name", "Agno");
    let sent = laptop.batch();
    laptop.set("fl-1", "elevation", Value::Integer(915));
    laptop.set("fl-1", "name", "Lugano-Agno");

    let entries = laptop.get("fl-1").entries;
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].op_id, sent[0].op_id);
    assert_eq!(entries[0].fields, named("Agno"));
    assert_eq!(entries[1].base_version, None);
    laptop.assert_whole();

    // The answer was lost: the same entry is sent again, and the one behind it waits.
    let laptop = laptop.restart();
    let again = laptop.batch();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].op_id, sent[0].op_id);
    assert_eq!(again[0].attempts, 2);

    let answers = again
        .iter()
        .map(|entry| (entry.op_id.clone(), server.apply(entry)))
        .collect();
    laptop.store.apply_answers(answers).unwrap();
    let behind = laptop.get("fl-1");
    assert_eq!(behind.entries.len(), 1);
    assert_eq!(behind.entries[0].base_version, behind.version);
    laptop.assert_whole();
    laptop.push(&mut server);
    assert_eq!(server.records[&id("fl-1")].fields, laptop.get("fl-1").fields);
    assert_eq!(laptop.get("fl-1").mark, Mark::Synced);
    assert_eq!(laptop.store.acks().unwrap().len(), 2);
}

#[test]
fn a_deletion_in_flight_can_be_taken_back_behind_it() {
    let mut server = Server::default();
    server.change("fd-1", named("Sion"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    let deletion = laptop.delete("fd-1");
    let sent = laptop.batch();
    laptop.store.undo(&deletion.action).unwrap();
    assert_eq!(laptop.get("fd-1").entries[1].kind, OpKind::Insert);
    let answers = sent
        .iter()
        .map(|entry| (entry.op_id.clone(), server.apply(entry)))
        .collect();
    laptop.store.apply_answers(answers).unwrap();
    laptop.push(&mut server);
    assert!(!server.records[&id("fd-1")].deleted);
    assert_eq!(laptop.get("fd-1").mark, Mark::Synced);
    laptop.assert_whole();
}

#[test]
fn rules_are_checked_with_the_neighbours_and_nothing_is_half_done() {
    let laptop = Device::new("laptop");
    laptop.insert(
        "ru-1",
        fields(&[("name", "Payerne".into()), ("ident", "LSMP".into())]),
    );
    let taken = Edit::Insert {
        table: airfields(),
        id: id("ru-2"),
        fields: fields(&[("name", "Another".into()), ("ident", "LSMP".into())]),
    };
    let fine = update("ru-1", "name", "Payerne Air Base");
    let Err(Error::Invalid(errors)) = laptop.store.edit(vec![fine, taken]) else {
        panic!("an ident that is taken must be refused");
    };
    assert_eq!((errors.len(), &errors[0].rule), (1, &Rule::Unique));
    assert_eq!(laptop.value("ru-1", "name"), "Payerne".into());
    assert_eq!(laptop.store.outbox().unwrap().len(), 1);

    let inspect = |record: &str, airfield: &str| Edit::Insert {
        table: inspections(),
        id: id(record),
        fields: fields(&[("summary", "Fine".into()), ("airfield", airfield.into())]),
    };
    assert!(matches!(
        laptop.store.edit(vec![inspect("ru-3", "ru-9")]),
        Err(Error::Invalid(errors)) if errors[0].rule == Rule::Reference
    ));
    // Records of one action may refer to each other, whatever their order.
    let both = vec![
        inspect("ru-3", "ru-9"),
        Edit::Insert {
            table: airfields(),
            id: id("ru-9"),
            fields: named("Ecuvillens"),
        },
    ];
    assert_eq!(laptop.store.preview_edit(&both).unwrap(), 2);
    assert!(laptop.store.record(&airfields(), &id("ru-9")).unwrap().is_none());
    assert_eq!(laptop.store.edit(both).unwrap().records, 2);
    let edits = laptop.store.outbox().unwrap();
    assert_eq!(edits[1].entry.group, edits[2].entry.group);
    assert!(edits[1].entry.group.is_some());
    // An edit that changes nothing leaves no trace.
    assert_eq!(laptop.set("ru-1", "ident", "LSMP").records, 0);
    assert!(matches!(
        laptop.store.edit(vec![update("ru-77", "name", "x")]),
        Err(Error::NotFound)
    ));
    laptop.assert_whole();
}

#[test]
fn a_group_is_sent_whole_and_two_groups_that_meet_become_one() {
    let laptop = Device::new("laptop");
    let make = |record: &str| Edit::Insert {
        table: airfields(),
        id: id(record),
        fields: named(record),
    };
    laptop
        .store
        .edit(vec![make("gr-1"), make("gr-2"), make("gr-3")])
        .unwrap();
    laptop.store.edit(vec![make("gr-4")]).unwrap();
    laptop
        .store
        .edit(vec![update("gr-3", "closed", Value::Boolean(true)), make("gr-5")])
        .unwrap();
    let outbox = laptop.store.outbox().unwrap();
    let groups: Vec<_> = outbox.iter().map(|row| row.entry.group.clone()).collect();
    assert!(groups[0].is_some() && groups[0] == groups[2] && groups[2] == groups[4] && groups[3].is_none());

    // The group is larger than the batch: it comes all the same, alone.
    let first = laptop.store.next_batch(Room { ops: 2, ..ROOM }).unwrap().entries;
    assert_eq!(first.len(), 4);
    assert!(
        first
            .iter()
            .all(|entry| entry.state == EntryState::InFlight && entry.group == groups[0])
    );
    laptop.assert_whole();
}
