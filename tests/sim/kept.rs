//! What must not be lost: each edit writes a value that no other edit writes, and until its person gives it up (edits the
//! field again, deletes the record, takes theirs, discards, undoes) the server must have seen it in the end.

use landfall_core::id::{ColumnName, RecordId, TableName};
use landfall_core::value::Value;
use landfall_protocol::history::HistoryEntry;
use std::collections::BTreeMap;

/// A field of a record, on one device.
type Place = (usize, TableName, RecordId, ColumnName);

/// The edits that must arrive.
#[derive(Debug, Default)]
pub(crate) struct Kept(BTreeMap<Place, Value>);

impl Kept {
    /// The person wrote this value; what they wrote there before may never have left the device.
    pub(crate) fn wrote(
        &mut self,
        device: usize,
        table: &TableName,
        id: &RecordId,
        column: &ColumnName,
        value: Value,
    ) {
        self.0
            .insert((device, table.clone(), id.clone(), column.clone()), value);
    }

    /// The person gave up what they wrote in these columns of a record (all, if none are named).
    pub(crate) fn gave_up(
        &mut self,
        device: usize,
        table: &TableName,
        id: &RecordId,
        columns: &[ColumnName],
    ) {
        self.0.retain(|(whose, of, which, column), _| {
            let same = *whose == device && of == table && which == id;
            !(same && (columns.is_empty() || columns.contains(column)))
        });
    }

    /// Panics when the server has never seen an edit of this record.
    pub(crate) fn arrived(&self, table: &TableName, id: &RecordId, history: &[HistoryEntry]) {
        for ((device, of, which, column), value) in &self.0 {
            if of == table && which == id {
                let seen = history.iter().any(|entry| entry.after.get(column) == Some(value));
                assert!(
                    seen,
                    "device {device} wrote {value:?} to {table}/{id}.{column}, and it was lost"
                );
            }
        }
    }
}
