//! Open views: the order of their rows, frozen when they were opened, so that no row jumps (U7).

use landfall_core::id::TableName;
use landfall_store::ViewSpec;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many views stay open; opening another closes the one that was used longest ago.
const MOST: usize = 32;

/// One open view.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) table: TableName,
    pub(crate) spec: Arc<ViewSpec>,
    /// The store's row ids, in order.
    pub(crate) rows: Arc<Vec<i64>>,
}

/// All open views of a client.
#[derive(Debug)]
pub(crate) struct Views {
    open: BTreeMap<u32, (View, u64)>,
    next: u32,
    uses: u64,
}

impl Views {
    /// Handles are counted from `first`, which differs from start to start: a page that outlived the host must not
    /// find its old handle on another view.
    pub(crate) fn new(first: u32) -> Self {
        Self {
            open: BTreeMap::new(),
            next: first,
            uses: 0,
        }
    }

    pub(crate) fn open(&mut self, view: View) -> u32 {
        if self.open.len() >= MOST {
            let longest_unused = self
                .open
                .iter()
                .min_by_key(|(_, (_, used))| *used)
                .map(|(handle, _)| *handle);
            if let Some(handle) = longest_unused {
                self.open.remove(&handle);
            }
        }
        let handle = self.next;
        self.next = self.next.wrapping_add(1);
        self.uses += 1;
        self.open.insert(handle, (view, self.uses));
        handle
    }

    pub(crate) fn get(&mut self, handle: u32) -> Option<View> {
        self.uses += 1;
        let (view, used) = self.open.get_mut(&handle)?;
        *used = self.uses;
        Some(view.clone())
    }

    pub(crate) fn close(&mut self, handle: u32) {
        self.open.remove(&handle);
    }

    pub(crate) fn clear(&mut self) {
        self.open.clear();
    }
}
