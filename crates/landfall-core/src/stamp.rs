//! Stamps: when an edit was made, in a clock that no wrong clock can turn around (steps 3, 6, 7 and 10 of the data's
//! way). The merge rule `latest` compares them, and nothing else.
//!
//! A stamp is a whole number of milliseconds since 1970, as a clock gives it: `edited_at` of a waiting change,
//! `changed_at` of a record. It is a *hybrid logical clock* of one record: it follows the clock of the device where the
//! person sat, and where that clock is behind what the person had before them it counts on by one. After: S. Kulkarni
//! and others, *Logical Physical Clocks* (2014); here the two parts share one number.
//!
//! 1. **An edit** has the stamp [`of_edit`]: the device's clock, but later than everything that the edit was made on:
//!    the record as it was shown (its `changed_at`), the changes of it that wait or are under way, the server's record
//!    below them, and in a conflict the server's record that it collided with. So *an edit made after seeing another
//!    always counts as later, however wrong the clock.*
//! 2. **A decision** of a conflict is such an edit: it was made on both sides. A field or a deletion brought back (undo,
//!    restore) is one too.
//! 3. **A merge without a person** makes no stamp. The change that is put on top of theirs keeps the stamp of its edit,
//!    however long it has waited: *the moment of coming online is never compared.*
//! 4. **The server** records a change with the stamp [`recorded`]: never later than its own clock, so that a device
//!    whose clock is a year ahead does not win for a year; but always later than the record's stamp before, because what
//!    it takes was made, or put, on top of that. Its clock is the record's new `updated_at`, so that the device can work
//!    out from the answer which stamp its change was given: both sides have the same number, and it need not be sent.
//! 5. At the same stamp the larger value, as text, is the later one: on every device the same.
//!
//! What follows, and what does not: two edits of which neither person saw the other are ordered by the devices' clocks,
//! and there a wrong clock decides wrongly: one that is ahead wins until it has been online, one that is behind loses. The
//! order of two such edits is the same whichever device syncs first, as long as no more than one of the clocks is ahead of
//! the server's. The stamp is the record's, not the field's: where one person has changed several fields of a record, or a
//! change was put on top of another, the field has the stamp of the record's last change.

use crate::id::Millis;

/// The stamp of an edit made at `now`, by the device's clock, on what was last changed at `seen`; nothing was seen where
/// the record is new.
#[must_use]
pub fn of_edit(now: Millis, seen: Option<Millis>) -> Millis {
    match seen {
        Some(seen) => now.max(after(seen)),
        None => now,
    }
}

/// The stamp with which the server records a change that came with the stamp `edited_at`. `clock` is its own clock at
/// the change (the record's new `updated_at`), `before` the stamp of the record that it was made on, if there is one.
#[must_use]
pub fn recorded(edited_at: Millis, clock: Millis, before: Option<Millis>) -> Millis {
    of_edit(edited_at.min(clock), before)
}

fn after(stamp: Millis) -> Millis {
    Millis(stamp.0.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const YEAR: i64 = 365 * 24 * 60 * 60 * 1_000;

    #[test]
    fn a_clock_that_is_right_is_believed() {
        assert_eq!(of_edit(Millis(20), Some(Millis(10))), Millis(20));
        assert_eq!(of_edit(Millis(20), None), Millis(20));
        assert_eq!(recorded(Millis(20), Millis(25), Some(Millis(10))), Millis(20));
    }

    #[test]
    fn a_clock_a_year_behind_counts_on_from_what_was_seen() {
        let seen = Millis(YEAR);
        assert_eq!(of_edit(Millis(7), Some(seen)), Millis(YEAR + 1));
    }

    #[test]
    fn a_clock_a_year_ahead_is_held_back_to_the_servers() {
        assert_eq!(recorded(Millis(YEAR), Millis(25), Some(Millis(10))), Millis(25));
        assert_eq!(recorded(Millis(YEAR), Millis(25), None), Millis(25));
        // But not below what it was made on.
        assert_eq!(recorded(Millis(YEAR), Millis(25), Some(Millis(90))), Millis(91));
    }

    proptest! {
        #[test]
        fn what_was_made_after_seeing_another_is_later(now: i64, clock: i64, seen in i64::MIN..i64::MAX) {
            let edit = of_edit(Millis(now), Some(Millis(seen)));
            prop_assert!(edit > Millis(seen) && edit >= Millis(now));
            let taken = recorded(edit, Millis(clock), Some(Millis(seen)));
            prop_assert!(taken > Millis(seen));
            prop_assert!(taken <= edit);
        }

        #[test]
        fn the_server_never_changes_which_of_two_edits_is_later(
            one: i64, other: i64, clock: i64, before in i64::MIN..i64::MAX
        ) {
            let taken = |edit| recorded(Millis(edit), Millis(clock), Some(Millis(before)));
            prop_assert!(one > other || taken(one) <= taken(other));
        }
    }
}
