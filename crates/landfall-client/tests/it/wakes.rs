//! A laptop that is woken by its stream, and one whose channel the server is told of.

use crate::world::{World, connect_args, eventually, next_change, settled, synced};
use landfall_client::background::{Outcome, Reason, sync_once_with};
use landfall_client::dto::*;
use landfall_client::notices::Kind;
use landfall_client::topic::{Origin, TopicKind};
use landfall_client::{Client, Event};
use landfall_sync::wake::{Channel, Platform};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;

pub(crate) fn channel(endpoint: &str) -> Channel {
    Channel::WebPush {
        endpoint: endpoint.to_owned(),
        p256dh: "BKey".to_owned(),
        auth: "auth".to_owned(),
    }
}

async fn status(laptop: &Client) -> WakeStatus {
    laptop.wake_status(NoArgs {}).await.unwrap()
}

async fn listening(laptop: &Client, events: &mut Receiver<Event>) {
    eventually(events, async || status(laptop).await.listening_since.is_some()).await;
}

async fn stands_for(laptop: &Client, tags: &[&str]) {
    let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    laptop.wake_tags_set(WakeTagsSetArgs { tags }).await.unwrap();
}

async fn set_background_sync(laptop: &Client, on: bool) {
    let mut settings = laptop.settings_get(NoArgs {}).await.unwrap();
    settings.background_sync = on;
    laptop.settings_set(settings.into()).await.unwrap();
}

#[tokio::test]
async fn a_colleagues_record_comes_by_itself_and_the_log_says_in_the_background() {
    let world = World::new();
    let laptop = world.connected().await;
    let mut events = laptop.events();
    listening(&laptop, &mut events).await;

    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    settled(&laptop, &mut events, |status| status.last_received == 1).await;

    let log = laptop
        .sync_log(SyncLogArgs { kind: None, limit: 1 })
        .await
        .unwrap();
    assert_eq!(log[0].code, "received_in_background");
    let woken = status(&laptop).await;
    assert!(woken.last_by_stream >= woken.listening_since);
    assert_eq!((woken.last_by_push, woken.channel), (None, None));

    laptop.shutdown().await;
    drop(laptop);
    let laptop = world.laptop().await;
    let again = status(&laptop).await;
    assert!(again.last_by_stream.is_some(), "it is known after a restart");
    laptop.shutdown().await;
}

#[tokio::test]
async fn the_window_is_told_when_a_wake_has_come() {
    let world = World::new();
    let laptop = world.connected().await;
    let mut events = laptop.events();
    listening(&laptop, &mut events).await;
    let before = status(&laptop).await;

    let report = laptop.wake_test(NoArgs {}).await.unwrap();

    assert_eq!(
        report.tests,
        [WakeTest {
            way: WakeWay::Stream,
            outcome: WakeTestOutcome::Sent
        }]
    );
    assert_eq!(
        world.server.installations().len(),
        0,
        "what the test needed is gone"
    );
    while status(&laptop).await.last_by_stream == before.last_by_stream {
        next_change(&mut events, Origin::Sync, TopicKind::Wakes).await;
    }
    assert!(status(&laptop).await.last_by_stream >= Some(report.asked_at));
    laptop.shutdown().await;
}

#[tokio::test]
async fn a_push_to_the_open_app_is_not_taken_for_the_stream() {
    let world = World::new();
    let phone = world.connected().await;
    let mut events = phone.events();
    listening(&phone, &mut events).await;
    phone.follow_wake().await;
    let woken = status(&phone).await;
    assert!(woken.last_by_push.is_some());
    assert_eq!(woken.last_by_stream, None);
    phone.shutdown().await;
}

#[tokio::test]
async fn the_server_is_told_of_a_channel_now_and_at_each_start() {
    let world = World::new();
    let laptop = world.connected().await;
    assert_eq!(
        world.server.requested().len(),
        0,
        "a device without a channel has none"
    );

    let first = channel("https://push.example/1");
    laptop.set_push_channel(Some(first.clone())).await.unwrap();
    stands_for(&laptop, &["Ida"]).await;
    let mut events = laptop.events();
    eventually(&mut events, async || world.server.requested().len() == 2).await;

    let told = world.server.requested();
    assert_eq!(
        told.iter().map(|request| &request.channel).collect::<Vec<_>>(),
        [&first; 2]
    );
    assert_eq!(told[1].tags, ["Ida"]);
    let channels = laptop.wake_channels().await.unwrap();
    assert_eq!(channels.installations.len(), 1, "one device, one channel");
    assert!(channels.platforms.contains(&Platform::WebPush));
    laptop.shutdown().await;
    drop(laptop);

    let before = world.server.requested().len();
    let laptop = world.laptop().await;
    let mut events = laptop.events();
    eventually(&mut events, async || world.server.requested().len() > before).await;
    assert_eq!(status(&laptop).await.channel, Some(WakeWay::WebPush));
    laptop.shutdown().await;
}

#[tokio::test]
async fn a_channel_that_came_before_the_server_could_be_reached_is_kept() {
    let world = World::new();
    let laptop = world.laptop().await;
    let early = channel("https://push.example/early");
    laptop.set_push_channel(Some(early.clone())).await.unwrap();

    let mut events = laptop.events();
    laptop.workspace_connect(connect_args()).await.unwrap();
    synced(&laptop, &mut events).await;
    eventually(&mut events, async || !world.server.requested().is_empty()).await;
    assert_eq!(world.server.requested()[0].channel, early);

    laptop.set_push_channel(None).await.unwrap();
    assert_eq!(
        world.server.installations(),
        [],
        "its stream alone is listened to"
    );
    laptop.shutdown().await;
}

#[tokio::test]
async fn a_channel_that_the_server_cant_send_by_does_not_keep_whom_the_device_stands_for_from_it() {
    let world = World::new();
    let laptop = world.connected().await;
    let mut events = laptop.events();
    laptop
        .set_push_channel(Some(channel("https://push.example/laptop")))
        .await
        .unwrap();
    assert_eq!(world.server.installations().len(), 1);

    // The server's person takes the keys away, and the service gives the laptop another address.
    world.server.cant_push();
    laptop
        .set_push_channel(Some(channel("https://push.example/moved")))
        .await
        .unwrap();
    assert_eq!(world.server.installations(), [], "no channel that is stale");
    stands_for(&laptop, &["Ida"]).await;
    eventually(&mut events, async || !world.server.installations().is_empty()).await;
    let told = world.server.requested().pop().unwrap();
    assert_eq!(
        (told.channel, told.tags),
        (Channel::Stream, vec!["Ida".to_owned()])
    );
    laptop.shutdown().await;
}

#[tokio::test]
async fn whom_a_device_stands_for_is_tidied_and_not_without_end() {
    let world = World::new();
    let laptop = world.connected().await;
    let mut events = laptop.events();
    stands_for(&laptop, &[" Ida ", "", "ida@example.org", "Ida"]).await;
    assert_eq!(status(&laptop).await.tags, ["Ida", "ida@example.org"]);
    eventually(&mut events, async || !world.server.requested().is_empty()).await;
    assert_eq!(world.server.requested()[0].channel, Channel::Stream);

    let tags = (0..17).map(|n| n.to_string()).collect();
    let too_many = laptop.wake_tags_set(WakeTagsSetArgs { tags }).await;
    assert_eq!(
        too_many.unwrap_err().code,
        landfall_client::error::ErrorCode::BadRequest
    );
    assert_eq!(status(&laptop).await.tags.len(), 2);

    stands_for(&laptop, &[]).await;
    eventually(&mut events, async || world.server.installations().is_empty()).await;
    laptop.shutdown().await;
}

#[tokio::test]
async fn a_test_tries_the_stream_and_the_push_channel_and_the_health_is_the_servers_word() {
    let world = World::new();
    let laptop = world.connected().await;
    let mut events = laptop.events();
    listening(&laptop, &mut events).await;
    let none = laptop.wake_health(NoArgs {}).await.unwrap();
    assert_eq!(
        (none.server_pushes_by, none.channel),
        (vec![WakeWay::WebPush], None)
    );

    laptop
        .set_push_channel(Some(channel("https://push.example/1")))
        .await
        .unwrap();
    let report = laptop.wake_test(NoArgs {}).await.unwrap();
    let ways: Vec<_> = report.tests.iter().map(|test| test.way).collect();
    assert_eq!(ways, [WakeWay::Stream, WakeWay::WebPush]);
    assert!(
        report
            .tests
            .iter()
            .all(|test| test.outcome == WakeTestOutcome::Sent)
    );

    let state = async || {
        let health = laptop.wake_health(NoArgs {}).await.unwrap();
        health.channel.unwrap().state
    };
    assert_eq!(state().await, ChannelState::Untried);
    world.server.lose_pushes(3, false);
    assert_eq!(state().await, ChannelState::Failing);
    world.server.lose_pushes(4, true);
    assert_eq!(state().await, ChannelState::Dead);

    world.server.go_away();
    let away = laptop.wake_test(NoArgs {}).await.unwrap_err();
    assert_eq!(away.code, landfall_client::error::ErrorCode::Unreachable);
    laptop.shutdown().await;
}

#[tokio::test]
async fn background_sync_switched_off_takes_the_channel_from_the_server_and_follows_no_push() {
    let world = World::new();
    let phone = world.connected().await;
    let mut events = phone.events();
    phone
        .set_push_channel(Some(channel("https://push.example/phone")))
        .await
        .unwrap();
    assert_eq!(world.server.installations().len(), 1);

    set_background_sync(&phone, false).await;
    eventually(&mut events, async || world.server.installations().is_empty()).await;
    assert_eq!(phone.follow_wake().await, Outcome::Off);

    // The system may give a new channel all the same: it is kept, and the server is not told of it.
    let second = channel("https://push.example/second");
    phone.set_push_channel(Some(second.clone())).await.unwrap();
    assert_eq!(world.server.installations(), []);
    phone.shutdown().await;
    drop(phone);

    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let patience = Duration::from_secs(20);
    let outcome = sync_once_with(world.options(), Reason::Push, patience).await;
    assert_eq!(outcome, Outcome::Off);

    let phone = world.laptop().await;
    let mut events = phone.events();
    set_background_sync(&phone, true).await;
    eventually(&mut events, async || !world.server.installations().is_empty()).await;
    assert_eq!(world.server.requested().last().unwrap().channel, second);
    phone.shutdown().await;
}

#[tokio::test]
async fn background_sync_switched_off_while_the_server_is_away_is_told_at_the_next_start() {
    let world = World::new();
    let phone = world.connected().await;
    phone
        .set_push_channel(Some(channel("https://push.example/phone")))
        .await
        .unwrap();
    world.server.go_away();
    set_background_sync(&phone, false).await;
    // It waits for what is under way: then the folder is free.
    phone
        .set_push_channel(Some(channel("https://push.example/next")))
        .await
        .unwrap();
    phone.shutdown().await;
    drop(phone);
    assert_eq!(world.server.installations().len(), 1);

    world.server.come_back();
    let phone = world.laptop().await;
    let mut events = phone.events();
    eventually(&mut events, async || world.server.installations().is_empty()).await;
    phone.shutdown().await;
}

#[tokio::test]
async fn what_a_rule_tells_is_told_once_with_its_record_and_after_a_restart_what_came_since() {
    let world = World::new();
    let laptop = world.connected().await;
    let mut events = laptop.events();
    let mut assigned = laptop.take_assigned().unwrap();
    listening(&laptop, &mut events).await;
    world
        .server
        .assign("mine", "p1", &[("name", "Ida".into()), ("ward", "north".into())]);
    let told = assigned.recv().await.unwrap();
    let [one] = told.as_slice() else {
        panic!("one record, not {told:?}");
    };
    assert_eq!(one.kind, Kind::Assigned);
    assert_eq!((one.table.as_str(), one.id.as_str()), ("patients", "p1"));
    assert_eq!(one.title, "Ida", "the record is here by then");
    assert_eq!(one.rule.as_deref(), Some("A patient is on my ward"));
    laptop.shutdown().await;
    drop(laptop);

    // The laptop is closed: a rule names its person twice, and a push brings the records without a window.
    world.server.assign("mine", "p2", &[("name", "Jo".into())]);
    let synced = sync_once_with(world.options(), Reason::Push, Duration::from_secs(20)).await;
    assert!(synced.has_news());
    world.server.assign("mine", "p3", &[("name", "Kim".into())]);

    let laptop = world.laptop().await;
    let mut assigned = laptop.take_assigned().unwrap();
    let told = assigned.recv().await.unwrap();
    let titles: Vec<_> = told.iter().map(|one| one.title.as_str()).collect();
    assert_eq!(titles, ["Jo", "Kim"]);
    laptop.shutdown().await;
}

#[tokio::test]
async fn a_device_that_leaves_is_forgotten_by_the_server_and_leaves_without_it_too() {
    let leave = WorkspaceDisconnectArgs { erase: false };
    let world = World::new();
    let phone = world.connected().await;
    let own = channel("https://push.example/phone");
    phone.set_push_channel(Some(own.clone())).await.unwrap();
    assert_eq!(world.server.installations().len(), 1);
    let left = phone.workspace_disconnect(leave.clone()).await.unwrap();
    assert!(left.workspace.is_none());
    assert_eq!(world.server.installations(), []);

    // Connected again, the server is told of it again.
    let mut events = phone.events();
    phone.workspace_connect(connect_args()).await.unwrap();
    eventually(&mut events, async || world.server.installations().len() == 1).await;
    world.server.go_away();
    let left = phone.workspace_disconnect(leave).await.unwrap();
    assert!(left.workspace.is_none());
    assert_eq!(world.server.installations().len(), 1);
    phone.shutdown().await;
}
