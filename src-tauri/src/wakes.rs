//! Wakes of the open app: passes pushes and the push channel from the system on to the client, and asks for a channel
//! where server and system have one in common (before step 9 of the data's way). No person is asked: nothing is shown.

use landfall_client::{Client, Event};
use std::path::Path;
use std::sync::Arc;
use tauri::AppHandle;
use tauri_plugin_silent_push::{Channel, Heard, Options, SilentPushExt as _};
use tokio::sync::Notify;

/// Hears wakes until the app ends.
pub(crate) fn hear(app: &AppHandle, client: &Client, data_dir: &Path) {
    let options = Options {
        service: app.config().identifier.clone(),
        folder: data_dir.to_owned(),
        description: "Landfall".to_owned(),
    };
    let without_channel = Arc::new(Notify::new());
    tauri::async_runtime::spawn(register_once(
        app.clone(),
        client.clone(),
        without_channel.clone(),
    ));
    let client = client.clone();
    let handler = move |heard| {
        let client = client.clone();
        if matches!(heard, Heard::Channel(None)) {
            without_channel.notify_one();
        }
        tauri::async_runtime::spawn(async move {
            match heard {
                Heard::Woken(_) => {
                    let outcome = client.follow_wake().await;
                    tracing::info!(?outcome, "followed a push");
                }
                Heard::Channel(channel) => keep(&client, channel).await,
            }
        });
    };
    if let Err(error) = app.silent_push().start(options, Arc::new(handler)) {
        tracing::warn!(error = &error as &dyn std::error::Error, "no pushes are heard");
    }
}

async fn keep(client: &Client, channel: Option<Channel>) {
    // The plugin knows nothing of Landfall; its JSON is the protocol's.
    let channel = channel
        .map(|channel| serde_json::to_value(&channel).and_then(serde_json::from_value))
        .transpose();
    let kept = match channel {
        Ok(channel) => client.set_push_channel(channel).await,
        Err(error) => {
            tracing::warn!(%error, "the system's push channel is not one that a server takes");
            return;
        }
    };
    if let Err(error) = kept {
        tracing::warn!(%error, "the push channel can't be kept");
    }
}

/// Asks the system for a channel, once in the life of the app, when it has none and the server can send by one.
async fn register_once(app: AppHandle, client: Client, without_channel: Arc<Notify>) {
    without_channel.notified().await;
    let mut events = client.events();
    loop {
        match client.wake_channels().await {
            Ok(server) if server.platforms.len() > 1 => {
                let registered = app
                    .silent_push()
                    .register(server.vapid_public_key.as_deref())
                    .await;
                match registered {
                    Ok(by) => tracing::info!(?by, "pushes are asked for"),
                    Err(error) => {
                        tracing::info!(error = &error as &dyn std::error::Error, "no pushes");
                    }
                }
                return;
            }
            Ok(_) => {
                tracing::debug!("the server sends no pushes");
                return;
            }
            Err(error) => tracing::debug!(%error, "the server can't be asked for pushes yet"),
        }
        // Again once the app has been connected, or the server is in reach.
        loop {
            match events.recv().await {
                Ok(Event::SyncStatus(status)) if status.progress.is_some() => break,
                Ok(_) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
            }
        }
    }
}
