//! A value as one cell of a CSV file: how `import` reads it and `export` writes it.
//!
//! | column | cell | read as well |
//! |---|---|---|
//! | text, long text, reference | the text as it is | |
//! | link | the text | spaces around it |
//! | choice | the choice's value | its label, in any case, spaces around it |
//! | integer, real | `7`, `1.5` | `+7`, `7.0` for an integer |
//! | boolean | `true`, `false` | `yes`, `no`, `1`, `0`, in any case |
//! | date | `2026-11-23` | |
//! | date-time | `2026-11-23T10:41:00Z` | any offset |
//! | multi-choice | `birds;surface` (`;` in a value: `\;`, `\` in a value: `\\`) | labels, in any case, spaces around a value |
//! | location | `48.2 16.37`: degrees north, a space, degrees east | a comma between them |
//! | no value | empty | spaces only |
//!
//! A file's header names the columns; `id` is the record's id. Quotes and line breaks are the CSV writer's business.
//! For a value in its column's form ([`crate::value::normalize`]) what is written is read back as the same value; the
//! property test below holds it to that.

use crate::schema::{Choice, Column, ColumnKind};
use crate::validate::Rule;
use crate::value::{Value, normalize};

/// Reads a cell. The value comes in its column's form; whether it keeps the column's other rules (limits, choices, …)
/// is for [`crate::validate::TableRules`] to say.
///
/// # Errors
/// [`Rule::Kind`] when the cell does not hold a value of the column's kind.
pub fn parse_cell(column: &Column, cell: &str) -> Result<Value, Rule> {
    let trimmed = cell.trim();
    if trimmed.is_empty() {
        return Ok(Value::Null);
    }
    let value = match &column.kind {
        ColumnKind::Integer { .. } | ColumnKind::Real { .. } => number(trimmed),
        ColumnKind::Boolean => boolean(trimmed),
        ColumnKind::MultiChoice { choices } => {
            let values = split(trimmed).into_iter();
            Some(Value::List(values.map(|value| chosen(choices, &value)).collect()))
        }
        ColumnKind::Location => location(trimmed),
        ColumnKind::Choice { choices } => Some(Value::Text(chosen(choices, trimmed))),
        ColumnKind::Text { .. }
        | ColumnKind::LongText { .. }
        | ColumnKind::Date { .. }
        | ColumnKind::DateTime
        | ColumnKind::Reference { .. }
        | ColumnKind::Link => Some(Value::from(cell)),
    };
    value
        .and_then(|value| normalize(column, &value))
        .ok_or(Rule::Kind)
}

/// Writes a cell, in the column's form where the value has one; empty for no value.
#[must_use]
pub fn format_cell(column: &Column, value: &Value) -> String {
    match normalize(column, value).as_ref().unwrap_or(value) {
        Value::Null => String::new(),
        Value::Boolean(yes) => yes.to_string(),
        Value::Integer(whole) => whole.to_string(),
        Value::Real(real) => real.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(values) => join(values),
        Value::Location { lat, lon } => format!("{lat} {lon}"),
    }
}

fn number(cell: &str) -> Option<Value> {
    let whole = cell.parse().ok().map(Value::Integer);
    whole.or_else(|| cell.parse().ok().map(Value::Real))
}

fn boolean(cell: &str) -> Option<Value> {
    match cell.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(Value::Boolean(true)),
        "false" | "no" | "0" => Some(Value::Boolean(false)),
        _ => None,
    }
}

fn location(cell: &str) -> Option<Value> {
    let mut degrees = cell
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|part| !part.is_empty());
    let (lat, lon) = (degrees.next()?.parse().ok()?, degrees.next()?.parse().ok()?);
    degrees.next().is_none().then_some(Value::Location { lat, lon })
}

/// The value of the choice that the text names, by its value or else by its label, in any case. A text that names none
/// stays, for validation to name.
fn chosen(choices: &[Choice], text: &str) -> String {
    let same = |other: &str| other.to_lowercase() == text.to_lowercase();
    let named = |choice: &&Choice| same(&choice.value) || same(&choice.label);
    let exact = choices.iter().find(|choice| choice.value == text);
    let choice = exact.or_else(|| choices.iter().find(named));
    choice.map_or_else(|| text.to_owned(), |choice| choice.value.clone())
}

fn join(values: &[String]) -> String {
    let escaped: Vec<_> = values
        .iter()
        .map(|value| value.replace('\\', r"\\").replace(';', r"\;"))
        .collect();
    escaped.join(";")
}

/// The values between the `;` of a cell; empty ones are no values.
fn split(cell: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut value = String::new();
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => value.push(chars.next_if(|next| matches!(next, ';' | '\\')).unwrap_or(c)),
            ';' => values.push(std::mem::take(&mut value)),
            _ => value.push(c),
        }
    }
    values.push(value);
    let trimmed = values.iter().map(|value| value.trim().to_owned());
    trimmed.filter(|value| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::any;
    use crate::validate::tests::column;
    use proptest::prelude::*;

    #[test]
    fn cells_as_people_write_them() {
        let integer = column(
            "n",
            ColumnKind::Integer {
                min: None,
                max: None,
                unit: None,
            },
        );
        assert_eq!(parse_cell(&integer, " +7 "), Ok(Value::Integer(7)));
        assert_eq!(parse_cell(&integer, "7.0"), Ok(Value::Integer(7)));
        assert_eq!(parse_cell(&integer, "7.5"), Err(Rule::Kind));
        assert_eq!(parse_cell(&integer, "seven"), Err(Rule::Kind));
        assert_eq!(parse_cell(&integer, " "), Ok(Value::Null));

        let real = column(
            "x",
            ColumnKind::Real {
                min: None,
                max: None,
                unit: None,
            },
        );
        assert_eq!(parse_cell(&real, "7"), Ok(Value::Real(7.0)));
        assert_eq!(parse_cell(&real, "NaN"), Err(Rule::Kind));

        let yes = column("yes", ColumnKind::Boolean);
        assert_eq!(parse_cell(&yes, "Yes"), Ok(Value::Boolean(true)));
        assert_eq!(parse_cell(&yes, "maybe"), Err(Rule::Kind));

        let place = column("place", ColumnKind::Location);
        let vienna = Value::Location {
            lat: 48.2,
            lon: 16.37,
        };
        assert_eq!(parse_cell(&place, "48.2 16.37"), Ok(vienna.clone()));
        assert_eq!(parse_cell(&place, "48.2, 16.37"), Ok(vienna.clone()));
        assert_eq!(parse_cell(&place, "48.2"), Err(Rule::Kind));
        assert_eq!(parse_cell(&place, "48.2 16.37 9"), Err(Rule::Kind));
        assert_eq!(format_cell(&place, &vienna), "48.2 16.37");

        let choice = column(
            "choice",
            ColumnKind::Choice {
                choices: any::choices(),
            },
        );
        assert_eq!(parse_cell(&choice, " two words "), Ok(Value::from("two words")));
        assert_eq!(parse_cell(&choice, "The first"), Ok(Value::from("a")));
        assert_eq!(parse_cell(&choice, "B"), Ok(Value::from("b")));
        assert_eq!(
            parse_cell(&choice, "none of them"),
            Ok(Value::from("none of them"))
        );
        let text = column("text", ColumnKind::LongText { max_length: None });
        assert_eq!(parse_cell(&text, " as it is "), Ok(Value::from(" as it is ")));

        let tags = column(
            "tags",
            ColumnKind::MultiChoice {
                choices: any::choices(),
            },
        );
        let list = |values: &[&str]| Value::List(values.iter().map(|&value| value.into()).collect());
        assert_eq!(parse_cell(&tags, "the first; b;"), Ok(list(&["a", "b"])));
        assert_eq!(format_cell(&tags, &list(&["with;mark", "a"])), r"a;with\;mark");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back((column, value) in any::column_with_value()) {
            let cell = format_cell(&column, &value);
            prop_assert_eq!(parse_cell(&column, &cell), Ok(value), "cell {:?}", cell);
        }

        #[test]
        fn no_cell_makes_it_panic(column in any::column(), cell in "\\PC{0,40}") {
            if let Ok(value) = parse_cell(&column, &cell) {
                let again = parse_cell(&column, &format_cell(&column, &value));
                prop_assert_eq!(again, Ok(value));
            }
        }
    }
}
