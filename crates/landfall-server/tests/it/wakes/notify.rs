//! Notifications that people asked for by a rule, and what no push contains.

use super::office::{Events, health, put, save};
use super::service::{Reply, Service};
use super::web_push::{Subscription, office};
use crate::world::{Device, fields, on, op, record_id, table};
use landfall_core::id::{Seq, Version};
use landfall_core::outbox::OpKind;
use landfall_core::value::Value;
use landfall_protocol::wake::{InstallationRequest, Notify};

const SCHEMA: &str = r#"
[workspace]
name = "Airfields"
version = 1

[[table]]
name = "airfields"
[[table.column]]
name = "name"
type = "text"

[[table]]
name = "inspections"
[[table.column]]
name = "summary"
type = "text"
[[table.column]]
name = "assigned_to"
type = "text"
[[table.column]]
name = "closed"
type = "boolean"

[[notify]]
name = "assigned_to_me"
table = "inspections"
to = "assigned_to"

[[notify]]
name = "mine_is_closed"
table = "inspections"
to = "assigned_to"
when = "closed"
"#;

fn tagged(tag: &str) -> InstallationRequest {
    InstallationRequest {
        channel: landfall_protocol::wake::Channel::Stream,
        tags: vec![tag.to_owned()],
    }
}

async fn inspect(device: &Device, number: u32, assigned_to: &str) -> Version {
    let pairs = [
        ("summary", Value::from("ok")),
        ("assigned_to", assigned_to.into()),
    ];
    let (op_id, id) = (format!("op-{number}"), format!("i-{number}"));
    device
        .applied(op(&op_id, OpKind::Insert, "inspections", &id, &pairs))
        .await
}

async fn change(device: &Device, number: u32, id: &str, base: &Version, pairs: &[(&str, Value)]) -> Version {
    let op_id = format!("op-{number}");
    device
        .applied(on(base, op(&op_id, OpKind::Update, "inspections", id, pairs)))
        .await
}

fn notify(seq: u64, rule: &str, id: &str) -> Notify {
    Notify {
        seq: Seq(seq),
        rule: rule.to_owned(),
        table: table("inspections"),
        id: record_id(id),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_assigned_an_inspection_is_told_and_nobody_else() {
    let office = office(SCHEMA).await;
    let (laptop, phone, tablet) = (
        office.device("laptop"),
        office.device("phone"),
        office.device("tablet"),
    );
    put(&laptop, "l", &tagged("ana")).await;
    put(&phone, "p", &tagged("ben")).await;
    put(&tablet, "t", &tagged("ana")).await;
    let (mut at_phone, _) = Events::open(&phone, "").await;
    let (mut at_tablet, _) = Events::open(&tablet, "").await;

    // A new one for Ben; one that Ana takes herself is no news for her tablet.
    let base = inspect(&laptop, 101, "ben").await;
    let wake = at_phone.wake().await;
    assert_eq!(wake.notify, [notify(1, "assigned_to_me", "i-101")]);
    assert_eq!(at_tablet.wake().await.notify, []);
    inspect(&laptop, 102, "ana").await;
    assert_eq!(at_phone.wake().await.notify, []);
    assert_eq!(at_tablet.wake().await.notify, []);

    // Another field changes nothing about who has it; that it is closed is the other rule's matter.
    let base = change(&laptop, 103, "i-101", &base, &[("summary", "bad".into())]).await;
    assert_eq!(at_phone.wake().await.notify, []);
    let base = change(&laptop, 104, "i-101", &base, &[("closed", Value::Boolean(true))]).await;
    let expected = [notify(4, "mine_is_closed", "i-101")];
    assert_eq!(at_phone.wake().await.notify, expected);

    // Ben gives it to Ana: both her devices may be told, he is not.
    let base = change(&phone, 201, "i-101", &base, &[("assigned_to", "ana".into())]).await;
    let expected = [notify(5, "assigned_to_me", "i-101")];
    for _ in 0..3 {
        at_tablet.wake().await;
    }
    let (_at_laptop, hello) = Events::open(&laptop, "?notified=0").await;
    assert_eq!(hello.notify, expected);
    assert_eq!(fields(&[("assigned_to", "ana".into())]).len(), 1);

    // Back to Ben, by the tablet.
    change(&tablet, 301, "i-101", &base, &[("assigned_to", "ben".into())]).await;
    let expected = [notify(6, "assigned_to_me", "i-101")];
    assert_eq!(at_phone.wake().await.notify, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_waits_for_a_device_that_was_away() {
    let office = office(SCHEMA).await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    put(&phone, "p", &tagged("ben")).await;
    inspect(&laptop, 111, "ben").await;
    inspect(&laptop, 112, "someone else").await;
    inspect(&laptop, 113, "ben").await;
    let (_, hello) = Events::open(&phone, "?notified=0").await;
    assert_eq!(
        hello.notify,
        [
            notify(1, "assigned_to_me", "i-111"),
            notify(3, "assigned_to_me", "i-113")
        ]
    );
    let (_, hello) = Events::open(&phone, "?notified=1").await;
    assert_eq!(hello.notify, [notify(3, "assigned_to_me", "i-113")]);
    let (_, hello) = Events::open(&phone, "").await;
    assert_eq!(hello.notify, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_with_its_group_tells_nobody() {
    let office = office(SCHEMA).await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    put(&phone, "p", &tagged("ben")).await;
    let insert = |op_id: &str, table: &str, pairs: &[(&str, Value)]| {
        crate::world::grouped("g", op(op_id, OpKind::Insert, table, op_id, pairs))
    };
    laptop
        .push(vec![
            insert("op-121", "inspections", &[("assigned_to", "ben".into())]),
            insert("op-122", "inspections", &[("colour", "red".into())]),
        ])
        .await;
    inspect(&laptop, 123, "ben").await;
    let (_, hello) = Events::open(&phone, "?notified=0").await;
    assert_eq!(hello.notify, [notify(1, "assigned_to_me", "i-123")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_carries_each_notification_once_and_no_value_of_a_record() {
    let service = Service::start(Reply::status(201)).await;
    let mut office = office(SCHEMA).await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let subscription = Subscription::at(&service, "/up");
    put(&phone, "p", &subscription.request(&["planted-tag"])).await;
    let pairs = [
        ("summary", Value::from("planted-summary")),
        ("assigned_to", "planted-tag".into()),
        ("closed", Value::Boolean(true)),
    ];
    laptop
        .applied(op("op-131", OpKind::Insert, "inspections", "i-131", &pairs))
        .await;
    office.settle().await;
    save(&laptop, 132).await;
    office.settle_after(10).await;

    let received = service.take();
    let wakes: Vec<_> = received
        .iter()
        .map(|received| subscription.read(received).wake)
        .collect();
    assert_eq!(
        wakes[0].notify,
        [
            notify(1, "assigned_to_me", "i-131"),
            notify(1, "mine_is_closed", "i-131")
        ]
    );
    assert_eq!((wakes[1].seq, wakes[1].notify.len()), (Seq(2), 0));
    for received in &received {
        let everything = format!(
            "{received:?} {}",
            serde_json::to_string(&subscription.read(received)).unwrap()
        );
        for planted in ["planted", "Airfield\"", "phone"] {
            assert!(!everything.contains(planted), "{planted}: {everything}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_push_can_carry_is_left_to_the_stream() {
    let service = Service::start(Reply::status(201)).await;
    let mut office = office(SCHEMA).await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let subscription = Subscription::at(&service, "/up");
    put(&phone, "p", &subscription.request(&["ben"])).await;
    let ops = (0..40).map(|number| {
        let id = format!("{number:0>255}");
        op(
            &format!("op-{number}"),
            OpKind::Insert,
            "inspections",
            &id,
            &[("assigned_to", "ben".into())],
        )
    });
    laptop.push(ops.collect()).await;
    office.settle().await;
    let received = service.take_one();
    assert!(received.body.len() < 3_500, "{}", received.body.len());
    let told = subscription.read(&received).wake.notify;
    assert!((5..20).contains(&told.len()), "{}", told.len());
    // The newest are told.
    assert_eq!(told.last().unwrap().seq, Seq(40));
    assert!(!health(&phone, "p").await.waiting);
}
