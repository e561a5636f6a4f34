//! The event stream: told at once after the commit, nothing missed however it is cut.

use super::office::{Event, Events, Office, good, save};
use crate::world::{Device, SCHEMA, delete_airfield, insert_airfield, table};
use landfall_core::id::Seq;
use landfall_protocol::wake::{Channels, Platform};
use landfall_server::import::{self, Import};
use landfall_server::{Surroundings, Workspace, serve};
use reqwest::StatusCode;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

async fn office() -> Office {
    Office::open(SCHEMA, "", &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_on_the_laptop_wakes_the_phone_and_not_the_laptop() {
    let office = office().await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let (mut at_laptop, hello) = Events::open(&laptop, "").await;
    assert_eq!((hello.seq, hello.heartbeat_seconds), (Seq(0), 30));
    let (mut at_phone, _) = Events::open(&phone, "").await;

    save(&laptop, 101).await;
    let wake = at_phone.wake().await;
    assert_eq!((wake.seq, wake.tables), (Seq(1), vec![table("airfields")]));

    // The first that the laptop hears is the phone's change, not its own.
    save(&phone, 201).await;
    assert_eq!(at_laptop.wake().await.seq, Seq(2));
    // The phone hears nothing of that either; what it hears next is the laptop's.
    save(&laptop, 102).await;
    assert_eq!(at_phone.wake().await.seq, Seq(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_an_old_app_wakes_the_phone_too() {
    let office = office().await;
    let (old_tablet, phone) = (office.device("old tablet"), office.device("phone"));
    let (mut at_tablet, _) = Events::open(&old_tablet, "").await;
    let (mut at_phone, _) = Events::open(&phone, "").await;
    let path = "/tables/airfields/a-141";
    let change = |name: &str| json!({"id": "a-141", "name": name});

    let made = old_tablet.post("/tables/airfields").json(&change("Olten"));
    assert_eq!(made.send().await.unwrap().status(), StatusCode::CREATED);
    let wake = at_phone.wake().await;
    assert_eq!((wake.seq, wake.tables), (Seq(1), vec![table("airfields")]));
    let replaced = old_tablet.put(path).json(&change("Thun"));
    assert_eq!(replaced.send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(at_phone.wake().await.seq, Seq(2));
    let deleted = old_tablet.delete(path).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    assert_eq!(at_phone.wake().await.seq, Seq(3));

    // Who made them is not woken by them: the first that the tablet hears is the phone's change.
    save(&phone, 142).await;
    assert_eq!(at_tablet.wake().await.seq, Seq(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_or_changed_nothing_wakes_nobody() {
    let office = office().await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let (mut at_phone, _) = Events::open(&phone, "").await;
    let gone = landfall_core::id::Version::new("0badcafe.7").unwrap();
    laptop
        .push(vec![delete_airfield("op-111", "a-nowhere", &gone)])
        .await;
    laptop.push(vec![insert_airfield("op-112", "a-112", "")]).await;
    save(&laptop, 113).await;
    assert_eq!(at_phone.wake().await.seq, Seq(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_was_cut_misses_nothing() {
    let office = office().await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    save(&laptop, 121).await;
    let (mut at_phone, hello) = Events::open(&phone, "").await;
    let cursor = phone.pull("").await.pop().unwrap().cursor;
    assert_eq!(hello.seq, cursor.seq);
    save(&laptop, 122).await;
    assert_eq!(at_phone.wake().await.seq, Seq(2));

    // Cut before it could pull; changes go on; then it connects again and learns that it is behind.
    drop(at_phone);
    save(&laptop, 123).await;
    let (_at_phone, hello) = Events::open(&phone, "").await;
    assert_eq!(hello.epoch, cursor.epoch);
    assert_eq!(hello.seq, Seq(3));
    let pages = phone.pull(&format!("?cursor={cursor}")).await;
    let pulled: usize = pages
        .iter()
        .flat_map(|page| page.records.values())
        .map(Vec::len)
        .sum();
    assert_eq!(pulled, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_ends_its_streams_and_a_new_one_goes_on_where_it_was() {
    let office = office().await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    save(&laptop, 131).await;
    let (mut at_phone, first) = Events::open(&phone, "").await;
    let office = office.restart().await;
    assert_eq!(at_phone.next().await, Event::End);

    let (laptop, phone) = (office.again(&laptop), office.again(&phone));
    save(&laptop, 132).await;
    let (mut at_phone, hello) = Events::open(&phone, "").await;
    assert_eq!((hello.epoch, hello.seq), (first.epoch, Seq(2)));
    save(&laptop, 133).await;
    assert_eq!(at_phone.wake().await.seq, Seq(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn serving_ends_its_streams_at_once_when_it_is_told_to_stop() {
    let dir = tempfile::tempdir().unwrap();
    let workspace = Workspace::create(dir.path(), SCHEMA, Surroundings::system()).unwrap();
    let (_, token) = workspace.add_device("phone").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve(
        listener,
        landfall_server::App::new(workspace),
        async move {
            let _ = stopped.await;
        },
    ));
    let phone = Device::new(&url, &token);
    let (mut at_phone, _) = Events::open(&phone, "").await;
    let begun = std::time::Instant::now();
    stop.send(()).unwrap();
    assert_eq!(at_phone.next().await, Event::End);
    serving.await.unwrap().unwrap();
    // Requests that do not end are given 15 seconds; a stream is not one of them.
    assert!(begun.elapsed().as_secs() < 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_changes_is_told_too() {
    let office = office().await;
    let phone = office.device("phone");
    let (mut at_phone, _) = Events::open(&phone, "").await;
    let beside = Workspace::open_as_stored(office.folder(), Surroundings::system()).unwrap();
    let airfields = Import {
        table: "airfields".to_owned(),
        ..Import::default()
    };
    let csv = "id,name\na-141,Bern\na-142,Chur\n";
    import::run(&beside, airfields, csv.as_bytes()).unwrap();
    office.app.workspace().database().look().unwrap();
    let wake = at_phone.wake().await;
    assert_eq!((wake.seq, wake.tables), (Seq(2), vec![table("airfields")]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_life_of_the_server_ends_the_streams() {
    let office = office().await;
    let phone = office.device("phone");
    let (mut at_phone, first) = Events::open(&phone, "").await;
    let epoch = office.app.workspace().renew_epoch().unwrap();
    assert_eq!(at_phone.next().await, Event::End);
    let (_at_phone, hello) = Events::open(&phone, "").await;
    assert_eq!(hello.epoch, epoch);
    assert_ne!(hello.epoch, first.epoch);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_needs_a_token_and_a_good_question() {
    let office = office().await;
    let phone = office.device("phone");
    let stranger = Device::new(&phone.url, "lf_nobody");
    let refused = stranger.get("/v1/wakes").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let refused = phone.get("/v1/wakes?notified=x").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_comes_by_the_stream_if_one_is_open() {
    let office = office().await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let channels: Channels = good(phone.get("/v1/installations").send().await.unwrap()).await;
    assert_eq!(channels.platforms, [Platform::Stream]);
    assert_eq!(
        (channels.vapid_public_key, channels.installations.len()),
        (None, 0)
    );

    let request = serde_json::json!({ "platform": "stream", "tags": ["ben"] });
    let put = phone.put("/v1/installations/i-151").json(&request);
    assert_eq!(put.send().await.unwrap().status(), StatusCode::OK);
    let report = super::office::test(&phone, "i-151").await;
    assert_eq!((report.platform, report.accepted), (Platform::Stream, false));

    // At most one in ten seconds.
    let again = phone.post("/v1/installations/i-151/test").send().await.unwrap();
    assert_eq!(again.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(again.headers()["retry-after"], "10");
    office.clock.advance(std::time::Duration::from_secs(10));

    let (mut at_phone, _) = Events::open(&phone, "").await;
    let (mut at_laptop, _) = Events::open(&laptop, "").await;
    assert!(super::office::test(&phone, "i-151").await.accepted);
    let wake = at_phone.wake().await;
    assert!(wake.test && wake.tables.is_empty());
    // It is the phone's alone.
    save(&phone, 251).await;
    assert!(!at_laptop.wake().await.test);
}
