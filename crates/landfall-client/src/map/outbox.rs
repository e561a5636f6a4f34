//! Waiting changes → what the outbox shows.

use super::title::Pointed;
use super::{count, millis};
use crate::dto;
use crate::error::CommandError;
use landfall_core::outbox::{EntryState, OpKind};
use landfall_core::record::{Fields, Patch, value_of};
use landfall_core::schema::{Schema, Table};
use landfall_core::value::Value;
use landfall_store::{DiscardEffect, DiscardPreview, OutboxRow, Store};

/// One waiting change, field by field.
pub(crate) fn item(store: &Store, schema: &Schema, row: &OutboxRow) -> Result<dto::OutboxItem, CommandError> {
    let entry = &row.entry;
    let changes = match schema.table(&entry.table) {
        Some(table) => changes(store, table, &row.base, &entry.fields)?,
        None => Vec::new(),
    };
    let (state, refusal) = match &entry.state {
        EntryState::Refused(refusal) => (
            dto::OutboxState::Refused,
            Some(super::record::refusal(entry, refusal)),
        ),
        EntryState::Conflict => (dto::OutboxState::Conflict, None),
        EntryState::InFlight => (dto::OutboxState::Sending, None),
        EntryState::Waiting if row.blocked => (dto::OutboxState::Blocked, None),
        EntryState::Waiting => (dto::OutboxState::Waiting, None),
    };
    Ok(dto::OutboxItem {
        op_id: entry.op_id.to_string(),
        table: entry.table.to_string(),
        record_id: entry.id.to_string(),
        title: row.title.clone(),
        kind: kind(entry.kind),
        state,
        changes,
        edited_at: millis(entry.edited_at),
        attempts: entry.attempts,
        refusal,
    })
}

/// What kind of change.
pub(crate) fn kind(kind: OpKind) -> dto::OpKind {
    match kind {
        OpKind::Insert => dto::OpKind::Insert,
        OpKind::Update => dto::OpKind::Update,
        OpKind::Delete => dto::OpKind::Delete,
    }
}

/// Old and new value of every field in a patch, with titles where they point at records.
pub(crate) fn changes(
    store: &Store,
    table: &Table,
    before: &Fields,
    patch: &Patch,
) -> Result<Vec<dto::FieldChange>, CommandError> {
    let pointed = Pointed::look_up(store, table, [before, patch])?;
    // In the order of the schema, as everywhere.
    let columns = table.columns.iter().map(|column| &column.name);
    let changed = columns.filter_map(|column| Some((column, patch.get(column)?)));
    let change = |(column, new): (_, &Value)| {
        let old = value_of(before, column);
        dto::FieldChange {
            column: column.to_string(),
            old_title: pointed.title(table, column, old),
            new_title: pointed.title(table, column, new),
            old: old.clone(),
            new: new.clone(),
        }
    };
    Ok(changed.map(change).collect())
}

/// What discarding would bring back.
pub(crate) fn preview(
    store: &Store,
    table: &Table,
    preview: &DiscardPreview,
    also_discards: usize,
) -> Result<dto::DiscardPreview, CommandError> {
    let patch = landfall_core::record::diff(&preview.now, &preview.after);
    Ok(dto::DiscardPreview {
        effect: match preview.effect {
            DiscardEffect::FieldsReturn => dto::DiscardEffect::FieldsReturn,
            DiscardEffect::RecordGoes => dto::DiscardEffect::RecordGoes,
            DiscardEffect::RecordReturns => dto::DiscardEffect::RecordReturns,
        },
        changes: changes(store, table, &preview.now, &patch)?,
        also_discards: count(also_discards),
    })
}
