//! Where a record's latest change is, from the edit to the server's version (U32). When a change was sent is written in
//! the transaction that takes the batch, when it was taken in that of its answer (steps 5 and 7 of the data's way).

use crate::Store;
use crate::base;
use crate::entry::{self, Entries};
use crate::error::{Error, Result};
use crate::row::{self, Mark, Row};
use landfall_core::id::{Millis, RecordId, TableName, Version};
use landfall_core::outbox::{Entry, EntryState};
use rusqlite::{Connection, OptionalExtension, params};

/// Where the latest change of this device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrailState {
    /// Nothing waits.
    OnServer,
    /// Waits for its turn.
    Waiting,
    /// Waits behind one that is in flight.
    Behind,
    /// In flight.
    Sending,
    /// In conflict.
    Conflict,
    /// Refused.
    Refused,
}

/// The way of a record's latest change.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTrail {
    /// The latest edit made on this device, by its clock.
    pub edited_at: Option<Millis>,
    /// When it was last sent, by its clock.
    pub sent_at: Option<Millis>,
    /// How often it was sent.
    pub attempts: u32,
    /// When the server took it, by the server's clock.
    pub applied_at: Option<Millis>,
    /// Where it stands.
    pub state: TrailState,
    /// The server's newest version that this device knows.
    pub version: Option<Version>,
    /// Who made that version and when, if this device has its record.
    pub version_by: Option<(String, Millis)>,
}

/// A change is sent.
pub(crate) fn sent(conn: &Connection, entry: &Entry, at: Millis) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO lf_trail (tbl, id, sent_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (tbl, id) DO UPDATE SET sent_at = excluded.sent_at",
    )?
    .execute(params![entry.table.as_str(), entry.id.as_str(), at.0])?;
    Ok(())
}

/// The server has taken it.
pub(crate) fn taken(conn: &Connection, entry: &Entry, at: Millis) -> Result<()> {
    conn.prepare_cached(
        "UPDATE lf_trail SET edited_at = ?3, attempts = ?4, taken_sent_at = sent_at, applied_at = ?5 \
         WHERE tbl = ?1 AND id = ?2",
    )?
    .execute(params![
        entry.table.as_str(),
        entry.id.as_str(),
        entry.edited_at.0,
        entry.attempts,
        at.0
    ])?;
    Ok(())
}

impl Store {
    /// Where a record's latest change is.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a record that this device does not have, [`Error::UnknownTable`], or what SQLite says.
    pub fn trail(&self, table: &TableName, id: &RecordId) -> Result<StoredTrail> {
        self.read(|conn, layout| {
            let row = row::find(conn, layout.table(table)?, id)?.ok_or(Error::NotFound)?;
            let entries = if row.mark == Mark::Synced {
                Entries::default()
            } else {
                entry::of_record(conn, table, id)?
            };
            let behind = entries.in_flight.is_some();
            let latest = entries.tail.or(entries.in_flight).map(|placed| placed.entry);
            let trail = match &latest {
                Some(entry) => waiting(conn, entry, behind)?,
                None => settled(conn, table, id)?,
            };
            Ok(StoredTrail {
                version_by: version_by(conn, table, &row)?,
                version: row.version,
                ..trail
            })
        })
    }
}

fn waiting(conn: &Connection, entry: &Entry, behind: bool) -> Result<StoredTrail> {
    let sent_at = conn
        .prepare_cached("SELECT sent_at FROM lf_trail WHERE tbl = ?1 AND id = ?2")?
        .query_row([entry.table.as_str(), entry.id.as_str()], |sql| sql.get(0))
        .optional()?;
    Ok(StoredTrail {
        edited_at: Some(entry.edited_at),
        sent_at: sent_at.map(Millis).filter(|_| entry.attempts > 0),
        attempts: entry.attempts,
        applied_at: None,
        state: match &entry.state {
            EntryState::InFlight => TrailState::Sending,
            EntryState::Waiting if behind => TrailState::Behind,
            EntryState::Waiting => TrailState::Waiting,
            EntryState::Conflict => TrailState::Conflict,
            EntryState::Refused(_) => TrailState::Refused,
        },
        version: None,
        version_by: None,
    })
}

/// The latest that the server took from here.
fn settled(conn: &Connection, table: &TableName, id: &RecordId) -> Result<StoredTrail> {
    let found = conn
        .prepare_cached(
            "SELECT edited_at, taken_sent_at, attempts, applied_at FROM lf_trail \
             WHERE tbl = ?1 AND id = ?2 AND applied_at IS NOT NULL",
        )?
        .query_row([table.as_str(), id.as_str()], |sql| {
            Ok((
                sql.get::<_, i64>(0)?,
                sql.get::<_, i64>(1)?,
                sql.get::<_, u32>(2)?,
                sql.get::<_, i64>(3)?,
            ))
        })
        .optional()?;
    let at = |place: fn(&(i64, i64, u32, i64)) -> i64| found.as_ref().map(|found| Millis(place(found)));
    Ok(StoredTrail {
        edited_at: at(|found| found.0),
        sent_at: at(|found| found.1),
        attempts: found.map_or(0, |found| found.2),
        applied_at: at(|found| found.3),
        state: TrailState::OnServer,
        version: None,
        version_by: None,
    })
}

/// Who made the server's newest version: told by the row, or by what its changes stand on.
fn version_by(conn: &Connection, table: &TableName, row: &Row) -> Result<Option<(String, Millis)>> {
    if row.mark == Mark::Synced {
        let known = row.version.is_some();
        return Ok(known.then(|| (row.changed_by.clone(), row.changed_at)));
    }
    let base = base::find(conn, table, &row.id)?.filter(|base| base.version == row.version);
    Ok(base
        .filter(|base| base.present)
        .map(|base| (base.changed_by, base.changed_at)))
}
