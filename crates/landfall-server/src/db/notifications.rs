//! The notifications that people asked for by a rule of the schema (step 8 of the data's way): written in the change's
//! own transaction, one row a device that is to be told. They say which record, never what stands in it.

use crate::Error;
use crate::db::model::TableModel;
use landfall_core::id::{DeviceId, RecordId, Seq, TableName};
use landfall_core::outbox::OpKind;
use landfall_core::record::{Patch, Record, value_of};
use landfall_core::schema::NotifyRule;
use landfall_core::value::Value;
use landfall_protocol::wake::Notify;
use rusqlite::{Connection, Row};
use std::collections::BTreeSet;

/// How long a notification that no device has fetched is kept.
const KEPT: i64 = 14 * 24 * 60 * 60 * 1000;

/// Most that are told at once: the newest.
pub(crate) const MOST: u32 = 20;

/// Their table. Additive: made in a database that does not have it.
pub(crate) const TABLE: &str = "
CREATE TABLE IF NOT EXISTS _notifications (
  device TEXT NOT NULL REFERENCES _devices (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  rule TEXT NOT NULL,
  table_name TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (device, seq, rule)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS _notifications_by_seq ON _notifications (seq, rule);
CREATE INDEX IF NOT EXISTS _notifications_by_time ON _notifications (at);
";

/// Notes whom a change tells.
pub(crate) fn add(
    connection: &Connection,
    table: &TableModel,
    before: Option<&Record>,
    record: &Record,
    kind: OpKind,
    changed: &Patch,
) -> Result<(), Error> {
    if kind == OpKind::Delete {
        return Ok(());
    }
    for rule in table.notify() {
        let named_before = match (kind, before) {
            (OpKind::Update, Some(before)) => names(value_of(&before.fields, &rule.to)),
            _ => BTreeSet::new(),
        };
        let named_now = names(value_of(&record.fields, &rule.to));
        let to_tell: Vec<&str> = match &rule.when {
            Some(when) if changed.contains_key(when) => named_now.into_iter().collect(),
            Some(_) => Vec::new(),
            None => named_now.difference(&named_before).copied().collect(),
        };
        for name in to_tell {
            tell(connection, rule, record, name)?;
        }
    }
    Ok(())
}

/// Whom a value names.
fn names(value: &Value) -> BTreeSet<&str> {
    match value {
        Value::Text(name) => BTreeSet::from([name.as_str()]),
        Value::List(names) => names.iter().map(String::as_str).collect(),
        _ => BTreeSet::new(),
    }
}

pub(crate) const TELL: &str = "INSERT INTO _notifications (device, seq, rule, table_name, id, at)
    SELECT t.device, ?2, ?3, ?4, ?5, ?6 FROM _installation_tags t WHERE t.tag = ?1 AND NOT EXISTS (
      SELECT 1 FROM _devices d JOIN _installation_tags own ON own.tag = ?1 AND own.device = d.id WHERE d.name = ?7
    ) AND t.device <> coalesce((SELECT id FROM _devices WHERE name = ?7), '')
    ON CONFLICT DO NOTHING";

/// All devices that stand for `name`, if the change was not made by one of them.
fn tell(connection: &Connection, rule: &NotifyRule, record: &Record, name: &str) -> Result<(), Error> {
    let told = connection.prepare_cached(TELL)?.execute((
        name,
        record.seq.0.cast_signed(),
        &rule.name,
        rule.table.as_str(),
        record.id.as_str(),
        record.updated_at.0,
        &record.changed_by,
    ))?;
    if told > 0 {
        // Nothing is kept for good; swept where something was added.
        connection
            .prepare_cached(FORGET)?
            .execute([record.updated_at.0 - KEPT])?;
    }
    Ok(())
}

pub(crate) const FORGET: &str = "DELETE FROM _notifications WHERE at < ?1";

pub(crate) const OF_DEVICE: &str = "SELECT seq, rule, table_name, id FROM _notifications
    WHERE device = ?1 AND seq > ?2 ORDER BY seq DESC, rule DESC LIMIT ?3";

/// A device's notifications after `seq`, oldest first; the newest where there are many.
pub(crate) fn of_device(connection: &Connection, device: &DeviceId, seq: Seq) -> Result<Vec<Notify>, Error> {
    let mut statement = connection.prepare_cached(OF_DEVICE)?;
    let rows = statement.query_map((device.as_str(), seq.0.cast_signed(), MOST), |row| notify(row, 0))?;
    let mut all: Vec<Notify> = rows.collect::<Result<_, _>>()?;
    all.reverse();
    Ok(all)
}

pub(crate) const AFTER: &str =
    "SELECT device, seq, rule, table_name, id FROM _notifications WHERE seq > ?1 ORDER BY seq, rule";

/// All devices' notifications after `seq`, oldest first.
pub(crate) fn after(connection: &Connection, seq: Seq) -> Result<Vec<(DeviceId, Notify)>, Error> {
    let mut statement = connection.prepare_cached(AFTER)?;
    let rows = statement.query_map([seq.0.cast_signed()], |row| {
        Ok((checked(row, 0, DeviceId::new)?, notify(row, 1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn notify(row: &Row<'_>, at: usize) -> Result<Notify, rusqlite::Error> {
    Ok(Notify {
        seq: Seq(row.get::<_, i64>(at)?.cast_unsigned()),
        rule: row.get(at + 1)?,
        table: checked(row, at + 2, TableName::new)?,
        id: checked(row, at + 3, RecordId::new)?,
    })
}

fn checked<T, E: std::error::Error + Send + Sync + 'static>(
    row: &Row<'_>,
    at: usize,
    check: impl FnOnce(String) -> Result<T, E>,
) -> Result<T, rusqlite::Error> {
    check(row.get(at)?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, Box::new(error))
    })
}
