//! Commands of the trash (U56): what was deleted, here and elsewhere, and bringing it back.

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::map;
use crate::topic::Origin;

impl Client {
    /// Deleted records, the latest deleted first.
    ///
    /// # Errors
    /// `not_connected`; `not_found` for a table that the workspace does not have.
    pub async fn trash_list(&self, args: TrashListArgs) -> Result<Vec<TrashItem>, CommandError> {
        let table = args.table.map(|table| self.table(&table)).transpose()?;
        self.on_store(move |store| {
            let device = map::history::device_name(store)?;
            let trash = store.trash(table.as_ref().map(|table| &table.name), args.limit)?;
            Ok::<_, CommandError>(
                trash
                    .into_iter()
                    .map(|trashed| map::history::trashed(trashed, &device))
                    .collect(),
            )
        })
        .await
    }

    /// Brings a deleted record back with all that it had.
    ///
    /// # Errors
    /// `not_found` when it is not in the trash (any more); `invalid` with field errors when it does not fit the rules.
    pub async fn record_undelete(&self, args: RecordRef) -> Result<ActionDone, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        self.act(move |store| store.undelete(&table.name, &id)).await
    }

    /// Brings many deleted records back as one action. What does not fit the rules stays, and is told.
    ///
    /// # Errors
    /// `not_connected`; `not_found` for a table that the workspace does not have.
    pub async fn records_undelete(
        &self,
        args: RecordsUndeleteArgs,
    ) -> Result<RecordsUndeleted, CommandError> {
        let mut records = Vec::with_capacity(args.records.len());
        for RecordRef { table, id } in args.records {
            let (table, id) = self.record_ref(&table, id)?;
            records.push((table.name, id));
        }
        let back = self.on_store(move |store| store.undelete_many(&records)).await?;
        if let Some(done) = &back.done {
            self.tell_changed(Origin::Person, &done.changed);
            self.wrote();
        }
        Ok(map::history::undeleted(back))
    }
}
