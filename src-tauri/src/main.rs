//! The desktop binary.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if std::env::args_os()
        .nth(1)
        .is_some_and(|first| first == "--background-wake")
    {
        return landfall_app::background_wake();
    }
    landfall_app::run();
    ExitCode::SUCCESS
}
