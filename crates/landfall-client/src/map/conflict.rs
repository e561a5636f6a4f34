//! What waits for a person → the inbox and the dialog.

use super::millis;
use super::title::Pointed;
use crate::dto;
use crate::error::CommandError;
use landfall_core::id::Millis;
use landfall_core::outbox::Refusal;
use landfall_core::reconcile::ConflictKind;
use landfall_core::record::Fields;
use landfall_core::schema::{Schema, Table};
use landfall_core::value::Value;
use landfall_store::{
    InboxDetail, InboxItem, InboxKind, KeptSide, KeptValue, ManySettled, Sides, Source, Store,
};
use std::collections::BTreeMap;

/// One line of the inbox. `device` is this device's name.
pub(crate) fn item(item: InboxItem, device: &str) -> dto::ConflictItem {
    dto::ConflictItem {
        table: item.table.to_string(),
        id: item.id.to_string(),
        title: item.title,
        kind: kind(item.kind),
        columns: item.columns.iter().map(ToString::to_string).collect(),
        mine: mine(device, item.mine_at),
        theirs: item.theirs.map(theirs),
        found_at: millis(item.at),
    }
}

/// The whole of it, with titles of what values point at.
pub(crate) fn detail(
    store: &Store,
    table: &Table,
    detail: InboxDetail,
    device: &str,
) -> Result<dto::ConflictDetail, CommandError> {
    let of = |value: fn(&Sides) -> &Value| -> Fields {
        let sides = detail.fields.iter();
        sides
            .map(|side| (side.column.clone(), value(side).clone()))
            .collect()
    };
    let others: Fields = detail
        .others
        .iter()
        .map(|other| (other.column.clone(), other.value.clone()))
        .collect();
    let all = [
        of(|side| &side.base),
        of(|side| &side.mine),
        of(|side| &side.theirs),
        others,
    ];
    let pointed = Pointed::look_up(store, table, &all)?;
    let refusal = detail.refused.as_ref().map(|(_, refusal)| refusal);
    let fields = detail.fields.iter();
    let fields = fields.map(|side| field(table, &pointed, side, refusal)).collect();
    let others = detail.others.into_iter().map(|other| dto::SettledField {
        title: pointed.title(table, &other.column, &other.value),
        column: other.column.to_string(),
        value: other.value,
        from: match other.source {
            Source::Unchanged => dto::SettledFrom::Unchanged,
            Source::Mine => dto::SettledFrom::Mine,
            Source::Theirs => dto::SettledFrom::Theirs,
            Source::Rule => dto::SettledFrom::Rule,
        },
    });
    let others = others.collect();
    let refusal = detail.refused.as_ref();
    let refusal = refusal.map(|(entry, refusal)| super::record::refusal(entry, refusal));
    let item = item(detail.item, device);
    Ok(dto::ConflictDetail {
        table: item.table,
        id: item.id,
        title: item.title,
        kind: item.kind,
        revision: detail.revision.to_string(),
        fields,
        others,
        mine: item.mine,
        theirs: item.theirs,
        found_at: item.found_at,
        can_keep_both: detail.can_keep_both,
        refusal,
        other_record: detail.other_record.map(|other| dto::OtherRecord {
            table: other.table.to_string(),
            id: other.id.to_string(),
            title: other.title,
            deleted: other.deleted,
        }),
    })
}

fn field(table: &Table, pointed: &Pointed, side: &Sides, refusal: Option<&Refusal>) -> dto::ConflictField {
    let title = |value| pointed.title(table, &side.column, value);
    let errors = refusal.map_or(&[][..], |refusal| &refusal.field_errors);
    let error = errors.iter().find(|error| error.column == side.column);
    dto::ConflictField {
        column: side.column.to_string(),
        base_title: title(&side.base),
        mine_title: title(&side.mine),
        theirs_title: title(&side.theirs),
        base: side.base.clone(),
        mine: side.mine.clone(),
        theirs: side.theirs.clone(),
        both: side.both.clone(),
        error: error.map(|error| error.message.clone()),
    }
}

fn mine(device: &str, at: Millis) -> dto::WhoWhen {
    dto::WhoWhen {
        who: device.to_owned(),
        at: millis(at),
    }
}

fn theirs((who, at): (String, Millis)) -> dto::WhoWhen {
    dto::WhoWhen { who, at: millis(at) }
}

fn kind(kind: InboxKind) -> dto::ConflictKind {
    match kind {
        InboxKind::Conflict(kind) => kind_of(kind),
        InboxKind::UniqueTaken => dto::ConflictKind::UniqueTaken,
        InboxKind::ParentMissing => dto::ConflictKind::ParentMissing,
        InboxKind::Refused => dto::ConflictKind::Refused,
    }
}

/// What collided.
pub(crate) fn kind_of(kind: ConflictKind) -> dto::ConflictKind {
    match kind {
        ConflictKind::Fields => dto::ConflictKind::Fields,
        ConflictKind::EditedHereDeletedThere => dto::ConflictKind::EditedHereDeletedThere,
        ConflictKind::DeletedHereEditedThere => dto::ConflictKind::DeletedHereEditedThere,
        ConflictKind::InsertedTwice => dto::ConflictKind::InsertedTwice,
    }
}

pub(crate) fn side_in(side: dto::ConflictSide) -> KeptSide {
    match side {
        dto::ConflictSide::Mine => KeptSide::Mine,
        dto::ConflictSide::Theirs => KeptSide::Theirs,
    }
}

/// What settling many did, or would do.
pub(crate) fn many(
    store: &Store,
    schema: &Schema,
    settled: &ManySettled,
) -> Result<dto::ConflictsResolved, CommandError> {
    let mut titles = BTreeMap::new();
    for table in &schema.tables {
        let changes = settled.sample.iter().filter(|kept| kept.table == table.name);
        let values: Vec<Fields> = changes
            .filter_map(|kept| kept.change.as_ref())
            .flat_map(|(column, given_up, kept)| {
                [given_up, kept].map(|value| (column.clone(), value.clone()))
            })
            .map(|one| Fields::from([one]))
            .collect();
        titles.insert(&table.name, (table, Pointed::look_up(store, table, &values)?));
    }
    let sample = settled.sample.iter().map(|kept| {
        let known = titles.get(&kept.table);
        resolved(kept, known)
    });
    Ok(dto::ConflictsResolved {
        done: settled.action.as_ref().map(|action| dto::ActionDone {
            action: action.to_string(),
            records: settled.resolved + settled.partly,
            skipped: 0,
        }),
        resolved: settled.resolved,
        partly: settled.partly,
        left: settled.left,
        sample: sample.collect(),
    })
}

fn resolved(kept: &KeptValue, known: Option<&(&Table, Pointed)>) -> dto::ResolvedField {
    let change = kept.change.as_ref().map(|(column, given_up, stays)| {
        let title = |value| known.and_then(|(table, pointed)| pointed.title(table, column, value));
        dto::FieldChange {
            column: column.to_string(),
            old_title: title(given_up),
            new_title: title(stays),
            old: given_up.clone(),
            new: stays.clone(),
        }
    });
    dto::ResolvedField {
        table: kept.table.to_string(),
        id: kept.id.to_string(),
        title: kept.title.clone(),
        change,
        deletes: kept.deletes,
    }
}
