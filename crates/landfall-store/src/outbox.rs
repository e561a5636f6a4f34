//! The outbox as a person reads it: what waits, what it changes, what stands in its way.

use crate::base::Snapshot;
use crate::entry::{self, Placed};
use crate::error::Result;
use crate::row;
use crate::{Store, base};
use landfall_core::id::{GroupId, Millis, RecordId, TableName};
use landfall_core::outbox::{Entry, EntryState};
use landfall_core::record::Fields;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};

/// One change that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    /// Its place in the order of sending.
    pub seq: i64,
    /// The change.
    pub entry: Entry,
    /// The record before the change (none where there was no record).
    pub base: Fields,
    /// The record's title.
    pub title: String,
    /// It waits, and can't be sent while another change of its group is refused or in conflict.
    pub blocked: bool,
}

/// How many changes stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Waiting or in flight.
    pub waiting: u32,
    /// Refused by the server.
    pub refused: u32,
    /// In conflict.
    pub conflicts: u32,
    /// When the oldest that waits was made.
    pub oldest_waiting: Option<Millis>,
}

impl OutboxCounts {
    pub(crate) fn read(conn: &Connection, table: Option<&TableName>) -> Result<Self> {
        let mut statement = conn.prepare_cached(
            "SELECT state, count(*), min(edited_at) FROM lf_outbox WHERE ?1 IS NULL OR tbl = ?1 GROUP BY state",
        )?;
        let mut rows = statement.query(params![table.map(TableName::as_str)])?;
        let mut counts = Self::default();
        while let Some(sql) = rows.next()? {
            let (count, oldest): (u32, i64) = (sql.get(1)?, sql.get(2)?);
            match sql.get::<_, i64>(0)? {
                entry::REFUSED => counts.refused += count,
                entry::CONFLICT => counts.conflicts += count,
                _ => {
                    counts.waiting += count;
                    let before = counts
                        .oldest_waiting
                        .map_or(oldest, |before| before.0.min(oldest));
                    counts.oldest_waiting = Some(Millis(before));
                }
            }
        }
        Ok(counts)
    }
}

impl Store {
    /// All changes that the server does not have, in the order of sending.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn outbox(&self) -> Result<Vec<OutboxRow>> {
        self.read(|conn, layout| {
            let entries = entry::in_order(conn, None)?;
            let stuck: BTreeSet<GroupId> = entries
                .iter()
                .filter(|placed| is_stuck(placed))
                .filter_map(|placed| placed.entry.group.clone())
                .collect();
            let mut flying: BTreeMap<(TableName, RecordId), Entry> = BTreeMap::new();
            for placed in &entries {
                if placed.entry.state == EntryState::InFlight {
                    let key = (placed.entry.table.clone(), placed.entry.id.clone());
                    flying.insert(key, placed.entry.clone());
                }
            }
            let mut outbox = Vec::with_capacity(entries.len());
            for Placed { seq, entry } in entries {
                let before = base::find(conn, &entry.table, &entry.id)?;
                let mut before = before.unwrap_or_else(|| Snapshot::absent(entry.edited_at));
                if entry.state != EntryState::InFlight
                    && let Some(ahead) = flying.get(&(entry.table.clone(), entry.id.clone()))
                {
                    before = before.with(ahead, &layout.device_name);
                }
                // A table that the schema has dropped keeps its changes; its records have no title.
                let title = match layout.table(&entry.table) {
                    Ok(table) => row::find(conn, table, &entry.id)?
                        .map(|row| table.title(&row.id, &row.fields))
                        .unwrap_or_default(),
                    Err(_) => entry.id.to_string(),
                };
                let waits = entry.state == EntryState::Waiting;
                let blocked = waits && entry.group.as_ref().is_some_and(|group| stuck.contains(group));
                outbox.push(OutboxRow {
                    seq,
                    base: before.values(),
                    title,
                    blocked,
                    entry,
                });
            }
            Ok(outbox)
        })
    }

    /// How many changes stand where.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn outbox_counts(&self) -> Result<OutboxCounts> {
        self.read(|conn, _| OutboxCounts::read(conn, None))
    }
}

fn is_stuck(placed: &Placed) -> bool {
    matches!(placed.entry.state, EntryState::Refused(_) | EntryState::Conflict)
}
