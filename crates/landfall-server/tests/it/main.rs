//! The server over real sockets, and the real binary. Devices have names; each has ids of its own range.

mod auth;
mod pull;
mod push;
mod world;
