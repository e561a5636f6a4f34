//! The domain of Landfall without I/O: what a workspace, a table, a record and a change are, which values are
//! valid, how changes collapse, and how two sides of a record are merged.
//!
//! Client and server share this crate, so they can't disagree. It has no clock and no randomness: both are
//! arguments. Walk it in this order: [`id`] → [`schema`] (read from `landfall.toml` by [`schema_file`]) →
//! [`value`] → [`record`] → [`validate`] → [`outbox`] (a change waiting for the server) →
//! [`stamp`] (which of two edits is the later) → [`merge`] → [`reconcile`] (what a pulled record means for one with waiting changes) → [`checksum`]. Files come and go through
//! [`csv_cell`].

#[cfg(test)]
mod any;
pub mod checksum;
pub mod csv_cell;
pub mod id;
pub mod merge;
pub mod outbox;
pub mod reconcile;
pub mod record;
pub mod schema;
pub mod schema_file;
pub mod stamp;
pub mod validate;
pub mod value;
