//! One system notification, and only when a person must act and does not look: a change was refused or a conflict
//! arose while the window is not in front (step 11 of the data's way). It names no record: a lock screen shows it.

use landfall_client::dto::SyncStatus;
use landfall_client::{Client, Event};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::NotificationExt as _;

/// Watches until the client is gone.
pub(crate) fn watch(app: &AppHandle, client: &Client) {
    let (app, mut events) = (app.clone(), client.events());
    tauri::async_runtime::spawn(async move {
        let mut known = None;
        loop {
            match events.recv().await {
                Ok(Event::SyncStatus(status)) => {
                    let now = Needs::of(&status);
                    let before = known.replace(now).unwrap_or(now);
                    if let Some(words) = now.news_since(before).filter(|_| !is_in_front(&app)) {
                        tell(&app, &words);
                    }
                }
                Ok(Event::TopicsChanged(_)) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
            }
        }
    });
}

/// How much needs the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Needs {
    refused: u32,
    conflicts: u32,
}

impl Needs {
    fn of(status: &SyncStatus) -> Self {
        Self {
            refused: status.refused,
            conflicts: status.conflicts,
        }
    }

    fn news_since(self, before: Self) -> Option<String> {
        let refused = self.refused.saturating_sub(before.refused);
        let conflicts = self.conflicts.saturating_sub(before.conflicts);
        match (refused, conflicts) {
            (0, 0) => None,
            (0, 1) => Some("Someone else changed a record that you changed too.".to_owned()),
            (0, n) => Some(format!("Someone else changed {n} records that you changed too.")),
            (1, 0) => Some("The server did not take one of your changes.".to_owned()),
            (n, 0) => Some(format!("The server did not take {n} of your changes.")),
            (refused, conflicts) => Some(format!("{} changes need you.", refused + conflicts)),
        }
    }
}

fn is_in_front(app: &AppHandle) -> bool {
    app.webview_windows()
        .values()
        .any(|window| window.is_focused().unwrap_or(false))
}

fn tell(app: &AppHandle, words: &str) {
    let shown = app
        .notification()
        .builder()
        .title("Landfall needs you")
        .body(words)
        .show();
    if let Err(error) = shown {
        tracing::warn!(%error, "the notification was not shown");
    }
}

#[cfg(test)]
mod tests {
    use super::Needs;

    #[test]
    fn only_what_is_new_is_told() {
        let needs = |refused, conflicts| Needs { refused, conflicts };
        assert_eq!(needs(2, 1).news_since(needs(2, 1)), None);
        assert_eq!(needs(0, 0).news_since(needs(2, 1)), None);
        assert_eq!(
            needs(0, 1).news_since(needs(0, 0)).as_deref(),
            Some("Someone else changed a record that you changed too.")
        );
        assert_eq!(
            needs(3, 1).news_since(needs(1, 1)).as_deref(),
            Some("The server did not take 2 of your changes.")
        );
        assert_eq!(
            needs(1, 1).news_since(needs(0, 0)).as_deref(),
            Some("2 changes need you.")
        );
    }
}
