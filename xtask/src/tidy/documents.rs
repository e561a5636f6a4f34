//! Links of the documents lead somewhere: every relative link in a Markdown file names a file or folder that is
//! there, so the walkthroughs can't go stale unseen.

use super::source::Source;
use regex::Regex;
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\]\(([^)\s]+)\)").expect("invariant: the pattern is valid"));

pub(crate) fn check(root: &Path, sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .filter(|source| source.is(&["md"]))
        .flat_map(|source| broken(source, |path| root.join(path).exists()))
        .collect()
}

fn broken(source: &Source, exists: impl Fn(&Path) -> bool) -> Vec<String> {
    let folder = Path::new(&source.path).parent().unwrap_or(Path::new(""));
    let mut findings = Vec::new();
    for (number, line) in source.lines() {
        for link in LINK.captures_iter(line).filter_map(|captures| captures.get(1)) {
            let target = link.as_str().split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            if !exists(&flat(&folder.join(target))) {
                findings.push(format!(
                    "{}:{number}: the link to {target} leads nowhere",
                    source.path
                ));
            }
        }
    }
    findings
}

/// The path without `.` and `..`.
fn flat(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut flat, part| {
        match part {
            Component::ParentDir => {
                flat.pop();
            }
            Component::CurDir => {}
            other => flat.push(other),
        }
        flat
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_missing_file_is_found() {
        let text = "See [core](../crates/landfall-core/src/lib.rs#top), [web](https://example.org), [gone](gone.rs), [up](#here).\n";
        let findings = broken(&Source::new("docs/ARCHITECTURE.md", text), |path| {
            path == Path::new("crates/landfall-core/src/lib.rs")
        });
        assert_eq!(
            findings,
            ["docs/ARCHITECTURE.md:1: the link to gone.rs leads nowhere"]
        );
    }
}
