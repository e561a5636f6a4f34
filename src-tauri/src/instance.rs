//! One app for a folder of data: who starts it again means the window that is there, or was closed and left running.

use crate::window;
use landfall_client::host;
use tauri::{Builder, Wry};

/// Lets a second start bring the first one's window to the front, and end. An app that is told its folder by the
/// environment (two devices side by side, a test) is on its own: several of them run at once.
pub(crate) fn only_one(builder: Builder<Wry>) -> Builder<Wry> {
    if !is_only_one() {
        return builder;
    }
    builder.plugin(tauri_plugin_single_instance::init(|app, _, _| {
        window::bring_to_front(app);
    }))
}

/// Whether starting the app again leads to this one.
pub(crate) fn is_only_one() -> bool {
    host::data_dir_from_env().is_none()
}
