//! What a run leaves in the sync log: one line per table and kind of thing that happened, with the first record ids
//! and never a field's value. (Beside steps 5 to 10 of the data's way.)

use crate::run::Cause;
use landfall_core::id::{Millis, RecordId, TableName};
use landfall_store::{LogEntry, LogKind};
use std::collections::BTreeMap;

/// So many record ids are named in a line.
const NAMED: usize = 20;

/// The lines of one run, while it runs.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    cause: Cause,
    lines: BTreeMap<(&'static str, Option<TableName>), Line>,
}

#[derive(Debug, Default)]
struct Line {
    count: u32,
    record_ids: Vec<RecordId>,
}

impl Journal {
    /// A journal of a run for this.
    pub(crate) fn of(cause: Cause) -> Self {
        Self {
            cause,
            lines: BTreeMap::new(),
        }
    }

    /// Notes that something happened to a record.
    pub(crate) fn record(&mut self, code: &'static str, table: &TableName, id: &RecordId) {
        let line = self.lines.entry((code, Some(table.clone()))).or_default();
        line.count = line.count.saturating_add(1);
        if line.record_ids.len() < NAMED && !line.record_ids.contains(id) {
            line.record_ids.push(id.clone());
        }
    }

    /// Notes that something happened to so many records.
    pub(crate) fn count(&mut self, code: &'static str, table: Option<&TableName>, count: u32) {
        if count > 0 {
            let line = self.lines.entry((code, table.cloned())).or_default();
            line.count = line.count.saturating_add(count);
        }
    }

    /// Notes that something happened to a table, or to the run.
    pub(crate) fn event(&mut self, code: &'static str, table: Option<&TableName>) {
        self.lines.entry((code, table.cloned())).or_default();
    }

    /// The lines so far. What comes later makes new ones.
    pub(crate) fn take(&mut self, at: Millis) -> Vec<LogEntry> {
        let cause = self.cause;
        std::mem::take(&mut self.lines)
            .into_iter()
            .map(|((code, table), line)| LogEntry {
                at,
                kind: kind_of(code),
                table,
                record_ids: line.record_ids,
                count: line.count,
                code: match (cause, code) {
                    (Cause::Wake, "received") => "received_in_background",
                    (_, code) => code,
                }
                .to_owned(),
            })
            .collect()
    }
}

fn kind_of(code: &str) -> LogKind {
    match code {
        "sent" => LogKind::Sent,
        "received" | "resync" | "schema" | "resumed" => LogKind::Received,
        "merged" | "conflict" => LogKind::Conflict,
        _ => LogKind::Error,
    }
}
