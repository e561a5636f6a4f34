//! The workspace's own state: its epoch, the last `seq`, the tombstone horizon, and each table's sum. Read and written
//! in the same transaction as what they describe.

use crate::Error;
use crate::db::installations;
use crate::db::model::Model;
use landfall_core::checksum::TableSum;
use landfall_core::id::{Millis, Seq, TableName};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;

/// The workspace's state as one transaction sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// The server's life.
    pub epoch: String,
    /// The last `seq` handed out.
    pub seq: Seq,
    /// Tombstones up to this may be gone.
    pub horizon: Seq,
    /// The version of the schema that the database was brought to.
    pub schema_version: u32,
}

/// A table's sum, and the last `updated_at` that it gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableState {
    /// Count and checksum of its live records.
    pub sum: TableSum,
    /// Strictly rising within the table.
    pub last_updated_at: Millis,
}

/// Reads the state, if the database has one.
pub(crate) fn read_any(connection: &Connection) -> Result<Option<Meta>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT epoch, seq, horizon, schema_version FROM _meta WHERE one = 1")?;
    let meta = statement
        .query_row([], |row| {
            Ok(Meta {
                epoch: row.get(0)?,
                seq: Seq(row.get::<_, i64>(1)?.cast_unsigned()),
                horizon: Seq(row.get::<_, i64>(2)?.cast_unsigned()),
                schema_version: row.get(3)?,
            })
        })
        .optional()?;
    Ok(meta)
}

/// Reads the state, and makes sure that the database still has this server's schema.
pub(crate) fn read(connection: &Connection, model: &Model) -> Result<Meta, Error> {
    let meta = read_any(connection)?.ok_or(Error::SchemaMovedOn)?;
    if meta.schema_version == model.schema().version {
        Ok(meta)
    } else {
        Err(Error::SchemaMovedOn)
    }
}

pub(crate) fn write_seq(connection: &Connection, seq: Seq) -> Result<(), Error> {
    let mut statement = connection.prepare_cached("UPDATE _meta SET seq = ?1 WHERE one = 1")?;
    statement.execute([seq.0.cast_signed()])?;
    Ok(())
}

/// Gives the server a new life: cursors and versions of the one before are not taken for this one's.
pub(crate) fn renew_epoch(connection: &Connection, epoch: &str) -> Result<(), Error> {
    connection.execute("UPDATE _meta SET epoch = ?1 WHERE one = 1", [epoch])?;
    installations::wake_all(connection)
}

/// All tables' states.
pub(crate) fn table_states(connection: &Connection) -> Result<BTreeMap<TableName, TableState>, Error> {
    let mut statement = connection.prepare_cached("SELECT name, count, sum, last_updated_at FROM _tables")?;
    let rows = statement.query_map([], |row| {
        let sum = TableSum {
            count: row.get::<_, i64>(1)?.cast_unsigned(),
            sum: row.get::<_, i64>(2)?.cast_unsigned(),
        };
        let last_updated_at = Millis(row.get(3)?);
        Ok((row.get::<_, String>(0)?, TableState { sum, last_updated_at }))
    })?;
    let mut states = BTreeMap::new();
    for row in rows {
        let (name, state) = row?;
        // Only names that were table names were ever written.
        if let Ok(name) = TableName::new(name) {
            states.insert(name, state);
        }
    }
    Ok(states)
}

pub(crate) fn write_table_state(
    connection: &Connection,
    name: &TableName,
    state: TableState,
) -> Result<(), Error> {
    let mut statement = connection
        .prepare_cached("UPDATE _tables SET count = ?2, sum = ?3, last_updated_at = ?4 WHERE name = ?1")?;
    statement.execute((
        name.as_str(),
        state.sum.count.cast_signed(),
        state.sum.sum.cast_signed(),
        state.last_updated_at.0,
    ))?;
    Ok(())
}
