//! Commands for many records at once: each is one user action, undone as one (U12).

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::map;
use crate::views::View;
use landfall_core::id::{RecordId, TableName};
use landfall_store::{Edit, Store, ViewSpec};
use std::collections::HashSet;

impl Client {
    /// Sets the same fields on many records; with `preview` only says how many would change.
    ///
    /// # Errors
    /// `invalid` with field errors; nothing is written then.
    pub async fn records_update(&self, args: RecordsUpdateArgs) -> Result<ActionDone, CommandError> {
        let table = self.table(&args.table)?.name;
        let patch = map::fields_in(args.patch)?;
        let ids = self.selected(&table, args.selection).await?;
        let update = move |id| Edit::Update {
            table: table.clone(),
            id,
            patch: patch.clone(),
        };
        let edits: Vec<_> = ids.into_iter().map(update).collect();
        if args.preview {
            let records = self.on_store(move |store| store.preview_edit(&edits)).await?;
            return Ok(ActionDone {
                action: String::new(),
                records,
                skipped: 0,
            });
        }
        self.act(move |store| store.edit(edits)).await
    }

    /// Deletes many records.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn records_delete(&self, args: RecordsDeleteArgs) -> Result<ActionDone, CommandError> {
        let table = self.table(&args.table)?.name;
        let ids = self.selected(&table, args.selection).await?;
        let delete = move |id| Edit::Delete {
            table: table.clone(),
            id,
        };
        let edits: Vec<_> = ids.into_iter().map(delete).collect();
        self.act(move |store| store.edit(edits)).await
    }

    /// The records of a selection that are still there.
    async fn selected(&self, table: &TableName, selection: Selection) -> Result<Vec<RecordId>, CommandError> {
        match selection {
            Selection::Ids { ids } => ids.into_iter().map(|id| Ok(RecordId::new(id)?)).collect(),
            Selection::View { view, except } => {
                let view = self.view(view)?;
                if view.table != *table {
                    return Err(CommandError::bad_request("the view is of another table"));
                }
                self.on_store(move |store| in_view(store, &view, &except)).await
            }
        }
    }
}

/// What the person sees in the view, but what was deleted since it was opened.
fn in_view(store: &Store, view: &View, except: &[String]) -> Result<Vec<RecordId>, CommandError> {
    let there: HashSet<i64> = store
        .open_view(&ViewSpec::all(view.table.clone()))?
        .into_iter()
        .collect();
    let rows: Vec<i64> = view
        .rows
        .iter()
        .copied()
        .filter(|row| there.contains(row))
        .collect();
    let except: HashSet<&str> = except.iter().map(String::as_str).collect();
    let mut ids = store.record_ids(&view.table, &rows)?;
    ids.retain(|id| !except.contains(id.as_str()));
    Ok(ids)
}
