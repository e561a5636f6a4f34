//! Commands of the outbox: what waits, and what a person does about it (U33–U37).

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::map;
use crate::topic::Origin;
use landfall_core::id::OpId;
use landfall_store::Store;

impl Client {
    /// Waiting changes, in sending order.
    ///
    /// # Errors
    /// `not_connected`; those of the store.
    pub async fn outbox_list(&self, _: NoArgs) -> Result<Vec<OutboxItem>, CommandError> {
        let Some(schema) = self.schema() else {
            return Ok(Vec::new());
        };
        self.on_store(move |store| {
            store
                .outbox()?
                .iter()
                .map(|row| map::outbox::item(store, &schema, row))
                .collect()
        })
        .await
    }

    /// What discarding a change would bring back.
    ///
    /// # Errors
    /// `not_found` when it does not wait any more.
    pub async fn outbox_discard_preview(&self, args: OutboxRef) -> Result<DiscardPreview, CommandError> {
        let op_id = OpId::new(args.op_id)?;
        let schema = self.schema().ok_or_else(CommandError::not_connected)?;
        self.on_store(move |store| {
            let preview = store.discard_preview(&op_id)?;
            let table = schema.table(&preview.table);
            let table = table.ok_or_else(|| CommandError::not_found("the table of the change is gone"))?;
            map::outbox::preview(store, table, &preview, behind(store, &op_id)?)
        })
        .await
    }

    /// Discards a change, and those of the same record behind it. Undone by `action_undo`.
    ///
    /// # Errors
    /// `in_flight` while it is on its way; `not_found` when it does not wait any more.
    pub async fn outbox_discard(&self, args: OutboxRef) -> Result<ActionDone, CommandError> {
        let op_id = OpId::new(args.op_id)?;
        self.act(move |store| store.discard(&op_id)).await
    }

    /// Lets a refused change wait again.
    ///
    /// # Errors
    /// `not_found` when it does not wait any more.
    pub async fn outbox_retry(&self, args: OutboxRef) -> Result<Done, CommandError> {
        let op_id = OpId::new(args.op_id)?;
        self.retry(move |store| store.retry(&op_id)).await
    }

    /// Lets every refused change wait again.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn outbox_retry_all(&self, _: NoArgs) -> Result<Done, CommandError> {
        self.retry(Store::retry_all).await
    }

    /// The outbox as NDJSON, one change a line, for a person to keep.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn outbox_export(&self, _: NoArgs) -> Result<Exported, CommandError> {
        let text = self
            .on_store(|store| {
                let mut text = String::new();
                for row in store.outbox()? {
                    let line =
                        serde_json::to_string(&row.entry).map_err(|error| CommandError::internal(&error))?;
                    text.push_str(&line);
                    text.push('\n');
                }
                Ok::<_, CommandError>(text)
            })
            .await?;
        Ok(Exported {
            file_name: format!("landfall-outbox-{}.ndjson", self.now().0),
            text,
        })
    }
}

impl Client {
    async fn retry(
        &self,
        retry: impl FnOnce(&Store) -> Result<landfall_store::Changed, landfall_store::Error> + Send + 'static,
    ) -> Result<Done, CommandError> {
        let changed = self.on_store(retry).await?;
        self.tell_changed(Origin::Person, &changed);
        self.wrote();
        Ok(Done {})
    }
}

/// How many changes of the same record wait behind this one.
fn behind(store: &Store, op_id: &OpId) -> Result<usize, CommandError> {
    let outbox = store.outbox()?;
    let mut rows = outbox
        .iter()
        .map(|row| &row.entry)
        .skip_while(|entry| entry.op_id != *op_id);
    let Some(entry) = rows.next() else { return Ok(0) };
    Ok(rows
        .filter(|later| later.table == entry.table && later.id == entry.id)
        .count())
}
