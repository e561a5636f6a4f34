//! A clock that moves only when it is told, and that may jump, as clocks of devices do.

use landfall_core::id::Millis;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// 2026-11-23T10:00:00Z, when every story begins.
pub const BEGIN: Millis = Millis(1_795_428_000_000);

/// A clock. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl Default for TestClock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(BEGIN.0)))
    }
}

impl TestClock {
    /// The time. Each look moves it on by a millisecond, so that no two things happen at the same time.
    #[must_use]
    pub fn now(&self) -> Millis {
        Millis(self.0.fetch_add(1, Ordering::Relaxed))
    }

    /// Moves on by so many milliseconds; back, if there are fewer than none.
    pub fn jump(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}
