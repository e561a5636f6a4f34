//! What a sync in the background tells the person, where its host can show a notification without a window: what now waits
//! for their decision and did not before, and records that a rule of the workspace names them for (between steps 10 and 11
//! of the data's way).
//!
//! All that holds for the app's own notifications ([`crate::notices`]) holds here: the person's settings, quiet hours, one
//! in five minutes, the words. A conflict or a refusal that can't be told now is written down ([`UNTOLD`]), and told once by
//! the next sync that can, or by the app if it runs without being looked at; not if it was settled meanwhile, or the person
//! has had the app in front. The app leaves there what it could not tell itself.
//!
//! Of the records of rules none is left out. The push says which; the sync that it asked for has brought them:
//!
//! 1. What earlier pushes said and what could not be told by then ([`HELD`]) is taken along.
//! 2. Told: it is written down up to where, so that nobody tells it again, and when.
//! 3. Not told (quiet hours, another one just before, nothing to show it on): it is held for the next push, and nothing is
//!    written down: an app that is opened first hears of it from the server, and tells it itself.

use crate::assigned::{cursor, keep, notified, subjects};
use crate::error::CommandError;
use crate::map::{self, millis};
use crate::notices::{Key, Moment, Notices, Notification, Subject};
use crate::{Client, installation, settings};
use landfall_core::id::Millis;
use landfall_store::Store;
use landfall_sync::wake::{Notify, PushedWake};

/// The name of the setting with what waits to be told.
const HELD: &str = "held_notices";
/// The name of the setting with what is in the inbox and is still to be told.
const UNTOLD: &str = "untold";
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

/// What waits for the person's decision.
///
/// # Errors
/// Those of the store.
pub(crate) fn inbox(store: &Store) -> Result<Vec<Subject>, CommandError> {
    let Some(workspace) = store.workspace()? else {
        return Ok(Vec::new());
    };
    let subject = |item| Subject::of(&map::conflict::item(item, &workspace.device_name));
    Ok(store.inbox()?.into_iter().map(subject).collect())
}

impl Client {
    /// What needs the person and could not be told yet, by a sync without a window or by this app when it last ran.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn untold(&self) -> Result<Vec<Subject>, CommandError> {
        self.on_store(|store| untold(store, &inbox(store)?)).await
    }

    /// Writes down what needs the person and is still to be told: nothing once they were told, or have looked.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn keep_untold(&self, untold: Vec<Subject>) -> Result<(), CommandError> {
        self.on_store(move |store| keep_untold(store, &untold)).await
    }
}

fn untold(store: &Store, present: &[Subject]) -> Result<Vec<Subject>, CommandError> {
    let keys: Vec<Key> = settings::stored(store, UNTOLD)?.unwrap_or_default();
    let still = present.iter().filter(|subject| keys.contains(&subject.key()));
    Ok(still.cloned().collect())
}

fn keep_untold(store: &Store, untold: &[Subject]) -> Result<(), CommandError> {
    let keys: Vec<Key> = untold.iter().map(Subject::key).collect();
    let before: Vec<Key> = settings::stored(store, UNTOLD)?.unwrap_or_default();
    if keys != before {
        settings::write(store, UNTOLD, &keys)?;
    }
    Ok(())
}

/// Tells what is new since the inbox was as `before`, and what this push says. The sync that it asked for has ended well.
///
/// # Errors
/// Those of the store.
pub(crate) fn tell(
    store: &Store,
    push: &[u8],
    before: &[Subject],
    now: Millis,
    screen: &dyn Screen,
) -> Result<(), CommandError> {
    let named = Named::by(push, store)?;
    let last_told: Option<i64> = settings::stored(store, LAST_TOLD)?;
    let mut notices = Notices::new(before)
        .told_before(last_told.map(Millis).map(millis))
        .still_to_tell(untold(store, before)?);
    notices.see_inbox(&inbox(store)?);
    if let Some(named) = &named {
        notices.see_assigned(subjects(store, named.news.iter().cloned())?);
    }
    let is_told = is_told(store, notices, now, screen)?;
    match named {
        Some(named) => named.put_down(store, is_told),
        None => Ok(()),
    }
}

/// The records that rules name the person for.
struct Named {
    epoch: String,
    /// What was held before this push.
    held: Vec<Notify>,
    /// What is to be told: the held ones, and the push's.
    news: Vec<Notify>,
}

impl Named {
    /// What this push names, and what is held; none for a push that can't say.
    fn by(push: &[u8], store: &Store) -> Result<Option<Self>, CommandError> {
        let pushed: PushedWake = match serde_json::from_slice(push) {
            Ok(pushed) => pushed,
            Err(error) => {
                tracing::debug!(%error, "the push says nothing that can be told");
                return Ok(None);
            }
        };
        // One for a workspace that was left is told to nobody.
        if installation::installed(store)?.as_ref() != Some(&pushed.installation) {
            return Ok(None);
        }
        let Some(cursor) = cursor(store)? else {
            return Ok(None);
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
        Ok(Some(Self {
            epoch: cursor.epoch,
            held,
            news,
        }))
    }

    /// Writes down up to where it was told, or holds it.
    fn put_down(self, store: &Store, is_told: bool) -> Result<(), CommandError> {
        let notices = match self.news.last().map(|newest| newest.seq) {
            Some(newest) if is_told => {
                keep(store, self.epoch.clone(), newest)?;
                Vec::new()
            }
            _ => self.news,
        };
        if notices != self.held {
            let held = Held {
                epoch: self.epoch,
                notices,
            };
            settings::write(store, HELD, &held)?;
        }
        Ok(())
    }
}

/// Shows what is due, and writes down what is left. Whether the records of rules are dealt with.
fn is_told(
    store: &Store,
    mut notices: Notices,
    now: Millis,
    screen: &dyn Screen,
) -> Result<bool, CommandError> {
    let settings = settings::read(store)?.notifications;
    let wanted = notices.untold();
    let due = notices.due(Moment {
        settings: &settings,
        now: millis(now),
        minute_of_day: screen.minute_of_day(),
        is_in_front: false,
    });
    let Some(notification) = due else {
        keep_untold(store, &notices.untold())?;
        return Ok(!notices.holds_assigned());
    };
    let is_shown = screen.show(&notification);
    if is_shown {
        settings::write(store, LAST_TOLD, &now.0)?;
        keep_untold(store, &[])?;
    } else {
        keep_untold(store, &wanted)?;
    }
    Ok(is_shown)
}
