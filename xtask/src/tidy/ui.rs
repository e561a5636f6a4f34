//! The user interface talks to its host through `ui/src/backend/` and nowhere else.

use super::source::Source;

pub(crate) fn check(source: &Source) -> Vec<String> {
    let watched =
        source.is(&["ts", "tsx"]) && source.is_under(&["ui/src/"]) && !source.is_under(&["ui/src/backend/"]);
    if !watched {
        return Vec::new();
    }
    source
        .lines()
        .filter(|(_, line)| line.contains("@tauri-apps/"))
        .map(|(number, _)| {
            format!(
                "{}:{number}: only ui/src/backend imports @tauri-apps",
                source.path
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_backend_folder_imports_tauri() {
        let import = "import { invoke } from \"@tauri-apps/api/core\";\n";
        assert_eq!(check(&Source::new("ui/src/features/list.tsx", import)).len(), 1);
        assert!(check(&Source::new("ui/src/backend/tauri.ts", import)).is_empty());
    }
}
