//! The server answers: applied, collided, refused, held.

use super::world::*;
use crate::{Answer, DiscardEffect, Edit, Error, Mark, Origin};
use landfall_core::outbox::{EntryState, OpKind, Refusal};
use landfall_core::reconcile::{ConflictKind, Decision};
use landfall_core::value::Value;

fn refusal() -> Refusal {
    Refusal {
        code: "invalid".into(),
        message: "No.".into(),
        field_errors: Vec::new(),
    }
}

/// A laptop and a server that have this record.
fn both_have(record: &str) -> (Device, Server) {
    let mut server = Server::default();
    let base = fields(&[("name", "Grenchen".into()), ("elevation", Value::Integer(1411))]);
    server.change(record, base);
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    (laptop, server)
}

#[test]
fn different_fields_are_merged_without_asking() {
    let (laptop, mut server) = both_have("me-1");
    laptop.set("me-1", "name", "Grenchen LSZG");
    server.change("me-1", fields(&[("elevation", Value::Integer(1412))]));

    let batch = laptop.batch();
    let answers = batch
        .iter()
        .map(|entry| (entry.op_id.clone(), server.apply(entry)))
        .collect();
    let answered = laptop.store.apply_answers(answers).unwrap();
    assert_eq!((answered.merged, answered.conflicts, answered.applied), (1, 0, 0));

    let merged = laptop.get("me-1");
    assert_eq!(merged.fields[&column("elevation")], Value::Integer(1412));
    assert_eq!(merged.entries.len(), 1);
    assert_ne!(
        merged.entries[0].op_id, batch[0].op_id,
        "the server has answered the old op id"
    );
    assert_eq!(merged.entries[0].base_version, merged.version);
    assert_eq!(merged.entries[0].fields, named("Grenchen LSZG"));
    assert_eq!(merged.others[0].column, column("elevation"));
    laptop.assert_whole();
    laptop.push(&mut server);
    assert_eq!(server.records[&id("me-1")].fields, laptop.get("me-1").fields);
    let story = laptop.store.history(&airfields(), &id("me-1")).unwrap();
    assert_eq!(story[0].origin, Origin::Merge);
    assert_eq!(
        (story[0].who.as_str(), &story[0].before),
        ("phone", &fields(&[("elevation", Value::Integer(1411))]))
    );
}

#[test]
fn the_same_field_waits_for_a_person_who_is_asked_once() {
    for (record, decision, name) in [
        ("cf-1", Decision::Mine, "mine"),
        ("cf-2", Decision::Theirs, "theirs"),
        ("cf-3", Decision::Values(named("both")), "both"),
    ] {
        let (laptop, mut server) = both_have(record);
        laptop.set(record, "name", "mine");
        server.change(
            record,
            fields(&[("name", "theirs".into()), ("closed", Value::Boolean(true))]),
        );
        laptop.push(&mut server);

        let collided = laptop.get(record);
        assert_eq!(collided.mark, Mark::Conflict);
        let conflict = collided.conflict.unwrap();
        assert_eq!(
            (conflict.kind, conflict.columns),
            (ConflictKind::Fields, vec![column("name")])
        );
        assert_eq!(laptop.value(record, "name"), "mine".into());
        assert_eq!(
            laptop.value(record, "closed"),
            Value::Boolean(true),
            "what does not collide is taken over"
        );
        assert_eq!(laptop.store.outbox_counts().unwrap().conflicts, 1);
        assert!(laptop.batch().is_empty());
        laptop.assert_whole();

        // Editing goes on meanwhile, and theirs moves on too.
        laptop.set(record, "slope", Value::Real(0.5));
        server.change(record, fields(&[("elevation", Value::Integer(1))]));
        laptop.pull(&server);
        assert_eq!(laptop.get(record).mark, Mark::Conflict);
        assert_eq!(laptop.get(record).conflict.unwrap().theirs.seq.0, server.seq);
        laptop.assert_whole();

        let laptop = laptop.restart();
        let done = laptop
            .store
            .resolve(&airfields(), &id(record), &decision)
            .unwrap();
        assert_eq!(done.records, 1);
        laptop.push(&mut server);
        let settled = laptop.get(record);
        assert_eq!(settled.mark, Mark::Synced, "{decision:?}");
        assert_eq!(settled.fields[&column("name")], name.into());
        assert_eq!(settled.fields[&column("slope")], Value::Real(0.5));
        assert_eq!(server.records[&id(record)].fields, settled.fields);
        // The value that lost is in history.
        let story = laptop.store.history(&airfields(), &id(record)).unwrap();
        for lost in ["mine", "theirs"].into_iter().filter(|side| *side != name) {
            let kept = story
                .iter()
                .any(|entry| entry.before.get(&column("name")) == Some(&lost.into()));
            assert!(kept, "{lost} is in history after {decision:?}");
        }
        assert!(matches!(
            laptop.store.resolve(&airfields(), &id(record), &Decision::Mine),
            Err(Error::NotFound)
        ));
        laptop.assert_whole();
    }
}

#[test]
fn a_conflict_ends_when_its_person_takes_their_value() {
    let (laptop, mut server) = both_have("ce-1");
    laptop.set("ce-1", "name", "mine");
    server.change("ce-1", named("theirs"));
    laptop.push(&mut server);
    laptop.set("ce-1", "name", "theirs");
    assert_eq!(laptop.get("ce-1").mark, Mark::Synced);
    laptop.assert_whole();
}

#[test]
fn edited_here_and_deleted_there() {
    for (record, decision) in [("ed-8", Decision::Mine), ("ed-9", Decision::Theirs)] {
        let (laptop, mut server) = both_have(record);
        laptop.set(record, "name", "kept");
        server.delete(record);
        laptop.push(&mut server);
        assert_eq!(
            laptop.get(record).conflict.unwrap().kind,
            ConflictKind::EditedHereDeletedThere
        );
        assert!(!laptop.get(record).deleted, "it stays usable");
        laptop
            .store
            .resolve(&airfields(), &id(record), &decision)
            .unwrap();
        laptop.push(&mut server);
        assert_eq!(server.records[&id(record)].deleted, decision == Decision::Theirs);
        assert_eq!(laptop.get(record).deleted, decision == Decision::Theirs);
        assert_eq!(laptop.get(record).mark, Mark::Synced);
        laptop.assert_whole();
    }
}

#[test]
fn deleted_here_and_edited_there() {
    for (record, decision) in [("de-8", Decision::Mine), ("de-9", Decision::Theirs)] {
        let (laptop, mut server) = both_have(record);
        laptop.delete(record);
        server.change(record, named("still used"));
        laptop.push(&mut server);
        assert_eq!(
            laptop.get(record).conflict.unwrap().kind,
            ConflictKind::DeletedHereEditedThere
        );
        assert_eq!(laptop.store.counts(&airfields()).unwrap().conflict, 1);
        laptop.assert_whole();
        laptop
            .store
            .resolve(&airfields(), &id(record), &decision)
            .unwrap();
        laptop.push(&mut server);
        assert_eq!(server.records[&id(record)].deleted, decision == Decision::Mine);
        assert_eq!(laptop.get(record).deleted, decision == Decision::Mine);
        laptop.assert_whole();
    }
}

#[test]
fn a_refused_change_blocks_its_record_alone_and_waits_again_once_edited() {
    let (laptop, mut server) = both_have("rf-1");
    laptop.set("rf-1", "name", "bad");
    laptop.insert("rf-2", named("good"));
    let batch = laptop.batch();
    let answers = vec![
        (batch[0].op_id.clone(), Answer::Rejected(refusal())),
        (batch[1].op_id.clone(), server.apply(&batch[1])),
    ];
    let answered = laptop.store.apply_answers(answers).unwrap();
    assert_eq!((answered.refused, answered.applied), (1, 1));
    let record = laptop.get("rf-1");
    assert_eq!(record.mark, Mark::Refused);
    assert_eq!(record.entries[0].state, EntryState::Refused(refusal()));
    assert!(laptop.batch().is_empty());
    laptop.assert_whole();

    // Someone else's change is merged, and the refusal stands.
    server.change("rf-1", fields(&[("closed", Value::Boolean(true))]));
    laptop.pull(&server);
    assert_eq!(laptop.get("rf-1").mark, Mark::Refused);
    assert_eq!(laptop.value("rf-1", "closed"), Value::Boolean(true));

    let refused = laptop.get("rf-1").entries[0].op_id.clone();
    laptop.store.retry(&refused).unwrap();
    assert_eq!(laptop.get("rf-1").mark, Mark::Waiting);
    assert!(matches!(laptop.store.retry(&refused), Err(Error::NotFound)));
    let again = laptop.batch();
    laptop
        .store
        .apply_answers(vec![(again[0].op_id.clone(), Answer::Rejected(refusal()))])
        .unwrap();
    laptop.set("rf-1", "name", "better");
    let mended = laptop.get("rf-1");
    assert_eq!(mended.mark, Mark::Waiting);
    assert_ne!(mended.entries[0].op_id, again[0].op_id);
    laptop.push(&mut server);
    assert_eq!(
        server.records[&id("rf-1")].fields[&column("name")],
        "better".into()
    );
    laptop.assert_whole();
}

#[test]
fn an_edit_made_while_the_refused_one_was_in_flight_is_tried_with_it() {
    let (laptop, mut server) = both_have("rw-1");
    laptop.set("rw-1", "name", "bad");
    let batch = laptop.batch();
    laptop.set("rw-1", "name", "good");
    laptop
        .store
        .apply_answers(vec![(batch[0].op_id.clone(), Answer::Rejected(refusal()))])
        .unwrap();
    assert_eq!(laptop.get("rw-1").entries.len(), 1);
    assert_eq!(laptop.get("rw-1").mark, Mark::Waiting);
    laptop.assert_whole();
    laptop.push(&mut server);
    assert_eq!(laptop.get("rw-1").mark, Mark::Synced);

    // And one that takes it back leaves nothing to send.
    laptop.set("rw-1", "name", "bad");
    let batch = laptop.batch();
    laptop.set("rw-1", "name", "good");
    laptop
        .store
        .apply_answers(vec![(batch[0].op_id.clone(), Answer::Rejected(refusal()))])
        .unwrap();
    assert_eq!(laptop.get("rw-1").mark, Mark::Synced);
    laptop.assert_whole();
}

#[test]
fn a_group_waits_as_one() {
    let (laptop, mut server) = both_have("gw-1");
    let make = |record: &str| Edit::Insert {
        table: airfields(),
        id: id(record),
        fields: named(record),
    };
    laptop
        .store
        .edit(vec![make("gw-2"), update("gw-1", "name", "bad")])
        .unwrap();
    let batch = laptop.batch();
    let answers = vec![
        (batch[0].op_id.clone(), Answer::Held),
        (batch[1].op_id.clone(), Answer::Rejected(refusal())),
    ];
    laptop.store.apply_answers(answers).unwrap();
    assert!(laptop.batch().is_empty(), "the other waits with it");
    let outbox = laptop.store.outbox().unwrap();
    assert!(outbox[0].blocked && !outbox[1].blocked);
    laptop.set("gw-1", "name", "fine");
    laptop.push(&mut server);
    assert_eq!(laptop.get("gw-2").mark, Mark::Synced);
    assert!(laptop.store.outbox().unwrap().is_empty());
    laptop.assert_whole();
}

#[test]
fn a_record_the_server_does_not_have_is_made_anew_only_if_its_person_says_so() {
    let (laptop, mut server) = both_have("ns-1");
    laptop.set("ns-1", "name", "orphan");
    server.records.clear();
    laptop.push(&mut server);
    let record = laptop.get("ns-1");
    assert_eq!(record.mark, Mark::Refused);
    assert!(
        matches!(&record.entries[0].state, EntryState::Refused(refusal) if refusal.code == "no_such_record")
    );
    laptop.assert_whole();
    laptop.store.retry_all().unwrap();
    laptop.push(&mut server);
    assert_eq!(server.records[&id("ns-1")].fields, laptop.get("ns-1").fields);

    laptop.delete("ns-1");
    server.records.clear();
    laptop.push(&mut server);
    assert_eq!(
        laptop.get("ns-1").mark,
        Mark::Synced,
        "a deletion of what is not there is done"
    );
    laptop.assert_whole();
}

#[test]
fn answers_given_twice_or_to_nothing_change_nothing() {
    let (laptop, mut server) = both_have("tw-1");
    laptop.set("tw-1", "name", "once");
    let batch = laptop.batch();
    let answer = vec![(batch[0].op_id.clone(), server.apply(&batch[0]))];
    laptop.store.apply_answers(answer.clone()).unwrap();
    let before = laptop.get("tw-1");
    let answered = laptop.store.apply_answers(answer).unwrap();
    assert_eq!(answered, crate::Answered::default());
    assert_eq!(laptop.get("tw-1"), before);
    let acks = laptop.store.acks().unwrap();
    laptop.store.forget_acks(&acks).unwrap();
    assert!(laptop.store.acks().unwrap().is_empty());
}

#[test]
fn discarding_says_what_returns_and_can_be_undone() {
    let (laptop, _server) = both_have("di-1");
    laptop.set("di-1", "name", "typo");
    let op = laptop.get("di-1").entries[0].op_id.clone();
    let preview = laptop.store.discard_preview(&op).unwrap();
    assert_eq!(preview.effect, DiscardEffect::FieldsReturn);
    assert_eq!((preview.now, preview.after), (named("typo"), named("Grenchen")));
    let done = laptop.store.discard(&op).unwrap();
    assert_eq!(laptop.get("di-1").mark, Mark::Synced);
    assert_eq!(laptop.value("di-1", "name"), "Grenchen".into());
    laptop.assert_whole();
    laptop.store.undo(&done.action).unwrap();
    assert_eq!(laptop.value("di-1", "name"), "typo".into());
    assert_eq!(laptop.get("di-1").mark, Mark::Waiting);

    laptop.insert("di-2", named("new"));
    let op = laptop.get("di-2").entries[0].op_id.clone();
    assert_eq!(
        laptop.store.discard_preview(&op).unwrap().effect,
        DiscardEffect::RecordGoes
    );
    let done = laptop.store.discard(&op).unwrap();
    assert!(laptop.get("di-2").deleted);
    laptop.store.undo(&done.action).unwrap();
    assert_eq!(laptop.get("di-2").entries[0].kind, OpKind::Insert);

    laptop.store.revert(&airfields(), &id("di-1")).unwrap();
    laptop.delete("di-1");
    let op = laptop.get("di-1").entries[0].op_id.clone();
    assert_eq!(
        laptop.store.discard_preview(&op).unwrap().effect,
        DiscardEffect::RecordReturns
    );
    laptop.batch();
    assert!(matches!(laptop.store.discard(&op), Err(Error::InFlight)));
    laptop.assert_whole();
}
