//! The engine takes a batch of the outbox (step 5 of the data's way).

use crate::entry::{self, IN_FLIGHT, Placed, WAITING};
use crate::error::Result;
use crate::history;
use crate::work::Work;
use crate::{Changed, Store, trail};
use landfall_core::id::{GroupId, OpId, RecordId, TableName};
use landfall_core::outbox::{EditOrigin, Entry, EntryState};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// What an operation costs beside its fields: ids, names, punctuation.
const OP_BYTES: usize = 260;

impl Store {
    /// The changes to send now: first those still in flight from before, under their op ids; then waiting ones in
    /// order. At most one of a record; a group comes whole, or not at all while one of its records is not free. A
    /// batch is never empty because its first change (or group) is larger than the limits. All of it is on disk as *in
    /// flight* when this returns.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn next_batch(&self, max_ops: usize, max_bytes: usize) -> Result<Vec<Entry>> {
        self.next_batch_but(&BTreeSet::new(), max_ops, max_bytes)
    }

    /// The same without these changes, which are in flight and are not asked about again for now. What waits behind them
    /// goes on waiting.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn next_batch_but(
        &self,
        aside: &BTreeSet<OpId>,
        max_ops: usize,
        max_bytes: usize,
    ) -> Result<Vec<Entry>> {
        let aside = aside.clone();
        let (batch, _) = self.write(move |work| {
            let batch = choose(work, &aside, max_ops, max_bytes)?;
            let mut take = work
                .conn
                .prepare_cached("UPDATE lf_outbox SET state = 1, attempts = attempts + 1 WHERE seq = ?1")?;
            for placed in &batch {
                take.execute([placed.seq])?;
                let Entry { table, id, op_id, .. } = &placed.entry;
                if placed.entry.state == EntryState::Waiting {
                    history::taken(work.conn, table, id, op_id)?;
                }
                trail::sent(work.conn, &placed.entry, work.at)?;
            }
            let taken = batch.into_iter().map(|placed| Entry {
                state: EntryState::InFlight,
                attempts: placed.entry.attempts + 1,
                ..placed.entry
            });
            Ok(taken.collect())
        })?;
        Ok(batch)
    }
}

impl Store {
    /// What its person did to make each of these changes, for the story that other devices are told: of several actions
    /// that went into one change the last counts, but a conflict that was settled is always told.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn origins(&self, ops: &[OpId]) -> Result<Vec<EditOrigin>> {
        self.read(|conn, _| ops.iter().map(|op| history::origin_of_op(conn, op)).collect())
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

fn choose(work: &Work<'_>, aside: &BTreeSet<OpId>, max_ops: usize, max_bytes: usize) -> Result<Vec<Placed>> {
    // Changes of a table that the schema does not have (any more) wait until it has it, and hold nobody else up.
    let can_go = |placed: &Placed| work.layout.table(&placed.entry.table).is_ok();
    let mut flying = entry::in_order(work.conn, Some(IN_FLIGHT))?;
    flying.retain(can_go);
    let busy: BTreeSet<(TableName, RecordId)> = flying.iter().map(record).collect();
    flying.retain(|placed| !aside.contains(&placed.entry.op_id));
    let mut waiting = entry::in_order(work.conn, Some(WAITING))?;
    waiting.retain(can_go);
    let groups = groups_of(work.conn)?;
    let mut batch = Batch {
        chosen: Vec::new(),
        bytes: 0,
        max_ops,
        max_bytes,
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

struct Batch {
    chosen: Vec<Placed>,
    bytes: usize,
    max_ops: usize,
    max_bytes: usize,
}

impl Batch {
    /// Takes a unit if there is room; the first always has some.
    fn take(&mut self, unit: Vec<Placed>) -> bool {
        let bytes: usize = unit.iter().map(size).sum();
        let ops = self.chosen.len() + unit.len();
        let fits = ops <= self.max_ops && self.bytes + bytes <= self.max_bytes;
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
