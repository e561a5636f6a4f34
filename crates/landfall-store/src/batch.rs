//! The engine takes a batch of the outbox (step 5 of the data's way).

use crate::entry::{self, IN_FLIGHT, Placed, REFUSED, WAITING};
use crate::error::Result;
use crate::history;
use crate::outbox::OutboxCounts;
use crate::work::Work;
use crate::{Changed, Store, acks, revert, trail};
use landfall_core::id::{GroupId, OpId, RecordId, TableName};
use landfall_core::outbox::{EditOrigin, Entry, EntryState};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// What an operation costs beside its fields: ids, names, punctuation.
const OP_BYTES: usize = 260;

/// How much a batch may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Most changes.
    pub ops: usize,
    /// About how many bytes.
    pub bytes: usize,
}

/// Changes to send, and what is said with them. They are on disk as *in flight*.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// The changes, in the order of sending.
    pub entries: Vec<Entry>,
    /// What its person did to make each of them, for the story that other devices are told: of several actions that
    /// went into one change the last counts, but a conflict that was settled is always told.
    pub origins: BTreeMap<OpId, EditOrigin>,
    /// [`Store::acks`].
    pub acks: Vec<OpId>,
}

/// The first batch of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FirstBatch {
    /// How many changes wait in all, these among them.
    pub waiting: u32,
    /// The batch.
    pub batch: Batch,
    /// Records of which a refused change waits again.
    pub found: Changed,
}

impl Store {
    /// The changes to send first. Before they are chosen, changes that were refused because a record they refer to was
    /// missing wait again where the server has it by now: nothing is left for a person to mend.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn first_batch(&self, room: Room) -> Result<FirstBatch> {
        let (first, found) = self.write(move |work| take_first(work, room))?;
        Ok(FirstBatch { found, ..first })
    }

    /// The changes to send now: first those still in flight from before, under their op ids; then waiting ones in
    /// order. At most one of a record; a group comes whole, or not at all while one of its records is not free. A
    /// batch is never empty because its first change (or group) is larger than the limits. All of it is on disk as *in
    /// flight* when this returns.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn next_batch(&self, room: Room) -> Result<Batch> {
        self.next_batch_but(&BTreeSet::new(), room)
    }

    /// The same without these changes, which are in flight and are not asked about again for now. What waits behind them
    /// goes on waiting.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn next_batch_but(&self, aside: &BTreeSet<OpId>, room: Room) -> Result<Batch> {
        let (batch, _) = self.write(|work| take(work, aside, room))?;
        Ok(batch)
    }

    /// A batch did not leave the device: no connection was made. If it was the first try of all of it, and nothing was
    /// edited since, its changes wait again as if they had never been taken, so that a person without a network can
    /// still discard them. Else it stays in flight.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn not_sent(&self, batch: &[OpId]) -> Result<Changed> {
        let batch = batch.to_vec();
        let ((), changed) = self.write(move |work| {
            let mut back = Vec::with_capacity(batch.len());
            for op in &batch {
                let Some(placed) = entry::by_op(work.conn, op)? else {
                    return Ok(());
                };
                let behind = entry::of_record(work.conn, &placed.entry.table, &placed.entry.id)?.tail;
                if placed.entry.attempts > 1 || behind.is_some() {
                    return Ok(());
                }
                back.push(placed);
            }
            for placed in back {
                work.conn
                    .prepare_cached("UPDATE lf_outbox SET state = 0, attempts = 0 WHERE seq = ?1")?
                    .execute([placed.seq])?;
                work.touch(&placed.entry.table, &placed.entry.id);
            }
            Ok(())
        })?;
        Ok(changed)
    }
}

/// Whether [`take_first`] finds anything to do.
pub(crate) fn has_work(conn: &Connection) -> Result<bool> {
    Ok(conn
        .prepare_cached(HAS_WORK)?
        .exists([WAITING, IN_FLIGHT, REFUSED])?)
}

pub(crate) const HAS_WORK: &str = "SELECT 1 FROM lf_outbox WHERE state IN (?1, ?2, ?3) LIMIT 1";

pub(crate) fn take_first(work: &mut Work<'_>, room: Room) -> Result<FirstBatch> {
    revert::retry_found(work)?;
    Ok(FirstBatch {
        waiting: OutboxCounts::read(work.conn, None)?.waiting,
        batch: take(work, &BTreeSet::new(), room)?,
        found: Changed::new(),
    })
}

fn take(work: &Work<'_>, aside: &BTreeSet<OpId>, room: Room) -> Result<Batch> {
    let chosen = choose(work, aside, room)?;
    let mut batch = Batch::default();
    if chosen.is_empty() {
        return Ok(batch);
    }
    let mut fly = work
        .conn
        .prepare_cached("UPDATE lf_outbox SET state = 1, attempts = attempts + 1 WHERE seq = ?1")?;
    for Placed { seq, entry } in chosen {
        fly.execute([seq])?;
        if entry.state == EntryState::Waiting {
            history::taken(work.conn, &entry.table, &entry.id, &entry.op_id)?;
        }
        trail::sent(work.conn, &entry, work.at)?;
        let origin = history::origin_of_op(work.conn, &entry.op_id)?;
        batch.origins.insert(entry.op_id.clone(), origin);
        batch.entries.push(Entry {
            state: EntryState::InFlight,
            attempts: entry.attempts + 1,
            ..entry
        });
    }
    batch.acks = acks::all(work.conn)?;
    Ok(batch)
}

fn choose(work: &Work<'_>, aside: &BTreeSet<OpId>, room: Room) -> Result<Vec<Placed>> {
    // Changes of a table that the schema does not have (any more) wait until it has it, and hold nobody else up.
    let can_go = |placed: &Placed| work.layout.table(&placed.entry.table).is_ok();
    let mut flying = entry::in_order(work.conn, Some(IN_FLIGHT))?;
    flying.retain(can_go);
    let busy: BTreeSet<(TableName, RecordId)> = flying.iter().map(record).collect();
    flying.retain(|placed| !aside.contains(&placed.entry.op_id));
    let mut waiting = entry::in_order(work.conn, Some(WAITING))?;
    waiting.retain(can_go);
    let groups = groups_of(work.conn)?;
    let mut batch = Chosen {
        chosen: Vec::new(),
        bytes: 0,
        room,
    };
    for unit in units(flying, |_| true) {
        if !batch.take(unit) {
            return Ok(batch.chosen);
        }
    }
    let is_free = |unit: &[Placed]| {
        let records_free = unit.iter().all(|placed| !busy.contains(&record(placed)));
        let whole = unit.iter().all(|placed| match &placed.entry.group {
            Some(group) => groups.get(group) == Some(&unit.len()),
            None => true,
        });
        records_free && whole
    };
    for unit in units(waiting, is_free) {
        if !batch.take(unit) {
            break;
        }
    }
    Ok(batch.chosen)
}

fn record(placed: &Placed) -> (TableName, RecordId) {
    (placed.entry.table.clone(), placed.entry.id.clone())
}

/// How many entries each group has, in whatever state (those in flight do not count: they have been sent).
fn groups_of(conn: &Connection) -> Result<BTreeMap<GroupId, usize>> {
    let mut statement = conn.prepare_cached(
        "SELECT group_id, count(*) FROM lf_outbox WHERE group_id IS NOT NULL AND state <> 1 GROUP BY group_id",
    )?;
    let mut rows = statement.query([])?;
    let mut groups = BTreeMap::new();
    while let Some(sql) = rows.next()? {
        let group: String = sql.get(0)?;
        let group = GroupId::new(group).map_err(crate::error::stored("group id"))?;
        let members: u32 = sql.get(1)?;
        groups.insert(group, members as usize);
    }
    Ok(groups)
}

/// Entries that are sent together, in the order of the first of each: a group, or an entry alone.
fn units(entries: Vec<Placed>, is_free: impl Fn(&[Placed]) -> bool) -> Vec<Vec<Placed>> {
    let mut units: Vec<Vec<Placed>> = Vec::new();
    let mut place_of: BTreeMap<GroupId, usize> = BTreeMap::new();
    for placed in entries {
        match &placed.entry.group {
            None => units.push(vec![placed]),
            Some(group) => match place_of.get(group) {
                Some(&place) => units[place].push(placed),
                None => {
                    place_of.insert(group.clone(), units.len());
                    units.push(vec![placed]);
                }
            },
        }
    }
    units.retain(|unit| is_free(unit));
    units
}

struct Chosen {
    chosen: Vec<Placed>,
    bytes: usize,
    room: Room,
}

impl Chosen {
    /// Takes a unit if there is room; the first always has some.
    fn take(&mut self, unit: Vec<Placed>) -> bool {
        let bytes: usize = unit.iter().map(size).sum();
        let ops = self.chosen.len() + unit.len();
        let fits = ops <= self.room.ops && self.bytes + bytes <= self.room.bytes;
        if !fits && !self.chosen.is_empty() {
            return false;
        }
        self.bytes += bytes;
        self.chosen.extend(unit);
        true
    }
}

fn size(placed: &Placed) -> usize {
    let fields = serde_json::to_vec(&placed.entry.fields).map_or(0, |json| json.len());
    OP_BYTES + placed.entry.id.as_str().len() + fields
}
