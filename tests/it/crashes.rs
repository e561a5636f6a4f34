//! Devices that lose power in the middle of a sync.

use landfall_testkit::{Fault, World, table};
use serde_json::json;

#[tokio::test]
async fn power_lost_in_the_middle_of_a_push() {
    let mut world = World::new().await;
    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    let tiree = world.laptop.adds("airfields", json!({"name": "Tiree"}));
    // The server has applied both; the laptop never hears of it.
    world.laptop.crashes_in_sync(Fault::HangsAfter(0)).await;
    assert_eq!(world.laptop.unsent(), 2);
    world.laptop.edits("airfields", &oban, json!({"elevation": 20}));

    assert_eq!(world.laptop.syncs().await.sent, 3);

    assert!(world.laptop.log_codes().contains(&"resumed".to_owned()));
    assert_eq!(world.server.history(&table("airfields"), &oban).await.len(), 2);
    assert_eq!(world.server.history(&table("airfields"), &tiree).await.len(), 1);
    world.all_converge().await;
}

#[tokio::test]
async fn power_lost_in_the_middle_of_a_pull() {
    let mut world = World::with_pages_of(5).await;
    for number in 0..23 {
        world
            .laptop
            .adds("airfields", json!({"name": format!("Field {number}")}));
    }
    world.laptop.syncs().await;

    world.phone.crashes_in_sync(Fault::HangsAfter(3)).await;

    // What was put down is there, with its place in the stream; nothing comes twice.
    assert_eq!(world.phone.store().counts(&table("airfields")).unwrap().total, 15);
    assert_eq!(world.phone.syncs().await.received, 8);
    world.all_converge().await;
}
