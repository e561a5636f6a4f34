//! The query language of the table protocol: OData expressions as old clients write them (step 9 of the data's way).
//!
//! A text becomes data, and nothing else: [`lexer`] (tokens with their places) → [`parser`] (a syntax tree, [`ast`]) →
//! [`typing`] (every name a known field, every operator and function with operands that it takes). SQL is made of the
//! typed tree where SQL lives, in `db`, with every value bound.
//!
//! Both generations are taken at once, whatever the dialect of the request, because no text means two things:
//!
//! - operators `eq ne gt ge lt le and or not add sub mul div divby mod in`, brackets. `and` binds tighter than `or`,
//!   comparisons tighter than `and`, then `add sub`, then `mul div mod`, then `not`;
//! - functions: those of [`function::Function`]. `substringof(needle, text)` is the old turn of
//!   `contains(text, needle)`;
//! - literals: `null true false`, `'it''s'`, `5 5L 1.5 1.5M 1.5f 1.5d 1e3 -5`, a byte as two hexadecimal digits (`0A`),
//!   `2024-01-31`, `2024-01-31T08:05:07.123Z` (one to nine digits, any offset; none is UTC), `08:05:07.123`, a GUID; and
//!   in the older way `datetime'…' datetimeoffset'…' time'…' guid'…' binary'…' X'…'`; and
//!   `geography'SRID=4326;POINT(16.5 48.2)'`;
//! - `cast(x, Edm.T)`, with the values of the .NET client bare inside: `cast(2024-01-31,Edm.Date)`.
//!
//! **Null** is as OData has it: `eq` and `ne` compare with it, any other comparison with it is false, arithmetic and
//! functions of it are null, `not`, `and`, `or` are three-valued, and a row whose filter is null is left out.
//!
//! **Limits**, so that no text can cost much: [`MAX_BYTES`] a text, [`MAX_DEPTH`] levels, [`MAX_NODES`] nodes.

pub mod ast;
pub mod function;
pub(crate) mod instant;
mod lexer;
mod parser;
mod print;
#[cfg(test)]
pub(crate) mod tests;
pub mod typing;

pub use parser::{filter, order_by, select};

use std::ops::Range;

/// Longest text, in bytes.
pub const MAX_BYTES: usize = 16 * 1024;

/// Most levels of brackets, calls and chained operators.
pub const MAX_DEPTH: usize = 60;

/// Most operators, calls, names and literals in one text.
pub const MAX_NODES: usize = 2_000;

/// What is wrong with an expression, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {}: {reason}", span.start + 1)]
pub struct OdataError {
    /// The bytes of the text that it is about.
    pub span: Range<usize>,
    /// What is wrong, and where it helps, what to write.
    pub reason: String,
}

impl OdataError {
    pub(crate) fn new(span: Range<usize>, reason: impl Into<String>) -> Self {
        Self {
            span,
            reason: reason.into(),
        }
    }
}
