//! Lines that break at the worst moment.

use landfall_sync::{Kind, TransportError};
use landfall_testkit::{Fault, World, table};
use serde_json::json;

#[tokio::test]
async fn a_change_whose_answer_was_lost_is_sent_again_and_applied_once() {
    let world = World::new().await;
    let World { server, laptop, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.line().plan(Fault::AnswerCut);
    let ended = laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    assert_eq!(ended.code(), TransportError::CutOff.code());
    assert_eq!(laptop.unsent(), 1);

    assert_eq!(laptop.syncs().await.sent, 1);

    assert_eq!(server.history(&table("airfields"), &oban).await.len(), 1);
    assert_eq!(laptop.line().ledger().len(), 1);
    world.all_converge().await;
}

#[tokio::test]
async fn a_request_that_arrives_twice_or_late_is_applied_once() {
    for fault in [Fault::Duplicated, Fault::Late] {
        let world = World::new().await;
        let World {
            server,
            laptop,
            phone,
            ..
        } = &world;
        let oban = laptop.adds("airfields", json!({"name": "Oban"}));
        world.all_sync().await;
        laptop.edits("airfields", &oban, json!({"elevation": 20}));
        laptop.line().plan(fault);
        // What the first try brings does not matter.
        drop(laptop.tries_to_sync(Kind::Sync).await);
        phone.syncs().await;
        laptop.syncs().await;
        laptop.edits("airfields", &oban, json!({"elevation": 21}));
        laptop.syncs().await;
        assert_eq!(
            server.history(&table("airfields"), &oban).await.len(),
            3,
            "{fault:?}"
        );
        world.all_converge().await;
    }
}

#[tokio::test]
async fn others_changes_come_in_while_the_answer_to_mine_is_lost() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban", "elevation": 20}));
    world.all_sync().await;
    laptop.edits("airfields", &oban, json!({"elevation": 24}));
    laptop.line().plan(Fault::AnswerCut);
    laptop.tries_to_sync(Kind::Push).await.unwrap_err();
    phone.syncs().await;
    phone.edits("airfields", &oban, json!({"elevation": 30, "remarks": "Mown."}));
    phone.syncs().await;

    // Theirs contains mine already, but the laptop can't know that yet.
    laptop.tries_to_sync(Kind::Pull).await.unwrap();
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(24));

    let summary = laptop.syncs().await;
    assert_eq!((summary.sent, summary.conflicts), (1, 0));
    assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(30));
    world.all_converge().await;
}

#[tokio::test]
async fn a_pull_that_is_cut_goes_on_where_it_stopped() {
    let world = World::with_pages_of(5).await;
    let World { laptop, phone, .. } = &world;
    for number in 0..23 {
        laptop.adds("airfields", json!({"name": format!("Field {number}")}));
    }
    laptop.syncs().await;
    phone.line().plan(Fault::CutAfter(2));
    let ended = phone.tries_to_sync(Kind::Pull).await.unwrap_err();
    assert_eq!(ended.code(), "cut_off");
    assert_eq!(phone.store().counts(&table("airfields")).unwrap().total, 10);

    assert_eq!(phone.syncs().await.received, 13);
    world.all_converge().await;
}

#[tokio::test]
async fn trouble_with_a_push_does_not_keep_others_changes_away() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.syncs().await;
    phone.adds("airfields", json!({"name": "Tiree"}));
    phone.line().plan(Fault::Status(500));
    let ended = phone.tries_to_sync(Kind::Sync).await.unwrap_err();
    assert_eq!(ended.code(), "server_trouble");
    assert_eq!(phone.value("airfields", &oban, "name"), json!("Oban"));
    world.all_converge().await;
}

#[tokio::test]
async fn a_server_that_is_down_and_up_again_loses_nothing() {
    let mut world = World::new().await;
    world.laptop.adds("airfields", json!({"name": "Oban"}));
    world.server.stops();
    assert_eq!(
        world.laptop.tries_to_sync(Kind::Sync).await.unwrap_err().code(),
        "unreachable"
    );
    world.server.starts();
    assert_eq!(world.laptop.syncs().await.sent, 1);
    world.server.restarts();
    world.all_converge().await;
}
