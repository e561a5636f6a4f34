//! Whether an expression makes sense for a table: names become fields, and every operator and function gets operands
//! that it takes.
//!
//! Numbers meet as numbers, whole or not. A day meets an instant as its midnight in UTC. Text that is written where a
//! day, an instant or a time of day is expected is read as one. Nothing else is changed to fit.

use super::ast::{Arithmetic, Comparison, Edm, Expr, Literal, Node};
use super::function::Function;
use super::{OdataError, instant};
use std::ops::Range;

/// What values a part of an expression has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Real,
    /// Text.
    Text,
    /// A day.
    Date,
    /// An instant.
    Instant,
    /// A time of day.
    Time,
    /// A place on earth.
    Point,
    /// Several texts.
    List,
    /// Only ever null.
    Null,
}

/// A property of the records, as the caller knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The caller's number for it.
    pub place: usize,
    /// What values it has.
    pub kind: Kind,
    /// Whether it can be null.
    pub nullable: bool,
}

/// A part of an expression that makes sense.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// What values it has.
    pub kind: Kind,
    /// Whether it can be null.
    pub nullable: bool,
    /// What it says.
    pub node: TypedNode,
}

/// What a part of an expression says.
#[derive(Debug, Clone, PartialEq)]
pub enum TypedNode {
    /// A value.
    Literal(Literal),
    /// A property: the caller's number for it.
    Field(usize),
    /// Not.
    Not(Box<Typed>),
    /// All of these.
    All(Vec<Typed>),
    /// Any of these.
    Any(Vec<Typed>),
    /// A comparison of two that can be compared.
    Compare(Comparison, Box<Typed>, Box<Typed>),
    /// An operator on two numbers.
    Arithmetic(Arithmetic, Box<Typed>, Box<Typed>),
    /// One of these.
    In(Box<Typed>, Vec<Typed>),
    /// A function.
    Call(Function, Vec<Typed>),
    /// A value brought to another kind; null where it has none there.
    Cast(Box<Typed>),
}

/// Looks at a `$filter`: what it gives must be yes or no.
///
/// # Errors
/// The first part that makes no sense, and where.
pub fn condition(expr: &Expr, names: &dyn Fn(&str) -> Option<Field>) -> Result<Typed, OdataError> {
    let typed = typed(expr, names)?;
    expect(&typed, expr, &[Kind::Boolean], "a filter is yes or no")?;
    Ok(typed)
}

/// Looks at a key of `$orderby`: what it gives must have an order.
///
/// # Errors
/// The first part that makes no sense, and where.
pub fn key(expr: &Expr, names: &dyn Fn(&str) -> Option<Field>) -> Result<Typed, OdataError> {
    let typed = typed(expr, names)?;
    if matches!(typed.kind, Kind::Point | Kind::List) {
        return Err(refused(expr, "this has no order"));
    }
    Ok(typed)
}

fn refused(expr: &Expr, reason: &str) -> OdataError {
    OdataError::new(expr.span.clone(), reason)
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "yes or no",
        Kind::Integer => "a whole number",
        Kind::Real => "a number",
        Kind::Text => "text",
        Kind::Date => "a day",
        Kind::Instant => "an instant",
        Kind::Time => "a time of day",
        Kind::Point => "a place",
        Kind::List => "a list",
        Kind::Null => "null",
    }
}

/// Null fits everywhere.
fn expect(typed: &Typed, expr: &Expr, kinds: &[Kind], why: &str) -> Result<(), OdataError> {
    if typed.kind == Kind::Null || kinds.contains(&typed.kind) {
        return Ok(());
    }
    Err(refused(expr, &format!("{why}, and this is {}", word(typed.kind))))
}

fn typed(expr: &Expr, names: &dyn Fn(&str) -> Option<Field>) -> Result<Typed, OdataError> {
    let all = |parts: &[Expr]| -> Result<Vec<Typed>, OdataError> {
        parts.iter().map(|part| typed(part, names)).collect()
    };
    match &expr.node {
        Node::Literal(literal) => Ok(of_literal(literal.clone())),
        Node::Name(name) => match names(name) {
            Some(field) => Ok(Typed {
                kind: field.kind,
                nullable: field.nullable,
                node: TypedNode::Field(field.place),
            }),
            None => Err(refused(expr, &format!("there is no property `{name}`"))),
        },
        Node::Not(inner) => {
            let part = typed(inner, names)?;
            expect(&part, inner, &[Kind::Boolean], "`not` takes yes or no")?;
            Ok(boolean(part.nullable, TypedNode::Not(Box::new(part))))
        }
        Node::All(parts) | Node::Any(parts) => {
            let checked = all(parts)?;
            for (part, expr) in checked.iter().zip(parts) {
                expect(part, expr, &[Kind::Boolean], "`and` and `or` take yes or no")?;
            }
            let nullable = checked.iter().any(|part| part.nullable);
            let node = if matches!(expr.node, Node::All(_)) {
                TypedNode::All(checked)
            } else {
                TypedNode::Any(checked)
            };
            Ok(boolean(nullable, node))
        }
        Node::Compare(comparison, left, right) => {
            let (left, right) = meet(typed(left, names)?, typed(right, names)?, &expr.span)?;
            let is_equality = matches!(comparison, Comparison::Eq | Comparison::Ne);
            if !is_equality && [left.kind, right.kind].iter().any(|kind| !has_order(*kind)) {
                return Err(refused(expr, "these have no order: compare them with eq or ne"));
            }
            let node = TypedNode::Compare(*comparison, Box::new(left), Box::new(right));
            Ok(boolean(false, node))
        }
        Node::Arithmetic(operator, left, right) => arithmetic(expr, *operator, (left, right), names),
        Node::In(one, list) => {
            let mut met = typed(one, names)?;
            let mut typed_list = Vec::with_capacity(list.len());
            for item in list {
                let (left, right) = meet(met.clone(), typed(item, names)?, &item.span)?;
                if left.kind != met.kind && !typed_list.is_empty() {
                    return Err(refused(item, "the values of a list are all of one type"));
                }
                met = left;
                typed_list.push(right);
            }
            Ok(boolean(false, TypedNode::In(Box::new(met), typed_list)))
        }
        Node::Call(function, arguments) => call(expr, *function, arguments, all(arguments)?),
        Node::Cast(inner, edm) => cast(expr, typed(inner, names)?, *edm),
    }
}

fn boolean(nullable: bool, node: TypedNode) -> Typed {
    Typed {
        kind: Kind::Boolean,
        nullable,
        node,
    }
}

fn of_literal(literal: Literal) -> Typed {
    let kind = match &literal {
        Literal::Null => Kind::Null,
        Literal::Boolean(_) => Kind::Boolean,
        Literal::Integer(_) => Kind::Integer,
        Literal::Real(_) => Kind::Real,
        Literal::Text(_) => Kind::Text,
        Literal::Date(_) => Kind::Date,
        Literal::Instant(_) => Kind::Instant,
        Literal::Time(_) => Kind::Time,
        Literal::Point { .. } => Kind::Point,
    };
    Typed {
        kind,
        nullable: kind == Kind::Null,
        node: TypedNode::Literal(literal),
    }
}

fn is_number(kind: Kind) -> bool {
    matches!(kind, Kind::Integer | Kind::Real)
}

fn has_order(kind: Kind) -> bool {
    !matches!(kind, Kind::Point | Kind::List | Kind::Boolean)
}

/// Two that are compared, brought to kinds that can be.
fn meet(left: Typed, right: Typed, span: &Range<usize>) -> Result<(Typed, Typed), OdataError> {
    use Kind as K;
    let left = read_as(left, right.kind);
    let right = read_as(right, left.kind);
    let pair = match (left.kind, right.kind) {
        (K::Null, _) | (_, K::Null) => (left, right),
        (K::List, _) | (_, K::List) => {
            return Err(OdataError::new(
                span.clone(),
                "a list can be compared with null alone",
            ));
        }
        (K::Point, _) | (_, K::Point) => {
            return Err(OdataError::new(
                span.clone(),
                "a place can be compared with null alone: use geo.distance",
            ));
        }
        (one, other) if one == other || is_number(one) && is_number(other) => (left, right),
        (K::Date, K::Instant) => (brought(left, K::Instant), right),
        (K::Instant, K::Date) => (left, brought(right, K::Instant)),
        (one, other) => {
            let reason = format!("{} can't be compared with {}", word(one), word(other));
            return Err(OdataError::new(span.clone(), reason));
        }
    };
    Ok(pair)
}

/// A text that is written out, read as a value of this kind where it is one.
fn read_as(typed: Typed, kind: Kind) -> Typed {
    let TypedNode::Literal(Literal::Text(text)) = &typed.node else {
        return typed;
    };
    let read = match kind {
        Kind::Date => instant::date(text)
            .map(Literal::Date)
            .or_else(|| instant::instant(text).map(Literal::Instant)),
        Kind::Instant => instant::instant(text).map(Literal::Instant),
        Kind::Time => instant::time(text).map(Literal::Time),
        _ => None,
    };
    read.map_or(typed, of_literal)
}

fn brought(inner: Typed, kind: Kind) -> Typed {
    Typed {
        kind,
        nullable: true,
        node: TypedNode::Cast(Box::new(inner)),
    }
}

fn arithmetic(
    expr: &Expr,
    operator: Arithmetic,
    (left, right): (&Expr, &Expr),
    names: &dyn Fn(&str) -> Option<Field>,
) -> Result<Typed, OdataError> {
    let (one, other) = (typed(left, names)?, typed(right, names)?);
    for (part, at) in [(&one, left), (&other, right)] {
        let why = format!("`{}` takes numbers", operator.word());
        expect(part, at, &[Kind::Integer, Kind::Real], &why)?;
    }
    if let (Arithmetic::Div | Arithmetic::DivBy | Arithmetic::Mod, TypedNode::Literal(Literal::Integer(0))) =
        (operator, &other.node)
    {
        return Err(refused(expr, "nothing can be divided by 0"));
    }
    let is_real = operator == Arithmetic::DivBy || [one.kind, other.kind].contains(&Kind::Real);
    Ok(Typed {
        kind: if is_real { Kind::Real } else { Kind::Integer },
        // A sum or a product can be too large for a number, a divisor can be 0.
        nullable: true,
        node: TypedNode::Arithmetic(operator, Box::new(one), Box::new(other)),
    })
}

fn call(
    expr: &Expr,
    function: Function,
    written: &[Expr],
    arguments: Vec<Typed>,
) -> Result<Typed, OdataError> {
    use Function as F;
    const TEXT: &[Kind] = &[Kind::Text];
    const NUMBER: &[Kind] = &[Kind::Integer, Kind::Real];
    const DAY: &[Kind] = &[Kind::Date, Kind::Instant];
    const CLOCK: &[Kind] = &[Kind::Time, Kind::Instant];
    const INSTANT: &[Kind] = &[Kind::Instant];
    const WHOLE: &[Kind] = &[Kind::Integer];
    const PLACE: &[Kind] = &[Kind::Point];
    let (takes, gives): (&[&[Kind]], Kind) = match function {
        F::Concat => (&[TEXT, TEXT], Kind::Text),
        F::Contains | F::SubstringOf | F::StartsWith | F::EndsWith => (&[TEXT, TEXT], Kind::Boolean),
        F::IndexOf => (&[TEXT, TEXT], Kind::Integer),
        F::Length => (&[TEXT], Kind::Integer),
        F::Substring => (&[TEXT, WHOLE, WHOLE], Kind::Text),
        F::Replace => (&[TEXT, TEXT, TEXT], Kind::Text),
        F::ToLower | F::ToUpper | F::Trim => (&[TEXT], Kind::Text),
        F::Year | F::Month | F::Day => (&[DAY], Kind::Integer),
        F::Hour | F::Minute | F::Second => (&[CLOCK], Kind::Integer),
        F::FractionalSeconds => (&[CLOCK], Kind::Real),
        F::TotalOffsetMinutes => (&[INSTANT], Kind::Integer),
        F::Date => (&[DAY], Kind::Date),
        F::Time => (&[CLOCK], Kind::Time),
        F::Now | F::MinDateTime | F::MaxDateTime => (&[], Kind::Instant),
        F::Ceiling | F::Floor | F::Round => (&[NUMBER], Kind::Real),
        F::Distance => (&[PLACE, PLACE], Kind::Real),
    };
    let mut checked = Vec::with_capacity(arguments.len());
    for ((argument, at), kinds) in arguments.into_iter().zip(written).zip(takes) {
        let argument = if kinds.contains(&Kind::Text) {
            argument
        } else {
            // The last kind is the one that every such text can be read as.
            kinds
                .last()
                .map_or(argument.clone(), |kind| read_as(argument, *kind))
        };
        expect(
            &argument,
            at,
            kinds,
            &format!("`{}` takes {}", function.name(), word(kinds[0])),
        )?;
        checked.push(argument);
    }
    let kind = match (function, checked.first()) {
        (F::Ceiling | F::Floor | F::Round, Some(first)) if first.kind == Kind::Integer => Kind::Integer,
        _ => gives,
    };
    let nullable = !matches!(function, F::Now | F::MinDateTime | F::MaxDateTime);
    if checked.len() != written.len() {
        return Err(refused(expr, "too many arguments"));
    }
    Ok(Typed {
        kind,
        nullable,
        node: TypedNode::Call(function, checked),
    })
}

fn cast(expr: &Expr, inner: Typed, edm: Edm) -> Result<Typed, OdataError> {
    let kind = match edm {
        Edm::Text => Kind::Text,
        Edm::Boolean => Kind::Boolean,
        Edm::Integer => Kind::Integer,
        Edm::Real => Kind::Real,
        Edm::Date => Kind::Date,
        Edm::Instant => Kind::Instant,
        Edm::Time => Kind::Time,
    };
    let inner = read_as(inner, kind);
    if inner.kind == kind || inner.kind == Kind::Null {
        return Ok(inner);
    }
    use Kind as K;
    let is_possible = match (inner.kind, kind) {
        (K::Point | K::List, _) => false,
        (_, K::Text) | (K::Text, _) => true,
        (one, other) if is_number(one) && is_number(other) => true,
        (K::Date, K::Instant) | (K::Instant, K::Date | K::Time) => true,
        _ => false,
    };
    if is_possible {
        Ok(brought(inner, kind))
    } else {
        let reason = format!("{} can't become {}", word(inner.kind), word(kind));
        Err(refused(expr, &reason))
    }
}
