//! The server over real sockets, and the real binary. Devices have names; each has ids of its own range.

#![allow(clippy::unwrap_used, reason = "a test that meets an error has failed")]

mod auth;
mod cli;
mod conformance;
mod disk;
mod import;
mod migrate;
mod pull;
mod push;
mod tables;
mod wakes;
mod world;
