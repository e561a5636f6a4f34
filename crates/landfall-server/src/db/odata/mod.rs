//! A typed expression of the query language becomes SQL (step 9 of the data's way): text that is made of fixed pieces
//! and of the table's own quoted names, and the values that it is run with. No part of what a client wrote ever stands
//! in the text.
//!
//! Instants are milliseconds, days their text `YYYY-MM-DD`, times of day milliseconds since midnight. What SQLite has no
//! function for, or one that knows only ASCII, is a function of [`functions`].

pub(crate) mod functions;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
#[cfg(test)]
mod tests;

use crate::odata::ast::{Arithmetic, Comparison, Literal};
use crate::odata::function::Function;
use crate::odata::typing::{Kind, Typed, TypedNode};
use landfall_core::id::Millis;
use rusqlite::types::Value as Sql;

/// SQL in the making: the values so far. Each piece of text names its values by number, so pieces can be put together in
/// any order, and used twice.
pub(crate) struct Compiler<'f> {
    /// The SQL of each field, by its place.
    fields: &'f [String],
    now: Millis,
    values: Vec<Sql>,
}

impl<'f> Compiler<'f> {
    /// A compiler for a table whose fields are these. `now` is what `now()` gives.
    pub(crate) fn new(fields: &'f [String], now: Millis) -> Self {
        Self {
            fields,
            now,
            values: Vec::new(),
        }
    }

    /// The values, in the order of their numbers.
    pub(crate) fn values(self) -> Vec<Sql> {
        self.values
    }

    /// Takes a value; its mark in the text.
    pub(crate) fn bind(&mut self, value: Sql) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }

    /// A condition for `WHERE`.
    pub(crate) fn condition(&mut self, typed: &Typed) -> String {
        self.sql(typed)
    }

    /// An expression.
    pub(crate) fn sql(&mut self, typed: &Typed) -> String {
        match &typed.node {
            TypedNode::Literal(literal) => self.literal(literal),
            TypedNode::Field(place) => self.fields[*place].clone(),
            TypedNode::Not(inner) => format!("(NOT {})", self.sql(inner)),
            TypedNode::All(parts) => self.joined(parts, "AND"),
            TypedNode::Any(parts) => self.joined(parts, "OR"),
            TypedNode::Compare(comparison, left, right) => self.compare(*comparison, left, right),
            TypedNode::Arithmetic(operator, left, right) => self.arithmetic(*operator, left, right),
            TypedNode::In(one, list) => self.one_of(one, list),
            TypedNode::Call(function, arguments) => self.call(*function, arguments),
            TypedNode::Cast(inner) => self.cast(inner, typed.kind),
        }
    }

    fn literal(&mut self, literal: &Literal) -> String {
        let value = match literal {
            Literal::Null | Literal::Point { .. } => return "NULL".to_owned(),
            Literal::Boolean(yes) => Sql::Integer(i64::from(*yes)),
            Literal::Integer(number) => Sql::Integer(*number),
            Literal::Real(number) => Sql::Real(*number),
            Literal::Text(text) | Literal::Date(text) => Sql::Text(text.clone()),
            #[expect(
                clippy::cast_precision_loss,
                reason = "milliseconds of the years 1 to 9999 are exact"
            )]
            Literal::Instant(at) if at.and_more => Sql::Real(at.millis as f64 + 0.5),
            Literal::Instant(at) => Sql::Integer(at.millis),
            Literal::Time(millis) => Sql::Integer(*millis),
        };
        self.bind(value)
    }

    /// In halves, so that a long chain is not as deep as it is long.
    fn joined(&mut self, parts: &[Typed], word: &str) -> String {
        match parts {
            [one] => self.sql(one),
            _ => {
                let (left, right) = parts.split_at(parts.len() / 2);
                let (left, right) = (self.joined(left, word), self.joined(right, word));
                format!("({left} {word} {right})")
            }
        }
    }

    fn compare(&mut self, comparison: Comparison, left: &Typed, right: &Typed) -> String {
        // A place has two columns; whether it is there, the first tells.
        let (one, other) = (self.sql(left), self.sql(right));
        match comparison {
            Comparison::Eq => format!("({one} IS {other})"),
            Comparison::Ne => format!("({one} IS NOT {other})"),
            Comparison::Gt | Comparison::Ge | Comparison::Lt | Comparison::Le => {
                let sign = match comparison {
                    Comparison::Gt => ">",
                    Comparison::Ge => ">=",
                    Comparison::Lt => "<",
                    _ => "<=",
                };
                // Not null but false. Where nothing can be null, an index can be used.
                if left.nullable || right.nullable {
                    format!("coalesce({one} {sign} {other}, 0)")
                } else {
                    format!("({one} {sign} {other})")
                }
            }
        }
    }

    fn one_of(&mut self, one: &Typed, list: &[Typed]) -> String {
        let subject = self.sql(one);
        let is_plain = |item: &Typed| matches!(item.node, TypedNode::Literal(_)) && !item.nullable;
        if list.iter().all(is_plain) {
            let marks: Vec<String> = list.iter().map(|item| self.sql(item)).collect();
            return format!("coalesce({subject} IN ({}), 0)", marks.join(", "));
        }
        let equal: Vec<String> = list
            .iter()
            .map(|item| format!("{subject} IS {}", self.sql(item)))
            .collect();
        format!("({})", equal.join(" OR "))
    }

    fn arithmetic(&mut self, operator: Arithmetic, left: &Typed, right: &Typed) -> String {
        let is_real = left.kind == Kind::Real || right.kind == Kind::Real;
        let (one, other) = (self.sql(left), self.sql(right));
        match operator {
            Arithmetic::Add => format!("({one} + {other})"),
            Arithmetic::Sub => format!("({one} - {other})"),
            Arithmetic::Mul => format!("({one} * {other})"),
            Arithmetic::Div => format!("({one} / {other})"),
            Arithmetic::DivBy => format!("(CAST({one} AS REAL) / {other})"),
            Arithmetic::Mod if is_real => format!("odata_mod({one}, {other})"),
            Arithmetic::Mod => format!("({one} % {other})"),
        }
    }

    fn call(&mut self, function: Function, arguments: &[Typed]) -> String {
        use Function as F;
        if function == F::Distance {
            let parts: Vec<String> = arguments.iter().flat_map(|place| self.place(place)).collect();
            return format!("odata_distance({})", parts.join(", "));
        }
        let first_kind = arguments.first().map_or(Kind::Null, |first| first.kind);
        let sql: Vec<String> = arguments.iter().map(|argument| self.sql(argument)).collect();
        let list = sql.join(", ");
        match function {
            F::Concat => format!("odata_concat({list})"),
            F::Contains => format!("odata_contains({list})"),
            F::SubstringOf => format!("odata_contains({}, {})", sql[1], sql[0]),
            F::StartsWith => format!("odata_starts_with({list})"),
            F::EndsWith => format!("odata_ends_with({list})"),
            F::IndexOf => format!("odata_index_of({list})"),
            F::Length => format!("length({list})"),
            F::Substring => format!("odata_substring({list})"),
            F::Replace => format!("odata_replace({list})"),
            F::ToLower => format!("odata_lower({list})"),
            F::ToUpper => format!("odata_upper({list})"),
            F::Trim => format!("odata_trim({list})"),
            F::Year | F::Month | F::Day if first_kind == Kind::Date => {
                format!("odata_part('{}', odata_midnight({list}))", function.name())
            }
            F::Hour | F::Minute | F::Second | F::FractionalSeconds | F::Year | F::Month | F::Day => {
                format!("odata_part('{}', {list})", function.name())
            }
            F::TotalOffsetMinutes => format!("({list} * 0)"),
            F::Date if first_kind == Kind::Instant => format!("odata_date({list})"),
            F::Time if first_kind == Kind::Instant => format!("odata_time({list})"),
            F::Date | F::Time => list,
            F::Now => self.bind(Sql::Integer(self.now.0)),
            F::MinDateTime => self.bind(Sql::Integer(functions::MIN_INSTANT)),
            F::MaxDateTime => self.bind(Sql::Integer(functions::MAX_INSTANT)),
            F::Ceiling | F::Floor | F::Round if first_kind == Kind::Integer => list,
            F::Ceiling => format!("odata_ceiling({list})"),
            F::Floor => format!("odata_floor({list})"),
            F::Round => format!("odata_round({list})"),
            F::Distance => "NULL".to_owned(),
        }
    }

    /// Degrees north and east of a place.
    fn place(&mut self, place: &Typed) -> [String; 2] {
        match &place.node {
            TypedNode::Literal(Literal::Point { lat, lon }) => {
                [self.bind(Sql::Real(*lat)), self.bind(Sql::Real(*lon))]
            }
            TypedNode::Field(at) => {
                let lat = self.fields[*at].clone();
                // The two columns differ in their last word (`db::model::sql_names`).
                let lon = lat.replace(".lat\"", ".lon\"");
                [lat, lon]
            }
            _ => ["NULL".to_owned(), "NULL".to_owned()],
        }
    }

    fn cast(&mut self, inner: &Typed, to: Kind) -> String {
        let sql = self.sql(inner);
        match (inner.kind, to) {
            (Kind::Date, Kind::Instant) => format!("odata_midnight({sql})"),
            (Kind::Instant, Kind::Date) => format!("odata_date({sql})"),
            (Kind::Instant, Kind::Time) => format!("odata_time({sql})"),
            (Kind::Integer, Kind::Real) => format!("CAST({sql} AS REAL)"),
            (Kind::Real, Kind::Integer) => format!("CAST({sql} AS INTEGER)"),
            (Kind::Text, to) => format!("odata_read('{}', {sql})", name(to)),
            (from, Kind::Text) => format!("odata_write('{}', {sql})", name(from)),
            _ => sql,
        }
    }
}

/// The word for a kind between the compiler and its functions.
fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "boolean",
        Kind::Integer => "integer",
        Kind::Real => "real",
        Kind::Date => "date",
        Kind::Instant => "instant",
        Kind::Time => "time",
        Kind::Text | Kind::Point | Kind::List | Kind::Null => "text",
    }
}
