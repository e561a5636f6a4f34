//! Two people change the same record.

use landfall_core::id::RecordId;
use landfall_core::reconcile::{ConflictKind, Decision};
use landfall_store::Mark;
use landfall_testkit::{World, fields};
use serde_json::json;

/// A world in which everybody has the airfield Oban.
async fn with_oban() -> (World, RecordId) {
    let world = World::new().await;
    let oban = world.laptop.adds(
        "airfields",
        json!({"name": "Oban", "elevation": 20, "remarks": "Short grass."}),
    );
    world.all_sync().await;
    (world, oban)
}

#[tokio::test]
async fn different_fields_come_together_without_asking() {
    let (world, oban) = with_oban().await;
    let World { laptop, phone, .. } = &world;
    laptop.edits("airfields", &oban, json!({"elevation": 24}));
    phone.edits("airfields", &oban, json!({"remarks": "Long grass."}));
    laptop.syncs().await;

    let summary = phone.syncs().await;

    assert_eq!((summary.merged, summary.conflicts, summary.sent), (1, 0, 1));
    assert_eq!(phone.value("airfields", &oban, "elevation"), json!(24));
    assert_eq!(phone.value("airfields", &oban, "remarks"), json!("Long grass."));
    assert!(phone.log_codes().contains(&"merged".to_owned()));
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "remarks"), json!("Long grass."));
}

#[tokio::test]
async fn a_record_that_comes_with_the_answer_to_a_push_is_received_once() {
    let (world, oban) = with_oban().await;
    let World {
        laptop,
        phone,
        tablet,
        ..
    } = &world;
    laptop.edits("airfields", &oban, json!({"elevation": 24}));
    laptop.syncs().await;

    // It merges: theirs comes with the answer, and the pull after it brings only what the phone made of it itself.
    phone.edits("airfields", &oban, json!({"remarks": "Long grass."}));
    let summary = phone.syncs().await;
    assert_eq!((summary.merged, summary.received), (1, 1));
    assert_eq!(phone.log_codes()[..3], ["sent", "received", "merged"]);

    // It collides: a person has to look, so it is news.
    tablet.edits("airfields", &oban, json!({"elevation": 30}));
    let summary = tablet.syncs().await;
    assert_eq!((summary.conflicts, summary.received), (1, 1));
    assert_eq!(tablet.syncs().await.received, 0);

    // A push alone says it too, and the pull later does not say it again.
    laptop.syncs().await;
    laptop.edits("airfields", &oban, json!({"name": "Oban North"}));
    laptop.syncs().await;
    phone.edits("airfields", &oban, json!({"remarks": "Wet grass."}));
    let pushed = phone.tries_to_sync(landfall_sync::Kind::Push).await.unwrap();
    assert_eq!((pushed.merged, pushed.received), (1, 1));
    let pulled = phone.tries_to_sync(landfall_sync::Kind::Pull).await.unwrap();
    assert_eq!(pulled.received, 0);
}

#[tokio::test]
async fn a_pull_that_comes_before_the_push_merges_too() {
    let (world, oban) = with_oban().await;
    let World { laptop, phone, .. } = &world;
    laptop.edits("airfields", &oban, json!({"elevation": 24}));
    phone.edits("airfields", &oban, json!({"remarks": "Long grass."}));
    laptop.syncs().await;
    phone.tries_to_sync(landfall_sync::Kind::Pull).await.unwrap();
    assert_eq!(phone.value("airfields", &oban, "elevation"), json!(24));
    assert_eq!(phone.reads("airfields", &oban).mark, Mark::Waiting);

    let summary = phone.syncs().await;

    // It stands on theirs already: the server has no reason to refuse it.
    assert_eq!((summary.merged, summary.sent), (0, 1));
    world.all_converge().await;
}

#[tokio::test]
async fn the_same_field_is_put_to_the_person_and_the_record_stays_usable() {
    let (world, oban) = with_oban().await;
    let World {
        laptop,
        phone,
        tablet,
        ..
    } = &world;
    laptop.edits("airfields", &oban, json!({"elevation": 24}));
    phone.edits(
        "airfields",
        &oban,
        json!({"elevation": 30, "remarks": "Long grass."}),
    );
    laptop.syncs().await;

    assert_eq!(phone.syncs().await.conflicts, 1);

    let shown = phone.reads("airfields", &oban);
    assert_eq!(shown.mark, Mark::Conflict);
    let conflict = shown.conflict.expect("a conflict");
    assert_eq!(conflict.kind, ConflictKind::Fields);
    assert_eq!(conflict.columns.len(), 1);
    assert_eq!(phone.value("airfields", &oban, "elevation"), json!(30));
    // It can be edited on, and other records are not held up.
    phone.edits("airfields", &oban, json!({"closed": true}));
    let tiree = phone.adds("airfields", json!({"name": "Tiree"}));
    assert_eq!(phone.syncs().await.sent, 1);
    assert_eq!(phone.reads("airfields", &tiree).mark, Mark::Synced);

    phone.resolves("airfields", &oban, &Decision::Mine);
    let summary = phone.syncs().await;
    assert_eq!((summary.sent, summary.conflicts), (1, 0));

    // Nobody else is asked.
    for device in [laptop, tablet] {
        assert_eq!(device.syncs().await.conflicts, 0);
        assert_eq!(device.value("airfields", &oban, "elevation"), json!(30));
        assert_eq!(device.value("airfields", &oban, "closed"), json!(true));
    }
    world.all_converge().await;
}

#[tokio::test]
async fn theirs_is_taken_where_the_person_says_so() {
    let (world, oban) = with_oban().await;
    let World { laptop, phone, .. } = &world;
    laptop.edits("airfields", &oban, json!({"elevation": 24}));
    phone.edits(
        "airfields",
        &oban,
        json!({"elevation": 30, "remarks": "Long grass."}),
    );
    laptop.syncs().await;
    phone.syncs().await;

    phone.resolves("airfields", &oban, &Decision::Theirs);

    assert_eq!(phone.value("airfields", &oban, "elevation"), json!(24));
    // What did not collide is still mine, and goes out.
    assert_eq!(phone.syncs().await.sent, 1);
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "remarks"), json!("Long grass."));
}

#[tokio::test]
async fn theirs_moves_on_while_the_person_decides() {
    let (world, oban) = with_oban().await;
    let World { laptop, phone, .. } = &world;
    laptop.edits("airfields", &oban, json!({"elevation": 24}));
    phone.edits("airfields", &oban, json!({"elevation": 30}));
    laptop.syncs().await;
    phone.syncs().await;
    laptop.edits("airfields", &oban, json!({"elevation": 25, "remarks": "Mown."}));
    laptop.syncs().await;

    phone.syncs().await;
    let conflict = phone
        .reads("airfields", &oban)
        .conflict
        .expect("still a conflict");
    assert_eq!(
        serde_json::to_value(&conflict.theirs.fields).unwrap()["elevation"],
        json!(25)
    );

    let between = fields(json!({"elevation": 27}));
    phone.resolves("airfields", &oban, &Decision::Values(between));
    assert_eq!(phone.syncs().await.sent, 1);
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(27));
    assert_eq!(laptop.value("airfields", &oban, "remarks"), json!("Mown."));
}

#[tokio::test]
async fn two_people_make_the_same_record() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let skye = RecordId::new("EGEI").unwrap();
    laptop.adds_as("airfields", "EGEI", json!({"name": "Broadford"}));
    phone.adds_as("airfields", "EGEI", json!({"name": "Ashaig", "elevation": 24}));
    laptop.syncs().await;
    assert_eq!(phone.syncs().await.conflicts, 1);
    let conflict = phone.reads("airfields", &skye).conflict.expect("a conflict");
    assert_eq!(conflict.kind, ConflictKind::InsertedTwice);

    phone.resolves("airfields", &skye, &Decision::Mine);
    assert_eq!(phone.syncs().await.sent, 1);
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &skye, "name"), json!("Ashaig"));
}

#[tokio::test]
async fn the_same_change_on_both_sides_is_no_conflict() {
    let (world, oban) = with_oban().await;
    let World { laptop, phone, .. } = &world;
    laptop.edits("airfields", &oban, json!({"closed": true}));
    phone.edits("airfields", &oban, json!({"closed": true}));
    laptop.syncs().await;
    assert_eq!(phone.syncs().await.conflicts, 0);
    world.all_converge().await;
}

#[tokio::test]
async fn an_edit_made_while_the_one_before_is_under_way_follows_it() {
    let (world, oban) = with_oban().await;
    let World { laptop, phone, .. } = &world;
    laptop.edits("airfields", &oban, json!({"elevation": 24}));
    laptop.line().plan(landfall_testkit::Fault::AnswerCut);
    laptop.tries_to_sync(landfall_sync::Kind::Push).await.unwrap_err();
    // The first is in flight now; this one stands behind it.
    laptop.edits("airfields", &oban, json!({"elevation": 25}));

    assert_eq!(laptop.syncs().await.sent, 2);

    phone.syncs().await;
    assert_eq!(phone.value("airfields", &oban, "elevation"), json!(25));
    world.all_converge().await;
}
