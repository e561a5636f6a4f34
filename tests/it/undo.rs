//! Taking back what was done, after it has gone everywhere; and the server's story of a record.

use landfall_core::id::RecordId;
use landfall_core::outbox::{EditOrigin, OpKind};
use landfall_sync::Transport;
use landfall_testkit::{Fault, World, table};
use serde_json::json;

#[tokio::test]
async fn an_undo_after_a_sync_reaches_the_phone_and_so_does_its_redo() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban", "elevation": 20}));
    world.all_sync().await;
    laptop.edits("airfields", &oban, json!({"name": "Oban North", "elevation": 24}));
    world.all_converge().await;
    phone.edits("airfields", &oban, json!({"elevation": 25}));
    world.all_converge().await;

    let undone = laptop.store().undo_last().unwrap();
    assert_eq!((undone.records, undone.skipped), (1, 1));
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &oban, "name"), json!("Oban"));
    assert_eq!(
        phone.value("airfields", &oban, "elevation"),
        json!(25),
        "the phone's own change stays"
    );

    laptop.store().redo_last().unwrap();
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &oban, "name"), json!("Oban North"));
    let told = world.server.history(&table("airfields"), &oban).await;
    let origins: Vec<_> = told.iter().map(|entry| entry.origin).collect();
    let (undone, edited) = (EditOrigin::Undo, EditOrigin::Edit);
    assert_eq!(origins, [undone, undone, edited, edited, edited]);
}

#[tokio::test]
async fn the_stacks_outlive_a_crash_in_the_middle_of_a_sync() {
    let mut world = World::new().await;
    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    world.all_sync().await;
    world
        .laptop
        .edits("airfields", &oban, json!({"name": "Oban North"}));
    world.laptop.crashes_in_sync(Fault::HangsAfter(0)).await;

    let steps = world.laptop.store().undo_stack().unwrap().undo;
    assert_eq!(steps.len(), 2);
    assert_eq!(steps[0].title.as_deref(), Some("Oban North"));
    // What is in flight may be there already: the undo is a change behind it.
    world.laptop.store().undo_last().unwrap();
    world.all_converge().await;
    assert_eq!(world.phone.value("airfields", &oban, "name"), json!("Oban"));
    world.laptop.crashes().await;
    assert_eq!(world.laptop.store().undo_stack().unwrap().redo.len(), 1);
    world.laptop.store().redo_last().unwrap();
    world.all_converge().await;
    assert_eq!(world.phone.value("airfields", &oban, "name"), json!("Oban North"));
}

#[tokio::test]
async fn many_records_go_back_everywhere_as_one_step() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let fields: Vec<RecordId> = (0..90)
        .map(|n| laptop.adds("airfields", json!({"name": format!("Field {n}"), "elevation": n})))
        .collect();
    world.all_converge().await;
    let edits = fields.iter().map(|id| landfall_store::Edit::Update {
        table: table("airfields"),
        id: id.clone(),
        patch: landfall_testkit::fields(json!({"elevation": 5000})),
    });
    laptop.does(edits.collect());
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &fields[60], "elevation"), json!(5000));
    assert_eq!(laptop.store().undo_last().unwrap().records, 90);
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &fields[60], "elevation"), json!(60));
}

#[tokio::test]
async fn the_server_tells_a_records_story_to_a_device_that_was_not_there() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    // An id from elsewhere, with what must be escaped on the way.
    let oban: RecordId = "EGEO #1 100% ö".parse().unwrap();
    laptop.adds_as("airfields", oban.as_str(), json!({"name": "Oban"}));
    laptop.syncs().await;
    laptop.edits("airfields", &oban, json!({"name": "Oban North"}));
    laptop.syncs().await;
    phone.syncs().await;
    assert!(
        phone
            .store()
            .history(&table("airfields"), &oban)
            .unwrap()
            .is_empty()
    );

    let story = phone.line().history(&table("airfields"), &oban).await.unwrap();
    let kinds: Vec<OpKind> = story.entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [OpKind::Update, OpKind::Insert]);
    assert!(story.entries.iter().all(|entry| entry.changed_by == "laptop"));
    let nothing = phone
        .line()
        .history(&table("airfields"), &"nowhere".parse().unwrap())
        .await;
    assert!(nothing.unwrap().entries.is_empty());
    phone.goes_offline();
    assert!(phone.line().history(&table("airfields"), &oban).await.is_err());
}

#[tokio::test]
async fn a_deleted_record_is_in_the_trash_of_every_device_and_comes_back_from_any() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban", "elevation": 20}));
    world.all_converge().await;
    laptop.deletes("airfields", &oban);
    world.all_converge().await;
    let trash = phone.store().trash(None, 10).unwrap();
    assert_eq!(
        (trash[0].title.as_str(), trash[0].who.as_str(), trash[0].here),
        ("Oban", "laptop", false)
    );
    phone.store().undelete(&table("airfields"), &oban).unwrap();
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(20));
    assert!(laptop.store().trash(None, 10).unwrap().is_empty());
}
