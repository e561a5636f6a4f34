//! `doctor`: is everything in order. Changes nothing.

use anyhow::Result;
use landfall_server::{Surroundings, Workspace};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Less free space than this is a fault.
const LITTLE_SPACE: u64 = 100 * 1024 * 1024;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The workspace's folder
    dir: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::open_as_stored(&args.dir, Surroundings::system())?;
    let findings = workspace.examine()?;
    let mut faults = findings.faults;

    super::say(&format!(
        "Workspace  \"{}\", schema version {}",
        workspace.schema().name,
        workspace.schema().version
    ))?;
    super::say(&format!(
        "Life       epoch {}, {} changes so far",
        findings.epoch, findings.seq
    ))?;
    for (table, count) in findings.records {
        super::say(&format!("Table      {table}: {count} records"))?;
    }
    super::say(&format!(
        "Deleted    {} marks of deleted records",
        findings.tombstones
    ))?;
    for device in workspace.devices()? {
        let last_push = device
            .last_push_at
            .map_or_else(|| "never".to_owned(), super::instant);
        super::say(&format!("Device     {}, last push {last_push}", device.name))?;
    }
    match workspace.schema_has_grown() {
        Ok(false) => super::say("Schema     landfall.toml is that of the database")?,
        Ok(true) => super::say(
            "Schema     landfall.toml has grown: it is taken over when the server is started again",
        )?,
        Err(error) => faults.push(format!("{:#}", anyhow::Error::from(error))),
    }
    match free_space(&args.dir) {
        Some(bytes) => {
            super::say(&format!("Disk       {} MiB free", bytes / 1024 / 1024))?;
            if bytes < LITTLE_SPACE {
                faults.push("there is little space left on the disk: free some".to_owned());
            }
        }
        None => super::say("Disk       free space is not known on this system")?,
    }

    for fault in &faults {
        super::say(&format!("FAULT      {fault}"))?;
    }
    super::say(if faults.is_empty() {
        "Everything is in order."
    } else {
        "Not everything is in order."
    })?;
    Ok(if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[cfg(unix)]
fn free_space(dir: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

#[cfg(not(unix))]
fn free_space(_dir: &Path) -> Option<u64> {
    None
}
