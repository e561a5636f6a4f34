//! The clients that are open in this process, by folder: a wake finds the one that has the folder already (before step
//! 9 of the data's way).

use crate::client::{Client, Inner};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

static OPEN: Mutex<Vec<(PathBuf, Weak<Inner>)>> = Mutex::new(Vec::new());

fn open() -> MutexGuard<'static, Vec<(PathBuf, Weak<Inner>)>> {
    // No code panics while it holds the lock.
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.retain(|(_, client)| client.strong_count() > 0);
    open
}

/// Lets wakes find this client.
pub(crate) fn add(data_dir: &Path, client: Weak<Inner>) {
    open().push((plain(data_dir), client));
}

/// This client has ended: a wake does not start it again, but waits for the folder that it still has.
pub(crate) fn remove(client: &Arc<Inner>) {
    open().retain(|(_, other)| !std::ptr::eq(other.as_ptr(), Arc::as_ptr(client)));
}

/// The client that has this folder, if it is open in this process.
pub(crate) fn find(data_dir: &Path) -> Option<Client> {
    let dir = plain(data_dir);
    let open = open();
    let client = open.iter().find(|(of, _)| *of == dir)?.1.upgrade();
    client.map(Client)
}

/// One path for one folder. A folder that can't be looked up is in use by nobody.
fn plain(dir: &Path) -> PathBuf {
    dir.canonicalize().unwrap_or_else(|_| dir.to_owned())
}
