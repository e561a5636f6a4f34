//! Stories of the scheduler, and the laws that hold whatever happens.

use super::*;
use proptest::prelude::*;

const SYNC: &[Action] = &[Action::Run(Kind::Sync)];

/// A device with a clock that moves only by telling.
struct Phone {
    scheduler: Scheduler,
    now: Moment,
}

impl Phone {
    fn at_rest() -> Self {
        Self {
            scheduler: Scheduler::new(true, false, Moment::ZERO),
            now: Moment::ZERO,
        }
    }

    fn meets(&mut self, event: Event) -> Vec<Action> {
        let (next, actions) = self.scheduler.step(event, self.now, 0.5);
        self.scheduler = next;
        actions
    }

    fn is_triggered(&mut self, trigger: Trigger) -> Vec<Action> {
        self.meets(Event::Trigger(trigger))
    }

    fn waits(&mut self, time: Duration) -> Vec<Action> {
        self.now += time;
        self.meets(Event::Time)
    }
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn the_first_write_is_sent_at_once_and_those_that_follow_are_gathered() {
    let mut phone = Phone::at_rest();
    assert_eq!(phone.is_triggered(Trigger::LocalWrite), SYNC);
    assert_eq!(phone.meets(Event::Succeeded), []);
    phone.now += GATHER / 3;
    assert_eq!(phone.is_triggered(Trigger::LocalWrite), []);
    phone.now += GATHER / 3;
    assert_eq!(phone.is_triggered(Trigger::LocalWrite), []);
    assert_eq!(phone.scheduler.due(), Some(GATHER));
    assert_eq!(phone.waits(GATHER / 3), SYNC);
}

#[test]
fn the_first_wake_is_followed_at_once_and_a_burst_is_gathered() {
    let mut phone = Phone::at_rest();
    assert_eq!(phone.is_triggered(Trigger::Wake), SYNC);
    assert_eq!(phone.meets(Event::Succeeded), []);
    for _ in 0..10 {
        assert_eq!(phone.is_triggered(Trigger::Wake), []);
    }
    assert_eq!(phone.waits(GATHER_WAKES), SYNC);
}

#[test]
fn while_wakes_can_come_the_period_is_a_net_only() {
    let mut phone = Phone::at_rest();
    phone.is_triggered(Trigger::Start);
    phone.meets(Event::Succeeded);
    assert_eq!(phone.scheduler.due(), Some(PERIOD));
    assert_eq!(phone.meets(Event::Listening(true)), []);
    assert_eq!(phone.scheduler.due(), Some(PERIOD_WITH_WAKES));
    assert_eq!(phone.waits(PERIOD), []);
    phone.meets(Event::Listening(false));
    assert_eq!(phone.scheduler.due(), Some(phone.now + PERIOD));
    // A write that is gathered does not wait for the net.
    phone.meets(Event::Listening(true));
    phone.is_triggered(Trigger::Wake);
    phone.meets(Event::Succeeded);
    phone.is_triggered(Trigger::LocalWrite);
    phone.meets(Event::Listening(true));
    assert_eq!(phone.scheduler.due(), Some(phone.now + GATHER));
}

#[test]
fn wakes_are_wanted_where_runs_come_by_themselves() {
    let mut phone = Phone::at_rest();
    assert!(!phone.scheduler.wants_wakes(), "not before the first run");
    phone.is_triggered(Trigger::Start);
    assert!(phone.scheduler.wants_wakes());
    phone.meets(Event::Failed(Failure::OutOfReach));
    assert!(phone.scheduler.wants_wakes(), "the stream finds the server again");
    phone.meets(Event::WorkOffline(true));
    assert!(!phone.scheduler.wants_wakes());
    phone.meets(Event::WorkOffline(false));
    phone.meets(Event::Failed(Failure::SignInNeeded));
    assert!(!phone.scheduler.wants_wakes());
}

#[test]
fn a_write_during_a_run_brings_another_run() {
    let mut phone = Phone::at_rest();
    assert_eq!(phone.is_triggered(Trigger::Start), SYNC);
    assert_eq!(phone.is_triggered(Trigger::LocalWrite), []);
    assert_eq!(phone.is_triggered(Trigger::Wake), []);
    assert_eq!(phone.meets(Event::Succeeded), SYNC);
    assert_eq!(phone.meets(Event::Succeeded), []);
    assert_eq!(phone.scheduler.due(), Some(PERIOD));
    assert_eq!(phone.waits(PERIOD), SYNC);
}

#[test]
fn a_server_out_of_reach_is_tried_less_and_less_often() {
    let mut phone = Phone::at_rest();
    phone.is_triggered(Trigger::Start);
    let mut delays = Vec::new();
    for _ in 0..10 {
        phone.meets(Event::Failed(Failure::OutOfReach));
        let due = phone.scheduler.due().unwrap();
        delays.push((due - phone.now).as_millis());
        phone.now = due;
        assert_eq!(phone.waits(Duration::ZERO), SYNC);
    }
    assert_eq!(
        delays,
        [
            1_500, 3_000, 6_000, 12_000, 24_000, 48_000, 96_000, 192_000, 225_000, 225_000
        ]
    );
    // Once it answers, the next failure begins from the start.
    phone.meets(Event::Succeeded);
    phone.is_triggered(Trigger::Resume);
    phone.meets(Event::Failed(Failure::OutOfReach));
    assert_eq!(
        phone.scheduler.due(),
        Some(phone.now + Duration::from_millis(1_500))
    );
}

#[test]
fn the_line_that_is_back_is_used_at_once_but_a_write_alone_does_not_hurry() {
    let mut phone = Phone::at_rest();
    phone.is_triggered(Trigger::Start);
    phone.meets(Event::Failed(Failure::OutOfReach));
    assert_eq!(phone.is_triggered(Trigger::LocalWrite), []);
    assert_eq!(phone.is_triggered(Trigger::NetworkBack), SYNC);
}

#[test]
fn what_the_server_asks_for_is_kept_to() {
    let mut phone = Phone::at_rest();
    phone.is_triggered(Trigger::Start);
    phone.meets(Event::Failed(Failure::Trouble {
        retry_after: Some(seconds(120)),
    }));
    assert_eq!(phone.scheduler.state(), State::Waiting { until: seconds(120) });
    for by_itself in [
        Trigger::Wake,
        Trigger::Resume,
        Trigger::NetworkBack,
        Trigger::LocalWrite,
    ] {
        assert_eq!(phone.is_triggered(by_itself), []);
    }
    assert_eq!(
        phone.is_triggered(Trigger::Person(Kind::Pull)),
        [Action::Run(Kind::Pull)]
    );
    // What was asked for in the meantime follows.
    assert_eq!(phone.meets(Event::Succeeded), SYNC);
}

#[test]
fn where_only_a_person_can_help_nothing_is_tried_until_a_person_asks() {
    for (failure, state) in [
        (Failure::SignInNeeded, State::SignInNeeded),
        (Failure::UpdateNeeded, State::UpdateNeeded),
    ] {
        let mut phone = Phone::at_rest();
        phone.is_triggered(Trigger::Start);
        phone.meets(Event::Failed(failure));
        assert_eq!(phone.scheduler.state(), state);
        assert_eq!(phone.scheduler.due(), None);
        assert_eq!(phone.is_triggered(Trigger::Wake), []);
        assert_eq!(phone.is_triggered(Trigger::Resume), []);
        assert_eq!(phone.is_triggered(Trigger::Person(Kind::Sync)), SYNC);
    }
}

#[test]
fn with_automatic_sync_off_only_a_person_starts_a_run() {
    let mut phone = Phone::at_rest();
    phone.meets(Event::Automatic(false));
    assert_eq!(phone.scheduler.state(), State::Paused);
    assert_eq!(phone.is_triggered(Trigger::LocalWrite), []);
    assert_eq!(phone.is_triggered(Trigger::Wake), []);
    assert_eq!(
        phone.is_triggered(Trigger::Person(Kind::Push)),
        [Action::Run(Kind::Push)]
    );
    assert_eq!(phone.is_triggered(Trigger::LocalWrite), []);
    assert_eq!(phone.meets(Event::Succeeded), []);
    assert_eq!(phone.scheduler.state(), State::Paused);
    assert_eq!(phone.meets(Event::Automatic(true)), SYNC);
}

#[test]
fn working_offline_cuts_the_line_and_mending_it_syncs() {
    let mut phone = Phone::at_rest();
    phone.is_triggered(Trigger::Start);
    assert_eq!(phone.meets(Event::WorkOffline(true)), [Action::Cut]);
    assert_eq!(phone.meets(Event::Failed(Failure::Cut)), []);
    assert_eq!(phone.scheduler.state(), State::Offline { until: None });
    assert_eq!(phone.is_triggered(Trigger::Person(Kind::Sync)), []);
    assert_eq!(phone.is_triggered(Trigger::NetworkBack), []);
    assert_eq!(
        phone.meets(Event::WorkOffline(false)),
        [Action::Mend, Action::Run(Kind::Sync)]
    );
}

#[test]
fn mended_before_the_run_noticed_it_begins_anew() {
    let mut phone = Phone::at_rest();
    phone.is_triggered(Trigger::Start);
    phone.meets(Event::WorkOffline(true));
    assert_eq!(phone.meets(Event::WorkOffline(false)), [Action::Mend]);
    assert_eq!(phone.meets(Event::Failed(Failure::Cut)), SYNC);
}

#[test]
fn while_the_server_stumbles_over_some_changes_all_else_goes_at_once() {
    let mut phone = Phone::at_rest();
    assert_eq!(phone.is_triggered(Trigger::LocalWrite), SYNC);
    assert_eq!(phone.meets(Event::Failed(Failure::HeldUp)), []);
    assert_eq!(phone.scheduler.due(), Some(backoff(1, 0.5)));
    // Another edit, and a wake, do not wait for that.
    phone.now += GATHER;
    assert_eq!(phone.is_triggered(Trigger::LocalWrite), SYNC);
    // An edit made while that one runs is not forgotten.
    assert_eq!(phone.is_triggered(Trigger::LocalWrite), []);
    assert_eq!(phone.meets(Event::Failed(Failure::HeldUp)), []);
    assert_eq!(phone.waits(GATHER), SYNC);
    // By itself it tries less and less often.
    for failures in 3..12 {
        assert_eq!(phone.meets(Event::Failed(Failure::HeldUp)), []);
        let due = phone.scheduler.due().unwrap() - phone.now;
        assert_eq!(due, backoff(failures, 0.5).min(PERIOD));
        assert_eq!(phone.waits(due), SYNC);
    }
    assert_eq!(phone.meets(Event::Succeeded), []);
    assert_eq!(phone.scheduler.due(), Some(phone.now + PERIOD));
}

fn any_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Push), Just(Kind::Pull), Just(Kind::Sync)]
}

fn any_event() -> impl Strategy<Value = Event> {
    let trigger = prop_oneof![
        Just(Trigger::LocalWrite),
        Just(Trigger::Wake),
        Just(Trigger::Start),
        Just(Trigger::Resume),
        Just(Trigger::NetworkBack),
        any_kind().prop_map(Trigger::Person),
    ];
    let failure = prop_oneof![
        Just(Failure::Cut),
        Just(Failure::OutOfReach),
        prop::option::of(0..100_000_u64).prop_map(|asked| Failure::Trouble {
            retry_after: asked.map(Duration::from_secs)
        }),
        Just(Failure::HeldUp),
        Just(Failure::SignInNeeded),
        Just(Failure::UpdateNeeded),
    ];
    prop_oneof![
        4 => trigger.prop_map(Event::Trigger),
        4 => Just(Event::Time),
        1 => Just(Event::Turned(Direction::Receiving)),
        3 => Just(Event::Succeeded),
        3 => failure.prop_map(Event::Failed),
        1 => any::<bool>().prop_map(Event::Listening),
        1 => any::<bool>().prop_map(Event::Automatic),
        1 => any::<bool>().prop_map(Event::WorkOffline),
    ]
}

proptest! {
    #[test]
    fn laws(steps in prop::collection::vec((any_event(), 0..400_000_u64, 0.0..1.0_f64), 1..200)) {
        let mut now = Moment::ZERO;
        let mut phone = Scheduler::new(true, false, now);
        // Something asked for a sync by itself and no whole sync has ended well that began after it.
        let mut unserved = false;
        let mut under_way: Option<Kind> = None;
        let mut asked_since_begin = false;
        for (event, passed, jitter) in steps {
            now += Duration::from_millis(passed);
            let (next, actions) = phone.step(event, now, jitter);
            let ends = matches!(event, Event::Succeeded | Event::Failed(_));
            let runs: Vec<Kind> = actions
                .iter()
                .filter_map(|action| if let Action::Run(kind) = action { Some(*kind) } else { None })
                .collect();

            // One run at a time.
            prop_assert!(runs.len() <= 1);
            prop_assert!(runs.is_empty() || under_way.is_none() || ends);
            // Nothing begins over a line that the person cut.
            prop_assert!(runs.is_empty() || !next.works_offline());
            // A person's word counts at once.
            if let Event::Trigger(Trigger::Person(kind)) = event
                && under_way.is_none()
                && !phone.works_offline()
            {
                prop_assert!(runs == [kind] || runs == [Kind::Sync]);
            }
            // With automatic sync off, only a person (or the end of a run that a person has meanwhile asked to
            // follow) begins one.
            if !next.is_automatic() && !matches!(event, Event::Trigger(Trigger::Person(_))) {
                prop_assert!(runs.is_empty() || phone.asked.is_some());
            }

            // A trigger is never lost.
            match event {
                Event::Trigger(Trigger::Person(_)) => {}
                Event::Trigger(_) => {
                    unserved = true;
                    asked_since_begin = true;
                }
                Event::Succeeded if under_way == Some(Kind::Sync) => unserved = asked_since_begin,
                _ => {}
            }
            if ends {
                under_way = None;
            }
            if let [kind] = runs[..] {
                under_way = Some(kind);
                asked_since_begin = asked_since_begin && kind != Kind::Sync;
            }
            prop_assert_eq!(next.is_running(), under_way.is_some());
            if unserved && under_way != Some(Kind::Sync) {
                prop_assert!(next.owed, "{:?} forgot what was asked for", next);
            }

            // It always goes on by itself, within bounds, unless a person must act.
            let person_must_act = matches!(next.state, State::SignInNeeded | State::UpdateNeeded | State::Paused)
                || next.works_offline();
            if !next.is_running() && !person_must_act {
                let due = next.due();
                prop_assert!(due.is_some_and(|due| due <= now + LONGEST_ASKED));
                if matches!(next.state, State::Offline { .. }) {
                    prop_assert!(due.is_some_and(|due| due <= now + LONGEST));
                }
            }
            if matches!(event, Event::Failed(_)) && !matches!(next.state, State::Running { .. } | State::Idle { .. })
                && let (Some(due), true) = (next.due(), phone.is_running())
            {
                prop_assert!(due >= now + SHORTEST);
            }
            phone = next;
        }
    }
}
