//! Values of fields, and how they stand in JSON.
//!
//! JSON carries a value without its kind: strings for text, dates, choices, references and links; numbers; booleans;
//! a list of strings for a multi-choice; `{lat, lon}` for a location; `null` for no value. What a value *should* be is
//! the column's business: [`normalize`] brings a value to its column's one form, so that equal values are equal bytes.

mod json;

use crate::schema::{Column, ColumnKind};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

/// The largest integer that JSON carries exactly everywhere: 2^53 − 1.
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// One field's value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type), serde(rename = "FieldValue"))]
#[serde(untagged)]
pub enum Value {
    /// No value.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(#[cfg_attr(feature = "specta", specta(type = f64))] i64),
    /// A finite number.
    Real(f64),
    /// Text, date, date-time, choice, reference, link.
    Text(String),
    /// The values of a multi-choice.
    List(Vec<String>),
    /// Degrees north and east.
    Location {
        /// −90 to 90.
        lat: f64,
        /// −180 to 180.
        lon: f64,
    },
}

impl Value {
    /// Whether there is no value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Brings a value to the one form of its column; `None` when it is not of the column's kind.
///
/// Empty text and an empty list are no value. An integer is taken for a real; a real without a fraction for an
/// integer. Dates become `YYYY-MM-DD`; instants become UTC with `Z`, with milliseconds only where there are any. The
/// values of a multi-choice come in the order of its choices, each once (unknown ones stay, at the end, for validation
/// to name). Text with a zero character is no text: databases cut it off there or refuse it.
#[must_use]
pub fn normalize(column: &Column, value: &Value) -> Option<Value> {
    use ColumnKind as Kind;
    let normal = match (&column.kind, value) {
        (_, Value::Null) => Value::Null,
        (_, Value::Text(text)) if text.contains('\0') => return None,
        (_, Value::List(list)) if list.iter().any(|text| text.contains('\0')) => return None,
        (Kind::Boolean, Value::Boolean(_)) | (Kind::Integer { .. }, Value::Integer(_)) => value.clone(),
        (Kind::Integer { .. }, Value::Real(real)) => Value::Integer(whole(*real)?),
        #[expect(
            clippy::cast_precision_loss,
            reason = "an integer typed into a real column is a real"
        )]
        (Kind::Real { .. }, Value::Integer(integer)) => Value::Real(*integer as f64),
        (Kind::Real { .. }, Value::Real(real)) if real.is_finite() => Value::Real(*real + 0.0),
        (Kind::MultiChoice { .. }, Value::List(list)) if list.is_empty() => Value::Null,
        (Kind::MultiChoice { choices }, Value::List(list)) => {
            let rank = |value: &String| choices.iter().position(|choice| &choice.value == value);
            let mut ordered = list.clone();
            ordered.sort_by_key(|value| (rank(value).unwrap_or(usize::MAX), value.clone()));
            ordered.dedup();
            Value::List(ordered)
        }
        (Kind::Location, Value::Location { lat, lon }) if lat.is_finite() && lon.is_finite() => {
            Value::Location {
                lat: *lat + 0.0,
                lon: *lon + 0.0,
            }
        }
        (
            Kind::Text { .. }
            | Kind::LongText { .. }
            | Kind::Choice { .. }
            | Kind::Reference { .. }
            | Kind::Link
            | Kind::Date { .. }
            | Kind::DateTime,
            Value::Text(text),
        ) if text.trim().is_empty() => Value::Null,
        (Kind::Date { .. }, Value::Text(text)) => Value::Text(text.trim().parse::<Date>().ok()?.to_string()),
        (Kind::DateTime, Value::Text(text)) => Value::Text(instant(text.trim())?),
        (Kind::Link, Value::Text(text)) => Value::Text(text.trim().to_owned()),
        (
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Choice { .. } | Kind::Reference { .. },
            Value::Text(_),
        ) => value.clone(),
        _ => return None,
    };
    Some(normal)
}

fn whole(real: f64) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "2^53 − 1 is exact")]
    let fits = real.fract() == 0.0 && real.abs() <= MAX_INTEGER as f64;
    #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
    fits.then_some(real as i64)
}

/// `2026-11-23T12:41:00+02:00` → `2026-11-23T10:41:00Z`; milliseconds are kept, anything finer is cut off.
fn instant(text: &str) -> Option<String> {
    let at: Timestamp = text.parse().ok()?;
    let utc = Timestamp::from_millisecond(at.as_millisecond()).ok()?;
    Some(if utc.subsec_millisecond() == 0 {
        utc.to_string()
    } else {
        format!("{utc:.3}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::any;
    use crate::schema::Choice;
    use crate::validate::tests::column;
    use proptest::prelude::*;

    #[test]
    fn instants_come_in_one_form() {
        let at = |text: &str| normalize(&column("at", ColumnKind::DateTime), &Value::from(text));
        assert_eq!(
            at("2026-11-23T12:41:00+02:00"),
            Some(Value::from("2026-11-23T10:41:00Z"))
        );
        assert_eq!(
            at("2026-11-23T10:41:00.0479Z"),
            Some(Value::from("2026-11-23T10:41:00.047Z"))
        );
        assert_eq!(at("yesterday"), None);
        assert_eq!(at("  "), Some(Value::Null));
    }

    #[test]
    fn numbers_meet_their_column() {
        let integer = column(
            "n",
            ColumnKind::Integer {
                min: None,
                max: None,
                unit: None,
            },
        );
        let real = column(
            "x",
            ColumnKind::Real {
                min: None,
                max: None,
                unit: None,
            },
        );
        assert_eq!(normalize(&integer, &Value::Real(3.0)), Some(Value::Integer(3)));
        assert_eq!(normalize(&integer, &Value::Real(3.5)), None);
        assert_eq!(normalize(&real, &Value::Integer(3)), Some(Value::Real(3.0)));
        assert_eq!(normalize(&real, &Value::Real(f64::NAN)), None);
        // Beyond 2^53 a real is not one whole number but several.
        assert_eq!(normalize(&integer, &Value::Real(9_007_199_254_740_992.0)), None);
        let zero = normalize(&real, &Value::Real(-0.0)).unwrap();
        assert_eq!(serde_json::to_string(&zero).unwrap(), "0.0");
    }

    #[test]
    fn a_multi_choice_comes_in_the_order_of_its_choices() {
        let choice = |value: &str| Choice {
            value: value.into(),
            label: value.into(),
        };
        let tags = column(
            "tags",
            ColumnKind::MultiChoice {
                choices: vec![choice("b"), choice("a")],
            },
        );
        let list = |values: &[&str]| Value::List(values.iter().map(|&v| v.to_owned()).collect());
        assert_eq!(normalize(&tags, &list(&["a", "b", "a"])), Some(list(&["b", "a"])));
        assert_eq!(normalize(&tags, &list(&[])), Some(Value::Null));
    }

    #[test]
    fn a_zero_character_is_no_text() {
        let notes = column("notes", ColumnKind::LongText { max_length: None });
        assert_eq!(normalize(&notes, &Value::from("a\0b")), None);
        assert_eq!(normalize(&notes, &Value::from("a\nb")), Some(Value::from("a\nb")));
        let tags = column("tags", ColumnKind::MultiChoice { choices: Vec::new() });
        assert_eq!(normalize(&tags, &Value::List(vec!["a\0".into()])), None);
    }

    #[test]
    fn json_has_no_tags() {
        let values = r#"[null,true,7,1.5,"x",["a"],{"lat":1.0,"lon":2.0}]"#;
        let parsed: Vec<Value> = serde_json::from_str(values).unwrap();
        assert_eq!(parsed[2], Value::Integer(7));
        assert_eq!(serde_json::to_string(&parsed).unwrap(), values);
    }

    proptest! {
        #[test]
        fn a_value_in_its_form_stays_as_it_is(column in any::column(), value in any::value()) {
            if let Some(normal) = normalize(&column, &value) {
                prop_assert_eq!(normalize(&column, &normal), Some(normal));
            }
        }

        #[test]
        fn a_value_in_its_form_comes_back_from_json_to_the_last_bit((column, value) in any::column_with_value()) {
            let json = serde_json::to_string(&value).unwrap();
            let back: Value = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(normalize(&column, &back), Some(value), "json {}", json);
        }
    }
}
