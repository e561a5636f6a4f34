//! How often a device may be pushed to: the limits of the push services, as data, and the moment at which an
//! installation's next push is due. Pure: time and randomness are arguments.
//!
//! | platform | first | then at most one in | why |
//! |---|---|---|---|
//! | Web Push, UnifiedPush | at once | 2 to 5 seconds | the device's battery; distributors throttle bursts |
//! | FCM | at once | 30 to 60 seconds; of 20, one in 3 minutes | Google's limit for messages with a collapse key |
//! | APNs | at once | 20 to 22 minutes | iOS wakes an app for two or three background pushes an hour |
//!
//! The range is for jitter: devices that were woken together are not woken together again. A push that fails is sent
//! again after a time that doubles with each failure, or after what the push service asked for if that is longer.

use landfall_core::id::Millis;
use landfall_protocol::wake::Platform;
use std::time::Duration;

/// How long a device with an open stream is given to pull by itself before it is pushed to: a stream can be dead without
/// the server knowing.
pub(crate) const STREAM_GRACE: Duration = Duration::from_secs(30);

/// The first wait after a failure, and the longest.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60 * 60));

/// What a push service may ask to wait at most; longer is taken for this.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// The limits of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limits {
    /// Least and most time between two pushes.
    window: (Duration, Duration),
    /// So many may follow each other in their windows …
    burst: u32,
    /// … then one in this time.
    refill: Duration,
}

fn limits(platform: Platform) -> Limits {
    let seconds = Duration::from_secs;
    match platform {
        Platform::Stream | Platform::WebPush => Limits {
            window: (seconds(2), seconds(5)),
            burst: 60,
            refill: seconds(10),
        },
        Platform::Fcm => Limits {
            window: (seconds(30), seconds(60)),
            burst: 20,
            refill: seconds(3 * 60),
        },
        Platform::Apns => Limits {
            window: (seconds(20 * 60), seconds(22 * 60)),
            burst: 1,
            refill: seconds(20 * 60),
        },
    }
}

/// When an installation's next push may be sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pace {
    not_before: Millis,
    /// When the burst is used up so far that nothing of it is left (generic cell rate).
    burst_until: Millis,
    failures: u32,
}

impl Pace {
    /// As it stands after a restart: the last push is known, the burst is not.
    pub(crate) fn resumed(platform: Platform, last_sent_at: Option<Millis>, failures: u32) -> Self {
        let mut pace = Self {
            failures,
            ..Self::default()
        };
        if let Some(at) = last_sent_at {
            pace.not_before = match failures {
                0 => later(at, limits(platform).window.0),
                _ => later(at, backoff(failures, u32::MAX)),
            };
        }
        pace
    }

    /// The earliest moment for the next push.
    pub(crate) fn due(&self, platform: Platform) -> Millis {
        let Limits { burst, refill, .. } = limits(platform);
        let spare = refill * burst.saturating_sub(1);
        let by_burst = Millis(self.burst_until.0 - millis(spare));
        self.not_before.max(by_burst)
    }

    /// A push was taken at `now`.
    pub(crate) fn taken(&mut self, platform: Platform, now: Millis, random: u32) {
        let Limits { window, refill, .. } = limits(platform);
        self.failures = 0;
        self.not_before = later(now, between(window, random));
        self.burst_until = later(self.burst_until.max(now), refill);
    }

    /// A push failed at `now`; the service may have asked to wait.
    pub(crate) fn failed(&mut self, now: Millis, retry_after: Option<Duration>, random: u32) {
        self.failures = self.failures.saturating_add(1);
        let asked = retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
        // Those that were asked to wait do not come back in the same moment either.
        let asked = asked + between((Duration::ZERO, asked / 10), random);
        self.not_before = later(now, backoff(self.failures, random).max(asked));
    }
}

/// The wait after so many failures in a row, of which the random half is taken or not.
fn backoff(failures: u32, random: u32) -> Duration {
    let doubled = BACKOFF.0.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let most = doubled.min(BACKOFF.1);
    between((most / 2, most), random)
}

fn between((least, most): (Duration, Duration), random: u32) -> Duration {
    let span = millis(most.saturating_sub(least));
    let part = span * i64::from(random) / i64::from(u32::MAX);
    least + Duration::from_millis(part.unsigned_abs())
}

fn later(at: Millis, by: Duration) -> Millis {
    Millis(at.0.saturating_add(millis(by)))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON: Millis = Millis(1_795_430_460_000);

    fn seconds_until(pace: &Pace, platform: Platform, now: Millis) -> i64 {
        (pace.due(platform).0 - now.0).max(0) / 1000
    }

    #[test]
    fn the_first_push_is_at_once_and_the_next_after_the_platforms_window() {
        for (platform, least, most) in [
            (Platform::WebPush, 2, 5),
            (Platform::Fcm, 30, 60),
            (Platform::Apns, 1_200, 1_320),
        ] {
            for (random, expected) in [(0, least), (u32::MAX, most)] {
                let mut pace = Pace::default();
                assert_eq!(seconds_until(&pace, platform, NOON), 0);
                pace.taken(platform, NOON, random);
                assert_eq!(seconds_until(&pace, platform, NOON), expected, "{platform:?}");
            }
        }
    }

    #[test]
    fn a_burst_at_fcm_is_twenty_then_one_in_three_minutes() {
        let mut pace = Pace::default();
        let mut now = NOON;
        let mut waits = Vec::new();
        for _ in 0..40 {
            pace.taken(Platform::Fcm, now, 0);
            waits.push(seconds_until(&pace, Platform::Fcm, now));
            now = pace.due(Platform::Fcm);
        }
        assert!(waits[..18].iter().all(|&wait| wait == 30), "{waits:?}");
        assert!(waits[30..].iter().all(|&wait| wait == 180), "{waits:?}");
    }

    #[test]
    fn failures_wait_longer_and_longer_and_no_shorter_than_was_asked_for() {
        let mut pace = Pace::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            pace.failed(NOON, None, u32::MAX);
            waits.push(seconds_until(&pace, Platform::Fcm, NOON));
        }
        assert_eq!(
            waits,
            [5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]
        );
        pace.failed(NOON, Some(Duration::from_secs(7_200)), 0);
        assert_eq!(seconds_until(&pace, Platform::Fcm, NOON), 7_200);
        pace.taken(Platform::Fcm, NOON, 0);
        pace.failed(NOON, None, 0);
        assert_eq!(seconds_until(&pace, Platform::Fcm, NOON), 2);
    }

    proptest! {
        #[test]
        fn nothing_overflows(failures in 0u32..100, retry: Option<u64>, random: u32, at in 0i64..4_000_000_000_000) {
            let mut pace = Pace::resumed(Platform::Fcm, Some(Millis(at)), failures);
            pace.failed(Millis(at), retry.map(Duration::from_secs), random);
            prop_assert!(pace.due(Platform::Fcm).0 >= at);
            prop_assert!(pace.due(Platform::Fcm).0 <= at + 2 * 24 * 60 * 60 * 1000);
        }
    }
}
