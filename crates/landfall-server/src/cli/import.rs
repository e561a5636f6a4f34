//! `import`: a CSV file into a table, or tables of another server.

use super::from::{From, block_on};
use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use landfall_server::import::{self, Faults, Import, Report};
use landfall_server::migrate::{self, LeftOut};
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
    #[arg(
        required_unless_present = "from",
        conflicts_with = "from",
        id = "name",
        value_name = "TABLE"
    )]
    table: Option<String>,
    /// A CSV file in UTF-8 whose first line names the columns
    #[arg(required_unless_present = "from")]
    file: Option<PathBuf>,
    /// The column of the file that tells records apart
    #[arg(long, value_name = "COL", conflicts_with = "from")]
    id_column: Option<String>,
    /// Import the lines that fit, and leave out those that do not
    #[arg(long, conflicts_with = "from")]
    keep_going: bool,
    /// Instead of a file: an Azure Mobile Apps or Datasync server, whose tables are brought here. Can be repeated at any
    /// time: it goes on where it was, and then brings what has changed there
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    #[command(flatten)]
    other: From,
    /// Read all of the other server's records once more, not only those that have changed
    #[arg(long, requires = "from")]
    again: bool,
    /// Write the records that do not fit into a CSV file, with their ids and the reasons
    #[arg(long, value_name = "FILE", requires = "from")]
    left_out: Option<PathBuf>,
}

pub(super) fn run(args: Args) -> Result<ExitCode> {
    // A server may run beside it: the schema that it has stays, whatever becomes of the import.
    let workspace = Workspace::open_as_stored(&args.dir, Surroundings::system())?;
    tell_of_another_schema(&workspace)?;
    match (&args.from, args.table, args.file) {
        (Some(address), _, _) => of_server(
            &workspace,
            address,
            &args.other,
            args.again,
            args.left_out.as_deref(),
        ),
        (None, Some(table), Some(file)) => {
            let import = Import {
                table,
                id_column: args.id_column,
                keep_going: args.keep_going,
            };
            of_file(&workspace, import, &file)
        }
        _ => bail!("name a table and a file, or another server with --from"),
    }
}

fn of_file(workspace: &Workspace, import: Import, file: &Path) -> Result<ExitCode> {
    let (from, bar) = open(file)?;
    let done = import::run(workspace, import, from);
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
            Err(error).with_context(|| format!("{} was not imported", file.display()))
        }
    }
}

/// Records of another server that do not fit are shown up to this number; all are in the file.
const SHOWN: usize = 20;

fn of_server(
    workspace: &Workspace,
    address: &str,
    other: &From,
    again: bool,
    left_out: Option<&Path>,
) -> Result<ExitCode> {
    let style = ProgressStyle::with_template("{msg}: {human_pos} of {human_len} records, {eta} left")?;
    let bar = ProgressBar::no_length().with_style(style);
    let done = block_on(async {
        let source = other.meet(address).await?;
        let told = |progress: migrate::Progress<'_>| {
            bar.set_message(progress.table.to_string());
            bar.set_length(progress.of.unwrap_or(progress.read));
            bar.set_position(progress.read);
        };
        let done = migrate::run(workspace, &source, again, told).await;
        done.context("not all was imported; what was is here, and the same command goes on from there")
    });
    bar.finish_and_clear();
    let reports = done?;
    if let Some(path) = left_out {
        write_left_out(path, &reports)?;
    }
    let mut is_all = true;
    for report in &reports {
        tell(report)?;
        super::say(&counted(report))?;
        is_all &= report.left_out.is_empty();
    }
    Ok(if is_all {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(SOME_LEFT_OUT)
    })
}

fn write_left_out(path: &Path, reports: &[migrate::Report]) -> Result<()> {
    let mut writer =
        csv::Writer::from_path(path).with_context(|| format!("can't write {}", path.display()))?;
    writer.write_record(["table", "id", "reason"])?;
    for report in reports {
        for LeftOut { id, reason } in &report.left_out {
            writer.write_record([&report.table, id, reason])?;
        }
    }
    writer
        .flush()
        .with_context(|| format!("can't write {}", path.display()))
}

fn tell(report: &migrate::Report) -> Result<()> {
    let mut stderr = std::io::stderr();
    for LeftOut { id, reason } in report.left_out.iter().take(SHOWN) {
        writeln!(stderr, "{}, record {id}: {reason}", report.table)?;
    }
    if report.left_out.len() > SHOWN {
        writeln!(stderr, "and {} more records", report.left_out.len() - SHOWN)?;
    }
    if !report.strangers.is_empty() {
        writeln!(
            stderr,
            "{}: the table has no column for {}; these stay behind",
            report.table,
            report.strangers.join(", ")
        )?;
    }
    Ok(())
}

fn counted(report: &migrate::Report) -> String {
    let more = [
        (report.newer_here, "changed here later"),
        (report.left_out.len() as u64, "left out"),
    ];
    let more: String = more
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!(", {count} {what}"))
        .collect();
    format!(
        "{}: {} read: {} new, {} changed, {} deleted, {} unchanged{more}; {} records are here",
        report.table, report.read, report.made, report.changed, report.deleted, report.unchanged, report.here
    )
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
