//! Commands of the trash (U56): what was deleted, here and elsewhere, and bringing it back.

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::map;

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
}
