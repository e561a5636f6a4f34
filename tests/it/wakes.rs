//! Devices that are woken by the server's stream: nobody touches them, nothing is missed, whatever happens to the line.
//! The clock of these stories jumps to the next thing that happens.

use futures_util::{FutureExt as _, StreamExt as _};
use landfall_core::id::RecordId;
use landfall_sync::scheduler::PERIOD_WITH_WAKES;
use landfall_sync::status::{Activity, Status};
use landfall_sync::transport::wakes::WakeEvent;
use landfall_sync::{Engine, Kind, Transport as _, Trigger};
use landfall_testkit::{Device, StreamFault, World, table};
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;

/// As far as a stream of the test's server goes until after its first wake.
const FIRST_BYTES: usize = 200;

async fn shows(engine: &Engine, wanted: impl FnMut(&Status) -> bool) -> Status {
    let mut statuses = engine.statuses();
    let shown = statuses.wait_for(wanted);
    let shown = tokio::time::timeout(Duration::from_secs(7_200), shown).await;
    shown
        .expect("it comes to be so")
        .expect("the engine runs")
        .clone()
}

async fn listening(device: &Device) -> Engine {
    let engine = device.starts_engine(true, false).await;
    engine.trigger(Trigger::Start);
    shows(&engine, |status| {
        status.listening_since.is_some() && status.last_success.is_some() && status.progress.is_none()
    })
    .await;
    engine
}

/// Sends what waits. The clock may jump over the server's patience while its disk works: then it is sent again.
async fn sends(device: &Device) {
    while device.tries_to_sync(Kind::Sync).await.is_err() {
        tokio::task::yield_now().await;
    }
}

/// Sends what waits by a clock that goes as clocks do: to the other devices hardly any time passes.
async fn sends_at_once(device: &Device) {
    tokio::time::resume();
    device.syncs().await;
    tokio::time::pause();
}

/// So many bytes the server's hello has, as it says it now.
async fn hello_bytes(device: &Device) -> usize {
    let opening = device.line().under().wakes(None).await;
    let mut wakes = opening.expect("the server is there");
    let Some(Ok(WakeEvent::Hello(hello))) = wakes.next().await else {
        panic!("a stream begins with a hello");
    };
    let json = serde_json::to_string(&hello).expect("a hello is JSON");
    format!("event: hello\ndata: {json}\n\n").len()
}

/// A phone whose line dies without a word as soon as the server has said hello.
async fn deaf(phone: &Device) -> Engine {
    let hello = hello_bytes(phone).await;
    phone.line().under().plans_stream(StreamFault::Silent, hello);
    listening(phone).await
}

async fn has(device: &Device, engine: &Engine, id: &RecordId) {
    let mut changes = engine.changes();
    let arriving = async {
        while device
            .store()
            .record(&table("airfields"), id)
            .expect("the store can be read")
            .is_none()
        {
            changes.recv().await.expect("the engine runs");
        }
    };
    let arrived = tokio::time::timeout(Duration::from_secs(7_200), arriving).await;
    arrived.unwrap_or_else(|_| panic!("{} never gets {id}", device.name()));
}

#[tokio::test(start_paused = true)]
async fn a_save_on_the_laptop_is_on_the_phone_though_nobody_touches_it() {
    let world = World::new().await;
    let laptop = listening(&world.laptop).await;
    let phone = listening(&world.phone).await;

    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    laptop.trigger(Trigger::LocalWrite);
    has(&world.phone, &phone, &oban).await;

    shows(&phone, |status| status.last_wake.is_some()).await;
    shows(&phone, |status| {
        status.progress.is_none() && status.last_run.received == 1
    })
    .await;
    assert!(
        world
            .phone
            .log_codes()
            .contains(&"received_in_background".to_owned()),
        "{:?}",
        world.phone.log_codes()
    );
    // The laptop is not woken by what it wrote itself.
    assert_eq!(laptop.status().last_wake, None);
    laptop.shutdown().await;
    phone.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn while_the_stream_is_whole_the_period_is_a_net() {
    let world = World::new().await;
    let phone = listening(&world.phone).await;
    let status = shows(&phone, |status| status.next_attempt.is_some()).await;
    let until_next = status.next_attempt.unwrap().0 - world.phone.clock().now().0;
    let net = i64::try_from(PERIOD_WITH_WAKES.as_millis()).unwrap();
    assert!((net - 60_000..=net).contains(&until_next), "{until_next}");
    assert_eq!(world.phone.line().under().streams_opened(), 1);

    world.phone.goes_offline();
    shows(&phone, |status| status.listening_since.is_none()).await;
    let status = phone.status();
    assert!(status.next_attempt.unwrap().0 - world.phone.clock().now().0 <= 15_000);
    phone.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_cut_at_any_byte_loses_nothing() {
    let world = World::new().await;
    for at in 0..FIRST_BYTES {
        let line = world.phone.line().under();
        line.plans_stream(StreamFault::Cut, at);
        let phone = world.phone.starts_engine(true, false).await;
        phone.trigger(Trigger::Start);
        if at > 150 {
            // The cut comes in the middle of the wake.
            shows(&phone, |status| status.listening_since.is_some()).await;
        }
        let field = world
            .laptop
            .adds("airfields", json!({"name": format!("Field {at}")}));
        sends(&world.laptop).await;
        has(&world.phone, &phone, &field).await;
        phone.shutdown().await;
        line.forgets_plans();
    }
    sends(&world.tablet).await;
    sends(&world.phone).await;
    world.assert_converged().await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_restarts_is_found_again_and_what_was_missed_comes() {
    let mut world = World::new().await;
    let phone = listening(&world.phone).await;
    world.server.stops();
    shows(&phone, |status| status.listening_since.is_none()).await;
    world.server.starts();
    // Nobody was listening when this was written.
    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    sends(&world.laptop).await;

    has(&world.phone, &phone, &oban).await;
    shows(&phone, |status| status.listening_since.is_some()).await;

    let tiree = world.laptop.adds("airfields", json!({"name": "Tiree"}));
    sends(&world.laptop).await;
    has(&world.phone, &phone, &tiree).await;
    phone.shutdown().await;
    sends(&world.tablet).await;
    sends(&world.phone).await;
    world.assert_converged().await;
}

#[tokio::test(start_paused = true)]
async fn a_line_that_died_in_silence_is_noticed_by_its_missing_heartbeat() {
    let world = World::new().await;
    let phone = deaf(&world.phone).await;
    let died = Instant::now();
    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    sends_at_once(&world.laptop).await;

    has(&world.phone, &phone, &oban).await;

    // Two heartbeats are given to it; the period would have come much later.
    let noticed = died.elapsed();
    assert!(
        (Duration::from_secs(59)..PERIOD_WITH_WAKES / 2).contains(&noticed),
        "{noticed:?}"
    );
    assert_eq!(phone.status().last_wake, None);
    shows(&phone, |status| status.listening_since.is_some()).await;
    phone.shutdown().await;
    sends(&world.tablet).await;
    sends(&world.phone).await;
    world.assert_converged().await;
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_slept_for_an_hour_does_not_trust_its_old_line() {
    let world = World::new().await;
    let phone = deaf(&world.phone).await;
    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    sends_at_once(&world.laptop).await;
    // To a phone that sleeps no time passes; its clock goes on all the same.
    let woke = Instant::now();
    world.phone.clock().jump(3_600_000);

    has(&world.phone, &phone, &oban).await;

    // Sooner than by the missing heartbeat.
    assert!(woke.elapsed() < Duration::from_secs(30), "{:?}", woke.elapsed());
    shows(&phone, |status| status.listening_since.is_some()).await;
    let tiree = world.laptop.adds("airfields", json!({"name": "Tiree"}));
    sends_at_once(&world.laptop).await;
    has(&world.phone, &phone, &tiree).await;
    shows(&phone, |status| status.last_wake.is_some()).await;
    phone.shutdown().await;
    sends(&world.tablet).await;
    sends(&world.phone).await;
    world.assert_converged().await;
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_was_removed_loses_its_stream_with_the_next_heartbeat() {
    let world = World::new().await;
    let phone = listening(&world.phone).await;
    shows(&phone, |status| status.activity == Activity::Idle).await;
    let removed = Instant::now();
    let workspace = world.server.workspace();
    workspace.remove_device("phone").expect("there is a phone");

    let signed_out = shows(&phone, |status| status.activity == Activity::SignInNeeded).await;

    // Without the heartbeat it would be the period that finds out.
    assert!(
        removed.elapsed() < PERIOD_WITH_WAKES / 2,
        "{:?}",
        removed.elapsed()
    );
    assert_eq!(signed_out.listening_since, None);
    phone.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_only_a_person_syncs_does_not_say_that_it_listens() {
    let world = World::new().await;
    let phone = listening(&world.phone).await;

    phone.set_automatic(false);
    shows(&phone, |status| status.activity == Activity::Paused).await;
    shows(&phone, |status| status.listening_since.is_none()).await;

    phone.set_automatic(true);
    shows(&phone, |status| status.listening_since.is_some()).await;
    phone.shutdown().await;
}

#[tokio::test]
async fn a_slow_phone_holds_nobody_up_and_nothing_piles_up_for_it() {
    let world = World::new().await;
    let opening = world.phone.line().under().wakes(None).await;
    let mut slow = opening.expect("the server is there");
    let tablet = listening(&world.tablet).await;
    let mut last = None;
    // More commits than the server remembers for those who are slow.
    for number in 0..80 {
        let name = format!("Field {number}");
        last = Some(world.laptop.adds("airfields", json!({"name": name})));
        world.laptop.syncs().await;
    }
    has(&world.tablet, &tablet, &last.unwrap()).await;

    // What waited for the phone all the while is the hello, and one wake for everything.
    assert!(matches!(slow.next().await, Some(Ok(WakeEvent::Hello(hello))) if hello.seq.0 == 0));
    assert!(matches!(slow.next().await, Some(Ok(WakeEvent::Wake(wake))) if wake.seq.0 == 80));
    assert!(slow.next().now_or_never().is_none());
    tablet.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_followed_by_few_pulls_and_brings_everything() {
    let world = World::new().await;
    let phone = listening(&world.phone).await;
    let mut last = None;
    for number in 0..200 {
        last = Some(
            world
                .laptop
                .adds("airfields", json!({"name": format!("Field {number}")})),
        );
        if number % 10 == 0 {
            sends(&world.laptop).await;
        }
    }
    sends(&world.laptop).await;
    has(&world.phone, &phone, &last.unwrap()).await;
    phone.shutdown().await;
    sends(&world.tablet).await;
    sends(&world.phone).await;
    world.assert_converged().await;
}

#[tokio::test(start_paused = true)]
async fn somebody_who_waits_for_a_wake_hears_what_came_of_it() {
    let world = World::new().await;
    let phone = listening(&world.phone).await;
    world.phone.line().under().plans_stream(StreamFault::Silent, 0);
    world.laptop.adds("airfields", json!({"name": "Oban"}));
    world.phone.goes_offline();
    shows(&phone, |status| status.listening_since.is_none()).await;
    sends(&world.laptop).await;
    world.phone.comes_online();

    match phone.woken().await {
        landfall_sync::Woken::Ended(Ok(summary)) => assert!(summary.received <= 1),
        woken => panic!("{woken:?}"),
    }

    phone.set_work_offline(true);
    assert!(matches!(phone.woken().await, landfall_sync::Woken::NotNow(_)));
    phone.shutdown().await;
    assert!(matches!(phone.woken().await, landfall_sync::Woken::NotNow(_)));
    sends(&world.tablet).await;
    sends(&world.phone).await;
    world.assert_converged().await;
}
