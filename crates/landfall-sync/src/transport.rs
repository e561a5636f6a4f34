//! The way to the server (steps 5 and 9 of the data's way): one trait, so that the same engine runs over HTTP, in one
//! process with the server, and over a faulty line in tests.
//!
//! - [`http`]: the real one; [`tables`]: the one to a server that speaks the table protocol alone.
//! - [`pages`]: pages out of a stream of bytes; [`wakes`]: wakes out of one.
//! - [`answer`]: tells a Landfall server's answer from everything else; shared by all implementations.
//! - [`switch`]: *work offline*, which really cuts the line.
//! - [`error`]: what a request can meet.

pub mod answer;
pub mod error;
pub mod http;
pub mod pages;
pub mod switch;
pub mod tables;
pub mod wakes;

pub use error::TransportError;
pub use landfall_protocol::history::{History, HistoryEntry};

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use landfall_core::checksum::TableSum;
use landfall_core::id::{RecordId, Seq, TableName};
use landfall_core::record::Record;
use landfall_protocol::push::{PushRequest, PushResponse};
use landfall_protocol::wake::{Channels, Installation, InstallationRequest, TestReport};
use landfall_protocol::workspace::{Health, Workspace};
use std::collections::BTreeMap;
use wakes::WakeEvent;

/// An answer on its way.
pub type Answering<'a, T> = BoxFuture<'a, Result<T, TransportError>>;

/// A page of what changed, whatever the server speaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What to ask with next time. Only the transport reads it.
    pub cursor: String,
    /// The server's life.
    pub epoch: String,
    /// This stream starts over: the cursor was not usable.
    pub reset: bool,
    /// Changed records by table; with seq 0 where the server has no order of changes.
    pub records: BTreeMap<TableName, Vec<Record>>,
    /// Roughly how many records are still to come, if the server knows.
    pub remaining: Option<u32>,
    /// Set on the last page: the tables as of the cursor, those that the server has sums of.
    pub last: Option<BTreeMap<TableName, TableSum>>,
    /// The schema's version.
    pub schema_version: u32,
}

impl From<landfall_protocol::pull::Page> for Page {
    fn from(page: landfall_protocol::pull::Page) -> Self {
        Self {
            epoch: page.cursor.epoch.clone(),
            cursor: page.cursor.to_string(),
            reset: page.reset,
            records: page.records,
            remaining: page.remaining,
            last: page.last,
            schema_version: page.schema_version,
        }
    }
}

/// Pages on their way. After an error nothing more comes; a stream that ends without a page marked `last` was cut.
pub type Pages = BoxStream<'static, Result<Page, TransportError>>;

/// Wakes on their way. The stream is open once the first event, the server's hello, has come; after an error nothing more
/// comes; it may end at any time.
pub type Wakes = BoxStream<'static, Result<WakeEvent, TransportError>>;

/// A way to the server. Dropping a future or a stream drops the request.
pub trait Transport: Send + Sync {
    /// Whether a Landfall server is there. Needs no token.
    fn health(&self) -> Answering<'_, Health>;

    /// The workspace: schema, limits, epoch.
    fn workspace(&self) -> Answering<'_, Workspace>;

    /// Sends changes. After [`TransportError::CutOff`] or [`TransportError::TimedOut`] they may have been applied.
    fn push<'a>(&'a self, request: &'a PushRequest) -> Answering<'a, PushResponse>;

    /// Whether the server applies the operations of a group all or none. To one that does not, each operation is sent for
    /// itself.
    fn takes_groups(&self) -> bool {
        true
    }

    /// Pulls what changed since the cursor (all, without one), of these tables (all, without).
    fn pull<'a>(&'a self, cursor: Option<&'a str>, tables: Option<&'a [TableName]>) -> Answering<'a, Pages>;

    /// A record's story as the server knows it. Empty for a record that the server does not have.
    fn history<'a>(&'a self, table: &'a TableName, id: &'a RecordId) -> Answering<'a, History>;

    /// Listens for wakes. `notified`: notifications up to there have been dealt with.
    fn wakes(&self, notified: Option<Seq>) -> Answering<'_, Wakes>;

    /// What the server can wake this device by, and what it has of it.
    fn channels(&self) -> Answering<'_, Channels>;

    /// Keeps a channel of this device under this id, which stands in a URL as it is.
    fn put_installation<'a>(
        &'a self,
        id: &'a str,
        request: &'a InstallationRequest,
    ) -> Answering<'a, Installation>;

    /// Forgets a channel; it may be forgotten already.
    fn delete_installation<'a>(&'a self, id: &'a str) -> Answering<'a, ()>;

    /// Has the server send a wake by this channel, to try it.
    fn test_installation<'a>(&'a self, id: &'a str) -> Answering<'a, TestReport>;
}

/// The path of a record's story, below the server's address. An id from elsewhere may have any characters: all but the
/// plainest are escaped.
#[must_use]
pub fn history_path(table: &TableName, id: &RecordId) -> String {
    let mut path = format!("v1/records/{table}/");
    for byte in id.as_str().bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                path.push(char::from(byte));
            }
            other => path.push_str(&format!("%{other:02X}")),
        }
    }
    path.push_str("/history");
    path
}

/// The answer to a question for a record's story: one that the server does not have has none.
///
/// # Errors
/// Every other error.
pub fn history_or_none(answer: Result<History, TransportError>) -> Result<History, TransportError> {
    match answer {
        Err(TransportError::ServerTrouble { status: 404, .. }) => Ok(History { entries: Vec::new() }),
        other => other,
    }
}
