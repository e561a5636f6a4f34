//! Undo and redo as a person has them: named steps that outlive restarts and syncs.

use super::world::*;
use crate::{Done, Edit, Error, Stacks, StoredAction, Verb};
use landfall_core::reconcile::Decision;
use landfall_core::value::Value;

fn stacks(laptop: &Device) -> Stacks {
    laptop.store.undo_stack().unwrap()
}

/// The steps as words: what, how many, on what.
fn named_steps(steps: &[StoredAction]) -> Vec<String> {
    let name = |step: &StoredAction| {
        let column = step
            .column
            .as_ref()
            .map(|column| format!(".{column}"))
            .unwrap_or_default();
        let title = step.title.clone().unwrap_or_default();
        format!("{:?} {} {title}{column}", step.verb, step.records)
    };
    steps.iter().map(name).collect()
}

/// A laptop with three airfields from the server.
fn laptop_with_three(prefix: &str) -> (Device, Server) {
    let mut server = Server::default();
    for n in 0..3 {
        server.change(&format!("{prefix}-{n}"), named(&format!("Field {n}")));
    }
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    (laptop, server)
}

#[test]
fn steps_are_named_and_come_back_one_after_the_other() {
    let (laptop, mut server) = laptop_with_three("ac");
    laptop.set("ac-0", "name", "Ambri");
    let closed = (0..3).map(|n| update(&format!("ac-{n}"), "closed", Value::Boolean(true)));
    laptop.store.edit(closed.collect()).unwrap();
    laptop.delete("ac-2");
    laptop.insert("ac-9", named("Bex"));
    assert_eq!(
        named_steps(&stacks(&laptop).undo),
        [
            "Create 1 Bex",
            "Delete 1 Field 2",
            "Update 3 .closed",
            "Update 1 Ambri.name"
        ]
    );

    // It is all on the server, and the app was started anew.
    laptop.push(&mut server);
    let laptop = laptop.restart();
    laptop.store.undo_last().unwrap();
    laptop.store.undo_last().unwrap();
    let undone = laptop.store.undo_last().unwrap();
    assert_eq!((undone.records, undone.skipped), (3, 0));
    assert!(laptop.get("ac-9").deleted && !laptop.get("ac-2").deleted);
    assert_eq!(laptop.value("ac-1", "closed"), Value::Null);
    assert_eq!(named_steps(&stacks(&laptop).undo), ["Update 1 Ambri.name"]);
    assert_eq!(
        named_steps(&stacks(&laptop).redo),
        ["Update 3 .closed", "Delete 1 Field 2", "Create 1 Bex"]
    );
    laptop.push(&mut server);
    assert!(server.records[&id("ac-9")].deleted);

    // Redo, also after another start.
    let laptop = laptop.restart();
    for _ in 0..3 {
        laptop.store.redo_last().unwrap();
    }
    assert!(laptop.get("ac-2").deleted && !laptop.get("ac-9").deleted);
    assert_eq!(laptop.value("ac-1", "closed"), Value::Boolean(true));
    assert!(stacks(&laptop).redo.is_empty());
    assert_eq!(stacks(&laptop).undo.len(), 4);
    assert!(matches!(laptop.store.redo_last(), Err(Error::NotFound)));
    laptop.push(&mut server);
    assert!(!server.records[&id("ac-9")].deleted);
    laptop.assert_whole();
}

#[test]
fn a_new_action_empties_redo() {
    let (laptop, _) = laptop_with_three("ad");
    laptop.set("ad-0", "name", "one");
    laptop.store.undo_last().unwrap();
    // What changes nothing is no action.
    laptop.set("ad-0", "name", "Field 0");
    assert_eq!(stacks(&laptop).redo.len(), 1);
    laptop.set("ad-1", "name", "two");
    assert!(stacks(&laptop).redo.is_empty());
    assert_eq!(named_steps(&stacks(&laptop).undo), ["Update 1 two.name"]);
}

#[test]
fn what_someone_changed_since_is_left_alone_and_counted() {
    let (laptop, mut server) = laptop_with_three("ae");
    let both = [("name", "mine".into()), ("elevation", Value::Integer(5))];
    laptop
        .store
        .edit(vec![Edit::Update {
            table: airfields(),
            id: id("ae-0"),
            patch: fields(&both),
        }])
        .unwrap();
    laptop.push(&mut server);
    server.change("ae-0", named("theirs"));
    laptop.pull(&server);

    let undone = laptop.store.undo_last().unwrap();
    assert_eq!((undone.records, undone.skipped), (1, 1));
    assert_eq!(laptop.value("ae-0", "name"), "theirs".into());
    assert_eq!(laptop.value("ae-0", "elevation"), Value::Null);
    // Redo does what the undo did, the other way round: theirs stays.
    let redone = laptop.store.redo_last().unwrap();
    assert_eq!((redone.records, redone.skipped), (1, 0));
    assert_eq!(laptop.value("ae-0", "name"), "theirs".into());
    assert_eq!(laptop.value("ae-0", "elevation"), Value::Integer(5));
    laptop.assert_whole();
}

#[test]
fn a_record_that_others_changed_is_not_taken_away_by_undoing_its_making() {
    let (laptop, mut server) = laptop_with_three("af");
    laptop.insert("af-9", named("Made here"));
    laptop.push(&mut server);
    server.change("af-9", fields(&[("notes", "seen by the phone".into())]));
    laptop.pull(&server);
    let undone = laptop.store.undo_last().unwrap();
    assert_eq!((undone.records, undone.skipped), (0, 1));
    assert!(!laptop.get("af-9").deleted);
    assert!(matches!(laptop.store.undo_last(), Err(Error::NotFound)));
}

#[test]
fn undo_passes_over_records_that_are_gone_and_says_so() {
    let (laptop, mut server) = laptop_with_three("ag");
    let renamed = (0..3).map(|n| update(&format!("ag-{n}"), "name", "new"));
    laptop.store.edit(renamed.collect()).unwrap();
    laptop.push(&mut server);
    server.delete("ag-1");
    laptop.pull(&server);
    let undone = laptop.store.undo_last().unwrap();
    assert_eq!((undone.records, undone.skipped), (2, 1));
    assert_eq!(laptop.value("ag-2", "name"), "Field 2".into());
    assert!(laptop.get("ag-1").deleted);

    // Its table was emptied on this device: nothing is left to do, and that is said.
    laptop.store.redo_last().unwrap();
    laptop.push(&mut server);
    laptop.store.purge_table(&airfields(), true).unwrap();
    let undone = laptop.store.undo_last().unwrap();
    assert_eq!((undone.records, undone.skipped), (0, 2));
    assert!(laptop.store.undo_stack().unwrap().redo.is_empty());
    laptop.assert_whole();
}

#[test]
fn an_action_is_undone_once_by_its_handle_and_its_undo_is_undone_by_redo() {
    let (laptop, _) = laptop_with_three("ah");
    let action = laptop.set("ah-0", "name", "new").action;
    laptop.set("ah-1", "name", "other");
    let undone = laptop.store.undo(&action).unwrap();
    assert_eq!(laptop.value("ah-0", "name"), "Field 0".into());
    assert_eq!(laptop.store.undo(&action).unwrap().records, 0);
    assert_eq!(named_steps(&stacks(&laptop).undo), ["Update 1 other.name"]);
    laptop.store.undo(&undone.action).unwrap();
    assert_eq!(laptop.value("ah-0", "name"), "new".into());
    let redone = stacks(&laptop).undo;
    assert_eq!(redone[0].id, action);
    assert!(matches!(
        laptop
            .store
            .undo(&landfall_core::id::GroupId::new("no such").unwrap()),
        Err(Error::NotFound)
    ));
}

fn types(laptop: &Device, record: &str, texts: &[&str]) -> Vec<Done> {
    texts
        .iter()
        .map(|text| {
            laptop.waits(900);
            laptop.set(record, "notes", *text)
        })
        .collect()
}

#[test]
fn typing_is_one_step() {
    let (laptop, mut server) = laptop_with_three("ai");
    types(&laptop, "ai-0", &["W", "Wet", "Wet gr"]);
    // A sync in the middle of it changes nothing of that.
    laptop.push(&mut server);
    types(&laptop, "ai-0", &["Wet grass", "Wet grass."]);
    assert_eq!(stacks(&laptop).undo.len(), 1);
    laptop.store.undo_last().unwrap();
    assert_eq!(laptop.value("ai-0", "notes"), Value::Null);
    laptop.store.redo_last().unwrap();
    assert_eq!(laptop.value("ai-0", "notes"), "Wet grass.".into());

    // After a redo, after a pause, after a long stroke, in another field or record: a step of its own.
    types(&laptop, "ai-0", &["Wet grass!"]);
    assert_eq!(stacks(&laptop).undo.len(), 2);
    laptop.waits(crate::PAUSE + 1);
    types(&laptop, "ai-0", &["Dry"]);
    assert_eq!(stacks(&laptop).undo.len(), 3);
    types(&laptop, "ai-1", &["Dry too"]);
    laptop.set("ai-1", "name", "Bex");
    assert_eq!(stacks(&laptop).undo.len(), 5);
    let long: Vec<String> = (0..70).map(|n| "x".repeat(n + 1)).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    types(&laptop, "ai-2", &long);
    assert_eq!(stacks(&laptop).undo.len(), 7, "a minute, and a new step");
    // A clock that was set back does not make one step of yesterday and today.
    laptop.waits(-3_600_000);
    types(&laptop, "ai-2", &["y"]);
    assert_eq!(stacks(&laptop).undo.len(), 8);
    // What is chosen is not typed.
    laptop.set("ai-2", "closed", Value::Boolean(true));
    laptop.set("ai-2", "closed", Value::Boolean(false));
    assert_eq!(stacks(&laptop).undo.len(), 10);
    laptop.assert_whole();
}

#[test]
fn every_kind_of_action_has_its_verb() {
    let (laptop, mut server) = laptop_with_three("aj");
    laptop.set("aj-0", "name", "mine");
    server.change("aj-0", named("theirs"));
    laptop.pull(&server);
    let theirs = laptop
        .store
        .resolve(&airfields(), &id("aj-0"), &Decision::Theirs)
        .unwrap();
    assert_eq!(theirs.records, 1);
    laptop.delete("aj-1");
    laptop.store.undelete(&airfields(), &id("aj-1")).unwrap();
    laptop.set("aj-2", "name", "a");
    let op = laptop.get("aj-2").entries[0].op_id.clone();
    laptop.store.discard(&op).unwrap();
    laptop.set("aj-2", "closed", Value::Boolean(true));
    laptop
        .store
        .undo_field(&airfields(), &id("aj-2"), &column("closed"))
        .unwrap();
    laptop.set("aj-2", "slope", Value::Real(0.5));
    laptop.store.revert(&airfields(), &id("aj-2")).unwrap();
    let verbs: Vec<Verb> = stacks(&laptop).undo.iter().rev().map(|step| step.verb).collect();
    assert_eq!(
        verbs,
        [
            Verb::Update,
            Verb::Resolve,
            Verb::Delete,
            Verb::Undelete,
            Verb::Update,
            Verb::Discard,
            Verb::Update,
            Verb::Revert,
            Verb::Update,
            Verb::Revert
        ]
    );
    // All of it back, and all of it again.
    for _ in 0..verbs.len() {
        laptop.store.undo_last().unwrap();
    }
    assert_eq!(laptop.value("aj-2", "name"), "Field 2".into());
    assert!(!laptop.get("aj-1").deleted);
    while laptop.store.redo_last().is_ok() {}
    laptop.assert_whole();
}

#[test]
fn thousands_of_records_are_one_step_and_the_stacks_are_of_this_workspace_alone() {
    let mut server = Server::default();
    for n in 0..2_000 {
        server.change(&format!("ak-{n}"), named(&format!("Field {n}")));
    }
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    let closed = (0..2_000).map(|n| update(&format!("ak-{n}"), "closed", Value::Boolean(true)));
    laptop.store.edit(closed.collect()).unwrap();
    assert_eq!(named_steps(&stacks(&laptop).undo), ["Update 2000 .closed"]);
    assert_eq!(laptop.store.undo_last().unwrap().records, 2_000);
    assert_eq!(laptop.get("ak-7").mark, crate::Mark::Synced);
    assert_eq!(laptop.store.redo_last().unwrap().records, 2_000);
    laptop.assert_whole();
    laptop.store.erase(true).unwrap();
    assert_eq!(laptop.store.undo_stack().unwrap(), Stacks::default());
}
