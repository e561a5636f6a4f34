//! A view: which records of a table match, and in which order. The answer is row numbers; [`crate::rows`] reads them.
//!
//! The default order is read off the title index. With a search, titles that begin with what was typed come first, then
//! the rest by title: bm25 would have to weigh every hit, and a person who types three letters looks for a name.

use crate::cell;
use crate::entry::json;
use crate::error::{Error, Result};
use crate::fold::fold;
use crate::layout::{Layout, TableLayout};
use crate::search::{self, RowSet};
use crate::{Store, names};
use landfall_core::id::{ColumnName, TableName};
use landfall_core::schema::{Column, ColumnKind};
use landfall_core::validate::{FieldError, Rule};
use landfall_core::value::{Value, normalize};
use rusqlite::types::{ToSqlOutput, Value as Sql, ValueRef};
use rusqlite::{Connection, params_from_iter};

/// Which records, in which order.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewSpec {
    /// Table.
    pub table: TableName,
    /// What was typed: every word must begin a word of some text. Empty: no search.
    pub search: String,
    /// Sort keys, most important first, `true` for largest first. Empty: by title.
    pub sort: Vec<(SortColumn, bool)>,
    /// Conditions that all must hold.
    pub conditions: Vec<Condition>,
    /// Only records that stand so.
    pub mark: Option<MarkFilter>,
}

impl ViewSpec {
    /// All records of a table, by title.
    #[must_use]
    pub fn all(table: TableName) -> Self {
        Self {
            table,
            search: String::new(),
            sort: Vec::new(),
            conditions: Vec::new(),
            mark: None,
        }
    }
}

/// What to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortColumn {
    /// A column: choices in their order, references by the title of what they name, text without case and accents.
    Column(ColumnName),
    /// When the record was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Column.
    pub column: ColumnName,
    /// How it is compared.
    pub operator: Operator,
    /// With what; ignored by the two that ask for emptiness.
    pub value: Value,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Equal (a multi-choice: has it among its values).
    Is,
    /// Not equal, or empty.
    IsNot,
    /// Text contains it, without regard to case and accents (a reference: the title of what it names).
    Contains,
    /// Less than, before.
    Less,
    /// Greater than, after.
    Greater,
    /// Has no value.
    IsEmpty,
    /// Has a value.
    IsNotEmpty,
}

/// Records that stand so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarkFilter {
    /// With a change that waits.
    Waiting,
    /// In conflict.
    Conflict,
    /// Refused.
    Refused,
    /// Changed by others since the last visit.
    ChangedByOthers,
}

impl Store {
    /// The row numbers of the records that match, in order.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a condition on what is no column, or with a value that is not of its kind;
    /// [`Error::UnknownTable`]; what SQLite says.
    pub fn open_view(&self, spec: &ViewSpec) -> Result<Vec<i64>> {
        self.read(|conn, layout| open(conn, layout, spec))
    }
}

pub(crate) fn open(conn: &Connection, layout: &Layout, spec: &ViewSpec) -> Result<Vec<i64>> {
    let table = layout.table(&spec.table)?;
    let mut query = Query::new(layout, table, spec)?;
    let words = crate::fold::words(&spec.search);
    if words.is_empty() {
        return query.run(conn);
    }
    let hits = search::hits(conn, table, &words)?;
    let rows = if hits.len() <= search::FEW {
        query.only(&hits)?;
        query.run(conn)?
    } else {
        // Many hits: reading the order off the index and leaving out the rest is cheaper than sorting them.
        let hits = RowSet::new(&hits);
        let mut rows = query.run(conn)?;
        rows.retain(|row| hits.contains(*row));
        rows
    };
    if spec.sort.is_empty() {
        search::best_first(conn, table, &spec.search, rows)
    } else {
        Ok(rows)
    }
}

/// A statement under construction. Identifiers are quoted names; values are parameters.
pub(crate) struct Query {
    table: String,
    conditions: Vec<String>,
    parameters: Vec<Sql>,
    order: String,
}

impl Query {
    pub(crate) fn new(layout: &Layout, table: &TableLayout, spec: &ViewSpec) -> Result<Self> {
        let mut query = Self {
            table: table.sql.clone(),
            conditions: vec![mark_condition(spec.mark).to_owned()],
            parameters: Vec::new(),
            order: String::new(),
        };
        for condition in &spec.conditions {
            let sql = query.condition(layout, table, condition)?;
            query.conditions.push(sql);
        }
        query.order = query.order(layout, table, &spec.sort)?;
        Ok(query)
    }

    pub(crate) fn sql(&self) -> String {
        format!(
            "SELECT row FROM {} AS t WHERE {} ORDER BY {}",
            self.table,
            self.conditions.join(" AND "),
            self.order
        )
    }

    fn run(&self, conn: &Connection) -> Result<Vec<i64>> {
        let mut statement = conn.prepare_cached(&self.sql())?;
        let mut rows = statement.query(params_from_iter(&self.parameters))?;
        let mut numbers = Vec::new();
        while let Some(sql) = rows.next()? {
            numbers.push(sql.get(0)?);
        }
        Ok(numbers)
    }

    /// Only these rows.
    fn only(&mut self, rows: &[i64]) -> Result<()> {
        let place = self.parameter(Sql::Text(json(&rows, "row numbers")?));
        self.conditions
            .push(format!("row IN (SELECT value FROM json_each({place}))"));
        Ok(())
    }

    fn parameter(&mut self, value: Sql) -> String {
        self.parameters.push(value);
        format!("?{}", self.parameters.len())
    }

    fn condition(&mut self, layout: &Layout, table: &TableLayout, condition: &Condition) -> Result<String> {
        let column = column_of(table, &condition.column)?;
        let name = format!("t.{}", names::column(&column.name));
        let wrong = || Error::Invalid(vec![table.rules.error(column, Rule::Kind)]);
        Ok(match condition.operator {
            Operator::IsEmpty => format!("{name} IS NULL"),
            Operator::IsNotEmpty => format!("{name} IS NOT NULL"),
            Operator::Contains => {
                let text = condition.value.as_text().ok_or_else(wrong)?;
                let place = self.parameter(Sql::Text(fold(text)));
                let shown = shown_text(layout, column, &name);
                format!("instr({shown}, {place}) > 0")
            }
            Operator::Is | Operator::IsNot if is_multi(column) => {
                let text = condition.value.as_text().ok_or_else(wrong)?;
                let place = self.parameter(Sql::Text(text.to_owned()));
                let has = format!("EXISTS (SELECT 1 FROM json_each({name}) WHERE value = {place})");
                if condition.operator == Operator::Is {
                    format!("({name} IS NOT NULL AND {has})")
                } else {
                    format!("({name} IS NULL OR NOT {has})")
                }
            }
            operator => {
                let value = normalize(column, &condition.value).ok_or_else(wrong)?;
                let value = owned(cell::to_sql(&column.kind, &value).ok_or_else(wrong)?);
                let place = self.parameter(value);
                match operator {
                    Operator::Is => format!("{name} IS {place}"),
                    Operator::IsNot => format!("{name} IS NOT {place}"),
                    Operator::Less => format!("{name} < {place}"),
                    _ => format!("{name} > {place}"),
                }
            }
        })
    }

    /// The order; records without a value come last either way, and equals by title.
    fn order(&mut self, layout: &Layout, table: &TableLayout, sort: &[(SortColumn, bool)]) -> Result<String> {
        let mut keys = Vec::new();
        for (column, descending) in sort {
            let direction = if *descending { " DESC" } else { "" };
            match column {
                SortColumn::CreatedAt => keys.push(format!("t.created_at{direction}")),
                SortColumn::UpdatedAt => keys.push(format!("t.updated_at{direction}")),
                SortColumn::Column(name) if *name == table.rules.table().title => {
                    keys.push(format!("t.\"_title\"{direction}"));
                }
                SortColumn::Column(name) => {
                    let key = self.sort_expression(layout, column_of(table, name)?);
                    keys.push(format!("{key}{direction} NULLS LAST"));
                }
            }
        }
        if keys
            .first()
            .is_none_or(|first| !first.starts_with("t.\"_title\""))
        {
            keys.push("t.\"_title\"".to_owned());
        }
        keys.push("row".to_owned());
        Ok(keys.join(", "))
    }

    fn sort_expression(&mut self, layout: &Layout, column: &Column) -> String {
        let name = format!("t.{}", names::column(&column.name));
        match &column.kind {
            // The place of a choice in the order that people see.
            ColumnKind::Choice { choices } if !choices.is_empty() => {
                let mut places = String::new();
                for (n, choice) in choices.iter().enumerate() {
                    let value = self.parameter(Sql::Text(choice.value.clone()));
                    places.push_str(&format!(" WHEN {value} THEN {n}"));
                }
                format!("CASE {name}{places} END")
            }
            ColumnKind::Text { .. } | ColumnKind::LongText { .. } => format!("lf_fold({name})"),
            _ => match referred(layout, column) {
                Some(other) => title_of(other, &name),
                None => name,
            },
        }
    }
}

/// Written out so that SQLite sees that the partial indexes serve.
fn mark_condition(mark: Option<MarkFilter>) -> &'static str {
    match mark {
        None => "t.deleted = 0",
        Some(MarkFilter::Waiting) => "t.mark <> 0 AND t.mark = 1 AND t.deleted = 0",
        Some(MarkFilter::Conflict) => "t.mark <> 0 AND t.mark = 2",
        Some(MarkFilter::Refused) => "t.mark <> 0 AND t.mark = 3",
        Some(MarkFilter::ChangedByOthers) => "t.\"_others_at\" <> 0 AND t.deleted = 0",
    }
}

fn column_of<'a>(table: &'a TableLayout, name: &ColumnName) -> Result<&'a Column> {
    table.column(name).ok_or_else(|| {
        Error::Invalid(vec![FieldError {
            table: table.name.clone(),
            column: name.clone(),
            kind: "unknown".to_owned(),
            rule: Rule::UnknownColumn,
            message: format!("The table has no column {name}."),
        }])
    })
}

fn is_multi(column: &Column) -> bool {
    matches!(column.kind, ColumnKind::MultiChoice { .. })
}

fn owned(sql: ToSqlOutput<'_>) -> Sql {
    match sql {
        ToSqlOutput::Owned(value) => value,
        ToSqlOutput::Borrowed(ValueRef::Integer(number)) => Sql::Integer(number),
        ToSqlOutput::Borrowed(ValueRef::Real(number)) => Sql::Real(number),
        ToSqlOutput::Borrowed(ValueRef::Text(bytes)) => {
            Sql::Text(String::from_utf8_lossy(bytes).into_owned())
        }
        _ => Sql::Null,
    }
}

/// A column as folded text, as a person reads it.
fn shown_text(layout: &Layout, column: &Column, name: &str) -> String {
    match referred(layout, column) {
        Some(other) => title_of(other, name),
        None => format!("lf_fold({name})"),
    }
}

fn referred<'a>(layout: &'a Layout, column: &Column) -> Option<&'a TableLayout> {
    match &column.kind {
        ColumnKind::Reference { table } => layout.table(table).ok().map(|table| &**table),
        _ => None,
    }
}

fn title_of(other: &TableLayout, name: &str) -> String {
    format!(
        "(SELECT o.\"_title\" FROM {} AS o WHERE o.id = {name})",
        other.sql
    )
}

/// A list as a JSON parameter.
pub(crate) fn json_list<T: serde::Serialize>(list: &[T]) -> Result<String> {
    json(&list, "list")
}
