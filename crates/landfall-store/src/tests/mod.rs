//! Tests on real files. Each reads like a story of named devices; ids of different tests do not meet.

mod actions;
mod answers;
mod arrivals;
mod conflicts;
mod crash;
mod edit;
mod kept;
mod model;
mod open;
mod page;
mod plans;
mod refused;
mod runs;
mod schema;
mod story;
mod trash;
mod undo;
mod view;
mod world;
