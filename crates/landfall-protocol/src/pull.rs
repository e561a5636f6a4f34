//! `GET /v1/pull?cursor=&tables=`: what changed since the cursor, as a stream of pages (step 9 of the data's way).
//!
//! Content type `application/x-ndjson`: one [`Page`] a line, the newest state of each changed record once, in the order of
//! `seq`, tombstones included. Each page carries the cursor after it; a device keeps page and cursor together, so a
//! stream cut anywhere goes on where it stopped. No change is missed: `seq` is handed out in commit order, and a record
//! that changes during the stream comes again later. A device with the *start* cursor gets no tombstones.
//!
//! A cursor of another epoch, ahead of the server, or older than the tombstones that the server still has, makes the
//! first page a `reset`: the stream then brings everything from the start, and at its end (`last`) the device removes
//! what it did not get, keeping its waiting changes (mark and sweep).
//!
//! The last page carries count and checksum of each table as of its cursor; a device whose own differ heals that table
//! by pulling it from the start.

use landfall_core::checksum::TableSum;
use landfall_core::id::{Seq, TableName};
use landfall_core::record::Record;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// One page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// What the device asks with next time.
    pub cursor: Cursor,
    /// This stream starts over: the device's cursor was not usable.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reset: bool,
    /// Changed records by table, in the order of `seq` within a table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub records: BTreeMap<TableName, Vec<Record>>,
    /// Roughly how many records are still to come, if the server knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u32>,
    /// Set on the last page: the tables as of `cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<BTreeMap<TableName, TableSum>>,
    /// The schema's version: another one than the device's means: fetch the workspace first.
    pub schema_version: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// A place in the server's changes: epoch and seq, `e3b0c442.8127` on the wire; in the middle of a stream from the
/// start also where the server was when that began, `e3b0c442.9000.8127`. Opaque to devices.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The server's life it belongs to.
    pub epoch: String,
    /// Set in the middle of a stream from the start: the server's seq when it began. Tombstones up to there mean
    /// nothing to this device, so that their removal does not make a cut stream start over.
    pub walk: Option<Seq>,
    /// All up to and including this have been seen.
    pub seq: Seq,
}

impl Cursor {
    /// A place with all up to and including `seq` seen.
    #[must_use]
    pub fn new(epoch: impl Into<String>, seq: Seq) -> Self {
        Self {
            epoch: epoch.into(),
            walk: None,
            seq,
        }
    }
}

/// The text is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor: leave it out to pull from the start")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.walk {
            Some(walk) => write!(f, "{}.{}.{}", self.epoch, walk.0, self.seq.0),
            None => write!(f, "{}.{}", self.epoch, self.seq.0),
        }
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let number = |text: &str| text.parse().map(Seq).map_err(|_| CursorError);
        let mut parts = text.split('.');
        let epoch = parts.next().ok_or(CursorError)?;
        let (walk, seq) = match (parts.next(), parts.next(), parts.next()) {
            (Some(seq), None, None) => (None, number(seq)?),
            (Some(walk), Some(seq), None) => (Some(number(walk)?), number(seq)?),
            _ => return Err(CursorError),
        };
        if epoch.is_empty() || epoch.len() > 64 {
            return Err(CursorError);
        }
        let cursor = Self {
            epoch: epoch.to_owned(),
            walk,
            seq,
        };
        // One place has one text: no `+7`, no `007`.
        if cursor.to_string() == text {
            Ok(cursor)
        } else {
            Err(CursorError)
        }
    }
}

impl Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::any;
    use proptest::prelude::*;

    #[test]
    fn cursors_come_back_as_they_were() {
        for text in ["e3b0c442.8127", "e3b0c442.9000.8127"] {
            assert_eq!(text.parse::<Cursor>().unwrap().to_string(), text);
        }
        let long = format!("{}.1", "e".repeat(65));
        for text in [
            "",
            ".",
            "e3b0c442",
            "e3b0c442.",
            ".1",
            "e3b0c442.x",
            "e3b0c442.1.2.3",
            "e3b0c442.-1",
            "e3b0c442.+1",
            "e3b0c442.01",
            "e3b0c442.99999999999999999999",
            &long,
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_cursor_comes_back(cursor in any::cursor()) {
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}|[a-z0-9.+-]{0,30}") {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert_eq!(cursor.to_string(), text);
            }
        }
    }
}
