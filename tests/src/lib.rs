//! Tests of the whole, and the bridge that they (and a machine without a display) drive the real client through.

pub mod bridge;
