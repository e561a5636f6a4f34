//! The fixed tables: numbered migrations, and the marks by which a file is known as ours.

use crate::error::OpenError;
use rusqlite::Connection;
use std::path::Path;

/// In order; never edited (see `migrations/NOTES.md`).
const MIGRATIONS: [&str; 3] = [
    include_str!("../migrations/0001_first.sql"),
    include_str!("../migrations/0002_conflicts.sql"),
    include_str!("../migrations/0003_undo.sql"),
];

/// `application_id` of our files: `LFAL`.
const APPLICATION: i64 = 0x4c46_414c;

/// The file format that this version writes.
#[expect(clippy::cast_possible_truncation, reason = "a handful")]
pub(crate) const FORMAT: u32 = MIGRATIONS.len() as u32;

/// Whether the file is ours and of a format that we know: its format, 0 for a new file. Changes nothing.
pub(crate) fn check(conn: &Connection, path: &Path) -> Result<u32, OpenError> {
    let sqlite = |error| OpenError::sqlite(error, path.to_owned());
    let number = |name| conn.pragma_query_value(None, name, |sql| sql.get::<_, i64>(0));
    let application = number("application_id").map_err(sqlite)?;
    let found = number("user_version").map_err(sqlite)?;
    let tables: i64 = conn
        .query_row("SELECT count(*) FROM sqlite_schema", [], |sql| sql.get(0))
        .map_err(sqlite)?;
    let fresh = application == 0 && found == 0 && tables == 0;
    if !fresh && application != APPLICATION {
        return Err(OpenError::NotADatabase {
            path: path.to_owned(),
        });
    }
    let found = u32::try_from(found).unwrap_or(u32::MAX);
    if found > FORMAT {
        return Err(OpenError::Newer { found });
    }
    Ok(found)
}

/// Brings a file that was checked to this version's format; whether that was another before.
pub(crate) fn migrate(conn: &mut Connection, path: &Path) -> Result<bool, OpenError> {
    let sqlite = |error| OpenError::sqlite(error, path.to_owned());
    let found = check(conn, path)?;
    let transaction = conn.transaction().map_err(sqlite)?;
    for migration in MIGRATIONS.iter().skip(found as usize) {
        transaction.execute_batch(migration).map_err(sqlite)?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION)
        .and_then(|()| transaction.pragma_update(None, "user_version", FORMAT))
        .and_then(|()| transaction.commit())
        .map_err(sqlite)?;
    Ok(found != FORMAT)
}
