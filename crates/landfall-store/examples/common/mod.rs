//! What the measuring programs share: a clock and dice of their own, the names they use, and the printing of times.

use landfall_core::id::{ColumnName, Millis, TableName};
use landfall_store::Surroundings;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Runs it and prints how long it took.
pub(crate) fn once(what: &str, run: impl FnOnce()) {
    let began = Instant::now();
    run();
    println!("{what}: {:?}", began.elapsed());
}

/// A clock that goes on by a millisecond at each look, and dice that never repeat.
pub(crate) fn surroundings() -> Surroundings {
    let (clock, dice) = (AtomicU64::new(1_000), AtomicU64::new(1));
    Surroundings {
        now: Arc::new(move || Millis(clock.fetch_add(1, Ordering::Relaxed).cast_signed())),
        random: Arc::new(move || {
            let mut bytes = [0; 10];
            bytes[2..].copy_from_slice(&dice.fetch_add(1, Ordering::Relaxed).to_be_bytes());
            bytes
        }),
    }
}

/// The one table.
pub(crate) fn table() -> TableName {
    TableName::new("airfields").unwrap()
}

/// A column of it.
pub(crate) fn column(name: &str) -> ColumnName {
    ColumnName::new(name).unwrap()
}
