//! Several records changed in one action: all or none.

use landfall_core::id::RecordId;
use landfall_core::reconcile::Decision;
use landfall_store::{Edit, Mark};
use landfall_testkit::{World, fields, table};
use serde_json::json;

fn closes(id: &RecordId) -> Edit {
    Edit::Update {
        table: table("airfields"),
        id: id.clone(),
        patch: fields(json!({"closed": true})),
    }
}

#[tokio::test]
async fn an_action_on_two_records_reaches_the_server_whole_or_not_at_all() {
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
    laptop.edits("airfields", &tiree, json!({"closed": false}));
    laptop.syncs().await;

    // Tiree collides, so neither goes.
    phone.does(vec![closes(&oban), closes(&tiree)]);
    let summary = phone.syncs().await;
    assert_eq!((summary.sent, summary.conflicts), (0, 1));
    assert_eq!(server.history(&table("airfields"), &oban).await.len(), 1);
    assert_eq!(phone.reads("airfields", &oban).mark, Mark::Waiting);
    assert_eq!(phone.value("airfields", &oban, "closed"), json!(true));

    // Once the person has decided, both go.
    phone.resolves("airfields", &tiree, &Decision::Mine);
    assert_eq!(phone.syncs().await.sent, 2);
    world.all_converge().await;
    assert_eq!(laptop.value("airfields", &tiree, "closed"), json!(true));
}

#[tokio::test]
async fn an_action_that_merges_by_itself_goes_whole_in_the_same_run() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    let tiree = laptop.adds("airfields", json!({"name": "Tiree"}));
    world.all_sync().await;
    laptop.edits("airfields", &tiree, json!({"elevation": 38}));
    laptop.syncs().await;
    phone.does(vec![closes(&oban), closes(&tiree)]);
    let summary = phone.syncs().await;
    assert_eq!((summary.sent, summary.merged, summary.conflicts), (2, 1, 0));
    world.all_converge().await;
}

fn inserts(count: usize, remarks: &str) -> Vec<Edit> {
    let insert = |number| Edit::Insert {
        table: table("airfields"),
        id: RecordId::new(format!("f{number:02}")).expect("an id"),
        fields: fields(json!({"name": format!("Field {number}"), "remarks": remarks})),
    };
    (0..count).map(insert).collect()
}

#[tokio::test]
async fn an_action_on_more_records_than_a_request_has_changes_goes_whole() {
    let world = World::with_pushes_of(10).await;
    let World { laptop, phone, .. } = &world;
    // What is edited before and after it goes for itself.
    laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.does(inserts(35, "Short grass."));
    laptop.adds("airfields", json!({"name": "Tiree"}));
    // The phone has one of these ids already: so none of them goes.
    let taken = RecordId::new("f20").unwrap();
    phone.does(vec![Edit::Insert {
        table: table("airfields"),
        id: taken.clone(),
        fields: fields(json!({"name": "Coll"})),
    }]);
    phone.syncs().await;
    let summary = laptop.syncs().await;
    assert_eq!((summary.sent, summary.conflicts), (2, 1));

    laptop.resolves("airfields", &taken, &Decision::Mine);
    let before = laptop.line().asked();
    assert_eq!(laptop.syncs().await.sent, 35);
    assert_eq!(laptop.line().asked() - before, 1, "in one request");
    world.all_converge().await;
}

#[tokio::test]
async fn an_action_larger_than_a_request_is_sent_in_pieces() {
    let world = World::with_bodies_of(4_096).await;
    let World { laptop, phone, .. } = &world;
    laptop.does(inserts(35, &"grass ".repeat(50)));
    assert_eq!(laptop.syncs().await.sent, 35);
    assert_eq!(phone.syncs().await.received, 35);
    world.all_converge().await;
}

#[tokio::test]
async fn an_action_on_thousands_of_records_goes_whole() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    laptop.does(inserts(5_000, "Short grass."));
    assert_eq!(laptop.syncs().await.sent, 5_000);
    assert_eq!(laptop.line().asked(), 1);
    assert_eq!(phone.syncs().await.received, 5_000);
}
