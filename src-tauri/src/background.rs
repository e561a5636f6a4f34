//! The app without a window: what the system starts when a push comes for an app that is not running. It syncs once,
//! opens no window, and ends (steps 9 and 10 of the data's way). On a desktop it shows the notification that the person
//! asked for by a rule of the workspace, if the push says that there is one, and nothing else.

use landfall_client::background::{Outcome, Reason, sync_once};
use silent_push::{Answer, Wake};

// Android and iOS call it in the app's own library.
silent_push::export_wake!(follow);

/// Follows a wake.
fn follow(wake: &Wake) -> Answer {
    let reason = if wake.is_timer {
        Reason::Timer
    } else {
        Reason::Push
    };
    answer(sync_once(&wake.data_dir, reason, wake.deadline))
}

fn answer(outcome: Outcome) -> Answer {
    match outcome {
        outcome if outcome.has_news() => Answer::News,
        outcome if outcome.wants_retry() => Answer::Retry,
        _ => Answer::NoNews,
    }
}

#[cfg(target_os = "linux")]
pub use linux::background_wake;

#[cfg(target_os = "linux")]
mod linux {
    use landfall_client::background::{Screen, sync_once_and_tell};
    use landfall_client::host;
    use landfall_client::notices::Notification;
    use silent_push::{Event, unified};
    use std::path::PathBuf;
    use std::process::ExitCode;
    use std::sync::Arc;
    use std::time::Duration;

    /// The app's identifier, as in `tauri.conf.json`: its name on the bus, and of its folder.
    const IDENTIFIER: &str = "org.landfall.app";
    /// When nothing has come for so long, the program ends.
    const IDLE: Duration = Duration::from_secs(2);
    /// How long one sync may take.
    const DEADLINE: Duration = Duration::from_secs(60);

    /// What `landfall --background-wake` does: hears the push that it was started for, and any that come meanwhile.
    #[must_use]
    pub fn background_wake() -> ExitCode {
        crate::log_to_stderr();
        let Some(data_dir) = data_dir() else {
            tracing::error!("the system names no folder for data");
            return ExitCode::FAILURE;
        };
        let heard = unified::headless(IDENTIFIER, &data_dir, IDLE, |event| match event {
            Event::Woken(payload) => {
                let outcome = sync_once_and_tell(&data_dir, &payload, DEADLINE, Arc::new(Desktop));
                tracing::info!(?outcome, "followed a push without a window");
            }
            // It is kept in the folder; the app tells the server when it is opened.
            Event::Subscribed(_) | Event::Unsubscribed => {}
        });
        match heard {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no push can be heard");
                ExitCode::FAILURE
            }
        }
    }

    /// The person's desktop. A click on a notification leads to the app as the desktop starts it: this process is gone.
    struct Desktop;

    impl Screen for Desktop {
        fn minute_of_day(&self) -> u16 {
            crate::notify::minute_of_day(&jiff::ZonedDateTime::now())
        }

        fn show(&self, notification: &Notification) -> bool {
            let shown = notify_rust::Notification::new()
                .appname("Landfall")
                .icon("landfall")
                .hint(notify_rust::Hint::DesktopEntry("Landfall".to_owned()))
                .summary(&notification.title)
                .body(&notification.body)
                .show();
            if let Err(error) = &shown {
                tracing::warn!(
                    error = error as &dyn std::error::Error,
                    "the notification was not shown"
                );
            }
            shown.is_ok()
        }
    }

    /// The folder that the app itself uses.
    fn data_dir() -> Option<PathBuf> {
        let home = |name| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        host::data_dir_from_env().or_else(|| {
            let shared = home("XDG_DATA_HOME").or_else(|| Some(home("HOME")?.join(".local/share")))?;
            Some(shared.join(IDENTIFIER))
        })
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn the_name_is_the_apps_own_everywhere() {
            let config = include_str!("../tauri.conf.json");
            let service = include_str!("../linux/org.landfall.app.service");
            assert!(config.contains(&format!("\"identifier\": \"{}\"", super::IDENTIFIER)));
            assert!(config.contains(&format!("services/{}.service", super::IDENTIFIER)));
            assert!(service.contains(&format!("Name={}\n", super::IDENTIFIER)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_told_the_truth() {
        let synced = |received| Outcome::Synced { received, sent: 3 };
        assert_eq!(answer(synced(2)), Answer::News);
        assert_eq!(answer(synced(0)), Answer::NoNews);
        assert_eq!(answer(Outcome::TimedOut), Answer::Retry);
        assert_eq!(answer(Outcome::InUse), Answer::Retry);
        assert_eq!(answer(Outcome::Off), Answer::NoNews);
        assert_eq!(answer(Outcome::HandedOver), Answer::NoNews);
    }
}
