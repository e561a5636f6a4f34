//! Tests on real files. Each reads like a story of named devices; ids of different tests do not meet.

mod answers;
mod crash;
mod edit;
mod kept;
mod model;
mod open;
mod page;
mod plans;
mod schema;
mod undo;
mod view;
mod world;
