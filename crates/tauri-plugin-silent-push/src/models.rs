//! What crosses the plugin's borders.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What the plugin needs to know of the app.
#[derive(Debug, Clone)]
pub struct Options {
    /// The app's identifier, in reverse domain style: its name on the session bus on Linux.
    pub service: String,
    /// The folder for the subscription's keys (Linux); its owner alone should be able to look inside.
    pub folder: PathBuf,
    /// What a person reads in the list of their distributor.
    pub description: String,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A push came to the open app: what the server sent, decrypted.
    Woken(Vec<u8>),
    /// The server is to push here; none: it can't any more.
    Channel(Option<Channel>),
}

/// Where a server pushes. As JSON: `{"platform": "fcm", "channel": {"token": "…"}}`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "platform", content = "channel", rename_all = "snake_case")]
pub enum Channel {
    /// Web Push, which UnifiedPush is: keys are base64url without padding.
    WebPush {
        /// Where to post.
        endpoint: String,
        /// The device's public key.
        p256dh: String,
        /// The secret that messages are authenticated by.
        auth: String,
    },
    /// Firebase Cloud Messaging.
    Fcm {
        /// The registration token.
        token: String,
    },
    /// Apple Push Notification service.
    Apns {
        /// The device token, in hexadecimal digits.
        token: String,
        /// It is of the development environment.
        sandbox: bool,
    },
}

/// Whoever knows a channel can wake the device: it is not shown in logs.
impl std::fmt::Debug for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Channel(…)")
    }
}

/// What wakes the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// UnifiedPush.
    UnifiedPush,
    /// Firebase Cloud Messaging.
    Fcm,
    /// Apple Push Notification service.
    Apns,
    /// Nothing pushes; a timer of the system wakes it now and then.
    Timer,
    /// Nothing.
    Nothing,
}

/// How the app is woken now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The server can push to this device.
    pub has_channel: bool,
    /// The UnifiedPush distributor on Linux, if it is registered with one.
    pub distributor: Option<String>,
}
