//! A stored record → what the editor shows.

use super::title::Pointed;
use super::{fields, mark, millis};
use crate::dto;
use crate::error::CommandError;
use landfall_core::id::ColumnName;
use landfall_core::outbox::{Entry, EntryState, Refusal};
use landfall_core::record::{diff, value_of};
use landfall_core::schema::Table;
use landfall_store::{Store, StoredConflict, StoredRecord};

/// The whole record, with titles of what it points at and the draft, if there is one.
pub(crate) fn detail(
    store: &Store,
    table: &Table,
    record: StoredRecord,
) -> Result<dto::RecordDetail, CommandError> {
    let base = record.base.as_ref().map(|base| &base.fields);
    let pointed = Pointed::look_up(store, table, [&record.fields].into_iter().chain(base))?;
    let draft = store
        .draft(&table.name, &record.id)?
        .filter(|draft| !draft.is_new && !record.deleted);
    let draft = match draft {
        Some(draft) => Some(dto::Draft {
            errors: crate::draft::check(store, table, &record.id, draft.fields.clone())?,
            fields: fields(draft.fields),
            at: millis(draft.at),
        }),
        None => None,
    };
    Ok(dto::RecordDetail {
        table: table.name.to_string(),
        title: record.title.clone(),
        mark: mark(record.mark),
        reference_titles: pointed.titles(table, &record.fields),
        created_at: millis(record.created_at),
        updated_at: millis(record.updated_at),
        saved_at: record
            .entries
            .iter()
            .map(|entry| entry.edited_at)
            .max()
            .map(millis),
        on_server: record.version.is_some(),
        deleted: record.deleted,
        pending: pending(table, &record, &pointed),
        changed_by_others: record
            .others
            .iter()
            .map(|other| dto::RemoteField {
                column: other.column.to_string(),
                who_when: dto::WhoWhen {
                    who: other.who.clone(),
                    at: millis(other.at),
                },
            })
            .collect(),
        conflict: record.conflict.as_ref().map(|found| conflict(table, found)),
        refusal: record.entries.iter().find_map(refused),
        draft,
        id: record.id.to_string(),
        fields: fields(record.fields),
    })
}

/// What *Undo this field* would bring back. A record that the server has not seen has nothing to go back to.
fn pending(table: &Table, record: &StoredRecord, pointed: &Pointed) -> Vec<dto::PendingField> {
    let Some(base) = record
        .base
        .as_ref()
        .filter(|base| base.version.is_some() && !record.deleted)
    else {
        return Vec::new();
    };
    let changed = diff(&base.fields, &record.fields).into_keys();
    changed
        .map(|column| {
            let previous = value_of(&base.fields, &column).clone();
            dto::PendingField {
                previous_title: pointed.title(table, &column, &previous),
                column: column.to_string(),
                previous,
            }
        })
        .collect()
}

fn conflict(table: &Table, conflict: &StoredConflict) -> dto::RecordConflict {
    // In the order of the schema, as everywhere.
    let place = |column: &ColumnName| table.columns.iter().position(|known| known.name == *column);
    let mut columns: Vec<_> = conflict.columns.iter().collect();
    columns.sort_by_key(|column| place(column).unwrap_or(usize::MAX));
    dto::RecordConflict {
        kind: super::conflict::kind_of(conflict.kind),
        columns: columns.into_iter().map(ToString::to_string).collect(),
        theirs: dto::WhoWhen {
            who: conflict.theirs.changed_by.clone(),
            at: millis(conflict.theirs.changed_at),
        },
    }
}

fn refused(entry: &Entry) -> Option<dto::Refusal> {
    match &entry.state {
        EntryState::Refused(refusal) => Some(self::refusal(entry, refusal)),
        _ => None,
    }
}

/// Why the server refused an entry.
pub(crate) fn refusal(entry: &Entry, refusal: &Refusal) -> dto::Refusal {
    dto::Refusal {
        code: refusal.code.clone(),
        message: refusal.message.clone(),
        field_errors: refusal.field_errors.clone(),
        op_id: entry.op_id.to_string(),
    }
}
