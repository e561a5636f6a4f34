//! What a sync in the background tells the person, where its host can show a notification without a window: records that a
//! rule of the workspace names them for, and nothing else (between steps 10 and 11 of the data's way).
//!
//! The push says for which records; the sync that it asked for has brought them. All that holds for the app's own
//! notifications ([`crate::notices`]) holds here: the person's settings, quiet hours, one in five minutes, the words.
//!
//! 1. What earlier pushes said and what could not be told by then ([`HELD`]) is taken along.
//! 2. Told: it is written down up to where, so that nobody tells it again, and when.
//! 3. Not told (quiet hours, another one just before, nothing to show it on): it is held for the next push, and nothing is
//!    written down: an app that is opened first hears of it from the server, and tells it itself.

use crate::assigned::{cursor, keep, notified, subjects};
use crate::error::CommandError;
use crate::map::millis;
use crate::notices::{Moment, Notices, Notification};
use crate::{installation, settings};
use landfall_core::id::Millis;
use landfall_store::Store;
use landfall_sync::wake::{Notify, PushedWake};

/// The name of the setting with what waits to be told.
const HELD: &str = "held_notices";
/// The name of the setting that says when something was last told without a window.
const LAST_TOLD: &str = "last_told_unseen";
/// So much is held at most, the newest.
const MOST_HELD: usize = 20;

/// What a host without a window shows notifications on.
pub trait Screen: Send + Sync {
    /// Minutes after midnight, by the device's clock and zone.
    fn minute_of_day(&self) -> u16;

    /// Shows a notification. False: there is nothing to show it on.
    fn show(&self, notification: &Notification) -> bool;
}

/// What waits to be told, of which life of the server.
#[derive(serde::Serialize, serde::Deserialize)]
struct Held {
    epoch: String,
    notices: Vec<Notify>,
}

/// Tells what this push says. The sync that it asked for has ended well.
///
/// # Errors
/// Those of the store.
pub(crate) fn tell(store: &Store, push: &[u8], now: Millis, screen: &dyn Screen) -> Result<(), CommandError> {
    let pushed: PushedWake = match serde_json::from_slice(push) {
        Ok(pushed) => pushed,
        Err(error) => {
            tracing::debug!(%error, "the push says nothing that can be told");
            return Ok(());
        }
    };
    // One for a workspace that was left is told to nobody.
    if installation::installed(store)?.as_ref() != Some(&pushed.installation) {
        return Ok(());
    }
    let Some(cursor) = cursor(store)? else {
        return Ok(());
    };
    let told = notified(store)?;
    let held: Option<Held> = settings::stored(store, HELD)?;
    // What another life of the server numbered is nothing here.
    let held = held.filter(|held| held.epoch == cursor.epoch);
    let held = held.map(|held| held.notices).unwrap_or_default();
    let mut news = held.clone();
    for notice in pushed.wake.notify {
        if !news.contains(&notice) {
            news.push(notice);
        }
    }
    news.retain(|notice| told.is_none_or(|told| told < notice.seq));
    news.sort_by_key(|notice| notice.seq);
    news.drain(..news.len().saturating_sub(MOST_HELD));

    let still_held = match news.last().map(|newest| newest.seq) {
        Some(newest) if is_told(store, &news, now, screen)? => {
            keep(store, cursor.epoch.clone(), newest)?;
            Vec::new()
        }
        _ => news,
    };
    if still_held != held {
        let held = Held {
            epoch: cursor.epoch,
            notices: still_held,
        };
        settings::write(store, HELD, &held)?;
    }
    Ok(())
}

/// Shows what is due of it. Whether it is dealt with.
fn is_told(store: &Store, news: &[Notify], now: Millis, screen: &dyn Screen) -> Result<bool, CommandError> {
    let last_told: Option<i64> = settings::stored(store, LAST_TOLD)?;
    let mut notices = Notices::default().told_before(last_told.map(Millis).map(millis));
    notices.see_assigned(subjects(store, news.iter().cloned())?);
    let settings = settings::read(store)?.notifications;
    let due = notices.due(Moment {
        settings: &settings,
        now: millis(now),
        minute_of_day: screen.minute_of_day(),
        is_in_front: false,
    });
    let Some(notification) = due else {
        return Ok(!notices.holds_assigned());
    };
    let is_shown = screen.show(&notification);
    if is_shown {
        settings::write(store, LAST_TOLD, &now.0)?;
    }
    Ok(is_shown)
}
