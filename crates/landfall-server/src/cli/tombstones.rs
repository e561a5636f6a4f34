//! `tombstones purge`: takes away the marks of old deletions.

use anyhow::Result;
use landfall_core::id::Millis;
use landfall_server::{Surroundings, Workspace};
use std::path::PathBuf;
use std::process::ExitCode;

const DAY: i64 = 24 * 60 * 60 * 1000;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Take away the marks of old deletions: a device that was away for longer compares everything at its next sync
    Purge {
        /// The workspace's folder
        dir: PathBuf,
        /// Only of records deleted longer ago than this
        #[arg(long, value_name = "DAYS")]
        older_than: u32,
    },
}

pub(super) fn run(command: &Command) -> Result<ExitCode> {
    let Command::Purge { dir, older_than } = command;
    let surroundings = Surroundings::system();
    let cutoff = Millis(surroundings.now().0 - i64::from(*older_than) * DAY);
    let removed = Workspace::open_as_stored(dir, surroundings)?.purge_tombstones(cutoff)?;
    super::say(&format!("Removed the marks of {removed} deleted records."))?;
    Ok(ExitCode::SUCCESS)
}
