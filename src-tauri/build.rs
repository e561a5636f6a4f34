//! Puts the configuration, the capabilities and the icons into the binary. The window may call the commands named here,
//! as far as its capability allows them, and those of the plugins.

use tauri_build::{AppManifest, Attributes};

fn main() {
    let commands = AppManifest::new().commands(&["notification_test"]);
    tauri_build::try_build(Attributes::new().app_manifest(commands)).expect("the app's configuration fits");
}
