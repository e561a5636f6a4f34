//! The application API that every host calls: the Tauri app, the bridge for a browser, tests. It knows neither Tauri
//! nor HTTP servers; it is commands in, answers and events out.
//!
//! Walk it in this order: [`commands`] (the one list) → [`dto`] (arguments and answers) → [`error`] (the one error) →
//! [`topic`] (what a read shows and a write changes) → [`client`] (what a host opens) → one file for each family of
//! commands (`app`, `settings`, `view`, `record`, `draft`, `bulk`, `history`, `trash`, `undo`, `conflict`, `merged`,
//! `outbox`, `sync`, `wakes`), each thin over the store → `map`
//! (what the store holds → what crosses the boundary). Beside them: `session` (the sync engine while the device is
//! connected), `way` (to which server, by which protocol), `views` (frozen orders of lists), [`event`] (what is told, after the commit), [`token`] (where the
//! device's secret is kept), [`host`] (what every host needs to open a client), [`background`] (a sync without
//! an app), `installation` (what the server has of this device, to wake it), `assigned`, `unseen` and [`notices`] (what a
//! person is notified of), [`glance`] (the tray icon).
//!
//! Steps of the data's way: 1 and 2 (commands), 4 and 11 (events). The store is step 3, the engine 5 to 10.

mod address;
mod app;
mod assigned;
pub mod background;
mod bulk;
pub mod client;
pub mod commands;
mod conflict;
mod diagnostics;
mod dispatch;
mod draft;
pub mod dto;
pub mod error;
pub mod event;
pub mod glance;
mod history;
pub mod host;
mod installation;
mod map;
mod merged;
pub mod notices;
mod outbox;
mod pending;
mod policy;
mod record;
mod registry;
mod session;
mod settings;
mod sync;
pub mod token;
pub mod topic;
mod trash;
mod undo;
mod unseen;
mod view;
mod views;
mod wakes;
mod way;

pub use client::{Client, ClientOptions, MakeTransport};
pub use dispatch::dispatch;
pub use event::Event;
pub use landfall_store::OpenError;
