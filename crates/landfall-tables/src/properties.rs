//! A table's records as a server names and writes their properties.
//!
//! `due_date` may be `dueDate`, `due_date` or `DueDate` there: read is whatever differs in capitals and `_` alone, the
//! likeliest first. It is written by the name that the server's own records have, as soon as one was seen; before, in
//! camel case. Where two columns would have one name (`a1`, `a_1`), both keep the schema's.
//!
//! A property that a record lacks has no value. A value that is none of its column's is left out and named, so that one
//! bad value keeps nobody from the rest.

use crate::names::{json_name, plain};
use crate::row::is_system;
use crate::value;
use landfall_core::id::ColumnName;
use landfall_core::record::Fields;
use landfall_core::schema::{Column, ColumnKind, Table};
use landfall_core::value::Value;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;

/// A table, and what is known of the server's names for its columns.
#[derive(Debug, Clone)]
pub struct Properties {
    table: Table,
    /// The column that a property is, and how well its name fits (0 is best).
    known: HashMap<String, Option<(usize, u8)>>,
    /// The server's name for each column, once it was seen, and how well it fits.
    names: Vec<Option<(String, u8)>>,
}

/// What a record says of its columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Read {
    /// The values, each in its column's one form.
    pub fields: Fields,
    /// Columns whose value there is none of theirs.
    pub unreadable: Vec<ColumnName>,
}

impl Properties {
    /// Those of a table of which no record was seen yet.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self {
            names: vec![None; table.columns.len()],
            known: HashMap::new(),
            table,
        }
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Whether the server's names are known: a record was seen.
    #[must_use]
    pub fn are_known(&self) -> bool {
        !self.known.is_empty()
    }

    /// Whether the server's records that were seen have this column.
    #[must_use]
    pub fn has(&self, column: &ColumnName) -> bool {
        let at = self.table.columns.iter().position(|one| &one.name == column);
        at.is_some_and(|at| self.names[at].is_some())
    }

    /// What the server's records that were seen have, and the table has no column for; in the order of the letters.
    #[must_use]
    pub fn strangers(&self) -> Vec<&str> {
        let known = self.known.iter();
        let mut strangers: Vec<&str> = known
            .filter(|(name, column)| column.is_none() && !is_system(name))
            .map(|(name, _)| name.as_str())
            .collect();
        strangers.sort_unstable();
        strangers
    }

    /// Reads a record, and learns its names.
    pub fn read(&mut self, row: &Map<String, Json>) -> Read {
        let mut best: Vec<Option<(u8, &Json)>> = vec![None; self.table.columns.len()];
        for (name, json) in row {
            let Some((at, rank)) = self.column(name) else {
                continue;
            };
            if best[at].is_none_or(|(before, _)| rank < before) {
                best[at] = Some((rank, json));
            }
        }
        let mut read = Read::default();
        for (column, found) in self.table.columns.iter().zip(best) {
            match found.map(|(_, json)| value::read(column, json)) {
                None | Some(Some(Value::Null)) => {}
                Some(Some(value)) => {
                    read.fields.insert(column.name.clone(), value);
                }
                Some(None) => read.unreadable.push(column.name.clone()),
            }
        }
        read
    }

    /// The values as they are sent. `null` takes a value away; columns that the schema does not have are left out.
    #[must_use]
    pub fn write(&self, fields: &Fields) -> Map<String, Json> {
        let columns = self.table.columns.iter().enumerate();
        let given = columns.filter_map(|(at, column)| {
            let value = fields.get(&column.name)?;
            Some((self.name(at), value::write(column, value)))
        });
        given.collect()
    }

    /// Whether what was sent for a column is what stands there. No value is the same as what a server puts in its
    /// place: no, 0, the first choice.
    #[must_use]
    pub fn stands(&self, column: &ColumnName, sent: &Value, there: &Value) -> bool {
        if sent == there {
            return true;
        }
        let kind = self.table.column(column).map(|column| &column.kind);
        sent.is_null()
            && match (kind, there) {
                (Some(ColumnKind::Boolean), Value::Boolean(yes)) => !yes,
                (Some(ColumnKind::Integer { .. }), Value::Integer(number)) => *number == 0,
                (Some(ColumnKind::Real { .. }), Value::Real(number)) => *number == 0.0,
                (Some(ColumnKind::Choice { choices }), Value::Text(text)) => {
                    choices.first().is_some_and(|first| &first.value == text)
                }
                _ => false,
            }
    }

    fn name(&self, at: usize) -> String {
        match &self.names[at] {
            Some((name, _)) => name.clone(),
            None => json_name(&self.table.columns, &self.table.columns[at]),
        }
    }

    fn column(&mut self, name: &str) -> Option<(usize, u8)> {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let found = resolve(&self.table.columns, name);
        self.known.insert(name.to_owned(), found);
        if let Some((at, rank)) = found
            && self.names[at].as_ref().is_none_or(|(_, before)| rank < *before)
        {
            self.names[at] = Some((name.to_owned(), rank));
        }
        found
    }
}

fn resolve(columns: &[Column], name: &str) -> Option<(usize, u8)> {
    let place = |fits: &dyn Fn(&Column) -> bool| columns.iter().position(fits);
    let exact = place(&|column| json_name(columns, column) == name).map(|at| (at, 0));
    let by_schema = || place(&|column| column.name.as_str() == name).map(|at| (at, 1));
    let loose = || {
        let wanted = plain(name);
        let found = place(&|column| plain(column.name.as_str()) == wanted).map(|at| (at, 2));
        found.filter(|_| !is_system(name))
    };
    exact.or_else(by_schema).or_else(loose)
}

#[cfg(test)]
#[path = "properties_tests.rs"]
mod tests;
