//! `schema check`: can a schema file be used. `schema infer`: a first one, guessed from another server's records.

use super::from::{From, block_on};
use anyhow::{Context as _, Result};
use landfall_server::migrate::infer;
use landfall_server::workspace::read_schema;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Say whether a schema file can be used, or the line and the reason why not
    Check {
        /// A `landfall.toml`
        file: PathBuf,
    },
    /// Guess a first schema file from the records of an Azure Mobile Apps or Datasync server
    Infer(Infer),
}

#[derive(clap::Args)]
pub(super) struct Infer {
    /// The server's address, the part before /tables
    #[arg(long, value_name = "URL")]
    from: String,
    #[command(flatten)]
    other: From,
    /// Records of each table to go by
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    rows: u64,
    /// What people will call the workspace
    #[arg(long, default_value = "My records")]
    name: String,
    /// A new file to write it to; else it goes to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Check { file } => check(file),
        Command::Infer(args) => guess(args),
    }
}

fn guess(args: &Infer) -> Result<ExitCode> {
    let text = block_on(async {
        let source = args.other.meet(&args.from).await?;
        Ok(infer::run(&source, &args.name, args.rows).await?)
    })?;
    match &args.out {
        None => super::say(text.trim_end())?,
        Some(path) => {
            // What a person has written there already is not overwritten.
            let file = OpenOptions::new().write(true).create_new(true).open(path);
            file.and_then(|mut file| file.write_all(text.as_bytes()))
                .with_context(|| format!("can't write {}", path.display()))?;
            super::say(&format!(
                "Next: go through {}, then landfall-server init --schema {0} DIR",
                path.display()
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check(file: &Path) -> Result<ExitCode> {
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
