//! Random lives of a laptop, a phone and a server: whatever happens, the invariants hold between any two transactions,
//! and in the end the outbox drains and both sides are equal.

use super::world::*;
use crate::{Edit, Error, KeptSide, Many, Mark, PageIn};
use landfall_core::id::{GroupId, OpId};
use landfall_core::outbox::{Entry, EntryState};
use landfall_core::reconcile::Decision;
use landfall_core::value::Value;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Insert(u8, u8),
    Name(u8, u8),
    Elevation(u8, i64),
    Delete(u8),
    /// Two records in one action.
    Together(u8, u8, i64),
    Undo(u8),
    Revert(u8),
    Resolve(u8, bool),
    /// Theirs stays, mine becomes a record of its own.
    KeepBoth(u8),
    /// All that waits, or one column of it.
    ResolveMany(bool, bool),
    Retry,
    /// The batch reaches the server and the answers come back.
    Push,
    /// The batch reaches the server and the answers are lost.
    PushLost,
    /// The batch is lost on the way.
    SendLost,
    /// The answers that were lost come after all.
    LateAnswers,
    Pull,
    PullAgain,
    RemoteName(u8, u8),
    RemoteElevation(u8, i64),
    RemoteDelete(u8),
    Restart,
    Resync,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let record = 0..4_u8;
    let step = prop_oneof![
        3 => (record.clone(), 0..4_u8).prop_map(|(r, n)| Step::Insert(r, n)),
        6 => (record.clone(), 0..5_u8).prop_map(|(r, n)| Step::Name(r, n)),
        6 => (record.clone(), 0..3_i64).prop_map(|(r, n)| Step::Elevation(r, n)),
        2 => record.clone().prop_map(Step::Delete),
        2 => (record.clone(), record.clone(), 0..3_i64).prop_map(|(a, b, n)| Step::Together(a, b, n)),
        3 => (0..6_u8).prop_map(Step::Undo),
        1 => record.clone().prop_map(Step::Revert),
        3 => (record.clone(), any::<bool>()).prop_map(|(r, mine)| Step::Resolve(r, mine)),
        1 => record.clone().prop_map(Step::KeepBoth),
        2 => (any::<bool>(), any::<bool>()).prop_map(|(mine, only)| Step::ResolveMany(mine, only)),
        1 => Just(Step::Retry),
        5 => Just(Step::Push),
        2 => Just(Step::PushLost),
        1 => Just(Step::SendLost),
        2 => Just(Step::LateAnswers),
        4 => Just(Step::Pull),
        1 => Just(Step::PullAgain),
        3 => (record.clone(), 0..4_u8).prop_map(|(r, n)| Step::RemoteName(r, n)),
        3 => (record.clone(), 0..3_i64).prop_map(|(r, n)| Step::RemoteElevation(r, n)),
        1 => record.prop_map(Step::RemoteDelete),
        1 => Just(Step::Restart),
        1 => Just(Step::Resync),
    ];
    prop::collection::vec(step, 1..60)
}

fn record(n: u8) -> String {
    format!("mo-{n}")
}

fn name(n: u8) -> &'static str {
    ["Aarau", "Biel", "Chur", "Davos", "refused"][usize::from(n)]
}

struct Life {
    laptop: Option<Device>,
    server: Server,
    actions: Vec<GroupId>,
    lost: Vec<(OpId, crate::Answer)>,
}

impl Life {
    fn laptop(&self) -> &Device {
        self.laptop.as_ref().unwrap()
    }

    fn edit(&mut self, edits: Vec<Edit>) {
        match self.laptop().store.edit(edits) {
            Ok(done) => self.actions.push(done.action),
            // What the person asks for may make no sense at the moment.
            Err(Error::NotFound | Error::Exists) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    fn sent(&mut self) -> Vec<Entry> {
        self.laptop().batch()
    }

    fn step(&mut self, step: &Step) {
        let store = self.laptop().store.clone();
        match *step {
            Step::Insert(r, n) => self.edit(vec![Edit::Insert {
                table: airfields(),
                id: id(&record(r)),
                fields: named(name(n)),
            }]),
            Step::Name(r, n) => self.edit(vec![update(&record(r), "name", name(n))]),
            Step::Elevation(r, n) => self.edit(vec![update(&record(r), "elevation", Value::Integer(n))]),
            Step::Delete(r) => self.edit(vec![Edit::Delete {
                table: airfields(),
                id: id(&record(r)),
            }]),
            Step::Together(a, b, n) => {
                let edits = [a, b].map(|r| update(&record(r), "elevation", Value::Integer(n)));
                self.edit(edits.to_vec());
            }
            Step::Undo(back) => {
                let place = self.actions.len().checked_sub(1 + usize::from(back));
                if let Some(place) = place {
                    match store.undo(&self.actions[place].clone()) {
                        Ok(done) => self.actions.push(done.action),
                        Err(Error::NotFound) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            }
            Step::Revert(r) => match store.revert(&airfields(), &id(&record(r))) {
                Ok(done) => self.actions.push(done.action),
                Err(Error::NotFound | Error::InFlight) => {}
                Err(error) => panic!("{error:?}"),
            },
            Step::Resolve(r, mine) => {
                let decision = if mine { Decision::Mine } else { Decision::Theirs };
                match store.resolve(&airfields(), &id(&record(r)), &decision) {
                    Ok(done) => self.actions.push(done.action),
                    Err(Error::NotFound) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
            Step::KeepBoth(r) => {
                let both = Decision::KeepBoth(named("Both"));
                match store.resolve(&airfields(), &id(&record(r)), &both) {
                    Ok(done) => self.actions.push(done.action),
                    Err(Error::NotFound) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
            Step::ResolveMany(mine, only) => {
                let many = Many {
                    records: None,
                    column: only.then(|| column("name")),
                    side: if mine { KeptSide::Mine } else { KeptSide::Theirs },
                };
                let waiting = store.inbox().unwrap().len();
                let preview = store.preview_resolve_many(&many).unwrap();
                assert_eq!(store.inbox().unwrap().len(), waiting, "a preview changes nothing");
                let done = store.resolve_many(&many).unwrap();
                assert_eq!(done.resolved, preview.resolved);
                assert_eq!(store.inbox().unwrap().len() + done.resolved as usize, waiting);
                self.actions.extend(done.action);
            }
            Step::Retry => drop(store.retry_all().unwrap()),
            Step::Push => {
                let batch = self.sent();
                let answers = self.server.push(&batch);
                store.apply_answers(answers).unwrap();
            }
            Step::PushLost => {
                let batch = self.sent();
                self.lost = self.server.push(&batch);
            }
            Step::SendLost => drop(self.sent()),
            Step::LateAnswers => {
                store.apply_answers(std::mem::take(&mut self.lost)).unwrap();
            }
            Step::Pull => {
                let done = self.laptop().pull(&self.server);
                assert!(done.mismatched.is_empty(), "the sums agree at the end of a pull");
            }
            Step::PullAgain => drop(store.apply_page(self.server.page(0)).unwrap()),
            Step::RemoteName(r, n) => drop(self.server.change(&record(r), named(name(n)))),
            Step::RemoteElevation(r, n) => {
                if self.server.records.contains_key(&id(&record(r))) {
                    self.server
                        .change(&record(r), fields(&[("elevation", Value::Integer(n))]));
                }
            }
            Step::RemoteDelete(r) => {
                if self.server.records.contains_key(&id(&record(r))) {
                    self.server.delete(&record(r));
                }
            }
            Step::Restart => {
                drop(store);
                self.laptop = self.laptop.take().map(Device::restart);
            }
            Step::Resync => {
                let page = PageIn {
                    reset: true,
                    ..self.server.page(0)
                };
                let done = store.apply_page(page).unwrap();
                assert!(
                    done.mismatched.is_empty(),
                    "the sums agree at the end of a resync"
                );
            }
        }
    }

    /// The person settles what needs one, and everything is sent and fetched.
    fn settle(&mut self) {
        for _ in 0..8 {
            let store = &self.laptop().store;
            for row in store.outbox().unwrap() {
                let record = row.entry.id;
                match row.entry.state {
                    EntryState::Conflict => {
                        store.resolve(&airfields(), &record, &Decision::Mine).unwrap();
                    }
                    EntryState::Refused(_) => {
                        store.revert(&airfields(), &record).unwrap();
                    }
                    EntryState::Waiting | EntryState::InFlight => {}
                }
            }
            check_invariants(store);
            self.step(&Step::Push);
            self.step(&Step::Pull);
            check_invariants(&self.laptop().store);
        }
    }
}

/// How many lives: more by `PROPTEST_CASES`.
fn lives() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(60),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(lives())]

    #[test]
    fn whatever_happens_nothing_is_lost_and_both_sides_meet(steps in steps()) {
        let mut life = Life {
            laptop: Some(Device::new("laptop")),
            server: Server::default(),
            actions: Vec::new(),
            lost: Vec::new(),
        };
        for step in &steps {
            life.step(step);
            check_invariants(&life.laptop().store);
        }
        life.settle();
        let store = &life.laptop().store;
        prop_assert!(store.outbox().unwrap().is_empty(), "the outbox drains: {:?}", store.outbox().unwrap());
        for n in 0..4 {
            let here = store.record(&airfields(), &id(&record(n))).unwrap();
            match life.server.records.get(&id(&record(n))) {
                Some(there) => {
                    let here = here.unwrap();
                    prop_assert_eq!(here.mark, Mark::Synced);
                    prop_assert_eq!(here.deleted, there.deleted);
                    prop_assert!(there.deleted || here.fields == there.fields, "{:?} {:?}", here, there);
                    prop_assert_eq!(here.version.as_ref(), Some(&there.version));
                }
                None => prop_assert!(here.is_none_or(|here| here.deleted)),
            }
        }
    }
}
