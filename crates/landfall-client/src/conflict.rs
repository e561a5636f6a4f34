//! Commands of conflicts and refused changes: what waits for a person, and how it is settled (U38–U52). Every settling
//! is one user action that `action_undo` takes back.

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::map;
use crate::topic::Origin;
use landfall_core::id::{ColumnName, OpId};
use landfall_core::reconcile::Decision;
use landfall_store::Many;

impl Client {
    /// All that waits for a person: conflicts, and changes that the server refused. The latest found first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn conflict_list(&self, _: NoArgs) -> Result<Vec<ConflictItem>, CommandError> {
        if self.schema().is_none() {
            return Ok(Vec::new());
        }
        let device = self.device_name().await?;
        let items = self.on_store(landfall_store::Store::inbox).await?;
        let item = |item| map::conflict::item(item, &device);
        Ok(items.into_iter().map(item).collect())
    }

    /// One conflict, whole.
    ///
    /// # Errors
    /// `not_found` when the record does not wait for a person (any more).
    pub async fn conflict_get(&self, args: RecordRef) -> Result<ConflictDetail, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        let device = self.device_name().await?;
        self.on_store(move |store| {
            let detail = store.inbox_detail(&table.name, &id)?;
            map::conflict::detail(store, &table, detail, &device)
        })
        .await
    }

    /// Settles a conflict as the person decided. What the server refused: sent again (`mine`), mended (`values`) or
    /// discarded (`theirs`).
    ///
    /// # Errors
    /// `theirs_moved` when it is not what the person saw any more, or a column to decide has no value; `not_found` when
    /// nothing waits (any more); `invalid` for values that break the rules.
    pub async fn conflict_resolve(&self, args: ConflictResolveArgs) -> Result<ActionDone, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        let revision = args.revision.map(OpId::new).transpose()?;
        let decision = match args.resolution {
            Resolution::Mine => Decision::Mine,
            Resolution::Theirs => Decision::Theirs,
            Resolution::Values { fields } => Decision::Values(map::fields_in(fields)?),
            Resolution::KeepBoth { fields } => Decision::KeepBoth(map::fields_in(fields)?),
        };
        self.act(move |store| match revision {
            Some(revision) => store.resolve_seen(&table.name, &id, &revision, &decision),
            None => store.resolve(&table.name, &id, &decision),
        })
        .await
    }

    /// Settles many conflicts as one action; with `preview` only says what would change.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn conflicts_resolve(
        &self,
        args: ConflictsResolveArgs,
    ) -> Result<ConflictsResolved, CommandError> {
        let schema = self.schema().ok_or_else(CommandError::not_connected)?;
        let records = match args.records {
            None => None,
            Some(records) => {
                let mut named = Vec::with_capacity(records.len());
                for RecordRef { table, id } in records {
                    let (table, id) = self.record_ref(&table, id)?;
                    named.push((table.name, id));
                }
                Some(named)
            }
        };
        let many = Many {
            records,
            column: args.column.map(ColumnName::new).transpose()?,
            side: map::conflict::side_in(args.side),
        };
        let preview = args.preview;
        let (settled, answer) = self
            .on_store(move |store| {
                let settled = if preview {
                    store.preview_resolve_many(&many)?
                } else {
                    store.resolve_many(&many)?
                };
                let answer = map::conflict::many(store, &schema, &settled)?;
                Ok::<_, CommandError>((settled, answer))
            })
            .await?;
        if settled.action.is_some() {
            self.tell_changed(Origin::Person, &settled.changed);
            self.wrote();
        }
        Ok(answer)
    }

    async fn device_name(&self) -> Result<String, CommandError> {
        let workspace = self.on_store(landfall_store::Store::workspace).await?;
        Ok(workspace
            .map(|workspace| workspace.device_name)
            .unwrap_or_default())
    }
}
