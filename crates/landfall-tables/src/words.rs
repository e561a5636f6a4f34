//! The server's own words in the body of an error, whatever form they have: a text, `{"error": …}`, a problem with
//! `title`, `detail` and `errors`, or a list of results with `errorMessage`.

use serde_json::Value as Json;

/// Longer words are cut off after so many characters.
const MOST: usize = 500;

/// The words of a body; empty where it has none. A page of HTML has none.
#[must_use]
pub fn of_body(body: &[u8]) -> String {
    let words = match serde_json::from_slice::<Json>(body) {
        Ok(json) => of_json(&json).join(" "),
        Err(_) => {
            let text = String::from_utf8_lossy(body);
            let is_html = text.trim_start().starts_with('<');
            if is_html {
                String::new()
            } else {
                text.trim().to_owned()
            }
        }
    };
    match words.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// What databases say of a row that they will never take. The older Node server answers 500 with these words, as with
/// trouble that passes.
const FAULTS: [&str; 8] = [
    "constraint",
    "no such column",
    "has no column named",
    "invalid column name",
    "cannot insert",
    "would be truncated",
    "conversion failed",
    "datatype mismatch",
];

/// Whether the words say that the request itself can't be done, however often it is sent.
#[must_use]
pub fn names_a_fault(words: &str) -> bool {
    let words = words.to_lowercase();
    FAULTS.iter().any(|fault| words.contains(fault))
}

fn of_json(json: &Json) -> Vec<String> {
    match json {
        Json::String(text) if !text.trim().is_empty() => vec![text.trim().to_owned()],
        Json::Array(items) => items.iter().flat_map(of_json).collect(),
        Json::Object(object) => {
            let find = |name: &str| {
                object
                    .iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
                    .map_or(Vec::new(), |(_, value)| of_json(value))
            };
            let of_fields = object.iter().find(|(key, _)| key.eq_ignore_ascii_case("errors"));
            if let Some((_, Json::Object(errors))) = of_fields {
                let said: Vec<String> = errors.values().flat_map(of_json).collect();
                if !said.is_empty() {
                    return said;
                }
            }
            [
                "errorMessage",
                "detail",
                "message",
                "error",
                "error_description",
                "title",
            ]
            .iter()
            .map(|name| find(name))
            .find(|said| !said.is_empty())
            .unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{names_a_fault, of_body};

    #[test]
    fn a_row_that_a_database_never_takes_is_no_trouble_that_passes() {
        for fault in [
            "SQLITE_CONSTRAINT: UNIQUE constraint failed: notes.text",
            "SQLITE_ERROR: no such column: colour",
            "Invalid column name 'colour'.",
            "Cannot insert the value NULL into column 'text'",
        ] {
            assert!(names_a_fault(fault), "{fault}");
        }
        for passes in ["SQLITE_BUSY: database is locked", "Timeout expired", ""] {
            assert!(!names_a_fault(passes), "{passes}");
        }
    }

    #[test]
    fn every_server_has_its_own_way_to_say_it() {
        for (body, words) in [
            (
                r#"{"error":"The item does not exist"}"#,
                "The item does not exist",
            ),
            ("\"Bad $top\"", "Bad $top"),
            ("Bad $top", "Bad $top"),
            (
                r#"[{"memberNames":["text"],"errorMessage":"Too long."},{"errorMessage":"Empty."}]"#,
                "Too long. Empty.",
            ),
            (
                r#"{"title":"Wrong","status":400,"errors":{"text":["Too long."]}}"#,
                "Too long.",
            ),
            (r#"{"title":"Wrong","detail":"The id."}"#, "The id."),
            (r#"{"Message":"No."}"#, "No."),
            (r#"{"error":{"message":"Deep."}}"#, "Deep."),
            ("<!DOCTYPE html><p>Cannot POST", ""),
            ("", ""),
            ("{}", ""),
        ] {
            assert_eq!(of_body(body.as_bytes()), words, "{body}");
        }
        assert_eq!(of_body("x".repeat(600).as_bytes()).chars().count(), 501);
    }
}
