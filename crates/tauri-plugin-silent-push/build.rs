//! Makes the permissions, and adds the Kotlin and Swift parts to the mobile projects.

const COMMANDS: &[&str] = &["status", "register", "unregister"];

fn main() {
    tauri_plugin::Builder::new(COMMANDS)
        .android_path("android")
        .ios_path("ios")
        .build();
}
