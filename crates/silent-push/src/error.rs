//! What can go wrong.

/// The device can't be woken, or not this way.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No session bus, or one that refuses.
    #[cfg(target_os = "linux")]
    #[error("the session bus does not serve the app")]
    Bus(#[from] zbus::Error),
    /// No distributor is installed, or the one asked for is not.
    #[error("no UnifiedPush distributor is there")]
    NoDistributor,
    /// The distributor refused the registration.
    #[error("the distributor refused: {reason}")]
    Refused {
        /// In the specification's words, such as `NETWORK` or `VAPID_REQUIRED`.
        reason: String,
    },
    /// What is kept of the subscription can't be read or written.
    #[error("what is kept of the subscription can't be used")]
    Kept(#[from] std::io::Error),
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes")]
    Random,
    /// A message is not encrypted for this device.
    #[error("the message is not for this device")]
    NotForUs,
}
