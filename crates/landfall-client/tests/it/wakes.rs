//! A laptop that is woken by its stream, and one whose channel the server is told of.

use crate::world::{World, connect_args, eventually, settled, synced};
use landfall_client::dto::*;
use landfall_sync::wake::{Channel, Platform};

fn channel(endpoint: &str) -> Channel {
    Channel::WebPush {
        endpoint: endpoint.to_owned(),
        p256dh: "BKey".to_owned(),
        auth: "auth".to_owned(),
    }
}

#[tokio::test]
async fn a_colleagues_record_comes_by_itself_and_the_log_says_in_the_background() {
    let world = World::new();
    let laptop = world.connected().await;
    let mut events = laptop.events();
    eventually(&mut events, async || {
        laptop.wake_status().await.unwrap().listening_since.is_some()
    })
    .await;

    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    settled(&laptop, &mut events, |status| status.last_received == 1).await;

    let log = laptop
        .sync_log(SyncLogArgs { kind: None, limit: 1 })
        .await
        .unwrap();
    assert_eq!(log[0].code, "received_in_background");
    let status = laptop.wake_status().await.unwrap();
    assert_eq!(status.last_wake_by.as_deref(), Some("stream"));
    assert_eq!(status.platform, None);

    laptop.shutdown().await;
    drop(laptop);
    let laptop = world.laptop().await;
    let again = laptop.wake_status().await.unwrap();
    assert!(again.last_wake.is_some(), "it is known after a restart");
    laptop.shutdown().await;
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
    laptop.set_wake_tags(vec!["Ida".to_owned()]).await.unwrap();

    let told = world.server.requested();
    assert_eq!(
        told.iter().map(|request| &request.channel).collect::<Vec<_>>(),
        [&first; 2]
    );
    assert_eq!(told[1].tags, ["Ida"]);
    let channels = laptop.wake_channels().await.unwrap();
    assert_eq!(channels.installations.len(), 1, "one device, one channel");
    assert!(channels.platforms.contains(&Platform::WebPush));
    assert!(laptop.wake_test().await.unwrap().accepted);
    laptop.shutdown().await;
    drop(laptop);

    let before = world.server.requested().len();
    let laptop = world.laptop().await;
    let mut events = laptop.events();
    eventually(&mut events, async || world.server.requested().len() > before).await;
    assert_eq!(
        laptop.wake_status().await.unwrap().platform,
        Some(Platform::WebPush)
    );
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
    assert_eq!(world.server.requested().last().unwrap().channel, Channel::Stream);
    laptop.shutdown().await;
}
