//! Taking back: actions, fields, records.

use super::world::*;
use crate::{Edit, Error, Mark, Origin};
use landfall_core::value::Value;

#[test]
fn an_action_on_many_records_is_taken_back_as_one_also_after_a_sync() {
    let mut server = Server::default();
    for n in 0..3 {
        server.change(&format!("un-{n}"), named(&format!("Field {n}")));
    }
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    let closed = (0..3).map(|n| update(&format!("un-{n}"), "closed", Value::Boolean(true)));
    let action = laptop.store.edit(closed.collect()).unwrap();
    laptop.push(&mut server);
    let laptop = laptop.restart();
    // Someone opened one of them again: that is not overwritten.
    server.change("un-2", fields(&[("closed", Value::Boolean(false))]));
    laptop.pull(&server);

    let undone = laptop.store.undo(&action.action).unwrap();
    assert_eq!(undone.records, 2);
    assert_eq!(laptop.value("un-0", "closed"), Value::Null);
    assert_eq!(laptop.value("un-2", "closed"), Value::Boolean(false));
    assert_eq!(
        laptop.store.history(&airfields(), &id("un-0")).unwrap()[0].origin,
        Origin::Undo
    );
    laptop.push(&mut server);
    assert_eq!(server.records[&id("un-1")].fields, named("Field 1"));

    // Undoing the undo is redo; undoing twice changes nothing more.
    laptop.store.undo(&undone.action).unwrap();
    assert_eq!(laptop.value("un-1", "closed"), Value::Boolean(true));
    assert_eq!(laptop.store.undo(&undone.action).unwrap().records, 0);
    laptop.assert_whole();
}

#[test]
fn a_deleted_record_comes_back_with_all_it_had() {
    let mut server = Server::default();
    let whole = fields(&[
        ("name", "Triengen".into()),
        ("ident", "LSPN".into()),
        ("beacon", "green".into()),
    ]);
    server.change("ub-1", whole.clone());
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    let action = laptop.delete("ub-1");
    laptop.push(&mut server);
    assert!(server.records[&id("ub-1")].deleted);
    laptop.store.undo(&action.action).unwrap();
    assert_eq!(laptop.get("ub-1").fields, whole);
    laptop.push(&mut server);
    assert!(!server.records[&id("ub-1")].deleted);
    assert_eq!(server.records[&id("ub-1")].fields, whole);
    laptop.assert_whole();

    // Not when its unique value was taken meanwhile.
    let action = laptop.delete("ub-1");
    laptop.insert(
        "ub-2",
        fields(&[("name", "New".into()), ("ident", "LSPN".into())]),
    );
    assert!(matches!(
        laptop.store.undo(&action.action),
        Err(Error::Invalid(_))
    ));
    assert!(laptop.get("ub-1").deleted);
}

#[test]
fn a_field_goes_back_to_what_the_server_has() {
    let mut server = Server::default();
    server.change("uf-1", named("Bex"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("uf-1", "name", "Bex LSGB");
    laptop.set("uf-1", "elevation", Value::Integer(1312));
    laptop
        .store
        .undo_field(&airfields(), &id("uf-1"), &column("name"))
        .unwrap();
    assert_eq!(laptop.value("uf-1", "name"), "Bex".into());
    assert_eq!(laptop.get("uf-1").entries[0].fields.len(), 1);
    laptop
        .store
        .undo_field(&airfields(), &id("uf-1"), &column("elevation"))
        .unwrap();
    assert_eq!(laptop.get("uf-1").mark, Mark::Synced);
    let nothing = laptop
        .store
        .undo_field(&airfields(), &id("uf-1"), &column("name"));
    assert!(matches!(nothing, Err(Error::NotFound)));
    laptop.assert_whole();
}

#[test]
fn a_revert_keeps_what_is_in_flight_and_can_be_undone() {
    let mut server = Server::default();
    server.change("ur-1", named("Raron"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("ur-1", "name", "Raron LSTA");
    laptop.batch();
    laptop.set("ur-1", "elevation", Value::Integer(2028));
    let done = laptop.store.revert(&airfields(), &id("ur-1")).unwrap();
    assert_eq!(laptop.value("ur-1", "name"), "Raron LSTA".into());
    assert_eq!(laptop.value("ur-1", "elevation"), Value::Null);
    assert!(matches!(
        laptop.store.revert(&airfields(), &id("ur-1")),
        Err(Error::InFlight)
    ));
    laptop.store.undo(&done.action).unwrap();
    assert_eq!(laptop.value("ur-1", "elevation"), Value::Integer(2028));
    laptop.push(&mut server);
    laptop.push(&mut server);
    assert_eq!(laptop.get("ur-1").mark, Mark::Synced);
    laptop.assert_whole();
}

#[test]
fn drafts_outlive_a_crash() {
    let laptop = Device::new("laptop");
    let typed = fields(&[("name", "".into()), ("elevation", "12x".into())]);
    laptop
        .store
        .save_draft(&airfields(), &id("dr-1"), &typed, true)
        .unwrap();
    laptop
        .store
        .save_draft(&airfields(), &id("dr-2"), &typed, false)
        .unwrap();
    let laptop = laptop.restart();
    assert_eq!(
        laptop
            .store
            .draft(&airfields(), &id("dr-1"))
            .unwrap()
            .unwrap()
            .fields,
        typed
    );
    assert_eq!(laptop.store.new_drafts(&airfields()).unwrap().len(), 1);
    laptop
        .store
        .save_draft(&airfields(), &id("dr-2"), &fields(&[]), false)
        .unwrap();
    assert_eq!(laptop.store.draft(&airfields(), &id("dr-2")).unwrap(), None);
    laptop.store.discard_draft(&airfields(), &id("dr-1")).unwrap();
    assert!(laptop.store.new_drafts(&airfields()).unwrap().is_empty());
    // What is typed can be checked without being saved.
    let errors = laptop
        .store
        .check(&airfields(), &id("dr-1"), &typed, true)
        .unwrap();
    assert_eq!(errors.len(), 2);
    laptop
        .store
        .edit(vec![Edit::Insert {
            table: airfields(),
            id: id("dr-3"),
            fields: fields(&[("name", "A".into()), ("ident", "Q".into())]),
        }])
        .unwrap();
    let same = fields(&[("ident", "Q".into())]);
    assert_eq!(
        laptop
            .store
            .check(&airfields(), &id("dr-4"), &same, false)
            .unwrap()
            .len(),
        1
    );
    assert!(
        laptop
            .store
            .check(&airfields(), &id("dr-3"), &same, false)
            .unwrap()
            .is_empty()
    );
}
