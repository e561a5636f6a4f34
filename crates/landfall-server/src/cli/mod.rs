//! The commands. The workspace's folder is the first argument of each; results go to standard output, everything else
//! to standard error; the exit code is 0 when all was done, 1 when it was not, 3 when an import left lines out.

mod device;
mod doctor;
mod epoch;
mod export;
mod from;
mod import;
mod init;
mod push;
mod schema;
mod serve;
mod tombstones;

use anyhow::Result;
use clap::{Parser, Subcommand};
use landfall_core::id::Millis;
use std::process::ExitCode;

/// Keeps a workspace's records, and brings them to people's devices.
#[derive(Parser)]
#[command(name = "landfall-server", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a workspace in a new or empty folder: of a template, with sample data, or of your own schema file
    Init(init::Args),
    /// Serve a workspace to its devices
    Serve(serve::Args),
    /// Import a CSV file into a table, or the tables of an Azure Mobile Apps or Datasync server
    Import(import::Args),
    /// Export a table
    Export(export::Args),
    /// Add, list and remove devices
    #[command(subcommand)]
    Device(device::Command),
    /// Set up how devices are woken, and try it
    #[command(subcommand)]
    Push(push::Command),
    /// Look after the schema file
    #[command(subcommand)]
    Schema(schema::Command),
    /// Look whether a workspace is in order
    Doctor(doctor::Args),
    /// Look after the server's life
    #[command(subcommand)]
    Epoch(epoch::Command),
    /// Look after the marks that deleted records leave
    #[command(subcommand)]
    Tombstones(tombstones::Command),
}

pub(crate) fn run() -> Result<ExitCode> {
    match Cli::parse().command {
        Command::Init(args) => init::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Import(args) => import::run(args),
        Command::Export(args) => export::run(&args),
        Command::Device(command) => device::run(command),
        Command::Push(command) => push::run(command),
        Command::Schema(command) => schema::run(&command),
        Command::Doctor(args) => doctor::run(&args),
        Command::Epoch(command) => epoch::run(&command),
        Command::Tombstones(command) => tombstones::run(&command),
    }
}

/// Writes a line to standard output. A reader that went away (`| head`) ends the command like any other error.
fn say(line: &str) -> Result<()> {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

/// An instant as people read it.
fn instant(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |at| format!("{at:.0}"))
}
