//! Commands of what merged by itself: listed, and brought back where the person would rather have their own (U39).

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::map;
use landfall_core::id::ColumnName;

impl Client {
    /// What merged by itself, latest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn merged_list(&self, args: MergedListArgs) -> Result<Vec<MergedItem>, CommandError> {
        let Some(schema) = self.schema() else {
            return Ok(Vec::new());
        };
        self.on_store(move |store| {
            let merges = store.merges(args.limit)?;
            merges
                .into_iter()
                .filter_map(|merge| {
                    let table = schema.table(&merge.table)?;
                    Some(map::merged::item(store, table, merge))
                })
                .collect()
        })
        .await
    }

    /// Brings back this device's values from before a merge, as a new change.
    ///
    /// # Errors
    /// `not_found` when nothing of it can be brought back (any more); `invalid` when it does not fit the rules.
    pub async fn merge_revert(&self, args: MergeRevertArgs) -> Result<ActionDone, CommandError> {
        let column = args.column.map(ColumnName::new).transpose()?;
        self.act(move |store| store.revert_merge(args.n.into(), column.as_ref()))
            .await
    }
}
