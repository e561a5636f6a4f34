//! Changes that the server refuses.

use landfall_core::outbox::EntryState;
use landfall_store::Mark;
use landfall_testkit::{Fault, World};
use serde_json::json;

#[tokio::test]
async fn a_refused_change_blocks_only_its_own_record() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    // Both take the same code while neither knows of the other.
    laptop.adds("airfields", json!({"name": "Oban", "code": "EGEO"}));
    let double = phone.adds("airfields", json!({"name": "Connel", "code": "EGEO"}));
    let tiree = phone.adds("airfields", json!({"name": "Tiree"}));
    laptop.syncs().await;

    let summary = phone.syncs().await;

    assert_eq!((summary.sent, summary.refused), (1, 1));
    assert_eq!(phone.reads("airfields", &tiree).mark, Mark::Synced);
    let refused = phone.reads("airfields", &double);
    assert_eq!(refused.mark, Mark::Refused);
    match &refused.entries[0].state {
        EntryState::Refused(refusal) => {
            assert_eq!(refusal.code, "not_unique");
            assert_eq!(refusal.field_errors[0].column.as_str(), "code");
        }
        other => panic!("not refused but {other:?}"),
    }
    assert!(phone.log_codes().contains(&"refused".to_owned()));
    // It stays quiet until the person mends it.
    assert_eq!(phone.syncs().await.refused, 0);
    assert_eq!(phone.unsent(), 1);

    phone.edits("airfields", &double, json!({"code": "EGEC"}));
    assert_eq!(phone.syncs().await.sent, 1);
    world.all_converge().await;
}

#[tokio::test]
async fn a_refused_change_can_be_discarded() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    laptop.adds("airfields", json!({"name": "Oban", "code": "EGEO"}));
    let oban = phone.adds("airfields", json!({"name": "Connel"}));
    phone.syncs().await;
    phone.edits("airfields", &oban, json!({"code": "EGEO"}));
    laptop.syncs().await;
    assert_eq!(phone.syncs().await.refused, 1);

    let op = phone.reads("airfields", &oban).entries[0].op_id.clone();
    phone.store().discard(&op).unwrap();

    assert_eq!(phone.value("airfields", &oban, "code"), json!(null));
    world.all_converge().await;
}

#[tokio::test]
async fn a_change_that_no_request_can_carry_is_refused_and_the_others_go() {
    let world = World::with_bodies_of(4_096).await;
    let World { laptop, .. } = &world;
    let long = laptop.adds(
        "airfields",
        json!({"name": "Oban", "remarks": "grass ".repeat(2_000)}),
    );
    for number in 0..40 {
        laptop.adds(
            "airfields",
            json!({"name": format!("Field {number}"), "remarks": "x".repeat(150)}),
        );
    }

    let summary = laptop.syncs().await;

    assert_eq!((summary.sent, summary.refused), (40, 1));
    match &laptop.reads("airfields", &long).entries[0].state {
        EntryState::Refused(refusal) => assert_eq!(refusal.code, landfall_sync::push::TOO_LARGE),
        other => panic!("not refused but {other:?}"),
    }
    laptop.edits("airfields", &long, json!({"remarks": "Grass."}));
    world.all_converge().await;
}

#[tokio::test]
async fn a_change_that_the_server_can_not_read_is_found_and_the_others_go() {
    let world = World::new().await;
    let World { laptop, .. } = &world;
    let odd = laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.adds("airfields", json!({"name": "Islay"}));
    laptop.adds("airfields", json!({"name": "Tiree"}));
    // All three, then Oban alone.
    for fault in [Fault::Status(400), Fault::Status(400)] {
        laptop.line().plan(fault);
    }

    let summary = laptop.syncs().await;

    assert_eq!((summary.sent, summary.refused), (2, 1));
    match &laptop.reads("airfields", &odd).entries[0].state {
        EntryState::Refused(refusal) => assert_eq!(refusal.code, "not_understood"),
        other => panic!("not refused but {other:?}"),
    }
    laptop.edits("airfields", &odd, json!({"name": "Oban North"}));
    world.all_converge().await;
}

#[tokio::test]
async fn an_inspection_of_an_airfield_that_was_deleted_is_refused() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    world.all_sync().await;
    laptop.deletes("airfields", &oban);
    laptop.syncs().await;
    let visit = phone.adds(
        "inspections",
        json!({"title": "Spring", "airfield": oban.as_str()}),
    );
    assert_eq!(phone.syncs().await.refused, 1);
    phone.edits("inspections", &visit, json!({"airfield": null}));
    world.all_converge().await;
}
