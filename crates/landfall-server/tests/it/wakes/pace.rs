//! When pushes go out: a burst is one, who has pulled needs none, and nothing is lost by a crash.

use super::office::{Events, health, put, save};
use super::service::{Reply, Service};
use super::web_push::{Subscription, office};
use crate::world::{SCHEMA, table};
use landfall_core::id::Seq;
use landfall_core::outbox::OpKind;

async fn service() -> Service {
    Service::start(Reply::status(201)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_change_is_pushed_at_once_and_a_burst_after_it_is_one_push() {
    let (mut office, service) = (office(SCHEMA).await, service().await);
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let subscription = Subscription::at(&service, "/up");
    put(&phone, "i-301", &subscription.request(&[])).await;
    save(&laptop, 101).await;
    assert_eq!(office.settle().await, None);
    assert_eq!(subscription.read(&service.take_one()).wake.seq, Seq(1));

    for number in 102..142 {
        save(&laptop, number).await;
    }
    let inspection = crate::world::op(
        "op-142",
        OpKind::Insert,
        "inspections",
        "i-142",
        &[("summary", "ok".into())],
    );
    laptop.applied(inspection).await;
    let wait = office.settle().await.unwrap();
    assert!((2_000..=5_000).contains(&wait), "{wait}");
    assert!(service.take().is_empty());
    assert_eq!(office.settle_after(5).await, None);
    let wake = subscription.read(&service.take_one()).wake;
    assert_eq!(wake.seq, Seq(42));
    assert_eq!(wake.tables, [table("airfields"), table("inspections")]);
    assert_eq!(office.settle_after(3_600).await, None);
    assert!(service.take().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_not_pushed_to_for_its_own_changes() {
    let (mut office, service) = (office(SCHEMA).await, service().await);
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let (of_laptop, of_phone) = (
        Subscription::at(&service, "/laptop"),
        Subscription::at(&service, "/phone"),
    );
    put(&laptop, "i-311", &of_laptop.request(&[])).await;
    put(&phone, "i-312", &of_phone.request(&[])).await;
    save(&phone, 211).await;
    office.settle().await;
    assert_eq!(service.take_one().path, "/laptop");
    save(&phone, 212).await;
    let office = office.restart().await;
    // After a restart neither.
    let mut office = office;
    office.settle_after(10).await;
    assert_eq!(service.take_one().path, "/laptop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_the_commit_and_the_push_loses_nothing() {
    let (office, service) = (office(SCHEMA).await, service().await);
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let subscription = Subscription::at(&service, "/up");
    put(&phone, "i-321", &subscription.request(&[])).await;
    save(&laptop, 121).await;
    let mut office = office.restart().await;
    assert!(service.take().is_empty());
    office.settle().await;
    let wake = subscription.read(&service.take_one()).wake;
    // Which tables is not known any more: any.
    assert_eq!((wake.seq, wake.tables.len()), (Seq(1), 0));
    let mut office = office.restart().await;
    assert_eq!(office.settle_after(60).await, None);
    assert!(service.take().is_empty());

    // The life of a server that was restored is another one: every device is woken.
    office.app.workspace().renew_epoch().unwrap();
    let mut office = office.restart().await;
    office.settle().await;
    assert_eq!(service.take().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_sent_again_later_and_no_sooner_than_was_asked_for() {
    let (mut office, service) = (office(SCHEMA).await, service().await);
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let subscription = Subscription::at(&service, "/up");
    put(&phone, "i-331", &subscription.request(&[])).await;
    assert_eq!(office.settle().await, None);

    service.answer_next(Reply::status(503).with("retry-after", "120"));
    save(&laptop, 131).await;
    let wait = office.settle().await.unwrap();
    assert!((120_000..=132_000).contains(&wait), "{wait}");
    service.take();
    let installation = health(&phone, "i-331").await;
    assert_eq!(
        (installation.failures, installation.waiting, installation.dead),
        (1, true, false)
    );
    assert_eq!(
        installation.last_failure.unwrap(),
        "the push service answered 503"
    );

    // Changes go on meanwhile; it is still one push.
    save(&laptop, 132).await;
    assert!(office.settle_after(100).await.unwrap() >= 20_000);
    assert!(service.take().is_empty());
    service.answer_next(Reply::status(500));
    let wait = office.settle_after(60).await.unwrap();
    assert!((5_000..=10_000).contains(&wait), "{wait}");
    service.take();
    assert_eq!(office.settle_after(10).await, None);
    let wake = subscription.read(&service.take_one()).wake;
    assert_eq!((wake.seq, wake.tables), (Seq(2), vec![table("airfields")]));
    let installation = health(&phone, "i-331").await;
    assert_eq!((installation.failures, installation.last_failure), (0, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_whose_stream_is_current_is_sent_no_push() {
    let (mut office, service) = (office(SCHEMA).await, service().await);
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let subscription = Subscription::at(&service, "/up");
    put(&phone, "i-341", &subscription.request(&[])).await;
    let (mut at_phone, _) = Events::open(&phone, "").await;
    assert!(health(&phone, "i-341").await.streaming);

    // It hears of the change and pulls: no push, even when the stream is closed later.
    save(&laptop, 141).await;
    at_phone.wake().await;
    assert_eq!(office.settle().await, Some(30_000));
    phone.pull("").await;
    assert_eq!(office.settle_after(30).await, None);
    assert!(service.take().is_empty());
    assert!(!health(&phone, "i-341").await.waiting);

    // It hears of the next and does not pull: the stream may be dead without anyone knowing.
    save(&laptop, 142).await;
    assert_eq!(office.settle().await, Some(30_000));
    office.settle_after(30).await;
    assert_eq!(subscription.read(&service.take_one()).wake.seq, Seq(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_pulled_by_itself_is_sent_no_push() {
    let (mut office, service) = (office(SCHEMA).await, service().await);
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    put(&phone, "i-351", &Subscription::at(&service, "/up").request(&[])).await;
    save(&laptop, 151).await;
    // A pull of one table says nothing about the others.
    phone.pull("?tables=inspections").await;
    assert!(health(&phone, "i-351").await.waiting);
    phone.pull("").await;
    assert_eq!(office.settle().await, None);
    assert!(service.take().is_empty());
    // That it was not needed is remembered.
    let mut office = office.restart().await;
    assert_eq!(office.settle().await, None);
    assert!(service.take().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_devices_are_all_pushed_to_once() {
    let (mut office, service) = (office(SCHEMA).await, service().await);
    let laptop = office.device("laptop");
    for number in 0..150 {
        let phone = office.device(&format!("phone {number}"));
        let subscription = Subscription::at(&service, &format!("/up/{number}"));
        put(&phone, "i-361", &subscription.request(&[])).await;
    }
    save(&laptop, 161).await;
    assert_eq!(office.settle().await, None);
    let mut paths: Vec<String> = service.take().into_iter().map(|received| received.path).collect();
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), 150);
}
