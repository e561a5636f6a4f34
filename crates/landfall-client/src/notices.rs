//! What a person is told by a notification of the system, and when (step 11 of the data's way; U57–U61).
//!
//! - Told is what came while nobody looked: a conflict, a refusal, a record that a rule of the workspace names the person
//!   for, and changes that wait for hours. While the window is in front nothing is told, then or later: it is on screen.
//! - Never about one's own change: what the person does themselves is not handed in here, and the server tells nobody of
//!   what they did.
//! - The first is told at once, or when the sync that brought it has ended. What comes within [`GATHER`] of it is gathered,
//!   and told as one.
//! - In quiet hours it is gathered too, and told when they end, as far as it still needs the person by then. The host writes
//!   down what is still to be told ([`Notices::untold`]), so that it is told by whoever runs then: the app, or a sync without
//!   a window.
//! - A notification has a place in the app, and opens it: the record itself if it is about one, else the list.
//! - It names no record unless the person wants that: a lock screen shows it.
//!
//! Nothing here knows a clock, a window or a system: the host hands in the [`Moment`].

use crate::dto::{
    ConflictItem, ConflictKind, Millis, Notice, NotificationSettings, QuietHours, Settings, SyncStatus,
};
use std::collections::BTreeMap;

/// At most one notification in this time, in milliseconds.
pub const GATHER: i64 = 5 * 60_000;
/// Changes that wait for so long, with the server out of reach, are worth a notification; in milliseconds.
pub const STOPPED: i64 = 4 * 3_600_000;

/// What kind of thing is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Someone else changed what the person changed too.
    Conflict,
    /// The server did not take a change.
    Refused,
    /// A rule of the workspace names the person.
    Assigned,
}

/// A record that there is something to tell about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What.
    pub kind: Kind,
    /// The record's table.
    pub table: String,
    /// The record's id.
    pub id: String,
    /// The record's title.
    pub title: String,
    /// The rule's words, where a rule asked for it (*An inspection is assigned to me*).
    pub rule: Option<String>,
}

impl Subject {
    /// One for a row of the inbox.
    #[must_use]
    pub fn of(item: &ConflictItem) -> Self {
        let kind = match item.kind {
            ConflictKind::UniqueTaken | ConflictKind::ParentMissing | ConflictKind::Refused => Kind::Refused,
            ConflictKind::Fields
            | ConflictKind::EditedHereDeletedThere
            | ConflictKind::DeletedHereEditedThere
            | ConflictKind::InsertedTwice => Kind::Conflict,
        };
        Self {
            kind,
            table: item.table.clone(),
            id: item.id.clone(),
            title: item.title.clone(),
            rule: None,
        }
    }

    pub(crate) fn key(&self) -> Key {
        (self.kind, self.table.clone(), self.id.clone())
    }
}

/// Kind, table, id.
pub(crate) type Key = (Kind, String, String);

/// What the host sees when it asks.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// What the person wants.
    pub settings: &'a NotificationSettings,
    /// The device's clock.
    pub now: Millis,
    /// Minutes after midnight, by the device's clock and zone.
    pub minute_of_day: u16,
    /// The window is in front of the person.
    pub is_in_front: bool,
}

/// What to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Its first line.
    pub title: String,
    /// What happened.
    pub body: String,
    /// Where it leads: an address in the app, `#/…`.
    pub place: String,
}

/// What has been told, and what is still to be told.
#[derive(Debug, Default)]
pub struct Notices {
    /// What is in the inbox, whether it was told or not.
    inbox: Vec<Key>,
    /// Still to be told, in the order in which it came.
    held: Vec<Subject>,
    /// Since when changes have waited, and whether that was told.
    stopped: Option<(Millis, bool)>,
    last_told: Option<Millis>,
    /// A sync is under way: more may come with it.
    is_syncing: bool,
}

impl Notices {
    /// Of an app whose inbox has these already: they are no news.
    #[must_use]
    pub fn new(present: &[Subject]) -> Self {
        Self {
            inbox: present.iter().map(Subject::key).collect(),
            ..Self::default()
        }
    }

    /// Something was told then, by another process.
    #[must_use]
    pub fn told_before(mut self, at: Option<Millis>) -> Self {
        self.last_told = at;
        self
    }

    /// Of what is in the inbox, this was never told.
    #[must_use]
    pub fn still_to_tell(mut self, untold: Vec<Subject>) -> Self {
        self.held = untold;
        self
    }

    /// What is in the inbox and is still to be told.
    #[must_use]
    pub fn untold(&self) -> Vec<Subject> {
        let inbox = self.held.iter().filter(|held| held.kind != Kind::Assigned);
        inbox.cloned().collect()
    }

    /// The inbox as it is now: what is new in it is to be told, and what is not in it any more is not.
    pub fn see_inbox(&mut self, present: &[Subject]) {
        let keys: Vec<_> = present.iter().map(Subject::key).collect();
        self.held
            .retain(|held| held.kind == Kind::Assigned || keys.contains(&held.key()));
        let known: std::collections::BTreeSet<_> =
            std::mem::replace(&mut self.inbox, keys).into_iter().collect();
        let new = present.iter().filter(|subject| !known.contains(&subject.key()));
        self.held.extend(new.cloned());
    }

    /// Whether records of rules are still to be told.
    #[must_use]
    pub fn holds_assigned(&self) -> bool {
        self.held.iter().any(|held| held.kind == Kind::Assigned)
    }

    /// The workspace's rules name the person for these.
    pub fn see_assigned(&mut self, subjects: Vec<Subject>) {
        for subject in subjects {
            if !self.held.contains(&subject) {
                self.held.push(subject);
            }
        }
    }

    /// The sync status as it is now.
    pub fn see_status(&mut self, status: &SyncStatus) {
        self.is_syncing = status.progress.is_some();
        let since = status.offline_with_waiting_since;
        if self.stopped.map(|(since, _)| since) != since {
            self.stopped = since.map(|since| (since, false));
        }
    }

    /// Something may be due without anything happening: ask again within the minute.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        !self.held.is_empty() || matches!(self.stopped, Some((_, false)))
    }

    /// What to show now, if anything. It counts as told.
    pub fn due(&mut self, moment: Moment<'_>) -> Option<Notification> {
        let is_stopped = matches!(self.stopped, Some((since, false)) if moment.now.0 - since.0 >= STOPPED);
        if moment.is_in_front {
            self.held.clear();
            self.end_stopped(is_stopped);
            return None;
        }
        let settings = moment.settings;
        self.held
            .retain(|held| wanted(settings, held.kind) == Notice::Banner);
        let tell_stopped = is_stopped && settings.sync_stopped == Notice::Banner;
        let is_soon = self
            .last_told
            .is_some_and(|last| (0..GATHER).contains(&(moment.now.0 - last.0)));
        let is_quiet = settings
            .quiet_hours
            .is_some_and(|hours| is_within(hours, moment.minute_of_day));
        if (self.held.is_empty() && !tell_stopped) || self.is_syncing || is_soon || is_quiet {
            return None;
        }
        self.last_told = Some(moment.now);
        self.end_stopped(is_stopped);
        let held = std::mem::take(&mut self.held);
        Some(worded(&held, settings.show_titles))
    }

    fn end_stopped(&mut self, is_stopped: bool) {
        if let Some((_, told)) = self.stopped.as_mut().filter(|_| is_stopped) {
            *told = true;
        }
    }
}

/// The count on the app's icons: what needs the person, of the kinds that are not off. None: no count.
#[must_use]
pub fn badge(settings: &Settings, status: &SyncStatus) -> Option<u32> {
    let counted = |kind, count| match wanted(&settings.notifications, kind) {
        Notice::Banner | Notice::Badge => count,
        Notice::Off => 0,
    };
    let count = counted(Kind::Conflict, status.conflicts) + counted(Kind::Refused, status.refused);
    Some(count).filter(|count| *count > 0)
}

/// What *Send a test* shows.
#[must_use]
pub fn test() -> Notification {
    Notification {
        title: "Notifications work".to_owned(),
        body: "This is how Landfall tells you that something needs you.".to_owned(),
        place: "#/settings".to_owned(),
    }
}

fn wanted(settings: &NotificationSettings, kind: Kind) -> Notice {
    match kind {
        Kind::Conflict => settings.conflict,
        Kind::Refused => settings.refused,
        Kind::Assigned => settings.assigned,
    }
}

fn is_within(hours: QuietHours, minute: u16) -> bool {
    if hours.from <= hours.to {
        (hours.from..hours.to).contains(&minute)
    } else {
        minute >= hours.from || minute < hours.to
    }
}

/// Words for all of these as one; none at all: changes have waited for long.
fn worded(held: &[Subject], with_titles: bool) -> Notification {
    // One record may be there for two reasons; it is one record to look at, and the graver reason counts.
    let mut records: BTreeMap<(&str, &str), &Subject> = BTreeMap::new();
    for subject in held {
        let graver = records.entry((&subject.table, &subject.id)).or_insert(subject);
        if subject.kind < graver.kind {
            *graver = subject;
        }
    }
    let records: Vec<_> = records.into_values().collect();
    let kinds = |kind| records.iter().filter(|subject| subject.kind == kind).count();
    let count = records.len();
    let body = match (kinds(Kind::Conflict), kinds(Kind::Refused), kinds(Kind::Assigned)) {
        (0, 0, 0) => "Your changes have waited for hours: the server can't be reached.".to_owned(),
        (1, 0, 0) => "Someone else changed a record that you changed too.".to_owned(),
        (n, 0, 0) => format!("Someone else changed {n} records that you changed too."),
        (0, 1, 0) => "The server did not take one of your changes.".to_owned(),
        (0, n, 0) => format!("The server did not take {n} of your changes."),
        (0, 0, 1) => match records[0].rule.clone() {
            Some(rule) => rule,
            None => "There is news for you.".to_owned(),
        },
        (0, 0, n) => format!("There is news for you in {n} records."),
        (_, _, 0) => format!("{count} changes need you."),
        (_, _, _) => format!("{count} records need you."),
    };
    let needs = records.iter().any(|subject| subject.kind != Kind::Assigned);
    let (place, body) = match records.as_slice() {
        [] => (at(&["outbox"]), body),
        [one] => {
            let place = match one.kind {
                Kind::Conflict | Kind::Refused => at(&["conflicts", &one.table, &one.id]),
                Kind::Assigned => at(&["t", &one.table, &one.id]),
            };
            let body = match with_titles {
                true => format!("{}: {body}", one.title),
                false => body,
            };
            (place, body)
        }
        _ if needs => (at(&["conflicts"]), body),
        // The record that was told last.
        [.., last] if records.iter().all(|subject| subject.table == last.table) => {
            (at(&["t", &last.table]), body)
        }
        _ => (at(&[]), body),
    };
    let title = if needs { "Landfall needs you" } else { "Landfall" };
    Notification {
        title: title.to_owned(),
        body,
        place,
    }
}

/// An address in the app, as the UI writes it.
fn at(parts: &[&str]) -> String {
    let mut place = "#".to_owned();
    for part in parts {
        place.push('/');
        for byte in part.bytes() {
            // As `encodeURIComponent` does.
            if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
                place.push(char::from(byte));
            } else {
                place.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    if parts.is_empty() {
        place.push('/');
    }
    place
}

#[cfg(test)]
#[path = "notices_tests.rs"]
pub(crate) mod tests;
