//! `init`: a workspace of a template, with sample data, or of one's own schema file.

use anyhow::{Context as _, Result};
use clap::builder::PossibleValuesParser;
use landfall_server::template::{TEMPLATES, make};
use landfall_server::{Surroundings, Workspace};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args)]
pub(super) struct Args {
    /// A new or empty folder
    dir: PathBuf,
    #[command(flatten)]
    from: Beginning,
}

/// Exactly one of them.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Beginning {
    /// Begin with a template
    #[arg(long, value_parser = PossibleValuesParser::new(TEMPLATES.map(|template| template.name)))]
    template: Option<String>,
    /// Begin with a schema file of your own, which is copied into the folder
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    match &args.from.schema {
        Some(file) => of_schema(file, &args.dir)?,
        None => {
            let name = args.from.template.as_deref();
            of_template(
                name.context("invariant: the command line has one of them")?,
                &args.dir,
            )?;
        }
    }
    let dir = args.dir.display();
    super::say(&format!(
        "Next: landfall-server device add {dir} laptop, then landfall-server serve {dir}"
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn of_schema(file: &Path, dir: &Path) -> Result<()> {
    let workspace = Workspace::create_from_file(dir, file, Surroundings::system())?;
    say_made(&workspace)?;
    for table in &workspace.schema().tables {
        super::say(&format!("  {}: no records yet", table.name))?;
    }
    Ok(())
}

fn of_template(name: &str, dir: &Path) -> Result<()> {
    let template = TEMPLATES
        .iter()
        .find(|template| template.name == name)
        .context("invariant: only known templates are taken")?;
    let (workspace, imported) = make(template, dir, Surroundings::system())?;
    say_made(&workspace)?;
    for (table, report) in imported {
        super::say(&format!("  {table}: {} records", report.made))?;
    }
    Ok(())
}

fn say_made(workspace: &Workspace) -> Result<()> {
    super::say(&format!(
        "Made the workspace \"{}\" in {}.",
        workspace.schema().name,
        workspace.dir().display()
    ))
}
