//! A conflict that waits while the server's record goes on changing: only what the person changed is ever theirs to
//! decide.

use landfall_core::id::RecordId;
use landfall_core::reconcile::Decision;
use landfall_store::Mark;
use landfall_testkit::World;
use serde_json::json;

/// The phone has Oban in conflict over its elevation, and shows the laptop's remarks, which it never changed.
async fn oban_in_conflict() -> (World, RecordId) {
    let world = World::new().await;
    let oban = world
        .laptop
        .adds("airfields", json!({"name": "Oban", "elevation": 20}));
    world.all_sync().await;
    let edit = json!({"elevation": 24, "remarks": "Short grass."});
    world.laptop.edits("airfields", &oban, edit);
    world.phone.edits("airfields", &oban, json!({"elevation": 30}));
    world.laptop.syncs().await;
    assert_eq!(world.phone.syncs().await.conflicts, 1);
    assert_eq!(
        world.phone.value("airfields", &oban, "remarks"),
        json!("Short grass.")
    );
    (world, oban)
}

#[tokio::test]
async fn a_field_that_only_others_change_follows_them_while_the_person_decides() {
    let (world, oban) = oban_in_conflict().await;
    let World { laptop, phone, .. } = &world;
    laptop.edits("airfields", &oban, json!({"remarks": "Long grass."}));
    laptop.syncs().await;
    phone.syncs().await;

    let conflict = phone
        .reads("airfields", &oban)
        .conflict
        .expect("still a conflict");
    let columns: Vec<_> = conflict.columns.iter().map(|column| column.as_str()).collect();
    assert_eq!(columns, ["elevation"]);
    assert_eq!(phone.value("airfields", &oban, "remarks"), json!("Long grass."));
    phone.resolves("airfields", &oban, &Decision::Mine);
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "remarks"), json!("Long grass."));
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(30));
}

#[tokio::test]
async fn what_the_person_empties_in_a_record_in_conflict_stays_empty() {
    let (world, oban) = oban_in_conflict().await;
    let World { laptop, phone, .. } = &world;
    // It was empty before the laptop wrote something: the person has read that, and takes it out again.
    phone.edits("airfields", &oban, json!({"remarks": null}));
    assert_eq!(phone.value("airfields", &oban, "remarks"), json!(null));
    assert_eq!(phone.reads("airfields", &oban).mark, Mark::Conflict);

    phone.resolves("airfields", &oban, &Decision::Mine);
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "remarks"), json!(null));
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(30));
}

#[tokio::test]
async fn an_edit_of_what_the_person_has_seen_is_not_asked_about_again() {
    let (world, oban) = oban_in_conflict().await;
    let World { laptop, phone, .. } = &world;
    phone.edits("airfields", &oban, json!({"remarks": "Mown."}));
    let conflict = phone
        .reads("airfields", &oban)
        .conflict
        .expect("still a conflict");
    assert_eq!(conflict.columns.len(), 1, "{:?}", conflict.columns);

    phone.resolves("airfields", &oban, &Decision::Theirs);
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "remarks"), json!("Mown."));
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(24));
}

#[tokio::test]
async fn what_the_person_changed_in_a_conflict_collides_when_others_change_it_after() {
    let (world, oban) = oban_in_conflict().await;
    let World { laptop, phone, .. } = &world;
    phone.edits("airfields", &oban, json!({"remarks": "Mown."}));
    laptop.edits("airfields", &oban, json!({"remarks": "Ploughed."}));
    laptop.syncs().await;
    phone.syncs().await;
    let conflict = phone
        .reads("airfields", &oban)
        .conflict
        .expect("still a conflict");
    let columns: Vec<_> = conflict.columns.iter().map(|column| column.as_str()).collect();
    assert_eq!(columns, ["elevation", "remarks"]);
    phone.resolves("airfields", &oban, &Decision::Mine);
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "remarks"), json!("Mown."));
}
