//! File sizes: a file is one idea, and 600 lines are more than one idea needs.

use super::source::Source;

const LONGEST: usize = 600;
const SHELL_LONGEST: usize = 99;
const CODE: [&str; 8] = ["css", "html", "js", "mjs", "rs", "sql", "ts", "tsx"];
const GENERATED: [&str; 1] = ["ui/src/backend/bindings.ts"];

pub(crate) fn check(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    let mut findings = Vec::new();
    if source.is(&CODE) && lines > LONGEST && !source.is_under(&GENERATED) && !says_why(source) {
        findings.push(format!(
            "{}: {lines} lines; split it, or say why not in a `Long file:` comment among the first ten lines",
            source.path
        ));
    }
    if source.path == "src-tauri/src/lib.rs" && lines > SHELL_LONGEST {
        findings.push(format!(
            "{}: {lines} lines; the shell stays below a hundred",
            source.path
        ));
    }
    findings
}

fn says_why(source: &Source) -> bool {
    source.text.lines().take(10).any(|line| {
        line.split_once("Long file:")
            .is_some_and(|(_, why)| why.trim().len() > 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_found_unless_it_says_why() {
        let long = "let x = 1;\n".repeat(601);
        assert_eq!(check(&Source::new("crates/a/src/lib.rs", &long)).len(), 1);
        assert!(check(&Source::new("ui/src/backend/bindings.ts", &long)).is_empty());
        assert!(check(&Source::new("docs/long.md", &long)).is_empty());

        let reason = format!("// Long file: one table of cases, read as a whole.\n{long}");
        assert!(check(&Source::new("crates/a/src/lib.rs", &reason)).is_empty());
        let no_reason = format!("// Long file:\n{long}");
        assert_eq!(check(&Source::new("crates/a/src/lib.rs", &no_reason)).len(), 1);
    }

    #[test]
    fn the_shell_stays_a_page() {
        let page = "//! The shell.\n".repeat(100);
        assert_eq!(check(&Source::new("src-tauri/src/lib.rs", &page)).len(), 1);
        assert!(check(&Source::new("src-tauri/src/window.rs", &page)).is_empty());
    }
}
