//! A migration that has landed is never changed: somebody's data has been through it. Each folder called
//! `migrations` has a `checksums.txt` with a line per file; `cargo xtask tidy --record` adds lines for new files
//! and changes none.

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const LIST: &str = "checksums.txt";

/// What differs between the lists and the files.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut findings = Vec::new();
    for folder in folders(root)? {
        let shown = folder.strip_prefix(root).unwrap_or(&folder).display().to_string();
        findings.extend(compare(&shown, &recorded(&folder)?, &found(&folder)?));
    }
    Ok(findings)
}

/// Writes down the files that no list has yet.
pub(crate) fn record(root: &Path) -> anyhow::Result<()> {
    for folder in folders(root)? {
        let mut list = found(&folder)?;
        list.extend(recorded(&folder)?);
        let text = list.iter().fold(String::new(), |mut text, (name, sum)| {
            // Writing to a String can't fail.
            let _ = writeln!(text, "{sum}  {name}");
            text
        });
        let path = folder.join(LIST);
        fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))?;
    }
    Ok(())
}

type Sums = BTreeMap<String, String>;

fn compare(folder: &str, recorded: &Sums, found: &Sums) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, sum) in found {
        match recorded.get(name) {
            None => findings.push(format!(
                "{folder}/{name}: a new migration; run `cargo xtask tidy --record`"
            )),
            Some(known) if known != sum => {
                findings.push(format!(
                    "{folder}/{name}: a landed migration is never changed; write a new one"
                ));
            }
            Some(_) => {}
        }
    }
    for name in recorded.keys().filter(|name| !found.contains_key(*name)) {
        findings.push(format!("{folder}/{name}: a landed migration is gone"));
    }
    findings
}

fn folders(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    search(&root.join("crates"), &mut found)?;
    found.sort();
    Ok(found)
}

fn search(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("can't list {}", folder.display()))? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        if entry.file_name() == "migrations" {
            found.push(entry.path());
        } else {
            search(&entry.path(), found)?;
        }
    }
    Ok(())
}

fn found(folder: &Path) -> anyhow::Result<Sums> {
    let mut sums = Sums::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "sql") {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            sums.insert(name, sum(&fs::read(&path)?));
        }
    }
    Ok(sums)
}

fn recorded(folder: &Path) -> anyhow::Result<Sums> {
    match fs::read_to_string(folder.join(LIST)) {
        Ok(text) => Ok(parse(&text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Sums::new()),
        Err(error) => Err(error.into()),
    }
}

fn parse(text: &str) -> Sums {
    text.lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sum, name)| (name.to_owned(), sum.to_owned()))
        .collect()
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_a_changed_and_a_lost_migration_are_told_apart() {
        let recorded = parse("aaa  001_first.sql\nbbb  002_second.sql\nccc  003_third.sql\n");
        let found = parse("aaa  001_first.sql\nxxx  002_second.sql\nddd  004_fourth.sql\n");
        let findings = compare("migrations", &recorded, &found);
        assert_eq!(
            findings,
            [
                "migrations/002_second.sql: a landed migration is never changed; write a new one",
                "migrations/004_fourth.sql: a new migration; run `cargo xtask tidy --record`",
                "migrations/003_third.sql: a landed migration is gone",
            ]
        );
        assert!(compare("migrations", &recorded, &recorded).is_empty());
    }

    #[test]
    fn the_sum_is_sha256() {
        assert_eq!(
            sum(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
