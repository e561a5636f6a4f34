//! A push: each operation checked and applied, the whole request in one transaction (step 6 of the data's way).
//! The rules are those of [`landfall_protocol::push`].
//!
//! Operations are looked at in their order, and those refused for another record's sake once more, all at once
//! ([`at_once`]): the order in which a device sends does not decide what is refused.
//!
//! An insert may come late, when the device has had its answer and the server has forgotten the operation. While the record or
//! its tombstone is there, that is a conflict, which nobody hears. Once the tombstone was purged the history still has it: an
//! insert of this record, by this device, made at this moment ([`history::INSERTED`]). Such a one is answered as it was, and
//! brings nothing back.
//!
//! Only `applied` answers are remembered: what was applied must never be applied again, while a conflict or a rejection
//! changed nothing and is simply looked at again when it is sent again.

mod at_once;

use crate::Error;
use crate::db::change::{By, Changes};
use crate::db::model::{Model, TableModel};
use crate::db::{devices, history, row};
use landfall_core::id::{DeviceId, Millis, OpId, Seq, Version};
use landfall_core::outbox::{OpKind, Refusal};
use landfall_core::record::{Fields, Record, apply, diff};
use landfall_core::validate::{Author, FieldError};
use landfall_protocol::push::{Op, OpResult, Outcome, PushRequest, PushResponse, code};
use landfall_protocol::workspace::Device;
use rusqlite::{Connection, OptionalExtension, Params, Statement};

/// Applies a push.
///
/// # Errors
/// What SQLite says; then nothing of the request was applied.
pub fn run(
    connection: &Connection,
    model: &Model,
    device: &Device,
    request: &PushRequest,
    now: Millis,
) -> Result<PushResponse, Error> {
    devices::pushes(connection, &device.id, now)?;
    forget(connection, &device.id, &request.acked)?;
    let mut push = Push {
        changes: Changes::begin(connection, model, now)?,
        device,
        now,
        at_once: None,
    };
    let units: Vec<&[Op]> = request
        .ops
        .chunk_by(|one, next| one.group.is_some() && one.group == next.group)
        .collect();
    let mut answers = Vec::with_capacity(units.len());
    for unit in &units {
        answers.push(push.together(unit)?);
    }
    push.look_again(&units, &mut answers)?;
    let answered = request.ops.iter().zip(answers.into_iter().flatten());
    let results = answered
        .map(|(op, outcome)| OpResult {
            op_id: op.op_id.clone(),
            outcome,
        })
        .collect();
    let epoch = push.changes.meta().epoch.clone();
    push.changes.finish()?;
    Ok(PushResponse { epoch, results })
}

struct Push<'c> {
    changes: Changes<'c>,
    device: &'c Device,
    now: Millis,
    /// Set while what was refused for another record's sake is looked at again.
    at_once: Option<at_once::AtOnce>,
}

impl Push<'_> {
    /// Applies operations all or none: where one is not applied, the others are held.
    fn together(&mut self, ops: &[Op]) -> Result<Vec<Outcome>, Error> {
        let connection = self.changes.connection();
        let counters = self.changes.counters();
        connection.execute_batch("SAVEPOINT together")?;
        let mut outcomes = Vec::with_capacity(ops.len());
        for (at, op) in ops.iter().enumerate() {
            let outcome = self.one(op)?;
            if !matches!(outcome, Outcome::Applied { .. }) {
                connection.execute_batch("ROLLBACK TO together; RELEASE together")?;
                self.changes.take_back(counters);
                let mut held = vec![Outcome::Held; ops.len()];
                held[at] = outcome;
                return Ok(held);
            }
            outcomes.push(outcome);
        }
        connection.execute_batch("RELEASE together")?;
        Ok(outcomes)
    }

    fn one(&mut self, op: &Op) -> Result<Outcome, Error> {
        let connection = self.changes.connection();
        if let Some(applied) = remembered(connection, &self.device.id, &op.op_id)? {
            return Ok(applied);
        }
        let Some(table) = self.changes.model().table(&op.table) else {
            return Ok(rejected(
                code::UNKNOWN_TABLE,
                format!("The workspace has no table {}: get its schema again.", op.table),
                Vec::new(),
            ));
        };
        let released = self
            .at_once
            .as_mut()
            .and_then(|at_once| at_once.released.remove(&(op.table.clone(), op.id.clone())));
        let current = match released {
            Some(record) => Some(record),
            None => row::find(connection, table, &op.id)?,
        };
        if op.kind == OpKind::Insert
            && current.is_none()
            && let Some(late) = self.came_late(table, op)?
        {
            return Ok(late);
        }
        let outcome = match op.kind {
            OpKind::Insert => self.insert(table, op, current)?,
            OpKind::Update => self.update(table, op, current)?,
            OpKind::Delete => self.delete(table, op, current)?,
        };
        if let Outcome::Applied {
            version,
            seq,
            updated_at,
        } = &outcome
        {
            remember(connection, &self.device.id, &op.op_id, version, *seq, *updated_at)?;
        }
        Ok(outcome)
    }

    /// The answer that an insert got before its record was deleted and the tombstone purged.
    fn came_late(&self, table: &TableModel, op: &Op) -> Result<Option<Outcome>, Error> {
        if self.changes.meta().horizon == Seq(0) {
            // No tombstone was ever purged.
            return Ok(None);
        }
        let key = (
            table.name().as_str(),
            op.id.as_str(),
            &self.device.name,
            op.edited_at.0,
        );
        let mut statement = self.changes.connection().prepare_cached(history::INSERTED)?;
        answer_of(&mut statement, key)
    }

    fn insert(&mut self, table: &TableModel, op: &Op, current: Option<Record>) -> Result<Outcome, Error> {
        let tombstone = match current {
            None => None,
            Some(record) if record.deleted && Some(&record.version) == op.base_version.as_ref() => {
                Some(record)
            }
            Some(record) => return Ok(conflict(Some(record))),
        };
        let checked = match &tombstone {
            None => table.rules().check_whole(&op.fields, Author::Person),
            // Values that it had before it was deleted come back as they were, read-only ones too.
            Some(record) => table
                .rules()
                .check_patch(
                    &diff(&record.fields, &apply(&Fields::new(), &op.fields)),
                    Author::Person,
                )
                .and_then(|_| table.rules().check_whole(&op.fields, Author::Import)),
        };
        match checked {
            Ok(fields) => self.store(table, op, tombstone.as_ref(), fields),
            Err(errors) => Ok(invalid(errors)),
        }
    }

    fn update(&mut self, table: &TableModel, op: &Op, current: Option<Record>) -> Result<Outcome, Error> {
        let before = match current {
            None if op.base_version.is_none() => {
                return Ok(rejected(
                    code::NO_SUCH_RECORD,
                    "The record to change is not on the server.".to_owned(),
                    Vec::new(),
                ));
            }
            None => return Ok(conflict(None)),
            Some(record) if !record.deleted && Some(&record.version) == op.base_version.as_ref() => record,
            Some(record) => return Ok(conflict(Some(record))),
        };
        // What the change leaves as it was is not its business: a rule that came later refuses no edit of another field.
        let checked = table.rules().check_patch(&op.fields, Author::Person);
        match checked.map(|patch| apply(&before.fields, &patch)) {
            Ok(fields) if fields == before.fields && self.at_once.is_none() => Ok(applied(&before)),
            Ok(fields) => self.store(table, op, Some(&before), fields),
            Err(errors) => Ok(invalid(errors)),
        }
    }

    /// Stores checked fields, if no other record stands against them.
    fn store(
        &mut self,
        table: &TableModel,
        op: &Op,
        before: Option<&Record>,
        fields: Fields,
    ) -> Result<Outcome, Error> {
        let nothing = Fields::new();
        let live_before = before.filter(|record| !record.deleted);
        let changed = diff(live_before.map_or(&nothing, |record| &record.fields), &fields);
        let taken = self.changes.not_unique(table, &op.id, &changed)?;
        if !taken.is_empty() {
            return Ok(rejected(
                code::NOT_UNIQUE,
                "Another record has a value that must be unique.".to_owned(),
                taken,
            ));
        }
        let orphaned = match &mut self.at_once {
            Some(at_once) => {
                at_once.refers(table, changed);
                Vec::new()
            }
            None => self.changes.parents_missing(table, &changed)?,
        };
        if !orphaned.is_empty() {
            return Ok(rejected(
                code::PARENT_MISSING,
                "A record that this one refers to does not exist.".to_owned(),
                orphaned,
            ));
        }
        let by = self.by(op);
        let record = self.changes.put(table, &op.id, before, fields, by)?;
        Ok(applied(&record))
    }

    fn delete(&mut self, table: &TableModel, op: &Op, current: Option<Record>) -> Result<Outcome, Error> {
        match current {
            // It is gone, which is what the device wants.
            None => {
                let meta = self.changes.meta();
                let seq = meta.seq;
                Ok(Outcome::Applied {
                    version: self.changes.version_at(seq),
                    seq,
                    updated_at: self.now,
                })
            }
            Some(record) if record.deleted => Ok(applied(&record)),
            Some(record) if Some(&record.version) == op.base_version.as_ref() => {
                let by = self.by(op);
                Ok(applied(&self.changes.delete(table, &record, by)?))
            }
            Some(record) => Ok(conflict(Some(record))),
        }
    }

    fn by(&self, op: &Op) -> By {
        By {
            name: self.device.name.clone(),
            edited_at: op.edited_at,
            origin: op.origin,
        }
    }
}

fn applied(record: &Record) -> Outcome {
    Outcome::Applied {
        version: record.version.clone(),
        seq: record.seq,
        updated_at: record.updated_at,
    }
}

fn conflict(current: Option<Record>) -> Outcome {
    Outcome::Conflict { current }
}

fn rejected(code: &str, message: String, field_errors: Vec<FieldError>) -> Outcome {
    Outcome::Rejected(Refusal {
        code: code.to_owned(),
        message,
        field_errors,
    })
}

fn invalid(errors: Vec<FieldError>) -> Outcome {
    let message = match errors.as_slice() {
        [one] => one.message.clone(),
        _ => "Some values break the rules of the table.".to_owned(),
    };
    rejected(code::INVALID, message, errors)
}

pub(crate) const REMEMBERED: &str =
    "SELECT version, seq, updated_at FROM _applied_ops WHERE device = ?1 AND op_id = ?2";

fn remembered(connection: &Connection, device: &DeviceId, op: &OpId) -> Result<Option<Outcome>, Error> {
    let mut statement = connection.prepare_cached(REMEMBERED)?;
    answer_of(&mut statement, (device.as_str(), op.as_str()))
}

/// An `applied` answer, from its version, seq and time.
fn answer_of(statement: &mut Statement<'_>, key: impl Params) -> Result<Option<Outcome>, Error> {
    let found = statement
        .query_row(key, |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
            ))
        })
        .optional()?;
    Ok(found.and_then(|(version, seq, updated_at)| {
        Some(Outcome::Applied {
            version: Version::new(version).ok()?,
            seq: Seq(seq.cast_unsigned()),
            updated_at: Millis(updated_at),
        })
    }))
}

fn remember(
    connection: &Connection,
    device: &DeviceId,
    op: &OpId,
    version: &Version,
    seq: Seq,
    updated_at: Millis,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO _applied_ops (device, op_id, version, seq, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement.execute((
        device.as_str(),
        op.as_str(),
        version.as_str(),
        seq.0.cast_signed(),
        updated_at.0,
    ))?;
    Ok(())
}

pub(crate) const FORGET: &str = "DELETE FROM _applied_ops WHERE device = ?1 AND op_id = ?2";

fn forget(connection: &Connection, device: &DeviceId, acked: &[OpId]) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(FORGET)?;
    for op in acked {
        statement.execute((device.as_str(), op.as_str()))?;
    }
    Ok(())
}
