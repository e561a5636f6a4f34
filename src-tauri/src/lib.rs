//! The shell: opens the device's client and a window on it. No rule of the domain is here.
// Tauri adds the function that a phone calls, without a word on it.
#![cfg_attr(mobile, allow(missing_docs))]

mod background;
#[cfg(desktop)]
mod instance;
mod links;
mod notify;
#[cfg(desktop)]
mod tray;
mod trouble;
mod wakes;
mod window;

#[cfg(target_os = "linux")]
pub use background::background_wake;

use anyhow::Context as _;
use landfall_client::{Client, host};
use tauri::{App, Builder, Manager as _, RunEvent, WindowEvent};

fn log_to_stderr() {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("LANDFALL_LOG"))
        .with_writer(std::io::stderr)
        .init();
}

/// Runs the app until its window is closed, or until the person quits where closing leaves it running.
///
/// # Panics
/// When there is no display to open a window on.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    log_to_stderr();
    let builder = Builder::default();
    #[cfg(desktop)]
    let builder = instance::only_one(builder);
    let app = builder
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_landfall::init())
        .plugin(tauri_plugin_silent_push::init())
        .register_uri_scheme_protocol(trouble::SCHEME, |_, _| trouble::page())
        .invoke_handler(tauri::generate_handler![notify::notification_test])
        .setup(|app| Ok(start(app)?))
        .build(tauri::generate_context!())
        .expect("invariant: the window system answers");
    app.run(|app, event| match event {
        RunEvent::WindowEvent {
            event: WindowEvent::Focused(true),
            ..
        } => {
            if let Some(client) = app.try_state::<Client>() {
                client.resumed();
            }
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::bring_to_front(app),
        RunEvent::Exit => {
            if let Some(client) = app.try_state::<Client>() {
                tauri::async_runtime::block_on(client.shutdown());
            }
        }
        _ => {}
    });
}

fn start(app: &mut App) -> anyhow::Result<()> {
    let data_dir = match host::data_dir_from_env() {
        Some(dir) => dir,
        None => app
            .path()
            .app_local_data_dir()
            .context("the system names no folder for data")?,
    };
    let version = app.package_info().version.to_string();
    let opened = tauri::async_runtime::block_on(Client::open(host::options(&data_dir, &version)));
    let client = match opened {
        Ok(client) => client,
        Err(error) => return trouble::show(app, &data_dir, &error),
    };
    tauri_plugin_landfall::serve(app.handle(), client.clone())?;
    notify::watch(app.handle(), &client)?;
    wakes::hear(app.handle(), &client, &data_dir);
    if let Some(server) = host::connect_from_env() {
        let client = client.clone();
        tauri::async_runtime::spawn(async move {
            if let Err(error) = client.connect_at_start(&server).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "not connected at start");
            }
        });
    }
    tauri::async_runtime::block_on(window::open(app, &client))
}
