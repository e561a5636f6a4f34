//! `init`: a workspace of a template, with sample data.

use anyhow::{Context as _, Result};
use clap::builder::PossibleValuesParser;
use landfall_server::Surroundings;
use landfall_server::template::{TEMPLATES, make};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub(super) struct Args {
    /// A new or empty folder
    dir: PathBuf,
    /// What to begin with
    #[arg(long, value_parser = PossibleValuesParser::new(TEMPLATES.map(|template| template.name)))]
    template: String,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let template = TEMPLATES
        .iter()
        .find(|template| template.name == args.template)
        .context("invariant: only known templates are taken")?;
    let (workspace, imported) = make(template, &args.dir, Surroundings::system())?;
    let dir = args.dir.display();
    super::say(&format!(
        "Made the workspace \"{}\" in {dir}.",
        workspace.schema().name
    ))?;
    for (table, report) in imported {
        super::say(&format!("  {table}: {} records", report.made))?;
    }
    super::say(&format!(
        "Next: landfall-server device add {dir} laptop, then landfall-server serve {dir}"
    ))?;
    Ok(ExitCode::SUCCESS)
}
