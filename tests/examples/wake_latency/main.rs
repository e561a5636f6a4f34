//! How long until a save on the laptop is in the phone's database, though nobody touches the phone: over real sockets on
//! this machine, the save on disk at the laptop and at the server.
//! `cargo run --release -p landfall-tests --example wake_latency [-- saves [stages]]`; with `stages` it also tells where
//! the time goes ([`stages`]).
#![allow(clippy::print_stdout, reason = "the numbers are this program's output")]

use landfall_server::App;
use landfall_sync::scheduler::GATHER;
use landfall_sync::transport::http::{HttpTransport, Token};
use landfall_sync::{Engine, Parts, Trigger};
use landfall_testkit::{Device, World, table};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

mod stages;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let saves = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 100,
    };
    let stages = std::env::args()
        .nth(2)
        .is_some_and(|text| text == "stages")
        .then(stages::Stages::hear);
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let app = App::new(world.server.workspace().clone());
    let serving = tokio::spawn(landfall_server::serve(listener, app, async {
        drop(stopped.await);
    }));
    let laptop = over_http(&world, &world.laptop, &address).await?;
    let phone = over_http(&world, &world.phone, &address).await?;

    let mut changes = phone.changes();
    let mut times = Vec::new();
    for number in 0..saves {
        // Apart from one another, as a person's saves are: none is gathered with the one before.
        tokio::time::sleep(GATHER + Duration::from_millis(20)).await;
        let began = Instant::now();
        let id = world
            .laptop
            .adds("airfields", json!({"name": format!("Field {number}")}));
        tracing::trace!(target: stages::WAY, "saved");
        laptop.trigger(Trigger::LocalWrite);
        loop {
            let changed = tokio::time::timeout(Duration::from_secs(30), changes.recv()).await??;
            let here = changed.changed.get(&table("airfields"));
            if here.is_some_and(|ids| ids.contains(&id)) {
                break;
            }
        }
        times.push(began.elapsed());
        tracing::trace!(target: stages::WAY, "told");
        if let Some(stages) = &stages {
            stages.count(began);
        }
    }
    times.sort();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "{saves} saves, laptop → phone: p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms, most {:.2} ms",
        at(50),
        at(90),
        at(99),
        at(100)
    );
    if let Some(stages) = &stages {
        stages.show();
    }
    laptop.shutdown().await;
    phone.shutdown().await;
    drop(stop);
    serving.await??;
    Ok(())
}

async fn over_http(world: &World, device: &Device, address: &str) -> anyhow::Result<Engine> {
    let name = format!("{} over the wire", device.name());
    let (_, token) = world.server.workspace().add_device(&name)?;
    let clock = device.clock().clone();
    let engine = Engine::start(Parts {
        store: device.store().clone(),
        transport: Arc::new(HttpTransport::new(address, Some(Token::new(&token)?))?),
        now: Arc::new(move || clock.now()),
        jitter: Arc::new(|| 0.5),
        automatic: true,
        work_offline: false,
        notified: None,
    })
    .await?;
    engine.trigger(Trigger::Start);
    let mut statuses = engine.statuses();
    let ready = statuses
        .wait_for(|status| status.last_success.is_some() && status.listening_since.is_some())
        .await;
    drop(ready?);
    Ok(engine)
}
