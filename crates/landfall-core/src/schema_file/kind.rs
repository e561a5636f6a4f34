//! Checks a column's type with its limits: the type is known, each limit belongs to it, and a value can meet them all.

use super::{Refusal, raw, refuse};
use crate::id::{ColumnName, TableName};
use crate::schema::{Choice, ColumnKind};
use crate::value::MAX_INTEGER;
use jiff::civil::Date;
use regex::Regex;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::{Spanned, Value};

const TYPES: &str = "text, long_text, integer, real, boolean, date, date_time, choice, multi_choice, reference, link or location";

/// Takes the type and its limits out of the raw column. A limit that is left over does not belong to the type.
pub(super) fn kind(
    name: &ColumnName,
    span: Range<usize>,
    raw: &mut raw::Column,
) -> Result<ColumnKind, Refusal> {
    let Some(word) = raw.r#type.take() else {
        return refuse(
            span,
            format!("column `{name}` has no type: add `type = \"…\"` with {TYPES}"),
        );
    };
    let kind = match word.get_ref().as_str() {
        "text" => text(raw)?,
        "long_text" => ColumnKind::LongText {
            max_length: length(raw.max_length.take(), "max_length", 1)?,
        },
        "integer" => integer(raw)?,
        "real" => real_kind(raw)?,
        "boolean" => ColumnKind::Boolean,
        "date" => date(raw)?,
        "date_time" => ColumnKind::DateTime,
        "choice" => ColumnKind::Choice {
            choices: choices(name, word.span(), raw)?,
        },
        "multi_choice" => ColumnKind::MultiChoice {
            choices: choices(name, word.span(), raw)?,
        },
        "reference" => reference(name, word.span(), raw)?,
        "link" => ColumnKind::Link,
        "location" => ColumnKind::Location,
        other => return refuse(word.span(), format!("`{other}` is no column type: use {TYPES}")),
    };
    match leftover(raw) {
        None => Ok(kind),
        Some((span, limit, owners)) => {
            let kind = kind.word();
            refuse(
                span,
                format!("`{limit}` does not go with type {kind}: remove it (it is for {owners})"),
            )
        }
    }
}

/// A limit that nobody took: where it stands, its key, and the types that have it.
fn leftover(raw: &raw::Column) -> Option<(Range<usize>, &'static str, &'static str)> {
    fn at<T>(limit: Option<&Spanned<T>>) -> Option<Range<usize>> {
        limit.map(Spanned::span)
    }
    let limits = [
        (at(raw.min.as_ref()), "min", "integer, real and date"),
        (at(raw.max.as_ref()), "max", "integer, real and date"),
        (at(raw.unit.as_ref()), "unit", "integer and real"),
        (at(raw.min_length.as_ref()), "min_length", "text"),
        (at(raw.max_length.as_ref()), "max_length", "text and long_text"),
        (at(raw.pattern.as_ref()), "pattern", "text"),
        (
            at(raw.pattern_hint.as_ref()),
            "pattern_hint",
            "text with a pattern",
        ),
        (at(raw.choices.as_ref()), "choices", "choice and multi_choice"),
        (at(raw.table.as_ref()), "table", "reference"),
    ];
    limits
        .into_iter()
        .find_map(|(span, limit, owners)| Some((span?, limit, owners)))
}

fn text(raw: &mut raw::Column) -> Result<ColumnKind, Refusal> {
    let most_span = raw.max_length.as_ref().map(Spanned::span);
    let min_length = length(raw.min_length.take(), "min_length", 0)?;
    let max_length = length(raw.max_length.take(), "max_length", 1)?;
    if let (Some(min), Some(max), Some(span)) = (min_length, max_length, most_span)
        && min > max
    {
        return refuse(
            span,
            format!("`min_length` {min} is more than `max_length` {max}: no text is both; change one"),
        );
    }
    let pattern = raw.pattern.take().map(pattern).transpose()?;
    // Without a pattern the hint is left where it is, and refused as left over.
    let hint = pattern.as_ref().and_then(|_| raw.pattern_hint.take());
    let pattern_hint = hint.map(|hint| hint.into_inner().trim_end_matches('.').to_owned());
    Ok(ColumnKind::Text {
        min_length,
        max_length,
        pattern,
        pattern_hint,
    })
}

fn pattern(pattern: Spanned<String>) -> Result<String, Refusal> {
    match Regex::new(pattern.get_ref()) {
        Ok(_) => Ok(pattern.into_inner()),
        Err(error) => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            let reason = last.strip_prefix("error: ").unwrap_or(last);
            refuse(
                pattern.span(),
                format!("`pattern` is no regular expression ({reason}): correct it"),
            )
        }
    }
}

fn length(length: Option<Spanned<i64>>, key: &str, least: u32) -> Result<Option<u32>, Refusal> {
    let Some(length) = length else { return Ok(None) };
    match u32::try_from(*length.get_ref()) {
        Ok(fits) if fits >= least => Ok(Some(fits)),
        _ => refuse(
            length.span(),
            format!("`{key}` is a number of characters, {least} or more"),
        ),
    }
}

fn integer(raw: &mut raw::Column) -> Result<ColumnKind, Refusal> {
    let whole = |value: &Value| {
        value
            .as_integer()
            .filter(|number| number.abs_diff(0) <= MAX_INTEGER.unsigned_abs())
    };
    let (min, max) = range(raw, "a whole number, at most 9007199254740991 either way", whole)?;
    Ok(ColumnKind::Integer {
        min,
        max,
        unit: unit(raw),
    })
}

fn real_kind(raw: &mut raw::Column) -> Result<ColumnKind, Refusal> {
    let (min, max) = range(raw, "a number", real)?;
    Ok(ColumnKind::Real {
        min,
        max,
        unit: unit(raw),
    })
}

fn date(raw: &mut raw::Column) -> Result<ColumnKind, Refusal> {
    let (min, max) = range(raw, "a day as YYYY-MM-DD", |value| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Datetime(at) => at.to_string(),
            _ => return None,
        };
        text.parse::<Date>()
            .ok()
            .map(|day| day.to_string())
            .filter(|day| *day == text)
    })?;
    Ok(ColumnKind::Date { min, max })
}

/// `min` and `max`, read by `read`, in order.
fn range<T: PartialOrd>(
    raw: &mut raw::Column,
    expected: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<(Option<T>, Option<T>), Refusal> {
    let limit = |limit: Option<Spanned<Value>>, key: &str| match limit {
        None => Ok(None),
        Some(limit) => match read(limit.get_ref()) {
            Some(value) => Ok(Some(value)),
            None => refuse(limit.span(), format!("`{key}` must be {expected}")),
        },
    };
    let max_span = raw.max.as_ref().map(Spanned::span);
    let (min, max) = (limit(raw.min.take(), "min")?, limit(raw.max.take(), "max")?);
    match (&min, &max, max_span) {
        (Some(least), Some(most), Some(span)) if least > most => refuse(
            span,
            "`min` is more than `max`: no value is between them; change one",
        ),
        _ => Ok((min, max)),
    }
}

fn unit(raw: &mut raw::Column) -> Option<String> {
    raw.unit.take().map(Spanned::into_inner)
}

/// A finite number, however it is written.
pub(super) fn real(value: &Value) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "an integer written for a real is a real"
    )]
    let real = value
        .as_float()
        .or_else(|| value.as_integer().map(|whole| whole as f64));
    real.filter(|real| real.is_finite())
}

fn choices(name: &ColumnName, span: Range<usize>, raw: &mut raw::Column) -> Result<Vec<Choice>, Refusal> {
    let Some(list) = raw.choices.take() else {
        return refuse(
            span,
            format!("column `{name}` has no choices: add `choices = [\"…\", \"…\"]`"),
        );
    };
    if list.get_ref().is_empty() {
        return refuse(
            list.span(),
            format!("column `{name}` has no choices: put at least one in the list"),
        );
    }
    let mut seen = BTreeSet::new();
    let mut choices = Vec::new();
    for choice in list.into_inner() {
        let span = choice.span();
        let raw::Choice { value, label } = choice.into_inner();
        if value.is_empty() || value.trim() != value {
            return refuse(
                span,
                format!("choice \"{value}\" is empty or has spaces at its ends: write it without"),
            );
        }
        if !seen.insert(value.clone()) {
            return refuse(span, format!("choice \"{value}\" is there twice: remove one"));
        }
        let label = label.unwrap_or_else(|| super::words::label(&value));
        choices.push(Choice { value, label });
    }
    Ok(choices)
}

fn reference(name: &ColumnName, span: Range<usize>, raw: &mut raw::Column) -> Result<ColumnKind, Refusal> {
    let Some(table) = raw.table.take() else {
        return refuse(
            span,
            format!("column `{name}` does not say which table it refers to: add `table = \"…\"`"),
        );
    };
    let span = table.span();
    let table = TableName::new(table.into_inner()).or_else(|error| refuse(span, error.to_string()))?;
    Ok(ColumnKind::Reference { table })
}
