//! What merged by itself → what the person reads.

use super::millis;
use super::title::Pointed;
use crate::dto;
use crate::error::CommandError;
use landfall_core::record::Fields;
use landfall_core::schema::{MergeRule, Table};
use landfall_store::{Merge, MergeField, Store};

/// One merge, field by field, with titles where values point at records.
pub(crate) fn item(store: &Store, table: &Table, merge: Merge) -> Result<dto::MergedItem, CommandError> {
    let of = |value: fn(&MergeField) -> &landfall_core::value::Value| -> Fields {
        let fields = merge.fields.iter();
        fields
            .map(|field| (field.values.column.clone(), value(field).clone()))
            .collect()
    };
    let (mine, stands) = (of(|field| &field.values.mine), of(|field| &field.values.stands));
    let pointed = Pointed::look_up(store, table, [&mine, &stands])?;
    // In the order of the schema, as everywhere.
    let place = |field: &MergeField| {
        let known = table.columns.iter();
        known
            .map(|column| &column.name)
            .position(|name| *name == field.values.column)
            .unwrap_or(usize::MAX)
    };
    let mut fields = merge.fields;
    fields.sort_by_key(place);
    Ok(dto::MergedItem {
        n: u32::try_from(merge.n).unwrap_or(u32::MAX),
        table: merge.table.to_string(),
        id: merge.id.to_string(),
        title: merge.title,
        at: millis(merge.at),
        theirs: dto::WhoWhen {
            who: merge.who,
            at: millis(merge.theirs_at),
        },
        fields: fields
            .into_iter()
            .map(|field| self::field(table, &pointed, field))
            .collect(),
    })
}

fn field(table: &Table, pointed: &Pointed, field: MergeField) -> dto::MergedField {
    let MergeField { values, can_revert } = field;
    let title = |value| pointed.title(table, &values.column, value);
    dto::MergedField {
        change: dto::FieldChange {
            column: values.column.to_string(),
            old_title: title(&values.mine),
            new_title: title(&values.stands),
            old: values.mine,
            new: values.stands.clone(),
        },
        theirs: (values.theirs != values.stands).then_some(values.theirs),
        rule: values.rule.map(|rule| word(rule).to_owned()),
        can_revert,
    }
}

/// The rule's word in `landfall.toml`.
fn word(rule: MergeRule) -> &'static str {
    match rule {
        MergeRule::Ask => "ask",
        MergeRule::Mine => "mine",
        MergeRule::Theirs => "theirs",
        MergeRule::Latest => "latest",
        MergeRule::Max => "max",
        MergeRule::Min => "min",
        MergeRule::Sum => "sum",
        MergeRule::Union => "union",
        MergeRule::Text => "text",
        MergeRule::Longest => "longest",
        MergeRule::TrueWins => "true_wins",
    }
}
