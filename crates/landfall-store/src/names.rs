//! SQL identifiers. They come only from table and column names, which are checked when they are made, and are quoted.
//!
//! Record tables are `rec_<table>`; their full-text index is `rec_<table>$search` (`$` is in no table's name, so that
//! its shadow tables can't meet another record table). Columns of ours begin with `_`, which no column's name does.

use landfall_core::id::{ColumnName, TableName};

pub(crate) fn table(name: &TableName) -> String {
    format!("\"rec_{name}\"")
}

pub(crate) fn search(name: &TableName) -> String {
    format!("\"rec_{name}$search\"")
}

pub(crate) fn column(name: &ColumnName) -> String {
    format!("\"{name}\"")
}

/// An index on a table: `what` is one of this crate's own words.
pub(crate) fn index(name: &TableName, what: &'static str) -> String {
    format!("\"rec_{name}${what}\"")
}

/// An index on a column.
pub(crate) fn column_index(name: &TableName, column: &ColumnName) -> String {
    format!("\"rec_{name}$by_{column}\"")
}
