//! `cargo xtask versions`: what is declared in two places agrees. The Tauri crate and its npm packages speak the
//! same language only within one minor version, and every crate is of one edition.

use anyhow::Context as _;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A crate, and the npm package that must be of the same major and minor version.
const PAIRS: [(&str, &str); 2] = [("tauri", "@tauri-apps/api"), ("tauri", "@tauri-apps/cli")];
/// npm packages that we do without, and why.
const UNWANTED: [(&str, &str); 1] = [(
    "@tauri-apps/plugin-notification",
    "it lags behind its crate, and the Tauri CLI refuses the pair; notify from Rust",
)];

/// Compares the lock files and the manifests.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let cargo = crates(&read(root, "Cargo.lock")?)?;
    let npm: Value =
        serde_json::from_str(&read(root, "package-lock.json")?).context("package-lock.json is not JSON")?;
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()?;
    let editions = metadata
        .packages
        .iter()
        .map(|package| (package.name.to_string(), package.edition.to_string()));

    let mut findings = pairs(&cargo, &npm);
    findings.extend(unwanted(&npm));
    findings.extend(one_edition(editions));
    if findings.is_empty() {
        return Ok(());
    }
    anyhow::bail!("{}", findings.join("\n"));
}

fn read(root: &Path, name: &str) -> anyhow::Result<String> {
    fs::read_to_string(root.join(name)).with_context(|| format!("can't read {name}"))
}

/// Name and version of every crate in the lock file.
fn crates(lock: &str) -> anyhow::Result<Vec<(String, String)>> {
    let lock: toml::Table = lock.parse().context("Cargo.lock is not TOML")?;
    let packages = lock
        .get("package")
        .and_then(toml::Value::as_array)
        .context("Cargo.lock has no packages")?;
    let text = |package: &toml::Value, key| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    Ok(packages
        .iter()
        .filter_map(|package| Some((text(package, "name")?, text(package, "version")?)))
        .collect())
}

fn pairs(cargo: &[(String, String)], npm: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, package) in PAIRS {
        let rust = cargo
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, version)| version.as_str());
        let js = version_of(npm, package);
        match (rust, js) {
            (Some(rust), Some(js)) if minor(rust) == minor(js) => {}
            (rust, js) => findings.push(format!(
                "crate {name} {} and npm {package} {} must be of one minor version",
                rust.unwrap_or("(missing)"),
                js.unwrap_or("(missing)")
            )),
        }
    }
    findings
}

fn unwanted(npm: &Value) -> Vec<String> {
    let there = UNWANTED
        .iter()
        .filter(|(package, _)| version_of(npm, package).is_some());
    there
        .map(|(package, why)| format!("npm {package} is not used: {why}"))
        .collect()
}

fn one_edition(crates: impl Iterator<Item = (String, String)>) -> Option<String> {
    let mut crates = crates.collect::<Vec<_>>();
    crates.sort_by(|one, other| one.1.cmp(&other.1));
    let (first, last) = (crates.first()?, crates.last()?);
    (first.1 != last.1).then(|| format!("{} is of edition {}, {} of {}", first.0, first.1, last.0, last.1))
}

fn version_of<'a>(npm: &'a Value, package: &str) -> Option<&'a str> {
    npm["packages"][format!("node_modules/{package}")]["version"].as_str()
}

/// `2.12.5` → `2.12`.
fn minor(version: &str) -> &str {
    version
        .match_indices('.')
        .nth(1)
        .map_or(version, |(at, _)| &version[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const LOCK: &str = "version = 4\n[[package]]\nname = \"tauri\"\nversion = \"2.12.5\"\n";

    fn npm(api: &str, cli: &str) -> Value {
        json!({"packages": {
            "node_modules/@tauri-apps/api": {"version": api},
            "node_modules/@tauri-apps/cli": {"version": cli},
        }})
    }

    #[test]
    fn the_crate_and_its_packages_are_of_one_minor_version() {
        let cargo = crates(LOCK).unwrap();
        assert!(pairs(&cargo, &npm("2.12.0", "2.12.9")).is_empty());
        assert_eq!(
            pairs(&cargo, &npm("2.11.0", "2.12.5")),
            ["crate tauri 2.12.5 and npm @tauri-apps/api 2.11.0 must be of one minor version"]
        );
        assert_eq!(pairs(&cargo, &json!({})).len(), 2);
    }

    #[test]
    fn the_npm_half_of_the_notification_plugin_stays_out() {
        assert!(unwanted(&npm("2.12.5", "2.12.5")).is_empty());
        let with =
            json!({"packages": {"node_modules/@tauri-apps/plugin-notification": {"version": "2.5.0"}}});
        assert_eq!(unwanted(&with).len(), 1);
    }

    #[test]
    fn every_crate_is_of_one_edition() {
        let of = |edition: &str| ("a".to_owned(), edition.to_owned());
        assert!(one_edition([of("2024"), of("2024")].into_iter()).is_none());
        assert!(one_edition([of("2024"), of("2021")].into_iter()).is_some());
    }
}
