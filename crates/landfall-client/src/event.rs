//! What the client tells its host, after the commit that made it true (steps 4 and 11 of the data's way).
//!
//! Changes are gathered: what was told while the host was not looking, or within [`GATHER`] of one another during a
//! sync, arrives as one event. A person's own change is told at once.

use crate::dto::SyncStatus;
use crate::topic::{Origin, Topic, TopicKind, TopicsChanged};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};

/// How long changes that a sync brings are gathered.
const GATHER: Duration = Duration::from_millis(60);

/// More record ids than this are told as *any of the table*.
const MOST_IDS: usize = 200;

/// How many events a slow host may be behind before it is told that everything may have changed.
pub(crate) const BACKLOG: usize = 256;

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Read these again.
    TopicsChanged(TopicsChanged),
    /// The sync status now.
    SyncStatus(Box<SyncStatus>),
}

impl Event {
    /// For a host that missed events: every topic there is.
    #[must_use]
    pub fn everything_changed() -> TopicsChanged {
        let kinds = [
            TopicKind::App,
            TopicKind::Records,
            TopicKind::Record,
            TopicKind::Drafts,
            TopicKind::Outbox,
            TopicKind::Conflicts,
            TopicKind::Actions,
            TopicKind::Status,
            TopicKind::Log,
            TopicKind::Views,
            TopicKind::Wakes,
        ];
        TopicsChanged {
            topics: kinds.map(any).into(),
            origin: Origin::Sync,
        }
    }
}

/// A topic without table and ids.
pub(crate) fn any(kind: TopicKind) -> Topic {
    Topic {
        kind,
        table: None,
        ids: Vec::new(),
    }
}

/// Gathers changes and sends them on, until the last sender is gone.
pub(crate) async fn gather(
    mut told: mpsc::UnboundedReceiver<TopicsChanged>,
    events: broadcast::Sender<Event>,
) {
    while let Some(first) = told.recv().await {
        let mut person = Gathered::default();
        let mut sync = Gathered::default();
        let mut next = Some(first);
        // From the first on, so that a long sync is told in pieces and not at its end.
        let until = tokio::time::Instant::now() + GATHER;
        while let Some(change) = next.take() {
            match change.origin {
                Origin::Person => person.add(change.topics),
                Origin::Sync => sync.add(change.topics),
            }
            next = match told.try_recv() {
                Ok(change) => Some(change),
                Err(_) if person.is_empty() => {
                    tokio::time::timeout_at(until, told.recv()).await.ok().flatten()
                }
                Err(_) => None,
            };
        }
        for (gathered, origin) in [(person, Origin::Person), (sync, Origin::Sync)] {
            if let Some(topics) = gathered.into_topics() {
                // No receiver: nobody looks, and whoever comes later reads everything anew.
                let _nobody_looks = events.send(Event::TopicsChanged(TopicsChanged { topics, origin }));
            }
        }
    }
}

/// Topics merged by kind and table. Empty ids mean *any of the table*, and take all others in.
#[derive(Debug, Default)]
struct Gathered(BTreeMap<(TopicKind, Option<String>), Vec<String>>);

impl Gathered {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, topics: Vec<Topic>) {
        for Topic { kind, table, ids } in topics {
            match self.0.entry((kind, table)) {
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(ids);
                }
                std::collections::btree_map::Entry::Occupied(mut held) => {
                    let held = held.get_mut();
                    if held.is_empty() || ids.is_empty() {
                        held.clear();
                    } else {
                        held.extend(ids);
                    }
                }
            }
        }
    }

    fn into_topics(self) -> Option<Vec<Topic>> {
        let topics: Vec<_> = self
            .0
            .into_iter()
            .map(|((kind, table), ids)| Topic {
                kind,
                table,
                ids: few(ids),
            })
            .collect();
        Some(topics).filter(|topics| !topics.is_empty())
    }
}

fn few(mut ids: Vec<String>) -> Vec<String> {
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > MOST_IDS { Vec::new() } else { ids }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(ids: &[&str], origin: Origin) -> TopicsChanged {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        TopicsChanged {
            topics: vec![Topic {
                kind: TopicKind::Records,
                table: Some("tasks".into()),
                ids,
            }],
            origin,
        }
    }

    async fn heard(changes: Vec<TopicsChanged>) -> Vec<TopicsChanged> {
        let (tell, told) = mpsc::unbounded_channel();
        let (events, mut host) = broadcast::channel(BACKLOG);
        for change in changes {
            tell.send(change).unwrap();
        }
        drop(tell);
        gather(told, events).await;
        let mut heard = Vec::new();
        while let Ok(Event::TopicsChanged(change)) = host.try_recv() {
            heard.push(change);
        }
        heard
    }

    #[tokio::test]
    async fn changes_of_one_table_arrive_as_one_and_keep_who_made_them() {
        let told = vec![
            records(&["1", "2"], Origin::Sync),
            records(&["2", "3"], Origin::Sync),
            records(&["9"], Origin::Person),
        ];
        assert_eq!(
            heard(told).await,
            [
                records(&["9"], Origin::Person),
                records(&["1", "2", "3"], Origin::Sync)
            ]
        );
    }

    #[tokio::test]
    async fn any_of_the_table_takes_single_ids_in() {
        let told = vec![
            records(&["1"], Origin::Sync),
            records(&[], Origin::Sync),
            records(&["2"], Origin::Sync),
        ];
        assert_eq!(heard(told).await, [records(&[], Origin::Sync)]);
        let many: Vec<_> = (0..=MOST_IDS).map(|n| n.to_string()).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert_eq!(
            heard(vec![records(&many, Origin::Sync)]).await,
            [records(&[], Origin::Sync)]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_sync_is_told_in_pieces() {
        let (tell, told) = mpsc::unbounded_channel();
        let (events, mut host) = broadcast::channel(BACKLOG);
        tokio::spawn(gather(told, events));
        for _ in 0..10 {
            tell.send(records(&["1"], Origin::Sync)).unwrap();
            tokio::task::yield_now().await;
            tokio::time::advance(GATHER / 2).await;
        }
        assert!(
            host.try_recv().is_ok(),
            "the first piece does not wait for the end"
        );
        assert!(host.try_recv().is_ok());
    }
}
