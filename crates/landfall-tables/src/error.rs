//! What keeps a request from being answered.

use std::time::Duration;

/// A request that brought no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one.
    #[error("the server's address is not usable: enter one like https://records.example.org")]
    BadAddress,
    /// The token has characters that can't be sent.
    #[error("the token has characters that no token has")]
    BadToken,
    /// The line: nothing answered, or the answer broke off. A change may have been done.
    #[error("the server could not be reached, or its answer broke off")]
    Line(#[source] reqwest::Error),
    /// The server does not know the token, or does not let it do this (401, 403).
    #[error("the server does not accept this sign-in (status {status})")]
    Unauthorized {
        /// HTTP status.
        status: u16,
    },
    /// The server has no such table.
    #[error("the server has no table `{table}`")]
    NoTable {
        /// The table, as it was asked for.
        table: String,
    },
    /// Something answers there, and it is no server of this protocol: a page of HTML, or a redirect.
    #[error("something answers at this address, and it does not speak the table protocol (status {status})")]
    Stranger {
        /// HTTP status.
        status: u16,
        /// It leads to another place, as a network's sign-in page does.
        leads_away: bool,
    },
    /// The server refuses a question (a change that it refuses is an answer).
    #[error("the server refuses the question (status {status}): {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Its own words.
        message: String,
    },
    /// The server, or the proxy before it, has trouble of its own.
    #[error("the server has trouble (status {status})")]
    Trouble {
        /// HTTP status.
        status: u16,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// An answer that is not what the protocol has there.
    #[error("the server's answer can't be read: {what}")]
    Unreadable {
        /// What is wrong with it, without any value of a record.
        what: String,
    },
}

impl Error {
    pub(crate) fn unreadable(what: impl Into<String>) -> Self {
        Self::Unreadable { what: what.into() }
    }
}
