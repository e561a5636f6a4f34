//! What SQLite itself says of the file.

use crate::Store;
use crate::error::Result;

impl Store {
    /// SQLite's integrity check: `ok`, or what it found, a line each. Reads the whole file.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn integrity(&self) -> Result<String> {
        self.read(|conn, _| {
            let mut statement = conn.prepare("PRAGMA integrity_check(20)")?;
            let mut rows = statement.query([])?;
            let mut lines = Vec::new();
            while let Some(sql) = rows.next()? {
                lines.push(sql.get::<_, String>(0)?);
            }
            Ok(lines.join("\n"))
        })
    }
}
