//! A laptop that is told, or not: by kind, in quiet hours, all at once, and of what was on screen.

use super::*;
use crate::dto::{Direction, Progress, SyncState};

const AT: i64 = 1_790_000_000_000;
const MINUTE: i64 = 60_000;

fn about(kind: Kind, id: &str) -> Subject {
    Subject {
        kind,
        table: "inspections".into(),
        id: id.into(),
        title: format!("Pier {id}"),
        rule: None,
    }
}

fn all_on() -> NotificationSettings {
    NotificationSettings {
        assigned: Notice::Banner,
        sync_stopped: Notice::Banner,
        ..NotificationSettings::default()
    }
}

/// At ten in the morning and so many minutes, with nobody looking.
fn after(settings: &NotificationSettings, minutes: i64) -> Moment<'_> {
    Moment {
        settings,
        now: Millis(AT + minutes * MINUTE),
        minute_of_day: u16::try_from((600 + minutes).rem_euclid(1_440)).unwrap(),
        is_in_front: false,
    }
}

/// Of a device that has nothing to do.
pub(crate) fn status() -> SyncStatus {
    SyncStatus {
        state: SyncState::Idle,
        automatic: true,
        work_offline: false,
        reachability: None,
        progress: None,
        waiting: 0,
        refused: 0,
        conflicts: 0,
        last_success: None,
        next_attempt: None,
        first_sync: false,
        offline_with_waiting_since: None,
        last_sent: 0,
        last_received: 0,
        device_name: "phone".into(),
    }
}

#[test]
fn what_was_left_untold_is_told_by_whoever_runs_next_as_far_as_it_still_waits() {
    let settings = all_on();
    let (p1, p2) = (about(Kind::Conflict, "p1"), about(Kind::Refused, "p2"));
    let present = [p1.clone(), p2];
    let next = || Notices::new(&present).still_to_tell(present.to_vec());
    let mut notices = next();
    assert!(notices.is_waiting());
    assert_eq!(notices.untold(), present);
    // One is settled before it can be told.
    notices.see_inbox(std::slice::from_ref(&p1));
    assert_eq!(notices.untold(), [p1]);
    let told = notices.due(after(&settings, 0)).unwrap();
    assert_eq!(told.body, "Someone else changed a record that you changed too.");
    assert_eq!(notices.untold(), []);
    // The person looks first.
    let mut notices = next();
    let looks = Moment {
        is_in_front: true,
        ..after(&settings, 0)
    };
    assert_eq!(notices.due(looks), None);
    assert_eq!(notices.untold(), []);
}

#[test]
fn a_conflict_is_told_once_and_leads_to_itself() {
    let settings = all_on();
    let old = about(Kind::Conflict, "1");
    let mut notices = Notices::new(std::slice::from_ref(&old));
    notices.see_inbox(std::slice::from_ref(&old));
    assert_eq!(notices.due(after(&settings, 0)), None, "it was there before");

    let inbox = [old, about(Kind::Conflict, "a/ö")];
    notices.see_inbox(&inbox);
    assert_eq!(
        notices.due(after(&settings, 0)),
        Some(Notification {
            title: "Landfall needs you".into(),
            body: "Someone else changed a record that you changed too.".into(),
            place: "#/conflicts/inspections/a%2F%C3%B6".into(),
        })
    );
    notices.see_inbox(&inbox);
    assert_eq!(notices.due(after(&settings, 60)), None);
    assert!(!notices.is_waiting());
}

#[test]
fn what_comes_soon_after_is_told_as_one() {
    let settings = all_on();
    let mut notices = Notices::default();
    let mut inbox = vec![about(Kind::Refused, "1")];
    notices.see_inbox(&inbox);
    let first = notices.due(after(&settings, 0)).unwrap();
    assert_eq!(first.body, "The server did not take one of your changes.");

    inbox.extend([about(Kind::Refused, "2"), about(Kind::Conflict, "3")]);
    notices.see_inbox(&inbox);
    assert_eq!(notices.due(after(&settings, 1)), None);
    inbox.push(about(Kind::Conflict, "4"));
    notices.see_inbox(&inbox);
    assert_eq!(notices.due(after(&settings, 4)), None);
    assert!(notices.is_waiting());
    let second = notices.due(after(&settings, 5)).unwrap();
    assert_eq!(second.body, "3 changes need you.");
    assert_eq!(second.place, "#/conflicts");
}

#[test]
fn what_one_sync_brings_is_told_at_its_end_as_one() {
    let settings = all_on();
    let mut notices = Notices::default();
    let mut syncing = status();
    syncing.progress = Some(Progress {
        direction: Direction::Receiving,
        done: 1,
        total: None,
    });
    notices.see_status(&syncing);
    notices.see_inbox(&[about(Kind::Conflict, "1")]);
    assert_eq!(notices.due(after(&settings, 0)), None);
    notices.see_inbox(&[about(Kind::Conflict, "1"), about(Kind::Conflict, "2")]);
    notices.see_status(&status());
    let told = notices.due(after(&settings, 0)).unwrap();
    assert_eq!(told.body, "Someone else changed 2 records that you changed too.");
}

#[test]
fn a_clock_that_was_set_back_does_not_silence_the_app() {
    let settings = all_on();
    let mut notices = Notices::default();
    notices.see_inbox(&[about(Kind::Conflict, "1")]);
    assert!(notices.due(after(&settings, 0)).is_some());
    notices.see_inbox(&[about(Kind::Conflict, "2")]);
    assert!(notices.due(after(&settings, -120)).is_some());
}

#[test]
fn nothing_is_told_of_what_is_settled_or_was_on_screen() {
    let settings = all_on();
    let mut notices = Notices::default();
    notices.see_inbox(&[about(Kind::Conflict, "1")]);
    assert_eq!(
        notices.due(Moment {
            is_in_front: true,
            ..after(&settings, 0)
        }),
        None
    );
    assert_eq!(notices.due(after(&settings, 1)), None, "it was on screen");

    let quiet = NotificationSettings {
        quiet_hours: Some(QuietHours { from: 600, to: 660 }),
        ..settings
    };
    notices.see_inbox(&[about(Kind::Conflict, "1"), about(Kind::Conflict, "2")]);
    assert_eq!(notices.due(after(&quiet, 10)), None);
    notices.see_inbox(&[about(Kind::Conflict, "1")]);
    assert_eq!(notices.due(after(&quiet, 60)), None, "another device settled it");
}

#[test]
fn quiet_hours_gather_until_they_end_and_may_span_midnight() {
    let night = QuietHours { from: 1_320, to: 420 };
    for (minute, quiet) in [
        (1_319, false),
        (1_320, true),
        (0, true),
        (419, true),
        (420, false),
    ] {
        assert_eq!(is_within(night, minute), quiet, "{minute}");
    }
    assert!(!is_within(QuietHours { from: 600, to: 600 }, 600));

    let settings = NotificationSettings {
        quiet_hours: Some(QuietHours { from: 590, to: 660 }),
        ..all_on()
    };
    let mut notices = Notices::default();
    notices.see_inbox(&[about(Kind::Conflict, "1"), about(Kind::Conflict, "2")]);
    assert_eq!(notices.due(after(&settings, 59)), None);
    let told = notices.due(after(&settings, 60)).unwrap();
    assert_eq!(told.body, "Someone else changed 2 records that you changed too.");
}

#[test]
fn kinds_that_are_off_or_a_count_only_are_not_shown() {
    let mut settings = NotificationSettings {
        conflict: Notice::Badge,
        refused: Notice::Off,
        ..all_on()
    };
    let mut notices = Notices::default();
    notices.see_inbox(&[about(Kind::Conflict, "1"), about(Kind::Refused, "2")]);
    assert_eq!(notices.due(after(&settings, 0)), None);
    assert!(!notices.is_waiting());

    let status = SyncStatus {
        conflicts: 1,
        refused: 1,
        ..status()
    };
    let counted = |notifications: &NotificationSettings| {
        let settings = Settings {
            notifications: notifications.clone(),
            ..Settings::default()
        };
        badge(&settings, &status)
    };
    assert_eq!(counted(&settings), Some(1));
    settings.conflict = Notice::Off;
    assert_eq!(counted(&settings), None);
}

#[test]
fn what_a_rule_asked_for_is_said_in_its_words() {
    let settings = NotificationSettings {
        show_titles: true,
        ..all_on()
    };
    let mut notices = Notices::default();
    let assigned = Subject {
        rule: Some("An inspection is assigned to me".into()),
        ..about(Kind::Assigned, "7")
    };
    notices.see_assigned(vec![assigned.clone(), assigned]);
    notices.see_inbox(&[]);
    assert_eq!(
        notices.due(after(&settings, 0)),
        Some(Notification {
            title: "Landfall".into(),
            body: "Pier 7: An inspection is assigned to me".into(),
            place: "#/t/inspections/7".into(),
        })
    );
    notices.see_assigned(vec![about(Kind::Assigned, "8"), about(Kind::Assigned, "9")]);
    let told = notices.due(after(&settings, 5)).unwrap();
    assert_eq!(told.body, "There is news for you in 2 records.");
    assert_eq!(told.place, "#/t/inspections");
}

#[test]
fn one_record_with_two_reasons_is_one_place() {
    let settings = all_on();
    let mut notices = Notices::default();
    notices.see_assigned(vec![about(Kind::Assigned, "7")]);
    notices.see_inbox(&[about(Kind::Conflict, "7")]);
    let told = notices.due(after(&settings, 0)).unwrap();
    assert_eq!(told.place, "#/conflicts/inspections/7");
}

#[test]
fn changes_that_wait_for_hours_are_told_once() {
    let settings = all_on();
    let mut notices = Notices::default();
    let away = SyncStatus {
        offline_with_waiting_since: Some(Millis(AT)),
        ..status()
    };
    notices.see_status(&away);
    assert_eq!(notices.due(after(&settings, 239)), None);
    assert!(notices.is_waiting());
    let told = notices.due(after(&settings, 240)).unwrap();
    assert_eq!(told.place, "#/outbox");
    notices.see_status(&away);
    assert_eq!(notices.due(after(&settings, 600)), None);

    notices.see_status(&status());
    notices.see_status(&SyncStatus {
        offline_with_waiting_since: Some(Millis(AT + 600 * MINUTE)),
        ..status()
    });
    assert!(notices.due(after(&settings, 840)).is_some());
}
