//! An expression as text again: what is printed is read as the same expression.

use super::ast::{Expr, Literal, Node, Order};
use super::instant::{print_instant, print_time};
use std::fmt::{Display, Formatter, Result};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.node {
            Node::Literal(literal) => literal.fmt(f),
            Node::Name(name) => f.write_str(name),
            Node::Not(inner) => write!(f, "not ({inner})"),
            Node::All(parts) => joined(f, parts, " and "),
            Node::Any(parts) => joined(f, parts, " or "),
            Node::Compare(comparison, left, right) => {
                write!(f, "{} {} {}", Part(left), comparison.word(), Part(right))
            }
            Node::Arithmetic(operator, left, right) => {
                write!(f, "{} {} {}", Part(left), operator.word(), Part(right))
            }
            Node::In(one, list) => {
                write!(f, "{} in (", Part(one))?;
                listed(f, list)?;
                f.write_str(")")
            }
            Node::Call(function, arguments) => {
                write!(f, "{}(", function.name())?;
                listed(f, arguments)?;
                f.write_str(")")
            }
            Node::Cast(inner, edm) => write!(f, "cast({inner},{})", edm.name()),
        }
    }
}

fn joined(f: &mut Formatter<'_>, parts: &[Expr], word: &str) -> Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(word)?;
        }
        Part(part).fmt(f)?;
    }
    Ok(())
}

fn listed(f: &mut Formatter<'_>, parts: &[Expr]) -> Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(",")?;
        }
        part.fmt(f)?;
    }
    Ok(())
}

/// An operand: in brackets where it has an operator of its own.
struct Part<'e>(&'e Expr);

impl Display for Part<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0.node {
            Node::Literal(_) | Node::Name(_) | Node::Call(..) | Node::Cast(..) => self.0.fmt(f),
            _ => write!(f, "({})", self.0),
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(yes) => write!(f, "{yes}"),
            Self::Integer(number) => write!(f, "{number}L"),
            Self::Real(number) => write!(f, "{number:?}"),
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Date(day) => f.write_str(day),
            Self::Instant(at) => f.write_str(&print_instant(*at).unwrap_or_default()),
            Self::Time(millis) => f.write_str(&print_time(*millis)),
            Self::Point { lat, lon } => write!(f, "geography'SRID=4326;POINT({lon:?} {lat:?})'"),
        }
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let direction = if self.descending { " desc" } else { "" };
        write!(f, "{}{direction}", self.by)
    }
}
