//! Checks one column: its name, what may stand in it, and whether its own rules agree with each other.

use super::check::said;
use super::{Refusal, kind, raw, refuse, words};
use crate::id::{ColumnName, TableName};
use crate::schema::{Column, ColumnKind, MergeRule, Table, TableMerge};
use crate::validate::{Author, TableRules};
use crate::value::Value;
use toml::Spanned;

pub(super) fn column(table: &TableName, raw: Spanned<raw::Column>) -> Result<Column, Refusal> {
    let span = raw.span();
    let mut raw = raw.into_inner();
    let Some(name) = raw.name.take() else {
        return refuse(
            span,
            format!("a column of table `{table}` has no name: add `name = \"…\"`"),
        );
    };
    let name_span = name.span();
    let name = ColumnName::new(name.into_inner()).or_else(|error| refuse(name_span, error.to_string()))?;
    let label = match raw.label.take() {
        Some(label) => said(label, "`label`")?,
        None => words::label(name.as_str()),
    };
    let kind = kind::kind(&name, span, &mut raw)?;
    let mut column = Column {
        label,
        help: raw.help.take().map(|help| said(help, "`help`")).transpose()?,
        required: raw.required,
        unique: unique(&kind, raw.unique.take())?,
        read_only: raw.read_only,
        default: None,
        merge: raw
            .merge
            .take()
            .map(|word| merge_rule(&kind, &word))
            .transpose()?,
        name,
        kind,
    };
    if let Some(default) = raw.default.take() {
        column.default = Some(checked_default(table, &column, default)?);
    }
    Ok(column)
}

fn unique(kind: &ColumnKind, unique: Option<Spanned<bool>>) -> Result<bool, Refusal> {
    use ColumnKind as Kind;
    match unique {
        Some(unique)
            if *unique.get_ref()
                && matches!(kind, Kind::Boolean | Kind::MultiChoice { .. } | Kind::Location) =>
        {
            let word = kind.word();
            refuse(
                unique.span(),
                format!("a column of type {word} can't be unique: remove `unique`"),
            )
        }
        unique => Ok(unique.is_some_and(Spanned::into_inner)),
    }
}

fn merge_rule(kind: &ColumnKind, word: &Spanned<String>) -> Result<MergeRule, Refusal> {
    use ColumnKind as Kind;
    use MergeRule as Rule;
    let ordered = matches!(
        kind,
        Kind::Integer { .. } | Kind::Real { .. } | Kind::Date { .. } | Kind::DateTime
    );
    let written = matches!(kind, Kind::Text { .. } | Kind::LongText { .. });
    let (rule, fits, types) = match word.get_ref().as_str() {
        "ask" => (Rule::Ask, true, ""),
        "mine" => (Rule::Mine, true, ""),
        "theirs" => (Rule::Theirs, true, ""),
        "latest" => (Rule::Latest, true, ""),
        "max" => (Rule::Max, ordered, "integer, real, date and date_time"),
        "min" => (Rule::Min, ordered, "integer, real, date and date_time"),
        "sum" => (
            Rule::Sum,
            matches!(kind, Kind::Integer { .. } | Kind::Real { .. }),
            "integer and real",
        ),
        "union" => (
            Rule::Union,
            matches!(kind, Kind::MultiChoice { .. }),
            "multi_choice",
        ),
        "text" => (Rule::Text, written, "text and long_text"),
        "longest" => (Rule::Longest, written, "text and long_text"),
        "true_wins" => (Rule::TrueWins, matches!(kind, Kind::Boolean), "boolean"),
        other => {
            return refuse(
                word.span(),
                format!(
                    "`{other}` is no merge rule: use ask, mine, theirs, latest, max, min, sum, union, text, longest or true_wins"
                ),
            );
        }
    };
    if fits {
        Ok(rule)
    } else {
        let (word_text, kind) = (word.get_ref(), kind.word());
        refuse(
            word.span(),
            format!(
                "merge rule `{word_text}` is for columns of type {types}, not {kind}: use another, such as ask"
            ),
        )
    }
}

/// A default goes through the same validation as a value that a person enters.
fn checked_default(
    table: &TableName,
    column: &Column,
    default: Spanned<toml::Value>,
) -> Result<Value, Refusal> {
    let span = default.span();
    if column.unique {
        return refuse(
            span,
            "a unique column can't have a default: the second new record would break it; remove one of the two",
        );
    }
    let Some(value) = value(default.into_inner()) else {
        return refuse(
            span,
            "`default` is no value that a column can have: use text, a number, true or false, a date, a list of texts, or { lat = …, lon = … }",
        );
    };
    let alone = Table {
        name: table.clone(),
        label: String::new(),
        singular: String::new(),
        title: column.name.clone(),
        icon: None,
        merge: TableMerge::Merge,
        columns: vec![column.clone()],
    };
    let rules = match TableRules::new(&alone) {
        Ok(rules) => rules,
        Err((_, error)) => return refuse(span, error.to_string()),
    };
    let patch = [(column.name.clone(), value)].into_iter().collect();
    match rules.check_patch(&patch, Author::Import) {
        Ok(mut checked) => match checked.remove(&column.name) {
            Some(Value::Null) | None => refuse(span, "`default` is empty: give it a value or remove it"),
            Some(value) => Ok(value),
        },
        Err(errors) => {
            let reasons: Vec<_> = errors.into_iter().map(|error| error.message).collect();
            refuse(
                span,
                format!("`default` breaks the column's own rules: {}", reasons.join(" ")),
            )
        }
    }
}

fn value(toml: toml::Value) -> Option<Value> {
    Some(match toml {
        toml::Value::String(text) => Value::Text(text),
        toml::Value::Integer(integer) => Value::Integer(integer),
        toml::Value::Float(real) => Value::Real(real),
        toml::Value::Boolean(yes) => Value::Boolean(yes),
        toml::Value::Datetime(at) => Value::Text(at.to_string()),
        toml::Value::Array(items) => {
            let texts = items.into_iter().map(|item| match item {
                toml::Value::String(text) => Some(text),
                _ => None,
            });
            Value::List(texts.collect::<Option<_>>()?)
        }
        toml::Value::Table(place) if place.len() == 2 => Value::Location {
            lat: kind::real(place.get("lat")?)?,
            lon: kind::real(place.get("lon")?)?,
        },
        toml::Value::Table(_) => return None,
    })
}
