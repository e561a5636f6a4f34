//! An import's header: which cell of a line is which column's.

use super::LineError;
use crate::db::model::TableModel;
use landfall_core::schema::Column;

/// Which cell is what.
pub(super) struct Header<'t> {
    /// The cell with the record's id.
    pub(super) id: usize,
    /// The column of each cell; none for an id that is no column of the table.
    pub(super) cells: Vec<Option<&'t Column>>,
}

impl<'t> Header<'t> {
    pub(super) fn read(
        names: &[String],
        table: &'t TableModel,
        id_column: Option<&str>,
    ) -> Result<Self, LineError> {
        let refuse = |reason: String| Err(LineError { line: 1, reason });
        let id_name = id_column.unwrap_or("id");
        let Some(id) = names.iter().position(|name| same(name, id_name)) else {
            return refuse(match id_column {
                Some(given) => format!("the file has no column `{given}`: it has {}", listed(names)),
                None => format!(
                    "the file has no column `id`: name the one that tells records apart with --id-column (it has {})",
                    listed(names)
                ),
            });
        };
        let mut cells: Vec<Option<&Column>> = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            let column = named(table, name);
            if column.is_none() && at != id {
                return refuse(format!(
                    "table {} has no column `{name}`: take it out of the file, or call it one of {}{}",
                    table.name(),
                    table
                        .columns()
                        .iter()
                        .map(|column| column.name.as_str())
                        .collect::<Vec<_>>()
                        .join(", "),
                    hint(names)
                ));
            }
            let twice = |before: &&Column| column.is_some_and(|column| column.name == before.name);
            if cells.iter().flatten().any(twice) || (at != id && same(name, id_name)) {
                return refuse(format!("column `{name}` stands in the header twice: keep one"));
            }
            cells.push(column);
        }
        Ok(Self { id, cells })
    }
}

/// By name, else by label.
fn named<'t>(table: &'t TableModel, header: &str) -> Option<&'t Column> {
    let columns = table.columns();
    columns
        .iter()
        .find(|column| same(column.name.as_str(), header))
        .or_else(|| columns.iter().find(|column| same(&column.label, header)))
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn listed(names: &[String]) -> String {
    format!("{}{}", names.join(", "), hint(names))
}

fn hint(names: &[String]) -> &'static str {
    match names {
        [one] if one.contains([';', '\t']) => "; separate the columns by commas",
        _ => "",
    }
}
