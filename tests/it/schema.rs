//! A schema that grows while devices are away.

use landfall_testkit::{World, schema};
use serde_json::json;

#[tokio::test]
async fn a_new_column_arrives_while_edits_wait() {
    let mut world = World::new().await;
    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    world.all_sync().await;
    world.phone.edits("airfields", &oban, json!({"remarks": "Mown."}));
    world.server.takes_schema(&schema::grown());

    world.laptop.syncs().await;
    assert_eq!(world.laptop.store().schema().unwrap().version, 2);
    world
        .laptop
        .edits("airfields", &oban, json!({"surface": "grass"}));
    world.laptop.syncs().await;

    let summary = world.phone.syncs().await;
    assert_eq!((summary.merged, summary.conflicts, summary.sent), (1, 0, 1));
    assert_eq!(world.phone.value("airfields", &oban, "surface"), json!("grass"));
    assert_eq!(world.phone.value("airfields", &oban, "remarks"), json!("Mown."));
    assert!(world.phone.log_codes().contains(&"schema".to_owned()));
    world.all_converge().await;
}

#[tokio::test]
async fn a_device_that_pulls_from_the_start_after_the_change_has_the_column() {
    let mut world = World::new().await;
    world.server.takes_schema(&schema::grown());
    world.laptop.syncs().await;
    let oban = world
        .laptop
        .adds("airfields", json!({"name": "Oban", "surface": "asphalt"}));
    world.all_converge().await;
    assert_eq!(
        world.tablet.value("airfields", &oban, "surface"),
        json!("asphalt")
    );
}
