//! What a person changes while the device knows that there is no network never left it: it can still be taken back.

use landfall_core::outbox::EntryState;
use landfall_sync::Kind;
use landfall_testkit::{Fault, World};
use serde_json::json;

#[tokio::test]
async fn a_change_that_no_connection_carried_can_be_discarded_or_deleted_away() {
    let world = World::new().await;
    let phone = &world.phone;
    let oban = phone.adds("airfields", json!({"name": "Oban"}));
    world.all_sync().await;
    phone.goes_offline();
    phone.edits("airfields", &oban, json!({"elevation": 24}));
    let tiree = phone.adds("airfields", json!({"name": "Tiree"}));
    for _ in 0..3 {
        phone.tries_to_sync(Kind::Sync).await.unwrap_err();
    }
    let outbox = phone.store().outbox().unwrap();
    assert!(outbox.iter().all(|row| row.entry.state == EntryState::Waiting));

    phone.deletes("airfields", &tiree);
    phone.store().discard(&outbox[0].entry.op_id).unwrap();
    assert_eq!(phone.unsent(), 0);
    phone.comes_online();
    assert_eq!(phone.syncs().await.sent, 0);
    world.all_converge().await;
}

#[tokio::test]
async fn a_change_that_may_have_been_sent_before_the_network_went_stays_on_its_way() {
    let world = World::new().await;
    let phone = &world.phone;
    let oban = phone.adds("airfields", json!({"name": "Oban"}));
    phone.line().plan(Fault::AnswerCut);
    phone.tries_to_sync(Kind::Push).await.unwrap_err();
    phone.goes_offline();
    phone.tries_to_sync(Kind::Push).await.unwrap_err();
    assert_eq!(
        phone.store().outbox().unwrap()[0].entry.state,
        EntryState::InFlight
    );
    phone.deletes("airfields", &oban);
    phone.comes_online();
    assert_eq!(phone.syncs().await.sent, 2);
    world.all_converge().await;
}
