//! `import`: a CSV file into a table.

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};
use landfall_server::import::{self, Faults, Import, Report};
use landfall_server::{Error, Surroundings, Workspace};
use std::fs::File;
use std::io::{BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Lines were left out.
const SOME_LEFT_OUT: u8 = 3;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The workspace's folder
    dir: PathBuf,
    /// The table's name
    table: String,
    /// A CSV file in UTF-8 whose first line names the columns
    file: PathBuf,
    /// The column of the file that tells records apart
    #[arg(long, value_name = "COL")]
    id_column: Option<String>,
    /// Import the lines that fit, and leave out those that do not
    #[arg(long)]
    keep_going: bool,
}

pub(super) fn run(args: Args) -> Result<ExitCode> {
    // A server may run beside it: the schema that it has stays, whatever becomes of the import.
    let workspace = Workspace::open_as_stored(&args.dir, Surroundings::system())?;
    tell_of_another_schema(&workspace)?;
    let (from, bar) = open(&args.file)?;
    let import = Import {
        table: args.table,
        id_column: args.id_column,
        keep_going: args.keep_going,
    };
    let done = import::run(&workspace, import, from);
    bar.finish_and_clear();
    match done {
        Ok(report) => {
            show(&report.faults)?;
            super::say(&summary(&report))?;
            Ok(if report.faults.count == 0 {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(SOME_LEFT_OUT)
            })
        }
        Err(error) => {
            if let Error::Import { faults, .. } = &error {
                show(faults)?;
            }
            Err(error).with_context(|| format!("{} was not imported", args.file.display()))
        }
    }
}

/// Says by which schema the import goes, where `landfall.toml` has another one.
fn tell_of_another_schema(workspace: &Workspace) -> Result<()> {
    let why = match workspace.schema_has_grown() {
        Ok(false) => return Ok(()),
        Ok(true) => "landfall.toml has grown: start the server again to take it over".to_owned(),
        Err(error) => format!("{:#}", anyhow::Error::from(error)),
    };
    writeln!(
        std::io::stderr(),
        "The import goes by the schema that the database has. {why}"
    )?;
    Ok(())
}

/// The file, and a bar that shows on a terminal how much of it has been read.
fn open(path: &Path) -> Result<(Box<dyn Read + Send>, ProgressBar)> {
    let file = File::open(path).with_context(|| format!("can't read {}", path.display()))?;
    let bytes = file
        .metadata()
        .with_context(|| format!("can't read {}", path.display()))?
        .len();
    let style =
        ProgressStyle::with_template("{bar:40} {percent:>3} %  {bytes} of {total_bytes}, {eta} left")?;
    let bar = ProgressBar::new(bytes).with_style(style);
    Ok((Box::new(bar.wrap_read(BufReader::new(file))), bar))
}

fn show(faults: &Faults) -> Result<()> {
    let mut stderr = std::io::stderr();
    for fault in &faults.first {
        writeln!(stderr, "{fault}")?;
    }
    let more = faults.count - faults.first.len() as u64;
    if more > 0 {
        writeln!(stderr, "and {more} more lines")?;
    }
    Ok(())
}

fn summary(report: &Report) -> String {
    let left_out = match report.faults.count {
        0 => String::new(),
        count => format!(", {count} left out"),
    };
    format!(
        "{} lines: {} new, {} changed, {} unchanged{left_out}",
        report.lines, report.made, report.changed, report.unchanged
    )
}
