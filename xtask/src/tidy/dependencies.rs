//! The one direction of dependency: which crate may name which. Anything not listed is a finding, so a new edge is
//! a decision made here, in the open.

use anyhow::Context as _;
use cargo_metadata::{DependencyKind, MetadataCommand};
use std::path::Path;

/// Crate, and the crates of ours that it may depend on.
const EDGES: [(&str, &[&str]); 14] = [
    ("landfall-core", &[]),
    ("landfall-protocol", &["landfall-core"]),
    ("landfall-store", &["landfall-core"]),
    ("landfall-tables", &["landfall-core"]),
    (
        "landfall-sync",
        &[
            "landfall-core",
            "landfall-protocol",
            "landfall-store",
            "landfall-tables",
        ],
    ),
    (
        "landfall-client",
        &["landfall-core", "landfall-store", "landfall-sync"],
    ),
    (
        "landfall-server",
        &["landfall-core", "landfall-protocol", "landfall-tables"],
    ),
    ("tauri-plugin-landfall", &["landfall-client"]),
    ("silent-push", &[]),
    ("tauri-plugin-silent-push", &["silent-push"]),
    (
        "landfall",
        &[
            "landfall-client",
            "silent-push",
            "tauri-plugin-landfall",
            "tauri-plugin-silent-push",
        ],
    ),
    (
        "landfall-testkit",
        &[
            "landfall-core",
            "landfall-protocol",
            "landfall-store",
            "landfall-sync",
            "landfall-server",
        ],
    ),
    ("landfall-tests", &["landfall-client"]),
    ("xtask", &["landfall-client"]),
];

/// For development alone: no crate may ship it.
const TESTKIT: &str = "landfall-testkit";
/// The package of whole-system tests may use anything that is free of Tauri, for its tests.
const TESTS: &str = "landfall-tests";

/// Crates of others that only some of ours may name.
const GUARDED: [Guard; 3] = [
    Guard {
        of: |name| name == "rusqlite",
        by: &["landfall-store", "landfall-server"],
        in_tests: false,
        what: "SQL",
    },
    Guard {
        of: |name| name == "reqwest",
        by: &["landfall-sync", "landfall-tables", "landfall-server"],
        in_tests: true,
        what: "HTTP requests",
    },
    Guard {
        of: |name| name == "tauri" || (name.starts_with("tauri-") && !is_ours(name)),
        by: &["tauri-plugin-landfall", "tauri-plugin-silent-push", "landfall"],
        in_tests: false,
        what: "Tauri",
    },
];

struct Guard {
    of: fn(&str) -> bool,
    by: &'static [&'static str],
    in_tests: bool,
    what: &'static str,
}

/// A crate names another.
#[derive(Debug)]
pub(crate) struct Edge {
    from: String,
    to: String,
    /// Named for tests alone (`[dev-dependencies]`).
    dev: bool,
}

/// The edges that the manifests declare.
pub(crate) fn declared(root: &Path) -> anyhow::Result<Vec<Edge>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cargo metadata failed")?;
    let edges = metadata.packages.iter().flat_map(|package| {
        package.dependencies.iter().map(|dependency| Edge {
            from: package.name.to_string(),
            to: dependency.name.clone(),
            dev: dependency.kind == DependencyKind::Development,
        })
    });
    Ok(edges.collect())
}

pub(crate) fn check(edges: &[Edge]) -> Vec<String> {
    edges
        .iter()
        .filter_map(|edge| refused_inside(edge).or_else(|| refused_outside(edge)))
        .collect()
}

fn refused_inside(edge: &Edge) -> Option<String> {
    let Edge { from, to, dev } = edge;
    let Some(allowed) = allowed(from) else {
        return Some(format!(
            "{from}: a crate that xtask/src/tidy/dependencies.rs does not know"
        ));
    };
    if !is_ours(to) || allowed.contains(&to.as_str()) {
        return None;
    }
    if *dev && (to == TESTKIT || from == TESTS && !needs_tauri(to) || reaches(from, to)) {
        return None;
    }
    Some(format!(
        "{from} → {to}: dependencies point the other way (xtask/src/tidy/dependencies.rs)"
    ))
}

fn refused_outside(edge: &Edge) -> Option<String> {
    let guard = GUARDED.iter().find(|guard| (guard.of)(&edge.to))?;
    let free = guard.by.contains(&edge.from.as_str()) || guard.in_tests && edge.dev;
    (!free).then(|| {
        format!(
            "{} → {}: {} belongs to {} alone",
            edge.from,
            edge.to,
            guard.what,
            guard.by.join(" and ")
        )
    })
}

fn allowed(name: &str) -> Option<&'static [&'static str]> {
    EDGES.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
}

fn is_ours(name: &str) -> bool {
    allowed(name).is_some()
}

fn needs_tauri(name: &str) -> bool {
    matches!(
        name,
        "landfall" | "tauri-plugin-landfall" | "tauri-plugin-silent-push"
    )
}

fn reaches(from: &str, to: &str) -> bool {
    allowed(from)
        .unwrap_or_default()
        .iter()
        .any(|next| *next == to || reaches(next, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: &str, to: &str) -> Edge {
        Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            dev: false,
        }
    }

    fn dev(from: &str, to: &str) -> Edge {
        Edge {
            dev: true,
            ..edge(from, to)
        }
    }

    fn found(edge: Edge) -> usize {
        check(&[edge]).len()
    }

    #[test]
    fn dependencies_point_towards_core() {
        assert_eq!(found(edge("landfall-sync", "landfall-store")), 0);
        assert_eq!(found(edge("landfall-store", "landfall-sync")), 1);
        assert_eq!(found(edge("landfall-server", "landfall-store")), 1);
        assert_eq!(
            found(edge("landfall-new", "serde")),
            1,
            "an unknown crate is a decision to make"
        );
    }

    #[test]
    fn the_testkit_is_for_tests_alone() {
        assert_eq!(found(dev("landfall-sync", "landfall-testkit")), 0);
        assert_eq!(found(edge("landfall-sync", "landfall-testkit")), 1);
        assert_eq!(found(dev("landfall-tests", "landfall-server")), 0);
        assert_eq!(found(dev("landfall-tests", "tauri-plugin-landfall")), 1);
    }

    #[test]
    fn sql_http_and_tauri_have_their_places() {
        assert_eq!(found(edge("landfall-store", "rusqlite")), 0);
        assert_eq!(found(dev("landfall-client", "rusqlite")), 1);
        assert_eq!(found(dev("landfall-server", "reqwest")), 0);
        assert_eq!(found(edge("landfall-client", "reqwest")), 1);
        assert_eq!(found(edge("landfall", "tauri-plugin-notification")), 0);
        assert_eq!(found(edge("landfall-client", "tauri")), 1);
    }
}
