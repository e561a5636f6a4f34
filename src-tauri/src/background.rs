//! The app without a window: what the system starts when a push comes for an app that is not running. It syncs once,
//! shows nothing, and ends (steps 9 and 10 of the data's way).

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
    use landfall_client::host;
    use silent_push::{Event, Wake, unified};
    use std::path::PathBuf;
    use std::process::ExitCode;
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
                let answer = super::follow(&Wake {
                    data_dir: data_dir.clone(),
                    is_timer: false,
                    payload,
                    deadline: DEADLINE,
                });
                tracing::info!(?answer, "followed a push without a window");
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
