//! Wakes that arrive while an app has no window. It knows neither Tauri nor what the app does when it is woken; an app
//! (or `tauri-plugin-silent-push`) uses it. (Before step 9 of the data's way.)
//!
//! - [`keys`]: the Web Push keys of a subscription. They are made on the device, and a message is decrypted on the device
//!   (RFC 8291, `aes128gcm`): neither the distributor nor its push server can read one.
//! - [`kept`]: what is kept of a subscription between processes, in a file that its owner alone can read.
//! - [`wake`]: what an app is handed when it is woken without a window, and what it answers; [`export_wake`] lets Android
//!   and iOS call it in the app's own library.
//! - [`unified`] (Linux): UnifiedPush over D-Bus. The bus starts the app when a message comes for one that is not running.

pub mod error;
pub mod kept;
pub mod keys;
#[cfg(target_os = "linux")]
pub mod unified;
pub mod wake;

pub use error::Error;
pub use kept::Kept;
pub use keys::Keys;
pub use wake::{Answer, Wake};

#[cfg(target_os = "android")]
#[doc(hidden)]
pub use jni;

use std::sync::Arc;

/// What a server needs to push to this device, as Web Push has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Where the server posts.
    pub endpoint: String,
    /// The device's public key: P-256, uncompressed, base64url without padding.
    pub p256dh: String,
    /// The secret that messages are authenticated by: 16 bytes, base64url without padding.
    pub auth: String,
}

/// Whoever knows it can wake the device: it is not shown in logs.
impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subscription(…)")
    }
}

/// What happens to a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A message came: what the server sent, decrypted.
    Woken(Vec<u8>),
    /// The server is to push here from now on.
    Subscribed(Subscription),
    /// The distributor has dropped the subscription: pushes come no more.
    Unsubscribed,
}

/// Hears events, one at a time, on a thread of the connection. It must not block for long: a message is answered when
/// it returns.
pub type Handler = Arc<dyn Fn(Event) + Send + Sync>;
