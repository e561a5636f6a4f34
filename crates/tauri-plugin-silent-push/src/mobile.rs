//! Android and iOS: the Kotlin and Swift parts do it; this passes on.

use crate::{By, Channel, Error, Handler, Heard, Options, Status};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use tauri::ipc::{Channel as Pipe, InvokeResponseBody};
use tauri::plugin::{PluginApi, PluginHandle};
use tauri::{AppHandle, Runtime};

#[cfg(target_os = "ios")]
tauri::ios_plugin_binding!(init_plugin_silent_push);

pub(crate) struct Platform<R: Runtime> {
    handle: PluginHandle<R>,
    options: OnceLock<Options>,
    has_channel: Arc<AtomicBool>,
}

#[derive(Serialize)]
struct ListenArgs {
    channel: Pipe,
}

#[derive(Serialize)]
struct RegisterArgs<'a> {
    vapid: Option<&'a str>,
    description: &'a str,
}

#[derive(Deserialize)]
struct Registered {
    by: By,
}

/// What the platform's part tells of itself.
#[derive(Deserialize)]
struct State {
    channel: Option<Channel>,
    failure: Option<String>,
}

impl<R: Runtime> Platform<R> {
    pub(crate) fn new(_: &AppHandle<R>, api: &PluginApi<R, ()>) -> Result<Self, Error> {
        #[cfg(target_os = "android")]
        let handle = api.register_android_plugin("app.silentpush", "SilentPushPlugin")?;
        #[cfg(target_os = "ios")]
        let handle = api.register_ios_plugin(init_plugin_silent_push)?;
        Ok(Self {
            handle,
            options: OnceLock::new(),
            has_channel: Arc::default(),
        })
    }

    pub(crate) fn start(&self, options: Options, handler: Handler) -> Result<(), Error> {
        self.options.set(options).map_err(|_| Error::StartedTwice)?;
        let has_channel = self.has_channel.clone();
        let pipe = Pipe::new(move |body| {
            let state: State = match &body {
                InvokeResponseBody::Json(text) => serde_json::from_str(text)?,
                InvokeResponseBody::Raw(bytes) => serde_json::from_slice(bytes)?,
            };
            if let Some(failure) = state.failure {
                tracing::warn!(failure, "the platform gave no push channel");
            }
            has_channel.store(state.channel.is_some(), Ordering::Relaxed);
            handler(Heard::Channel(state.channel));
            Ok(())
        });
        self.handle
            .run_mobile_plugin::<()>("listen", ListenArgs { channel: pipe })?;
        Ok(())
    }

    pub(crate) async fn register(&self, vapid: Option<&str>) -> Result<By, Error> {
        let options = self.options.get().ok_or(Error::NotStarted)?;
        let args = RegisterArgs {
            vapid,
            description: &options.description,
        };
        let registered: Registered = self.handle.run_mobile_plugin_async("register", args).await?;
        Ok(registered.by)
    }

    pub(crate) async fn unregister(&self) -> Result<(), Error> {
        self.handle
            .run_mobile_plugin_async::<()>("unregister", ())
            .await?;
        Ok(())
    }

    pub(crate) fn status(&self) -> Status {
        Status {
            has_channel: self.has_channel.load(Ordering::Relaxed),
            distributor: None,
        }
    }
}
