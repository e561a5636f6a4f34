//! Changes that need each other, made in an order in which the outbox can't send them one by one: a record that waits
//! keeps its place when it is edited again, and may then stand before what it refers to.

use landfall_core::id::RecordId;
use landfall_sync::Kind;
use landfall_testkit::{Fault, LIMITS, World, schema, table};
use serde_json::json;

/// A world in which everybody has Oban (EGEO) and Tiree (EGPU).
async fn with_two() -> (World, RecordId, RecordId) {
    let world = World::new().await;
    let oban = world
        .laptop
        .adds("airfields", json!({"name": "Oban", "code": "EGEO"}));
    let tiree = world
        .laptop
        .adds("airfields", json!({"name": "Tiree", "code": "EGPU"}));
    world.all_sync().await;
    (world, oban, tiree)
}

#[tokio::test]
async fn an_inspection_begun_before_its_airfield_was_made() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let visit = laptop.adds("inspections", json!({"title": "Spring"}));
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.edits("inspections", &visit, json!({"airfield": oban.as_str()}));

    let summary = laptop.syncs().await;

    assert_eq!((summary.sent, summary.refused), (2, 0));
    world.all_converge().await;
    assert_eq!(
        phone.value("inspections", &visit, "airfield"),
        json!(oban.as_str())
    );
}

#[tokio::test]
async fn a_unique_value_that_one_record_gave_up_and_another_took() {
    let (world, oban, tiree) = with_two().await;
    let World { laptop, phone, .. } = &world;
    laptop.edits("airfields", &tiree, json!({"remarks": "Mown."}));
    laptop.edits("airfields", &oban, json!({"code": "EGEX"}));
    laptop.edits("airfields", &tiree, json!({"code": "EGEO"}));

    let summary = laptop.syncs().await;

    assert_eq!((summary.sent, summary.refused), (2, 0));
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &tiree, "code"), json!("EGEO"));
}

#[tokio::test]
async fn two_records_that_swapped_their_unique_values() {
    let (world, oban, tiree) = with_two().await;
    let World { laptop, phone, .. } = &world;
    laptop.edits("airfields", &oban, json!({"code": "TEMP"}));
    laptop.edits("airfields", &tiree, json!({"code": "EGEO"}));
    laptop.edits("airfields", &oban, json!({"code": "EGPU"}));

    let summary = laptop.syncs().await;

    assert_eq!((summary.sent, summary.refused), (2, 0));
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &oban, "code"), json!("EGPU"));
    assert_eq!(phone.value("airfields", &tiree, "code"), json!("EGEO"));
}

#[tokio::test]
async fn a_swap_beside_a_value_that_really_is_taken() {
    let (world, oban, tiree) = with_two().await;
    let World { laptop, phone, .. } = &world;
    phone.adds("airfields", json!({"name": "Islay", "code": "EGPI"}));
    phone.syncs().await;
    let double = laptop.adds("airfields", json!({"name": "Glenegedale", "code": "EGPI"}));
    laptop.edits("airfields", &oban, json!({"code": "TEMP"}));
    laptop.edits("airfields", &tiree, json!({"code": "EGEO"}));
    laptop.edits("airfields", &oban, json!({"code": "EGPU"}));

    let summary = laptop.syncs().await;

    assert_eq!((summary.sent, summary.refused), (2, 1));
    laptop.edits("airfields", &double, json!({"code": null}));
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &oban, "code"), json!("EGPU"));
}

#[tokio::test]
async fn a_change_refused_for_a_missing_record_goes_by_itself_once_that_is_there() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    phone.adds("airfields", json!({"name": "Connel", "code": "EGEO"}));
    phone.syncs().await;
    // The airfield is refused, and so is what refers to it.
    let oban = laptop.adds("airfields", json!({"name": "Oban", "code": "EGEO"}));
    let visit = laptop.adds(
        "inspections",
        json!({"title": "Spring", "airfield": oban.as_str()}),
    );
    assert_eq!(laptop.syncs().await.refused, 2);

    // The person mends the airfield; nothing is wrong with the inspection.
    laptop.edits("airfields", &oban, json!({"code": "EGEX"}));
    assert_eq!(laptop.syncs().await.sent, 1);
    assert_eq!(laptop.syncs().await.sent, 1);
    world.all_converge().await;
    assert_eq!(phone.value("inspections", &visit, "title"), json!("Spring"));
}

const NESTED: &str = "\n[[table]]\nname = \"areas\"\n\n[[table.column]]\nname = \"title\"\ntype = \"text\"\n\n\
                      [[table.column]]\nname = \"within\"\ntype = \"reference\"\ntable = \"areas\"\n";

#[tokio::test]
async fn records_that_refer_to_each_other_and_to_themselves() {
    let schema = format!("{}{NESTED}", schema::SCHEMA);
    let world = World::of(1, &schema, LIMITS).await;
    let World { laptop, phone, .. } = &world;
    let north = laptop.adds("areas", json!({"title": "North"}));
    let south = laptop.adds("areas", json!({"title": "South", "within": north.as_str()}));
    laptop.edits("areas", &north, json!({"within": south.as_str()}));
    let whole = laptop.adds("areas", json!({"title": "Whole"}));
    laptop.edits("areas", &whole, json!({"within": whole.as_str()}));

    let summary = laptop.syncs().await;

    assert_eq!((summary.sent, summary.refused), (3, 0));
    world.all_converge().await;
    assert_eq!(phone.value("areas", &north, "within"), json!(south.as_str()));
}

#[tokio::test]
async fn a_swap_whose_answer_was_lost_is_made_once() {
    let (world, oban, tiree) = with_two().await;
    let World {
        server,
        laptop,
        phone,
        ..
    } = &world;
    laptop.edits("airfields", &oban, json!({"code": "TEMP"}));
    laptop.edits("airfields", &tiree, json!({"code": "EGEO"}));
    laptop.edits("airfields", &oban, json!({"code": "EGPU"}));
    laptop.line().plan(Fault::AnswerCut);
    laptop.tries_to_sync(Kind::Sync).await.unwrap_err();

    assert_eq!(laptop.syncs().await.sent, 2);

    for airfield in [&oban, &tiree] {
        let history = server.history(&table("airfields"), airfield).await;
        assert_eq!(history.len(), 2);
        assert_eq!(history[0].before.len(), 1, "what it had before is in history");
    }
    world.all_converge().await;
    assert_eq!(phone.value("airfields", &oban, "code"), json!("EGPU"));
}

#[tokio::test]
async fn what_a_change_needs_may_come_in_a_later_request() {
    let world = World::with_pushes_of(1).await;
    let World { laptop, phone, .. } = &world;
    let visit = laptop.adds("inspections", json!({"title": "Spring"}));
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.edits("inspections", &visit, json!({"airfield": oban.as_str()}));

    laptop.syncs().await;
    laptop.syncs().await;

    world.all_converge().await;
    assert_eq!(
        phone.value("inspections", &visit, "airfield"),
        json!(oban.as_str())
    );
}
