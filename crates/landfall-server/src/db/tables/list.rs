//! A page of a query, from one read transaction.
//!
//! A page goes on after the last record of the page before, by the values that it is ordered by and its id, not by how
//! many came before: records that change between two pages push none of the others out of sight. In the order of
//! `updatedAt`, which rises with every change, a record that changes meanwhile comes again at the end.

use crate::Error;
use crate::db::model::TableModel;
use crate::db::odata::Compiler;
use crate::db::row;
use crate::odata::typing::{Field, Kind, Typed, TypedNode};
use landfall_core::id::Millis;
use landfall_core::record::Record;
use landfall_core::schema::{Column, ColumnKind};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde_json::Value as Json;

/// The places of the system fields in a query; the columns' follow.
pub(crate) const ID: usize = 0;
pub(crate) const CREATED_AT: usize = 1;
pub(crate) const UPDATED_AT: usize = 2;
pub(crate) const VERSION: usize = 3;
pub(crate) const DELETED: usize = 4;
/// The place of the first column.
pub(crate) const COLUMNS: usize = 5;

/// What is asked for.
pub(crate) struct Listing {
    /// Which records.
    pub(crate) filter: Option<Typed>,
    /// In which order, and whether from the largest down; then by id.
    pub(crate) orders: Vec<(Typed, bool)>,
    /// Whether deleted ones count.
    pub(crate) with_deleted: bool,
    /// Go on after these values of the orders and this id, last.
    pub(crate) after: Option<Vec<Json>>,
    /// Or leave out so many.
    pub(crate) skip: u64,
    /// At most so many.
    pub(crate) take: u32,
    /// Whether to count all that the filter lets through.
    pub(crate) count: bool,
    /// What `now()` gives.
    pub(crate) now: Millis,
}

/// What was found.
pub(crate) struct Found {
    /// The records, in order.
    pub(crate) records: Vec<Record>,
    /// If there are more: where to go on.
    pub(crate) next: Option<Vec<Json>>,
    /// How many there are, if that was asked.
    pub(crate) count: Option<u64>,
}

/// A field of a query.
pub(crate) fn field(place: usize, columns: &[Column]) -> Option<Field> {
    let (kind, nullable) = match place {
        ID | VERSION => (Kind::Text, false),
        CREATED_AT | UPDATED_AT => (Kind::Instant, false),
        DELETED => (Kind::Boolean, false),
        _ => {
            let column = columns.get(place - COLUMNS)?;
            (kind(&column.kind), !is_never_null(column))
        }
    };
    Some(Field {
        place,
        kind,
        nullable,
    })
}

fn kind(kind: &ColumnKind) -> Kind {
    match kind {
        ColumnKind::Integer { .. } => Kind::Integer,
        ColumnKind::Real { .. } => Kind::Real,
        ColumnKind::Boolean => Kind::Boolean,
        ColumnKind::Date { .. } => Kind::Date,
        ColumnKind::DateTime => Kind::Instant,
        ColumnKind::MultiChoice { .. } => Kind::List,
        ColumnKind::Location => Kind::Point,
        ColumnKind::Text { .. }
        | ColumnKind::LongText { .. }
        | ColumnKind::Choice { .. }
        | ColumnKind::Reference { .. }
        | ColumnKind::Link => Kind::Text,
    }
}

/// Whether a column is one that clients have as a plain `bool` or number, not as one that may be null: it is required, or
/// has a default. Where it has no value it reads as false or 0.
pub(crate) fn is_never_null(column: &Column) -> bool {
    matches!(
        column.kind,
        ColumnKind::Boolean | ColumnKind::Integer { .. } | ColumnKind::Real { .. }
    ) && (column.required || column.default.is_some())
}

/// The SQL of every field, by its place.
fn fields(table: &TableModel) -> Vec<String> {
    let system = [
        "id",
        "created_at",
        "updated_at",
        "odata_base64(version)",
        "deleted",
    ];
    let columns = table.columns().iter().map(|column| {
        let name = crate::db::model::sql_names(column).swap_remove(0);
        match &column.kind {
            ColumnKind::DateTime => format!("odata_instant({name})"),
            ColumnKind::Real { .. } if is_never_null(column) => format!("coalesce({name}, 0.0)"),
            _ if is_never_null(column) => format!("coalesce({name}, 0)"),
            _ => name,
        }
    });
    system.into_iter().map(str::to_owned).chain(columns).collect()
}

/// One key of the order.
struct Key {
    sql: String,
    descending: bool,
    nullable: bool,
}

/// The statement of a page, and its values.
fn statement(table: &TableModel, listing: &Listing) -> (String, Vec<Sql>) {
    let fields = fields(table);
    let mut compiler = Compiler::new(&fields, listing.now);
    let conditions = conditions(&mut compiler, listing);
    let keys: Vec<Key> = listing
        .orders
        .iter()
        .map(|(by, descending)| Key {
            sql: key(&mut compiler, table, by),
            descending: *descending,
            nullable: by.nullable,
        })
        .collect();
    let mut columns = table.all.clone();
    let mut order = String::new();
    for key in &keys {
        columns.push_str(&format!(", {}", key.sql));
        let direction = if key.descending { "DESC" } else { "ASC" };
        order.push_str(&format!("{} {direction}, ", key.sql));
    }
    let place = match &listing.after {
        Some(after) => format!(" AND {}", after_sql(&mut compiler, &keys, after)),
        None => String::new(),
    };
    let limit = compiler.bind(Sql::Integer(i64::from(listing.take) + 1));
    let skip = if listing.after.is_some() { 0 } else { listing.skip };
    let skip = compiler.bind(Sql::Integer(i64::try_from(skip).unwrap_or(i64::MAX)));
    let sql = format!(
        "SELECT {columns} FROM {} WHERE {conditions}{place} ORDER BY {order}id LIMIT {limit} OFFSET {skip}",
        table.sql_name()
    );
    (sql, compiler.values())
}

fn conditions(compiler: &mut Compiler<'_>, listing: &Listing) -> String {
    let live = if listing.with_deleted { "1" } else { "deleted = 0" };
    match &listing.filter {
        Some(filter) => format!("{live} AND {}", compiler.condition(filter)),
        None => live.to_owned(),
    }
}

/// What is ordered by. A choice is ordered as its choices are.
fn key(compiler: &mut Compiler<'_>, table: &TableModel, by: &Typed) -> String {
    let sql = compiler.sql(by);
    let TypedNode::Field(place) = by.node else {
        return sql;
    };
    let column = place.checked_sub(COLUMNS).and_then(|at| table.columns().get(at));
    let Some(ColumnKind::Choice { choices }) = column.map(|column| &column.kind) else {
        return sql;
    };
    let mut ranks = String::new();
    for (rank, choice) in choices.iter().enumerate() {
        let mark = compiler.bind(Sql::Text(choice.value.clone()));
        ranks.push_str(&format!(" WHEN {mark} THEN {rank}"));
    }
    format!("CASE {sql}{ranks} END")
}

/// What comes after these values in this order. Null comes before everything.
fn after_sql(compiler: &mut Compiler<'_>, keys: &[Key], after: &[Json]) -> String {
    let mut values = after.iter().map(from_json);
    let mut same = String::new();
    let mut ways = Vec::new();
    let mut from = String::new();
    for key in keys {
        let value = values.next().unwrap_or(Sql::Null);
        let is_null = value == Sql::Null;
        let (sql, mark) = (&key.sql, compiler.bind(value));
        let further = match (key.descending, is_null) {
            (false, true) => Some(format!("{sql} IS NOT NULL")),
            (false, false) => Some(format!("{sql} > {mark}")),
            (true, true) => None,
            (true, false) if key.nullable => Some(format!("({sql} < {mark} OR {sql} IS NULL)")),
            (true, false) => Some(format!("{sql} < {mark}")),
        };
        if let Some(further) = further {
            ways.push(format!("({same}{further})"));
        }
        if same.is_empty() && !key.nullable && !key.descending {
            // Says nothing new, but lets the index begin there.
            from = format!("{sql} >= {mark} AND ");
        }
        same.push_str(&format!("{sql} IS {mark} AND "));
    }
    let id = compiler.bind(values.next().unwrap_or(Sql::Null));
    ways.push(format!("({same}id > {id})"));
    format!("{from}({})", ways.join(" OR "))
}

fn from_json(json: &Json) -> Sql {
    match json {
        Json::String(text) => Sql::Text(text.clone()),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Sql::Integer(whole),
            None => Sql::Real(number.as_f64().unwrap_or_default()),
        },
        _ => Sql::Null,
    }
}

fn to_json(sql: Sql) -> Json {
    match sql {
        Sql::Integer(number) => Json::from(number),
        Sql::Real(number) => Json::from(number),
        Sql::Text(text) => Json::from(text),
        Sql::Null | Sql::Blob(_) => Json::Null,
    }
}

/// Reads a page.
///
/// # Errors
/// What SQLite says.
pub(crate) fn page(connection: &Connection, table: &TableModel, listing: &Listing) -> Result<Found, Error> {
    let count = if listing.count {
        Some(count(connection, table, listing)?)
    } else {
        None
    };
    if listing.take == 0 {
        return Ok(Found {
            records: Vec::new(),
            next: None,
            count,
        });
    }
    let (sql, values) = statement(table, listing);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut records = Vec::new();
    let mut last = Vec::new();
    let mut next = None;
    while let Some(row) = rows.next()? {
        if records.len() == listing.take as usize {
            next = Some(last);
            break;
        }
        let record = row::record(table, row)?;
        let first = row.as_ref().column_count() - listing.orders.len();
        last = (0..listing.orders.len())
            .map(|at| row.get(first + at).map(to_json))
            .collect::<Result<_, _>>()?;
        last.push(Json::from(record.id.as_str()));
        records.push(record);
    }
    Ok(Found { records, next, count })
}

fn count(connection: &Connection, table: &TableModel, listing: &Listing) -> Result<u64, Error> {
    let fields = fields(table);
    let mut compiler = Compiler::new(&fields, listing.now);
    let sql = format!(
        "SELECT count(*) FROM {} WHERE {}",
        table.sql_name(),
        conditions(&mut compiler, listing)
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let count: i64 = statement.query_row(params_from_iter(compiler.values()), |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

/// The statement that a query becomes, for those who look at its plan.
#[cfg(test)]
pub(super) fn sql(table: &TableModel, listing: &Listing) -> String {
    statement(table, listing).0
}
