//! Answers that are on disk here and that the server may forget, once it has been told.

use crate::Store;
use crate::error::{Result, stored};
use landfall_core::id::OpId;
use rusqlite::Connection;

pub(crate) fn add(conn: &Connection, op: &OpId) -> Result<()> {
    conn.prepare_cached("INSERT INTO lf_ack (op_id) VALUES (?1) ON CONFLICT (op_id) DO NOTHING")?
        .execute([op.as_str()])?;
    Ok(())
}

pub(crate) fn all(conn: &Connection) -> Result<Vec<OpId>> {
    let mut statement = conn.prepare_cached("SELECT op_id FROM lf_ack")?;
    let mut rows = statement.query([])?;
    let mut acks = Vec::new();
    while let Some(sql) = rows.next()? {
        acks.push(OpId::new(sql.get::<_, String>(0)?).map_err(stored("op id"))?);
    }
    Ok(acks)
}

impl Store {
    /// Operations whose answers are on disk and of which the server has not been told.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn acks(&self) -> Result<Vec<OpId>> {
        self.read(|conn, _| all(conn))
    }

    /// The server has been told of these. Should that be forgotten with the power, it is told again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn forget_acks(&self, told: &[OpId]) -> Result<()> {
        if told.is_empty() {
            return Ok(());
        }
        let told = told.to_vec();
        self.write_lightly(move |work| {
            let mut statement = work.conn.prepare_cached("DELETE FROM lf_ack WHERE op_id = ?1")?;
            for op in &told {
                statement.execute([op.as_str()])?;
            }
            Ok(())
        })?;
        Ok(())
    }
}
