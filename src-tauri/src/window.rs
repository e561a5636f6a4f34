//! The one window, in the person's theme before its first paint (U83). Closed, it is hidden if the person wants the app to
//! go on receiving.

use crate::links;
#[cfg(desktop)]
use crate::{instance, tray};
use landfall_client::dto::{NoArgs, Settings, Theme};
use landfall_client::topic::TopicKind;
use landfall_client::{Client, Event};
#[cfg(desktop)]
use std::sync::Arc;
#[cfg(desktop)]
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::utils::config::Color;
#[cfg(desktop)]
use tauri::webview::NewWindowResponse;
use tauri::{App, AppHandle, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// Its label.
pub(crate) const MAIN: &str = "main";

/// The canvas of both themes, as in the UI's tokens.
const LIGHT: Color = Color(0xf5, 0xf7, 0xf6, 0xff);
const DARK: Color = Color(0x0e, 0x14, 0x13, 0xff);

/// Opens the window, and shows the tray icon.
pub(crate) async fn open(app: &App, client: &Client) -> anyhow::Result<()> {
    let settings = client.settings_get(NoArgs {}).await?;
    let builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default()).on_navigation(links::is_ours);
    #[cfg(desktop)]
    let builder = builder
        .title("Landfall")
        .inner_size(1280.0, 800.0)
        .min_inner_size(360.0, 480.0)
        .theme(native(&settings))
        .on_new_window(|url, _| {
            links::open_outside(&url);
            NewWindowResponse::Deny
        })
        .visible(false);
    let window = builder.build()?;
    paint(&window, &settings)?;
    #[cfg(desktop)]
    {
        window.show()?;
        // Hidden without a way back to it, the app would be lost to the person.
        let has_tray = tray::show(app.handle(), client);
        if has_tray || instance::is_only_one() {
            let keeps_running = hide_when_closed(&window, settings.keep_running);
            tauri::async_runtime::spawn(follow_keep_running(keeps_running, client.clone()));
        }
    }
    tauri::async_runtime::spawn(follow_theme(window, client.clone()));
    Ok(())
}

/// Hides the window instead of closing it, while what it returns is true.
#[cfg(desktop)]
fn hide_when_closed(window: &WebviewWindow, keep_running: bool) -> Arc<AtomicBool> {
    let (hidden, keeps_running) = (window.clone(), Arc::new(AtomicBool::new(keep_running)));
    let wanted = keeps_running.clone();
    window.on_window_event(move |event| {
        let tauri::WindowEvent::CloseRequested { api, .. } = event else {
            return;
        };
        if wanted.load(Ordering::Relaxed) {
            match hidden.hide() {
                Ok(()) => api.prevent_close(),
                Err(error) => tracing::warn!(%error, "the window can't be hidden, and is closed"),
            }
        }
    });
    keeps_running
}

#[cfg(desktop)]
async fn follow_keep_running(keeps_running: Arc<AtomicBool>, client: Client) {
    let mut events = client.events();
    while let Some(settings) = next_settings(&mut events, &client).await {
        keeps_running.store(settings.keep_running, Ordering::Relaxed);
    }
}

/// Whether a person looks at it.
pub(crate) fn is_in_front(app: &AppHandle) -> bool {
    let mut windows = app.webview_windows().into_values();
    windows.any(|window| window.is_focused().unwrap_or(false))
}

/// Shows a count on the app's icon, where the system has room for one.
#[cfg(desktop)]
pub(crate) fn show_count(app: &AppHandle, count: Option<u32>) {
    let window = app.get_webview_window(MAIN);
    if let Some(Err(error)) = window.map(|window| window.set_badge_count(count.map(i64::from))) {
        tracing::debug!(%error, "no count on the app's icon");
    }
}

/// Shows the window, wherever it was, in front of the others.
pub(crate) fn bring_to_front(app: &AppHandle) {
    for window in app.webview_windows().into_values() {
        #[cfg(desktop)]
        let shown = window
            .show()
            .and_then(|()| window.unminimize())
            .and_then(|()| window.set_focus());
        #[cfg(mobile)]
        let shown = window.set_focus();
        if let Err(error) = shown {
            tracing::warn!(%error, "the window can't be brought to the front");
        }
    }
}

/// The same, and goes to a place in the app (`#/…`).
pub(crate) fn open_place(app: &AppHandle, place: Option<&str>) {
    bring_to_front(app);
    let Some((window, place)) = app.get_webview_window(MAIN).zip(place) else {
        return;
    };
    // As a JSON text it can't be anything but a text.
    let script = format!("location.hash = {}", serde_json::Value::from(place));
    if let Err(error) = window.eval(script) {
        tracing::warn!(%error, "the window can't go to the place");
    }
}

fn native(settings: &Settings) -> Option<tauri::Theme> {
    match settings.theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// The background under the web view: what shows before the first paint and while the window grows.
fn paint(window: &WebviewWindow, settings: &Settings) -> tauri::Result<()> {
    let theme = match native(settings) {
        Some(theme) => theme,
        None => window.theme()?,
    };
    window.set_background_color(Some(if theme == tauri::Theme::Dark { DARK } else { LIGHT }))
}

/// Title bar and background follow the settings, until the client is gone.
async fn follow_theme(window: WebviewWindow, client: Client) {
    let mut events = client.events();
    while let Some(settings) = next_settings(&mut events, &client).await {
        let followed = window
            .set_theme(native(&settings))
            .and_then(|()| paint(&window, &settings));
        if let Err(error) = followed {
            tracing::warn!(%error, "the window does not follow the theme");
        }
    }
}

/// The settings once they may have changed; none when the client is gone.
async fn next_settings(events: &mut Receiver<Event>, client: &Client) -> Option<Settings> {
    loop {
        let has_changed = match events.recv().await {
            Ok(Event::TopicsChanged(change)) => {
                change.topics.iter().any(|topic| topic.kind == TopicKind::App)
            }
            Ok(Event::SyncStatus(_)) => false,
            Err(RecvError::Lagged(_)) => true,
            Err(RecvError::Closed) => return None,
        };
        if has_changed && let Ok(settings) = client.settings_get(NoArgs {}).await {
            return Some(settings);
        }
    }
}
