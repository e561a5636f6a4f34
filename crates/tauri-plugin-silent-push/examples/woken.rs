//! The smallest app that is woken: it says in the terminal what it hears.
//!
//! ```sh
//! cargo run -p tauri-plugin-silent-push --example woken
//! ```
//!
//! On Linux it registers with the UnifiedPush distributor of the desktop, if there is one, and says where a server is to
//! push. To be woken while it is not running, its program and `woken/org.example.woken.service` must be installed
//! (`/usr/share/dbus-1/services`, or `~/.local/share/dbus-1/services` with the program's own path).
//!
//! On Android and iOS an app is a library: there `woken` and `export_wake!` stand in it just as here, beside a function with
//! `#[tauri::mobile_entry_point]` that does what `open` does.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that says what it hears"
)]

use silent_push::{Answer, Wake};
use std::sync::Arc;
use tauri::Manager as _;
use tauri_plugin_silent_push::{Heard, Options, SilentPushExt as _};

// What Android and iOS call while no window is open.
silent_push::export_wake!(woken);

/// What this app does when it is woken without a window. An app of yours would ask its server for what is new, finish within
/// the deadline, and answer truthfully.
fn woken(wake: &Wake) -> Answer {
    println!(
        "woken without a window: {}",
        String::from_utf8_lossy(&wake.payload)
    );
    Answer::NoNews
}

fn main() {
    #[cfg(target_os = "linux")]
    if std::env::args().nth(1).as_deref() == Some("--background-wake") {
        background::hear();
        return;
    }
    open();
}

fn open() {
    tauri::Builder::default()
        .plugin(tauri_plugin_silent_push::init())
        .setup(|app| {
            let options = Options {
                service: app.config().identifier.clone(),
                folder: app.path().app_local_data_dir()?,
                description: "Woken".to_owned(),
            };
            let handle = app.handle().clone();
            app.silent_push()
                .start(options, Arc::new(move |heard| follow(&handle, heard)))?;
            Ok(())
        })
        .run(tauri::generate_context!("examples/woken/tauri.conf.json"))
        .expect("invariant: the window system answers");
}

/// What the open app does.
fn follow(app: &tauri::AppHandle, heard: Heard) {
    match heard {
        Heard::Woken(push) => println!("woken: {}", String::from_utf8_lossy(&push)),
        Heard::Channel(Some(channel)) => match serde_json::to_string(&channel) {
            Ok(json) => println!("a server is to push here: {json}"),
            Err(error) => eprintln!("the channel can't be told: {error}"),
        },
        // There is none (yet): one is asked for. An app of yours would do so when the person wants it, and hand over its
        // server's public key (VAPID).
        Heard::Channel(None) => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                match app.silent_push().register(None).await {
                    Ok(by) => println!("woken from now on by {by:?}"),
                    Err(error) => eprintln!("not woken: {error}"),
                }
            });
        }
    }
}

#[cfg(target_os = "linux")]
mod background {
    use silent_push::{Event, Wake, unified};
    use std::path::PathBuf;
    use std::time::Duration;

    /// What the session bus starts the program for: hears the push, and any that come meanwhile, and ends.
    pub(crate) fn hear() {
        // The folder that Tauri calls `app_local_data_dir`.
        let shared = std::env::var_os("XDG_DATA_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")));
        let Some(folder) = shared.map(|shared| shared.join("org.example.woken")) else {
            eprintln!("the system names no folder for data");
            return;
        };
        let heard = unified::headless("org.example.woken", &folder, Duration::from_secs(2), |event| {
            if let Event::Woken(payload) = event {
                super::woken(&Wake {
                    data_dir: folder.clone(),
                    is_timer: false,
                    payload,
                    deadline: Duration::from_secs(60),
                });
            }
        });
        if let Err(error) = heard {
            eprintln!("no push can be heard: {error}");
        }
    }
}
