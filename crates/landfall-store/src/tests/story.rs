//! A record's story on this device: told, restored from, and where its latest change is.

use super::world::*;
use crate::{Edit, Error, HistoryEntry, Origin, Restore, StoredTrail, TrailState, Verb};
use landfall_core::record::Fields;
use landfall_core::value::Value;

fn story(laptop: &Device, record: &str) -> Vec<HistoryEntry> {
    laptop.store.story(&airfields(), &id(record)).unwrap()
}

fn version(laptop: &Device, record: &str, n: i64) -> Fields {
    laptop.store.version_at(&airfields(), &id(record), n).unwrap()
}

fn restore(laptop: &Device, record: &str, what: Restore, preview: bool) -> crate::Restored {
    laptop
        .store
        .restore(&airfields(), &id(record), what, preview)
        .unwrap()
}

#[test]
fn typing_is_one_entry_and_each_entry_knows_the_version_that_has_it() {
    let mut server = Server::default();
    server.change("sa-1", named("Ambri"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    for text in ["W", "We", "Wet"] {
        laptop.set("sa-1", "notes", text);
    }
    laptop.push(&mut server);
    laptop.set("sa-1", "notes", "Wet grass");
    let told = story(&laptop, "sa-1");
    assert_eq!(told.len(), 2, "what the server has, and what it has not");
    assert_eq!(
        (told[1].before.clone(), told[1].after.clone()),
        (
            fields(&[("notes", Value::Null)]),
            fields(&[("notes", "Wet".into())])
        )
    );
    let known = server.records[&id("sa-1")].clone();
    assert_eq!(told[1].version, Some(known.version));
    assert_eq!(told[1].applied_at, Some(known.updated_at));
    assert_eq!(told[0].version, None);

    // From elsewhere: with its version, and when its person made it.
    laptop.push(&mut server);
    let theirs = server.change("sa-1", named("Bex"));
    laptop.pull(&server);
    let told = story(&laptop, "sa-1");
    assert_eq!(
        (told[0].origin, told[0].made_at),
        (Origin::Remote, theirs.changed_at)
    );
    assert_eq!(told[0].version, Some(theirs.version));
}

#[test]
fn what_was_discarded_never_reached_the_server() {
    let mut server = Server::default();
    server.change("sb-1", named("Ambri"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("sb-1", "name", "oops");
    laptop.store.revert(&airfields(), &id("sb-1")).unwrap();
    laptop.set("sb-1", "elevation", Value::Integer(9));
    laptop.push(&mut server);
    let told = story(&laptop, "sb-1");
    let versions: Vec<bool> = told.iter().map(|entry| entry.version.is_some()).collect();
    assert_eq!(versions, [true, false, false]);
    assert_eq!(told[1].origin, Origin::Discard);
}

#[test]
fn a_change_that_was_refused_and_mended_is_linked_with_what_took_it() {
    let mut server = Server::default();
    server.change("sc-1", named("Ambri"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("sc-1", "name", "refused");
    laptop.push(&mut server);
    laptop.set("sc-1", "name", "mended");
    // In flight, and edited behind it: two operations, two versions.
    let batch = laptop.batch();
    laptop.set("sc-1", "elevation", Value::Integer(3));
    let answers = server.push(&batch);
    laptop.store.apply_answers(answers).unwrap();
    let told = story(&laptop, "sc-1");
    assert_eq!(told[0].version, None);
    assert!(told[1..].iter().all(|entry| entry.version.is_some()));
    laptop.push(&mut server);
    let told = story(&laptop, "sc-1");
    assert!(told[0].version.is_some() && told[0].version != told[1].version);
}

#[test]
fn a_version_is_what_stood_then() {
    let mut server = Server::default();
    server.change("sd-1", named("One"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("sd-1", "elevation", Value::Integer(1));
    laptop.push(&mut server);
    server.change("sd-1", named("Two"));
    laptop.pull(&server);
    laptop.set("sd-1", "name", "Three");
    laptop.delete("sd-1");
    laptop.store.undelete(&airfields(), &id("sd-1")).unwrap();
    laptop.set("sd-1", "elevation", Value::Integer(4));

    let told = story(&laptop, "sd-1");
    let all =
        |name: &str, elevation| fields(&[("name", name.into()), ("elevation", Value::Integer(elevation))]);
    let versions: Vec<Fields> = told
        .iter()
        .map(|entry| version(&laptop, "sd-1", entry.n))
        .collect();
    assert_eq!(
        versions,
        [
            all("Three", 4),
            all("Three", 1),
            all("Three", 1),
            all("Three", 1),
            all("Two", 1),
            all("One", 1)
        ]
    );
    assert!(matches!(
        laptop.store.version_at(&airfields(), &id("sd-1"), 999),
        Err(Error::NotFound)
    ));

    // The whole version: first what it would change, then it is done, by an entry of its own.
    let preview = restore(&laptop, "sd-1", Restore::Version(all("One", 1)), true);
    assert_eq!(
        (preview.after.clone(), preview.comes_back),
        (all("One", 1), false)
    );
    assert_eq!(preview.before, all("Three", 4));
    assert_eq!((preview.done.clone(), story(&laptop, "sd-1").len()), (None, 6));
    let done = restore(&laptop, "sd-1", Restore::Version(all("One", 1)), false);
    assert_eq!(done.after, preview.after);
    assert_eq!(laptop.get("sd-1").fields, all("One", 1));
    assert_eq!(story(&laptop, "sd-1")[0].origin, Origin::Restore);
    assert_eq!(laptop.store.undo_stack().unwrap().undo[0].verb, Verb::Restore);
    laptop.store.undo_last().unwrap();
    assert_eq!(laptop.get("sd-1").fields, all("Three", 4));

    // What is so already is no change.
    let same = restore(
        &laptop,
        "sd-1",
        Restore::Field(column("name"), "Three".into()),
        false,
    );
    assert!(same.done.is_none() && same.after.is_empty());
    laptop.assert_whole();
}

#[test]
fn restoring_a_deleted_record_brings_it_back() {
    let mut server = Server::default();
    server.change(
        "se-1",
        fields(&[("name", "Ambri".into()), ("beacon", "green".into())]),
    );
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("se-1", "name", "Ambri LSPM");
    laptop.push(&mut server);
    server.delete("se-1");
    laptop.pull(&server);
    let first = story(&laptop, "se-1").pop().unwrap();
    let what = Restore::Field(column("name"), first.before[&column("name")].clone());
    assert!(restore(&laptop, "se-1", what.clone(), true).comes_back);
    assert!(laptop.get("se-1").deleted);
    let done = restore(&laptop, "se-1", what, false);
    assert!(done.comes_back && done.done.is_some());
    laptop.push(&mut server);
    let there = &server.records[&id("se-1")];
    assert!(!there.deleted);
    assert_eq!(
        there.fields,
        fields(&[("name", "Ambri".into()), ("beacon", "green".into())]),
        "with what this schema does not know"
    );
    laptop.assert_whole();
}

#[test]
fn what_does_not_fit_the_rules_any_more_is_refused_whole() {
    let laptop = Device::new("laptop");
    laptop.insert("sf-1", fields(&[("name", "A".into()), ("ident", "LSPM".into())]));
    laptop.waits(60_000);
    laptop
        .store
        .edit(vec![Edit::Update {
            table: airfields(),
            id: id("sf-1"),
            patch: fields(&[("name", "B".into()), ("ident", "LSZA".into())]),
        }])
        .unwrap();
    // Its old ident is another's by now.
    laptop.insert("sf-2", fields(&[("name", "C".into()), ("ident", "LSPM".into())]));
    let before = fields(&[("name", "A".into()), ("ident", "LSPM".into())]);
    for preview in [true, false] {
        let refused = laptop.store.restore(
            &airfields(),
            &id("sf-1"),
            Restore::Version(before.clone()),
            preview,
        );
        let Err(Error::Invalid(errors)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!((errors.len(), errors[0].column.as_str()), (1, "ident"));
    }
    assert_eq!(laptop.value("sf-1", "name"), "B".into());
    let gone = laptop
        .store
        .restore(&airfields(), &id("sf-9"), Restore::Version(before), true);
    assert!(matches!(gone, Err(Error::NotFound)));
}

#[test]
fn a_lost_value_is_marked() {
    let mut server = Server::default();
    server.change("sg-1", named("Ambri"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("sg-1", "name", "mine");
    server.change("sg-1", named("theirs"));
    laptop.pull(&server);
    laptop
        .store
        .resolve(
            &airfields(),
            &id("sg-1"),
            &landfall_core::reconcile::Decision::Mine,
        )
        .unwrap();
    let told = story(&laptop, "sg-1");
    let lost: Vec<&HistoryEntry> = told.iter().filter(|entry| entry.lost).collect();
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].before, named("theirs"));
    // A lost value is no step of the walk back.
    let first = told.last().unwrap();
    assert_eq!(version(&laptop, "sg-1", first.n), named("mine"));
}

fn trail(laptop: &Device, record: &str) -> StoredTrail {
    laptop.store.trail(&airfields(), &id(record)).unwrap()
}

#[test]
fn the_way_of_a_change_from_the_edit_to_the_servers_version() {
    let mut server = Server::default();
    let laptop = Device::new("laptop");
    laptop.insert("st-1", named("Ambri"));
    let waiting = trail(&laptop, "st-1");
    assert_eq!(
        (waiting.state, waiting.sent_at, waiting.version.clone()),
        (TrailState::Waiting, None, None)
    );
    let edited = waiting.edited_at.unwrap();
    laptop.waits(1_000);
    let batch = laptop.batch();
    let sending = trail(&laptop, "st-1");
    assert_eq!((sending.state, sending.attempts), (TrailState::Sending, 1));
    let sent = sending.sent_at.unwrap();
    assert!(sent.0 >= edited.0 + 1_000);

    // No connection was made: it is as if it had not been taken.
    let ops: Vec<_> = batch.iter().map(|entry| entry.op_id.clone()).collect();
    laptop.store.not_sent(&ops).unwrap();
    assert_eq!(trail(&laptop, "st-1").sent_at, None);

    // Sent, the answer lost, sent again; and edited meanwhile.
    laptop.batch();
    laptop.waits(1_000);
    let batch = laptop.batch();
    laptop.set("st-1", "elevation", Value::Integer(9));
    let behind = trail(&laptop, "st-1");
    assert_eq!((behind.state, behind.attempts), (TrailState::Behind, 0));
    let answers = server.push(&batch);
    laptop.store.apply_answers(answers).unwrap();
    assert_eq!(trail(&laptop, "st-1").state, TrailState::Waiting);

    let laptop = laptop.restart();
    laptop.push(&mut server);
    let there = trail(&laptop, "st-1");
    let record = server.records[&id("st-1")].clone();
    assert_eq!(
        (there.state, there.attempts, there.applied_at),
        (TrailState::OnServer, 1, Some(record.updated_at))
    );
    assert!(there.edited_at < there.sent_at);
    assert_eq!(there.version, Some(record.version));
    assert_eq!(there.version_by.map(|by| by.0).as_deref(), Some("laptop"));

    laptop.set("st-1", "name", "refused");
    laptop.push(&mut server);
    let refused = trail(&laptop, "st-1");
    assert_eq!((refused.state, refused.attempts), (TrailState::Refused, 1));
    assert!(refused.sent_at.is_some());
    server.change("st-1", fields(&[("name", "phone's".into())]));
    laptop.pull(&server);
    let conflict = trail(&laptop, "st-1");
    assert_eq!(conflict.state, TrailState::Conflict);
    assert!(matches!(
        laptop.store.trail(&airfields(), &id("st-9")),
        Err(Error::NotFound)
    ));
}
