//! The examples of docs/CONFLICTS.md, one file each. `conflicts_md` runs them, and holds the document to their text.

pub(crate) mod many;
pub(crate) mod policy;
pub(crate) mod settle;

/// Each example's text, as the document has it.
pub(crate) const TEXTS: [(&str, &str); 3] = [
    ("settle.rs", include_str!("settle.rs")),
    ("many.rs", include_str!("many.rs")),
    ("policy.rs", include_str!("policy.rs")),
];
