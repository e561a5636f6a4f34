//! The engine that drives itself, over the real server.

use landfall_sync::status::{Activity, Reachability, Status};
use landfall_sync::{Engine, Kind, Started, TransportError, Trigger};
use landfall_testkit::{World, table};
use serde_json::json;

/// Waits until the engine shows this.
async fn shows(engine: &Engine, wanted: impl FnMut(&Status) -> bool) -> Status {
    engine
        .statuses()
        .wait_for(wanted)
        .await
        .expect("the engine runs")
        .clone()
}

#[tokio::test]
async fn a_write_is_sent_and_a_wake_brings_it_without_anybody_asking() {
    let world = World::new().await;
    let (laptop, phone) = (
        world.laptop.starts_engine(true, false).await,
        world.phone.starts_engine(true, false).await,
    );
    let mut changes = phone.changes();
    laptop.trigger(Trigger::Start);
    phone.trigger(Trigger::Start);
    shows(&laptop, |status| status.last_success.is_some()).await;
    shows(&phone, |status| status.last_success.is_some()).await;

    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.trigger(Trigger::LocalWrite);
    let sent = shows(&laptop, |status| status.last_run.sent == 1).await;
    assert_eq!(sent.reachability, Some(Reachability::Online));
    phone.trigger(Trigger::Wake);

    let told = changes.recv().await.unwrap();
    assert_eq!(told.changed[&table("airfields")], std::slice::from_ref(&oban));
    // What was told is already on disk.
    assert_eq!(world.phone.value("airfields", &oban, "name"), json!("Oban"));
    laptop.shutdown().await;
    phone.shutdown().await;
}

#[tokio::test]
async fn a_server_out_of_reach_shows_as_offline_until_the_line_is_back() {
    let world = World::new().await;
    let laptop = world.laptop.starts_engine(true, false).await;
    world.laptop.goes_offline();
    world.laptop.adds("airfields", json!({"name": "Oban"}));
    assert_eq!(laptop.ask(Kind::Sync).await, Started::Started);
    let offline = shows(&laptop, |status| status.activity == Activity::Offline).await;
    assert_eq!(
        offline.reachability,
        Some(Reachability::Met(TransportError::Refused))
    );
    assert!(offline.next_attempt.is_some() && offline.out_of_reach_since.is_some());

    world.laptop.comes_online();
    laptop.trigger(Trigger::NetworkBack);
    let online = shows(&laptop, |status| status.last_run.sent == 1).await;
    assert_eq!(online.out_of_reach_since, None);
    laptop.shutdown().await;
}

#[tokio::test]
async fn working_offline_sends_nothing_until_the_person_mends_the_line() {
    let world = World::new().await;
    let laptop = world.laptop.starts_engine(true, true).await;
    world.laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.trigger(Trigger::Start);
    laptop.trigger(Trigger::LocalWrite);
    assert_eq!(laptop.ask(Kind::Sync).await, Started::WorkOffline);
    assert_eq!(laptop.status().activity, Activity::Offline);
    assert_eq!(world.laptop.line().pushed(), 0);

    laptop.set_work_offline(false);
    shows(&laptop, |status| status.last_run.sent == 1).await;
    laptop.shutdown().await;
}

#[tokio::test]
async fn cutting_the_line_in_the_middle_of_a_request_ends_it_at_once() {
    let world = World::new().await;
    let laptop = world.laptop.starts_engine(true, false).await;
    world.laptop.adds("airfields", json!({"name": "Oban"}));
    world.laptop.line().plan(landfall_testkit::Fault::HangsAfter(0));
    assert_eq!(laptop.ask(Kind::Sync).await, Started::Started);
    world.laptop.line().hangs().await;
    assert_eq!(laptop.ask(Kind::Sync).await, Started::AlreadyRunning);

    laptop.set_work_offline(true);
    shows(&laptop, |status| {
        status.activity == Activity::Offline && status.work_offline
    })
    .await;
    laptop.set_work_offline(false);
    shows(&laptop, |status| status.last_run.sent == 1).await;
    laptop.shutdown().await;
}

#[tokio::test]
async fn a_device_that_was_removed_must_sign_in() {
    let world = World::new().await;
    let laptop = world.laptop.starts_engine(true, false).await;
    world.server.workspace().remove_device("laptop").unwrap();
    laptop.trigger(Trigger::Start);
    let status = shows(&laptop, |status| status.activity == Activity::SignInNeeded).await;
    assert_eq!(status.next_attempt, None);
    assert_eq!(
        status.reachability,
        Some(Reachability::Met(TransportError::Unauthorized))
    );
    laptop.shutdown().await;
}

#[tokio::test]
async fn with_automatic_sync_off_only_a_person_syncs() {
    let world = World::new().await;
    let laptop = world.laptop.starts_engine(false, false).await;
    world.laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.trigger(Trigger::Start);
    laptop.trigger(Trigger::LocalWrite);
    assert_eq!(laptop.status().activity, Activity::Paused);
    assert_eq!(laptop.ask(Kind::Push).await, Started::Started);
    let status = shows(&laptop, |status| status.last_run.sent == 1).await;
    assert_eq!(status.next_attempt, None);
    laptop.set_automatic(true);
    shows(&laptop, |status| {
        status.activity == Activity::Idle && status.next_attempt.is_some()
    })
    .await;
    laptop.shutdown().await;
}

#[tokio::test]
async fn shutting_down_in_the_middle_of_a_run_frees_the_store() {
    let mut world = World::new().await;
    world.laptop.adds("airfields", json!({"name": "Oban"}));
    let laptop = world.laptop.starts_engine(true, false).await;
    world.laptop.line().plan(landfall_testkit::Fault::HangsAfter(0));
    laptop.trigger(Trigger::Start);
    world.laptop.line().hangs().await;

    laptop.shutdown().await;

    assert_eq!(laptop.ask(Kind::Sync).await, Started::ShutDown);
    // The same folder opens again, and the change whose answer was lost is applied once.
    world.laptop.crashes().await;
    assert_eq!(world.laptop.syncs().await.sent, 1);
    world.all_converge().await;
}
