//! The person's settings and saved views, as texts by key. What is in them is the client's business.

use crate::Store;
use crate::error::Result;
use rusqlite::{OptionalExtension, params};

impl Store {
    /// A setting, if it was ever set.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn setting(&self, name: &str) -> Result<Option<String>> {
        self.read(|conn, _| {
            let value = conn
                .prepare_cached("SELECT value FROM lf_setting WHERE name = ?1")?
                .query_row([name], |sql| sql.get(0))
                .optional()?;
            Ok(value)
        })
    }

    /// All settings whose name begins so, by name.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn settings(&self, prefix: &str) -> Result<Vec<(String, String)>> {
        self.read(|conn, _| {
            let mut statement = conn.prepare_cached(
                "SELECT name, value FROM lf_setting WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name",
            )?;
            let mut rows = statement.query([prefix])?;
            let mut settings = Vec::new();
            while let Some(sql) = rows.next()? {
                settings.push((sql.get(0)?, sql.get(1)?));
            }
            Ok(settings)
        })
    }

    /// Sets a setting.
    ///
    /// # Errors
    /// [`crate::Error::Full`], or what SQLite says.
    pub fn put_setting(&self, name: &str, value: &str) -> Result<()> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.write(move |work| {
            work.conn
                .prepare_cached("INSERT OR REPLACE INTO lf_setting (name, value) VALUES (?1, ?2)")?
                .execute(params![name, value])?;
            Ok(())
        })?;
        Ok(())
    }

    /// Removes a setting.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn remove_setting(&self, name: &str) -> Result<()> {
        let name = name.to_owned();
        self.write(move |work| {
            work.conn
                .prepare_cached("DELETE FROM lf_setting WHERE name = ?1")?
                .execute([name])?;
            Ok(())
        })?;
        Ok(())
    }
}
