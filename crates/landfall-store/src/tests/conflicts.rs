//! What waits for a person: listed, settled, and taken back exactly. (The crashes in the middle are in `crash`.)

use super::world::*;
use crate::{
    Error, InboxDetail, InboxKind, KeptSide, Many, Mark, Origin, SettledValue, Source, StoredConflict,
};
use landfall_core::id::Millis;
use landfall_core::outbox::OpKind;
use landfall_core::reconcile::{ConflictKind, Decision};
use landfall_core::record::Fields;
use landfall_core::value::Value;

fn elevation(meters: i64) -> Fields {
    fields(&[("elevation", Value::Integer(meters))])
}

fn conflict(laptop: &Device, record: &str) -> StoredConflict {
    laptop.get(record).conflict.expect("a conflict")
}

pub(super) fn detail(laptop: &Device, record: &str) -> InboxDetail {
    laptop.store.inbox_detail(&airfields(), &id(record)).unwrap()
}

pub(super) fn settle(laptop: &Device, record: &str, decision: &Decision) -> crate::Done {
    laptop.store.resolve(&airfields(), &id(record), decision).unwrap()
}

/// Everything of a record that a person or the engine sees, but for history.
pub(super) fn whole(laptop: &Device, record: &str) -> String {
    let store = &laptop.store;
    let outbox = store.outbox().unwrap();
    let outbox: Vec<_> = outbox.iter().filter(|row| row.entry.id == id(record)).collect();
    format!("{:?} {outbox:?} {:?}", laptop.get(record), store.inbox().unwrap())
}

/// The laptop's Bern collides with the phone's in name and elevation; its notes are only the laptop's, its slope only the
/// phone's.
fn colliding(prefix: &str) -> (Device, Server, String) {
    let record = format!("{prefix}-1");
    let mut server = Server::default();
    server.change(
        &record,
        fields(&[("name", "Bern".into()), ("elevation", Value::Integer(500))]),
    );
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set(&record, "name", "Bern Belp");
    laptop.set(&record, "elevation", Value::Integer(510));
    laptop.set(&record, "notes", "By the river.");
    let theirs = [
        ("name", "Belpmoos".into()),
        ("elevation", Value::Integer(509)),
        ("slope", Value::Real(1.5)),
    ];
    server.change(&record, fields(&theirs));
    laptop.pull(&server);
    assert_eq!(laptop.get(&record).mark, Mark::Conflict);
    (laptop, server, record)
}

#[test]
fn a_conflict_is_listed_and_shown_whole() {
    let (laptop, _, record) = colliding("cl");
    let items = laptop.store.inbox().unwrap();
    let [item] = items.as_slice() else {
        panic!("{items:?}")
    };
    assert_eq!(item.kind, InboxKind::Conflict(ConflictKind::Fields));
    assert_eq!(item.columns, [column("name"), column("elevation")]);
    assert_eq!(item.title, "Bern Belp");
    assert_eq!(item.theirs, Some(("phone".to_owned(), Millis(92))));

    let shown = detail(&laptop, &record);
    assert_eq!(shown.item, *item);
    let height = &shown.fields[1];
    assert_eq!(
        (&height.base, &height.mine, &height.theirs, &height.both),
        (
            &Value::Integer(500),
            &Value::Integer(510),
            &Value::Integer(509),
            &Some(Value::Integer(519))
        )
    );
    assert_eq!(shown.fields[0].both, None, "the same word");
    let source = |name: &str| {
        let others = shown.others.iter();
        let found = others.filter(|other| other.column == column(name));
        found.map(|other: &SettledValue| other.source).next()
    };
    assert_eq!(source("notes"), Some(Source::Mine));
    assert_eq!(source("slope"), Some(Source::Theirs));
    assert_eq!(source("closed"), Some(Source::Unchanged));
    assert_eq!(source("name"), None);
    assert!(shown.can_keep_both && shown.refused.is_none());
}

#[test]
fn what_was_settled_comes_back_exactly_and_is_settled_again() {
    let values = fields(&[("name", "Bern-Belp".into()), ("elevation", Value::Integer(511))]);
    let kept = fields(&[("name", "Bern Belp (copy)".into())]);
    for decision in [
        Decision::Mine,
        Decision::Theirs,
        Decision::Values(values),
        Decision::KeepBoth(kept),
    ] {
        let (laptop, mut server, record) = colliding("ub");
        let before = whole(&laptop, &record);
        let done = settle(&laptop, &record, &decision);
        let settled = laptop.get(&record).fields;
        assert_eq!(laptop.store.inbox().unwrap(), [], "{decision:?}");
        let laptop = laptop.restart();

        let undone = laptop.store.undo(&done.action).unwrap();
        assert_eq!(whole(&laptop, &record), before, "{decision:?}");
        assert_eq!(undone.records, done.records);
        laptop.assert_whole();

        // Redo is undoing the undo.
        laptop.store.undo(&undone.action).unwrap();
        assert_eq!(laptop.get(&record).fields, settled, "{decision:?}");
        assert_eq!(laptop.store.inbox().unwrap(), []);
        laptop.assert_whole();
        laptop.push(&mut server);
        laptop.pull(&server);
        assert!(laptop.store.outbox().unwrap().is_empty());
        assert_eq!(server.records[&id(&record)].fields, settled, "{decision:?}");
        laptop.assert_whole();
    }
}

#[test]
fn once_it_was_sent_taking_back_is_a_new_change() {
    // Mine was kept: the shared record gets theirs back. Theirs was kept: it gets mine.
    let given = |decision: &Decision| {
        let (laptop, mut server, record) = colliding("us");
        let done = settle(&laptop, &record, decision);
        laptop.push(&mut server);
        laptop.store.undo(&done.action).unwrap();
        assert_eq!(laptop.store.inbox().unwrap(), []);
        laptop.push(&mut server);
        laptop.assert_whole();
        server.records[&id(&record)].fields.clone()
    };
    let theirs = given(&Decision::Mine);
    assert_eq!(theirs[&column("name")], "Belpmoos".into());
    assert_eq!(theirs[&column("elevation")], Value::Integer(509));
    let mine = given(&Decision::Theirs);
    assert_eq!(mine[&column("name")], "Bern Belp".into());
    assert_eq!(mine[&column("notes")], "By the river.".into());
}

#[test]
fn taking_back_overwrites_nobody_who_has_changed_it_since() {
    let (laptop, mut server, record) = colliding("un");
    let done = settle(&laptop, &record, &Decision::Mine);
    laptop.push(&mut server);
    server.change(&record, elevation(600));
    laptop.pull(&server);
    laptop.store.undo(&done.action).unwrap();
    assert_eq!(laptop.value(&record, "elevation"), Value::Integer(600));
    assert_eq!(laptop.value(&record, "name"), "Belpmoos".into());
    laptop.assert_whole();
}

#[test]
fn a_decision_on_what_has_moved_is_not_carried_out() {
    let (laptop, mut server, record) = colliding("tm");
    let seen = detail(&laptop, &record).revision;
    server.change(&record, elevation(505));
    laptop.pull(&server);
    let now = detail(&laptop, &record);
    assert_ne!(now.revision, seen);
    assert_eq!(now.fields[1].theirs, Value::Integer(505));
    let resolve = |revision: &_, decision: &_| {
        laptop
            .store
            .resolve_seen(&airfields(), &id(&record), revision, decision)
    };
    assert!(matches!(resolve(&seen, &Decision::Mine), Err(Error::TheirsMoved)));
    // What the person edits meanwhile is another state too, and is kept.
    laptop.set(&record, "notes", "By the Aare.");
    assert!(matches!(
        resolve(&now.revision, &Decision::Mine),
        Err(Error::TheirsMoved)
    ));
    let half = Decision::Values(elevation(507));
    let now = detail(&laptop, &record).revision;
    assert!(
        matches!(resolve(&now, &half), Err(Error::TheirsMoved)),
        "a column has no value"
    );
    resolve(&now, &Decision::Mine).unwrap();
    assert_eq!(laptop.value(&record, "notes"), "By the Aare.".into());
    assert!(matches!(resolve(&now, &Decision::Mine), Err(Error::NotFound)));
    laptop.assert_whole();
}

#[test]
fn pulling_the_same_again_moves_nothing() {
    let (laptop, server, record) = colliding("ps");
    let seen = detail(&laptop, &record).revision;
    laptop.store.apply_page(server.page(0)).unwrap();
    assert_eq!(detail(&laptop, &record).revision, seen);
}

#[test]
fn a_deletion_in_a_conflict_asks_about_the_deletion() {
    let (laptop, mut server, record) = colliding("dc");
    let deleted = laptop.delete(&record);
    assert_eq!(
        conflict(&laptop, &record).kind,
        ConflictKind::DeletedHereEditedThere
    );
    laptop.assert_whole();
    laptop.store.undo(&deleted.action).unwrap();
    let found = conflict(&laptop, &record);
    assert_eq!((found.kind, found.columns.len()), (ConflictKind::Fields, 2));
    laptop.delete(&record);
    settle(&laptop, &record, &Decision::Mine);
    laptop.push(&mut server);
    assert!(server.records[&id(&record)].deleted);
    laptop.assert_whole();
    // What the phone had written is in history.
    let history = laptop.store.history(&airfields(), &id(&record)).unwrap();
    let named = |name: &str| {
        let entries = history.iter();
        let mut values = entries.flat_map(|entry| entry.before.values().chain(entry.after.values()));
        values.any(|value| *value == name.into())
    };
    assert!(named("Belpmoos") && named("Bern Belp"));
}

/// Both sides have made the record.
fn inserted_twice(prefix: &str) -> (Device, Server, String) {
    let record = format!("{prefix}-1");
    let mut server = Server::default();
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.insert(
        &record,
        fields(&[("name", "Ecuvillens".into()), ("notes", "a".into())]),
    );
    server.change(
        &record,
        fields(&[
            ("name", "Ecuvillens".into()),
            ("notes", "b".into()),
            ("slope", Value::Real(2.0)),
        ]),
    );
    laptop.pull(&server);
    (laptop, server, record)
}

#[test]
fn a_record_made_twice_can_be_deleted_or_kept_twice() {
    let (laptop, mut server, record) = inserted_twice("it");
    assert_eq!(
        conflict(&laptop, &record).columns,
        [column("notes"), column("slope")]
    );
    let deleted = laptop.delete(&record);
    assert_eq!(
        conflict(&laptop, &record).kind,
        ConflictKind::DeletedHereEditedThere
    );
    assert!(laptop.get(&record).deleted);
    laptop.assert_whole();
    laptop.store.undo(&deleted.action).unwrap();
    assert_eq!(conflict(&laptop, &record).kind, ConflictKind::InsertedTwice);
    laptop.assert_whole();

    let copy = fields(&[("name", "Ecuvillens 2".into())]);
    let done = settle(&laptop, &record, &Decision::KeepBoth(copy));
    assert_eq!(done.records, 2);
    laptop.push(&mut server);
    assert_eq!(server.records.len(), 2);
    let copy = server
        .records
        .values()
        .find(|other| other.id != id(&record))
        .unwrap();
    assert_eq!(
        copy.fields,
        fields(&[("name", "Ecuvillens 2".into()), ("notes", "a".into())])
    );
    assert_eq!(laptop.value(&record, "notes"), "b".into());
    laptop.assert_whole();

    // Sent or not: taking it back takes the copy away.
    laptop.store.undo(&done.action).unwrap();
    laptop.push(&mut server);
    let live = server.records.values().filter(|record| !record.deleted).count();
    assert_eq!(live, 1);
    laptop.assert_whole();
}

type Made = fn(&str) -> (Device, Server, String);

#[test]
fn a_column_settled_by_itself_is_not_asked_about_again() {
    let stories: [(Made, &str, &str); 2] = [
        (colliding, "elevation", "name"),
        (inserted_twice, "slope", "notes"),
    ];
    for (made, one, other) in stories {
        for side in [KeptSide::Mine, KeptSide::Theirs] {
            let (laptop, mut server, record) = made("cs");
            let before = whole(&laptop, &record);
            let kept = match side {
                KeptSide::Mine => laptop.value(&record, one),
                KeptSide::Theirs => server.records[&id(&record)].fields[&column(one)].clone(),
            };
            let only = Many {
                records: None,
                column: Some(column(one)),
                side,
            };
            let done = laptop.store.resolve_many(&only).unwrap();
            assert_eq!((done.resolved, done.partly, done.left), (0, 1, 0));
            assert_eq!(conflict(&laptop, &record).columns, [column(other)]);
            assert_eq!(laptop.value(&record, one), kept);
            laptop.assert_whole();
            assert_eq!(
                laptop.store.resolve_many(&only).unwrap().action,
                None,
                "nothing left of it"
            );

            let undone = laptop.store.undo(done.action.as_ref().unwrap()).unwrap();
            assert_eq!(whole(&laptop, &record), before);
            laptop.store.undo(&undone.action).unwrap();
            assert_eq!(conflict(&laptop, &record).columns, [column(other)]);

            // An edit beside it, and theirs moving on beside it, do not ask about it again.
            laptop.set(&record, "closed", Value::Boolean(true));
            server.change(&record, fields(&[("surface", "good".into())]));
            laptop.pull(&server);
            assert_eq!(conflict(&laptop, &record).columns, [column(other)]);
            assert_eq!(laptop.value(&record, one), kept);
            assert_eq!(laptop.value(&record, "surface"), "good".into());
            laptop.assert_whole();
            settle(&laptop, &record, &Decision::Mine);
            laptop.push(&mut server);
            let now = &server.records[&id(&record)].fields;
            assert_eq!(now.get(&column(one)).cloned().unwrap_or(Value::Null), kept);
            assert_eq!(now[&column("closed")], Value::Boolean(true));
            laptop.assert_whole();
        }
    }
}

#[test]
fn many_are_settled_as_one_action_and_taken_back_as_one() {
    let mut server = Server::default();
    for n in 0..4 {
        server.change(&format!("ma-{n}"), named(&format!("Field {n}")));
    }
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    for n in 0..3 {
        laptop.set(&format!("ma-{n}"), "name", format!("Mine {n}").as_str());
        server.change(&format!("ma-{n}"), named(&format!("Theirs {n}")));
    }
    laptop.set("ma-3", "name", "edited");
    server.delete("ma-3");
    laptop.pull(&server);
    laptop.insert("ma-4", named("refused"));
    laptop.push(&mut server);
    assert_eq!(laptop.store.inbox().unwrap().len(), 5);
    let before: Vec<_> = (0..4).map(|n| whole(&laptop, &format!("ma-{n}"))).collect();

    let theirs = Many {
        records: None,
        column: None,
        side: KeptSide::Theirs,
    };
    let preview = laptop.store.preview_resolve_many(&theirs).unwrap();
    assert_eq!((preview.resolved, preview.partly, preview.left), (4, 0, 1));
    assert_eq!(preview.sample.len(), 4);
    assert!(
        preview
            .sample
            .iter()
            .any(|kept| kept.deletes && kept.change.is_none())
    );
    let named = preview.sample.iter().find(|kept| kept.id == id("ma-1")).unwrap();
    assert_eq!(
        named.change,
        Some((column("name"), "Mine 1".into(), "Theirs 1".into()))
    );
    assert_eq!(preview.action, None);
    assert_eq!(laptop.store.inbox().unwrap().len(), 5, "nothing was done");

    let done = laptop.store.resolve_many(&theirs).unwrap();
    assert_eq!((done.resolved, done.sample.len()), (4, 4));
    let left = laptop.store.inbox().unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].kind, InboxKind::Refused);
    assert_eq!(laptop.value("ma-2", "name"), "Theirs 2".into());
    assert!(laptop.get("ma-3").deleted);
    laptop.assert_whole();

    let undone = laptop.store.undo(done.action.as_ref().unwrap()).unwrap();
    assert_eq!(undone.records, 4);
    let after: Vec<_> = (0..4).map(|n| whole(&laptop, &format!("ma-{n}"))).collect();
    assert_eq!(after, before);
    laptop.assert_whole();
}

#[test]
fn a_value_that_another_record_has_by_now_is_left_for_a_decision_of_its_own() {
    let mut server = Server::default();
    server.change("lo-1", named("Thun"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("lo-1", "ident", "LSZW");
    server.change("lo-1", fields(&[("ident", "LSPL".into())]));
    server.change(
        "lo-2",
        fields(&[("name", "Other".into()), ("ident", "LSZW".into())]),
    );
    laptop.pull(&server);
    let mine = Many {
        records: Some(vec![(airfields(), id("lo-1")), (airfields(), id("no-such"))]),
        column: None,
        side: KeptSide::Mine,
    };
    let before = whole(&laptop, "lo-1");
    let done = laptop.store.resolve_many(&mine).unwrap();
    assert_eq!((done.resolved, done.left, done.action), (0, 1, None));
    assert_eq!(whole(&laptop, "lo-1"), before);
    laptop.assert_whole();
}

#[test]
fn what_merged_by_itself_is_listed_and_can_be_brought_back() {
    let mut server = Server::default();
    server.change(
        "mg-1",
        fields(&[("name", "Grenchen".into()), ("notes", "old".into())]),
    );
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("mg-1", "elevation", Value::Integer(430));
    server.change(
        "mg-1",
        fields(&[("notes", "new".into()), ("slope", Value::Real(0.5))]),
    );
    laptop.pull(&server);
    let merges = laptop.store.merges(10).unwrap();
    let [merge] = merges.as_slice() else {
        panic!("{merges:?}")
    };
    assert_eq!(
        (merge.who.as_str(), merge.theirs_at, merge.title.as_str()),
        ("phone", Millis(92), "Grenchen")
    );
    let columns: Vec<_> = merge
        .fields
        .iter()
        .map(|field| field.values.column.to_string())
        .collect();
    assert_eq!(columns, ["notes", "slope"]);
    assert!(
        merge
            .fields
            .iter()
            .all(|field| field.can_revert && field.values.rule.is_none())
    );
    assert_eq!(merge.fields[0].values.mine, "old".into());

    laptop.set("mg-1", "slope", Value::Real(3.0));
    let changed = &laptop.store.merges(10).unwrap()[0].fields[1];
    assert!(!changed.can_revert, "someone has changed it since");
    assert!(matches!(
        laptop.store.revert_merge(merge.n, Some(&column("slope"))),
        Err(Error::NotFound)
    ));
    let done = laptop.store.revert_merge(merge.n, None).unwrap();
    assert_eq!(laptop.value("mg-1", "notes"), "old".into());
    assert_eq!(laptop.value("mg-1", "slope"), Value::Real(3.0));
    laptop.store.undo(&done.action).unwrap();
    assert_eq!(laptop.value("mg-1", "notes"), "new".into());
    assert_eq!(laptop.store.merges(1).unwrap().len(), 1);
    laptop.push(&mut server);
    laptop.assert_whole();
}

#[test]
fn an_edit_taken_back_to_where_it_began_keeps_the_edits_made_in_the_conflict() {
    let (laptop, mut server, record) = colliding("kb");
    // The person empties what the phone wrote, and takes their own two edits back by hand.
    laptop.set(&record, "slope", Value::Null);
    laptop.set(&record, "name", "Bern");
    laptop.set(&record, "elevation", Value::Integer(500));
    assert_eq!(laptop.get(&record).mark, Mark::Waiting);
    laptop.push(&mut server);
    let now = &server.records[&id(&record)].fields;
    assert_eq!(now.get(&column("slope")), None);
    assert_eq!(now[&column("name")], "Belpmoos".into());
    laptop.assert_whole();
}

#[test]
fn a_restored_record_and_its_deletion_can_be_given_back_after_they_were_sent() {
    // Edited here, deleted there: mine was kept and sent, and is taken back: deleted again.
    let mut server = Server::default();
    server.change("gb-1", named("Saanen"));
    server.change("gb-2", named("Zweisimmen"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("gb-1", "name", "Gstaad");
    server.delete("gb-1");
    laptop.delete("gb-2");
    server.change("gb-2", named("St. Stephan"));
    laptop.pull(&server);
    let kept = settle(&laptop, "gb-1", &Decision::Mine);
    let gone = settle(&laptop, "gb-2", &Decision::Mine);
    laptop.push(&mut server);
    assert!(!server.records[&id("gb-1")].deleted && server.records[&id("gb-2")].deleted);

    laptop.store.undo(&kept.action).unwrap();
    laptop.store.undo(&gone.action).unwrap();
    laptop.push(&mut server);
    assert!(server.records[&id("gb-1")].deleted);
    assert_eq!(server.records[&id("gb-2")].fields, named("St. Stephan"));
    assert!(!server.records[&id("gb-2")].deleted);
    laptop.assert_whole();
    let history = laptop.store.history(&airfields(), &id("gb-2")).unwrap();
    assert_eq!(
        (history[0].origin, history[0].kind),
        (Origin::Undo, OpKind::Insert)
    );
}
