//! The client as its hosts use it: commands in, answers and events out, on a real store. The server is one in memory.
#![allow(clippy::unwrap_used, reason = "a test that can't go on stops there")]

mod app;
mod background;
mod bulk;
mod conflict;
mod conflicts_md;
mod edit;
mod events;
mod examples;
mod history;
mod list;
mod outbox;
mod server;
mod unseen;
mod wakes;
mod world;
