//! Wakes: whether the server can wake this device, and a wake to try it.

use super::Millis;
use serde::{Deserialize, Serialize};
use specta::Type;

/// How wakes reach this device, as far as it knows by itself. Whether pushes are wanted at all, the settings say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WakeStatus {
    /// Since when the event stream is open, which wakes the open app; none while it is not.
    pub listening_since: Option<Millis>,
    /// When a wake last came by the event stream, by this device's clock.
    pub last_by_stream: Option<Millis>,
    /// When one last came by a push.
    pub last_by_push: Option<Millis>,
    /// When the system last let the device look by itself.
    pub last_by_timer: Option<Millis>,
    /// The push channel that the system gave this device; none: only the open app is woken.
    pub channel: Option<WakeWay>,
    /// Whom this device stands for, as the workspace's rules find them in records.
    pub tags: Vec<String>,
}

/// A way in which wakes travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum WakeWay {
    /// The event stream of the open app.
    Stream,
    /// Web Push, which `UnifiedPush` is too.
    WebPush,
    /// Firebase Cloud Messaging (Android).
    Fcm,
    /// Apple Push Notification service.
    Apns,
}

/// How this device's push channel is, as the server sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WakeHealth {
    /// The ways by which the server can push.
    pub server_pushes_by: Vec<WakeWay>,
    /// This device's channel; none: the server knows of none.
    pub channel: Option<ChannelHealth>,
}

/// A push channel, as the server sees it. Instants are by the server's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChannelHealth {
    /// What kind of channel.
    pub way: WakeWay,
    /// Whether pushes get through.
    pub state: ChannelState,
    /// When a push was last sent, whatever came of it.
    pub last_sent_at: Option<Millis>,
    /// When the push service last took one.
    pub last_accepted_at: Option<Millis>,
    /// How many went wrong since then.
    pub failures: u32,
    /// What was wrong with the last of them, in the server's words.
    pub last_failure: Option<String>,
}

/// Whether pushes get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChannelState {
    /// None has been sent yet.
    Untried,
    /// The push service took the last one.
    Healthy,
    /// The last ones went wrong; the server tries again.
    Failing,
    /// The push service says that the channel is gone: the app gets a new one when it is next opened.
    Dead,
}

/// What became of a test: one line for each way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WakeTestReport {
    /// When the first was asked for, by this device's clock. A wake that [`WakeStatus`] has from then on arrived.
    pub asked_at: Millis,
    /// The event stream, then the push channel if there is one.
    pub tests: Vec<WakeTest>,
}

/// One way that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WakeTest {
    /// Which.
    pub way: WakeWay,
    /// What became of it.
    pub outcome: WakeTestOutcome,
}

/// What became of a wake that the server was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WakeTestOutcome {
    /// It was sent, and the push service took it. That it arrives, [`WakeStatus`] shows.
    Sent,
    /// The push service did not take it; for the event stream: none is open.
    Refused {
        /// The push service's HTTP status, if it answered.
        status: Option<u16>,
        /// What was wrong, in the server's words.
        message: String,
    },
    /// Another test was sent just now.
    TooSoon,
}

/// Say whom this device stands for.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct WakeTagsSetArgs {
    /// A name, an address, a person's record id: exactly as it stands in the records. 16 at most, of 255 bytes each.
    pub tags: Vec<String>,
}
