//! Which devices have a stream open, and what they have pulled: a device that is there needs no push.
//!
//! Kept in memory only. After a restart a device may be sent a push too many, never one too few.

use landfall_core::id::{DeviceId, Seq};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Streams that one device may have open: of more, the oldest end.
const MOST_STREAMS: u64 = 4;

/// The devices.
#[derive(Debug, Clone, Default)]
pub(crate) struct Presence(Arc<Mutex<HashMap<DeviceId, Seen>>>);

#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// Streams that are open.
    open: u32,
    /// Streams that were ever opened.
    opened: u64,
    /// A pull has given it everything up to here.
    pulled: Seq,
}

/// A device's open stream; dropped, it is closed.
pub(crate) struct Here {
    presence: Presence,
    device: DeviceId,
    number: u64,
}

impl Presence {
    fn devices(&self) -> MutexGuard<'_, HashMap<DeviceId, Seen>> {
        // Each entry is whole at all times.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A device opens a stream.
    pub(crate) fn enter(&self, device: &DeviceId) -> Here {
        let mut devices = self.devices();
        let seen = devices.entry(device.clone()).or_default();
        seen.open += 1;
        seen.opened += 1;
        Here {
            presence: self.clone(),
            device: device.clone(),
            number: seen.opened,
        }
    }

    /// Whether a stream of the device is open.
    pub(crate) fn is_streaming(&self, device: &DeviceId) -> bool {
        self.devices().get(device).is_some_and(|seen| seen.open > 0)
    }

    /// A pull has given the device everything up to `seq`.
    pub(crate) fn pulled(&self, device: &DeviceId, seq: Seq) {
        let mut devices = self.devices();
        let seen = devices.entry(device.clone()).or_default();
        seen.pulled = seen.pulled.max(seq);
    }

    /// Up to where the device has pulled since the server's start.
    pub(crate) fn has_pulled(&self, device: &DeviceId) -> Seq {
        self.devices().get(device).map_or(Seq(0), |seen| seen.pulled)
    }
}

impl Here {
    /// Whether the device has opened so many streams since that this one is surely forgotten.
    pub(crate) fn is_old(&self) -> bool {
        let devices = self.presence.devices();
        devices
            .get(&self.device)
            .is_some_and(|seen| seen.opened >= self.number + MOST_STREAMS)
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        if let Some(seen) = self.presence.devices().get_mut(&self.device) {
            seen.open = seen.open.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_there_while_one_of_its_streams_is_open() {
        let presence = Presence::default();
        let phone = DeviceId::new("phone").unwrap();
        let first = presence.enter(&phone);
        let second = presence.enter(&phone);
        drop(first);
        assert!(presence.is_streaming(&phone));
        drop(second);
        assert!(!presence.is_streaming(&phone));
    }

    #[test]
    fn of_many_streams_the_oldest_end() {
        let presence = Presence::default();
        let phone = DeviceId::new("phone").unwrap();
        let streams: Vec<Here> = (0..5).map(|_| presence.enter(&phone)).collect();
        let old: Vec<bool> = streams.iter().map(Here::is_old).collect();
        assert_eq!(old, [true, false, false, false, false]);
    }
}
