//! The way to the server (steps 5 and 9 of the data's way): one trait, so that the same engine runs over HTTP, in one
//! process with the server, and over a faulty line in tests.
//!
//! - [`http`]: the real one.
//! - [`pages`]: pages out of a stream of bytes.
//! - [`answer`]: tells a Landfall server's answer from everything else; shared by all implementations.
//! - [`switch`]: *work offline*, which really cuts the line.
//! - [`error`]: what a request can meet.

pub mod answer;
pub mod error;
pub mod http;
pub mod pages;
pub mod switch;

pub use error::TransportError;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use landfall_core::id::TableName;
use landfall_protocol::pull::Page;
use landfall_protocol::push::{PushRequest, PushResponse};
use landfall_protocol::workspace::{Health, Workspace};

/// An answer on its way.
pub type Answering<'a, T> = BoxFuture<'a, Result<T, TransportError>>;

/// Pages on their way. After an error nothing more comes; a stream that ends without a page marked `last` was cut.
pub type Pages = BoxStream<'static, Result<Page, TransportError>>;

/// A way to the server. Dropping a future or a stream drops the request.
pub trait Transport: Send + Sync {
    /// Whether a Landfall server is there. Needs no token.
    fn health(&self) -> Answering<'_, Health>;

    /// The workspace: schema, limits, epoch.
    fn workspace(&self) -> Answering<'_, Workspace>;

    /// Sends changes. After [`TransportError::CutOff`] or [`TransportError::TimedOut`] they may have been applied.
    fn push<'a>(&'a self, request: &'a PushRequest) -> Answering<'a, PushResponse>;

    /// Pulls what changed since the cursor (all, without one), of these tables (all, without).
    fn pull<'a>(&'a self, cursor: Option<&'a str>, tables: Option<&'a [TableName]>) -> Answering<'a, Pages>;
}
