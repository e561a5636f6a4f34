//! What an expression says, before anyone has looked whether it makes sense for a table.

use super::function::Function;
use std::ops::Range;

/// A part of an expression, and where it stands. Two parts are equal when they say the same, wherever they stand.
#[derive(Debug, Clone)]
pub struct Expr {
    /// The bytes of the text.
    pub span: Range<usize>,
    /// What it says.
    pub node: Node,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

/// What a part of an expression says.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A value.
    Literal(Literal),
    /// A property's name, as it was written.
    Name(String),
    /// `not x`.
    Not(Box<Expr>),
    /// `a and b and …`: two or more.
    All(Vec<Expr>),
    /// `a or b or …`: two or more.
    Any(Vec<Expr>),
    /// `a eq b` and the like.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `a add b` and the like.
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    /// `x in (a, b)`: one or more.
    In(Box<Expr>, Vec<Expr>),
    /// A function with its arguments: as many as it takes.
    Call(Function, Vec<Expr>),
    /// `cast(x, Edm.T)`.
    Cast(Box<Expr>, Edm),
}

/// A value in an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// No value.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A whole number, whatever its suffix.
    Integer(i64),
    /// A finite number, whatever its suffix.
    Real(f64),
    /// Text. A GUID is its text in lower case with dashes; binary is its Base64.
    Text(String),
    /// `YYYY-MM-DD`.
    Date(String),
    /// An instant.
    Instant(Instant),
    /// Milliseconds since midnight.
    Time(i64),
    /// A place.
    Point {
        /// Degrees north.
        lat: f64,
        /// Degrees east.
        lon: f64,
    },
}

/// An instant to the millisecond. What is stored has no finer parts, so of a finer literal it is enough to know that it
/// lies between two milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// Whole milliseconds since 1970-01-01T00:00:00Z.
    pub millis: i64,
    /// It lies after that millisecond, and before the next.
    pub and_more: bool,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

/// An arithmetic operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient; of two whole numbers, without its fraction.
    Div,
    /// Quotient with its fraction.
    DivBy,
    /// Remainder.
    Mod,
}

/// A type that `cast` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edm {
    /// `Edm.String`, `Edm.Guid`, `Edm.Binary`: text here.
    Text,
    /// `Edm.Boolean`.
    Boolean,
    /// `Edm.Byte` to `Edm.Int64`.
    Integer,
    /// `Edm.Decimal`, `Edm.Double`, `Edm.Single`.
    Real,
    /// `Edm.Date`.
    Date,
    /// `Edm.DateTimeOffset`, `Edm.DateTime`.
    Instant,
    /// `Edm.TimeOfDay`.
    Time,
}

impl Comparison {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Eq, Self::Ne, Self::Gt, Self::Ge, Self::Lt, Self::Le];

    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }
}

impl Arithmetic {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Add, Self::Sub, Self::Mul, Self::Div, Self::DivBy, Self::Mod];

    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Sub => "sub",
            Self::Mul => "mul",
            Self::Div => "div",
            Self::DivBy => "divby",
            Self::Mod => "mod",
        }
    }

    /// Whether it is one of the weaker two.
    pub(super) fn is_sum(self) -> bool {
        matches!(self, Self::Add | Self::Sub)
    }
}

impl Edm {
    /// Every name that `cast` takes. The first name of each is the one that is printed.
    const NAMES: [(&'static str, Self); 17] = [
        ("Edm.String", Self::Text),
        ("Edm.Guid", Self::Text),
        ("Edm.Binary", Self::Text),
        ("Edm.Boolean", Self::Boolean),
        ("Edm.Int64", Self::Integer),
        ("Edm.Int32", Self::Integer),
        ("Edm.Int16", Self::Integer),
        ("Edm.SByte", Self::Integer),
        ("Edm.Byte", Self::Integer),
        ("Edm.Double", Self::Real),
        ("Edm.Decimal", Self::Real),
        ("Edm.Single", Self::Real),
        ("Edm.Date", Self::Date),
        ("Edm.DateTimeOffset", Self::Instant),
        ("Edm.DateTime", Self::Instant),
        ("Edm.TimeOfDay", Self::Time),
        ("Edm.Time", Self::Time),
    ];

    /// The type of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, edm)| *edm)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::NAMES.iter().find(|(_, edm)| *edm == self);
        found.map_or("", |(name, _)| name)
    }
}

/// One key of `$orderby`.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What is ordered by.
    pub by: Expr,
    /// From the largest down.
    pub descending: bool,
}

/// One name of `$select`, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// As it was written; `*` for all.
    pub name: String,
    /// The bytes of the text.
    pub span: Range<usize>,
}
