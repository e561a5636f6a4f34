//! What was refused for another record's sake, looked at once more with all the others of its request (step 6 of the
//! data's way).
//!
//! A device sends a record's changes in the place of the first of them. So an inspection can stand before the airfield
//! that it refers to, two records can have swapped their unique values, two new ones can refer to each other: one by
//! one, each is refused because the other has not come yet. All at once they fit. What then still does not fit keeps its
//! first answer, and the rest is tried without it.

use super::Push;
use crate::Error;
use crate::db::model::{TableModel, quoted, sql_names};
use crate::db::row;
use landfall_core::id::{RecordId, TableName};
use landfall_core::outbox::OpKind;
use landfall_core::record::{Patch, Record};
use landfall_protocol::push::{Op, Outcome, code};
use std::collections::{BTreeMap, BTreeSet};

/// So often the rest is tried without what did not fit.
const ROUNDS: usize = 5;

/// The answers to units, by their places in the request.
type Answers = BTreeMap<usize, Vec<Outcome>>;

/// What is known while units are looked at all at once.
#[derive(Debug, Default)]
pub(super) struct AtOnce {
    /// Records that have let go of their unique values, as they were.
    pub(super) released: BTreeMap<(TableName, RecordId), Record>,
    /// The unit that is being looked at.
    unit: usize,
    /// What each unit refers to: looked up when all are there.
    refer: Vec<(usize, TableName, Patch)>,
}

impl AtOnce {
    /// These changed fields may refer to records that come later.
    pub(super) fn refers(&mut self, table: &TableModel, changed: Patch) {
        self.refer.push((self.unit, table.name().clone(), changed));
    }
}

fn is_applied(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Applied { .. })
}

/// Another record stands against it, or is missing.
fn needs_another(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Rejected(refusal)
        if [code::NOT_UNIQUE, code::PARENT_MISSING].contains(&refusal.code.as_str()))
}

impl Push<'_> {
    /// Looks again at the units that were refused for another record's sake. `answers` has the new ones of those that
    /// are applied now.
    pub(super) fn look_again(&mut self, units: &[&[Op]], answers: &mut [Vec<Outcome>]) -> Result<(), Error> {
        let mut open: BTreeSet<usize> = (0..units.len())
            .filter(|at| answers[*at].iter().any(needs_another))
            .collect();
        for _ in 0..ROUNDS {
            if open.is_empty() {
                return Ok(());
            }
            let connection = self.changes.connection();
            let counters = self.changes.counters();
            connection.execute_batch("SAVEPOINT at_once")?;
            let (now, failed) = self.round(units, &open)?;
            if failed.is_empty() {
                connection.execute_batch("RELEASE at_once")?;
                for (at, outcomes) in now {
                    answers[at] = outcomes;
                }
                return Ok(());
            }
            connection.execute_batch("ROLLBACK TO at_once; RELEASE at_once")?;
            self.changes.take_back(counters);
            open.retain(|at| !failed.contains(at));
        }
        Ok(())
    }

    /// Applies these units as if all at once: their answers, and which of them do not fit.
    fn round(
        &mut self,
        units: &[&[Op]],
        open: &BTreeSet<usize>,
    ) -> Result<(Answers, BTreeSet<usize>), Error> {
        let mut released = BTreeMap::new();
        for op in open.iter().flat_map(|at| units[*at]) {
            self.release(op, &mut released)?;
        }
        self.at_once = Some(AtOnce {
            released,
            ..AtOnce::default()
        });
        let (mut answers, mut failed) = (BTreeMap::new(), BTreeSet::new());
        for &at in open {
            if let Some(at_once) = &mut self.at_once {
                at_once.unit = at;
            }
            let outcomes = self.together(units[at])?;
            if !outcomes.iter().all(is_applied) {
                failed.insert(at);
            }
            answers.insert(at, outcomes);
        }
        let refer = self.at_once.take().unwrap_or_default().refer;
        for (at, table, changed) in refer {
            if let Some(table) = self.changes.model().table(&table)
                && !self.changes.parents_missing(table, &changed)?.is_empty()
            {
                failed.insert(at);
            }
        }
        Ok((answers, failed))
    }

    /// Takes the unique values that an update replaces out of the record's row, so that another can have them before
    /// the update itself has come.
    fn release(&self, op: &Op, released: &mut BTreeMap<(TableName, RecordId), Record>) -> Result<(), Error> {
        let Some(table) = self.changes.model().table(&op.table) else {
            return Ok(());
        };
        let replaced: Vec<String> = table
            .columns()
            .iter()
            .filter(|column| column.unique && op.fields.contains_key(&column.name))
            .flat_map(sql_names)
            .map(|name| format!("{name} = NULL"))
            .collect();
        if op.kind != OpKind::Update || replaced.is_empty() {
            return Ok(());
        }
        let connection = self.changes.connection();
        let Some(record) = row::find(connection, table, &op.id)? else {
            return Ok(());
        };
        let sql = format!(
            "UPDATE {} SET {} WHERE id = ?1",
            quoted(table.name().as_str()),
            replaced.join(", ")
        );
        connection.prepare_cached(&sql)?.execute([op.id.as_str()])?;
        released
            .entry((op.table.clone(), op.id.clone()))
            .or_insert(record);
        Ok(())
    }
}
