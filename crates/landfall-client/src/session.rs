//! A session: the engine that runs while the device is connected, and the tasks that pass on what it tells (steps
//! 5 to 11 of the data's way).

use crate::client::Inner;
use crate::dto::Settings;
use crate::error::CommandError;
use crate::topic::{Origin, TopicKind};
use crate::{Client, Event, assigned, way};
use landfall_store::StoredWorkspace;
use landfall_sync::status::Activity;
use landfall_sync::{Engine, Parts, Status, Trigger};
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

/// How long opening waits for the keyring; a person may be asked to unlock it, and the records don't wait for that.
const PATIENCE: Duration = Duration::from_secs(1);

/// The engine and what listens to it. Both end when it is dropped; [`Client::end_session`] waits for that.
pub(crate) struct Session {
    engine: Engine,
    listeners: [JoinHandle<()>; 4],
}

impl Client {
    /// Starts the session of the workspace that is set, as soon as its token is at hand.
    pub(crate) async fn take_up_session(&self) {
        let client = self.clone();
        let taking_up = tokio::spawn(async move {
            if let Err(error) = client.start_session().await {
                tracing::warn!(%error, "sync can't start");
            }
        });
        if tokio::time::timeout(PATIENCE, taking_up).await.is_err() {
            tracing::info!("the keyring has not answered yet; sync starts when it does");
        }
    }

    /// Starts the session unless there is one. False: no workspace is set.
    ///
    /// # Errors
    /// `unauthorized` when there is no token, or the keyring that has it is locked.
    pub(crate) async fn start_session(&self) -> Result<bool, CommandError> {
        let _one_at_a_time = self.0.connecting.lock().await;
        if self.engine().is_some() {
            return Ok(true);
        }
        let Some(workspace) = self.on_store(landfall_store::Store::workspace).await? else {
            return Ok(false);
        };
        let token = self.find_token(&workspace).await?;
        self.run_engine(&workspace, &token).await?;
        Ok(true)
    }

    pub(crate) async fn find_token(&self, workspace: &StoredWorkspace) -> Result<String, CommandError> {
        if !way::asks_for_token(workspace) {
            return Ok(String::new());
        }
        let (tokens, device) = (self.0.options.tokens.clone(), workspace.device_id.clone());
        let found = self.on_store(move |_| tokens.find(&device)).await?;
        found
            .map(|(token, _)| token)
            .ok_or_else(|| CommandError::unauthorized("no token on this device"))
    }

    /// Starts the engine; the caller holds `connecting`.
    pub(crate) async fn run_engine(
        &self,
        workspace: &StoredWorkspace,
        token: &str,
    ) -> Result<(), CommandError> {
        let settings = self.settings().await?;
        let random = self.0.options.surroundings.random.clone();
        let engine = Engine::start(Parts {
            store: self.0.store.clone(),
            transport: way::to(&self.0.options, workspace, token)?,
            now: self.0.options.surroundings.now.clone(),
            jitter: Arc::new(move || {
                f64::from(u16::from_be_bytes([random()[8], random()[9]])) / f64::from(u16::MAX)
            }),
            automatic: settings.automatic_sync,
            work_offline: settings.work_offline,
            notified: self.on_store(assigned::notified).await?,
        })
        .await?;
        let listeners = [
            tokio::spawn(pass_on_changes(Arc::downgrade(&self.0), engine.changes())),
            tokio::spawn(pass_on_statuses(Arc::downgrade(&self.0), engine.statuses())),
            tokio::spawn(crate::wakes::pass_on_wakes(
                Arc::downgrade(&self.0),
                engine.statuses(),
            )),
            tokio::spawn(assigned::pass_on_notices(
                Arc::downgrade(&self.0),
                engine.notices(),
            )),
        ];
        engine.trigger(Trigger::Start);
        *self.session() = Some(Session { engine, listeners });
        tokio::spawn(crate::installation::put_again(Arc::downgrade(&self.0)));
        Ok(())
    }

    /// Ends the session, if there is one; the run under way puts down what it has.
    pub(crate) async fn end_session(&self) {
        let session = self.session().take();
        let Some(Session { engine, listeners }) = session else {
            return;
        };
        engine.shutdown().await;
        // Without the engine the listeners come to their end: what they still have to tell, they tell.
        drop(engine);
        for listener in listeners {
            if let Err(error) = listener.await {
                tracing::error!(%error, "a listener to the engine broke");
            }
        }
    }

    /// The engine, while there is a session.
    pub(crate) fn engine(&self) -> Option<Engine> {
        self.session().as_ref().map(|session| session.engine.clone())
    }

    fn session(&self) -> std::sync::MutexGuard<'_, Option<Session>> {
        // No code panics while it holds the lock.
        self.0.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the engine follow the person's settings. Once it works offline, no run is under way: what the person changes
    /// from then on waits, and is not on its way.
    pub(crate) async fn follow_settings(&self, settings: &Settings) {
        let Some(engine) = self.engine() else {
            return;
        };
        engine.set_automatic(settings.automatic_sync);
        engine.set_work_offline(settings.work_offline);
        if settings.work_offline {
            let mut statuses = engine.statuses();
            let settled = statuses.wait_for(|status| status.activity == Activity::Offline);
            // The run under way ends at once, its line being cut; one that works on the disk may take a moment.
            if tokio::time::timeout(PATIENCE, settled).await.is_err() {
                tracing::info!("the run under way goes on for a moment");
            }
        }
    }

    /// Says that the app came to the front, or the device woke from sleep.
    pub fn resumed(&self) {
        if let Some(engine) = self.engine() {
            engine.trigger(Trigger::Resume);
        }
    }

    /// Ends sync and lets go of what listens. The folder is free once the last clone is gone.
    pub async fn shutdown(&self) {
        crate::registry::remove(&self.0);
        let _one_at_a_time = self.0.connecting.lock().await;
        self.end_session().await;
    }
}

async fn pass_on_changes(
    client: Weak<Inner>,
    mut changes: broadcast::Receiver<landfall_sync::RecordsChanged>,
) {
    loop {
        let heard = changes.recv().await;
        let Some(client) = client.upgrade().map(Client) else {
            return;
        };
        match heard {
            Ok(change) => client.tell_changed(Origin::Sync, &change.changed),
            Err(RecvError::Lagged(_)) => client.tell_topics(Origin::Sync, Event::everything_changed().topics),
            Err(RecvError::Closed) => return,
        }
    }
}

async fn pass_on_statuses(client: Weak<Inner>, mut statuses: watch::Receiver<Status>) {
    let mut was_running = false;
    while statuses.changed().await.is_ok() {
        let status = statuses.borrow_and_update().clone();
        let Some(client) = client.upgrade().map(Client) else {
            return;
        };
        let is_running = status.progress.is_some();
        if was_running && !is_running {
            client.tell(
                Origin::Sync,
                &[TopicKind::Log, TopicKind::Outbox, TopicKind::Conflicts],
            );
        }
        was_running = is_running;
        // A short run may be over before anybody has seen it begin, so this does not wait to have seen one.
        if !is_running && let Err(error) = client.settle_by_policy().await {
            tracing::warn!(%error, "the conflict policy can't be asked");
        }
        match client.full_status(Some(status)).await {
            Ok(status) => client.send(Event::SyncStatus(Box::new(status))),
            Err(error) => tracing::warn!(%error, "the sync status can't be told"),
        }
    }
}
