//! Deletions, and taking them back.

use landfall_core::id::RecordId;
use landfall_core::reconcile::{ConflictKind, Decision};
use landfall_sync::Kind;
use landfall_testkit::{Fault, World};
use serde_json::json;

async fn with_oban() -> (World, RecordId) {
    let world = World::new().await;
    let oban = world
        .laptop
        .adds("airfields", json!({"name": "Oban", "elevation": 20}));
    world.all_sync().await;
    (world, oban)
}

#[tokio::test]
async fn a_deleted_record_is_gone_everywhere_and_comes_back_by_undo() {
    let (world, oban) = with_oban().await;
    let World { laptop, phone, .. } = &world;
    let deletion = laptop.deletes("airfields", &oban);
    world.all_converge().await;
    assert!(phone.reads("airfields", &oban).deleted);

    laptop.store().undo(&deletion.action).unwrap();
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &oban, "elevation"), json!(20));
    assert!(!phone.reads("airfields", &oban).deleted);
}

#[tokio::test]
async fn a_record_made_and_deleted_before_any_sync_never_leaves_the_device() {
    let world = World::new().await;
    let World { laptop, .. } = &world;
    let oops = laptop.adds("airfields", json!({"name": "Obna"}));
    laptop.deletes("airfields", &oops);
    assert_eq!(laptop.syncs().await.sent, 0);
    world.all_converge().await;
}

#[tokio::test]
async fn a_record_that_may_have_reached_the_server_is_deleted_there_too() {
    let world = World::new().await;
    let World { laptop, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.line().plan(Fault::AnswerCut);
    laptop.tries_to_sync(Kind::Push).await.unwrap_err();
    laptop.deletes("airfields", &oban);
    assert_eq!(laptop.syncs().await.sent, 2);
    world.all_converge().await;
}

#[tokio::test]
async fn edited_here_deleted_there() {
    for (decision, comes_back) in [(Decision::Mine, true), (Decision::Theirs, false)] {
        let (world, oban) = with_oban().await;
        let World { laptop, phone, .. } = &world;
        laptop.deletes("airfields", &oban);
        laptop.syncs().await;
        phone.edits("airfields", &oban, json!({"elevation": 24}));
        assert_eq!(phone.syncs().await.conflicts, 1);
        let conflict = phone.reads("airfields", &oban).conflict.expect("a conflict");
        assert_eq!(conflict.kind, ConflictKind::EditedHereDeletedThere);
        assert_eq!(phone.value("airfields", &oban, "elevation"), json!(24));

        phone.resolves("airfields", &oban, &decision);
        world.all_converge().await;
        assert_eq!(!laptop.reads("airfields", &oban).deleted, comes_back);
    }
}

#[tokio::test]
async fn deleted_here_edited_there() {
    for (decision, is_gone) in [(Decision::Mine, true), (Decision::Theirs, false)] {
        let (world, oban) = with_oban().await;
        let World { laptop, phone, .. } = &world;
        laptop.edits("airfields", &oban, json!({"elevation": 24}));
        laptop.syncs().await;
        phone.deletes("airfields", &oban);
        assert_eq!(phone.syncs().await.conflicts, 1);
        let conflict = phone.reads("airfields", &oban).conflict.expect("a conflict");
        assert_eq!(conflict.kind, ConflictKind::DeletedHereEditedThere);

        phone.resolves("airfields", &oban, &decision);
        world.all_converge().await;
        assert_eq!(laptop.reads("airfields", &oban).deleted, is_gone);
    }
}

#[tokio::test]
async fn both_delete_and_nobody_is_asked() {
    let (world, oban) = with_oban().await;
    let World { laptop, phone, .. } = &world;
    laptop.deletes("airfields", &oban);
    phone.deletes("airfields", &oban);
    laptop.syncs().await;
    assert_eq!(phone.syncs().await.conflicts, 0);
    world.all_converge().await;
}

#[tokio::test]
async fn an_undo_after_the_sync_is_a_new_change() {
    let (world, oban) = with_oban().await;
    let World { laptop, phone, .. } = &world;
    let raised = laptop.edits("airfields", &oban, json!({"elevation": 24}));
    world.all_converge().await;
    let done = laptop.store().undo(&raised.action).unwrap();
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &oban, "elevation"), json!(20));
    // And the undo can be undone.
    laptop.store().undo(&done.action).unwrap();
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &oban, "elevation"), json!(24));
}

#[tokio::test]
async fn a_deletion_undone_after_the_server_has_forgotten_it() {
    let (world, oban) = with_oban().await;
    let World {
        server,
        laptop,
        phone,
        ..
    } = &world;
    let deletion = laptop.deletes("airfields", &oban);
    world.all_converge().await;
    server.forgets_tombstones();

    laptop.store().undo(&deletion.action).unwrap();

    // To the server it is a new record, made now; the laptop takes that over.
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &oban, "elevation"), json!(20));
}
