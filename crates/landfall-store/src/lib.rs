//! The device's SQLite: records, outbox, bases, conflicts, history, cursors, search.
//!
//! The order of reading follows the data's way: `workspace` makes the typed tables (`typed`, `layout`); a person
//! edits (`edit`, `undo`, `restore`, `revert`, `resolve`, `resolve_many`) and a record row, an outbox entry, a base and a
//! history entry are written in one transaction (`work`); the engine begins a run (`runs`), takes a batch (`batch`) and
//! brings back its answers (`answers`); pages of the server's records come in (`page`, `sweep`), each record meets the
//! device's side (`meet`) by the plans of `landfall_core::reconcile`; the UI reads (`record`, `view`, `search`, `counts`,
//! `outbox`, `inbox`, `merged`, `history`, `story`, `actions`, `trash`, `trail`).
//!
//! Invariants:
//! - A row shows base + every pending change of its record; `lf_base` has a row exactly while an entry is pending.
//! - A record has at most one entry in flight and at most one that is not (a unique index holds this).
//! - `row.version` and `row.seq` are the newest that is known of the server's record; a table's sum is kept over them.
//! - Nothing is returned before the transaction that made it true has committed.
//! - A row is never removed while its table stays: row numbers that a view holds keep their meaning.
//!
//! All calls block; callers in async code use `spawn_blocking`.

mod acks;
mod actions;
mod answers;
mod arrivals;
mod base;
mod batch;
mod cell;
mod change;
mod check;
mod conflict;
mod connection;
mod counts;
mod drafts;
mod edit;
mod entry;
mod error;
mod facts;
mod fold;
mod held;
mod history;
mod inbox;
mod integrity;
mod inverse;
mod layout;
mod log;
mod meet;
mod merged;
mod migrate;
mod names;
mod open;
mod outbox;
mod page;
mod record;
mod resolve;
mod resolve_many;
mod restore;
mod revert;
mod row;
mod rows;
mod runs;
mod search;
mod settings;
mod settled;
mod story;
mod sweep;
mod trail;
mod trash;
mod typed;
mod undelete_many;
mod undo;
mod view;
mod work;
mod workspace;

#[cfg(test)]
mod tests;

pub use actions::{PAUSE, STROKE, Stacks, StoredAction, Verb};
pub use answers::{Answer, Answered};
pub use batch::{Batch, FirstBatch, Room};
pub use counts::TableCounts;
pub use drafts::StoredDraft;
pub use edit::{Done, Edit};
pub use error::{Error, OpenError};
pub use history::{HistoryEntry, Origin};
pub use inbox::{InboxDetail, InboxItem, InboxKind, OtherRecord, SettledValue, Sides, Source};
pub use log::{LogEntry, LogKind, LogLine};
pub use merged::{Merge, MergeField, MergedValues};
pub use outbox::{OutboxCounts, OutboxRow};
pub use page::{PageDone, PageIn, Scope};
pub use record::{Base, Other, StoredConflict, StoredRecord};
pub use resolve_many::{KeptSide, KeptValue, Many, ManySettled};
pub use restore::{Restore, Restored};
pub use revert::{DiscardEffect, DiscardPreview};
pub use row::Mark;
pub use rows::StoredRow;
pub use runs::{Place, Started};
pub use search::Found;
pub use trail::{StoredTrail, TrailState};
pub use trash::Trashed;
pub use undelete_many::{LeftInTrash, ManyUndeleted};
pub use view::{Condition, MarkFilter, Operator, SortColumn, ViewSpec};
pub use workspace::StoredWorkspace;

use connection::{Readers, Writer};
use error::Result;
use landfall_core::id::{Millis, RecordId, TableName};
use landfall_core::schema::Schema;
use layout::Layout;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::{Arc, PoisonError, RwLock};
use work::Work;

/// Records that read differently after a transaction, by table; each once. A table without ids (after a purge): any of
/// its records.
pub type Changed = BTreeMap<TableName, Vec<RecordId>>;

/// Time and randomness, passed in.
#[derive(Clone)]
pub struct Surroundings {
    /// The clock.
    pub now: Arc<dyn Fn() -> Millis + Send + Sync>,
    /// Ten random bytes for an id.
    pub random: Arc<dyn Fn() -> [u8; 10] + Send + Sync>,
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}

/// A device's store. Clones share it.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

/// The order of the fields is the order in which they close: the lock goes last.
#[derive(Debug)]
struct Inner {
    readers: Readers,
    writer: Writer,
    layout: RwLock<Arc<Layout>>,
    surroundings: Surroundings,
    _lock: File,
}

impl Store {
    /// The workspace's schema, if there is one.
    #[must_use]
    pub fn schema(&self) -> Option<Arc<Schema>> {
        self.layout().schema.clone()
    }

    fn layout(&self) -> Arc<Layout> {
        Arc::clone(&self.0.layout.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// One write transaction. Gives what `write` gives, and what changed, after the commit.
    fn write<T>(&self, write: impl FnOnce(&mut Work<'_>) -> Result<T>) -> Result<(T, Changed)> {
        self.0.writer.run(|conn| self.write_here(conn, write))
    }

    /// The same for what may be lost with the power, though not with the process: it does not wait for the disk.
    fn write_lightly<T>(&self, write: impl FnOnce(&mut Work<'_>) -> Result<T>) -> Result<(T, Changed)> {
        self.write_lightly_if(|_| Ok(true), write)
    }

    /// The one or the other, as the state that the transaction begins with asks for.
    fn write_lightly_if<T>(
        &self,
        light: impl FnOnce(&Connection) -> Result<bool>,
        write: impl FnOnce(&mut Work<'_>) -> Result<T>,
    ) -> Result<(T, Changed)> {
        self.0
            .writer
            .run_light_if(light, |conn| self.write_here(conn, write))
    }

    fn write_here<T>(
        &self,
        conn: &mut Connection,
        write: impl FnOnce(&mut Work<'_>) -> Result<T>,
    ) -> Result<(T, Changed)> {
        let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut work = Work::new(&transaction, self.layout(), self.0.surroundings.clone());
        let result = write(&mut work)?;
        let changed = work.finish()?;
        transaction.commit()?;
        Ok((result, changed))
    }

    /// One read of one state. The layout can't change while it lasts.
    fn read<T>(&self, read: impl FnOnce(&Connection, &Layout) -> Result<T>) -> Result<T> {
        let layout = self.0.layout.read().unwrap_or_else(PoisonError::into_inner);
        self.0.readers.read(|conn| read(conn, &layout))
    }
}
