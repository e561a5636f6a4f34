//! The rule `latest` on devices whose clocks are wrong, and who come online when they can: what counts is when the
//! edits were made, and that who has seen an edit edits after it.

use landfall_core::id::{Millis, RecordId};
use landfall_core::reconcile::Decision;
use landfall_testkit::{BEGIN, Device, Fault, LIMITS, World};
use serde_json::json;

const MINUTE: i64 = 60_000;
const YEAR: i64 = 365 * 24 * 60 * MINUTE;

const RUNWAYS: &str = r#"
[workspace]
name = "Runways"
version = 1

[[table]]
name = "runways"

[[table.column]]
name = "name"
type = "text"
required = true

[[table.column]]
name = "surface"
type = "text"
merge = "latest"

[[table.column]]
name = "length"
type = "integer"
"#;

/// A world in which everybody has a runway, at ten o'clock.
async fn with_runway(seed: u64) -> (World, RecordId) {
    let world = World::of(seed, RUNWAYS, LIMITS).await;
    let runway = world.laptop.adds("runways", json!({"name": "09/27"}));
    world.all_sync().await;
    (world, runway)
}

/// Time goes by for everybody, also for those whose clock is wrong.
fn goes_by(world: &World, minutes: i64) {
    world.server.clock().jump(minutes * MINUTE);
    for device in world.devices() {
        device.clock().jump(minutes * MINUTE);
    }
}

fn says(device: &Device, runway: &RecordId, surface: &str) {
    device.edits("runways", runway, json!({"surface": surface}));
}

async fn all_end_with(world: &World, runway: &RecordId, surface: &str) {
    world.all_converge().await;
    for device in world.devices() {
        assert_eq!(
            device.value("runways", runway, "surface"),
            json!(surface),
            "{}",
            device.name()
        );
        assert_eq!(device.needs_person(), 0);
    }
}

fn stamps(device: &Device) -> Vec<Millis> {
    let outbox = device.store().outbox().expect("the outbox can be read");
    outbox.iter().map(|row| row.entry.edited_at).collect()
}

#[tokio::test]
async fn the_moment_of_coming_online_is_never_compared() {
    for laptop_online_first in [true, false] {
        let (world, runway) = with_runway(11).await;
        let World { laptop, phone, .. } = &world;
        goes_by(&world, 10);
        says(laptop, &runway, "wet");
        goes_by(&world, 10);
        says(phone, &runway, "icy");
        let (first, late) = if laptop_online_first {
            (laptop, phone)
        } else {
            (phone, laptop)
        };
        first.syncs().await;
        // The other one comes out of the mountains a month later.
        goes_by(&world, 30 * 24 * 60);
        late.syncs().await;
        all_end_with(&world, &runway, "icy").await;
    }
}

#[tokio::test]
async fn who_has_seen_an_edit_edits_after_it_even_with_a_clock_a_year_behind() {
    for tablet_waits_for_the_phone in [true, false] {
        let (world, runway) = with_runway(12).await;
        let World {
            laptop,
            phone,
            tablet,
            ..
        } = &world;
        phone.clock().jump(-YEAR);
        goes_by(&world, 5);
        says(tablet, &runway, "dry");
        goes_by(&world, 5);
        says(laptop, &runway, "wet");
        laptop.syncs().await;
        phone.syncs().await;
        assert_eq!(phone.value("runways", &runway, "surface"), json!("wet"));
        says(phone, &runway, "icy");
        assert!(stamps(phone)[0] > Millis(BEGIN.0 + 10 * MINUTE));

        if tablet_waits_for_the_phone {
            phone.syncs().await;
            tablet.syncs().await;
        } else {
            tablet.syncs().await;
            phone.syncs().await;
        }
        all_end_with(&world, &runway, "icy").await;
    }
}

#[tokio::test]
async fn a_clock_a_year_ahead_wins_until_it_has_been_online_and_no_longer() {
    let (world, runway) = with_runway(13).await;
    let World {
        server,
        laptop,
        phone,
        ..
    } = &world;
    phone.clock().jump(YEAR);
    says(phone, &runway, "icy");
    phone.syncs().await;
    // The laptop has not been online since, and its clock is right: its edit is an hour younger.
    goes_by(&world, 60);
    says(laptop, &runway, "dry");
    laptop.syncs().await;
    all_end_with(&world, &runway, "dry").await;

    // The phone saw that, and is believed again. No stamp is ever later than the server's clock.
    goes_by(&world, 1);
    says(phone, &runway, "wet");
    all_end_with(&world, &runway, "wet").await;
    let shown = phone.reads("runways", &runway);
    assert!(shown.changed_at <= shown.updated_at && shown.updated_at < server.clock().now());
}

#[tokio::test]
async fn with_one_wrong_clock_two_edits_have_one_order_whoever_is_online_first() {
    for (wrong, later) in [(YEAR, "icy"), (-YEAR, "dry")] {
        for phone_first in [true, false] {
            let (world, runway) = with_runway(14).await;
            let World { laptop, phone, .. } = &world;
            phone.clock().jump(wrong);
            goes_by(&world, 5);
            says(phone, &runway, "icy");
            goes_by(&world, 5);
            says(laptop, &runway, "dry");
            goes_by(&world, 5);
            let (first, late) = if phone_first {
                (phone, laptop)
            } else {
                (laptop, phone)
            };
            first.syncs().await;
            goes_by(&world, 5);
            late.syncs().await;
            all_end_with(&world, &runway, later).await;
        }
    }
}

#[tokio::test]
async fn an_edit_behind_one_under_way_is_the_later_one_though_the_clock_went_back() {
    let (world, runway) = with_runway(15).await;
    let World { laptop, .. } = &world;
    goes_by(&world, 10);
    says(laptop, &runway, "wet");
    laptop.line().plan(Fault::AnswerCut);
    laptop.tries_to_sync(landfall_sync::Kind::Push).await.unwrap_err();
    laptop.clock().jump(-YEAR);
    says(laptop, &runway, "icy");
    let stamps = stamps(laptop);
    assert_eq!(stamps.len(), 2);
    assert_eq!(stamps[1].0, stamps[0].0 + 1);
    all_end_with(&world, &runway, "icy").await;
}

#[tokio::test]
async fn a_decision_is_later_than_both_sides_and_a_merge_keeps_the_time_of_its_edit() {
    let (world, runway) = with_runway(16).await;
    let World { laptop, phone, .. } = &world;
    phone.clock().jump(-YEAR);
    goes_by(&world, 5);
    phone.edits("runways", &runway, json!({"surface": "icy"}));
    let edited = stamps(phone);
    goes_by(&world, 5);
    laptop.edits("runways", &runway, json!({"length": 900}));
    laptop.syncs().await;

    // Nobody is asked: it is still the edit of then.
    phone.tries_to_sync(landfall_sync::Kind::Pull).await.unwrap();
    assert_eq!(phone.value("runways", &runway, "length"), json!(900));
    assert_eq!(stamps(phone), edited);

    phone.edits("runways", &runway, json!({"length": 800}));
    goes_by(&world, 5);
    laptop.edits("runways", &runway, json!({"length": 950}));
    laptop.syncs().await;
    assert_eq!(phone.syncs().await.conflicts, 1);
    let theirs = phone.reads("runways", &runway).conflict.unwrap().theirs;
    phone.resolves("runways", &runway, &Decision::Mine);
    assert_eq!(stamps(phone), [Millis(theirs.changed_at.0 + 1)]);
    world.all_converge().await;
    assert_eq!(laptop.value("runways", &runway, "length"), json!(800));
    assert_eq!(laptop.value("runways", &runway, "surface"), json!("icy"));
}
