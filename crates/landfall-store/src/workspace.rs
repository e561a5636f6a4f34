//! The workspace that this device belongs to: who it is, and the schema that its tables are made from.

use crate::base;
use crate::entry;
use crate::error::{Error, Result, stored};
use crate::facts;
use crate::layout::Layout;
use crate::outbox::OutboxCounts;
use crate::typed;
use crate::work::Work;
use crate::{Changed, Store};
use landfall_core::id::{DeviceId, RecordId, TableName};
use landfall_core::schema::Schema;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::sync::{Arc, PoisonError};

/// A device's workspace.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredWorkspace {
    /// Address of the server.
    pub server_url: String,
    /// This device.
    pub device_id: DeviceId,
    /// Its name, as others see it in history.
    pub device_name: String,
    /// The server's life that this device last met.
    pub epoch: Option<String>,
    /// Tables and columns.
    pub schema: Schema,
    /// Set for a server that speaks the table protocol alone: what is known of it, as its transport writes it.
    pub tables: Option<String>,
}

fn load(conn: &Connection) -> Result<Option<StoredWorkspace>> {
    let found = conn
        .prepare_cached("SELECT server_url, device_id, device_name, epoch, schema FROM lf_workspace")?
        .query_row([], |sql| {
            let text = |n| sql.get::<_, String>(n);
            Ok((text(0)?, text(1)?, text(2)?, sql.get(3)?, text(4)?))
        })
        .optional()?;
    let Some((server_url, device_id, device_name, epoch, schema)) = found else {
        return Ok(None);
    };
    Ok(Some(StoredWorkspace {
        server_url,
        device_id: DeviceId::new(device_id).map_err(stored("device id"))?,
        device_name,
        epoch,
        schema: serde_json::from_str(&schema).map_err(stored("schema"))?,
        tables: facts::get(conn, facts::TABLES)?,
    }))
}

pub(crate) fn load_layout(conn: &Connection) -> Result<Layout> {
    match load(conn)? {
        Some(workspace) => Layout::new(workspace.schema, workspace.device_name),
        None => Ok(Layout::default()),
    }
}

impl Store {
    /// The workspace, if this device has one.
    ///
    /// # Errors
    /// What SQLite says, or a stored schema that can't be read.
    pub fn workspace(&self) -> Result<Option<StoredWorkspace>> {
        self.read(|conn, _| load(conn))
    }

    /// Sets the workspace, or takes over what changed of it. Typed tables, their indexes and their full-text search are
    /// made, or carried over from the schema of before; no record and no change is lost.
    ///
    /// # Errors
    /// [`Error::Pattern`] for a pattern that can't be used, [`Error::Full`], or what SQLite says. Nothing was changed
    /// then.
    pub fn set_workspace(&self, workspace: &StoredWorkspace) -> Result<()> {
        let layout = Layout::new(workspace.schema.clone(), workspace.device_name.clone())?;
        self.0.writer.run(|conn| {
            // Readers wait: they must not see the tables of one schema with the layout of another.
            let mut shared = self.0.layout.write().unwrap_or_else(PoisonError::into_inner);
            let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for table in layout.tables() {
                let old = shared.table(&table.name).ok();
                typed::carry_over(&transaction, old.map(|old| &**old), table)?;
            }
            save(&transaction, workspace)?;
            transaction.commit()?;
            conn.flush_prepared_statement_cache();
            *shared = Arc::new(layout);
            Ok(())
        })
    }

    /// Empties the whole store: workspace, records, changes, drafts, history, log. Settings stay.
    ///
    /// # Errors
    /// [`Error::EditsWaiting`] when changes would be lost and it is not forced; what SQLite says.
    pub fn erase(&self, force: bool) -> Result<()> {
        self.0.writer.run(|conn| {
            let mut shared = self.0.layout.write().unwrap_or_else(PoisonError::into_inner);
            let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if !force {
                refuse_if_edits_wait(&transaction, None)?;
            }
            drop_all(&transaction)?;
            transaction.commit()?;
            conn.flush_prepared_statement_cache();
            *shared = Arc::new(Layout::default());
            // The values are not to linger in free pages of the file, nor in its log. No reader is under way: each holds
            // the layout's lock.
            if let Err(error) = conn.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)") {
                // The records are gone all the same; only the file keeps its size.
                tracing::warn!(%error, "the file could not be made smaller");
            }
            Ok(())
        })
    }

    /// Empties a table on this device and forgets its place in the server's changes: it is in
    /// [`Store::tables_to_refetch`] from now on. Changes that wait are discarded, and stay in history.
    ///
    /// # Errors
    /// [`Error::EditsWaiting`] while changes of the table wait and it is not forced; [`Error::UnknownTable`]; what
    /// SQLite says.
    pub fn purge_table(&self, table: &TableName, force: bool) -> Result<Changed> {
        let table = table.clone();
        let ((), changed) = self.write(move |work| {
            if !force {
                refuse_if_edits_wait(work.conn, Some(&table))?;
            }
            purge(work, &table)
        })?;
        Ok(changed)
    }
}

fn save(conn: &Connection, workspace: &StoredWorkspace) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO lf_workspace (only_row, server_url, device_id, device_name, epoch, schema) \
         VALUES (1, ?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        workspace.server_url,
        workspace.device_id.as_str(),
        workspace.device_name,
        workspace.epoch,
        entry::json(&workspace.schema, "schema")?
    ])?;
    match &workspace.tables {
        Some(tables) => facts::put(conn, facts::TABLES, tables),
        None => facts::remove(conn, facts::TABLES),
    }
}

fn refuse_if_edits_wait(conn: &Connection, table: Option<&TableName>) -> Result<()> {
    let counts = OutboxCounts::read(conn, table)?;
    if counts.waiting + counts.refused + counts.conflicts == 0 {
        return Ok(());
    }
    Err(Error::EditsWaiting {
        waiting: counts.waiting,
        refused: counts.refused,
        conflicts: counts.conflicts,
    })
}

/// Fixed tables that hold something of a workspace.
const OF_WORKSPACE: [&str; 16] = [
    "lf_workspace",
    "lf_table",
    "lf_fact",
    "lf_base",
    "lf_outbox",
    "lf_held",
    "lf_conflict",
    "lf_refused",
    "lf_settled",
    "lf_merge",
    "lf_history",
    "lf_others",
    "lf_draft",
    "lf_ack",
    "lf_action",
    "lf_trail",
];

fn drop_all(conn: &Connection) -> Result<()> {
    for table in OF_WORKSPACE {
        conn.execute_batch(&format!("DELETE FROM {table}"))?;
    }
    conn.execute_batch("DELETE FROM lf_log")?;
    // Full-text indexes first: dropping one drops its shadow tables.
    for kind in ["rec\\_%$search", "rec\\_%"] {
        let mut names = Vec::new();
        {
            let mut statement = conn.prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE ?1 ESCAPE '\\'",
            )?;
            let mut rows = statement.query([kind])?;
            while let Some(sql) = rows.next()? {
                names.push(sql.get::<_, String>(0)?);
            }
        }
        for name in names {
            // Our own names, made from checked ones: no quote is in them.
            conn.execute_batch(&format!("DROP TABLE \"{name}\""))?;
        }
    }
    Ok(())
}

fn purge(work: &mut Work<'_>, name: &TableName) -> Result<()> {
    let table = work.table(name)?;
    discard_into_history(work, &table)?;
    for fixed in [
        "lf_base",
        "lf_outbox",
        "lf_held",
        "lf_conflict",
        "lf_refused",
        "lf_settled",
        "lf_others",
        "lf_trail",
    ] {
        work.conn
            .execute(&format!("DELETE FROM {fixed} WHERE tbl = ?1"), [name.as_str()])?;
    }
    work.conn.execute(&format!("DELETE FROM {}", table.sql), [])?;
    work.conn.execute_batch(&format!(
        "DROP TABLE {}; {}",
        table.search,
        typed::search_ddl(&table)
    ))?;
    work.conn
        .prepare_cached(
            "UPDATE lf_table SET sum_count = 0, sum = 0, shown = 0, refetch = 1, sweeping = 0 WHERE name = ?1",
        )?
        .execute([name.as_str()])?;
    work.changed_table(name);
    Ok(())
}

/// Changes that a purge discards stay in history.
fn discard_into_history(work: &Work<'_>, table: &crate::layout::TableLayout) -> Result<()> {
    let action = work.new_action();
    let entries = entry::in_order(work.conn, None)?;
    let mut seen = std::collections::BTreeSet::<RecordId>::new();
    for placed in entries {
        let id = placed.entry.id;
        if placed.entry.table != table.name || !seen.insert(id.clone()) {
            continue;
        }
        let row = crate::row::find(work.conn, table, &id)?.ok_or(Error::NotFound)?;
        let base = base::find(work.conn, &table.name, &id)?;
        let base = base.unwrap_or_else(|| base::Snapshot::absent(row.created_at));
        crate::revert::note_discard(work, table, &row, &base, &action)?;
    }
    Ok(())
}

/// The first pull has come to its end: from now on, what comes is news.
pub(crate) fn is_filled(conn: &Connection) -> Result<bool> {
    Ok(facts::get(conn, facts::FILLED)?.is_some())
}
