//! How the server can wake this device: its push channel, whether wakes arrive, and a wake to try it (beside step 9 of
//! the data's way).
//!
//! While the app is open, the engine listens to the event stream, and nothing has to be set up for that. While it is not,
//! a push wakes the device: the platform gives the host a channel, the host hands it to [`Client::set_push_channel`], and
//! from there the server is told, now or as soon as it can be reached, and again at each start.

use crate::background::LAST_WAKE;
use crate::client::Inner;
use crate::error::CommandError;
use crate::{Client, address};
use landfall_core::id::Millis;
use landfall_store::Store;
use landfall_sync::wake::{Channel, Channels, InstallationRequest, Platform, TestReport};
use landfall_sync::{Transport, TransportError};
use std::sync::{Arc, Weak};

/// Names this device's channel to the server.
const INSTALLATION: &str = "installation_id";
/// The channel that the platform gave, as the server takes it.
const CHANNEL: &str = "push_channel";
/// Whom this device stands for, in the words of the workspace's rules: a JSON list.
const TAGS: &str = "wake_tags";
/// *When was it last woken* is for a person to read: once a minute is enough to write it down.
const WORTH_KEEPING: i64 = 60_000;

/// How wakes reach this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WakeStatus {
    /// Since when the event stream is open; none while it is not.
    pub listening_since: Option<Millis>,
    /// When a wake last arrived, with or without the app.
    pub last_wake: Option<Millis>,
    /// What brought it: `stream`, `push` or `timer`.
    pub last_wake_by: Option<String>,
    /// The push channel that this device has; none: it is woken only while the app is open.
    pub platform: Option<Platform>,
    /// Whom this device stands for.
    pub tags: Vec<String>,
}

impl Client {
    /// How wakes reach this device, as far as it knows by itself.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn wake_status(&self) -> Result<WakeStatus, CommandError> {
        let engine = self.engine().map(|engine| engine.status());
        self.on_store(move |store| {
            let kept: Option<LastWake> = read(store, LAST_WAKE)?;
            let live = engine.as_ref().and_then(|engine| engine.last_wake);
            let kept_at = kept.as_ref().map(|kept| Millis(kept.at));
            let by = if live.is_some() && live >= kept_at {
                Some("stream".to_owned())
            } else {
                kept.map(|kept| kept.by)
            };
            Ok::<_, CommandError>(WakeStatus {
                listening_since: engine.and_then(|engine| engine.listening_since),
                last_wake: live.max(kept_at),
                last_wake_by: by,
                platform: read::<Channel>(store, CHANNEL)?.map(|channel| channel.platform()),
                tags: read(store, TAGS)?.unwrap_or_default(),
            })
        })
        .await
    }

    /// What the server can wake this device by, and how its channels are, as the server sees it.
    ///
    /// # Errors
    /// `not_connected`, `unauthorized`, `unreachable`.
    pub async fn wake_channels(&self) -> Result<Channels, CommandError> {
        Ok(self.line().await?.channels().await?)
    }

    /// Has the server send a wake to this device. That it arrives, [`Client::wake_status`] shows.
    ///
    /// # Errors
    /// `not_connected`, `unauthorized`, `unreachable`.
    pub async fn wake_test(&self) -> Result<TestReport, CommandError> {
        let line = self.line().await?;
        let id = self.installation_id().await?;
        self.put_installation(&*line, &id).await?;
        Ok(line.test_installation(&id).await?)
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
            self.tell_server().await;
        }
        Ok(())
    }

    /// Says whom this device stands for (a name, an address, a person's record id), which the workspace's rules for
    /// notifications look for in records.
    ///
    /// # Errors
    /// Those of [`Client::set_push_channel`].
    pub async fn set_wake_tags(&self, tags: Vec<String>) -> Result<(), CommandError> {
        self.on_store(move |store| write(store, TAGS, &tags)).await?;
        self.tell_server().await;
        Ok(())
    }

    pub(crate) async fn keep_last_wake(&self, at: Millis) {
        let kept = LastWake {
            at: at.0,
            by: "stream".to_owned(),
        };
        if let Err(error) = self.on_store(move |store| write(store, LAST_WAKE, &kept)).await {
            tracing::warn!(%error, "when the device was last woken can't be kept");
        }
    }

    async fn tell_server(&self) {
        let told = async {
            let line = self.line().await?;
            let id = self.installation_id().await?;
            self.put_installation(&*line, &id).await
        };
        if let Err(error) = told.await {
            tracing::info!(%error, "the server is told of the push channel at the next start");
        }
    }

    /// A device without a channel and without tags is listened to by its stream alone: the server keeps nothing of it.
    async fn put_installation(&self, line: &dyn Transport, id: &str) -> Result<(), CommandError> {
        let request = self
            .on_store(|store| {
                Ok::<_, CommandError>(InstallationRequest {
                    channel: read(store, CHANNEL)?.unwrap_or(Channel::Stream),
                    tags: read(store, TAGS)?.unwrap_or_default(),
                })
            })
            .await?;
        line.put_installation(id, &request).await?;
        Ok(())
    }

    async fn installation_id(&self) -> Result<String, CommandError> {
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
    async fn line(&self) -> Result<Arc<dyn Transport>, CommandError> {
        let workspace = self.on_store(Store::workspace).await?;
        let workspace = workspace.ok_or_else(CommandError::not_connected)?;
        if self.settings().await?.work_offline {
            return Err(TransportError::WorkOffline.into());
        }
        let token = self.find_token(&workspace).await?;
        let url = address::normalize(&workspace.server_url).ok_or(TransportError::BadAddress)?;
        Ok((self.0.options.transport)(&url, Some(&token))?)
    }
}

/// Tells the server of this device's channel at each start, if it has one.
pub(crate) async fn put_again(client: Weak<Inner>) {
    let Some(client) = client.upgrade().map(Client) else {
        return;
    };
    match client.wake_status().await {
        Ok(status) if status.platform.is_some() || !status.tags.is_empty() => client.tell_server().await,
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the push channel can't be read"),
    }
}

/// A moment of being woken that is worth writing down after that one.
pub(crate) fn worth_keeping(last: Option<Millis>, kept: Option<Millis>) -> Option<Millis> {
    last.filter(|last| kept.is_none_or(|kept| last.0 - kept.0 >= WORTH_KEEPING))
}

#[derive(serde::Serialize, serde::Deserialize)]
struct LastWake {
    at: i64,
    by: String,
}

fn read<T: serde::de::DeserializeOwned>(store: &Store, name: &str) -> Result<Option<T>, CommandError> {
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

fn write<T: serde::Serialize>(store: &Store, name: &str, value: &T) -> Result<(), CommandError> {
    let text = serde_json::to_string(value).map_err(|error| CommandError::internal(&error))?;
    Ok(store.put_setting(name, &text)?)
}
