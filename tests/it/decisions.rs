//! What a person decides of conflicts and refusals, over the real server: on one device, seen by all.

use landfall_core::id::{ColumnName, RecordId};
use landfall_core::outbox::EditOrigin;
use landfall_core::reconcile::{ConflictKind, Decision};
use landfall_store::{Error, InboxKind, KeptSide, Many, Mark};
use landfall_testkit::{Device, World, fields, table};
use serde_json::json;

fn column(name: &str) -> ColumnName {
    ColumnName::new(name).expect("a column's name")
}

fn many(side: KeptSide, only: Option<&str>) -> Many {
    Many {
        records: None,
        column: only.map(column),
        side,
    }
}

fn revision(device: &Device, id: &RecordId) -> landfall_core::id::OpId {
    let shown = device.store().inbox_detail(&table("airfields"), id);
    shown.expect("it waits for a decision").revision
}

/// Everybody has Oban; the laptop's elevation is on the server, the phone's collides with it.
async fn oban_in_conflict() -> (World, RecordId) {
    let world = World::new().await;
    let oban = world
        .laptop
        .adds("airfields", json!({"name": "Oban", "elevation": 20}));
    world.all_sync().await;
    world.laptop.edits("airfields", &oban, json!({"elevation": 24}));
    let edit = json!({"elevation": 30, "remarks": "Long grass."});
    world.phone.edits("airfields", &oban, edit);
    world.laptop.syncs().await;
    assert_eq!(world.phone.syncs().await.conflicts, 1);
    (world, oban)
}

#[tokio::test]
async fn what_one_device_decides_the_others_are_not_asked_about() {
    let (world, oban) = oban_in_conflict().await;
    let World {
        laptop,
        phone,
        tablet,
        ..
    } = &world;
    // The tablet has edited beside it, and syncs before and after.
    tablet.edits("airfields", &oban, json!({"closed": true}));
    tablet.syncs().await;
    phone.resolves("airfields", &oban, &Decision::Mine);
    phone.syncs().await;
    for device in [laptop, tablet, phone] {
        assert_eq!(device.syncs().await.conflicts, 0, "{}", device.name());
        assert!(device.store().inbox().unwrap().is_empty());
    }
    world.all_converge().await;
    assert_eq!(tablet.value("airfields", &oban, "elevation"), json!(30));
    assert_eq!(tablet.value("airfields", &oban, "closed"), json!(true));
    let told = world.server.history(&table("airfields"), &oban).await;
    let origins: Vec<_> = told
        .iter()
        .map(|entry| (entry.changed_by.as_str(), entry.origin))
        .collect();
    assert_eq!(
        origins,
        [
            ("phone", EditOrigin::Conflict),
            ("tablet", EditOrigin::Edit),
            ("laptop", EditOrigin::Edit),
            ("laptop", EditOrigin::Edit),
        ]
    );
}

#[tokio::test]
async fn a_decision_taken_back_before_it_is_sent_asks_again_and_nobody_hears_of_it() {
    let (world, oban) = oban_in_conflict().await;
    let World { laptop, phone, .. } = &world;
    let asked = phone.reads("airfields", &oban);
    for decision in [Decision::Mine, Decision::Theirs] {
        let done = phone.resolves("airfields", &oban, &decision);
        let undone = phone.store().undo(&done.action).unwrap();
        assert_eq!(phone.reads("airfields", &oban), asked);
        // Redo, and back again.
        let redone = phone.store().undo(&undone.action).unwrap();
        assert!(phone.store().inbox().unwrap().is_empty());
        phone.store().undo(&redone.action).unwrap();
        assert_eq!(phone.reads("airfields", &oban), asked);
    }
    phone.syncs().await;
    laptop.syncs().await;
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(24));
    assert_eq!(phone.reads("airfields", &oban), asked);
    phone.resolves("airfields", &oban, &Decision::Theirs);
    world.all_converge().await;
}

#[tokio::test]
async fn a_decision_taken_back_after_it_was_sent_is_a_new_change_for_all() {
    let (world, oban) = oban_in_conflict().await;
    let World { laptop, phone, .. } = &world;
    let done = phone.resolves("airfields", &oban, &Decision::Mine);
    world.all_sync().await;
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(30));
    phone.store().undo(&done.action).unwrap();
    assert_eq!(phone.value("airfields", &oban, "elevation"), json!(24));
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(24));
    assert_eq!(laptop.value("airfields", &oban, "remarks"), json!("Long grass."));
}

#[tokio::test]
async fn a_decision_in_flight_can_be_taken_back_and_the_taking_back_follows_it() {
    let (world, oban) = oban_in_conflict().await;
    let World { laptop, phone, .. } = &world;
    let done = phone.resolves("airfields", &oban, &Decision::Mine);
    phone.line().plan(landfall_testkit::Fault::AnswerCut);
    phone.tries_to_sync(landfall_sync::Kind::Push).await.unwrap_err();
    phone.store().undo(&done.action).unwrap();
    assert_eq!(phone.syncs().await.sent, 2);
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(24));
}

#[tokio::test]
async fn theirs_keeps_moving_and_the_decision_gets_through() {
    let (world, oban) = oban_in_conflict().await;
    let World { laptop, phone, .. } = &world;
    for round in 0..5 {
        let seen = revision(phone, &oban);
        laptop.edits("airfields", &oban, json!({"elevation": 100 + round}));
        laptop.syncs().await;
        phone.edits("airfields", &oban, json!({"remarks": format!("Round {round}.")}));
        phone.syncs().await;
        let mine = Decision::Mine;
        let moved = phone
            .store()
            .resolve_seen(&table("airfields"), &oban, &seen, &mine);
        assert!(matches!(moved, Err(Error::TheirsMoved)), "round {round}");
        let conflict = phone
            .reads("airfields", &oban)
            .conflict
            .expect("still a conflict");
        assert_eq!(conflict.columns, [column("elevation")], "round {round}");
        assert_eq!(
            phone.value("airfields", &oban, "remarks"),
            json!(format!("Round {round}."))
        );
    }
    let now = revision(phone, &oban);
    let mine = Decision::Mine;
    phone
        .store()
        .resolve_seen(&table("airfields"), &oban, &now, &mine)
        .unwrap();
    // Theirs moves on once more before it is sent: in another field, so that nobody is asked.
    laptop.edits("airfields", &oban, json!({"closed": true}));
    laptop.syncs().await;
    let summary = phone.syncs().await;
    assert_eq!((summary.sent, summary.conflicts), (1, 0));
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(30));
    assert_eq!(laptop.value("airfields", &oban, "remarks"), json!("Round 4."));
}

#[tokio::test]
async fn both_are_kept_as_two_records_on_all_devices() {
    let (world, oban) = oban_in_conflict().await;
    let World { tablet, phone, .. } = &world;
    let copy = fields(json!({"name": "Oban (copy)"}));
    let done = phone.resolves("airfields", &oban, &Decision::KeepBoth(copy));
    let made = done.changed[&table("airfields")]
        .iter()
        .find(|id| **id != oban)
        .unwrap()
        .clone();
    world.all_converge().await;
    assert_eq!(tablet.value("airfields", &oban, "elevation"), json!(24));
    assert_eq!(tablet.value("airfields", &made, "elevation"), json!(30));
    assert_eq!(tablet.value("airfields", &made, "remarks"), json!("Long grass."));
    // The copy goes; and as nobody has touched Oban since, the question is back.
    phone.store().undo(&done.action).unwrap();
    assert_eq!(phone.reads("airfields", &oban).mark, Mark::Conflict);
    phone.resolves("airfields", &oban, &Decision::Theirs);
    world.all_converge().await;
    assert!(tablet.reads("airfields", &made).deleted);
}

#[tokio::test]
async fn a_record_in_conflict_can_be_deleted() {
    let (world, oban) = oban_in_conflict().await;
    let World { laptop, phone, .. } = &world;
    phone.deletes("airfields", &oban);
    let conflict = phone.reads("airfields", &oban).conflict.expect("a question");
    assert_eq!(conflict.kind, ConflictKind::DeletedHereEditedThere);
    phone.resolves("airfields", &oban, &Decision::Mine);
    world.all_converge().await;
    assert!(laptop.reads("airfields", &oban).deleted);
}

#[tokio::test]
async fn a_hundred_conflicts_are_settled_in_one_step_and_both_sides_meet() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let all: Vec<_> = (0..100)
        .map(|n| laptop.adds("airfields", json!({"name": format!("Field {n}"), "elevation": n})))
        .collect();
    world.all_sync().await;
    for id in &all {
        laptop.edits(
            "airfields",
            id,
            json!({"elevation": 1000, "name": format!("L {id}")}),
        );
        phone.edits(
            "airfields",
            id,
            json!({"elevation": 2000, "name": format!("P {id}")}),
        );
    }
    laptop.syncs().await;
    assert_eq!(phone.syncs().await.conflicts, 100);
    let partly = phone
        .store()
        .resolve_many(&many(KeptSide::Mine, Some("elevation")))
        .unwrap();
    assert_eq!((partly.resolved, partly.partly), (0, 100));
    let rest = phone.store().resolve_many(&many(KeptSide::Theirs, None)).unwrap();
    assert_eq!((rest.resolved, rest.left), (100, 0));
    phone.store().undo(&rest.action.unwrap()).unwrap();
    assert_eq!(phone.store().inbox().unwrap().len(), 100);
    phone.store().resolve_many(&many(KeptSide::Theirs, None)).unwrap();
    world.all_converge().await;
    let id = &all[7];
    assert_eq!(laptop.value("airfields", id, "elevation"), json!(2000));
    assert_eq!(laptop.value("airfields", id, "name"), json!(format!("L {id}")));
    assert_eq!(laptop.reads("airfields", id).mark, Mark::Synced);
}

#[tokio::test]
async fn a_taken_code_names_the_record_that_has_it_and_is_mended() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban", "code": "EGEO"}));
    let connel = phone.adds("airfields", json!({"name": "Connel", "code": "EGEO"}));
    laptop.syncs().await;
    assert_eq!(phone.syncs().await.refused, 1);
    let airfields = table("airfields");
    let shown = phone.store().inbox_detail(&airfields, &connel).unwrap();
    assert_eq!(shown.item.kind, InboxKind::UniqueTaken);
    assert_eq!(shown.other_record.map(|other| other.id), Some(oban));
    let other = Decision::Values(fields(json!({"code": "EGEC"})));
    phone
        .store()
        .resolve_seen(&airfields, &connel, &shown.revision, &other)
        .unwrap();
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &connel, "code"), json!("EGEC"));
}

#[tokio::test]
async fn a_missing_airfield_is_named_and_the_inspection_goes_elsewhere() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    let tiree = laptop.adds("airfields", json!({"name": "Tiree"}));
    world.all_sync().await;
    laptop.deletes("airfields", &oban);
    laptop.syncs().await;
    let visit = phone.adds(
        "inspections",
        json!({"title": "Spring", "airfield": oban.as_str()}),
    );
    assert_eq!(phone.syncs().await.refused, 1);
    let inspections = table("inspections");
    let shown = phone.store().inbox_detail(&inspections, &visit).unwrap();
    assert_eq!(shown.item.kind, InboxKind::ParentMissing);
    let other = shown.other_record.unwrap();
    assert_eq!((other.title.as_str(), other.deleted), ("Oban", true));
    // Sent again as it is, it is refused again, and still asks.
    phone
        .store()
        .resolve(&inspections, &visit, &Decision::Mine)
        .unwrap();
    assert_eq!(phone.syncs().await.refused, 1);
    let elsewhere = Decision::Values(fields(json!({"airfield": tiree.as_str()})));
    phone.store().resolve(&inspections, &visit, &elsewhere).unwrap();
    world.all_converge().await;
    assert_eq!(
        laptop.value("inspections", &visit, "airfield"),
        json!(tiree.as_str())
    );
}

#[tokio::test]
async fn every_value_that_lost_is_in_history() {
    let (world, oban) = oban_in_conflict().await;
    let phone = &world.phone;
    let between = fields(json!({"elevation": 27}));
    phone.resolves("airfields", &oban, &Decision::Values(between));
    let history = phone.store().history(&table("airfields"), &oban).unwrap();
    let elevations: Vec<_> = history
        .iter()
        .flat_map(|entry| {
            [
                entry.before.get(&column("elevation")),
                entry.after.get(&column("elevation")),
            ]
        })
        .flatten()
        .map(|value| serde_json::to_value(value).unwrap())
        .collect();
    for value in [20, 24, 27, 30] {
        assert!(
            elevations.contains(&json!(value)),
            "{value} is gone: {elevations:?}"
        );
    }
    world.all_converge().await;
}

#[tokio::test]
async fn what_merged_is_listed_with_its_rule_and_brought_back() {
    let (world, oban) = {
        let schema = landfall_testkit::schema::SCHEMA.replace(
            "name = \"elevation\"\ntype = \"integer\"",
            "name = \"elevation\"\ntype = \"integer\"\nmerge = \"max\"",
        );
        let world = World::of(1, &schema, landfall_testkit::LIMITS).await;
        let oban = world
            .laptop
            .adds("airfields", json!({"name": "Oban", "elevation": 20}));
        world.all_sync().await;
        (world, oban)
    };
    let World { laptop, phone, .. } = &world;
    laptop.edits(
        "airfields",
        &oban,
        json!({"elevation": 24, "remarks": "Short grass."}),
    );
    phone.edits("airfields", &oban, json!({"elevation": 22}));
    laptop.syncs().await;
    assert_eq!(
        phone.syncs().await.merged,
        0,
        "theirs won: nothing of mine is left to send"
    );
    let merges = phone.store().merges(10).unwrap();
    let told: Vec<_> = merges[0]
        .fields
        .iter()
        .map(|field| {
            (
                field.values.column.as_str(),
                field.values.rule.is_some(),
                field.can_revert,
            )
        })
        .collect();
    assert_eq!(told, [("elevation", true, true), ("remarks", false, true)]);
    phone
        .store()
        .revert_merge(merges[0].n, Some(&column("elevation")))
        .unwrap();
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(22));
    assert_eq!(laptop.value("airfields", &oban, "remarks"), json!("Short grass."));
}
