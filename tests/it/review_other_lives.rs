//! Answers and records that belong to a life of the server, or of the device's name, that is over.

use landfall_store::Mark;
use landfall_sync::{Kind, Runner};
use landfall_testkit::{Fault, World};
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn a_record_held_aside_before_the_server_was_restored_overwrites_nothing() {
    let mut world = World::new().await;
    let edit = json!({"name": "Oban", "elevation": 20});
    let oban = world.laptop.adds("airfields", edit);
    world.all_sync().await;
    let backup = world.server.is_backed_up();
    // The laptop's edit is applied, the answer is lost; the phone's comes on top, and waits at the laptop.
    world.laptop.edits("airfields", &oban, json!({"elevation": 24}));
    world.laptop.line().plan(Fault::AnswerCut);
    world.laptop.tries_to_sync(Kind::Push).await.unwrap_err();
    world.phone.syncs().await;
    let theirs = json!({"remarks": "Mown.", "closed": true});
    world.phone.edits("airfields", &oban, theirs);
    world.phone.syncs().await;
    world.laptop.tries_to_sync(Kind::Pull).await.unwrap();
    // A further edit stands behind the one in flight.
    world.laptop.edits("airfields", &oban, json!({"code": "EGEO"}));

    // In the life that follows neither the phone's edit nor the laptop's has happened.
    world.server.is_restored(&backup);
    for _ in 0..2 {
        assert_eq!(world.laptop.syncs().await.conflicts, 0);
    }

    assert_eq!(world.laptop.reads("airfields", &oban).mark, Mark::Synced);
    world.all_converge().await;
    assert_eq!(world.phone.value("airfields", &oban, "elevation"), json!(24));
    assert_eq!(world.phone.value("airfields", &oban, "code"), json!("EGEO"));
}

#[tokio::test]
async fn a_device_added_again_sends_what_its_old_name_had_on_its_way_and_nothing_is_there_twice() {
    let world = World::new().await;
    let World {
        server,
        laptop,
        phone,
        ..
    } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    let tiree = laptop.adds("airfields", json!({"name": "Tiree"}));
    world.all_sync().await;
    laptop.edits("airfields", &oban, json!({"elevation": 24}));
    laptop.deletes("airfields", &tiree);
    let islay = laptop.adds("airfields", json!({"name": "Islay"}));
    laptop.line().plan(Fault::AnswerCut);
    laptop.tries_to_sync(Kind::Push).await.unwrap_err();
    laptop.edits("airfields", &islay, json!({"elevation": 17}));

    // The server forgets the device, and with it what it had been told of the answers.
    server.workspace().remove_device("laptop").unwrap();
    assert_eq!(
        laptop.tries_to_sync(Kind::Sync).await.unwrap_err().code(),
        "unauthorized"
    );
    assert_eq!(laptop.unsent(), 4);
    let (_, line) = server.welcomes("laptop again");
    let clock = laptop.clock().clone();
    let runner = Runner::new(
        laptop.store().clone(),
        Arc::new(line),
        Arc::new(move || clock.now()),
        None,
    );
    assert_eq!(runner.run_once(Kind::Sync).await.unwrap().conflicts, 0);
    assert_eq!(laptop.unsent(), 0);
    phone.syncs().await;
    assert_eq!(phone.value("airfields", &oban, "elevation"), json!(24));
    assert_eq!(phone.value("airfields", &islay, "elevation"), json!(17));
    assert!(phone.reads("airfields", &tiree).deleted);
}
