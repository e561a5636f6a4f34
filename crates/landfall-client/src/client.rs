//! The client: what a host opens once, and calls commands on.
//!
//! It holds the device's store, the sync engine while the device is connected, the open views, and the channel on
//! which it tells what changed. The commands are its methods, one file for each family ([`crate::commands`] lists
//! them); each is thin: arguments in, the store's work on a blocking thread, DTO out.

use crate::assigned::Assigned;
use crate::background;
use crate::dto::Settings;
use crate::error::CommandError;
use crate::event::{self, Event};
use crate::history::ServerStory;
use crate::policy::PolicyKeeper;
use crate::session::Session;
use crate::token::TokenKeeper;
use crate::topic::{Origin, Topic, TopicKind, TopicsChanged};
use crate::views::{View, Views};
use landfall_core::id::{Millis, TableName};
use landfall_core::schema::{ColumnKind, Schema, Table};
use landfall_store::{Changed, OpenError, Store, Surroundings};
use landfall_sync::transport::{Transport, TransportError};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{broadcast, mpsc};
use url::Url;

/// Makes the way to a server: its address, and the token, once there is one.
pub type MakeTransport =
    Arc<dyn Fn(&Url, Option<&str>) -> Result<Arc<dyn Transport>, TransportError> + Send + Sync>;

/// What a client needs from its surroundings.
#[derive(Clone)]
pub struct ClientOptions {
    /// The folder of this device's data; one process at a time.
    pub data_dir: PathBuf,
    /// Clock and randomness.
    pub surroundings: Surroundings,
    /// Where tokens are kept.
    pub tokens: TokenKeeper,
    /// The way to a server.
    pub transport: MakeTransport,
    /// A device name to offer on the connect screen.
    pub suggested_device_name: String,
    /// Version of the app, as people see it.
    pub app_version: String,
}

/// One device's client. Clones are the same client.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) options: ClientOptions,
    pub(crate) store: Store,
    /// The engine, while the device is connected.
    pub(crate) session: Mutex<Option<Session>>,
    /// Connecting and leaving happen one at a time.
    pub(crate) connecting: tokio::sync::Mutex<()>,
    /// Settings and saved views are changed, and settings followed, one change at a time.
    pub(crate) setting: tokio::sync::Mutex<()>,
    /// The server is told of this device's channel one at a time.
    pub(crate) telling: tokio::sync::Mutex<()>,
    /// The program's own way to settle conflicts.
    pub(crate) policy: PolicyKeeper,
    views: Mutex<Views>,
    /// The story that the server told last, so that what a person sees of it can be restored without asking again.
    told_story: Mutex<Option<ServerStory>>,
    tell: mpsc::UnboundedSender<TopicsChanged>,
    events: broadcast::Sender<Event>,
    /// What the workspace's rules tell the person.
    pub(crate) assigned: Assigned,
}

impl Client {
    /// Opens the device's folder. Where a workspace is set, its engine starts.
    ///
    /// # Errors
    /// Those of [`Store::open`]: nothing on disk was changed then.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn open(options: ClientOptions) -> Result<Self, OpenError> {
        let store = background::open_for_app(&options).await?;
        let (tell, told) = mpsc::unbounded_channel();
        let (events, _) = broadcast::channel(event::BACKLOG);
        tokio::spawn(event::gather(told, events.clone()));
        // Seconds, so that handles of views differ from those of the process before this one.
        let first_view = (options.surroundings.now)().0 / 1000 % i64::from(u32::MAX);
        let client = Self(Arc::new(Inner {
            options,
            store,
            session: Mutex::new(None),
            connecting: tokio::sync::Mutex::new(()),
            setting: tokio::sync::Mutex::new(()),
            telling: tokio::sync::Mutex::new(()),
            policy: PolicyKeeper::default(),
            views: Mutex::new(Views::new(u32::try_from(first_view).unwrap_or(0))),
            told_story: Mutex::new(None),
            tell,
            events,
            assigned: Assigned::default(),
        }));
        let data_dir = client.0.options.data_dir.clone();
        crate::registry::add(&data_dir, Arc::downgrade(&client.0));
        client.take_up_session().await;
        tokio::spawn(background::take_up_wakes(Arc::downgrade(&client.0), data_dir));
        Ok(client)
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    pub(crate) fn send(&self, event: Event) {
        // Nobody listens: whoever comes later reads everything anew.
        let _nobody_listens = self.0.events.send(event);
    }

    pub(crate) fn now(&self) -> Millis {
        (self.0.options.surroundings.now)()
    }

    pub(crate) fn random(&self) -> [u8; 10] {
        (self.0.options.surroundings.random)()
    }

    /// Runs work on the store on a blocking thread.
    pub(crate) async fn on_store<T, E>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, E> + Send + 'static,
    ) -> Result<T, CommandError>
    where
        T: Send + 'static,
        E: Send + 'static,
        CommandError: From<E>,
    {
        let store = self.0.store.clone();
        let done = tokio::task::spawn_blocking(move || work(&store)).await;
        Ok(done.map_err(|error| CommandError::internal(&error))??)
    }

    /// The open views.
    pub(crate) fn views(&self) -> MutexGuard<'_, Views> {
        // No code panics while it holds the lock; if one did, the views are whole still.
        self.0.views.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The story that the server told last.
    pub(crate) fn told_story(&self) -> MutexGuard<'_, Option<ServerStory>> {
        // No code panics while it holds the lock.
        self.0.told_story.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn view(&self, handle: u32) -> Result<View, CommandError> {
        let view = self.views().get(handle);
        view.ok_or_else(|| CommandError::not_found("the view is not open any more"))
    }

    /// Tells topics without table.
    pub(crate) fn tell(&self, origin: Origin, kinds: &[TopicKind]) {
        self.tell_topics(origin, kinds.iter().copied().map(event::any).collect());
    }

    pub(crate) fn tell_topics(&self, origin: Origin, topics: Vec<Topic>) {
        // The receiver lives as long as the runtime does.
        let _shutting_down = self.0.tell.send(TopicsChanged { topics, origin });
    }

    /// Tells which records changed, with all that shows them.
    pub(crate) fn tell_changed(&self, origin: Origin, changed: &Changed) {
        let schema = self.schema();
        // What waits is told with every change: an item may have come, changed or gone.
        let waiting = [TopicKind::Outbox, TopicKind::Conflicts, TopicKind::Status];
        let mut topics: Vec<_> = waiting.map(event::any).into();
        if origin == Origin::Person {
            topics.push(event::any(TopicKind::Actions));
        }
        for (table, ids) in changed {
            let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
            for kind in [TopicKind::Records, TopicKind::Record] {
                topics.push(Topic {
                    kind,
                    table: Some(table.to_string()),
                    ids: ids.clone(),
                });
                // Records that point at these show their titles.
                let pointing = schema.iter().flat_map(|schema| pointing_at(schema, table));
                topics.extend(pointing.map(|table| Topic {
                    kind,
                    table: Some(table.to_string()),
                    ids: Vec::new(),
                }));
            }
        }
        self.tell_topics(origin, topics);
    }

    /// The schema, while the device is connected.
    pub(crate) fn schema(&self) -> Option<Arc<Schema>> {
        self.0.store.schema()
    }

    /// A table of the schema.
    pub(crate) fn table(&self, name: &str) -> Result<Table, CommandError> {
        let schema = self.schema().ok_or_else(CommandError::not_connected)?;
        let name = TableName::new(name)?;
        let table = schema.table(&name).cloned();
        table.ok_or_else(|| CommandError::not_found(format!("the workspace has no table `{name}`")))
    }

    pub(crate) async fn settings(&self) -> Result<Settings, CommandError> {
        self.on_store(crate::settings::read).await
    }
}

fn pointing_at<'a>(schema: &'a Schema, target: &'a TableName) -> impl Iterator<Item = &'a TableName> {
    let points = move |table: &&Table| {
        let mut columns = table.columns.iter();
        columns.any(|column| matches!(&column.kind, ColumnKind::Reference { table } if table == target))
    };
    schema.tables.iter().filter(points).map(|table| &table.name)
}
