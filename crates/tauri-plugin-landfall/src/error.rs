//! What can go wrong with the plugin itself. A command's refusal is `landfall_client`'s `CommandError`.

/// The plugin could not do its part.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// [`crate::serve`] was called a second time.
    #[error("the app serves a client already")]
    ServedTwice,
}
