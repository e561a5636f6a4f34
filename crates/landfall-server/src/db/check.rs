//! What the doctor asks the database: is the file whole, do sums and counters agree with the records.

use crate::Error;
use crate::db::model::{Model, TableModel};
use crate::db::{layout, meta, tombstones};
use landfall_core::checksum::TableSum;
use landfall_core::id::{RecordId, TableName, Version};
use rusqlite::Connection;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// What is wrong, one sentence each.
    pub faults: Vec<String>,
    /// Live records of each table.
    pub records: Vec<(TableName, u64)>,
    /// Tombstones.
    pub tombstones: u64,
    /// Changes so far.
    pub seq: u64,
    /// The server's life.
    pub epoch: String,
}

/// Looks at everything. Reads the whole file.
///
/// # Errors
/// What SQLite says when it can't even look.
pub fn examine(connection: &Connection, model: &Model) -> Result<Findings, Error> {
    let mut faults = integrity(connection)?;
    faults.extend(layout::differences(connection, model)?);
    let Some(meta) = meta::read_any(connection)? else {
        return Ok(Findings {
            faults,
            ..Findings::default()
        });
    };
    let states = meta::table_states(connection)?;
    let mut records = Vec::new();
    for table in model.tables() {
        let kept = states.get(table.name()).copied().unwrap_or_default().sum;
        let actual = recomputed(connection, table)?;
        if kept != actual {
            faults.push(format!(
                "the sum of table {} is not that of its records ({} records kept, {} counted)",
                table.name(),
                kept.count,
                actual.count
            ));
        }
        let newest: Option<i64> =
            connection.query_row(&format!("SELECT max(seq) FROM {}", table.sql_name()), [], |row| {
                row.get(0)
            })?;
        if newest.unwrap_or(0).cast_unsigned() > meta.seq.0 {
            faults.push(format!(
                "table {} has a change that was never counted",
                table.name()
            ));
        }
        records.push((table.name().clone(), actual.count));
    }
    Ok(Findings {
        faults,
        records,
        tombstones: tombstones::count(connection, model)?,
        seq: meta.seq.0,
        epoch: meta.epoch,
    })
}

fn integrity(connection: &Connection) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare("PRAGMA integrity_check(20)")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut faults = Vec::new();
    for row in rows {
        let said = row?;
        if said != "ok" {
            faults.push(format!("SQLite finds the file damaged: {said}"));
        }
    }
    Ok(faults)
}

fn recomputed(connection: &Connection, table: &TableModel) -> Result<TableSum, Error> {
    let strange = || Error::StrangeValue {
        table: table.name().clone(),
    };
    let sql = format!("SELECT id, version FROM {} WHERE deleted = 0", table.sql_name());
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut sum = TableSum::default();
    while let Some(row) = rows.next()? {
        let id = RecordId::new(row.get::<_, String>(0)?).map_err(|_| strange())?;
        let version = Version::new(row.get::<_, String>(1)?).map_err(|_| strange())?;
        sum = sum.plus(&id, &version);
    }
    Ok(sum)
}
