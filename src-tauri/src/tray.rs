//! The icon in the system's tray: how sync stands, as a dot and a line, and a way back to a window that was closed (step 11
//! of the data's way; U25). Where a desktop has no tray, there is none, and nothing else is different.

use crate::window;
use landfall_client::dto::{NoArgs, SyncStatus};
use landfall_client::glance::{self, Glance};
use landfall_client::{Client, Event};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};
use tokio::sync::broadcast::error::RecvError;

const OPEN: &str = "open";
const SYNC: &str = "sync";
const QUIT: &str = "quit";

/// Shows the icon and lets it follow the status. False: there is none.
pub(crate) fn show(app: &AppHandle, client: &Client) -> bool {
    // Linux looks for the library of tray icons only now, and one that is missing panics.
    let built = catch_unwind(AssertUnwindSafe(|| build(app, client)));
    let tray = match built {
        Ok(Ok(tray)) => tray,
        Ok(Err(error)) => {
            tracing::warn!(%error, "no tray icon");
            return false;
        }
        Err(_) => {
            tracing::warn!("no tray icon: the library for it is missing");
            return false;
        }
    };
    tauri::async_runtime::spawn(tray.follow(client.clone()));
    true
}

struct Tray {
    app: AppHandle,
    icon: TrayIcon,
    line: MenuItem<Wry>,
    shown: Option<(Glance, String)>,
}

fn build(app: &AppHandle, client: &Client) -> tauri::Result<Tray> {
    let item = |id, text, is_enabled| MenuItem::with_id(app, id, text, is_enabled, None::<&str>);
    let line = item("state", "Landfall", false)?;
    let menu = Menu::with_items(
        app,
        &[
            &line,
            &PredefinedMenuItem::separator(app)?,
            &item(OPEN, "Open", true)?,
            &item(SYNC, "Sync now", true)?,
            &PredefinedMenuItem::separator(app)?,
            &item(QUIT, "Quit", true)?,
        ],
    )?;
    let client = client.clone();
    let builder = TrayIconBuilder::with_id("state")
        .menu(&menu)
        // On Windows a click opens the app, and the other button the menu; elsewhere any click opens the menu.
        .show_menu_on_left_click(!cfg!(windows))
        .on_menu_event(move |app, event| match event.id().as_ref() {
            OPEN => window::bring_to_front(app),
            SYNC => sync(client.clone()),
            QUIT => app.exit(0),
            _ => {}
        })
        .on_tray_icon_event(|tray, event| {
            let is_click = matches!(
                event,
                TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                }
            );
            if cfg!(windows) && is_click {
                window::bring_to_front(tray.app_handle());
            }
        });
    let builder = match app.default_window_icon() {
        Some(icon) => builder.icon(icon.clone()),
        None => builder,
    };
    Ok(Tray {
        app: app.clone(),
        icon: builder.build(app)?,
        line,
        shown: None,
    })
}

fn sync(client: Client) {
    tauri::async_runtime::spawn(async move {
        // What comes of it, the icon and the window show.
        if let Err(error) = client.sync_now(NoArgs {}).await {
            tracing::warn!(%error, "no sync from the tray");
        }
    });
}

impl Tray {
    async fn follow(mut self, client: Client) {
        let mut events = client.events();
        match client.sync_status(NoArgs {}).await {
            Ok(status) => self.follow_status(&status),
            Err(error) => tracing::warn!(%error, "the tray icon does not know how sync stands"),
        }
        loop {
            match events.recv().await {
                Ok(Event::SyncStatus(status)) => self.follow_status(&status),
                Ok(Event::TopicsChanged(_)) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn follow_status(&mut self, status: &SyncStatus) {
        let now = (Glance::of(status), glance::line(status));
        let before = self.shown.replace(now.clone());
        let (glance, line) = now;
        let is_other = before.as_ref().is_none_or(|(before, _)| *before != glance);
        let has_other_words = before.is_none_or(|(_, before)| before != line);
        let followed = (|| {
            if is_other && let Some(icon) = self.app.default_window_icon() {
                self.icon.set_icon(Some(marked(icon, glance)))?;
            }
            if has_other_words {
                self.icon.set_tooltip(Some(format!("Landfall: {line}")))?;
                self.line.set_text(&line)?;
            }
            tauri::Result::Ok(())
        })();
        if let Err(error) = followed {
            tracing::warn!(%error, "the tray icon does not follow");
        }
    }
}

/// The app's icon with a dot in its lower right corner; none while all is synced. The colours are the UI's.
fn marked(icon: &Image<'_>, glance: Glance) -> Image<'static> {
    let (width, height) = (icon.width(), icon.height());
    let mut rgba = icon.rgba().to_vec();
    let colour = match glance {
        Glance::Synced => None,
        Glance::Waiting => Some([0xd9, 0x8e, 0x04]),
        Glance::NeedsYou => Some([0xc9, 0x2a, 0x2a]),
        Glance::Offline => Some([0x6b, 0x76, 0x73]),
    };
    if let Some([red, green, blue]) = colour {
        let radius = width.min(height) / 4;
        let (middle_x, middle_y) = (width - radius - 1, height - radius - 1);
        for (place, pixel) in (0u32..).zip(rgba.chunks_exact_mut(4)) {
            let (x, y) = (place % width, place / width);
            let distance = x.abs_diff(middle_x).pow(2) + y.abs_diff(middle_y).pow(2);
            if distance <= radius.saturating_sub(radius / 4).pow(2) {
                pixel.copy_from_slice(&[red, green, blue, 0xff]);
            } else if distance <= radius.pow(2) {
                // A ring around it, so that it stands out on an icon of its colour.
                pixel.copy_from_slice(&[0xff; 4]);
            }
        }
    }
    Image::new_owned(rgba, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dot_is_in_the_corner_and_the_rest_stays() {
        let icon = Image::new_owned(vec![7; 32 * 32 * 4], 32, 32);
        let pixel = |image: &Image<'_>, x: usize, y: usize| image.rgba()[(y * 32 + x) * 4..][..4].to_vec();
        let red = marked(&icon, Glance::NeedsYou);
        assert_eq!(pixel(&red, 23, 23), [0xc9, 0x2a, 0x2a, 0xff]);
        assert_eq!(pixel(&red, 23, 31), [0xff; 4]);
        assert_eq!(pixel(&red, 8, 8), [7; 4]);
        assert_eq!(marked(&icon, Glance::Synced).rgba(), icon.rgba());
    }
}
