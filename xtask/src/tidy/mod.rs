//! `cargo xtask tidy`: the rules of the house that no compiler checks. Each rule is a function from what lies in
//! the checkout to a list of findings; a finding is one sentence that begins with the place.

mod dependencies;
mod documents;
mod files;
mod migrations;
mod rust;
mod source;
mod ui;

use source::Source;
use std::path::{Path, PathBuf};

/// Runs every rule. With `record`, migrations not yet known are written down first.
pub(crate) fn run(record: bool) -> anyhow::Result<()> {
    let root = root();
    if record {
        migrations::record(&root)?;
    }
    let sources = source::read_all(&root)?;
    let mut findings = dependencies::check(&dependencies::declared(&root)?);
    findings.extend(sources.iter().flat_map(check_source));
    findings.extend(migrations::check(&root)?);
    findings.extend(documents::check(&root, &sources));

    for finding in &findings {
        say(finding);
    }
    match findings.len() {
        0 => Ok(()),
        1 => anyhow::bail!("one finding; see above"),
        count => anyhow::bail!("{count} findings; see above"),
    }
}

fn check_source(source: &Source) -> Vec<String> {
    let mut findings = files::check(source);
    findings.extend(rust::check(source));
    findings.extend(ui::check(source));
    findings
}

/// The checkout's top folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("invariant: xtask lies in the checkout")
        .to_path_buf()
}

#[expect(clippy::print_stderr, reason = "findings are this program's output")]
fn say(finding: &str) {
    eprintln!("{finding}");
}
