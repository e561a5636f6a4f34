//! What a list asks for, and its rows.

use super::title::Pointed;
use super::{fields, mark, millis};
use crate::dto;
use crate::error::CommandError;
use landfall_core::id::ColumnName;
use landfall_core::schema::Table;
use landfall_store::{Condition, Found, MarkFilter, Operator, SortColumn, Store, StoredRow, ViewSpec};

/// What the store is to search, filter and sort.
pub(crate) fn spec(table: &Table, args: &dto::ViewOpenArgs) -> Result<ViewSpec, CommandError> {
    let conditions = args.conditions.iter().map(|condition| {
        Ok(Condition {
            column: column(table, &condition.column)?,
            operator: operator(condition.operator),
            value: condition.value.clone(),
        })
    });
    let sort = args
        .sort
        .iter()
        .map(|key| Ok((sort_column(table, &key.column)?, key.descending)));
    Ok(ViewSpec {
        table: table.name.clone(),
        search: args.search.clone(),
        sort: sort.collect::<Result<_, CommandError>>()?,
        conditions: conditions.collect::<Result<_, CommandError>>()?,
        mark: args.chip.map(chip),
    })
}

fn column(table: &Table, name: &str) -> Result<ColumnName, CommandError> {
    let found = table.columns.iter().find(|column| column.name.as_str() == name);
    let found =
        found.ok_or_else(|| CommandError::bad_request(format!("`{}` has no column `{name}`", table.name)));
    Ok(found?.name.clone())
}

fn sort_column(table: &Table, name: &str) -> Result<SortColumn, CommandError> {
    match name {
        "updated_at" => Ok(SortColumn::UpdatedAt),
        "created_at" => Ok(SortColumn::CreatedAt),
        name => Ok(SortColumn::Column(column(table, name)?)),
    }
}

fn operator(operator: dto::Operator) -> Operator {
    match operator {
        dto::Operator::Is => Operator::Is,
        dto::Operator::IsNot => Operator::IsNot,
        dto::Operator::Contains => Operator::Contains,
        dto::Operator::Less => Operator::Less,
        dto::Operator::Greater => Operator::Greater,
        dto::Operator::IsEmpty => Operator::IsEmpty,
        dto::Operator::IsNotEmpty => Operator::IsNotEmpty,
    }
}

fn chip(chip: dto::Chip) -> MarkFilter {
    match chip {
        dto::Chip::Waiting => MarkFilter::Waiting,
        dto::Chip::Conflict => MarkFilter::Conflict,
        dto::Chip::Refused => MarkFilter::Refused,
        dto::Chip::ChangedByOthers => MarkFilter::ChangedByOthers,
    }
}

/// Rows with the titles of what they point at, looked up once for all.
pub(crate) fn rows(
    store: &Store,
    table: &Table,
    rows: Vec<StoredRow>,
) -> Result<Vec<dto::RecordRow>, CommandError> {
    let pointed = Pointed::look_up(store, table, rows.iter().map(|row| &row.fields))?;
    Ok(rows
        .into_iter()
        .map(|row| self::row(table, &pointed, row))
        .collect())
}

fn row(table: &Table, pointed: &Pointed, row: StoredRow) -> dto::RecordRow {
    dto::RecordRow {
        id: row.id.to_string(),
        title: row.title,
        mark: mark(row.mark),
        reference_titles: pointed.titles(table, &row.fields),
        updated_at: millis(row.updated_at),
        changed_by_others: row
            .changed_by_others
            .map(|(who, at)| dto::WhoWhen { who, at: millis(at) }),
        gone: row.deleted,
        fields: fields(row.fields),
    }
}

/// A record to point at.
pub(crate) fn option(found: Found) -> dto::ReferenceOption {
    dto::ReferenceOption {
        id: found.id.to_string(),
        title: found.title,
        detail: found.detail,
    }
}
