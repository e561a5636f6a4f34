//! Checks the rules for notifications against the tables that they are about.

use super::check::said;
use super::{Refusal, raw, refuse};
use crate::id::TableName;
use crate::schema::{Column, ColumnKind, NotifyRule, Table};
use std::ops::Range;
use toml::Spanned;

pub(super) fn rules(raw: Vec<Spanned<raw::Notify>>, tables: &[Table]) -> Result<Vec<NotifyRule>, Refusal> {
    let mut rules: Vec<NotifyRule> = Vec::new();
    for raw in raw {
        let span = raw.span();
        let rule = rule(raw, tables)?;
        if rules.iter().any(|other| other.name == rule.name) {
            let name = &rule.name;
            return refuse(
                span,
                format!("the rule `{name}` is there twice: give one of them another `name`"),
            );
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn rule(raw: Spanned<raw::Notify>, tables: &[Table]) -> Result<NotifyRule, Refusal> {
    let span = raw.span();
    let raw = raw.into_inner();
    let Some(table) = raw.table else {
        return refuse(span, "the rule has no table: add `table = \"…\"`");
    };
    let table = named_table(&table, tables)?;
    let Some(to) = raw.to else {
        return refuse(
            span,
            "the rule does not say whom to tell: add `to = \"…\"` with the column that names them",
        );
    };
    let to_span = to.span();
    let to = named_column("to", &to, table)?;
    if !can_name_someone(&to.kind) {
        let kind = to.kind.word();
        return refuse(
            to_span,
            format!("`to` is of type {kind}: name a column of type text, choice, multi_choice or reference"),
        );
    }
    let when = raw
        .when
        .map(|when| named_column("when", &when, table))
        .transpose()?;
    let name = match raw.name {
        Some(name) => rule_name(name)?,
        None => default_name(table, to, when),
    };
    let label = match raw.label {
        Some(label) => said(label, "`label`")?,
        None => default_label(table, to, when),
    };
    Ok(NotifyRule {
        name,
        label,
        table: table.name.clone(),
        to: to.name.clone(),
        when: when.map(|column| column.name.clone()),
    })
}

fn named_table<'t>(name: &Spanned<String>, tables: &'t [Table]) -> Result<&'t Table, Refusal> {
    let found = tables
        .iter()
        .find(|table| table.name.as_str() == name.get_ref().as_str());
    found.map_or_else(
        || {
            let name_span = name.span();
            let name = name.get_ref();
            refuse(
                name_span,
                format!("the rule is about table `{name}`, which does not exist: name one of this file"),
            )
        },
        Ok,
    )
}

fn named_column<'t>(key: &str, name: &Spanned<String>, table: &'t Table) -> Result<&'t Column, Refusal> {
    let found = table
        .columns
        .iter()
        .find(|column| column.name.as_str() == name.get_ref().as_str());
    found.map_or_else(
        || {
            let (at, name, table): (Range<usize>, _, _) = (name.span(), name.get_ref(), &table.name);
            refuse(
                at,
                format!("`{key}` names column `{name}`, which table `{table}` does not have: name one of its columns"),
            )
        },
        Ok,
    )
}

/// Rules are named like tables.
fn rule_name(name: Spanned<String>) -> Result<String, Refusal> {
    let span = name.span();
    match TableName::new(name.into_inner()) {
        Ok(name) => Ok(name.to_string()),
        Err(error) => refuse(span, error.to_string()),
    }
}

fn default_name(table: &Table, to: &Column, when: Option<&Column>) -> String {
    match when {
        None => format!("{}_{}", table.name, to.name),
        Some(when) => format!("{}_{}_{}", table.name, when.name, to.name),
    }
}

fn default_label(table: &Table, to: &Column, when: Option<&Column>) -> String {
    match when {
        None => format!("{}: {}", table.label, to.label),
        Some(when) => format!("{}: {} ({})", table.label, when.label, to.label),
    }
}

fn can_name_someone(kind: &ColumnKind) -> bool {
    use ColumnKind as Kind;
    matches!(
        kind,
        Kind::Text { .. } | Kind::Choice { .. } | Kind::MultiChoice { .. } | Kind::Reference { .. }
    )
}

#[cfg(test)]
mod tests {
    use crate::schema_file::parse;

    const TABLES: &str = r#"
[workspace]
name = "W"
[[table]]
name = "people"
[[table.column]]
name = "name"
type = "text"
[[table]]
name = "inspections"
[[table.column]]
name = "summary"
type = "text"
[[table.column]]
name = "assigned_to"
type = "reference"
table = "people"
[[table.column]]
name = "closed"
type = "boolean"
"#;

    #[test]
    fn a_rule_needs_a_table_and_the_column_that_names_whom_to_tell() {
        let file = format!("{TABLES}[[notify]]\ntable = \"inspections\"\nto = \"assigned_to\"\n");
        let rules = parse(&file).unwrap().notify;
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0].name, "inspections_assigned_to");
        assert_eq!(rules[0].label, "Inspections: Assigned to");
        assert_eq!(rules[0].when, None);

        let rest = "name = \"mine_closed\"\nlabel = \"My inspection is closed\"\nwhen = \"closed\"\n";
        let rules = parse(&format!("{file}{rest}")).unwrap().notify;
        assert_eq!(
            (rules[0].name.as_str(), rules[0].when.as_ref().unwrap().as_str()),
            ("mine_closed", "closed")
        );
    }

    #[test]
    fn what_does_not_fit_the_tables_is_refused_with_its_line() {
        let rule = |text: &str| {
            parse(&format!("{TABLES}[[notify]]\n{text}"))
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(
            [
                rule(""),
                rule("table = \"inspection\""),
                rule("table = \"inspections\""),
                rule("table = \"inspections\"\nto = \"person\""),
                rule("table = \"inspections\"\nto = \"closed\""),
                rule("table = \"inspections\"\nto = \"summary\"\nwhen = \"open\""),
                rule("table = \"inspections\"\nto = \"summary\"\nname = \"For me\""),
                rule("table = \"inspections\"\nto = \"summary\"\n[[notify]]\ntable = \"inspections\"\nto = \"summary\""),
                rule("table = \"inspections\"\nto = \"summary\"\nwho = \"me\""),
            ]
            .join("\n")
        );
    }
}
