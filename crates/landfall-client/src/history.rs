//! Commands of a record's story (U32, U54, U55): telling it, restoring from it, and where the latest change is.
//!
//! How this device's history and the server's become one story is told in [`crate::map::history`].

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::map;
use crate::topic::Origin;
use landfall_core::id::{ColumnName, RecordId, TableName};
use landfall_core::record::Fields;
use landfall_core::schema::Table;
use landfall_core::value::Value;
use landfall_store::Restore;
use landfall_sync::TransportError;
use landfall_sync::transport::HistoryEntry;
use std::sync::Arc;

/// A record's story as the server told it, newest first.
#[derive(Debug, Clone)]
pub(crate) struct ServerStory {
    table: TableName,
    id: RecordId,
    entries: Arc<Vec<HistoryEntry>>,
}

impl Client {
    /// A record's story, newest first.
    ///
    /// # Errors
    /// `not_found` for a record that neither this device nor (where it was asked) the server knows. A server that can't
    /// be asked is no error: the answer says so.
    pub async fn record_history(&self, args: RecordHistoryArgs) -> Result<RecordHistory, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        let column = args.column.map(ColumnName::new).transpose()?;
        let (told, trouble) = if args.with_server {
            match self.ask_story(&table.name, &id).await {
                Ok(told) => (Some(told), None),
                Err(met) => (None, Some(map::sync::transport(&met))),
            }
        } else {
            (None, None)
        };
        self.on_store(move |store| {
            let record = store.record(&table.name, &id)?;
            let local = store.story(&table.name, &id)?;
            let from_server = told.is_some();
            let told = told.unwrap_or_default();
            if record.is_none() && local.is_empty() && told.is_empty() {
                return Err(CommandError::not_found("nobody knows of this record"));
            }
            let device = map::history::device_name(store)?;
            let entries = map::history::merged(local, &told, &device);
            Ok(RecordHistory {
                title: match record {
                    Some(record) => record.title,
                    None => map::title::of(&table, &id, &Fields::new()),
                },
                entries: map::history::items(store, &table, entries, column.as_ref())?,
                from_server,
                server_trouble: trouble,
            })
        })
        .await
    }

    /// Where a record's latest change is, from the edit to the server's version.
    ///
    /// # Errors
    /// `not_found` for a record that this device does not have, not even begun.
    pub async fn record_trail(&self, args: RecordRef) -> Result<RecordTrail, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        self.on_store(move |store| {
            let draft = store.draft(&table.name, &id)?;
            match store.trail(&table.name, &id) {
                Ok(trail) => Ok(map::history::trail(trail, draft.is_some())),
                Err(landfall_store::Error::NotFound) if draft.is_some() => Ok(map::history::begun()),
                Err(error) => Err(CommandError::from(error)),
            }
        })
        .await
    }

    /// Restores what stood at a point of a record's story, or one field of it; with `preview` only says what would
    /// change. A deleted record comes back.
    ///
    /// # Errors
    /// `not_found` for a point that is not (any more) known; `invalid` with field errors for what does not fit the rules;
    /// `unreachable` when the server must be asked for its point and can't be. Nothing was changed then.
    pub async fn record_restore(&self, args: RecordRestoreArgs) -> Result<Restored, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        let what = self.at_point(&table, &id, args.point, args.what).await?;
        let (name, preview) = (table.name.clone(), args.preview);
        let restored = self
            .on_store(move |store| store.restore(&name, &id, what, preview))
            .await?;
        if let Some(done) = &restored.done {
            self.tell_changed(Origin::Person, &done.changed);
            self.wrote();
        }
        self.on_store(move |store| {
            Ok::<_, CommandError>(Restored {
                changes: map::outbox::changes(store, &table, &restored.before, &restored.after)?,
                comes_back: restored.comes_back,
                done: restored.done.as_ref().map(map::undo::done),
            })
        })
        .await
    }

    /// The values that a point has.
    async fn at_point(
        &self,
        table: &Table,
        id: &RecordId,
        point: HistoryPoint,
        what: RestoreWhat,
    ) -> Result<Restore, CommandError> {
        let (name, id) = (table.name.clone(), id.clone());
        let column = match &what {
            RestoreWhat::Before { column } | RestoreWhat::After { column } => {
                Some(ColumnName::new(column.clone())?)
            }
            RestoreWhat::Version => None,
        };
        let told = match &point {
            HistoryPoint::Server { .. } => self.kept_story(&name, &id).await?,
            HistoryPoint::Device { .. } => Arc::default(),
        };
        self.on_store(move |store| {
            let change = match &point {
                HistoryPoint::Device { n } => map::history::change_here(store, &name, &id, *n)?,
                HistoryPoint::Server { seq } => map::history::change_there(&told, seq)?,
            };
            let Some(column) = column else {
                let version = match &point {
                    HistoryPoint::Device { n } => store.version_at(&name, &id, i64::from(*n))?,
                    HistoryPoint::Server { seq } => {
                        map::history::version_there(store, &name, &id, &told, seq)?
                    }
                };
                return Ok(Restore::Version(version));
            };
            if !change.before.contains_key(&column) && !change.after.contains_key(&column) {
                return Err(CommandError::not_found("the change did not touch this column"));
            }
            let side = match what {
                RestoreWhat::Before { .. } => change.before,
                _ => change.after,
            };
            let value = side.get(&column).cloned().unwrap_or(Value::Null);
            Ok(Restore::Field(column, value))
        })
        .await
    }

    /// Asks the server for a record's story, and keeps the answer.
    async fn ask_story(
        &self,
        table: &TableName,
        id: &RecordId,
    ) -> Result<Arc<Vec<HistoryEntry>>, TransportError> {
        // Without a session there is no token.
        let engine = self.engine().ok_or(TransportError::Unauthorized)?;
        let entries = Arc::new(engine.history(table, id).await?.entries);
        *self.told_story() = Some(ServerStory {
            table: table.clone(),
            id: id.clone(),
            entries: entries.clone(),
        });
        Ok(entries)
    }

    /// The story as it was told last, so that a person can restore what is on the screen; else the server is asked.
    async fn kept_story(
        &self,
        table: &TableName,
        id: &RecordId,
    ) -> Result<Arc<Vec<HistoryEntry>>, CommandError> {
        let kept = self.told_story().clone();
        match kept {
            Some(kept) if kept.table == *table && kept.id == *id => Ok(kept.entries),
            _ => Ok(self.ask_story(table, id).await?),
        }
    }
}
