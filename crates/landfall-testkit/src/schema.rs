//! The workspace that the stories are about: airfields, and inspections of them.

/// Its `landfall.toml`.
pub const SCHEMA: &str = r#"
[workspace]
name = "Highlands"
version = 1

[[table]]
name = "airfields"
icon = "plane"

[[table.column]]
name = "name"
type = "text"
required = true
max_length = 60

[[table.column]]
name = "code"
type = "text"
unique = true
max_length = 8

[[table.column]]
name = "elevation"
type = "integer"
min = -1400
max = 15000

[[table.column]]
name = "closed"
type = "boolean"

[[table.column]]
name = "remarks"
type = "long_text"

[[table]]
name = "inspections"

[[table.column]]
name = "title"
type = "text"
required = true

[[table.column]]
name = "airfield"
type = "reference"
table = "airfields"

[[table.column]]
name = "score"
type = "integer"
"#;

/// The same, grown by a column `surface` of airfields.
#[must_use]
pub fn grown() -> String {
    let surface = "[[table.column]]\nname = \"surface\"\ntype = \"text\"\n\n";
    let inspections = "[[table]]\nname = \"inspections\"";
    SCHEMA
        .replace("version = 1", "version = 2")
        .replace(inspections, &format!("{surface}{inspections}"))
}
