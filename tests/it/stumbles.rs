//! A server that answers some changes with a fault of its own: they wait, and hold nobody else up.

use landfall_core::id::RecordId;
use landfall_core::outbox::EntryState;
use landfall_store::{Edit, Mark};
use landfall_sync::{Error, Kind, TransportError};
use landfall_testkit::{World, fields, table};
use serde_json::json;

fn record(id: &str) -> RecordId {
    RecordId::new(id).expect("an id")
}

fn insert(id: &str, name: &str) -> Edit {
    Edit::Insert {
        table: table("airfields"),
        id: record(id),
        fields: fields(json!({"name": name})),
    }
}

#[tokio::test]
async fn a_change_that_the_server_stumbles_over_waits_and_the_others_go() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    let tiree = phone.adds("airfields", json!({"name": "Tiree"}));
    phone.syncs().await;
    for number in 0..9 {
        laptop.adds("airfields", json!({"name": format!("Field {number}")}));
    }
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.does(vec![insert("st-a", "Coll"), insert("st-b", "Barra")]);
    laptop.does(vec![insert("st-c", "Islay"), insert("st-d", "Jura")]);
    let barra = record("st-b");
    for number in 10..19 {
        laptop.adds("airfields", json!({"name": format!("Field {number}")}));
    }
    laptop.line().chokes_on([&oban, &barra]);

    // Once may be an accident: the batch stays whole.
    let first = laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    assert!(matches!(
        first,
        Error::Transport(TransportError::ServerTrouble { status: 500, .. })
    ));
    assert_eq!(
        laptop.value("airfields", &tiree, "name"),
        json!("Tiree"),
        "others' news come"
    );

    // Again: all but the change and the group that it stumbles over.
    let again = laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    let Error::HeldUp { met, summary } = again else {
        panic!("not held up but {again:?}");
    };
    assert_eq!(met.code(), "server_trouble");
    assert_eq!((summary.sent, summary.refused), (20, 0));
    let entry = laptop.reads("airfields", &oban).entries.remove(0);
    assert_eq!(
        entry.state,
        EntryState::InFlight,
        "it is neither dropped nor refused"
    );
    for id in ["st-a", "st-b"] {
        let entry = &laptop.reads("airfields", &record(id)).entries[0];
        assert!(entry.group.is_some(), "the action stays whole");
        assert_eq!(entry.state, EntryState::InFlight);
    }
    let told = laptop.store().log_entries(None, 1).unwrap().remove(0).entry;
    assert_eq!((told.code.as_str(), told.count), ("server_trouble", 3));
    assert!(told.record_ids.contains(&oban) && told.record_ids.contains(&barra));

    // What is edited next goes in the same way.
    let mull = laptop.adds("airfields", json!({"name": "Mull"}));
    let next = laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    assert!(matches!(next, Error::HeldUp { summary, .. } if summary.sent == 1));
    assert_eq!(laptop.reads("airfields", &mull).mark, Mark::Synced);

    // The server is mended: under the same op id the change goes.
    laptop.line().chokes_on([]);
    assert_eq!(laptop.syncs().await.sent, 3);
    assert!(laptop.line().ledger().keys().any(|(_, op)| *op == entry.op_id));
    world.all_converge().await;
}

#[tokio::test]
async fn more_changes_than_a_request_has_go_past_one_that_the_server_stumbles_over() {
    let world = World::with_pushes_of(10).await;
    let World { laptop, .. } = &world;
    let oban = laptop.adds("airfields", json!({"name": "Oban"}));
    for number in 0..34 {
        laptop.adds("airfields", json!({"name": format!("Field {number}")}));
    }
    laptop.line().chokes_on([&oban]);
    laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    let again = laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    assert!(matches!(again, Error::HeldUp { summary, .. } if summary.sent == 34));
    // The person's next edit of it waits behind it.
    laptop.edits("airfields", &oban, json!({"elevation": 20}));
    let third = laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    assert!(matches!(third, Error::HeldUp { summary, .. } if summary.sent == 0));
    laptop.line().chokes_on([]);
    assert_eq!(laptop.syncs().await.sent, 2);
    world.all_converge().await;
}

#[tokio::test]
async fn many_that_the_server_stumbles_over_hold_none_of_the_others_up() {
    let world = World::new().await;
    let World { laptop, .. } = &world;
    // They are made first, and stand first in every batch.
    let bad: Vec<_> = (0..11)
        .map(|number| laptop.adds("airfields", json!({"name": format!("Bad {number}")})))
        .collect();
    for number in 0..20 {
        laptop.adds("airfields", json!({"name": format!("Field {number}")}));
    }
    laptop.line().chokes_on(&bad);
    laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    let again = laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    assert!(
        matches!(again, Error::HeldUp { summary, .. } if summary.sent == 20),
        "{again:?}"
    );
    laptop.adds("airfields", json!({"name": "Mull"}));
    let next = laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    assert!(
        matches!(next, Error::HeldUp { summary, .. } if summary.sent == 1),
        "{next:?}"
    );
    laptop.line().chokes_on([]);
    assert_eq!(laptop.syncs().await.sent, 11);
    world.all_converge().await;
}

#[tokio::test]
async fn a_server_that_stumbles_over_everything_is_not_asked_about_each_change() {
    let world = World::new().await;
    let World { laptop, .. } = &world;
    let ids: Vec<_> = (0..200)
        .map(|number| laptop.adds("airfields", json!({"name": format!("Field {number}")})))
        .collect();
    laptop.line().chokes_on(&ids);
    laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    let before = laptop.line().asked();
    let again = laptop.tries_to_sync(Kind::Sync).await.unwrap_err();
    assert!(matches!(again, Error::Transport(_)), "{again:?}");
    let asked = laptop.line().asked() - before;
    assert!(asked < 25, "asked {asked} times");
    laptop.line().chokes_on([]);
    assert_eq!(laptop.syncs().await.sent, 200);
    world.all_converge().await;
}
