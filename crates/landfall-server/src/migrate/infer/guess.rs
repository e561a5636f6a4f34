//! What kind of column a property is, by all the values that it was seen with.

use super::is_instant;
use landfall_core::id::TableName;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// More different texts than these are no choices.
const MOST_CHOICES: usize = 12;

/// A choice stands in at least so many records, on average.
const PER_CHOICE: u64 = 5;

/// From so many records on, what all of them have is taken for required.
const ENOUGH: u64 = 10;

/// Texts are longer than these in a `long_text` alone.
const LINE: usize = 200;
const CHOICE: usize = 60;

/// Different texts that are remembered.
const MOST_TEXTS: usize = 5_000;

/// Values of one property.
#[derive(Debug, Default)]
pub(super) struct Seen {
    booleans: u64,
    integers: u64,
    reals: u64,
    texts: u64,
    lists: u64,
    places: u64,
    others: u64,
    /// What all texts so far are.
    are_days: bool,
    are_midnights: bool,
    are_instants: bool,
    are_links: bool,
    has_lines: bool,
    longest: usize,
    /// Different texts, of the lists too; not complete once there are too many.
    different: BTreeSet<String>,
    too_many: bool,
}

/// A guess.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Guess {
    pub(super) kind: Kind,
    /// Every record has a value.
    pub(super) is_required: bool,
    /// What the guess comes from.
    pub(super) because: String,
}

/// What a column can be taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    LongText,
    Integer,
    Real,
    Boolean,
    Date,
    DateTime,
    Choice(Vec<String>),
    MultiChoice(Vec<String>),
    Reference(TableName),
    Link,
    Location,
}

impl Kind {
    /// Whether a record can be called by it.
    pub(super) fn can_be_title(&self) -> bool {
        matches!(self, Self::Text | Self::LongText | Self::Choice(_) | Self::Link)
    }
}

impl Seen {
    /// Takes a value into account.
    pub(super) fn look(&mut self, value: &Json) {
        match value {
            Json::Null => {}
            Json::Bool(_) => self.booleans += 1,
            Json::Number(number) if number.is_i64() || number.is_u64() => self.integers += 1,
            // A whole number that was written with a point: by the values alone it is one.
            Json::Number(number)
                if number
                    .as_f64()
                    .is_some_and(|real| real.fract() == 0.0 && real.abs() < 9e15) =>
            {
                self.integers += 1;
            }
            Json::Number(_) => self.reals += 1,
            Json::String(text) if text.trim().is_empty() => {}
            Json::String(text) => self.look_at_text(text),
            Json::Array(items) if items.iter().all(Json::is_string) => {
                self.lists += 1;
                for item in items.iter().filter_map(Json::as_str) {
                    self.remember(item);
                }
            }
            Json::Object(object) if is_place(object) => self.places += 1,
            _ => self.others += 1,
        }
    }

    fn look_at_text(&mut self, text: &str) {
        let is_first = self.texts == 0;
        let all = |before: bool, this: bool| (is_first || before) && this;
        let instant = is_instant(text);
        let is_day = text.trim().parse::<jiff::civil::Date>().is_ok() && text.trim().len() == 10;
        self.are_days = all(self.are_days, is_day);
        self.are_midnights = all(
            self.are_midnights,
            instant.is_some_and(|at| at.0.rem_euclid(86_400_000) == 0),
        );
        self.are_instants = all(self.are_instants, instant.is_some());
        let is_link = ["https://", "http://", "mailto:", "tel:"];
        self.are_links = all(
            self.are_links,
            is_link.iter().any(|begin| text.starts_with(begin)),
        );
        self.has_lines |= text.contains('\n');
        self.longest = self.longest.max(text.chars().count());
        self.texts += 1;
        self.remember(text);
    }

    fn remember(&mut self, text: &str) {
        if self.different.len() < MOST_TEXTS {
            self.different.insert(text.to_owned());
        } else {
            self.too_many |= !self.different.contains(text);
        }
    }

    /// Whether the texts are ids of these.
    pub(super) fn are_ids_of(&self, ids: &BTreeSet<String>) -> bool {
        self.texts > 0 && !self.too_many && self.different.is_subset(ids)
    }

    /// The guess, for a table of so many records; `parent`: the table whose ids these are, if there is one.
    ///
    /// # Errors
    /// Why no column can hold it.
    pub(super) fn guess(&self, rows: u64, parent: impl Fn() -> Option<TableName>) -> Result<Guess, String> {
        let numbers = self.integers + self.reals;
        let kinds = [
            self.booleans,
            numbers,
            self.texts,
            self.lists,
            self.places,
            self.others,
        ];
        let with_value: u64 = kinds.iter().sum();
        if self.others > 0 {
            return Err("there are objects or lists in it, and no column holds these".to_owned());
        }
        if kinds.iter().filter(|count| **count > 0).count() > 1 {
            return Err("its values are of several kinds".to_owned());
        }
        let (kind, because) = if with_value == 0 {
            (
                Kind::Text,
                "no record has a value: nothing is known of it".to_owned(),
            )
        } else if self.booleans > 0 {
            (Kind::Boolean, String::new())
        } else if self.reals > 0 {
            (Kind::Real, String::new())
        } else if self.integers > 0 {
            (
                Kind::Integer,
                "all are whole; if they need not be: real".to_owned(),
            )
        } else if self.places > 0 {
            (Kind::Location, String::new())
        } else if self.lists > 0 {
            self.list()?
        } else {
            self.text(parent)
        };
        let mut notes = vec![because];
        if rows > 0 && with_value == rows {
            notes.push("every record has a value".to_owned());
        } else if with_value > 0 {
            notes.push(format!("{with_value} of {rows} records have a value"));
        }
        notes.retain(|note| !note.is_empty());
        Ok(Guess {
            kind,
            is_required: rows >= ENOUGH && with_value == rows,
            because: notes.join("; "),
        })
    }

    fn list(&self) -> Result<(Kind, String), String> {
        if self.different.is_empty() || self.different.len() > 4 * MOST_CHOICES || self.too_many {
            return Err(format!(
                "it has lists of {} different texts, and a multi_choice has few",
                self.different.len()
            ));
        }
        let choices: Vec<String> = self.different.iter().cloned().collect();
        Ok((
            Kind::MultiChoice(choices),
            "the choices are those that were seen".to_owned(),
        ))
    }

    fn text(&self, parent: impl Fn() -> Option<TableName>) -> (Kind, String) {
        if self.are_days {
            return (Kind::Date, String::new());
        }
        if self.are_midnights {
            // Old clients get the whole instant back, as they know it.
            let because = "all are midnights; if the day alone counts: date".to_owned();
            return (Kind::DateTime, because);
        }
        if self.are_instants {
            return (Kind::DateTime, String::new());
        }
        if let Some(parent) = parent() {
            let because = format!("all are ids of {parent}");
            return (Kind::Reference(parent), because);
        }
        if self.are_links {
            return (Kind::Link, String::new());
        }
        if self.has_lines || self.longest > LINE {
            return (
                Kind::LongText,
                format!("the longest has {} characters", self.longest),
            );
        }
        let different = self.different.len();
        let is_few = different <= MOST_CHOICES && self.texts >= PER_CHOICE * different as u64;
        if is_few && different > 1 && self.different.iter().all(|text| can_be_choice(text)) {
            let choices: Vec<String> = self.different.iter().cloned().collect();
            let because = format!(
                "{} values are {different} different ones; if others may come: text",
                self.texts
            );
            return (Kind::Choice(choices), because);
        }
        (Kind::Text, format!("the longest has {} characters", self.longest))
    }
}

fn can_be_choice(text: &str) -> bool {
    let is_short = (1..=CHOICE).contains(&text.chars().count());
    is_short && text.trim() == text && !text.contains(char::is_control)
}

/// A GeoJSON point, or degrees by name.
fn is_place(object: &Map<String, Json>) -> bool {
    let number = |names: [&str; 2]| {
        names
            .iter()
            .any(|name| object.get(*name).is_some_and(Json::is_number))
    };
    let is_point = object.get("type").and_then(Json::as_str) == Some("Point");
    is_point && object.get("coordinates").is_some_and(Json::is_array)
        || number(["lat", "latitude"]) && number(["lon", "longitude"])
}
