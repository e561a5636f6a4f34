//! The server of Landfall: keeps a workspace's records in one SQLite file and speaks protocol version 1, and the
//! table protocol of Azure Mobile Apps and Datasync (`tables`).
//!
//! What a program that embeds it needs (tests do):
//! - [`Workspace::create`]`(dir, schema_toml, surroundings)` and [`Workspace::open`]: a folder with `landfall.toml` and
//!   the database; [`Workspace::add_device`]`(name)` gives a device's id and its token;
//! - [`App::new`]`(workspace)` and [`router`]`(app)`: the axum router, for a socket ([`serve`]) or in-process calls;
//! - [`Surroundings`]: clock and randomness, passed in;
//! - [`wake::Dispatch`], which [`serve`] runs: it pushes to devices that have no stream open.
//!
//! A request's way is steps 6, 8 and 9 of the data's way: [`http`] reads and checks it, [`db`] does it in one
//! transaction. Invariants: only [`db`] holds SQL; nothing is answered before its transaction has committed; `seq` is
//! handed out inside the one write transaction, so it is in commit order; no field's value and no token is ever logged.

pub mod db;
mod error;
pub mod export;
pub mod http;
pub mod import;
mod listen;
pub mod migrate;
pub mod odata;
mod surroundings;
mod tables;
pub mod template;
pub mod wake;
pub mod workspace;

#[cfg(any(test, feature = "fuzz"))]
pub use db::odata::fuzz;
pub use error::Error;
pub use http::{App, Limits, router};
pub use listen::{raise_file_limit, serve};
pub use surroundings::Surroundings;
pub use workspace::Workspace;

/// Version of this software.
pub const SERVER_VERSION: &str = env!("CARGO_PKG_VERSION");
