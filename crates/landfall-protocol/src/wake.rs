//! `GET /v1/wakes` and `/v1/installations`: how a device learns that something changed (steps 8 and 9 of the data's way).
//!
//! A wake says *that* something changed: the server's `seq`, the tables, and for a notification that the workspace's
//! rules ask for, the record's id. It never says *what*: no field's value leaves the server by a wake. It is a hint, and
//! losing one loses nothing: a device also pulls on start, on resume and whenever it connects.
//!
//! ### The event stream
//!
//! `GET /v1/wakes?notified=` answers with `text/event-stream` (UTF-8, lines end with LF) and stays open. Its events:
//! - `hello`, first and once: the server's epoch and `seq` now. The device pulls if the epoch is not its cursor's or the
//!   `seq` is beyond its cursor, so that whatever happened while it was away is not missed. Notifications that came since
//!   `notified` (the highest `seq` of a notification that this device has dealt with; left out: none) stand in it;
//! - `wake`, after each commit of another device, of the server's owner, or of several in one: the device pulls. A device
//!   is not woken for its own changes. Where the device reads slowly, wakes melt into one;
//! - a comment line (`:`) every `heartbeat_seconds`. A device that has heard nothing for twice that time takes the line
//!   for dead and connects again;
//! - any other event is for later versions: ignore it.
//!
//! The server may end the stream at any time (it stops, or the device was removed). The device connects again, at once
//! if the stream lived for longer than a heartbeat, with the backoff of its other requests if not. A stream needs no
//! installation, but tags (and so notifications) do. A second stream of the same device is served too.
//!
//! ### Installations
//!
//! An installation is one push channel of a device: how to wake it while no stream is open. The device chooses its id (1 to
//! 64 of `A-Za-z0-9._-`), keeps it, and puts it at each start and whenever the platform gives it a new channel; the same
//! `PUT` again changes nothing. It belongs to the device that put it; another device's is not found (404).
//! - `GET /v1/installations` → `Channels`: what this server can send by, and the device's own installations;
//! - `PUT /v1/installations/{id}` with `InstallationRequest` → `Installation`. A channel that this server can't send by,
//!   or that it must not (an endpoint in a private network, no `https`) is refused (400);
//! - `GET /v1/installations/{id}` → `Installation`, with its health. One that is `dead` was given up because the push
//!   service said that its channel is gone: get a new channel and put it;
//! - `POST /v1/installations/{id}/test` → `TestReport`: a wake with `test` is sent at once, and the answer says what
//!   became of it. At most one in ten seconds (429 with `Retry-After`);
//! - `DELETE /v1/installations/{id}` → 204, also when there is none.
//!
//! A push carries a `PushedWake`: as the encrypted body (RFC 8291) of a Web Push or UnifiedPush message, as the text
//! `wake` in the data of an FCM message, as the key `wake` beside `aps` in an APNs notification. A burst of changes is one
//! push, a device whose stream is open and that pulls is sent none, and the further a push service limits what wakes a
//! device, the longer the server waits before the next.

use landfall_core::id::{Millis, RecordId, Seq, TableName};
use serde::{Deserialize, Serialize};

/// Content type of the event stream.
pub const EVENT_STREAM: &str = "text/event-stream";

/// Name of the first event.
pub const HELLO: &str = "hello";

/// Name of the events after it.
pub const WAKE: &str = "wake";

/// Most tables that a wake names. Where more changed it names none, which means any.
pub const MOST_TABLES: usize = 16;

/// Most tags of an installation.
pub const MOST_TAGS: usize = 16;

/// Most bytes of a tag.
pub const LONGEST_TAG: usize = 255;

/// Data of the event `hello`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The server's life.
    pub epoch: String,
    /// The last change of the server: pull if the cursor is not there yet.
    pub seq: Seq,
    /// Something comes at least this often.
    pub heartbeat_seconds: u32,
    /// Notifications that came after the `notified` of the request, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<Notify>,
}

/// Something changed. Data of the event `wake`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wake {
    /// The server's last change that this wake is for.
    pub seq: Seq,
    /// The tables with changes; none named: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableName>,
    /// Notifications that the person asked for: pull, then word and show them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<Notify>,
    /// Nothing changed: someone tries whether wakes arrive.
    #[serde(default, skip_serializing_if = "is_false")]
    pub test: bool,
}

/// A record did what a rule of the workspace waits for. A device shows each once, by `seq` and `rule`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notify {
    /// The change's place in the server's order.
    pub seq: Seq,
    /// The rule's name in the workspace's file.
    pub rule: String,
    /// The record's table.
    pub table: TableName,
    /// The record.
    pub id: RecordId,
}

/// What a push carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedWake {
    /// The installation that it is for.
    pub installation: String,
    /// The wake.
    #[serde(flatten)]
    pub wake: Wake,
}

/// A way to reach a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// The event stream only: nothing is pushed. For the tags.
    Stream,
    /// Web Push, which UnifiedPush is too.
    WebPush,
    /// Firebase Cloud Messaging (Android).
    Fcm,
    /// Apple Push Notification service.
    Apns,
}

/// Where pushes go. On the wire the keys of a variant stand under the key `channel`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "platform", content = "channel", rename_all = "snake_case")]
pub enum Channel {
    /// No channel.
    Stream,
    /// A subscription: its URL, its public key (P-256, uncompressed) and its secret, both base64url without padding.
    WebPush {
        /// The push service's URL for this subscription.
        endpoint: String,
        /// The subscription's public key.
        p256dh: String,
        /// The subscription's secret.
        auth: String,
    },
    /// A registration token.
    Fcm {
        /// As the platform gave it.
        token: String,
    },
    /// A device token in hexadecimal digits; `sandbox` for builds that are signed for development.
    Apns {
        /// As the platform gave it.
        token: String,
        /// The token is of the development environment.
        #[serde(default, skip_serializing_if = "is_false")]
        sandbox: bool,
    },
}

/// Body of `PUT /v1/installations/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallationRequest {
    /// Where pushes go.
    #[serde(flatten)]
    pub channel: Channel,
    /// Whom this device stands for, as the workspace's rules find them in a record (a name, an address, a person's
    /// record id): at most 16, of at most 255 bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// An installation and its health. The channel itself is never handed out again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// Its id.
    pub id: String,
    /// How it is woken while no stream is open.
    pub platform: Platform,
    /// Whom the device stands for.
    pub tags: Vec<String>,
    /// When the device last put it.
    pub registered_at: Millis,
    /// Whether the device has a stream open now.
    pub streaming: bool,
    /// Whether a push waits to be sent.
    pub waiting: bool,
    /// When a push was last sent, whatever came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sent_at: Option<Millis>,
    /// When the push service last took one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_accepted_at: Option<Millis>,
    /// How many went wrong since then.
    pub failures: u32,
    /// What was wrong with the last of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
    /// The push service said that the channel is gone: nothing is sent until a new one is put.
    pub dead: bool,
}

/// Answer of `GET /v1/installations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channels {
    /// What this server can send by; `stream` always.
    pub platforms: Vec<Platform>,
    /// The key that a Web Push or UnifiedPush subscription is to be made for (RFC 8292; P-256, uncompressed, base64url
    /// without padding).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vapid_public_key: Option<String>,
    /// The installations of the device that asks.
    pub installations: Vec<Installation>,
}

/// Answer of `POST /v1/installations/{id}/test`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestReport {
    /// What it was sent by.
    pub platform: Platform,
    /// When.
    pub at: Millis,
    /// Whether the push service took it (for `stream`: whether a stream is open). That it arrives, the device sees.
    pub accepted: bool,
    /// The push service's HTTP status, if it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What was wrong, for a person to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Channel {
    /// Which kind of channel it is.
    #[must_use]
    pub fn platform(&self) -> Platform {
        match self {
            Self::Stream => Platform::Stream,
            Self::WebPush { .. } => Platform::WebPush,
            Self::Fcm { .. } => Platform::Fcm,
            Self::Apns { .. } => Platform::Apns,
        }
    }
}

/// Whoever knows a channel can wake its device: it is not shown in logs.
impl std::fmt::Debug for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Channel({:?})", self.platform())
    }
}

/// Whether the text can be an installation's id.
#[must_use]
pub fn is_installation_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(fits) && text != "." && text != ".."
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_id_can_stand_in_a_url() {
        for good in ["a", "019ab000-0000-7000-8000-00000000aaaa", "ben.phone_2"] {
            assert!(is_installation_id(good), "{good}");
        }
        for bad in ["", ".", "..", "a/b", "ä", "a b", &"a".repeat(65)] {
            assert!(!is_installation_id(bad), "{bad}");
        }
    }

    #[test]
    fn a_channel_is_not_shown_in_a_log() {
        let channel = Channel::Fcm {
            token: "secret".into(),
        };
        assert_eq!(format!("{channel:?}"), "Channel(Fcm)");
    }
}
