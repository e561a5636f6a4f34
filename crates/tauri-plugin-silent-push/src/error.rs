//! What can go wrong.

/// The app can't be woken, or not this way.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// [`crate::SilentPush::start`] was called a second time.
    #[error("wakes are heard already")]
    StartedTwice,
    /// [`crate::SilentPush::start`] was not called, or there is no bus to hear on.
    #[error("wakes are not heard")]
    NotStarted,
    /// UnifiedPush does not work here.
    #[cfg(desktop)]
    #[error("the app can't be woken by UnifiedPush")]
    Push(#[from] silent_push::Error),
    /// The Kotlin or Swift part refused.
    #[cfg(mobile)]
    #[error("the platform refused")]
    Mobile(#[from] tauri::plugin::mobile::PluginInvokeError),
}

/// A web view gets the text.
impl serde::Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
