//! The engine: brings a device's changes to the server and the server's changes to the device, whenever the line
//! allows, without anybody waiting for it (steps 5, 7, 9, 10 and 11 of the data's way).
//!
//! Walk it in this order: [`transport`] (the way to the server) → [`scheduler`] (when to sync: a pure state machine) →
//! [`run`] (one run, as a script) → [`push`] (the way up) → `pull` (the way down) → `listener` (hears when to pull) →
//! `driver` (the task that drives it all) → [`engine`] (a handle on it) → [`status`] (what it shows of itself). It knows
//! no Tauri, no UI and no clock of its own.

mod driver;
pub mod engine;
pub mod error;
mod journal;
mod listener;
mod pull;
pub mod push;
pub mod run;
pub mod scheduler;
pub mod status;
pub mod transport;

pub use engine::{Engine, Parts, RecordsChanged, Started, Woken};
pub use error::Error;
pub use landfall_protocol::pull::Cursor;
pub use landfall_protocol::wake;
pub use run::{Cause, Runner, Summary};
pub use scheduler::{Kind, Trigger};
pub use status::Status;
pub use transport::{Transport, TransportError};
