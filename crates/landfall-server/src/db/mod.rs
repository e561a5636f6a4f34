//! The workspace's database: the only place with SQL (step 6 and 9 of the data's way).
//!
//! SQLite in WAL mode. One connection writes, on a thread of its own, one transaction after the other
//! ([`Database::write`]); a few others read, each a consistent state of its own ([`Database::read`]). `synchronous` is
//! FULL: what was answered survives power loss, and no `seq` is handed out twice.
//!
//! Walk it in this order: `format` (whose file is it) → [`layout`] (tables, and how they follow the schema) → [`model`] (schema with its SQL) →
//! [`row`] (records and rows) → [`change`] (one change of one record, with seq, sum and history) → [`push`] →
//! [`pull`] → [`tables`] (the same for clients of the table protocol, with [`odata`]) → [`history`] → [`devices`] →
//! [`installations`] → [`notifications`] → [`meta`] → [`tombstones`] → [`check`] (for the doctor).

pub mod change;
pub mod check;
pub mod devices;
mod format;
pub mod history;
pub(crate) mod imports;
pub mod installations;
pub mod layout;
pub mod meta;
pub mod model;
pub mod notifications;
pub(crate) mod odata;
pub mod pull;
pub mod push;
pub mod row;
pub(crate) mod tables;
pub mod tombstones;
mod writer;

use crate::Error;
use crate::wake::bell::Bell;
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
    bell: Arc<Bell>,
    idle_readers: Mutex<Vec<Connection>>,
    reader_permits: tokio::sync::Semaphore,
}

impl Database {
    /// Opens the database of a workspace whose layout fits the model already (see [`layout::prepare`]).
    ///
    /// # Errors
    /// When SQLite can't open it.
    pub fn open(path: &Path, model: Model) -> Result<Self, Error> {
        let connection = open_writer(path)?;
        let bell = Arc::new(Bell::new(&connection)?);
        let writer = Writer::start(connection);
        Ok(Self(Arc::new(Shared {
            path: path.to_owned(),
            model: Arc::new(model),
            writer,
            bell,
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

    /// What has changed lately, for those who wait for it.
    pub(crate) fn bell(&self) -> &Arc<Bell> {
        &self.0.bell
    }

    /// Looks for changes that another process has made. They are told like those of this one.
    ///
    /// # Errors
    /// [`Error::Busy`] when too much waits.
    pub fn look(&self) -> Result<(), Error> {
        let bell = Arc::clone(&self.0.bell);
        self.0.writer.submit(move |connection| bell.ring(connection))
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
        let (model, bell) = (Arc::clone(&self.0.model), Arc::clone(&self.0.bell));
        self.0.writer.submit(move |connection| {
            tracing::trace!(target: "landfall::way", "writer begins");
            let done = transact(connection, |tx| work(tx, &model));
            tracing::trace!(target: "landfall::way", "committed");
            // Rung here, not by the caller: that may have gone away while its change was made.
            bell.ring(connection);
            tracing::trace!(target: "landfall::way", "bell rung");
            // A caller that went away does not want the answer.
            drop(send.send(done));
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
        let (model, bell) = (Arc::clone(&self.0.model), Arc::clone(&self.0.bell));
        self.0.writer.submit(move |connection| {
            let done = transact(connection, |tx| work(tx, &model));
            bell.ring(connection);
            drop(send.send(done));
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

    /// [`Database::read`] for callers that are not async, and for a row by its key: that takes some microseconds, less
    /// than the way to a thread that may block.
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
    // First, so that a file that is not this server's is not touched.
    format::check(&connection, path)?;
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
    odata::functions::register(&connection)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Surroundings, Workspace};
    use landfall_core::id::Millis;
    use std::sync::atomic::{AtomicU8, Ordering};
    use tempfile::TempDir;

    const SCHEMA: &str = r#"
[workspace]
name = "W"
version = 1
[[table]]
name = "airfields"
[[table.column]]
name = "code"
type = "text"
unique = true
[[table.column]]
name = "place"
type = "location"
[[table]]
name = "inspections"
[[table.column]]
name = "summary"
type = "text"
"#;

    fn workspace() -> (TempDir, Workspace) {
        let dir = TempDir::new().unwrap();
        let counter = AtomicU8::new(0);
        let surroundings = Surroundings::new(
            || Millis(0),
            move |bytes| bytes.fill(counter.fetch_add(1, Ordering::SeqCst)),
        );
        let workspace = Workspace::create(dir.path(), SCHEMA, surroundings).unwrap();
        (dir, workspace)
    }

    /// SQLite's plan of a statement, a step a line.
    fn plan(tx: &Transaction<'_>, sql: &str) -> String {
        let mut statement = tx.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let marks = statement.parameter_count();
        let rows = statement
            .query_map(rusqlite::params_from_iter(vec![1; marks]), |row| {
                row.get::<_, String>(3)
            })
            .unwrap();
        rows.collect::<Result<Vec<_>, _>>().unwrap().join("\n")
    }

    #[test]
    fn push_and_pull_look_up_by_index() {
        let (_dir, workspace) = workspace();
        let plans = workspace
            .database()
            .read_blocking(|tx, model| {
                let tables: Vec<_> = model.tables().iter().collect();
                let airfields = tables[0];
                let code = model::sql_names(&airfields.columns()[0]);
                let statements = [
                    ("record", airfields.select_by_id.clone()),
                    ("parent", airfields.exists_live.clone()),
                    ("unique", change::unique_lookup(airfields, &code)),
                    ("remembered", push::REMEMBERED.to_owned()),
                    ("forget", push::FORGET.to_owned()),
                    ("token", devices::BY_TOKEN.to_owned()),
                    (
                        "page's end",
                        format!("{} ORDER BY seq LIMIT ?3", pull::seqs_sql(&tables)),
                    ),
                    ("page's records", airfields.select_changed.clone()),
                    ("history", history::OF_RECORD.to_owned()),
                    ("a late insert", history::INSERTED.to_owned()),
                    ("news", history::SPAN.to_owned()),
                    ("someone else's change", history::OTHERS_AFTER.to_owned()),
                    ("notify", notifications::TELL.to_owned()),
                    ("notifications", notifications::OF_DEVICE.to_owned()),
                    ("notifications of a commit", notifications::AFTER.to_owned()),
                    ("old notifications", notifications::FORGET.to_owned()),
                    ("export", airfields.select_live.clone()),
                ];
                Ok(statements.map(|(what, sql)| format!("{what}:\n{}", plan(tx, &sql))))
            })
            .unwrap();
        for plan in &plans {
            // The one scan is the export's, along the index that gives the order.
            let may_scan = plan.starts_with("export") && plan.contains("USING INDEX");
            assert!(may_scan || !plan.contains("SCAN"), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
        insta::assert_snapshot!(plans.join("\n\n"));
    }

    #[test]
    fn work_that_panics_or_fails_leaves_nothing_and_the_writer_goes_on() {
        let (_dir, workspace) = workspace();
        let database = workspace.database();
        let renew = |tx: &Transaction<'_>| meta::renew_epoch(tx, "gone");
        let panicked = database.write_blocking(move |tx, _| {
            renew(tx)?;
            if tx.is_autocommit() {
                return Ok(());
            }
            panic!("a fault in the middle of a transaction");
        });
        assert!(matches!(panicked, Err(Error::Panicked)));
        let failed: Result<(), Error> = database.write_blocking(move |tx, _| {
            renew(tx)?;
            Err(Error::Busy)
        });
        assert!(matches!(failed, Err(Error::Busy)));
        let epoch = database
            .read_blocking(|tx, model| Ok(meta::read(tx, model)?.epoch))
            .unwrap();
        assert_eq!(epoch, "00000000");
        workspace.renew_epoch().unwrap();
    }
}
