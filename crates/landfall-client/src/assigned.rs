//! Records that the workspace's rules name this device's person for: *an inspection is assigned to me* (between steps 10
//! and 11 of the data's way).
//!
//! They come with wakes, and the engine hands each on once, after the pull that brought the record. Up to which change
//! they were dealt with is written down before the host is told, so that none is told twice; at the next start the server
//! tells what came since (for two weeks), also what came while a sync in the background brought the record itself.

use crate::client::Inner;
use crate::error::CommandError;
use crate::notices::{Kind, Subject};
use crate::{Client, settings};
use landfall_core::id::Seq;
use landfall_store::Store;
use landfall_sync::Cursor;
use landfall_sync::wake::Notify;
use std::sync::{Mutex, PoisonError, Weak};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};

/// So many are kept for a host that does not take them.
const KEPT: usize = 64;
/// The name of the setting that says up to where notifications have been dealt with.
const NOTIFIED: &str = "notified";

/// The way to the host.
pub(crate) struct Assigned {
    tell: mpsc::Sender<Vec<Subject>>,
    told: Mutex<Option<mpsc::Receiver<Vec<Subject>>>>,
}

impl Default for Assigned {
    fn default() -> Self {
        let (tell, told) = mpsc::channel(KEPT);
        Self {
            tell,
            told: Mutex::new(Some(told)),
        }
    }
}

impl Assigned {
    fn take(&self) -> Option<mpsc::Receiver<Vec<Subject>>> {
        // No code panics while it holds the lock.
        self.told.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Up to where, in which life of the server.
#[derive(serde::Serialize, serde::Deserialize)]
struct Notified {
    epoch: String,
    seq: u64,
}

impl Client {
    /// What the workspace's rules have to tell this device's person; each once, and never of what they did themselves.
    /// It is there for one host, which takes it: none the second time. What came before is kept for it.
    #[must_use]
    pub fn take_assigned(&self) -> Option<mpsc::Receiver<Vec<Subject>>> {
        self.0.assigned.take()
    }

    async fn hand_on(&self, notices: Vec<Notify>) -> Result<(), CommandError> {
        let Some(newest) = notices.iter().map(|notice| notice.seq).max() else {
            return Ok(());
        };
        let subjects = self
            .on_store(move |store| {
                if let Some(cursor) = cursor(store)? {
                    keep(store, cursor.epoch, newest)?;
                }
                subjects(store, notices)
            })
            .await?;
        if !subjects.is_empty() && self.0.assigned.tell.try_send(subjects).is_err() {
            tracing::debug!("the host does not show notifications");
        }
        Ok(())
    }
}

/// The records as they are here by now; one that was deleted since has nothing to show.
pub(crate) fn subjects(
    store: &Store,
    notices: impl IntoIterator<Item = Notify>,
) -> Result<Vec<Subject>, CommandError> {
    let schema = store.schema();
    let rule = |name: &str| {
        let mut rules = schema.iter().flat_map(|schema| &schema.notify);
        rules
            .find(|rule| rule.name == name)
            .map(|rule| rule.label.clone())
    };
    let mut subjects = Vec::new();
    for notice in notices {
        let titles = store.titles(&notice.table, std::slice::from_ref(&notice.id))?;
        subjects.extend(titles.into_values().map(|title| Subject {
            kind: Kind::Assigned,
            table: notice.table.to_string(),
            id: notice.id.to_string(),
            title,
            rule: rule(&notice.rule),
        }));
    }
    Ok(subjects)
}

/// Up to where they have been dealt with. A device that has none yet begins with what it has received.
pub(crate) fn notified(store: &Store) -> Result<Option<Seq>, CommandError> {
    let Some(cursor) = cursor(store)? else {
        return Ok(None);
    };
    let kept: Option<Notified> = settings::stored(store, NOTIFIED)?;
    // A server that began a new life counts anew.
    if let Some(kept) = kept.filter(|kept| kept.epoch == cursor.epoch) {
        return Ok(Some(Seq(kept.seq)));
    }
    keep(store, cursor.epoch, cursor.seq)?;
    Ok(Some(cursor.seq))
}

pub(crate) fn keep(store: &Store, epoch: String, seq: Seq) -> Result<(), CommandError> {
    settings::write(store, NOTIFIED, &Notified { epoch, seq: seq.0 })
}

pub(crate) fn cursor(store: &Store) -> Result<Option<Cursor>, CommandError> {
    Ok(store.cursor()?.and_then(|cursor| cursor.parse().ok()))
}

/// Hands on what the engine tells, until it is gone.
pub(crate) async fn pass_on_notices(client: Weak<Inner>, mut notices: broadcast::Receiver<Vec<Notify>>) {
    loop {
        let heard = notices.recv().await;
        let Some(client) = client.upgrade().map(Client) else {
            return;
        };
        match heard {
            Ok(notices) => {
                if let Err(error) = client.hand_on(notices).await {
                    tracing::warn!(%error, "what a rule of the workspace tells can't be read");
                }
            }
            Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "notifications were missed"),
            Err(RecvError::Closed) => return,
        }
    }
}
