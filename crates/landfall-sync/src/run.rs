//! One run, as a script that reads top to bottom:
//!
//! 1. take up what was cut off; 2. send, first what was sent and not answered; 3. pull what must be pulled from the
//!    start; 4. pull what changed; 5. compare counts and checksums; 6. leave a trace in the sync log.
//!
//! (Steps 5 to 11 of the data's way.) A run needs no scheduler: [`Runner::run_once`] is all that a background wake,
//! a test or a command line uses.

use crate::error::Error;
use crate::journal::Journal;
use crate::scheduler::{Direction, Kind};
use crate::transport::{Transport, TransportError};
use crate::{pull, push};
use landfall_core::id::{Millis, Seq};
use landfall_protocol::pull::Cursor;
use landfall_protocol::workspace::{Limits, Workspace};
use landfall_store::{Changed, FirstBatch, Place, Room, Started, Store, StoredWorkspace};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;
use tracing::Instrument;

/// What is taken for the server's limits until it has told them.
const CAUTIOUS: Limits = Limits {
    push_ops: 100,
    body_bytes: 256 << 10,
    page_records: 500,
};

/// However slow the line, a push of so many bytes is tried.
const LEAST_BYTES: usize = 8 << 10;

/// The device's clock.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cause {
    /// This device or its person asked.
    #[default]
    Device,
    /// The server woke the device: what comes is *received in the background*.
    Wake,
}

/// What a run did. Counts are of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Changes that the server applied.
    pub sent: u32,
    /// Records that came from the server, also with its answers to what was sent.
    pub received: u32,
    /// Changes of both sides brought together without asking.
    pub merged: u32,
    /// Records that a person must decide on.
    pub conflicts: u32,
    /// Changes that the server refused.
    pub refused: u32,
}

/// What a run tells while it is under way.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// The server answered.
    Reached,
    /// It turned from sending to receiving, or back.
    Turned(Direction),
    /// How far it has come.
    Progressed {
        /// Sending or receiving.
        direction: Direction,
        /// Records done.
        done: u32,
        /// Records in all, if it is known.
        total: Option<u32>,
    },
    /// A transaction that changed these records has committed.
    Changed(Changed),
}

/// A device's store and its way to the server. One run at a time is the caller's duty (the engine's, in the app).
pub struct Runner {
    store: Store,
    line: Arc<dyn Transport>,
    now: Clock,
    told: Option<UnboundedSender<Told>>,
    known: Mutex<Known>,
}

/// What this process knows of the server.
#[derive(Debug, Default)]
struct Known {
    /// Its limits, once it has told them.
    limits: Option<Limits>,
    /// Version of the schema that the store has.
    schema_version: Option<u32>,
    /// The server's life that the store's records are of.
    epoch: Option<String>,
    /// The server has another life than that.
    other_epoch: bool,
    /// A push of so many bytes is tried; set once the line broke under a larger one.
    push_bytes: Option<usize>,
    /// The store's cursor as this runner last saw it.
    cursor: Option<String>,
}

/// What a run has done so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) summary: Summary,
    pub(crate) journal: Journal,
    /// What the server answered to changes that are set aside.
    pub(crate) held_up: Option<TransportError>,
    done: u32,
    total: Option<u32>,
}

impl Tally {
    /// Notes how many records are still to come.
    pub(crate) fn expect(&mut self, page: &crate::transport::Page) {
        let here = page.records.values().map(Vec::len).sum::<usize>();
        let here = u32::try_from(here).unwrap_or(u32::MAX);
        self.total = page
            .remaining
            .map(|rest| self.done.saturating_add(here).saturating_add(rest));
    }

    /// Tells how far it has come.
    pub(crate) fn progressed(&mut self, runner: &Runner, direction: Direction, records: usize) {
        self.done = self
            .done
            .saturating_add(u32::try_from(records).unwrap_or(u32::MAX));
        runner.tell(Told::Progressed {
            direction,
            done: self.done,
            total: self.total.map(|total| total.max(self.done)),
        });
    }

    fn turn(&mut self, runner: &Runner, direction: Direction, total: Option<u32>) {
        (self.done, self.total) = (0, total);
        runner.tell(Told::Turned(direction));
    }
}

impl Runner {
    /// A runner. `told` hears what goes on.
    #[must_use]
    pub fn new(
        store: Store,
        line: Arc<dyn Transport>,
        now: Clock,
        told: Option<UnboundedSender<Told>>,
    ) -> Self {
        Self {
            store,
            line,
            now,
            told,
            known: Mutex::default(),
        }
    }

    /// Runs once.
    ///
    /// # Errors
    /// What ended it. All that was brought over before is kept; the next run goes on from there.
    pub async fn run_once(&self, kind: Kind) -> Result<Summary, Error> {
        self.run_for(kind, Cause::Device).await
    }

    /// Runs once, and lets the sync log say what it was for.
    ///
    /// # Errors
    /// Those of [`Runner::run_once`].
    pub async fn run_for(&self, kind: Kind, cause: Cause) -> Result<Summary, Error> {
        let span = tracing::info_span!("sync", ?kind, ?cause);
        async {
            let mut tally = Tally {
                journal: Journal::of(cause),
                ..Tally::default()
            };
            tracing::trace!(target: "landfall::way", "run begins");
            let started = self.begin(kind, &mut tally).await?;
            let mut result = self.script(kind, &mut tally, started).await;
            if let (Ok(()), Some(met)) = (&result, tally.held_up.take()) {
                let summary = tally.summary;
                result = Err(Error::HeldUp { met, summary });
            }
            self.finish(kind, result.as_ref().err(), &mut tally).await?;
            result.map(|()| tally.summary)
        }
        .instrument(span)
        .await
    }

    async fn begin(&self, kind: Kind, tally: &mut Tally) -> Result<Started, Error> {
        let room = if kind.pushes() { self.room_at_once() } else { None };
        let started = self.on_store(move |store| store.sync_started(room)).await?;
        let started = started.ok_or(Error::NoWorkspace)?;
        let mut known = self.known();
        known.schema_version = Some(started.schema_version);
        known.epoch.clone_from(&started.epoch);
        known.cursor.clone_from(&started.place.cursor);
        drop(known);
        if started.cut_off {
            tally.journal.event("resumed", None);
        }
        if let Some(first) = &started.first {
            self.tell_changed(first.found.clone());
        }
        Ok(started)
    }

    /// What a batch may carry that is sent before anything else is asked; none, where something must be asked first.
    fn room_at_once(&self) -> Option<Room> {
        let known = self.known();
        let knows_server = known.limits.is_some() && !known.other_epoch;
        drop(known);
        knows_server.then(|| self.room())
    }

    async fn script(&self, kind: Kind, tally: &mut Tally, started: Started) -> Result<(), Error> {
        let Started { first, place, .. } = started;
        let mut place = Some(place);
        if self.known().limits.is_none() {
            self.meet_workspace().await?;
            // A changed schema may have brought tables that are to be fetched.
            place = None;
        }
        if kind.pushes() && self.known().other_epoch {
            // The server was restored from a backup: learn what it has before anything is sent on top of it.
            self.pull(tally, place.take()).await?;
        }
        let pushed = if kind.pushes() {
            self.push(tally, first).await
        } else {
            Ok(push::Pushed::Drained)
        };
        match &pushed {
            Ok(push::Pushed::Drained) if !kind.pulls() => return Ok(()),
            Ok(_) => {}
            // Trouble with what this device sends must not keep what others wrote away from it.
            Err(Error::Transport(met)) if kind.pulls() && met.leaves_others_possible() => {}
            Err(_) => return pushed.map(|_| ()),
        }
        self.pull(tally, place).await?;
        if matches!(pushed, Ok(push::Pushed::OtherEpoch)) {
            self.push(tally, None).await?;
        }
        pushed.map(|_| ())
    }

    async fn push(&self, tally: &mut Tally, first: Option<FirstBatch>) -> Result<push::Pushed, Error> {
        let first = match first {
            Some(first) => first,
            None => {
                let room = self.room();
                let first = self.on_store(move |store| store.first_batch(room)).await?;
                self.tell_changed(first.found.clone());
                first
            }
        };
        if first.batch.entries.is_empty() {
            return Ok(push::Pushed::Drained);
        }
        tally.turn(self, Direction::Sending, Some(first.waiting));
        push::push(self, tally, first.batch).await
    }

    async fn pull(&self, tally: &mut Tally, place: Option<Place>) -> Result<(), Error> {
        tally.turn(self, Direction::Receiving, None);
        let place = match place {
            Some(place) => place,
            None => self.on_store(Store::place).await?,
        };
        pull::pull(self, tally, place).await
    }

    async fn finish(&self, kind: Kind, ended_by: Option<&Error>, tally: &mut Tally) -> Result<(), Error> {
        // Being offline is no event: only the person's own switch is left out of the log. What the server stumbled over
        // stands there by name.
        if let Some(error) = ended_by.filter(|error| {
            !matches!(
                error,
                Error::Transport(TransportError::WorkOffline) | Error::HeldUp { .. }
            )
        }) {
            tally.journal.event(error.code(), None);
        }
        let lines = tally.journal.take((self.now)());
        // Only a pull compares the two sides.
        let agreed = ended_by.is_none() && kind.pulls();
        self.on_store(move |store| store.sync_finished(agreed, &lines))
            .await
    }

    /// Asks for the workspace and takes a changed schema over.
    pub(crate) async fn meet_workspace(&self) -> Result<(), Error> {
        let workspace = self.line.workspace().await?;
        self.tell(Told::Reached);
        let stored = self.on_store(Store::workspace).await?.ok_or(Error::NoWorkspace)?;
        let limits = workspace.limits;
        let version = workspace.schema.version;
        let server_epoch = workspace.epoch.clone();
        let met = taken_over(&stored, workspace);
        if met != stored {
            tracing::info!(schema_version = version, "the workspace has changed");
            self.on_store(move |store| store.set_workspace(&met)).await?;
        }
        let mut known = self.known();
        known.limits = Some(limits);
        known.schema_version = Some(version);
        known.other_epoch = known.epoch.as_ref().is_some_and(|epoch| *epoch != server_epoch);
        Ok(())
    }

    /// Whether a page is of another schema than the store has.
    pub(crate) fn is_other_schema(&self, version: u32) -> bool {
        self.known().schema_version != Some(version)
    }

    /// Whether an answer came from another life of the server than the store's records.
    pub(crate) fn notice_epoch(&self, epoch: &str) -> bool {
        let mut known = self.known();
        known.other_epoch = known.epoch.as_ref().is_some_and(|known| known != epoch);
        known.other_epoch
    }

    /// The store now has all records of this life of the server.
    pub(crate) async fn keep_epoch(&self, epoch: String) -> Result<(), Error> {
        if self.known().epoch.as_ref() == Some(&epoch) {
            return Ok(());
        }
        let kept = epoch.clone();
        self.on_store(move |store| match store.workspace()? {
            Some(stored) => store.set_workspace(&StoredWorkspace {
                epoch: Some(kept),
                ..stored
            }),
            None => Ok(()),
        })
        .await?;
        let mut known = self.known();
        known.epoch = Some(epoch);
        known.other_epoch = false;
        Ok(())
    }

    /// Whether the server is somewhere that the store's records are not yet.
    pub(crate) async fn is_behind(&self, epoch: &str, seq: Seq) -> Result<bool, Error> {
        // What this runner saw may be older than the store, never newer: it can say *behind* wrongly, which costs one
        // question to the server, but where it says *not behind*, the store itself is asked.
        let seen = self.known().cursor.clone();
        if seen.is_some() && is_before(seen.as_deref(), epoch, seq) {
            return Ok(true);
        }
        let cursor = self.on_store(Store::cursor).await?;
        let is_behind = is_before(cursor.as_deref(), epoch, seq);
        let mut known = self.known();
        known.cursor = known.cursor.take().or(cursor);
        Ok(is_behind)
    }

    /// Whether the store has all changes of the server up to here, as far as this runner has seen.
    pub(crate) fn has(&self, epoch: &str, seq: Seq) -> bool {
        !is_before(self.known().cursor.as_deref(), epoch, seq)
    }

    /// The store's cursor is here now.
    pub(crate) fn reached(&self, cursor: String) {
        self.known().cursor = Some(cursor);
    }

    fn limits(&self) -> Limits {
        self.known().limits.unwrap_or(CAUTIOUS)
    }

    /// How many bytes of changes a push may carry: half of what the server takes, for names and punctuation, and less
    /// where the line has broken under that.
    fn push_bytes(&self) -> usize {
        let most = self.limits().body_bytes as usize / 2;
        self.known().push_bytes.map_or(most, |bytes| bytes.min(most))
    }

    /// How many bytes of changes are tried at once on a line that has broken under more; none on one that has not.
    pub(crate) fn narrow(&self) -> Option<usize> {
        self.known().push_bytes
    }

    /// How much a batch may carry.
    pub(crate) fn room(&self) -> Room {
        Room {
            ops: self.limits().push_ops as usize,
            bytes: self.push_bytes(),
        }
    }

    /// The line broke under a push of so many bytes: half is tried next.
    pub(crate) fn broke_under(&self, bytes: usize) {
        self.known().push_bytes = Some((bytes / 2).max(LEAST_BYTES));
    }

    /// The line has carried a push: it may carry a little more.
    pub(crate) fn carried(&self) {
        let mut known = self.known();
        known.push_bytes = known.push_bytes.map(|bytes| bytes.saturating_add(bytes / 4));
    }

    pub(crate) fn line(&self) -> &dyn Transport {
        &*self.line
    }

    pub(crate) fn tell_changed(&self, changed: Changed) {
        if !changed.is_empty() {
            self.tell(Told::Changed(changed));
        }
    }

    pub(crate) fn tell(&self, told: Told) {
        if let Some(listener) = &self.told {
            // Nobody listens any more while the app closes: then there is nobody to tell.
            let _ = listener.send(told);
        }
    }

    /// Does something on the store, off the async threads.
    pub(crate) async fn on_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, landfall_store::Error> + Send + 'static,
    ) -> Result<T, Error> {
        joined(self.spawn_on_store(work)).await
    }

    pub(crate) fn spawn_on_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> T + Send + 'static,
    ) -> JoinHandle<T> {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || work(&store))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a cursor is before this place.
fn is_before(cursor: Option<&str>, epoch: &str, seq: Seq) -> bool {
    let cursor: Option<Cursor> = cursor.and_then(|cursor| cursor.parse().ok());
    cursor.is_none_or(|cursor| cursor.epoch != epoch || cursor.walk.is_some() || cursor.seq < seq)
}

/// What the store keeps of a workspace. The epoch stays: it changes only when all records of the new one are here.
fn taken_over(stored: &StoredWorkspace, workspace: Workspace) -> StoredWorkspace {
    StoredWorkspace {
        schema: workspace.schema,
        device_id: workspace.device.id,
        device_name: workspace.device.name,
        ..stored.clone()
    }
}

/// The outcome of work on the store; its panic goes on here.
pub(crate) async fn joined<T>(work: JoinHandle<Result<T, landfall_store::Error>>) -> Result<T, Error> {
    match work.await {
        Ok(result) => Ok(result?),
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}
