//! Wakes for Tauri apps: a server's push wakes the app, with a window or without, and nothing is shown. (Before step 9
//! of the data's way.) It does not know what an app does when it is woken.
//!
//! | platform | woken by | while the app is not running |
//! |---|---|---|
//! | Linux | UnifiedPush over D-Bus | the bus starts the app's program in the background (`silent_push::unified::headless`) |
//! | Android | UnifiedPush, or Firebase Cloud Messaging | a worker calls the app's library (`silent_push::export_wake!`) |
//! | iOS | background pushes, refresh tasks | iOS starts the app, and the plugin calls its library (`silent_push::export_wake!`) |
//! | macOS, Windows | nothing: an open app listens to its server | nothing |
//!
//! - [`init`] makes the plugin; give it to `tauri::Builder::plugin`.
//! - [`SilentPush::start`] in the app's setup: hears wakes and the push channel from then on.
//! - [`SilentPush::register`] once the person wants it: the channel comes as [`Heard::Channel`]; give it to the server.
//! - Permissions: `silent-push:default` lets a web view ask for the state; `allow-register` and `allow-unregister` let it
//!   turn wakes on and off.

mod commands;
#[cfg(desktop)]
mod desktop;
mod error;
#[cfg(mobile)]
mod mobile;
mod models;

pub use error::Error;
pub use models::{By, Channel, Heard, Options, Status};

#[cfg(desktop)]
use desktop as platform;
#[cfg(mobile)]
use mobile as platform;

use std::sync::Arc;
use tauri::plugin::TauriPlugin;
use tauri::{Manager, Runtime};

/// Hears what happens. It must not block: a push is answered when it returns.
pub type Handler = Arc<dyn Fn(Heard) + Send + Sync>;

/// How this app is woken.
pub struct SilentPush<R: Runtime>(platform::Platform<R>);

impl<R: Runtime> SilentPush<R> {
    /// Hears from now on. Call it once, in the app's setup.
    ///
    /// # Errors
    /// [`Error::StartedTwice`]; on mobile what the platform says. On Linux the bus is looked for in the background.
    pub fn start(&self, options: Options, handler: Handler) -> Result<(), Error> {
        self.0.start(options, handler)
    }

    /// Asks the platform for a push channel. `vapid` is the server's public key, for UnifiedPush.
    ///
    /// # Errors
    /// [`Error::NotStarted`], or what the platform says.
    pub async fn register(&self, vapid: Option<&str>) -> Result<By, Error> {
        self.0.register(vapid).await
    }

    /// Gives the push channel back.
    ///
    /// # Errors
    /// [`Error::NotStarted`], or what the platform says.
    pub async fn unregister(&self) -> Result<(), Error> {
        self.0.unregister().await
    }

    /// How the app is woken now.
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.status()
    }
}

/// The plugin, from anything that knows the app.
pub trait SilentPushExt<R: Runtime> {
    /// The plugin.
    fn silent_push(&self) -> &SilentPush<R>;
}

impl<R: Runtime, T: Manager<R>> SilentPushExt<R> for T {
    fn silent_push(&self) -> &SilentPush<R> {
        self.state::<SilentPush<R>>().inner()
    }
}

/// The plugin. Give it to `tauri::Builder::plugin`.
#[must_use]
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    tauri::plugin::Builder::new("silent-push")
        .invoke_handler(tauri::generate_handler![
            commands::status,
            commands::register,
            commands::unregister
        ])
        .setup(|app, api| {
            app.manage(SilentPush(platform::Platform::<R>::new(app, &api)?));
            Ok(())
        })
        .build()
}
