//! `schema check`: can a schema file be used.

use anyhow::Result;
use landfall_server::workspace::read_schema;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Say whether a schema file can be used, or the line and the reason why not
    Check {
        /// A `landfall.toml`
        file: PathBuf,
    },
}

pub(super) fn run(command: &Command) -> Result<ExitCode> {
    let Command::Check { file } = command;
    let schema = read_schema(file)?;
    let columns: usize = schema.tables.iter().map(|table| table.columns.len()).sum();
    super::say(&format!(
        "{} can be used: \"{}\", version {}, {} tables, {columns} columns",
        file.display(),
        schema.name,
        schema.version,
        schema.tables.len()
    ))?;
    Ok(ExitCode::SUCCESS)
}
