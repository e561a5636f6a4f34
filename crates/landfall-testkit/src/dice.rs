//! Seeded randomness: the same seed gives the same throws, on every machine.

use std::sync::{Arc, Mutex, PoisonError};

/// Dice. Clones throw from the same sequence.
#[derive(Debug, Clone)]
pub struct Dice(Arc<Mutex<u64>>);

impl Dice {
    /// Dice of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(seed)))
    }

    /// Dice of their own, that depend on the seed and the name only.
    #[must_use]
    pub fn of(seed: u64, name: &str) -> Self {
        let salted = name.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self::new(salted)
    }

    /// Any number (splitmix64).
    #[must_use]
    pub fn any(&self) -> u64 {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below the limit.
    #[must_use]
    pub fn below(&self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.any() % limit).unwrap_or(0)
    }

    /// True in so many of a hundred throws.
    #[must_use]
    pub fn percent(&self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of these, if there are any.
    #[must_use]
    pub fn pick<'a, T>(&self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// Fills bytes.
    pub fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let random = self.any().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }

    /// Ten bytes for an id.
    #[must_use]
    pub fn ten(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.fill(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same() {
        let throws = |dice: &Dice| (0..5).map(|_| dice.any()).collect::<Vec<_>>();
        assert_eq!(throws(&Dice::of(7, "laptop")), throws(&Dice::of(7, "laptop")));
        assert_ne!(throws(&Dice::of(7, "laptop")), throws(&Dice::of(7, "phone")));
        assert!((0..1_000).all(|_| Dice::new(1).below(6) < 6));
    }
}
