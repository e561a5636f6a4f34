//! The names of columns as properties of the protocol's JSON, on both sides of it.

use landfall_core::schema::Column;

/// `due_date` → `dueDate`. Where two columns would have one name (`a1` and `a_1`), both keep the schema's.
#[must_use]
pub fn json_name(columns: &[Column], column: &Column) -> String {
    let name = camel(column.name.as_str());
    let is_taken = |other: &Column| other.name != column.name && camel(other.name.as_str()) == name;
    if columns.iter().any(is_taken) {
        column.name.to_string()
    } else {
        name
    }
}

/// What is left of a name without regard to capitals and `_`: `dueDate`, `due_date` and `DueDate` are one.
#[must_use]
pub fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| *letter != '_');
    letters.flat_map(char::to_lowercase).collect()
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_').filter(|part| !part.is_empty());
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}
