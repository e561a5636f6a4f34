//! `epoch renew`: after a restore from backup.

use anyhow::Result;
use landfall_server::{Surroundings, Workspace};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Begin a new life, after a restore from backup: devices compare everything and keep their waiting changes
    Renew {
        /// The workspace's folder
        dir: PathBuf,
    },
}

pub(super) fn run(command: &Command) -> Result<ExitCode> {
    let Command::Renew { dir } = command;
    let epoch = Workspace::open_as_stored(dir, Surroundings::system())?.renew_epoch()?;
    super::say(&format!(
        "The new epoch is {epoch}: at its next sync each device compares everything."
    ))?;
    Ok(ExitCode::SUCCESS)
}
