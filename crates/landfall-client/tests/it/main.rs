//! The client as its hosts use it: commands in, answers and events out, on a real store. The server is one in memory.

mod app;
mod bulk;
mod edit;
mod events;
mod list;
mod outbox;
mod server;
mod world;
