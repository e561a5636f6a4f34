//! Commands of wakes: whether the server can wake this device, a wake to try it, and whom the device stands for (beside
//! step 9 of the data's way).
//!
//! While the app is open, the engine listens to the event stream, and nothing has to be set up for that. While it is not,
//! a push wakes the device, by the channel that [`crate::installation`] keeps and tells the server of.

use crate::Client;
use crate::client::Inner;
use crate::dto::*;
use crate::error::CommandError;
use crate::installation::{CHANNEL, TAGS, read, stream_of, write};
use crate::map::{millis, wake as map};
use crate::topic::{Origin, TopicKind};
use landfall_core::id::Millis as At;
use landfall_sync::wake::{Channel, InstallationRequest, LONGEST_TAG, MOST_TAGS, Platform};
use landfall_sync::{Status, Transport};
use std::sync::Weak;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// *When was it last woken* is for a person to read: once a minute is enough to write it down.
const WORTH_KEEPING: i64 = 60_000;
/// Wakes are told to the host at once, and then at most so often.
const PAUSE: Duration = Duration::from_secs(1);

/// The name of the setting that says when a wake last came by this way (`stream`, `push`, `timer`).
pub(crate) fn last_wake(by: &str) -> String {
    format!("last_wake:{by}")
}

impl Client {
    /// How wakes reach this device, as far as it knows by itself.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn wake_status(&self, _: NoArgs) -> Result<WakeStatus, CommandError> {
        let engine = self.engine().map(|engine| engine.status());
        self.on_store(move |store| {
            let live = engine.as_ref();
            let last = |by, live: Option<At>| {
                let kept: Option<i64> = read(store, &last_wake(by))?;
                Ok::<_, CommandError>(live.max(kept.map(At)).map(millis))
            };
            Ok::<_, CommandError>(WakeStatus {
                listening_since: live.and_then(|engine| engine.listening_since).map(millis),
                last_by_stream: last("stream", live.and_then(|engine| engine.last_wake))?,
                last_by_push: last("push", live.and_then(|engine| engine.last_push))?,
                last_by_timer: last("timer", None)?,
                channel: read::<Channel>(store, CHANNEL)?.map(|channel| map::way(channel.platform())),
                tags: read(store, TAGS)?.unwrap_or_default(),
            })
        })
        .await
    }

    /// How this device's push channel is, as the server sees it.
    ///
    /// # Errors
    /// `not_connected`, `unauthorized`, `unreachable`.
    pub async fn wake_health(&self, _: NoArgs) -> Result<WakeHealth, CommandError> {
        let id = self.installation_id().await?;
        Ok(map::health(&self.wake_channels().await?, &id))
    }

    /// Has the server send a wake to this device: by its event stream, and by its push channel if it has one.
    ///
    /// # Errors
    /// `not_connected`, `unauthorized`, `unreachable`.
    pub async fn wake_test(&self, _: NoArgs) -> Result<WakeTestReport, CommandError> {
        let _one_at_a_time = self.0.telling.lock().await;
        let line = self.line().await?;
        let id = self.installation_id().await?;
        let asked_at = millis(self.now());
        let mut tests = vec![test_stream(&*line, &stream_of(&id)).await?];
        let request = self.on_store(crate::installation::wanted).await?;
        if let Some(request) = request.filter(|request| request.channel.platform() != Platform::Stream) {
            line.put_installation(&id, &request).await?;
            let platform = request.channel.platform();
            let asked = line.test_installation(&id).await;
            tests.push(map::test(platform, asked)?);
        }
        Ok(WakeTestReport { asked_at, tests })
    }

    /// Says whom this device stands for (a name, an address, a person's record id), which the workspace's rules for
    /// notifications look for in records. The server is told as soon as it can be.
    ///
    /// # Errors
    /// `bad_request` for more or longer ones than the server takes; those of the store.
    pub async fn wake_tags_set(&self, args: WakeTagsSetArgs) -> Result<Done, CommandError> {
        let mut tags: Vec<String> = Vec::new();
        for tag in args
            .tags
            .iter()
            .map(|tag| tag.trim())
            .filter(|tag| !tag.is_empty())
        {
            if !tags.iter().any(|kept| kept == tag) {
                tags.push(tag.to_owned());
            }
        }
        if tags.len() > MOST_TAGS || tags.iter().any(|tag| tag.len() > LONGEST_TAG) {
            return Err(CommandError::bad_request(format!(
                "a device stands for {MOST_TAGS} at most, of {LONGEST_TAG} bytes each"
            )));
        }
        self.on_store(move |store| write(store, TAGS, &tags)).await?;
        self.tell(Origin::Person, &[TopicKind::Wakes]);
        self.tell_server_meanwhile();
        Ok(Done {})
    }

    pub(crate) async fn keep_last_wake(&self, by: &'static str, at: At) {
        let keeping = self.on_store(move |store| write(store, &last_wake(by), &at.0));
        if let Err(error) = keeping.await {
            tracing::warn!(%error, "when the device was last woken can't be kept");
        }
    }
}

/// The stream is tried by an installation of its own, which goes again: the device's has the push channel.
async fn test_stream(line: &dyn Transport, id: &str) -> Result<WakeTest, CommandError> {
    let request = InstallationRequest {
        channel: Channel::Stream,
        tags: Vec::new(),
    };
    line.put_installation(id, &request).await?;
    let asked = line.test_installation(id).await;
    line.delete_installation(id).await?;
    Ok(map::test(Platform::Stream, asked)?)
}

/// What a host shows of wakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shown {
    listening_since: Option<At>,
    last_wake: Option<At>,
    last_push: Option<At>,
}

impl Shown {
    fn of(status: &Status) -> Self {
        Self {
            listening_since: status.listening_since,
            last_wake: status.last_wake,
            last_push: status.last_push,
        }
    }
}

/// Tells the host that the stream opened or closed or that a wake came, and writes down when one did.
pub(crate) async fn pass_on_wakes(client: Weak<Inner>, mut statuses: watch::Receiver<Status>) {
    let mut shown = Shown::of(&statuses.borrow_and_update());
    let mut kept = (None, None);
    while statuses.changed().await.is_ok() {
        loop {
            let now = Shown::of(&statuses.borrow_and_update());
            if now == shown {
                break;
            }
            shown = now;
            let Some(client) = client.upgrade().map(Client) else {
                return;
            };
            client.tell(Origin::Sync, &[TopicKind::Wakes]);
            if let Some(at) = worth_keeping(now.last_wake, kept.0) {
                kept.0 = Some(at);
                client.keep_last_wake("stream", at).await;
            }
            if let Some(at) = worth_keeping(now.last_push, kept.1) {
                kept.1 = Some(at);
                client.keep_last_wake("push", at).await;
            }
            drop(client);
            let until = Instant::now() + PAUSE;
            while let Ok(heard) = timeout_at(until, statuses.changed()).await {
                if heard.is_err() {
                    return;
                }
            }
        }
    }
}

/// A moment of being woken that is worth writing down after that one.
fn worth_keeping(last: Option<At>, kept: Option<At>) -> Option<At> {
    last.filter(|last| kept.is_none_or(|kept| last.0 - kept.0 >= WORTH_KEEPING))
}
