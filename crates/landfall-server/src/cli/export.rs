//! `export`: a table as CSV or NDJSON, to standard output or a file.

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use landfall_server::export::{self, Format};
use landfall_server::{Error, Surroundings, Workspace};
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The workspace's folder
    dir: PathBuf,
    /// The table's name
    table: String,
    /// How records are written
    #[arg(long, value_enum, default_value_t = As::Csv)]
    format: As,
    /// Write to this file, which takes the place of one that is there, instead of standard output
    #[arg(long)]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum As {
    /// Comma separated values, which `import` takes back
    Csv,
    /// One JSON object a line
    Ndjson,
}

impl From<As> for Format {
    fn from(format: As) -> Self {
        match format {
            As::Csv => Self::Csv,
            As::Ndjson => Self::Ndjson,
        }
    }
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::open_as_stored(&args.dir, Surroundings::system())?;
    let count = match &args.output {
        Some(path) => to_file(&workspace, args, path)?,
        None => match export::run(
            &workspace,
            &args.table,
            args.format.into(),
            std::io::stdout().lock(),
        ) {
            // The reader has what it wanted (`| head`).
            Err(Error::ExportWrite(error)) if error.kind() == ErrorKind::BrokenPipe => {
                return Ok(ExitCode::SUCCESS);
            }
            other => other?,
        },
    };
    writeln!(std::io::stderr(), "{count} records")?;
    Ok(ExitCode::SUCCESS)
}

/// A file that is there is replaced only by a whole export.
fn to_file(workspace: &Workspace, args: &Args, path: &Path) -> Result<u64> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let name = part.display();
    let file = File::create(&part).with_context(|| format!("can't write {name}"))?;
    let exported = export::run(workspace, &args.table, args.format.into(), &file)
        .map_err(anyhow::Error::from)
        .and_then(|count| {
            file.sync_all().with_context(|| format!("can't write {name}"))?;
            fs::rename(&part, path).with_context(|| format!("can't write {}", path.display()))?;
            Ok(count)
        });
    if exported.is_err() {
        // The export's own error is the one to tell.
        let _ = fs::remove_file(&part);
    }
    exported
}
