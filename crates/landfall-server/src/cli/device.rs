//! `device add`, `device list`, `device remove`: who may speak to the server.

use anyhow::Result;
use landfall_server::{Surroundings, Workspace};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Add a device and show its token, this once
    Add {
        /// The workspace's folder
        dir: PathBuf,
        /// The device's name, as others see it
        name: String,
        /// Print id, name and token as JSON
        #[arg(long)]
        json: bool,
    },
    /// List the devices
    List {
        /// The workspace's folder
        dir: PathBuf,
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove a device: its token is refused from then on
    Remove {
        /// The workspace's folder
        dir: PathBuf,
        /// The device's name or id
        name: String,
    },
}

pub(super) fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Add { dir, name, json } => {
            let (id, token) = Workspace::open_as_stored(dir, Surroundings::system())?.add_device(&name)?;
            if json {
                super::say(
                    &serde_json::json!({ "id": id, "name": name.trim(), "token": token }).to_string(),
                )?;
            } else {
                writeln!(
                    std::io::stderr(),
                    "Added {}. Its token, which is shown only now:",
                    name.trim()
                )?;
                super::say(&token)?;
            }
        }
        Command::List { dir, json } => {
            let devices = Workspace::open_as_stored(dir, Surroundings::system())?.devices()?;
            if json {
                super::say(&serde_json::to_string(&devices)?)?;
            } else if devices.is_empty() {
                super::say("No devices yet: add one with landfall-server device add.")?;
            } else {
                for device in devices {
                    let last_push = device
                        .last_push_at
                        .map_or_else(|| "never".to_owned(), super::instant);
                    super::say(&format!(
                        "{}\t{}\tadded {}\tlast push {last_push}",
                        device.name,
                        device.id,
                        super::instant(device.added_at)
                    ))?;
                }
            }
        }
        Command::Remove { dir, name } => {
            Workspace::open_as_stored(dir, Surroundings::system())?.remove_device(&name)?;
            super::say(&format!("Removed {name}: its token is refused from now on."))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
