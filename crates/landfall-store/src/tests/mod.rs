//! Tests on real files. Each reads like a story of named devices; ids of different tests do not meet.

mod answers;
mod edit;
mod page;
mod world;
