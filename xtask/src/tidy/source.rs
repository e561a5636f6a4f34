//! The text files of the checkout, as the rules see them.

use anyhow::Context as _;
use std::fs;
use std::path::Path;

/// Folders that hold nothing written by hand.
const SKIPPED: [&str; 9] = [
    ".git",
    ".landfall",
    "dist",
    "gen",
    "node_modules",
    ".venv",
    "target",
    "test-results",
    "schemas",
];
const READ: [&str; 11] = [
    "css", "html", "js", "json", "md", "mjs", "rs", "sql", "toml", "ts", "tsx",
];

/// One file: its path from the top with `/` between folders, and its text.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    #[cfg(test)]
    pub(crate) fn new(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub(crate) fn is(&self, endings: &[&str]) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, ending)| endings.contains(&ending))
    }

    pub(crate) fn is_under(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }

    /// The lines with their numbers, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

/// Every text file below `root`, in the order of their paths.
pub(crate) fn read_all(root: &Path) -> anyhow::Result<Vec<Source>> {
    let mut found = Vec::new();
    walk(root, "", &mut found)?;
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<Source>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("can't list {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                walk(&entry.path(), &format!("{path}/"), found)?;
            }
            continue;
        }
        let mut source = Source {
            path,
            text: String::new(),
        };
        if source.is(&READ) {
            source.text =
                fs::read_to_string(entry.path()).with_context(|| format!("can't read {}", source.path))?;
            found.push(source);
        }
    }
    Ok(())
}
