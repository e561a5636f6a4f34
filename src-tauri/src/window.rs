//! The one window, in the person's theme before its first paint (U83).

use crate::links;
use landfall_client::dto::{NoArgs, Settings, Theme};
use landfall_client::topic::TopicKind;
use landfall_client::{Client, Event};
use tauri::utils::config::Color;
#[cfg(desktop)]
use tauri::webview::NewWindowResponse;
use tauri::{App, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

/// The canvas of both themes, as in the UI's tokens.
const LIGHT: Color = Color(0xf5, 0xf7, 0xf6, 0xff);
const DARK: Color = Color(0x0e, 0x14, 0x13, 0xff);

/// Opens the window.
pub(crate) async fn open(app: &App, client: &Client) -> anyhow::Result<()> {
    let settings = client.settings_get(NoArgs {}).await?;
    let builder = WebviewWindowBuilder::new(app, "main", WebviewUrl::default()).on_navigation(links::is_ours);
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
    window.show()?;
    tauri::async_runtime::spawn(follow_theme(window, client.clone()));
    Ok(())
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
    while let Ok(event) = events.recv().await {
        let Event::TopicsChanged(change) = event else {
            continue;
        };
        if !change.topics.iter().any(|topic| topic.kind == TopicKind::App) {
            continue;
        }
        let Ok(settings) = client.settings_get(NoArgs {}).await else {
            continue;
        };
        let followed = window
            .set_theme(native(&settings))
            .and_then(|()| paint(&window, &settings));
        if let Err(error) = followed {
            tracing::warn!(%error, "the window does not follow the theme");
        }
    }
}
