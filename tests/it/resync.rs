//! Devices that have lost their place: a restored server, a place that is too old, a table that was emptied or does not
//! agree.

use landfall_core::id::{ColumnName, RecordId};
use landfall_core::value::Value;
use landfall_store::Error;
use landfall_sync::Kind;
use landfall_testkit::{Backup, Fault, World, schema, table};
use serde_json::json;

#[tokio::test]
async fn a_restored_server_brings_everybody_back_together_and_keeps_waiting_edits() {
    let mut world = World::with_pages_of(5).await;
    let oban = world
        .laptop
        .adds("airfields", json!({"name": "Oban", "elevation": 20}));
    for number in 0..12 {
        world
            .laptop
            .adds("airfields", json!({"name": format!("Field {number}")}));
    }
    world.all_sync().await;
    let backup = world.server.is_backed_up();
    // What happened between backup and restore is lost at the server, and with it on clean devices.
    let lost = world.laptop.adds("airfields", json!({"name": "Lost"}));
    world.laptop.edits("airfields", &oban, json!({"elevation": 24}));
    world.all_sync().await;
    world.phone.edits("airfields", &oban, json!({"remarks": "Mown."}));
    let tiree = world.phone.adds("airfields", json!({"name": "Tiree"}));

    world.server.is_restored(&backup);
    let summary = world.phone.syncs().await;

    assert_eq!(summary.conflicts, 0);
    assert!(world.phone.log_codes().contains(&"resync".to_owned()));
    assert_eq!(world.phone.value("airfields", &oban, "remarks"), json!("Mown."));
    assert_eq!(world.phone.value("airfields", &tiree, "name"), json!("Tiree"));
    assert!(
        world
            .phone
            .store()
            .record(&table("airfields"), &lost)
            .unwrap()
            .is_none_or(|record| record.deleted)
    );
    world.all_converge().await;
    assert_eq!(world.laptop.value("airfields", &oban, "elevation"), json!(20));
    assert_eq!(world.laptop.value("airfields", &oban, "remarks"), json!("Mown."));
}

/// Everybody has a record that is in no backup of the server.
async fn with_lost_in_no_backup() -> (World, Backup, RecordId) {
    let mut world = World::new().await;
    world.all_sync().await;
    let backup = world.server.is_backed_up();
    let lost = world
        .laptop
        .adds("airfields", json!({"name": "Lost", "elevation": 7}));
    world.all_sync().await;
    (world, backup, lost)
}

#[tokio::test]
async fn an_edit_of_a_record_that_the_restored_server_lost_makes_it_anew_at_once() {
    let (mut world, backup, lost) = with_lost_in_no_backup().await;
    world.server.is_restored(&backup);

    // The phone has talked to the server's earlier life, and learns of the new one by the answer to its push.
    world.phone.edits("airfields", &lost, json!({"remarks": "Mown."}));
    let summary = world.phone.syncs().await;

    assert_eq!((summary.refused, summary.sent), (0, 1));
    world.all_converge().await;
    assert_eq!(world.laptop.value("airfields", &lost, "elevation"), json!(7));
    assert_eq!(world.laptop.value("airfields", &lost, "remarks"), json!("Mown."));
}

#[tokio::test]
async fn a_record_made_anew_leaves_out_what_people_may_not_set_and_history_keeps_it() {
    let (mut world, backup, lost) = with_lost_in_no_backup().await;
    let surveyed = "name = \"elevation\"\nread_only = true";
    let only_read = schema::SCHEMA
        .replace("version = 1", "version = 2")
        .replace("name = \"elevation\"", surveyed);
    world.server.takes_schema(&only_read);
    world.all_sync().await;
    world.server.is_restored(&backup);
    world.server.takes_schema(&only_read);

    world.phone.edits("airfields", &lost, json!({"remarks": "Mown."}));
    let summary = world.phone.syncs().await;

    assert_eq!((summary.refused, summary.sent), (0, 1));
    world.all_converge().await;
    assert_eq!(world.tablet.value("airfields", &lost, "remarks"), json!("Mown."));
    assert_eq!(world.phone.value("airfields", &lost, "elevation"), json!(null));
    let story = world.phone.store().story(&table("airfields"), &lost).unwrap();
    let elevation = ColumnName::new("elevation").unwrap();
    assert!(
        story
            .iter()
            .any(|entry| entry.before.get(&elevation) == Some(&Value::Integer(7))
                && entry.after.get(&elevation) == Some(&Value::Null)),
        "{story:?}"
    );
}

#[tokio::test]
async fn a_resync_that_is_cut_still_removes_what_is_gone() {
    let mut world = World::with_pages_of(5).await;
    for number in 0..12 {
        world
            .laptop
            .adds("airfields", json!({"name": format!("Field {number}")}));
    }
    world.all_sync().await;
    let backup = world.server.is_backed_up();
    world.laptop.adds("airfields", json!({"name": "Lost"}));
    world.all_sync().await;
    world.server.is_restored(&backup);

    world.phone.line().plan(Fault::CutAfter(1));
    world.phone.tries_to_sync(Kind::Pull).await.unwrap_err();
    world.phone.crashes().await;
    world.phone.syncs().await;

    assert_eq!(world.phone.store().counts(&table("airfields")).unwrap().total, 12);
    world.all_converge().await;
}

#[tokio::test]
async fn a_device_that_was_away_longer_than_tombstones_are_kept() {
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
    phone.goes_offline();
    laptop.deletes("airfields", &oban);
    laptop.syncs().await;
    server.forgets_tombstones();
    phone.edits("airfields", &tiree, json!({"closed": true}));

    phone.comes_online();
    phone.syncs().await;

    assert_eq!(phone.store().counts(&table("airfields")).unwrap().total, 1);
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &tiree, "closed"), json!(true));
}

#[tokio::test]
async fn an_emptied_table_is_pulled_from_the_start_and_waiting_edits_forbid_emptying() {
    let world = World::with_pages_of(5).await;
    let World { laptop, phone, .. } = &world;
    for number in 0..12 {
        laptop.adds("airfields", json!({"name": format!("Field {number}")}));
    }
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.adds("inspections", json!({"title": "Spring"}));
    world.all_sync().await;
    phone.edits("airfields", &oban, json!({"closed": true}));

    match phone.store().purge_table(&table("airfields"), false) {
        Err(Error::EditsWaiting { waiting, .. }) => assert_eq!(waiting, 1),
        other => panic!("not refused but {other:?}"),
    }
    phone.store().purge_table(&table("airfields"), true).unwrap();
    assert_eq!(phone.store().counts(&table("airfields")).unwrap().total, 0);
    assert_eq!(phone.store().counts(&table("inspections")).unwrap().total, 1);

    phone.syncs().await;
    assert_eq!(phone.value("airfields", &oban, "closed"), json!(null));
    world.all_converge().await;
}

#[tokio::test]
async fn a_table_that_does_not_agree_is_found_and_healed_in_the_same_run() {
    let mut world = World::new().await;
    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    let tiree = world.laptop.adds("airfields", json!({"name": "Tiree"}));
    world.all_sync().await;
    // A page that this phone once skipped by a mistake: the record is at the server, and the place is behind it.
    world.phone.line().lose_record(&tiree);
    world.laptop.edits("airfields", &tiree, json!({"elevation": 38}));
    world.laptop.edits("airfields", &oban, json!({"elevation": 20}));
    world.laptop.syncs().await;

    world.phone.syncs().await;

    assert!(world.phone.log_codes().contains(&"checksum_mismatch".to_owned()));
    assert_eq!(world.phone.value("airfields", &tiree, "elevation"), json!(38));
    world.all_converge().await;
    world.phone.crashes().await;
    assert!(world.phone.store().tables_to_refetch().unwrap().is_empty());
}
