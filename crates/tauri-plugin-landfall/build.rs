//! Makes `allow-<command>` and `deny-<command>` permissions of every command.

include!("commands.rs");

fn main() {
    tauri_plugin::Builder::new(COMMANDS).build();
}
