//! A place in the changes of a server that has no order of changes but a time of the last change in each record (step 9
//! of the data's way).
//!
//! For each table: the newest time that was seen, and the server's clock when the reading began. The next pull asks for
//! what was changed later; but a change may become visible only some time after the time that it bears (it was still
//! being written). So the last [`OVERLAP`] before that newest time is asked for once more, until the reading began
//! [`SETTLED`] later than it: the clock that writes `updatedAt` may be another than the one that answers. A quiet table is
//! thus asked for nothing twice, a busy one for its last seconds. What the device has already is no news to it.
//!
//! The place is one in the table with these columns. With others the table is read from the start: what the schema did not
//! know of its records before was not kept.
//!
//! A cursor is kept with each page. One in the middle of a table asks for the newest time itself again: other records
//! may have the same.

use landfall_core::id::{Millis, TableName};
use landfall_core::schema::Table;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How late a change may become visible.
pub const OVERLAP: Millis = Millis(30_000);

/// After so much time nothing becomes visible any more, whichever clock of the server is right.
pub const SETTLED: Millis = Millis(600_000);

/// The form of the text.
const FORM: u32 = 1;

/// A place in every table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    form: u32,
    tables: BTreeMap<TableName, Place>,
}

/// A place in one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// The newest time of a last change that was seen; none: nothing was seen.
    pub newest: Option<Millis>,
    /// The server's clock when this reading began, if it said so.
    pub read_at: Option<Millis>,
    /// The reading came to its end.
    pub whole: bool,
    /// The columns that were read: [`shape_of`].
    pub shape: u64,
}

/// What tells one set of columns from another. (FNV-1a, 64 bit.)
#[must_use]
pub fn shape_of(table: &Table) -> u64 {
    let names = table.columns.iter().flat_map(|column| {
        let kind = serde_json::to_string(&column.kind).unwrap_or_default();
        [column.name.to_string(), kind]
    });
    names.fold(0xcbf2_9ce4_8422_2325_u64, |hash, text| {
        text.bytes().chain([0]).fold(hash, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    })
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            form: FORM,
            tables: BTreeMap::new(),
        }
    }
}

impl Cursor {
    /// Reads one; none when it is none of these.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let cursor: Self = serde_json::from_str(text).ok()?;
        (cursor.form == FORM).then_some(cursor)
    }

    /// The place in a table with columns of this shape.
    #[must_use]
    pub fn place(&self, table: &TableName, shape: u64) -> Place {
        let kept = self.tables.get(table).copied();
        let beginning = Place {
            shape,
            ..Place::default()
        };
        kept.filter(|place| place.shape == shape).unwrap_or(beginning)
    }

    /// Sets it.
    pub fn put(&mut self, table: &TableName, place: Place) {
        self.tables.insert(table.clone(), place);
    }

    /// As it is kept.
    #[must_use]
    pub fn text(&self) -> String {
        // Names, numbers and flags alone: there is always JSON of them.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Place {
    /// From which time on the next reading asks; none: from the start.
    #[must_use]
    pub fn from(self) -> Option<Millis> {
        let newest = self.newest?;
        let began = self.read_at.unwrap_or(newest);
        if began.0.saturating_sub(newest.0) > SETTLED.0 {
            return Some(Millis(newest.0.saturating_add(i64::from(self.whole))));
        }
        Some(Millis(newest.min(began).0.saturating_sub(OVERLAP.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(newest: i64, read_at: Option<i64>, whole: bool) -> Option<i64> {
        let place = Place {
            newest: Some(Millis(newest)),
            read_at: read_at.map(Millis),
            whole,
            shape: 0,
        };
        place.from().map(|at| at.0)
    }

    #[test]
    fn a_quiet_table_is_asked_for_nothing_twice_and_a_busy_one_for_its_last_seconds() {
        assert_eq!(from(1_000_000, Some(9_000_000), true), Some(1_000_001));
        assert_eq!(from(1_000_000, Some(1_001_000), true), Some(970_000));
        // A server whose records are ahead of its own clock.
        assert_eq!(from(1_000_000, Some(900_000), true), Some(870_000));
        assert_eq!(from(1_000_000, None, true), Some(970_000));
        // Cut off: others may have the same time.
        assert_eq!(from(1_000_000, Some(9_000_000), false), Some(1_000_000));
        assert_eq!(Place::default().from(), None);
    }

    #[test]
    fn a_cursor_comes_back_and_nothing_else_is_one() {
        let notes = TableName::new("notes").unwrap();
        let mut cursor = Cursor::default();
        let place = Place {
            newest: Some(Millis(5)),
            read_at: None,
            whole: true,
            shape: 7,
        };
        cursor.put(&notes, place);
        let back = Cursor::read(&cursor.text()).unwrap();
        assert_eq!(back.place(&notes, 7), place);
        assert_eq!(back.place(&notes, 8).from(), None, "other columns");
        assert_eq!(back.place(&TableName::new("others").unwrap(), 7).from(), None);
        for text in ["", "e3b0c442.8127", "{}", "{\"form\":2,\"tables\":{}}"] {
            assert_eq!(Cursor::read(text), None, "{text}");
        }
    }
}
