//! What happens when nothing goes wrong, and when people simply have no network for a while.

use landfall_store::Mark;
use landfall_sync::{Kind, TransportError};
use landfall_testkit::World;
use serde_json::json;

#[tokio::test]
async fn a_record_made_on_the_laptop_is_on_the_phone() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban", "elevation": 20}));
    assert_eq!(laptop.reads("airfields", &oban).mark, Mark::Waiting);

    assert_eq!(laptop.syncs().await.sent, 1);
    assert_eq!(laptop.reads("airfields", &oban).mark, Mark::Synced);

    assert_eq!(phone.syncs().await.received, 1);
    assert_eq!(phone.value("airfields", &oban, "name"), json!("Oban"));
    assert_eq!(phone.reads("airfields", &oban).changed_by, "laptop");
    assert_eq!(laptop.log_codes()[..1], ["sent"]);
    assert_eq!(phone.log_codes(), ["received"]);
    world.all_converge().await;
}

#[tokio::test]
async fn edits_made_without_a_network_go_out_when_it_is_back() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    world.all_sync().await;

    phone.goes_offline();
    phone.edits("airfields", &oban, json!({"remarks": "Windsock torn."}));
    let mull = phone.adds("airfields", json!({"name": "Glenforsa"}));
    phone.edits("airfields", &mull, json!({"closed": true}));
    let ended = phone.tries_to_sync(Kind::Sync).await.unwrap_err();
    assert_eq!(ended.code(), TransportError::Refused.code());
    assert_eq!(phone.log_codes()[0], "unreachable");
    assert_eq!(phone.unsent(), 2);
    // Without any network it all reads as it was written.
    assert_eq!(phone.value("airfields", &mull, "closed"), json!(true));

    phone.comes_online();
    assert_eq!(phone.syncs().await.sent, 2);
    laptop.syncs().await;
    assert_eq!(
        laptop.value("airfields", &oban, "remarks"),
        json!("Windsock torn.")
    );
    assert_eq!(laptop.value("airfields", &mull, "closed"), json!(true));
    world.all_converge().await;
}

#[tokio::test]
async fn sending_alone_and_receiving_alone() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    phone.adds("airfields", json!({"name": "Tiree"}));
    laptop.tries_to_sync(Kind::Push).await.unwrap();

    let pulled = phone.tries_to_sync(Kind::Pull).await.unwrap();
    assert_eq!((pulled.sent, pulled.received), (0, 1));
    assert_eq!(phone.unsent(), 1);
    assert_eq!(phone.value("airfields", &oban, "name"), json!("Oban"));

    let pushed = phone.tries_to_sync(Kind::Push).await.unwrap();
    assert_eq!((pushed.sent, pushed.received), (1, 0));
    world.all_converge().await;
}

#[tokio::test]
async fn a_device_that_is_up_to_date_moves_nothing() {
    let world = World::new().await;
    let World { laptop, .. } = &world;
    laptop.adds("airfields", json!({"name": "Oban"}));
    world.all_sync().await;
    let pushed = laptop.line().pushed();
    let idle = laptop.syncs().await;
    assert_eq!(idle, landfall_sync::Summary::default());
    assert_eq!(laptop.line().pushed(), pushed, "nothing to send, nothing is sent");
}
