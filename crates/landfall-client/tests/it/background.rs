//! A phone that is woken: with no app open, with the app open, and with the folder in somebody else's hands.

use crate::world::{World, eventually, fields, record, settled, update};
use landfall_client::Client;
use landfall_client::background::{Outcome, Reason, sync_once, sync_once_with};
use landfall_client::dto::*;
use landfall_store::{OpenError, Store};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

fn pending(world: &World) -> usize {
    let folder = world.folder.path().join("pending-wakes");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

async fn wake(world: &World) -> Outcome {
    sync_once_with(world.options(), Reason::Push, PATIENCE).await
}

/// A phone that was connected once and whose app is closed now.
async fn closed_phone(world: &World) {
    let phone = world.connected().await;
    phone.shutdown().await;
}

#[tokio::test]
async fn with_no_app_open_a_wake_brings_what_others_wrote_and_takes_along_what_waits() {
    let world = World::new();
    let phone = world.connected().await;
    phone
        .work_offline_set(WorkOfflineSetArgs { on: true })
        .await
        .unwrap();
    let new = phone
        .record_new(RecordNewArgs {
            table: "patients".into(),
            copy_of: None,
            fields: fields([]),
        })
        .await
        .unwrap();
    let create = RecordCreateArgs {
        table: "patients".into(),
        id: new.id,
        fields: fields([("name", "Per".into())]),
    };
    phone.record_create(create).await.unwrap();
    phone.shutdown().await;
    // While the person works offline, nothing leaves the phone.
    drop(phone);
    assert_eq!(wake(&world).await, Outcome::Off);
    let phone = world.laptop().await;
    let settings = Settings::default();
    phone.shutdown().await;
    phone.settings_set(settings.into()).await.unwrap();
    drop(phone);

    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let outcome = wake(&world).await;

    assert!(
        matches!(
            outcome,
            Outcome::Synced {
                received: 1..,
                sent: 1
            }
        ),
        "{outcome:?}"
    );
    assert!(outcome.has_news());
    assert_eq!(pending(&world), 0);
    assert_eq!(world.server.len("patients"), 2);
    let phone = world.laptop().await;
    let log = phone
        .sync_log(SyncLogArgs {
            kind: Some(LogKind::Received),
            limit: 10,
        })
        .await
        .unwrap();
    assert!(
        log.iter().any(|line| line.code == "received_in_background"),
        "{log:?}"
    );
}

#[tokio::test]
async fn a_second_wake_brings_nothing_new_and_says_so() {
    let world = World::new();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    closed_phone(&world).await;
    let outcome = wake(&world).await;
    assert_eq!(outcome, Outcome::Synced { received: 0, sent: 0 });
    assert!(!outcome.has_news() && !outcome.wants_retry());
}

#[tokio::test]
async fn what_came_with_the_answer_to_a_push_alone_is_news_to_the_system() {
    let world = World::new();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let phone = world.connected().await;
    let mut events = phone.events();
    eventually(&mut events, async || {
        phone.record_get(record("patients", "p1")).await.is_ok()
    })
    .await;
    phone
        .work_offline_set(WorkOfflineSetArgs { on: true })
        .await
        .unwrap();
    phone
        .record_update(update("patients", "p1", [("ward", "south".into())]))
        .await
        .unwrap();
    phone.shutdown().await;
    phone.settings_set(Settings::default().into()).await.unwrap();
    drop(phone);

    // A colleague changes the same record: the phone hears of it when it sends.
    world.server.write("patients", "p1", &[("name", "Ida B".into())]);
    let outcome = wake(&world).await;
    assert_eq!(outcome, Outcome::Synced { received: 1, sent: 1 });
    assert!(outcome.has_news());
}

#[tokio::test]
async fn a_server_that_is_away_leaves_the_wake_for_the_next_try() {
    let world = World::new();
    closed_phone(&world).await;
    world.server.go_away();
    let outcome = wake(&world).await;
    assert_eq!(
        outcome,
        Outcome::Failed {
            code: "unreachable",
            retry: true
        }
    );
    assert!(outcome.wants_retry());
    assert_eq!(pending(&world), 1, "the wake outlives this process");
}

#[tokio::test]
async fn an_open_app_of_this_process_does_it_and_its_run_is_the_outcome() {
    let world = World::new();
    let phone = world.connected().await;
    let mut events = phone.events();
    eventually(&mut events, async || {
        phone
            .wake_status(NoArgs {})
            .await
            .unwrap()
            .listening_since
            .is_some()
    })
    .await;
    settled(&phone, &mut events, |status| status.state == SyncState::Idle).await;
    world
        .server
        .write_silently("patients", "p1", &[("name", "Ida".into())]);

    assert_eq!(wake(&world).await, Outcome::Synced { received: 1, sent: 0 });

    assert_eq!(pending(&world), 0);
    phone
        .sync_set_automatic(SyncSetAutomaticArgs { on: false })
        .await
        .unwrap();
    assert_eq!(wake(&world).await, Outcome::Off);
    phone.shutdown().await;
}

#[tokio::test]
async fn a_folder_that_another_process_has_is_left_alone_and_the_wake_waits_for_it() {
    let world = World::new();
    closed_phone(&world).await;
    let other = Store::open(world.folder.path(), world.options().surroundings).unwrap();

    let in_vain = sync_once_with(world.options(), Reason::Timer, Duration::from_millis(200)).await;
    assert_eq!(in_vain, Outcome::InUse);
    assert_eq!(pending(&world), 1);

    // The other process takes the wakes up.
    let taking_up = async {
        while pending(&world) < 2 {
            tokio::task::yield_now().await;
        }
        std::fs::remove_dir_all(world.folder.path().join("pending-wakes")).unwrap();
    };
    let (outcome, ()) = tokio::join!(wake(&world), taking_up);
    assert_eq!(outcome, Outcome::HandedOver);

    // Or it ends, and the folder is free.
    let ending = async {
        while pending(&world) < 1 {
            tokio::task::yield_now().await;
        }
        drop(other);
    };
    let (outcome, ()) = tokio::join!(wake(&world), ending);
    assert_eq!(outcome, Outcome::Synced { received: 0, sent: 0 });
    assert_eq!(pending(&world), 0);
}

#[tokio::test]
async fn an_app_takes_up_the_wake_of_a_process_that_died() {
    let world = World::new();
    closed_phone(&world).await;
    world.server.go_away();
    assert!(wake(&world).await.wants_retry());
    world.server.come_back();

    let phone = world.laptop().await;
    let mut events = phone.events();
    eventually(&mut events, async || pending(&world) == 0).await;
    phone.shutdown().await;
}

#[test]
fn a_device_without_a_workspace_has_nothing_to_sync_with() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = sync_once(folder.path(), Reason::Timer, PATIENCE);
    assert_eq!(outcome, Outcome::NotConnected);
    assert!(!outcome.wants_retry());
    let nowhere = folder.path().join("no-such-folder");
    assert_eq!(
        sync_once(&nowhere, Reason::Timer, PATIENCE),
        Outcome::NotConnected
    );
    assert!(!nowhere.exists());
}

#[tokio::test]
async fn an_app_that_opens_during_a_sync_in_the_background_gets_the_folder_at_once() {
    let world = World::new();
    closed_phone(&world).await;
    world.server.hang();
    let waking = tokio::spawn(sync_once_with(world.options(), Reason::Push, PATIENCE));
    world.server.is_asked().await;

    let phone = world.laptop().await;

    assert_eq!(waking.await.unwrap(), Outcome::HandedOver);
    phone.shutdown().await;
}

#[tokio::test]
async fn an_app_waits_for_a_folder_whose_mark_went_a_moment_before_it_was_free() {
    let world = World::new();
    closed_phone(&world).await;
    let (mark, app_waits) = (
        world.folder.path().join("background-sync"),
        world.folder.path().join("app-waits"),
    );
    std::fs::write(&mark, b"").unwrap();
    let background = Store::open(world.folder.path(), world.options().surroundings).unwrap();
    let mut opening = std::pin::pin!(world.laptop());
    let asked = async {
        while !app_waits.exists() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = &mut opening => panic!("the folder is in use"),
        () = asked => {}
    }

    std::fs::remove_file(&mark).unwrap();
    // It has looked again by then, and found the folder in use and no mark.
    let looked = tokio::time::timeout(Duration::from_millis(200), &mut opening).await;
    assert!(looked.is_err(), "the folder is in use");
    drop(background);

    opening.await.shutdown().await;
    assert!(!app_waits.exists());
}

#[tokio::test]
async fn a_second_app_is_told_that_the_folder_is_in_use() {
    let world = World::new();
    closed_phone(&world).await;
    let _first = Store::open(world.folder.path(), world.options().surroundings).unwrap();
    let second = Client::open(world.options()).await;
    assert!(matches!(second, Err(OpenError::Busy)));
}
