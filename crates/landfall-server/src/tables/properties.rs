//! A table's records as old clients name their properties: columns in camel case beside the system's own.
//!
//! A name that is sent is looked for as it stands, then as the schema has it, then without regard to capitals and `_`:
//! `dueDate`, `due_date` and `DueDate` are one.

use super::dialect::Dialect;
use crate::db::model::TableModel;
use crate::db::tables::list::{COLUMNS, CREATED_AT, DELETED, ID, UPDATED_AT, VERSION, field};
use crate::odata::typing::Field;
use landfall_core::schema::Column;
use landfall_tables::names::{json_name, plain};

/// One property.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Property<'t> {
    /// `id`.
    Id,
    /// `createdAt`; in v2 alone.
    CreatedAt,
    /// `updatedAt`.
    UpdatedAt,
    /// `version`.
    Version,
    /// `deleted`.
    Deleted,
    /// A column, and its number.
    Column(&'t Column, usize),
}

const SYSTEM: [(&str, Property<'static>); 5] = [
    ("id", Property::Id),
    ("createdAt", Property::CreatedAt),
    ("updatedAt", Property::UpdatedAt),
    ("version", Property::Version),
    ("deleted", Property::Deleted),
];

/// The property of this name.
pub(super) fn named<'t>(table: &'t TableModel, dialect: Dialect, name: &str) -> Option<Property<'t>> {
    let columns = || table.columns().iter().enumerate();
    let column = |found: Option<(usize, &'t Column)>| found.map(|(at, column)| Property::Column(column, at));
    let system = |fits: &dyn Fn(&str) -> bool| {
        let found = SYSTEM.into_iter().find(|(known, _)| fits(known));
        found
            .map(|(_, property)| property)
            .filter(|property| dialect == Dialect::V2 || *property != Property::CreatedAt)
    };
    system(&|known| known == name)
        .or_else(|| column(columns().find(|(_, column)| json_name(table.columns(), column) == name)))
        .or_else(|| column(columns().find(|(_, column)| column.name.as_str() == name)))
        .or_else(|| system(&|known| known.eq_ignore_ascii_case(name)))
        .or_else(|| {
            let name = plain(name);
            column(columns().find(|(_, column)| plain(column.name.as_str()) == name))
        })
}

impl Property<'_> {
    /// What a query knows of it.
    pub(super) fn field(self, table: &TableModel) -> Option<Field> {
        let place = match self {
            Self::Id => ID,
            Self::CreatedAt => CREATED_AT,
            Self::UpdatedAt => UPDATED_AT,
            Self::Version => VERSION,
            Self::Deleted => DELETED,
            Self::Column(_, at) => COLUMNS + at,
        };
        field(place, table.columns())
    }

    /// As it stands in JSON.
    pub(super) fn json_name(self, table: &TableModel) -> String {
        match self {
            Self::Column(column, _) => json_name(table.columns(), column),
            _ => {
                let found = SYSTEM.iter().find(|(_, property)| *property == self);
                found.map_or(String::new(), |(name, _)| (*name).to_owned())
            }
        }
    }
}

/// Whether a name of the address is this table's: as it stands, or without regard to capitals and `_`.
pub(super) fn is_table(table: &TableModel, name: &str) -> bool {
    plain(table.name().as_str()) == plain(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::model::Model;

    #[test]
    fn every_column_has_a_name_of_its_own() {
        let schema = "workspace.name = \"W\"\n[[table]]\nname = \"todo_items\"\n".to_owned()
            + &["title", "due_date", "a1", "a_1", "updatedat"]
                .map(|name| format!("[[table.column]]\nname = \"{name}\"\ntype = \"text\"\n"))
                .concat();
        let model = Model::new(landfall_core::schema_file::parse(&schema).unwrap()).unwrap();
        let table = model.table_named("todo_items").unwrap();
        let names: Vec<String> = table
            .columns()
            .iter()
            .map(|column| json_name(table.columns(), column))
            .collect();
        assert_eq!(names, ["title", "dueDate", "a1", "a_1", "updatedat"]);
        let found = |name: &str| named(table, Dialect::V3, name).map(|property| property.json_name(table));
        for (name, property) in [
            ("dueDate", "dueDate"),
            ("due_date", "dueDate"),
            ("DUEDATE", "dueDate"),
            ("a1", "a1"),
            ("a_1", "a_1"),
            ("updatedat", "updatedat"),
            ("updatedAt", "updatedAt"),
            ("UpdatedAt", "updatedAt"),
        ] {
            assert_eq!(found(name).as_deref(), Some(property), "{name}");
        }
        assert_eq!(found("createdAt"), None);
        for name in ["todo_items", "TodoItems", "todoitems", "Todo_Items"] {
            assert!(is_table(table, name), "{name}");
        }
        assert!(!is_table(table, "todo_item"));
    }
}
