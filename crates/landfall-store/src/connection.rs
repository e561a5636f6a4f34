//! One connection that writes, for one caller after the other, and a few that read.
//!
//! SQLite lets one connection write at a time; with one writer nothing ever waits for a lock inside a transaction. Each
//! caller writes on its own thread, which must be one that may block: to hand the work to a thread of the writer's and to
//! wait for it took longer than many a write. The lock is fair: who waits longest is next, so that a sync which writes
//! page after page never keeps a person's edit waiting for more than one of them.
//!
//! Readers (WAL) see the last commit and are never held up by the writer.

use crate::error::Result;
use crate::fold;
use parking_lot::FairMutex;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Readers that are kept open when they are not in use.
const IDLE_READERS: usize = 4;

/// Statements that each connection keeps prepared.
const STATEMENTS: usize = 256;

/// The writing connection.
#[derive(Debug)]
pub(crate) struct Writer(FairMutex<Writing>);

#[derive(Debug)]
struct Writing {
    conn: Connection,
    /// It does not wait for the disk just now.
    light: bool,
}

impl Writer {
    /// Takes a connection whose commits wait for the disk.
    pub(crate) fn new(conn: Connection) -> Self {
        Self(FairMutex::new(Writing { conn, light: false }))
    }

    /// Does a job when those before it are done. Its commits are on disk when they return. A job that panics leaves its
    /// transaction rolled back and the writer as it was.
    pub(crate) fn run<T>(&self, job: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        self.run_light_if(|_| Ok(false), job)
    }

    /// The same, but its commits do not wait for the disk if `light` says so, of the state that the job will find.
    pub(crate) fn run_light_if<T>(
        &self,
        light: impl FnOnce(&Connection) -> Result<bool>,
        job: impl FnOnce(&mut Connection) -> Result<T>,
    ) -> Result<T> {
        let mut writing = self.0.lock();
        let light = light(&writing.conn)?;
        if light != writing.light {
            let level = if light { "NORMAL" } else { "FULL" };
            writing.conn.pragma_update(None, "synchronous", level)?;
            writing.light = light;
        }
        job(&mut writing.conn)
    }

    /// Whether the last job did not wait for the disk.
    #[cfg(test)]
    pub(crate) fn was_light(&self) -> bool {
        self.0.lock().light
    }
}

/// The reading connections.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Reads in one transaction: all queries of `read` see the same state.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut conn = match idle {
            Some(conn) => conn,
            None => open_reader(&self.path)?,
        };
        let result = {
            let snapshot = conn.transaction()?;
            read(&snapshot)
        };
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(conn);
        }
        result
    }
}

fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.pragma_update(None, "cache_size", -24_000)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    prepare(&conn)?;
    Ok(conn)
}

/// What every connection needs.
pub(crate) fn prepare(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(std::time::Duration::from_secs(10))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    fold::register(conn)
}
