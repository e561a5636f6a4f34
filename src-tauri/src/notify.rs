//! Shows notifications of the system, and opens their place when the person follows one (step 11 of the data's way). What
//! to show and when is decided in `landfall_client::notices`.
//!
//! A click is told by the system (on Linux where the desktop's notifications offer actions, on Windows while the banner
//! is on screen). Where it is not, the app is opened where it was: nobody is led away from what they do without asking.

use crate::window;
use landfall_client::dto::{Millis, NoArgs, NotificationSettings, Settings, SyncStatus};
use landfall_client::notices::{self, Moment, Notices, Notification, Subject};
use landfall_client::topic::{TopicKind, TopicsChanged};
use landfall_client::{Client, Event};
use std::time::Duration;
use tauri::AppHandle;
use tauri_plugin_notification::{NotificationExt as _, PermissionState};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// So often it is asked whether something is due that nothing happens for: the end of quiet hours, of a gathering.
const LOOK: Duration = Duration::from_secs(30);
/// Where a notification leads, in its own data.
const PLACE: &str = "place";

/// Watches until the app ends.
pub(crate) fn watch(app: &AppHandle, client: &Client) -> anyhow::Result<()> {
    let opener = app.clone();
    app.notification().on_action(move |action| {
        let data = action.notification().map(|notification| notification.extra());
        let place = data.and_then(|data| data.get(PLACE)?.as_str());
        if action.action_id() == "tap" {
            window::open_place(&opener, place);
        }
    })?;
    let present = tauri::async_runtime::block_on(inbox(client))?;
    let untold = tauri::async_runtime::block_on(client.untold())?;
    let settings = tauri::async_runtime::block_on(client.settings_get(NoArgs {}))?;
    let watcher = Watcher {
        app: app.clone(),
        client: client.clone(),
        untold: untold.clone(),
        notices: Notices::new(&present).still_to_tell(untold),
        settings,
        badge: None,
    };
    tauri::async_runtime::spawn(watcher.watch(client.events(), client.take_assigned()));
    Ok(())
}

struct Watcher {
    app: AppHandle,
    client: Client,
    notices: Notices,
    /// What is written down as still to be told.
    untold: Vec<Subject>,
    settings: Settings,
    badge: Option<u32>,
}

impl Watcher {
    async fn watch(
        mut self,
        mut events: tokio::sync::broadcast::Receiver<Event>,
        mut assigned: Option<mpsc::Receiver<Vec<Subject>>>,
    ) {
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Ok(Event::SyncStatus(status)) => self.see_status(&status),
                    Ok(Event::TopicsChanged(change)) => self.see_change(&change).await,
                    Err(RecvError::Lagged(_)) => self.see_change(&Event::everything_changed()).await,
                    Err(RecvError::Closed) => return,
                },
                subjects = next(&mut assigned) => self.notices.see_assigned(subjects),
                _ = look.tick(), if self.notices.is_waiting() => {}
            }
            self.show_what_is_due();
            self.keep_untold().await;
        }
    }

    fn see_status(&mut self, status: &SyncStatus) {
        self.notices.see_status(status);
        let badge = notices::badge(&self.settings, status);
        if std::mem::replace(&mut self.badge, badge) == badge {
            return;
        }
        // Tauri sets a number on desktops only.
        #[cfg(desktop)]
        window::show_count(&self.app, badge);
    }

    async fn see_change(&mut self, change: &TopicsChanged) {
        let of = |kind| change.topics.iter().any(|topic| topic.kind == kind);
        let seen = async {
            if of(TopicKind::Conflicts) {
                self.notices.see_inbox(&inbox(&self.client).await?);
            }
            if of(TopicKind::App) {
                self.settings = self.client.settings_get(NoArgs {}).await?;
                let status = self.client.sync_status(NoArgs {}).await?;
                self.see_status(&status);
            }
            anyhow::Ok(())
        };
        if let Err(error) = seen.await {
            tracing::warn!(%error, "what is to be told can't be read");
        }
    }

    /// Whoever runs when it can be told tells it: this app may have ended by then.
    async fn keep_untold(&mut self) {
        let untold = self.notices.untold();
        if untold == self.untold {
            return;
        }
        self.untold.clone_from(&untold);
        if let Err(error) = self.client.keep_untold(untold).await {
            tracing::warn!(%error, "what is still to be told can't be written down");
        }
    }

    fn show_what_is_due(&mut self) {
        if !self.notices.is_waiting() {
            return;
        }
        let is_in_front = window::is_in_front(&self.app);
        if let Some(notification) = self
            .notices
            .due(moment(&self.settings.notifications, is_in_front))
        {
            show(&self.app, &notification);
        }
    }
}

fn moment(settings: &NotificationSettings, is_in_front: bool) -> Moment<'_> {
    let now = jiff::ZonedDateTime::now();
    Moment {
        settings,
        now: Millis(now.timestamp().as_millisecond()),
        minute_of_day: minute_of_day(&now),
        is_in_front,
    }
}

/// Minutes after midnight.
pub(crate) fn minute_of_day(now: &jiff::ZonedDateTime) -> u16 {
    u16::try_from(i32::from(now.hour()) * 60 + i32::from(now.minute())).unwrap_or_default()
}

async fn inbox(client: &Client) -> anyhow::Result<Vec<Subject>> {
    let items = client.conflict_list(NoArgs {}).await?;
    Ok(items.iter().map(Subject::of).collect())
}

/// Comes when there is something; never once there can't be.
async fn next(assigned: &mut Option<mpsc::Receiver<Vec<Subject>>>) -> Vec<Subject> {
    if let Some(receiver) = assigned {
        if let Some(subjects) = receiver.recv().await {
            return subjects;
        }
        *assigned = None;
    }
    std::future::pending().await
}

fn show(app: &AppHandle, notification: &Notification) -> bool {
    let shown = app
        .notification()
        .builder()
        .title(&notification.title)
        .body(&notification.body)
        .extra(PLACE, &notification.place)
        .auto_cancel()
        .show();
    if let Err(error) = &shown {
        tracing::warn!(%error, "the notification was not shown");
    }
    shown.is_ok()
}

/// What *Send a test* does: asks for the system's permission where it wants one, and shows a notification. False: the
/// system does not let the app show any. On a desktop only the person can see whether it came.
#[tauri::command(async)]
#[allow(
    clippy::needless_pass_by_value,
    reason = "the system of commands hands over a handle of its own"
)]
pub(crate) fn notification_test(app: AppHandle) -> bool {
    let permission = match app.notification().permission_state() {
        Ok(PermissionState::Granted | PermissionState::Denied) => app.notification().permission_state(),
        Ok(_) => app.notification().request_permission(),
        Err(error) => Err(error),
    };
    match permission {
        Ok(PermissionState::Granted) => show(&app, &notices::test()),
        Ok(_) => false,
        Err(error) => {
            tracing::warn!(%error, "the system can't be asked whether notifications may be shown");
            false
        }
    }
}
