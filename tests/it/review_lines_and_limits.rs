//! Lines that carry little, and records that are large: neither may hold the outbox or a pull up for ever.

use futures_util::{FutureExt, StreamExt};
use landfall_core::id::Seq;
use landfall_protocol::push::PushRequest;
use landfall_protocol::wake::{Channels, Installation, InstallationRequest, TestReport};
use landfall_protocol::workspace::{Health, Workspace};
use landfall_server::App;
use landfall_store::Mark;
use landfall_sync::transport::http::{HttpTransport, Token};
use landfall_sync::transport::{Answering, Pages, Wakes};
use landfall_sync::{Kind, Runner, Transport, TransportError};
use landfall_testkit::{Line, World};
use serde_json::json;
use std::sync::Arc;
use tokio::net::TcpListener;

/// A line on which a body of more than so many bytes takes longer than anybody waits.
struct SlowLine {
    line: Line,
    carries: usize,
}

impl Transport for SlowLine {
    fn health(&self) -> Answering<'_, Health> {
        self.line.health()
    }
    fn workspace(&self) -> Answering<'_, Workspace> {
        self.line.workspace()
    }
    fn push<'a>(&'a self, request: &'a PushRequest) -> Answering<'a, landfall_protocol::push::PushResponse> {
        if serde_json::to_vec(request).map_or(0, |body| body.len()) > self.carries {
            return async { Err(TransportError::TimedOut) }.boxed();
        }
        self.line.push(request)
    }
    fn pull<'a>(
        &'a self,
        cursor: Option<&'a str>,
        tables: Option<&'a [landfall_core::id::TableName]>,
    ) -> Answering<'a, Pages> {
        self.line.pull(cursor, tables)
    }
    fn history<'a>(
        &'a self,
        table: &'a landfall_core::id::TableName,
        id: &'a landfall_core::id::RecordId,
    ) -> Answering<'a, landfall_protocol::history::History> {
        self.line.history(table, id)
    }
    fn wakes(&self, notified: Option<Seq>) -> Answering<'_, Wakes> {
        self.line.wakes(notified)
    }
    fn channels(&self) -> Answering<'_, Channels> {
        self.line.channels()
    }
    fn put_installation<'a>(
        &'a self,
        id: &'a str,
        request: &'a InstallationRequest,
    ) -> Answering<'a, Installation> {
        self.line.put_installation(id, request)
    }
    fn delete_installation<'a>(&'a self, id: &'a str) -> Answering<'a, ()> {
        self.line.delete_installation(id)
    }
    fn test_installation<'a>(&'a self, id: &'a str) -> Answering<'a, TestReport> {
        self.line.test_installation(id)
    }
}

/// What the laptop has to send reaches the others over a line that carries little at once.
async fn all_gets_through_a_slow_line(world: &World) {
    let World { laptop, .. } = world;
    let slow = Arc::new(SlowLine {
        line: laptop.line().clone(),
        carries: 60_000,
    });
    let clock = laptop.clock().clone();
    let runner = Runner::new(laptop.store().clone(), slow, Arc::new(move || clock.now()), None);

    // Each run that fails tries with less; what has gone through stays.
    for _ in 0..8 {
        if runner.run_once(Kind::Sync).await.is_ok() {
            break;
        }
    }

    assert_eq!(laptop.unsent(), 0);
    world.all_converge().await;
}

#[tokio::test]
async fn a_week_of_notes_gets_through_a_slow_line_in_small_pieces() {
    let world = World::new().await;
    let World { laptop, .. } = &world;
    for number in 0..60 {
        laptop.adds(
            "airfields",
            json!({"name": format!("Field {number}"), "remarks": "x".repeat(5_000)}),
        );
    }
    all_gets_through_a_slow_line(&world).await;
}

#[tokio::test]
async fn an_action_that_a_slow_line_does_not_carry_whole_gets_through_in_pieces() {
    let world = World::new().await;
    let World { laptop, .. } = &world;
    let insert = |number| landfall_store::Edit::Insert {
        table: landfall_testkit::table("airfields"),
        id: landfall_core::id::RecordId::new(format!("sl-{number}")).expect("an id"),
        fields: landfall_testkit::fields(
            json!({"name": format!("Field {number}"), "remarks": "x".repeat(5_000)}),
        ),
    };
    laptop.does((0..60).map(insert).collect());
    laptop.adds("airfields", json!({"name": "Oban"}));
    all_gets_through_a_slow_line(&world).await;
}

#[tokio::test]
async fn large_records_come_in_pages_of_a_size_that_a_device_takes() {
    let world = World::new().await;
    let World {
        server,
        laptop,
        phone,
        ..
    } = &world;
    let long = "x".repeat(400_000);
    for number in 0..30 {
        laptop.adds(
            "airfields",
            json!({"name": format!("Field {number}"), "remarks": long}),
        );
    }
    laptop.syncs().await;

    // Together they would be a line of 12 MB; some hundred more, and no device would take it.
    let mut pages = server.pages().await.unwrap();
    let mut received = 0;
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        received += page.records.values().map(Vec::len).sum::<usize>();
        assert!(serde_json::to_vec(&page.records).unwrap().len() < 5 << 20);
    }
    assert_eq!(received, 30);
    assert_eq!(phone.syncs().await.received, 30);
}

#[tokio::test]
async fn what_was_answered_does_not_make_a_change_too_large() {
    let world = World::with_bodies_of(4_096).await;
    let World { laptop, .. } = &world;
    for number in 0..60 {
        laptop.adds("airfields", json!({"name": format!("Field {number}")}));
    }
    // The answers are on disk here; the server is told of them with the next push.
    let oban = laptop.adds("airfields", json!({"name": "Oban", "remarks": "x".repeat(3_000)}));

    assert_eq!(laptop.syncs().await.refused, 0);
    assert_eq!(laptop.reads("airfields", &oban).mark, Mark::Synced);
    world.all_converge().await;
}

/// Over a socket the server answers and closes before it has read all of a body that is too large.
#[tokio::test]
async fn a_change_too_large_for_the_server_is_refused_over_a_socket_too() {
    let world = World::new().await;
    let World { server, laptop, .. } = &world;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let app = App::new(server.workspace().clone());
    let serving = tokio::spawn(landfall_server::serve(listener, app, async {
        // A test that ended early stops it too.
        drop(stopped.await);
    }));
    let (_, token) = server.workspace().add_device("laptop over the wire").unwrap();
    let line = HttpTransport::new(&address, Some(Token::new(&token).unwrap())).unwrap();
    let clock = laptop.clock().clone();
    let runner = Runner::new(
        laptop.store().clone(),
        Arc::new(line),
        Arc::new(move || clock.now()),
        None,
    );
    for megabytes in [5, 40] {
        let long = laptop.adds(
            "airfields",
            json!({"name": "Oban", "remarks": "x".repeat(megabytes << 20)}),
        );
        laptop.adds("airfields", json!({"name": "Tiree"}));

        let summary = runner.run_once(Kind::Sync).await.unwrap();

        assert_eq!((summary.sent, summary.refused), (1, 1), "{megabytes} MB");
        assert_eq!(laptop.reads("airfields", &long).mark, Mark::Refused);
    }
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}
