//! The wire: what devices and server say to each other, version 1. Knows nothing of sockets or SQL.
//!
//! | request | what for | module |
//! |---|---|---|
//! | `GET /v1/workspace` | schema, limits, epoch, who am I | [`workspace`] |
//! | `POST /v1/push` | changes of this device, in order | [`push`] |
//! | `GET /v1/pull?cursor=&tables=` | a stream of pages of what changed since the cursor | [`pull`] |
//! | `GET /v1/records/{table}/{id}/history` | a record's story | [`history`] |
//! | `GET /v1/wakes?notified=` | a stream of events: something changed | [`wake`] |
//! | `/v1/installations` | how to wake a device that has no stream open | [`wake`] |
//! | `GET /healthz` | is the server there (no token needed) | [`workspace`] |
//!
//! Every request but `/healthz` carries `Authorization: Bearer <device token>` and the version as
//! `landfall-protocol: 1` ([`VERSION_HEADER`]). Answers carry the version too; one that is no success has an
//! [`error::ErrorBody`]. Pages become the lines of a pull's stream, and lines pages, in [`codec`].

#[cfg(test)]
mod any;
pub mod codec;
#[cfg(test)]
mod docs;
pub mod error;
#[cfg(test)]
mod examples;
pub mod history;
pub mod pull;
pub mod push;
pub mod wake;
pub mod workspace;

/// Version of this protocol.
pub const VERSION: u32 = 1;

/// Header that carries [`VERSION`] in requests and answers. Its presence in an answer tells a Landfall server from a
/// captive portal.
pub const VERSION_HEADER: &str = "landfall-protocol";

/// Content type of a pull's stream: one JSON page a line.
pub const NDJSON: &str = "application/x-ndjson";
