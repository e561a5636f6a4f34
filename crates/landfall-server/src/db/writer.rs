//! The one writer: a thread with the one connection that writes, and the work that waits for it.

use crate::Error;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// Most pieces of work that wait. More than this and a caller is better told to come back.
const WAITING: usize = 256;

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// The writer. Dropped, it finishes what waits and closes its connection.
pub(super) struct Writer {
    work: Option<Sender<Work>>,
    waiting: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Self {
        let (send, receive) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let done = Arc::clone(&waiting);
        let thread = std::thread::spawn(move || run(connection, &receive, &done));
        Self {
            work: Some(send),
            waiting,
            thread: Some(thread),
        }
    }

    /// Puts work in the queue.
    ///
    /// # Errors
    /// [`Error::Busy`] when too much waits.
    pub(super) fn submit(&self, work: impl FnOnce(&mut Connection) + Send + 'static) -> Result<(), Error> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Busy);
        }
        let queue = self.work.as_ref().ok_or(Error::Panicked)?;
        queue.send(Box::new(work)).map_err(|_| Error::Panicked)
    }
}

fn run(mut connection: Connection, work: &Receiver<Work>, waiting: &AtomicUsize) {
    while let Ok(piece) = work.recv() {
        // The transaction of a piece that panics rolls back as it unwinds, and its caller sees the answer's channel
        // close; the panic itself has been reported by the panic hook.
        drop(catch_unwind(AssertUnwindSafe(|| piece(&mut connection))));
        waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.work.take());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            // It can't have panicked: each piece of work is caught.
            drop(thread.join());
        }
    }
}
