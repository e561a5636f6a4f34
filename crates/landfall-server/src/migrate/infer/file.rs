//! The guesses as a schema file, with what they come from in comments.

use super::super::source::snake;
use super::guess::{Guess, Kind};
use super::{Column, Table};
use std::fmt::Write as _;

/// Names that a record's title often has.
const TITLES: [&str; 7] = [
    "name",
    "title",
    "label",
    "subject",
    "summary",
    "text",
    "description",
];

/// The file.
pub(super) fn write(workspace: &str, address: &str, tables: &[Table]) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "# Guessed from the records of {}.\n\
         # Go through it before you make a workspace of it: names that people see (label), what must be there (required),\n\
         # limits, and how two edits of one field are met (merge). docs/SCHEMA.md has all keys.\n\n\
         [workspace]\nname = {}\nversion = 1",
        one_line(address),
        quoted(workspace),
    );
    for table in tables {
        let _ = write!(text, "\n# Guessed from {}.\n", one_line(&table.read));
        let _ = write!(text, "[[table]]\nname = {}\n", quoted(table.name.as_str()));
        if let Some(title) = title(&table.columns) {
            let _ = writeln!(
                text,
                "title = {}  # what a record is called by",
                quoted(title.name.as_str())
            );
        }
        for (property, reason) in &table.left {
            let _ = writeln!(
                text,
                "# Left out: {}. {}.",
                one_line(property),
                capital(&one_line(reason))
            );
        }
        if table.columns.is_empty() {
            text.push_str("\n# No record has a property of its own: name at least one column.\n");
        }
        for column in &table.columns {
            write_column(&mut text, column);
        }
    }
    text
}

/// What records are called by, likeliest: a usual name, a text that all have, or any.
fn title(columns: &[Column]) -> Option<&Column> {
    let named = TITLES
        .iter()
        .filter_map(|title| columns.iter().find(|column| column.name.as_str() == *title));
    let required = columns
        .iter()
        .filter(|column| column.guess.is_required && column.guess.kind == Kind::Text);
    named
        .chain(required)
        .chain(columns)
        .find(|column| column.guess.kind.can_be_title())
}

fn write_column(text: &mut String, column: &Column) {
    let Column {
        name,
        property,
        guess,
    } = column;
    let Guess {
        kind,
        is_required,
        because,
    } = guess;
    text.push_str("\n[[table.column]]\n");
    let told = if name.as_str() == snake(property) {
        String::new()
    } else {
        format!("  # {}", one_line(property))
    };
    let _ = writeln!(text, "name = {}{told}", quoted(name.as_str()));
    let comment = if because.is_empty() {
        String::new()
    } else {
        format!("  # {}", one_line(because))
    };
    let _ = writeln!(text, "type = {}{comment}", quoted(word(kind)));
    match kind {
        Kind::Choice(choices) | Kind::MultiChoice(choices) => {
            let choices: Vec<String> = choices.iter().map(|choice| quoted(choice)).collect();
            let _ = writeln!(text, "choices = [{}]", choices.join(", "));
        }
        Kind::Reference(table) => {
            let _ = writeln!(text, "table = {}", quoted(table.as_str()));
        }
        _ => {}
    }
    if *is_required {
        text.push_str("required = true\n");
    }
}

fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::LongText => "long_text",
        Kind::Integer => "integer",
        Kind::Real => "real",
        Kind::Boolean => "boolean",
        Kind::Date => "date",
        Kind::DateTime => "date_time",
        Kind::Choice(_) => "choice",
        Kind::MultiChoice(_) => "multi_choice",
        Kind::Reference(_) => "reference",
        Kind::Link => "link",
        Kind::Location => "location",
    }
}

/// As TOML has it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Whatever a name has in it, a comment ends with its line.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
