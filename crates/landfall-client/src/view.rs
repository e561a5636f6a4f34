//! Commands of the list (step 4 of the data's way: the UI reads again). Search, filter and sort are the store's; here
//! a view's frozen order is kept and rows are read by position.

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::map;
use crate::topic::{Origin, Topic, TopicKind};
use crate::views::View;
use landfall_core::id::RecordId;
use std::collections::HashSet;
use std::sync::Arc;

/// Rows that are read at once, at most.
const MOST_ROWS: u32 = 500;
/// Records offered for a reference, at most.
const MOST_OPTIONS: u32 = 50;

impl Client {
    /// Opens a view: the order of matching records is computed and frozen.
    ///
    /// # Errors
    /// `bad_request` for columns that the table does not have.
    pub async fn view_open(&self, args: ViewOpenArgs) -> Result<ViewOpened, CommandError> {
        let table = self.table(&args.table)?;
        let spec = Arc::new(map::view::spec(&table, &args)?);
        let (name, asked) = (table.name.clone(), Arc::clone(&spec));
        let (rows, table_total) = self
            .on_store(move |store| {
                let rows = store.open_view(&asked)?;
                Ok::<_, CommandError>((rows, store.counts(&name)?.total))
            })
            .await?;
        let total = map::count(rows.len());
        let view = self.views().open(View {
            table: table.name,
            spec,
            rows: Arc::new(rows),
        });
        Ok(ViewOpened {
            view,
            total,
            table_total,
        })
    }

    /// Rows of a view, by position.
    ///
    /// # Errors
    /// `not_found` when the view is not open any more: open it again.
    pub async fn view_rows(&self, args: ViewRowsArgs) -> Result<ViewRows, CommandError> {
        let view = self.view(args.view)?;
        let table = self.table(view.table.as_str())?;
        let rows = self
            .on_store(move |store| {
                let wanted = stretch(&view.rows, args.start, args.count.min(MOST_ROWS));
                map::view::rows(store, &table, store.view_rows(&table.name, wanted)?)
            })
            .await?;
        Ok(ViewRows {
            start: args.start,
            rows,
        })
    }

    /// What opening the view again would bring.
    ///
    /// # Errors
    /// `not_found` when the view is not open any more.
    pub async fn view_refresh(&self, args: ViewRefreshArgs) -> Result<ViewDrift, CommandError> {
        let view = self.view(args.view)?;
        self.on_store(move |store| Ok::<_, CommandError>(drift(&view.rows, &store.open_view(&view.spec)?)))
            .await
    }

    /// Where a record stands in a view.
    ///
    /// # Errors
    /// `not_found` when the view is not open any more.
    pub async fn view_find(&self, args: ViewFindArgs) -> Result<ViewPosition, CommandError> {
        let view = self.view(args.view)?;
        let id = RecordId::new(args.id)?;
        self.on_store(move |store| {
            let row = store.row_id(&view.table, &id)?;
            let position = row.and_then(|row| view.rows.iter().position(|held| *held == row));
            Ok::<_, CommandError>(ViewPosition {
                position: position.map(map::count),
            })
        })
        .await
    }

    /// Forgets a view.
    ///
    /// # Errors
    /// None.
    pub async fn view_close(&self, args: ViewCloseArgs) -> Result<Done, CommandError> {
        self.views().close(args.view);
        Ok(Done {})
    }

    /// Counts for a table's chips.
    ///
    /// # Errors
    /// `not_found` for a table that the workspace does not have.
    pub async fn table_counts(&self, args: TableCountsArgs) -> Result<TableCounts, CommandError> {
        let table = self.table(&args.table)?.name;
        let counts = self.on_store(move |store| store.counts(&table)).await?;
        Ok(TableCounts {
            total: counts.total,
            waiting: counts.waiting,
            conflict: counts.conflict,
            refused: counts.refused,
            changed_by_others: counts.changed_by_others,
        })
    }

    /// *Changed by others* starts anew for a table.
    ///
    /// # Errors
    /// `not_found` for a table that the workspace does not have.
    pub async fn table_visited(&self, args: TableVisitedArgs) -> Result<Done, CommandError> {
        let table = self.table(&args.table)?.name;
        let visited = table.clone();
        self.on_store(move |store| store.visited(&visited)).await?;
        let topic = Topic {
            kind: TopicKind::Records,
            table: Some(table.to_string()),
            ids: Vec::new(),
        };
        self.tell_topics(Origin::Person, vec![topic]);
        Ok(Done {})
    }

    /// Records of a table by title, for a reference field.
    ///
    /// # Errors
    /// `not_found` for a table that the workspace does not have.
    pub async fn reference_search(
        &self,
        args: ReferenceSearchArgs,
    ) -> Result<Vec<ReferenceOption>, CommandError> {
        let table = self.table(&args.table)?.name;
        let limit = args.limit.min(MOST_OPTIONS) as usize;
        let found = self
            .on_store(move |store| store.search_titles(&table, &args.search, limit))
            .await?;
        Ok(found.into_iter().map(map::view::option).collect())
    }
}

fn stretch(rows: &[i64], start: u32, count: u32) -> &[i64] {
    let start = (start as usize).min(rows.len());
    let end = (start + count as usize).min(rows.len());
    &rows[start..end]
}

fn drift(frozen: &[i64], now: &[i64]) -> ViewDrift {
    if frozen == now {
        return ViewDrift {
            added: 0,
            removed: 0,
            moved: false,
        };
    }
    let (before, after): (HashSet<_>, HashSet<_>) = (frozen.iter().collect(), now.iter().collect());
    let staying = frozen.iter().filter(|row| after.contains(row));
    let stayed = now.iter().filter(|row| before.contains(row));
    ViewDrift {
        added: map::count(after.difference(&before).count()),
        removed: map::count(before.difference(&after).count()),
        moved: staying.ne(stayed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_tells_what_is_new_gone_and_elsewhere() {
        let told = |now: &[i64]| {
            let ViewDrift {
                added,
                removed,
                moved,
            } = drift(&[1, 2, 3], now);
            (added, removed, moved)
        };
        assert_eq!(told(&[1, 2, 3]), (0, 0, false));
        assert_eq!(told(&[1, 9, 3, 8]), (2, 1, false));
        assert_eq!(told(&[3, 1, 2]), (0, 0, true));
    }

    #[test]
    fn a_stretch_ends_with_the_view() {
        assert_eq!(stretch(&[1, 2, 3], 1, 500), [2, 3]);
        assert_eq!(stretch(&[1, 2, 3], 7, 2), [] as [i64; 0]);
    }
}
