//! Landfall as a Tauri plugin: the commands and events of `landfall-client` for the web view (steps 1, 4 and 11 of the
//! data's way). Thin: it neither knows a rule of the domain nor holds state but the [`Client`].
//!
//! - [`init`] makes the plugin; its commands answer once [`serve`] has been given the client.
//! - Commands are made from the one list (`landfall_client::for_each_command!`); each takes one argument, `args`.
//! - Events: [`models::TOPICS_CHANGED`] and [`models::SYNC_STATUS`].
//! - Permissions: `landfall:default` allows every command; there is one `allow-…` for each besides.

mod commands;
mod error;
pub mod models;

pub use error::Error;

use landfall_client::{Client, Event};
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Emitter as _, Manager as _, Runtime};
use tokio::sync::broadcast::error::RecvError;

/// The plugin. Give it to `tauri::Builder::plugin`.
#[must_use]
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    tauri::plugin::Builder::new("landfall")
        .invoke_handler(commands::handler())
        .build()
}

/// Hands the client to the commands and sends its events to the web views from now on.
///
/// # Errors
/// [`Error::ServedTwice`] when the app has a client already.
pub fn serve<R: Runtime>(app: &AppHandle<R>, client: Client) -> Result<(), Error> {
    let events = client.events();
    if !app.manage(client) {
        return Err(Error::ServedTwice);
    }
    tauri::async_runtime::spawn(forward(app.clone(), events));
    Ok(())
}

async fn forward<R: Runtime>(app: AppHandle<R>, mut events: tokio::sync::broadcast::Receiver<Event>) {
    loop {
        let sent = match events.recv().await {
            Ok(Event::TopicsChanged(change)) => app.emit(models::TOPICS_CHANGED, change),
            Ok(Event::SyncStatus(status)) => app.emit(models::SYNC_STATUS, status),
            // What was missed is not known any more: everything may have changed.
            Err(RecvError::Lagged(_)) => app.emit(models::TOPICS_CHANGED, Event::everything_changed()),
            Err(RecvError::Closed) => return,
        };
        if let Err(error) = sent {
            tracing::warn!(%error, "an event did not reach the web view");
        }
    }
}
