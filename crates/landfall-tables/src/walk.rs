//! The way through a table of such a server, in the order of `updatedAt`, a page at a time (for step 9 of the data's way
//! and for an import), so that it can be broken off after any page.
//!
//! From the beginning all are asked for; as soon as a time was seen, those not older than the last one seen. So a record
//! that changes while the pages come pushes no other out of sight: it moves to the end, and comes again. The price is
//! that the records of that last millisecond come twice. Where a page is full of one millisecond (a bulk load), that
//! millisecond is read by itself, in the order of the ids.

use crate::page::Select;
use crate::row::Row;
use landfall_core::id::Millis;
use serde::{Deserialize, Serialize};

/// Where the reading stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Everything older was read; none: no time was seen yet.
    since: Option<Millis>,
    /// Records without a time that were met at the beginning.
    untimed: u64,
    /// Within that millisecond alone.
    within: Option<Within>,
}

/// A millisecond that is read by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Within {
    /// The last id that was read.
    after: Option<String>,
}

impl Position {
    /// From this time on; none: from the beginning.
    #[must_use]
    pub fn from(since: Option<Millis>) -> Self {
        Self {
            since,
            ..Self::default()
        }
    }

    /// The next question.
    #[must_use]
    pub fn select(&self) -> Select<'_> {
        match (self.since, &self.within) {
            (None, _) => Select::All,
            (Some(at), None) => Select::Since(at),
            (Some(at), Some(within)) => Select::Within {
                at,
                after: within.after.as_deref(),
            },
        }
    }

    /// How many records the next question passes over: those without a time, of which no filter can tell the next.
    #[must_use]
    pub fn passed_over(&self) -> u64 {
        if self.since.is_none() { self.untimed } else { 0 }
    }

    /// Where to go on after this page.
    ///
    /// # Errors
    /// The end: from there a later run goes on.
    pub fn after(&self, page: &[Row], is_last: bool) -> Result<Self, Self> {
        let latest = page.iter().filter_map(|row| row.updated_at).max();
        if let (Some(since), Some(_)) = (self.since, &self.within) {
            return Ok(if is_last {
                Self::from(Some(Millis(since.0.saturating_add(1))))
            } else {
                Self {
                    within: Some(Within {
                        after: page.last().map(|row| row.id.clone()),
                    }),
                    ..Self::from(Some(since))
                }
            });
        }
        match self.since {
            since if is_last => Err(Self::from(since.max(latest))),
            None if latest.is_none() => Ok(Self {
                untimed: self.untimed + page.len() as u64,
                ..Self::default()
            }),
            since if latest > since => Ok(Self::from(latest)),
            since => Ok(Self {
                within: Some(Within { after: None }),
                ..Self::from(since)
            }),
        }
    }

    /// Back by so many milliseconds, where a time was seen.
    pub fn go_back(&mut self, by: i64) {
        self.within = None;
        self.since = self.since.map(|since| Millis(since.0.saturating_sub(by)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;
    use std::collections::BTreeSet;

    fn row(id: &str, at: Option<i64>) -> Row {
        let Some(object) = json!({"id": id}).as_object().cloned() else {
            unreachable!("an object was written")
        };
        let mut row = Row::read(object).unwrap();
        row.updated_at = at.map(Millis);
        row
    }

    /// What a server with these records answers, sorted as it sorts; and whether that is all.
    fn answer(records: &[(String, Option<i64>)], position: &Position, top: usize) -> (Vec<Row>, bool) {
        let mut found: Vec<_> = records
            .iter()
            .filter(|(id, at)| match position.select() {
                Select::All => true,
                Select::Since(since) => at.is_some_and(|at| at >= since.0),
                Select::Within { at: this, after } => {
                    *at == Some(this.0) && after.is_none_or(|after| id.as_str() > after)
                }
                Select::Id(_) => false,
            })
            .collect();
        found.sort_by_key(|(id, at)| (*at, id.clone()));
        let passed = usize::try_from(position.passed_over()).unwrap().min(found.len());
        let rest = &found[passed..];
        let page: Vec<Row> = rest.iter().take(top).map(|(id, at)| row(id, *at)).collect();
        let is_last = page.len() == rest.len();
        (page, is_last)
    }

    proptest! {
        /// Whatever the times (none, the same for many), every record is met, and the way ends.
        #[test]
        fn every_record_is_met(
            times in prop::collection::vec(prop::option::weighted(0.9, 0..6_i64), 0..40),
            top in 1..7_usize,
        ) {
            let records: Vec<_> = times
                .iter()
                .enumerate()
                .map(|(at, time)| (format!("r-{at:02}"), *time))
                .collect();
            let mut met = BTreeSet::new();
            let mut position = Position::default();
            for _ in 0..200 {
                let (page, is_last) = answer(&records, &position, top);
                met.extend(page.iter().map(|row| row.id.clone()));
                match position.after(&page, is_last) {
                    Ok(next) => position = next,
                    Err(end) => {
                        prop_assert_eq!(met.len(), records.len());
                        let newest = times.iter().flatten().max().map(|at| Millis(*at));
                        prop_assert!(end.since >= newest);
                        return Ok(());
                    }
                }
            }
            prop_assert!(false, "it does not end");
        }
    }
}
