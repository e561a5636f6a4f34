//! The words that a schema file may leave out, made from the names that it has.

/// `inspected_at` → `Inspected at`.
pub(super) fn label(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut chars = spaced.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `Inspections` → `inspection`. Knows the regular plurals of English; a file in another language gives `singular`.
pub(super) fn singular(label: &str) -> String {
    let lower = label.to_lowercase();
    if let Some(stem) = lower.strip_suffix("ies") {
        format!("{stem}y")
    } else if ["sses", "xes", "ches", "shes"]
        .iter()
        .any(|ending| lower.ends_with(ending))
    {
        lower[..lower.len() - 2].to_owned()
    } else if lower.ends_with("ss") {
        lower
    } else {
        lower.strip_suffix('s').map(str::to_owned).unwrap_or(lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_singulars_come_from_names() {
        assert_eq!(label("inspected_at"), "Inspected at");
        for (many, one) in [
            ("Inspections", "inspection"),
            ("Todo items", "todo item"),
            ("Entries", "entry"),
            ("Boxes", "box"),
            ("Glass", "glass"),
            ("Staff", "staff"),
        ] {
            assert_eq!(singular(many), one);
        }
    }
}
