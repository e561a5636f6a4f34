//! Opening a device's folder: the lock, the file, its format.

use crate::connection::{self, Readers, Writer};
use crate::error::OpenError;
use crate::migrate::migrate;
use crate::{Inner, Store, Surroundings, typed, workspace};
use rusqlite::Connection;
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::{Arc, RwLock};

const FILE: &str = "landfall.db";
const LOCK: &str = "landfall.lock";

impl Store {
    /// Opens the store of a folder, and makes both where they are not there. One process at a time holds a folder.
    ///
    /// # Errors
    /// [`OpenError`]; nothing on disk was changed.
    pub fn open(dir: &Path, surroundings: Surroundings) -> Result<Self, OpenError> {
        make_private(dir)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(dir.join(LOCK))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => OpenError::Busy,
            TryLockError::Error(error) => OpenError::from(error),
        })?;
        let path = dir.join(FILE);
        let sqlite = |error| OpenError::sqlite(error, path.clone());
        let mut conn = Connection::open(&path).map_err(sqlite)?;
        connection::prepare(&conn).map_err(sqlite)?;
        // Reading the file's marks comes first, so that a foreign or newer file is not touched.
        let migrated = migrate_first(&mut conn, &path)?;
        let layout = workspace::load_layout(&conn).map_err(opening)?;
        if migrated {
            typed::make_indexes(&conn, &layout).map_err(opening)?;
        }
        let writer = Writer::new(conn);
        Ok(Self(Arc::new(Inner {
            readers: Readers::new(path),
            writer,
            layout: RwLock::new(Arc::new(layout)),
            surroundings,
            _lock: lock,
        })))
    }
}

fn opening(error: crate::Error) -> OpenError {
    match error {
        crate::Error::Damaged(source) => OpenError::Damaged(source),
        crate::Error::Sqlite(source) => OpenError::Sqlite(source),
        other => OpenError::Stored(Box::new(other)),
    }
}

/// Whether the file had another format.
fn migrate_first(conn: &mut Connection, path: &Path) -> Result<bool, OpenError> {
    let sqlite = |error| OpenError::sqlite(error, path.to_owned());
    crate::migrate::check(conn, path)?;
    conn.pragma_update(None, "journal_mode", "WAL").map_err(sqlite)?;
    // *Saved* means that it survives power loss.
    conn.pragma_update(None, "synchronous", "FULL").map_err(sqlite)?;
    conn.pragma_update(None, "cache_size", -32_000).map_err(sqlite)?;
    conn.pragma_update(None, "temp_store", "MEMORY").map_err(sqlite)?;
    conn.pragma_update(None, "wal_autocheckpoint", 4_000)
        .map_err(sqlite)?;
    conn.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)
        .map_err(sqlite)?;
    migrate(conn, path)
}

/// The folder holds a person's records: where the system can say so, only its owner may look inside.
fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(dir)
}
