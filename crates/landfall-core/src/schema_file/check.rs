//! Checks the workspace and its tables, and what holds between them: names told apart, a title to call a record by,
//! references that lead somewhere.

use super::{Refusal, SchemaFile, column, notify, raw, refuse, table_protocol, words};
use crate::id::{ColumnName, TableName};
use crate::schema::{Column, ColumnKind, Schema, Table, TableMerge};
use crate::validate::TableRules;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// A reference, to be followed when all tables are known.
pub(super) struct Link {
    span: Range<usize>,
    from: String,
    to: TableName,
}

pub(super) fn file(file: raw::File) -> Result<SchemaFile, Refusal> {
    let Some(workspace) = file.workspace else {
        return refuse(
            0..0,
            "the workspace has no name: begin the file with `[workspace]` and `name = \"…\"`",
        );
    };
    let (name, version) = workspace_head(workspace)?;
    let mut tables: Vec<Table> = Vec::new();
    let mut links = Vec::new();
    let mut offers = BTreeMap::new();
    for mut raw in file.table {
        let span = raw.span();
        let offered = raw.get_mut().table_protocol.take();
        let table = table(raw, &mut links)?;
        let offered = offered.map(table_protocol::table_protocol).transpose()?;
        offers.insert(table.name.clone(), offered.unwrap_or_default());
        if tables.iter().any(|other| other.name == table.name) {
            return refuse(
                span,
                format!(
                    "table `{}` is there twice: give one of them another name",
                    table.name
                ),
            );
        }
        tables.push(table);
    }
    if tables.is_empty() {
        return refuse(
            0..0,
            "there are no tables: add one with `[[table]]` and `name = \"…\"`",
        );
    }
    for link in links {
        if !tables.iter().any(|table| table.name == link.to) {
            let Link { span, from, to } = link;
            return refuse(
                span,
                format!(
                    "{from} refers to table `{to}`, which does not exist: add that table, or name one of this file"
                ),
            );
        }
    }
    let notify = notify::rules(file.notify, &tables)?;
    Ok(SchemaFile {
        schema: Schema {
            name,
            version,
            tables,
            notify,
        },
        table_protocol: offers,
    })
}

fn workspace_head(raw: Spanned<raw::Workspace>) -> Result<(String, u32), Refusal> {
    let span = raw.span();
    let raw = raw.into_inner();
    let Some(name) = raw.name else {
        return refuse(span, "the workspace has no name: add `name = \"…\"`");
    };
    let name = said(name, "the workspace's name")?;
    let version = match raw.version {
        None => 1,
        Some(version) => {
            let span = version.span();
            match u32::try_from(version.into_inner()) {
                Ok(version) if version > 0 => version,
                _ => {
                    return refuse(
                        span,
                        "`version` is a whole number from 1: count it up with every change of this file",
                    );
                }
            }
        }
    };
    Ok((name, version))
}

fn table(raw: Spanned<raw::Table>, links: &mut Vec<Link>) -> Result<Table, Refusal> {
    let span = raw.span();
    let raw = raw.into_inner();
    let Some(name) = raw.name else {
        return refuse(span, "the table has no name: add `name = \"…\"`");
    };
    let name_span = name.span();
    let name = TableName::new(name.into_inner()).or_else(|error| refuse(name_span, error.to_string()))?;
    let label = match raw.label {
        Some(label) => said(label, "`label`")?,
        None => words::label(name.as_str()),
    };
    let singular = match raw.singular {
        Some(singular) => said(singular, "`singular`")?,
        None => words::singular(&label),
    };
    let merge = raw
        .merge
        .as_ref()
        .map(table_merge)
        .transpose()?
        .unwrap_or_default();
    if raw.column.is_empty() {
        return refuse(
            span,
            format!("table `{name}` has no columns: add one with `[[table.column]]`"),
        );
    }
    let columns = columns(&name, raw.column, links)?;
    let title = match raw.title {
        Some(title) => named_title(&name, title, &columns)?,
        None => first_title(&name, span.clone(), &columns)?,
    };
    let icon = raw.icon.map(|icon| said(icon, "`icon`")).transpose()?;
    let table = Table {
        name,
        label,
        singular,
        title,
        icon,
        merge,
        columns,
    };
    match TableRules::new(&table) {
        Ok(_) => Ok(table),
        Err((column, error)) => refuse(span, format!("column `{column}`: {error}")),
    }
}

fn columns(
    table: &TableName,
    raw: Vec<Spanned<raw::Column>>,
    links: &mut Vec<Link>,
) -> Result<Vec<Column>, Refusal> {
    let mut columns: Vec<Column> = Vec::new();
    for raw in raw {
        let span = raw.span();
        let reference = raw.get_ref().table.as_ref().map(Spanned::span);
        let column = column::column(table, raw)?;
        if columns.iter().any(|other| other.name == column.name) {
            let name = &column.name;
            return refuse(
                span,
                format!("table `{table}` has column `{name}` twice: give one of them another name"),
            );
        }
        if let ColumnKind::Reference { table: to } = &column.kind {
            let from = format!("column `{}` of table `{table}`", column.name);
            links.push(Link {
                span: reference.unwrap_or(span),
                from,
                to: to.clone(),
            });
        }
        columns.push(column);
    }
    Ok(columns)
}

fn named_title(table: &TableName, title: Spanned<String>, columns: &[Column]) -> Result<ColumnName, Refusal> {
    let span = title.span();
    let title = title.into_inner();
    match columns.iter().find(|column| column.name.as_str() == title) {
        None => refuse(
            span,
            format!(
                "`title` of table `{table}` names column `{title}`, which does not exist: name one of its columns"
            ),
        ),
        Some(column) if !can_be_title(&column.kind) => {
            let kind = column.kind.word();
            refuse(
                span,
                format!(
                    "`title` of table `{table}` is of type {kind}: name a column of type text, long_text, choice or link"
                ),
            )
        }
        Some(column) => Ok(column.name.clone()),
    }
}

fn first_title(table: &TableName, span: Range<usize>, columns: &[Column]) -> Result<ColumnName, Refusal> {
    match columns.iter().find(|column| can_be_title(&column.kind)) {
        Some(column) => Ok(column.name.clone()),
        None => refuse(
            span,
            format!("table `{table}` has no column that can name a record: add one of type text"),
        ),
    }
}

fn can_be_title(kind: &ColumnKind) -> bool {
    use ColumnKind as Kind;
    matches!(
        kind,
        Kind::Text { .. } | Kind::LongText { .. } | Kind::Choice { .. } | Kind::Link
    )
}

fn table_merge(word: &Spanned<String>) -> Result<TableMerge, Refusal> {
    match word.get_ref().as_str() {
        "merge" => Ok(TableMerge::Merge),
        "server_wins" => Ok(TableMerge::ServerWins),
        "client_wins" => Ok(TableMerge::ClientWins),
        other => refuse(
            word.span(),
            format!("`{other}` is no way to merge a table: use merge, server_wins or client_wins"),
        ),
    }
}

/// Text that says something, without spaces at its ends.
pub(super) fn said(text: Spanned<String>, what: &str) -> Result<String, Refusal> {
    let span = text.span();
    match text.into_inner().trim() {
        "" => refuse(span, format!("{what} is empty: give it a text")),
        said => Ok(said.to_owned()),
    }
}
