//! Rules for Rust files: a module doc on top, nothing half-done, SQL only where it belongs.

use super::source::Source;
use regex::Regex;
use std::sync::LazyLock;

/// The only places that hold SQL. The server's own tests look into its file, and damage it.
const SQL_LIVES_IN: [&str; 3] = [
    "crates/landfall-store/",
    "crates/landfall-server/src/db",
    "crates/landfall-server/tests/",
];
/// This file names what it looks for.
const RULES: &str = "xtask/src/tidy/";

static SQL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(SELECT\s+[\w(*]|INSERT\s+(OR\s+\w+\s+)?INTO\b|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\b|CREATE\s+(\w+\s+)*TABLE\b|PRAGMA\s+\w)")
        .expect("invariant: the pattern is valid")
});

/// What must not stand in any Rust file, and why.
const HALF_DONE: [(&str, &str); 4] = [
    ("todo!(", "finish it"),
    ("unimplemented!(", "finish it"),
    ("dbg!(", "take it out"),
    ("#[ignore", "a test that does not run tests nothing"),
];

pub(crate) fn check(source: &Source) -> Vec<String> {
    if !source.is(&["rs"]) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if !begins_with_doc(source) {
        findings.push(format!(
            "{}:1: begin with a `//!` doc that says what the file is for",
            source.path
        ));
    }
    if source.path.starts_with(RULES) {
        return findings;
    }
    let mut in_tests = is_test_file(&source.path);
    for (number, line) in source.lines() {
        in_tests |= line.trim_start().starts_with("#[cfg(test)]");
        if line.trim_start().starts_with("//") {
            continue;
        }
        for (word, advice) in HALF_DONE {
            if line.contains(word) {
                findings.push(format!("{}:{number}: `{word}`: {advice}", source.path));
            }
        }
        if in_tests && line.contains("thread::sleep") {
            findings.push(format!(
                "{}:{number}: a test waits for an event, not for a time",
                source.path
            ));
        }
        if !source.is_under(&SQL_LIVES_IN) && SQL.is_match(line) {
            findings.push(format!(
                "{}:{number}: SQL lives in landfall-store and the server's db alone",
                source.path
            ));
        }
    }
    findings
}

fn begins_with_doc(source: &Source) -> bool {
    let first = source
        .text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("#!["));
    // A file outside src/ may be taken in by `include!`, where an inner doc can't stand.
    let wanted = if source.path.contains("/src/") || is_test_file(&source.path) {
        "//!"
    } else {
        "//"
    };
    first.is_some_and(|line| line.starts_with(wanted))
}

fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/it/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&Source::new(path, &format!("//! A doc.\n{text}"))).len()
    }

    #[test]
    fn every_file_begins_with_a_doc() {
        assert_eq!(
            check(&Source::new("crates/a/src/lib.rs", "use std::fs;\n")).len(),
            1
        );
        assert!(check(&Source::new("crates/a/src/lib.rs", "#![no_std]\n\n//! Reads.\n")).is_empty());
        assert!(
            check(&Source::new(
                "crates/a/commands.rs",
                "// Included by build.rs and lib.rs.\n"
            ))
            .is_empty()
        );
    }

    #[test]
    fn nothing_half_done_stays() {
        assert_eq!(found("crates/a/src/lib.rs", "fn a() { todo!() }\n"), 1);
        assert_eq!(
            found(
                "crates/a/src/lib.rs",
                "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n"
            ),
            1
        );
        assert_eq!(found("crates/a/src/lib.rs", "// a comment may say todo!()\n"), 0);
    }

    #[test]
    fn tests_do_not_sleep_but_the_server_may_wait() {
        let sleep = "std::thread::sleep(pause);\n";
        assert_eq!(found("tests/it/main.rs", sleep), 1);
        assert_eq!(found("crates/a/src/lib.rs", sleep), 0);
        assert_eq!(
            found(
                "crates/a/src/lib.rs",
                &format!("#[cfg(test)]\nmod tests {{ {sleep} }}")
            ),
            1
        );
    }

    #[test]
    fn sql_stays_in_the_store_and_the_servers_db() {
        for sql in [
            "\"SELECT id FROM t\"",
            "\"INSERT OR IGNORE INTO t (a)\"",
            "\"CREATE VIRTUAL TABLE t\"",
            "\"PRAGMA x\"",
        ] {
            assert_eq!(found("crates/landfall-client/src/lib.rs", sql), 1, "{sql}");
            assert_eq!(found("crates/landfall-store/src/rows.rs", sql), 0);
            assert_eq!(found("crates/landfall-server/src/db/rows.rs", sql), 0);
        }
        assert_eq!(
            found("crates/landfall-client/src/lib.rs", "\"Select a table\""),
            0
        );
    }
}
