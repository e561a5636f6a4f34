//! A column's values as text in CSV files, both ways: what [`write`] gives, [`read`] takes back.
//!
//! No value is an empty cell. Booleans are `true` and `false` (`yes`, `no`, `1`, `0` are taken too); a multi-choice is
//! `grass;water`; a location is `59.948889 -151.692222`, degrees north and east; a choice may be given by its label.

use landfall_core::schema::{Choice, Column, ColumnKind};
use landfall_core::value::Value;

/// Reads a cell; `None` when it can't be a value of the column. Limits are left to validation.
#[must_use]
pub fn read(column: &Column, cell: &str) -> Option<Value> {
    if cell.is_empty() {
        return Some(Value::Null);
    }
    let value = match &column.kind {
        ColumnKind::Boolean => Value::Boolean(read_boolean(cell)?),
        ColumnKind::Integer { .. } => match cell.trim().parse() {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Real(cell.trim().parse().ok()?),
        },
        ColumnKind::Real { .. } => Value::Real(cell.trim().parse().ok()?),
        ColumnKind::Location => read_location(cell)?,
        ColumnKind::Choice { choices } => Value::Text(read_choice(choices, cell)),
        ColumnKind::MultiChoice { choices } => read_choices(choices, cell)?,
        ColumnKind::Text { .. }
        | ColumnKind::LongText { .. }
        | ColumnKind::Date { .. }
        | ColumnKind::DateTime
        | ColumnKind::Reference { .. }
        | ColumnKind::Link => Value::Text(cell.to_owned()),
    };
    Some(value)
}

/// Writes a value as a cell.
#[must_use]
pub fn write(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Boolean(yes) => yes.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(list) => write_list(list),
        Value::Location { lat, lon } => format!("{lat} {lon}"),
    }
}

fn read_boolean(cell: &str) -> Option<bool> {
    match cell.trim().to_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

fn read_location(cell: &str) -> Option<Value> {
    let mut degrees = cell
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<f64>().ok());
    match (degrees.next(), degrees.next(), degrees.next()) {
        (Some(Some(lat)), Some(Some(lon)), None) => Some(Value::Location { lat, lon }),
        _ => None,
    }
}

/// The choice's value, whether the cell has that or the label; a text that is neither stays for validation to name.
fn read_choice(choices: &[Choice], cell: &str) -> String {
    let cell = cell.trim();
    let same = |text: &str| text.to_lowercase() == cell.to_lowercase();
    let exact = choices.iter().find(|choice| choice.value == cell);
    exact
        .or_else(|| {
            choices
                .iter()
                .find(|choice| same(&choice.value) || same(&choice.label))
        })
        .map_or_else(|| cell.to_owned(), |choice| choice.value.clone())
}

fn read_choices(choices: &[Choice], cell: &str) -> Option<Value> {
    let parts: Vec<String> = if cell.starts_with('[') {
        serde_json::from_str(cell).ok()?
    } else {
        cell.split(';')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    Some(Value::List(
        parts.iter().map(|part| read_choice(choices, part)).collect(),
    ))
}

/// `grass;water`, or a JSON list where that would not come back as it was.
fn write_list(list: &[String]) -> String {
    let is_plain = |text: &String| !text.contains(';') && text.trim() == text && !text.starts_with('[');
    if list.iter().all(is_plain) {
        list.join(";")
    } else {
        serde_json::Value::from(list).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use landfall_core::id::ColumnName;

    fn column(kind: ColumnKind) -> Column {
        Column {
            name: ColumnName::new("c").unwrap(),
            label: "C".into(),
            help: None,
            kind,
            required: false,
            unique: false,
            read_only: false,
            default: None,
            merge: None,
        }
    }

    fn choices() -> Vec<Choice> {
        ["grass", "hard; paved", "[x]"]
            .map(|value| Choice {
                value: value.into(),
                label: value.to_uppercase(),
            })
            .to_vec()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let real = ColumnKind::Real {
            min: None,
            max: None,
            unit: None,
        };
        let list = |values: &[&str]| Value::List(values.iter().map(|&value| value.to_owned()).collect());
        let several = ColumnKind::MultiChoice { choices: choices() };
        for (kind, value) in [
            (ColumnKind::Boolean, Value::Boolean(false)),
            (real.clone(), Value::Real(0.1 + 0.2)),
            (real, Value::Real(-1e300)),
            (
                ColumnKind::Location,
                Value::Location {
                    lat: -0.000_1,
                    lon: 179.999_999_9,
                },
            ),
            (several.clone(), list(&["grass"])),
            (several.clone(), list(&["grass", "hard; paved"])),
            (several, list(&["[x]"])),
            (
                ColumnKind::LongText { max_length: None },
                Value::from("two\nlines, \"quoted\" "),
            ),
        ] {
            assert_eq!(read(&column(kind), &write(&value)), Some(value));
        }
    }

    #[test]
    fn cells_as_people_write_them() {
        let choice = column(ColumnKind::Choice { choices: choices() });
        assert_eq!(read(&choice, " Grass "), Some(Value::from("grass")));
        assert_eq!(read(&choice, "mud"), Some(Value::from("mud")));
        assert_eq!(
            read(&column(ColumnKind::Boolean), "Yes"),
            Some(Value::Boolean(true))
        );
        assert_eq!(read(&column(ColumnKind::Boolean), "perhaps"), None);
        let place = read(&column(ColumnKind::Location), "47.5, 8.25");
        assert_eq!(place, Some(Value::Location { lat: 47.5, lon: 8.25 }));
        assert_eq!(read(&column(ColumnKind::Location), "47.5"), None);
        assert_eq!(read(&column(ColumnKind::Location), ""), Some(Value::Null));
    }
}
