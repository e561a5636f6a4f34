//! One write transaction: what it changed, and the tallies that are kept with every row written.
//! (Steps 3 and 10 of the data's way: whatever happens, happens in one of these.)

use crate::error::Result;
use crate::layout::{Layout, TableLayout};
use crate::row::{self, Row};
use crate::{Changed, Surroundings};
use landfall_core::checksum::TableSum;
use landfall_core::id::{GroupId, Millis, OpId, RecordId, TableName};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A write transaction under way. Dropped without its end, it leaves no trace.
pub(crate) struct Work<'c> {
    pub(crate) conn: &'c Connection,
    pub(crate) layout: Arc<Layout>,
    /// The moment of the transaction.
    pub(crate) at: Millis,
    surroundings: Surroundings,
    changed: Changed,
    tallies: BTreeMap<TableName, Tally>,
}

/// What a transaction adds to a table's numbers; all wrap around.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    sum: TableSum,
    shown: i64,
}

impl<'c> Work<'c> {
    pub(crate) fn new(conn: &'c Connection, layout: Arc<Layout>, surroundings: Surroundings) -> Self {
        Self {
            at: (surroundings.now)(),
            conn,
            layout,
            surroundings,
            changed: Changed::new(),
            tallies: BTreeMap::new(),
        }
    }

    pub(crate) fn table(&self, name: &TableName) -> Result<Arc<TableLayout>> {
        self.layout.table(name).cloned()
    }

    pub(crate) fn new_op(&self) -> OpId {
        OpId::make(self.at, (self.surroundings.random)())
    }

    pub(crate) fn new_record(&self) -> RecordId {
        RecordId::make(self.at, (self.surroundings.random)())
    }

    pub(crate) fn new_action(&self) -> GroupId {
        GroupId::make(self.at, (self.surroundings.random)())
    }

    /// Notes that a record reads differently now.
    pub(crate) fn touch(&mut self, table: &TableName, id: &RecordId) {
        match self.changed.get_mut(table) {
            Some(ids) if ids.last() == Some(id) => {}
            Some(ids) => ids.push(id.clone()),
            None => {
                self.changed.insert(table.clone(), vec![id.clone()]);
            }
        }
    }

    /// Notes that any record of a table may read differently: the table's name without ids.
    pub(crate) fn changed_table(&mut self, table: &TableName) {
        self.changed.insert(table.clone(), Vec::new());
    }

    /// Inserts a row with its search text; false when the id is taken.
    pub(crate) fn insert(&mut self, table: &TableLayout, new: &Row) -> Result<bool> {
        let Some(number) = row::insert(self.conn, table, new)? else {
            return Ok(false);
        };
        if !new.deleted {
            self.index(table, number, &table.search_text(&new.id, &new.fields))?;
        }
        self.tally(table, None, new);
        self.touch(&table.name, &new.id);
        Ok(true)
    }

    /// Writes what changed of a row, with its search text.
    pub(crate) fn update(&mut self, table: &TableLayout, old: &Row, new: &Row) -> Result<()> {
        if old == new {
            return Ok(());
        }
        row::update(self.conn, table, new)?;
        if old.deleted != new.deleted || old.fields != new.fields {
            self.index_again(table, old, new)?;
        }
        self.tally(table, Some(old), new);
        self.touch(&table.name, &new.id);
        Ok(())
    }

    fn index_again(&self, table: &TableLayout, old: &Row, new: &Row) -> Result<()> {
        let text = |row: &Row| (!row.deleted).then(|| table.search_text(&row.id, &row.fields));
        let (before, after) = (text(old), text(new));
        if before == after {
            return Ok(());
        }
        if before.is_some() {
            self.conn
                .prepare_cached(&table.search_delete)?
                .execute([old.row])?;
        }
        match after {
            Some(text) => self.index(table, old.row, &text),
            None => Ok(()),
        }
    }

    fn index(&self, table: &TableLayout, row: i64, text: &str) -> Result<()> {
        self.conn
            .prepare_cached(&table.search_insert)?
            .execute(params![row, text])?;
        Ok(())
    }

    fn tally(&mut self, table: &TableLayout, old: Option<&Row>, new: &Row) {
        if !self.tallies.contains_key(&table.name) {
            self.tallies.insert(table.name.clone(), Tally::default());
        }
        let Some(tally) = self.tallies.get_mut(&table.name) else {
            return;
        };
        if let Some(old) = old {
            if let (true, Some(version)) = (old.live, &old.version) {
                tally.sum = tally.sum.minus(&old.id, version);
            }
            tally.shown -= i64::from(!old.deleted);
        }
        if let (true, Some(version)) = (new.live, &new.version) {
            tally.sum = tally.sum.plus(&new.id, version);
        }
        tally.shown += i64::from(!new.deleted);
    }

    /// Writes the tallies, so that they can be compared before the end.
    pub(crate) fn settle_tallies(&mut self) -> Result<()> {
        for (table, tally) in std::mem::take(&mut self.tallies) {
            let stored = self.sum(&table)?;
            self.conn
                .prepare_cached(
                    "UPDATE lf_table SET sum_count = ?2, sum = ?3, shown = shown + ?4 WHERE name = ?1",
                )?
                .execute(params![
                    table.as_str(),
                    stored.count.wrapping_add(tally.sum.count).cast_signed(),
                    stored.sum.wrapping_add(tally.sum.sum).cast_signed(),
                    tally.shown
                ])?;
        }
        Ok(())
    }

    /// A table's sum as it is stored (call [`Work::settle_tallies`] first).
    pub(crate) fn sum(&self, table: &TableName) -> Result<TableSum> {
        let sum = self
            .conn
            .prepare_cached("SELECT sum_count, sum FROM lf_table WHERE name = ?1")?
            .query_row([table.as_str()], |sql| {
                Ok(TableSum {
                    count: sql.get::<_, i64>(0)?.cast_unsigned(),
                    sum: sql.get::<_, i64>(1)?.cast_unsigned(),
                })
            })?;
        Ok(sum)
    }

    /// Ends the work: tallies are written, and what changed is told (each record once).
    pub(crate) fn finish(mut self) -> Result<Changed> {
        self.settle_tallies()?;
        for ids in self.changed.values_mut() {
            ids.sort();
            ids.dedup();
        }
        Ok(self.changed)
    }
}
