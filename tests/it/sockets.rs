//! The same over real sockets: HTTP, compressed, with the real transport.

use landfall_server::App;
use landfall_sync::transport::http::{HttpTransport, Token};
use landfall_sync::{Kind, Runner, TransportError};
use landfall_testkit::{World, table};
use serde_json::json;
use std::sync::Arc;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_phone_pulls_and_pushes_over_a_socket() {
    let world = World::new().await;
    let World {
        server,
        laptop,
        phone,
        ..
    } = &world;
    for number in 0..1_200 {
        laptop.adds("airfields", json!({"name": format!("Field {number}")}));
    }
    laptop.syncs().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let app = App::new(server.workspace().clone());
    let serving = tokio::spawn(landfall_server::serve(listener, app, async {
        // A test that ended early stops it too.
        drop(stopped.await);
    }));

    let (_, token) = server.workspace().add_device("phone over the wire").unwrap();
    let over_http = |token: &str| {
        let line = HttpTransport::new(&address, Some(Token::new(token).unwrap())).unwrap();
        let clock = phone.clock().clone();
        Runner::new(
            phone.store().clone(),
            Arc::new(line),
            Arc::new(move || clock.now()),
            None,
        )
    };
    let stranger = over_http("lf_no_such_token")
        .run_once(Kind::Sync)
        .await
        .unwrap_err();
    assert_eq!(stranger.code(), TransportError::Unauthorized.code());

    let runner = over_http(&token);
    assert_eq!(runner.run_once(Kind::Sync).await.unwrap().received, 1_200);
    let oban = phone.adds("airfields", json!({"name": "Oban"}));
    assert_eq!(runner.run_once(Kind::Sync).await.unwrap().sent, 1);
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert_eq!(
        runner.run_once(Kind::Pull).await.unwrap_err().code(),
        "unreachable"
    );

    assert_eq!(server.history(&table("airfields"), &oban).await.len(), 1);
    world.all_converge().await;
}
