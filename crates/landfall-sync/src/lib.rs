//! The engine: brings a device's changes to the server and the server's changes to the device, whenever the line
//! allows, without anybody waiting for it (steps 5, 7, 9, 10 and 11 of the data's way).
//!
//! Walk it in this order: [`transport`] (the way to the server) → [`scheduler`] (when to sync: a pure state machine).

pub mod scheduler;
pub mod transport;
