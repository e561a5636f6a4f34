//! What the server takes from the world around it: the time and randomness. Passed in, so that tests decide them.

use landfall_core::id::Millis;
use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

type Clock = dyn Fn() -> Millis + Send + Sync;
type Randomness = dyn Fn(&mut [u8]) + Send + Sync;

/// Clock and randomness.
#[derive(Clone)]
pub struct Surroundings {
    now: Arc<Clock>,
    random: Arc<Randomness>,
}

impl Surroundings {
    /// Surroundings of one's own: a clock, and a function that fills bytes (tokens and epochs come from it).
    pub fn new(
        now: impl Fn() -> Millis + Send + Sync + 'static,
        random: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self {
            now: Arc::new(now),
            random: Arc::new(random),
        }
    }

    /// The operating system's clock and randomness.
    #[must_use]
    pub fn system() -> Self {
        Self::new(system_now, |bytes| {
            getrandom::fill(bytes).expect("invariant: the operating system has randomness");
        })
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Millis {
        (self.now)()
    }

    /// Random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }
}

fn system_now() -> Millis {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Surroundings")
    }
}
