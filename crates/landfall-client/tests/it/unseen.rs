//! What a closed app tells: what a rule names the person for, and what its sync met that needs them.

use crate::wakes::channel;
use crate::world::{World, eventually, record, update};
use landfall_client::Client;
use landfall_client::background::{Outcome, Screen, sync_once_and_tell_with};
use landfall_client::dto::*;
use landfall_client::notices::Notification;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The desktop of a closed app.
#[derive(Default)]
struct Desktop {
    minute: Mutex<u16>,
    is_away: Mutex<bool>,
    shown: Mutex<Vec<Notification>>,
}

impl Desktop {
    fn shown(&self) -> Vec<String> {
        let shown = std::mem::take(&mut *self.shown.lock().unwrap());
        shown.into_iter().map(|one| one.body).collect()
    }
}

impl Screen for Desktop {
    fn minute_of_day(&self) -> u16 {
        *self.minute.lock().unwrap()
    }

    fn show(&self, notification: &Notification) -> bool {
        let is_there = !*self.is_away.lock().unwrap();
        if is_there {
            self.shown.lock().unwrap().push(notification.clone());
        }
        is_there
    }
}

/// A laptop whose person wants to hear of rules, and is closed.
async fn curious_laptop(world: &World, quiet_hours: Option<QuietHours>) {
    let laptop = world.connected().await;
    let mut settings = laptop.settings_get(NoArgs {}).await.unwrap();
    settings.notifications.assigned = Notice::Banner;
    settings.notifications.quiet_hours = quiet_hours;
    laptop.settings_set(settings.into()).await.unwrap();
    laptop
        .set_push_channel(Some(channel("https://push.example/laptop")))
        .await
        .unwrap();
    laptop.shutdown().await;
}

/// A push says that a rule names the laptop's person for these records; the laptop is closed.
async fn pushed(world: &World, desktop: &Arc<Desktop>, ids: &[&str]) -> Outcome {
    let notify: Vec<_> = world
        .server
        .notices()
        .into_iter()
        .filter(|notice| ids.contains(&notice.id.as_str()))
        .collect();
    assert_eq!(notify.len(), ids.len());
    let installation = &world.server.installations()[0].id;
    let push = serde_json::json!({"installation": installation, "seq": 1, "notify": notify}).to_string();
    let patience = Duration::from_secs(20);
    sync_once_and_tell_with(world.options(), push.as_bytes(), patience, desktop.clone()).await
}

#[tokio::test]
async fn a_closed_app_tells_what_a_rule_names_the_person_for_and_tells_it_once() {
    let (world, desktop) = (World::new(), Arc::new(Desktop::default()));
    curious_laptop(&world, None).await;
    world.server.write("patients", "p0", &[("name", "Ann".into())]);
    assert!(pushed(&world, &desktop, &[]).await.has_news());
    assert_eq!(desktop.shown(), Vec::<String>::new(), "a sync is seen by nobody");

    world.server.assign("mine", "p1", &[("name", "Ida".into())]);
    assert!(pushed(&world, &desktop, &["p1"]).await.has_news());
    assert_eq!(desktop.shown(), ["A patient is on my ward"]);
    // The same push again, as services do at times.
    pushed(&world, &desktop, &["p1"]).await;
    assert_eq!(desktop.shown(), Vec::<String>::new());

    // The next one comes too soon: it is told by the app, which does not tell the first again.
    world.server.assign("mine", "p2", &[("name", "Jo".into())]);
    pushed(&world, &desktop, &["p2"]).await;
    assert_eq!(desktop.shown(), Vec::<String>::new());
    let laptop = world.laptop().await;
    let told = laptop.take_assigned().unwrap().recv().await.unwrap();
    let titles: Vec<_> = told.iter().map(|one| one.title.as_str()).collect();
    assert_eq!(titles, ["Jo"]);
    laptop.shutdown().await;
}

/// The person edits Ida with no network while another does too, and closes the app with these settings.
async fn edits_what_theirs_changed_and_is_closed(world: &World, laptop: Client, settings: Settings) {
    laptop
        .work_offline_set(WorkOfflineSetArgs { on: true })
        .await
        .unwrap();
    let mine = update("patients", "p1", [("name", "Mine".into())]);
    laptop.record_update(mine).await.unwrap();
    world.server.write("patients", "p1", &[("name", "Theirs".into())]);
    laptop.shutdown().await;
    // It is back on the network, and nobody opens the app.
    laptop.settings_set(settings.into()).await.unwrap();
    drop(laptop);
}

#[tokio::test]
async fn a_closed_app_tells_of_a_conflict_that_its_sync_brought_and_tells_it_once() {
    let (world, desktop) = (World::new(), Arc::new(Desktop::default()));
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let laptop = world.connected().await;
    let settings = laptop.settings_get(NoArgs {}).await.unwrap();
    edits_what_theirs_changed_and_is_closed(&world, laptop, settings).await;

    let patience = Duration::from_secs(20);
    let woken = async || sync_once_and_tell_with(world.options(), b"{}", patience, desktop.clone()).await;
    assert!(matches!(woken().await, Outcome::Synced { .. }));
    assert_eq!(
        desktop.shown(),
        ["Someone else changed a record that you changed too."]
    );
    woken().await;
    assert_eq!(desktop.shown(), Vec::<String>::new());
}

/// A closed laptop, in quiet hours, whose sync has met a conflict.
async fn laptop_with_a_conflict_at_night(desktop: &Arc<Desktop>) -> World {
    let world = World::new();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let laptop = world.connected().await;
    let mut events = laptop.events();
    eventually(&mut events, async || {
        laptop.record_get(record("patients", "p1")).await.is_ok()
    })
    .await;
    let mut settings = laptop.settings_get(NoArgs {}).await.unwrap();
    settings.notifications.quiet_hours = Some(QuietHours { from: 1_320, to: 420 });
    edits_what_theirs_changed_and_is_closed(&world, laptop, settings).await;
    *desktop.minute.lock().unwrap() = 60;
    for _ in 0..2 {
        assert!(matches!(woken(&world, desktop).await, Outcome::Synced { .. }));
        assert_eq!(desktop.shown(), Vec::<String>::new(), "the person sleeps");
    }
    *desktop.minute.lock().unwrap() = 480;
    world
}

async fn woken(world: &World, desktop: &Arc<Desktop>) -> Outcome {
    let patience = Duration::from_secs(20);
    sync_once_and_tell_with(world.options(), b"{}", patience, desktop.clone()).await
}

#[tokio::test]
async fn a_conflict_met_in_quiet_hours_is_told_when_they_are_over_and_told_once() {
    let desktop = Arc::new(Desktop::default());
    let world = laptop_with_a_conflict_at_night(&desktop).await;
    // There is nothing to show it on at first.
    *desktop.is_away.lock().unwrap() = true;
    woken(&world, &desktop).await;
    *desktop.is_away.lock().unwrap() = false;
    woken(&world, &desktop).await;
    assert_eq!(
        desktop.shown(),
        ["Someone else changed a record that you changed too."]
    );
    woken(&world, &desktop).await;
    assert_eq!(desktop.shown(), Vec::<String>::new());
}

#[tokio::test]
async fn a_conflict_met_in_quiet_hours_is_not_told_when_it_was_settled_since() {
    let desktop = Arc::new(Desktop::default());
    let world = laptop_with_a_conflict_at_night(&desktop).await;
    let laptop = world.laptop().await;
    let untold = laptop.untold().await.unwrap();
    assert_eq!(untold.len(), 1, "an app that is not looked at tells it");
    let all = ConflictsResolveArgs {
        records: None,
        column: None,
        side: ConflictSide::Mine,
        preview: false,
    };
    assert_eq!(laptop.conflicts_resolve(all).await.unwrap().resolved, 1);
    assert_eq!(laptop.untold().await.unwrap(), []);
    laptop.shutdown().await;
    drop(laptop);
    woken(&world, &desktop).await;
    assert_eq!(desktop.shown(), Vec::<String>::new());
}

#[tokio::test]
async fn a_conflict_met_in_quiet_hours_is_not_told_to_a_person_who_has_looked() {
    let desktop = Arc::new(Desktop::default());
    let world = laptop_with_a_conflict_at_night(&desktop).await;
    let laptop = world.laptop().await;
    // The app was in front: nothing is left to be told.
    laptop.keep_untold(Vec::new()).await.unwrap();
    laptop.shutdown().await;
    drop(laptop);
    woken(&world, &desktop).await;
    assert_eq!(desktop.shown(), Vec::<String>::new());
}

#[tokio::test]
async fn what_could_not_be_shown_is_shown_with_the_next_push() {
    let (world, desktop) = (World::new(), Arc::new(Desktop::default()));
    let night = QuietHours { from: 1_320, to: 420 };
    curious_laptop(&world, Some(night)).await;
    *desktop.minute.lock().unwrap() = 60;
    world.server.assign("mine", "p1", &[("name", "Ida".into())]);
    pushed(&world, &desktop, &["p1"]).await;

    *desktop.minute.lock().unwrap() = 480;
    *desktop.is_away.lock().unwrap() = true;
    world.server.assign("mine", "p2", &[("name", "Jo".into())]);
    pushed(&world, &desktop, &["p2"]).await;
    assert_eq!(desktop.shown(), Vec::<String>::new());

    *desktop.is_away.lock().unwrap() = false;
    pushed(&world, &desktop, &[]).await;
    assert_eq!(desktop.shown(), ["There is news for you in 2 records."]);
    pushed(&world, &desktop, &["p1", "p2"]).await;
    assert_eq!(desktop.shown(), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_shown_to_those_who_did_not_ask_nor_for_a_channel_of_another_workspace() {
    let (world, desktop) = (World::new(), Arc::new(Desktop::default()));
    let laptop = world.connected().await;
    laptop
        .set_push_channel(Some(channel("https://push.example/laptop")))
        .await
        .unwrap();
    laptop.shutdown().await;
    drop(laptop);
    world.server.assign("mine", "p1", &[("name", "Ida".into())]);
    assert!(pushed(&world, &desktop, &["p1"]).await.has_news());
    assert_eq!(desktop.shown(), Vec::<String>::new());

    let patience = Duration::from_secs(20);
    for push in ["", "{}", r#"{"installation":"another","seq":9}"#] {
        let outcome =
            sync_once_and_tell_with(world.options(), push.as_bytes(), patience, desktop.clone()).await;
        assert_eq!(outcome, Outcome::Synced { received: 0, sent: 0 }, "{push}");
    }
    assert_eq!(desktop.shown(), Vec::<String>::new());
}
