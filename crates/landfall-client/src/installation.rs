//! This device's place among those that the server wakes: its push channel and whom it stands for, kept here and told to
//! the server (beside step 9 of the data's way).
//!
//! The platform gives the host a channel, the host hands it to [`Client::set_push_channel`], and from there the server is
//! told, now or as soon as it can be reached, and again at each start. What it is told follows from what is kept:
//!
//! | background sync | channel | tags | the server has |
//! |---|---|---|---|
//! | on | yes | | the channel and the tags |
//! | on | no | some | the tags, told by the event stream only |
//! | off | | some | the tags, told by the event stream only |
//! | | no, or off | none | nothing |
//!
//! A channel that the server can't send by counts as none; it is tried again at the next start.

use crate::client::Inner;
use crate::error::CommandError;
use crate::topic::{Origin, TopicKind};
use crate::{Client, way};
use landfall_store::Store;
use landfall_sync::wake::{Channel, Channels, InstallationRequest};
use landfall_sync::{Transport, TransportError};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Names this device's channel to the server.
const INSTALLATION: &str = "installation_id";
/// The channel that the platform gave, as the server takes it.
pub(crate) const CHANNEL: &str = "push_channel";
/// Whom this device stands for, in the words of the workspace's rules: a JSON list.
pub(crate) const TAGS: &str = "wake_tags";
/// How long a person who leaves waits at most for the server to be told.
const LEAVING: Duration = Duration::from_secs(3);

impl Client {
    /// What the server can wake this device by, and how its channels are, as the server sees it.
    ///
    /// # Errors
    /// `not_connected`, `unauthorized`, `unreachable`.
    pub async fn wake_channels(&self) -> Result<Channels, CommandError> {
        Ok(self.line().await?.channels().await?)
    }

    /// Takes a channel that the platform gave (none: it has taken it back), keeps it, and tells the server if it is
    /// another one than before.
    ///
    /// # Errors
    /// Those of the store. That the server can't be told now is none: it is told at the next start.
    pub async fn set_push_channel(&self, channel: Option<Channel>) -> Result<(), CommandError> {
        let has_changed = self
            .on_store(move |store| {
                if read::<Channel>(store, CHANNEL)? == channel {
                    return Ok(false);
                }
                match channel {
                    Some(channel) => write(store, CHANNEL, &channel)?,
                    None => store.remove_setting(CHANNEL)?,
                }
                Ok::<_, CommandError>(true)
            })
            .await?;
        if has_changed {
            self.tell(Origin::Sync, &[TopicKind::Wakes]);
            self.tell_server().await;
        }
        Ok(())
    }

    /// Tells the server while the person goes on.
    pub(crate) fn tell_server_meanwhile(&self) {
        let client = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            if let Some(client) = client.upgrade().map(Client) {
                client.tell_server().await;
            }
        });
    }

    async fn tell_server(&self) {
        // One at a time: whoever is last tells what is kept by then.
        let _one_at_a_time = self.0.telling.lock().await;
        let told = async {
            let line = self.line().await?;
            let id = self.installation_id().await?;
            let wanted = self.on_store(wanted).await?;
            match tell_of(&*line, &id, wanted.clone()).await {
                Err(TransportError::ChannelRefused { reason }) => {
                    // Trying again would not help: another channel may, or other settings of the server.
                    tracing::warn!(%reason, "the server can't wake this device by its channel, only by the event stream");
                    let by_stream = wanted.filter(|wanted| !wanted.tags.is_empty());
                    let by_stream = by_stream.map(|wanted| InstallationRequest {
                        channel: Channel::Stream,
                        ..wanted
                    });
                    tell_of(&*line, &id, by_stream).await?;
                }
                other => other?,
            }
            Ok::<_, CommandError>(())
        };
        match told.await {
            Ok(()) => self.tell(Origin::Sync, &[TopicKind::Wakes]),
            Err(error) => tracing::info!(%error, "the server is told of the push channel at the next start"),
        }
    }

    /// The way to have the server forget this device, taken while its workspace and token are still here; none where there
    /// is nothing to forget, or no way to the server.
    pub(crate) async fn farewell(&self) -> Option<Farewell> {
        let id = self.on_store(installed).await.ok().flatten()?;
        match self.line().await {
            Ok(line) => Some(Farewell { line, id }),
            Err(error) => {
                tracing::info!(%error, "the server is not told that the device leaves");
                None
            }
        }
    }

    /// Has the server forget this device. Where it can't be reached the device has left all the same: it is pushed to until
    /// its channel is found to be gone.
    pub(crate) async fn say_farewell(&self, farewell: Farewell) {
        let saying = async {
            // Whoever tells the server of the channel now has begun before, and must have ended.
            let _one_at_a_time = self.0.telling.lock().await;
            farewell.line.delete_installation(&farewell.id).await
        };
        match tokio::time::timeout(LEAVING, saying).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::info!(%error, "the server does not know that the device has left"),
            Err(_) => tracing::info!("the server does not know that the device has left: it did not answer"),
        }
    }

    pub(crate) async fn installation_id(&self) -> Result<String, CommandError> {
        let random = self.random();
        self.on_store(move |store| {
            if let Some(id) = store.setting(INSTALLATION)? {
                return Ok::<_, CommandError>(id);
            }
            let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
            store.put_setting(INSTALLATION, &id)?;
            Ok(id)
        })
        .await
    }

    /// A way to the server for the few requests that are not the engine's.
    pub(crate) async fn line(&self) -> Result<Arc<dyn Transport>, CommandError> {
        let workspace = self.on_store(Store::workspace).await?;
        let workspace = workspace.ok_or_else(CommandError::not_connected)?;
        if self.settings().await?.work_offline {
            return Err(TransportError::WorkOffline.into());
        }
        let token = self.find_token(&workspace).await?;
        way::to(&self.0.options, &workspace, &token)
    }
}

/// Has the server keep this of the device, or nothing.
async fn tell_of(
    line: &dyn Transport,
    id: &str,
    wanted: Option<InstallationRequest>,
) -> Result<(), TransportError> {
    match wanted {
        Some(request) => line.put_installation(id, &request).await.map(drop),
        None => line.delete_installation(id).await,
    }
}

/// What [`Client::farewell`] takes along.
pub(crate) struct Farewell {
    line: Arc<dyn Transport>,
    id: String,
}

/// This device's name for its channel, if it ever had to have one.
pub(crate) fn installed(store: &Store) -> Result<Option<String>, CommandError> {
    Ok(store.setting(INSTALLATION)?)
}

/// What the server is to have of this device; none: nothing, its stream is all that is needed.
pub(crate) fn wanted(store: &Store) -> Result<Option<InstallationRequest>, CommandError> {
    let channel = if crate::settings::read(store)?.background_sync {
        read(store, CHANNEL)?
    } else {
        None
    };
    let tags: Vec<String> = read(store, TAGS)?.unwrap_or_default();
    if channel.is_none() && tags.is_empty() {
        return Ok(None);
    }
    Ok(Some(InstallationRequest {
        channel: channel.unwrap_or(Channel::Stream),
        tags,
    }))
}

/// The installation by which the stream is tried.
pub(crate) fn stream_of(id: &str) -> String {
    format!("{id}.stream")
}

/// Tells the server of this device's channel at each start, if it has or had one.
pub(crate) async fn put_again(client: Weak<Inner>) {
    let Some(client) = client.upgrade().map(Client) else {
        return;
    };
    let is_known = client.on_store(|store| {
        let has = |name| Ok::<_, CommandError>(store.setting(name)?.is_some());
        Ok::<_, CommandError>(has(CHANNEL)? || has(TAGS)?)
    });
    match is_known.await {
        Ok(true) => client.tell_server().await,
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "the push channel can't be read"),
    }
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(
    store: &Store,
    name: &str,
) -> Result<Option<T>, CommandError> {
    let Some(text) = store.setting(name)? else {
        return Ok(None);
    };
    match serde_json::from_str(&text) {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            tracing::warn!(name, line = error.line(), "a kept setting can't be read");
            Ok(None)
        }
    }
}

pub(crate) fn write<T: serde::Serialize>(store: &Store, name: &str, value: &T) -> Result<(), CommandError> {
    let text = serde_json::to_string(value).map_err(|error| CommandError::internal(&error))?;
    Ok(store.put_setting(name, &text)?)
}
