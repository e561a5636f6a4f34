//! The workspace's database: the only place with SQL (step 6 and 9 of the data's way).
//!
//! SQLite in WAL mode. One connection writes, on a thread of its own, one transaction after the other
//! ([`Database::write`]); a few others read, each a consistent state of its own ([`Database::read`]). `synchronous` is
//! FULL: what was answered survives power loss, and no `seq` is handed out twice.
//!
//! Walk it in this order: [`layout`] (tables, and how they follow the schema) → [`model`] (schema with its SQL) →
//! [`row`] (records and rows) → [`change`] (one change of one record, with seq, sum and history) → [`push`] →
//! [`pull`] → [`history`] → [`devices`] → [`meta`] → [`tombstones`] → [`check`] (for the doctor).

pub mod change;
pub mod check;
pub mod devices;
pub mod history;
pub mod layout;
pub mod meta;
pub mod model;
pub mod pull;
pub mod push;
pub mod row;
pub mod tombstones;
mod writer;

use crate::Error;
use model::Model;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use writer::Writer;

/// Most reading connections at once.
const READERS: usize = 4;

/// How long a writer waits for another process (an import, the doctor).
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Database(Arc<Shared>);

struct Shared {
    path: PathBuf,
    model: Arc<Model>,
    writer: Writer,
    idle_readers: Mutex<Vec<Connection>>,
    reader_permits: tokio::sync::Semaphore,
}

impl Database {
    /// Opens the database of a workspace whose layout fits the model already (see [`layout::prepare`]).
    ///
    /// # Errors
    /// When SQLite can't open it.
    pub fn open(path: &Path, model: Model) -> Result<Self, Error> {
        let writer = Writer::start(open_writer(path)?);
        Ok(Self(Arc::new(Shared {
            path: path.to_owned(),
            model: Arc::new(model),
            writer,
            idle_readers: Mutex::new(Vec::new()),
            reader_permits: tokio::sync::Semaphore::new(READERS),
        })))
    }

    /// The schema with its SQL.
    #[must_use]
    pub fn model(&self) -> &Arc<Model> {
        &self.0.model
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Does work in one write transaction, after those before it. It commits when the work is `Ok`; an error or a
    /// panic rolls it back. A caller that goes away does not stop it.
    ///
    /// # Errors
    /// The work's own, [`Error::Busy`] when too much waits, or what SQLite says.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &Model) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (send, receive) = tokio::sync::oneshot::channel();
        let model = Arc::clone(&self.0.model);
        self.0.writer.submit(move |connection| {
            // A caller that went away does not want the answer.
            drop(send.send(transact(connection, |tx| work(tx, &model))));
        })?;
        receive.await.map_err(|_| Error::Panicked)?
    }

    /// [`Database::write`] for callers that are not async: the command line, and set-up in tests.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub fn write_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &Model) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (send, receive) = std::sync::mpsc::sync_channel(1);
        let model = Arc::clone(&self.0.model);
        self.0.writer.submit(move |connection| {
            drop(send.send(transact(connection, |tx| work(tx, &model))));
        })?;
        receive.recv().map_err(|_| Error::Panicked)?
    }

    /// Reads one consistent state.
    ///
    /// # Errors
    /// The work's own, or what SQLite says.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &Model) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = self
            .0
            .reader_permits
            .acquire()
            .await
            .map_err(|_| Error::Panicked)?;
        let database = self.clone();
        let done = tokio::task::spawn_blocking(move || database.read_blocking(work)).await;
        drop(permit);
        done.map_err(|_| Error::Panicked)?
    }

    /// [`Database::read`] for callers that are not async.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn read_blocking<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &Model) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let idle = self.idle_readers().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.0.path)?,
        };
        let tx = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let done = work(&tx, &self.0.model);
        drop(tx);
        self.idle_readers().push(connection);
        done
    }

    fn idle_readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // The list is whole even if a thread panicked: it is only pushed to and popped from.
        self.0.idle_readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn transact<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&tx)?;
    tx.commit()?;
    Ok(done)
}

/// Opens (or makes) the file for writing.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
    )?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

fn open_reader(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute_batch("PRAGMA query_only = ON;")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}
