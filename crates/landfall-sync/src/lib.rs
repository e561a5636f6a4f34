//! The engine: brings a device's changes to the server and the server's changes to the device, whenever the line
//! allows, without anybody waiting for it (steps 5, 7, 9, 10 and 11 of the data's way).
//!
//! Walk it in this order: [`transport`] (the way to the server) → [`scheduler`] (when to sync: a pure state machine) →
//! [`run`] (one run, as a script) → [`push`] (the way up) → `pull` (the way down) → [`engine`] (the task that drives
//! it all) → [`status`] (what it shows of itself). It knows no Tauri, no UI and no clock of its own.

pub mod engine;
pub mod error;
mod journal;
mod pull;
pub mod push;
pub mod run;
pub mod scheduler;
pub mod status;
pub mod transport;

pub use engine::{Engine, Parts, RecordsChanged, Started};
pub use error::Error;
pub use run::{Runner, Summary};
pub use scheduler::{Kind, Trigger};
pub use status::Status;
pub use transport::{Transport, TransportError};
