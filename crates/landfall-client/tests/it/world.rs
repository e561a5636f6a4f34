//! A laptop with its folder, and the server in memory.

use crate::server::{Server, TOKEN};
use landfall_client::dto::*;
use landfall_client::token::TokenKeeper;
use landfall_client::topic::{Origin, TopicKind, TopicsChanged};
use landfall_client::{Client, ClientOptions, Event};
use landfall_store::Surroundings;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;

pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            server: Server::new(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Opens the laptop's folder.
    pub(crate) async fn laptop(&self) -> Client {
        Client::open(self.options()).await.unwrap()
    }

    pub(crate) fn options(&self) -> ClientOptions {
        // Each start of the laptop throws other dice.
        static THROWN: AtomicU64 = AtomicU64::new(1);
        let first = THROWN.fetch_add(1 << 32, Ordering::SeqCst);
        let (clock, dice) = (AtomicI64::new(1_700_000_000_000), AtomicU64::new(first));
        let server = self.server.clone();
        ClientOptions {
            data_dir: self.folder.path().to_owned(),
            surroundings: Surroundings {
                now: Arc::new(move || landfall_core::id::Millis(clock.fetch_add(1, Ordering::SeqCst))),
                random: Arc::new(move || {
                    let mut bytes = [0; 10];
                    bytes[2..].copy_from_slice(&dice.fetch_add(1, Ordering::SeqCst).to_be_bytes());
                    bytes
                }),
            },
            tokens: TokenKeeper::in_file(self.folder.path()),
            transport: Arc::new(move |_, token| Ok(server.line(token))),
            suggested_device_name: "laptop".to_owned(),
            app_version: "1.2.3".to_owned(),
        }
    }

    /// A laptop that is connected and has what the server has.
    pub(crate) async fn connected(&self) -> Client {
        let laptop = self.laptop().await;
        let mut events = laptop.events();
        laptop.workspace_connect(connect_args()).await.unwrap();
        synced(&laptop, &mut events).await;
        laptop
    }
}

pub(crate) fn connect_args() -> WorkspaceConnectArgs {
    WorkspaceConnectArgs {
        server_url: "127.0.0.1:8787".to_owned(),
        token: TOKEN.to_owned(),
        device_name: "Laptop".to_owned(),
        tables: None,
    }
}

/// Waits until the first sync is done and nothing waits.
pub(crate) async fn synced(client: &Client, events: &mut Receiver<Event>) {
    settled(client, events, |status| {
        status.last_success.is_some() && status.waiting == 0
    })
    .await;
}

/// Waits until the status is as wanted.
pub(crate) async fn settled(
    client: &Client,
    events: &mut Receiver<Event>,
    wanted: impl Fn(&SyncStatus) -> bool,
) {
    eventually(events, async || {
        wanted(&client.sync_status(NoArgs {}).await.unwrap())
    })
    .await;
}

/// Looks now and after every event until what is wanted is so.
pub(crate) async fn eventually(events: &mut Receiver<Event>, wanted: impl AsyncFn() -> bool) {
    let watching = async {
        while !wanted().await {
            events.recv().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(20), watching)
        .await
        .expect("it comes to be so");
}

/// The next change of this origin that names this kind of topic.
pub(crate) async fn next_change(
    events: &mut Receiver<Event>,
    origin: Origin,
    kind: TopicKind,
) -> TopicsChanged {
    let hearing = async {
        loop {
            if let Event::TopicsChanged(change) = events.recv().await.unwrap()
                && change.origin == origin
                && change.topics.iter().any(|topic| topic.kind == kind)
            {
                return change;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), hearing)
        .await
        .expect("a change is told")
}

pub(crate) fn record(table: &str, id: &str) -> RecordRef {
    RecordRef {
        table: table.to_owned(),
        id: id.to_owned(),
    }
}

pub(crate) fn fields<const N: usize>(fields: [(&str, FieldValue); N]) -> Fields {
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

pub(crate) fn update<const N: usize>(
    table: &str,
    id: &str,
    patch: [(&str, FieldValue); N],
) -> RecordUpdateArgs {
    RecordUpdateArgs {
        table: table.to_owned(),
        id: id.to_owned(),
        patch: fields(patch),
    }
}

pub(crate) fn whole(table: &str) -> ViewOpenArgs {
    ViewOpenArgs {
        table: table.to_owned(),
        search: String::new(),
        sort: Vec::new(),
        conditions: Vec::new(),
        chip: None,
    }
}

pub(crate) async fn titles(client: &Client, view: u32) -> Vec<String> {
    let rows = client
        .view_rows(ViewRowsArgs {
            view,
            start: 0,
            count: 500,
        })
        .await
        .unwrap();
    rows.rows.into_iter().map(|row| row.title).collect()
}
