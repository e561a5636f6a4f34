//! The bodies of PATCH: an object whose properties are laid over the record's, or in the newer dialects a JSON Patch
//! (RFC 6902), which becomes such an object.

use serde_json::{Map, Value as Json};

/// Applies a JSON Patch to the record as clients have it, and gives the properties that came out different.
///
/// # Errors
/// The operation that can't be done, and why.
pub(super) fn merged(operations: &Json, row: &Map<String, Json>) -> Result<Map<String, Json>, String> {
    let Some(operations) = operations.as_array() else {
        return Err("A JSON Patch is a list of operations.".to_owned());
    };
    let mut result = row.clone();
    for (at, operation) in operations.iter().enumerate() {
        apply(operation, &mut result)
            .map_err(|reason| format!("Operation {} can't be done: {reason}.", at + 1))?;
    }
    let mut changed: Map<String, Json> = result
        .iter()
        .filter(|(name, value)| row.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    // What was removed has no value.
    for name in row.keys().filter(|name| !result.contains_key(*name)) {
        changed.insert(name.clone(), Json::Null);
    }
    Ok(changed)
}

fn apply(operation: &Json, row: &mut Map<String, Json>) -> Result<(), String> {
    let word = operation.get("op").and_then(Json::as_str).unwrap_or_default();
    let name = property(operation, "path", row)?;
    let value = || {
        let value = operation.get("value").cloned();
        value.ok_or_else(|| format!("`{word}` has no value"))
    };
    match word {
        "add" | "replace" => {
            row.insert(name, value()?);
        }
        "remove" => {
            row.remove(&name);
        }
        "test" => {
            if row.get(&name).unwrap_or(&Json::Null) != &value()? {
                return Err(format!("`{name}` has another value"));
            }
        }
        "copy" | "move" => {
            let from = property(operation, "from", row)?;
            let value = row.get(&from).cloned().unwrap_or_default();
            if word == "move" {
                row.remove(&from);
            }
            row.insert(name, value);
        }
        _ => return Err(format!("there is no operation `{word}`")),
    }
    Ok(())
}

/// The property that a pointer names, in the record's own spelling. Records have no parts.
fn property(operation: &Json, key: &str, row: &Map<String, Json>) -> Result<String, String> {
    let pointer = operation.get(key).and_then(Json::as_str).unwrap_or_default();
    let name = pointer
        .strip_prefix('/')
        .unwrap_or(pointer)
        .replace("~1", "/")
        .replace("~0", "~");
    let own = row.keys().find(|known| known.eq_ignore_ascii_case(&name));
    own.cloned()
        .ok_or_else(|| format!("`{key}` names no property: \"{pointer}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn changed(operations: &Json) -> Result<Json, String> {
        let row = json!({"title": "a", "year": 1, "note": null});
        let Json::Object(row) = row else { unreachable!() };
        merged(operations, &row).map(Json::Object)
    }

    #[test]
    fn operations_become_the_properties_that_they_change() {
        for (operations, result) in [
            (
                json!([{"op": "replace", "path": "/title", "value": "b"}]),
                json!({"title": "b"}),
            ),
            (
                json!([{"op": "add", "path": "/Note", "value": "n"}]),
                json!({"note": "n"}),
            ),
            (json!([{"op": "remove", "path": "/year"}]), json!({"year": null})),
            (
                json!([{"op": "copy", "from": "/title", "path": "/note"}]),
                json!({"note": "a"}),
            ),
            (
                json!([{"op": "move", "from": "/title", "path": "/note"}]),
                json!({"note": "a", "title": null}),
            ),
            (
                json!([{"op": "test", "path": "/year", "value": 1}, {"op": "replace", "path": "/year", "value": 1}]),
                json!({}),
            ),
        ] {
            assert_eq!(changed(&operations), Ok(result), "{operations}");
        }
    }

    #[test]
    fn what_can_t_be_done_is_told() {
        for (operations, told) in [
            (json!({}), "a list of operations"),
            (
                json!([{"op": "test", "path": "/year", "value": 2}]),
                "Operation 1 can't be done: `year` has another",
            ),
            (
                json!([{"op": "replace", "path": "/actors/0", "value": 2}]),
                "names no property",
            ),
            (
                json!([{"op": "replace", "path": "/year"}]),
                "`replace` has no value",
            ),
            (
                json!([{"op": "shuffle", "path": "/year"}]),
                "there is no operation `shuffle`",
            ),
        ] {
            let error = changed(&operations).unwrap_err();
            assert!(error.contains(told), "{error}");
        }
    }
}
