//! Seeded simulation: three devices and a server live through random edits, cuts, repeats, late requests, crashes,
//! restarts, jumping clocks; then the lines are calm, people decide what is theirs to decide, and it must hold that
//!
//! - every device has the server's bytes, counts and checksums agree, and every file is whole;
//! - every outbox is empty;
//! - no edit is lost that its person did not give up;
//! - the server applied each change once.
//!
//! `LANDFALL_SIM_SEED=7` replays one seed and prints its trace; `LANDFALL_SIM_SEEDS=2000` runs so many.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "all of this is a test, and it tells its story when it fails"
)]

mod kept;
mod life;

use life::Life;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Seeds of an ordinary run.
const SEEDS: u64 = 40;

/// Lives one seed through and gives its trace.
fn live(seed: u64) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut life = Life::begins(seed).await;
        life.goes_on(60).await;
        life.settles().await;
        life.holds().await;
        life.into_trace()
    })
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().expect("a number"))
}

#[test]
fn every_seed_converges_and_loses_nothing() {
    if let Some(seed) = number("LANDFALL_SIM_SEED") {
        for line in live(seed) {
            println!("{line}");
        }
        return;
    }
    let seeds = 1..=number("LANDFALL_SIM_SEEDS").unwrap_or(SEEDS);
    let failed: Vec<u64> = seeds
        .filter(|seed| catch_unwind(AssertUnwindSafe(|| live(*seed))).is_err())
        .collect();
    assert!(
        failed.is_empty(),
        "replay with LANDFALL_SIM_SEED={}; failed: {failed:?}",
        failed[0]
    );
}

#[test]
fn the_same_seed_lives_the_same_life() {
    for seed in [3, 10] {
        let (first, second) = (live(seed), live(seed));
        for (number, (one, other)) in first.iter().zip(&second).enumerate() {
            assert_eq!(one, other, "seed {seed}, line {number}");
        }
        assert_eq!(first.len(), second.len());
    }
}
