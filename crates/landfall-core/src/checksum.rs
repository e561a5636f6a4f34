//! The order-free checksum by which server and device compare a table at the end of a pull.
//!
//! For each live record: FNV-1a (64 bit) over `id`, a zero byte and `version`, stirred by the finalizer of
//! splitmix64; a table's sum is the wrapping sum over its records. Adding or removing a record is one addition or
//! subtraction, so both sides keep the sum up to date with each change and never read the table for it.
//! It finds mistakes, not attackers.

use crate::id::{RecordId, Version};
use serde::{Deserialize, Serialize};

/// Count and sum over a table's live records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TableSum {
    /// How many live records.
    pub count: u64,
    /// The sum; as 16 hex digits in JSON, because JSON numbers are not exact there.
    #[serde(with = "hex")]
    pub sum: u64,
}

impl TableSum {
    /// With this record.
    #[must_use]
    pub fn plus(self, id: &RecordId, version: &Version) -> Self {
        Self {
            count: self.count.wrapping_add(1),
            sum: self.sum.wrapping_add(record_sum(id, version)),
        }
    }

    /// Without this record.
    #[must_use]
    pub fn minus(self, id: &RecordId, version: &Version) -> Self {
        Self {
            count: self.count.wrapping_sub(1),
            sum: self.sum.wrapping_sub(record_sum(id, version)),
        }
    }
}

/// One record's part of the sum.
#[must_use]
pub fn record_sum(id: &RecordId, version: &Version) -> u64 {
    let bytes = id.as_str().bytes().chain([0]).chain(version.as_str().bytes());
    let fnv = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mut z = fnv.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(sum: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{sum:016x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_records_does_not_matter_and_the_version_does() {
        let id = |text: &str| RecordId::new(text).unwrap();
        let version = |text: &str| Version::new(text).unwrap();
        let one = TableSum::default()
            .plus(&id("a"), &version("1"))
            .plus(&id("b"), &version("2"));
        let other = TableSum::default()
            .plus(&id("b"), &version("2"))
            .plus(&id("a"), &version("1"));
        assert_eq!(one, other);
        assert_ne!(
            one,
            other.minus(&id("b"), &version("2")).plus(&id("b"), &version("3"))
        );
        assert_eq!(
            one.minus(&id("a"), &version("1")).minus(&id("b"), &version("2")),
            TableSum::default()
        );
    }

    #[test]
    fn the_sum_is_fixed_for_ever() {
        let sum = record_sum(&RecordId::new("00AK").unwrap(), &Version::new("1").unwrap());
        assert_eq!(format!("{sum:016x}"), "120796fd130d03f8");
        let json = serde_json::to_string(&TableSum { count: 1, sum }).unwrap();
        assert_eq!(serde_json::from_str::<TableSum>(&json).unwrap().sum, sum);
    }
}
