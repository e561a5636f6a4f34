//! Commands of one record (steps 1 to 4 of the data's way). Validation is core's and the store's; a change is durable
//! before its command answers.

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::map;
use crate::topic::Origin;
use landfall_core::id::{ColumnName, RecordId};
use landfall_core::schema::Table;
use landfall_store::{Edit, Store};

impl Client {
    /// A record as the editor shows it.
    ///
    /// # Errors
    /// `not_found` for a record that this device does not have.
    pub async fn record_get(&self, args: RecordRef) -> Result<RecordDetail, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        self.detail(table, id).await
    }

    /// Saves a new record; its draft is done with.
    ///
    /// # Errors
    /// `invalid` with field errors; nothing is written then.
    pub async fn record_create(&self, args: RecordCreateArgs) -> Result<RecordDetail, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        let fields = map::fields_in(args.fields)?;
        let edit = Edit::Insert {
            table: table.name.clone(),
            id: id.clone(),
            fields,
        };
        self.act(move |store| store.edit(vec![edit])).await?;
        self.forget_draft(&table, &id).await?;
        self.detail(table, id).await
    }

    /// Changes fields of a record.
    ///
    /// # Errors
    /// `invalid` with field errors; nothing is written then: keep the values with `draft_save`.
    pub async fn record_update(&self, args: RecordUpdateArgs) -> Result<RecordDetail, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        let patch = map::fields_in(args.patch)?;
        let saved: Vec<ColumnName> = patch.keys().cloned().collect();
        let edit = Edit::Update {
            table: table.name.clone(),
            id: id.clone(),
            patch,
        };
        self.act(move |store| store.edit(vec![edit])).await?;
        self.shorten_draft(&table, &id, saved).await?;
        self.detail(table, id).await
    }

    /// Deletes a record.
    ///
    /// # Errors
    /// `not_found` when it is not there (any more).
    pub async fn record_delete(&self, args: RecordRef) -> Result<ActionDone, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        let edit = Edit::Delete {
            table: table.name.clone(),
            id: id.clone(),
        };
        let done = self.act(move |store| store.edit(vec![edit])).await?;
        self.forget_draft(&table, &id).await?;
        Ok(done)
    }

    /// Discards all waiting changes of a record: the server's record is back.
    ///
    /// # Errors
    /// `in_flight` while a change is on its way.
    pub async fn record_revert(&self, args: RecordRef) -> Result<ActionDone, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        self.act(move |store| store.revert(&table.name, &id)).await
    }

    /// Says that the person has seen what others changed in a record.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn record_seen(&self, args: RecordRef) -> Result<Done, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        let (name, seen) = (table.name, id.clone());
        let table = name.clone();
        self.on_store(move |store| store.seen(&name, &seen)).await?;
        self.tell_changed(Origin::Person, &[(table, vec![id])].into());
        Ok(Done {})
    }

    /// Brings back one field's value from before the waiting change.
    ///
    /// # Errors
    /// `not_found` when the field has no waiting change.
    pub async fn field_undo(&self, args: FieldUndoArgs) -> Result<RecordDetail, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        let column = ColumnName::new(args.column)?;
        let (name, record) = (table.name.clone(), id.clone());
        self.act(move |store| store.undo_field(&name, &record, &column))
            .await?;
        self.detail(table, id).await
    }

    /// A person's write: done on the store, told after the commit, and sent when the engine may.
    pub(crate) async fn act(
        &self,
        write: impl FnOnce(&Store) -> Result<landfall_store::Done, landfall_store::Error> + Send + 'static,
    ) -> Result<ActionDone, CommandError> {
        let done = self.on_store(write).await?;
        self.tell_changed(Origin::Person, &done.changed);
        self.wrote();
        Ok(map::undo::done(&done))
    }

    pub(crate) fn record_ref(&self, table: &str, id: String) -> Result<(Table, RecordId), CommandError> {
        Ok((self.table(table)?, RecordId::new(id)?))
    }

    pub(crate) async fn detail(&self, table: Table, id: RecordId) -> Result<RecordDetail, CommandError> {
        self.on_store(move |store| {
            let found = store.record(&table.name, &id)?;
            let record = found.ok_or_else(|| CommandError::not_found("this device has no such record"))?;
            map::record::detail(store, &table, record)
        })
        .await
    }
}
