//! The way up: entries of the outbox in batches, each with the answers put down before the next is sent (steps 5 to 7
//! of the data's way).
//!
//! What was sent and not answered stands first in every batch, under the same op ids: the server applies each once.
//! A conflict that merges by itself comes back as a new entry in the same run. A batch that the server
//! finds too large, or can't read, is halved between groups, down to one group. A group that alone is not taken goes in
//! pieces, each change for itself: better than never. A single change that is not taken is refused on the server's
//! behalf, and the person is told; the others go on. What a slow line did not carry in time is tried in smaller pieces by
//! the next run, a group too.
//!
//! A batch that the server stumbles over (it answers 500) is tried again as it is by the next run. If it stumbles again, the
//! batch is halved in the same way, and what it stumbles over alone, a change or a group, is set aside: it stays in flight
//! under its op id, is never refused, and each run tries it again; the others go. The run ends with that trouble, and the next
//! comes after the back-off, or with the next thing to do. Where it stumbles over one after the other, larger parts are left
//! whole until it has taken something, so that a server that stumbles over everything is not asked about each change.
//!
//! A server that takes one change at a time has no transactions: the changes of a group go one after the other, each
//! with its answer on disk before the next, and after one that is not applied the rest waits for a person with it. What
//! was applied before stays applied.

use crate::error::Error;
use crate::run::{Runner, Tally};
use crate::scheduler::Direction;
use crate::transport::TransportError;
use landfall_core::id::{GroupId, OpId};
use landfall_core::outbox::{EditOrigin, Entry, Refusal};
use landfall_protocol::push::{Op, OpResult, Outcome, PushRequest, PushResponse};
use landfall_store::{Answer, Batch, Store};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// At most so many finished op ids are told to the server at once.
const ACKS: usize = 1_000;

/// After so many stumbles in a row a server that has taken nothing seems to stumble over everything.
const STUMBLES: usize = 3;
/// The same of one that has taken something.
const MORE_STUMBLES: usize = 30;

/// Code of a change that no request to this server can carry.
pub const TOO_LARGE: &str = "too_large";

/// How a push ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// All that could be sent was answered.
    Drained,
    /// The server has begun another life (a restore from backup): pull before anything else is sent.
    OtherEpoch,
}

/// Sends this batch, and then until nothing is left that can be sent.
pub(crate) async fn push(runner: &Runner, tally: &mut Tally, first: Batch) -> Result<Pushed, Error> {
    let mut answered = BTreeSet::new();
    let mut stumbled = Stumbled::default();
    let mut batch = first;
    while !batch.entries.is_empty() {
        let mut ops = batch.entries.iter().map(|entry| &entry.op_id);
        if ops.all(|op| answered.contains(op)) {
            // The answer did not settle the entry: sending it for ever would not either.
            tracing::error!(
                entries = batch.entries.len(),
                "answered entries came back unchanged"
            );
            return Err(TransportError::unreadable().into());
        }
        answered.extend(batch.entries.iter().map(|entry| entry.op_id.clone()));
        if send(runner, tally, batch, &mut stumbled).await? == Pushed::OtherEpoch {
            return Ok(Pushed::OtherEpoch);
        }
        let (aside, room) = (stumbled.over.clone(), runner.room());
        let next = runner.on_store(move |store| store.next_batch_but(&aside, room));
        batch = next.await?;
    }
    match tally.held_up.take() {
        Some(met) if stumbled.over_everything() && !stumbled.has_taken => Err(met.into()),
        met => {
            tally.held_up = met;
            Ok(Pushed::Drained)
        }
    }
}

/// What the server stumbled over in this run.
#[derive(Default)]
struct Stumbled {
    /// The changes that are set aside.
    over: BTreeSet<OpId>,
    /// Changes and groups that it stumbled over since it last took something.
    in_a_row: usize,
    /// It has taken something.
    has_taken: bool,
}

impl Stumbled {
    fn set_aside(&mut self, part: Vec<Entry>) {
        self.over.extend(part.into_iter().map(|entry| entry.op_id));
    }

    /// It stumbled over a change or a group alone.
    fn found(&mut self, tally: &mut Tally, met: &TransportError, unit: Vec<Entry>) {
        tracing::warn!(error = %met, changes = unit.len(), "the server stumbles over a change: it is set aside");
        for entry in &unit {
            tally.journal.record(met.code(), &entry.table, &entry.id);
        }
        self.in_a_row += 1;
        tally.held_up = Some(met.clone());
        self.set_aside(unit);
    }

    /// It took something.
    fn took(&mut self) {
        self.in_a_row = 0;
        self.has_taken = true;
    }

    /// It seems to stumble over everything.
    fn over_everything(&self) -> bool {
        self.in_a_row >= if self.has_taken { MORE_STUMBLES } else { STUMBLES }
    }
}

/// Sends one batch, halving it where it is too large, or where the server stumbles over it again.
async fn send(
    runner: &Runner,
    tally: &mut Tally,
    batch: Batch,
    stumbled: &mut Stumbled,
) -> Result<Pushed, Error> {
    let Batch {
        entries,
        origins,
        acks,
    } = batch;
    let one_by_one = !runner.line().takes_groups();
    let was_tried = entries.iter().any(|entry| entry.attempts > 1);
    let mut parts: VecDeque<Vec<Entry>> = if one_by_one {
        entries.into_iter().map(|entry| vec![entry]).collect()
    } else {
        VecDeque::from([entries])
    };
    // What there is to tell with the next part, if that is known.
    let mut acks = Some(acks);
    // Groups of which a part was not applied, and such of which a part is set aside.
    let (mut broken, mut waiting) = (BTreeSet::new(), BTreeSet::new());
    // Parts that it stumbled over, and that were left whole.
    let mut left = VecDeque::new();
    loop {
        if parts.is_empty() && !stumbled.over_everything() {
            match left.pop_front().map(apart) {
                Some(Ok((first, second))) => parts.extend([first, second]),
                Some(Err(unit)) => parts.push_back(unit),
                None => {}
            }
        }
        let Some(part) = parts.pop_front() else {
            break;
        };
        if one_by_one && part.iter().any(|entry| is_of(entry, &waiting)) {
            stumbled.set_aside(part);
            continue;
        }
        if one_by_one && part.iter().any(|entry| is_of(entry, &broken)) {
            hold(runner, tally, &part).await?;
            continue;
        }
        if let Some(most) = runner
            .narrow()
            .filter(|most| is_a_group_of_more_than(&part, *most))
        {
            for piece in pieces(ungrouped(part), most).into_iter().rev() {
                parts.push_front(piece);
            }
            continue;
        }
        let acked = match acks.take() {
            Some(acks) => acks,
            None => runner.on_store(Store::acks).await?,
        };
        let mut request = request(&part, &origins, acked);
        tracing::trace!(target: "landfall::way", "push goes out");
        let mut answer = runner.line().push(&request).await;
        tracing::trace!(target: "landfall::way", "push answered");
        if matches!(answer, Err(TransportError::TooLarge)) && !request.acked.is_empty() {
            // What was answered before can be told another time.
            request.acked.clear();
            answer = runner.line().push(&request).await;
        }
        match answer {
            Ok(response) => {
                runner.carried();
                stumbled.took();
                if one_by_one && !response.results.iter().all(is_applied) {
                    broken.extend(part.iter().filter_map(|entry| entry.group.clone()));
                }
                if take(runner, tally, &part, request.acked, response).await? == Pushed::OtherEpoch {
                    return Ok(Pushed::OtherEpoch);
                }
            }
            Err(met @ (TransportError::TooLarge | TransportError::NotUnderstood)) => match halves(part) {
                Ok((first, second)) => {
                    parts.push_front(second);
                    parts.push_front(first);
                }
                Err(alone) if alone.len() > 1 => parts.push_front(ungrouped(alone)),
                Err(alone) => refuse(runner, tally, &alone, refusal(&met)).await?,
            },
            Err(met) if was_tried && met.is_a_stumble() => match apart(part) {
                Ok((first, second)) if stumbled.over_everything() => left.push_back([first, second].concat()),
                Ok((first, second)) => {
                    parts.push_front(second);
                    parts.push_front(first);
                }
                Err(unit) => {
                    waiting.extend(unit.iter().filter_map(|entry| entry.group.clone()));
                    stumbled.found(tally, &met, unit);
                }
            },
            Err(met) => {
                if matches!(met, TransportError::TimedOut | TransportError::CutOff) {
                    runner.broke_under(size(&request));
                }
                if met.never_left() {
                    let rest = part.iter().chain(parts.iter().flatten());
                    let ops: Vec<OpId> = rest.map(|entry| entry.op_id.clone()).collect();
                    let back = runner.on_store(move |store| store.not_sent(&ops)).await?;
                    runner.tell_changed(back);
                }
                return Err(met.into());
            }
        }
    }
    left.into_iter().for_each(|part| stumbled.set_aside(part));
    Ok(Pushed::Drained)
}

/// Whether the entry is of one of these groups.
fn is_of(entry: &Entry, groups: &BTreeSet<GroupId>) -> bool {
    entry.group.as_ref().is_some_and(|group| groups.contains(group))
}

fn is_applied(result: &OpResult) -> bool {
    matches!(result.outcome, Outcome::Applied { .. })
}

/// Answers for a server that takes one change at a time: what comes after a change of its group that was not applied
/// is not sent.
async fn hold(runner: &Runner, tally: &mut Tally, part: &[Entry]) -> Result<(), Error> {
    let results = part.iter().map(|entry| OpResult {
        op_id: entry.op_id.clone(),
        outcome: Outcome::Held,
    });
    put_down(runner, tally, part, results.collect()).await
}

/// How many bytes a request has; as many as can be, should it have no JSON.
fn size(request: &PushRequest) -> usize {
    serde_json::to_vec(request).map_or(usize::MAX, |body| body.len())
}

fn request(part: &[Entry], origins: &BTreeMap<OpId, EditOrigin>, mut acked: Vec<OpId>) -> PushRequest {
    acked.truncate(ACKS);
    PushRequest {
        ops: part.iter().map(|entry| op(entry, origins)).collect(),
        acked,
    }
}

fn op(entry: &Entry, origins: &BTreeMap<OpId, EditOrigin>) -> Op {
    Op {
        op_id: entry.op_id.clone(),
        group: entry.group.clone(),
        table: entry.table.clone(),
        id: entry.id.clone(),
        kind: entry.kind,
        base_version: entry.base_version.clone(),
        fields: entry.fields.clone(),
        edited_at: entry.edited_at,
        origin: origins.get(&entry.op_id).copied().unwrap_or_default(),
    }
}

/// Cuts a part in two between groups, as near to the middle as can be; gives it back when it is one group.
fn halves(mut part: Vec<Entry>) -> Result<(Vec<Entry>, Vec<Entry>), Vec<Entry>> {
    let middle = part.len() / 2;
    let is_cut = |at: &usize| part[at - 1].group.is_none() || part[at - 1].group != part[*at].group;
    match (1..part.len())
        .filter(is_cut)
        .min_by_key(|at| at.abs_diff(middle))
    {
        Some(at) => {
            let second = part.split_off(at);
            Ok((part, second))
        }
        None => Err(part),
    }
}

/// Cuts a part that the server stumbled over: what was tried before from what was not, or else in halves.
fn apart(mut part: Vec<Entry>) -> Result<(Vec<Entry>, Vec<Entry>), Vec<Entry>> {
    // What is in flight from before stands first, and a group is in flight whole.
    let tried = part.iter().take_while(|entry| entry.attempts > 1).count();
    if (1..part.len()).contains(&tried) {
        let fresh = part.split_off(tried);
        return Ok((part, fresh));
    }
    halves(part)
}

/// Whether it is one group, and has more bytes.
fn is_a_group_of_more_than(part: &[Entry], bytes: usize) -> bool {
    let is_one =
        part.len() > 1 && part[0].group.is_some() && part.iter().all(|entry| entry.group == part[0].group);
    is_one && part.iter().map(weight).sum::<usize>() > bytes
}

/// Changes in pieces of at most so many bytes each, but for a change that has more.
fn pieces(part: Vec<Entry>, bytes: usize) -> Vec<Vec<Entry>> {
    let mut pieces: Vec<(usize, Vec<Entry>)> = Vec::new();
    for entry in part {
        let weight = weight(&entry);
        match pieces.last_mut() {
            Some((sum, piece)) if *sum + weight <= bytes => {
                *sum += weight;
                piece.push(entry);
            }
            _ => pieces.push((weight, vec![entry])),
        }
    }
    pieces.into_iter().map(|(_, piece)| piece).collect()
}

/// About how many bytes a change has on its way.
fn weight(entry: &Entry) -> usize {
    const BESIDE_ITS_FIELDS: usize = 300;
    BESIDE_ITS_FIELDS + serde_json::to_vec(&entry.fields).map_or(0, |json| json.len())
}

/// The same changes, each for itself.
fn ungrouped(group: Vec<Entry>) -> Vec<Entry> {
    tracing::warn!(
        changes = group.len(),
        "an action is too large to be sent as one: it is sent in pieces"
    );
    let alone = |entry| Entry { group: None, ..entry };
    group.into_iter().map(alone).collect()
}

/// Puts the server's answers down.
async fn take(
    runner: &Runner,
    tally: &mut Tally,
    part: &[Entry],
    acked: Vec<OpId>,
    response: PushResponse,
) -> Result<Pushed, Error> {
    let PushResponse { epoch, results } = response;
    let fits = results.len() == part.len()
        && part
            .iter()
            .zip(&results)
            .all(|(entry, result)| entry.op_id == result.op_id);
    if !fits {
        tracing::error!(
            sent = part.len(),
            answered = results.len(),
            "answers don't fit what was sent"
        );
        return Err(TransportError::unreadable().into());
    }
    let other_epoch = runner.notice_epoch(&epoch);
    let results = if other_epoch {
        results.into_iter().map(until_pulled).collect()
    } else {
        results
    };
    put_down(runner, tally, part, results).await?;
    tracing::trace!(target: "landfall::way", "answers put down");
    runner.on_store(move |store| store.forget_acks(&acked)).await?;
    if other_epoch {
        return Ok(Pushed::OtherEpoch);
    }
    Ok(Pushed::Drained)
}

/// A restored server may have lost the record of a change. The pull that comes next finds that out, and makes of the
/// change a record that is new there; until then the change waits.
fn until_pulled(result: OpResult) -> OpResult {
    match result.outcome {
        Outcome::Conflict { current: None } => OpResult {
            outcome: Outcome::Held,
            ..result
        },
        _ => result,
    }
}

/// Why a change that can't be taken by itself is not taken.
fn refusal(met: &TransportError) -> Refusal {
    let message = if *met == TransportError::TooLarge {
        "This change is too large for the server: make it smaller."
    } else {
        "The server can't read this change: export it, then discard it, and tell the person who looks after the server."
    };
    Refusal {
        code: met.code().to_owned(),
        message: message.to_owned(),
        field_errors: Vec::new(),
    }
}

/// Refuses a change that the server can't take, on its behalf: nothing of it was applied.
async fn refuse(runner: &Runner, tally: &mut Tally, alone: &[Entry], refusal: Refusal) -> Result<(), Error> {
    let results = alone.iter().map(|entry| OpResult {
        op_id: entry.op_id.clone(),
        outcome: Outcome::Rejected(refusal.clone()),
    });
    put_down(runner, tally, alone, results.collect()).await
}

async fn put_down(
    runner: &Runner,
    tally: &mut Tally,
    part: &[Entry],
    results: Vec<OpResult>,
) -> Result<(), Error> {
    for (entry, result) in part.iter().zip(&results) {
        match &result.outcome {
            Outcome::Applied { .. } => tally.journal.record("sent", &entry.table, &entry.id),
            Outcome::Rejected(_) => tally.journal.record("refused", &entry.table, &entry.id),
            Outcome::Conflict { .. } | Outcome::Held => {}
        }
    }
    let answers: Vec<(OpId, Answer)> = results
        .into_iter()
        .map(|result| (result.op_id, answer(result.outcome)))
        .collect();
    let answered = runner.on_store(move |store| store.apply_answers(answers)).await?;
    let summary = &mut tally.summary;
    summary.sent += answered.applied;
    summary.refused += answered.refused;
    summary.conflicts += answered.conflicts;
    summary.merged += answered.merged;
    summary.received += u32::try_from(answered.received.len()).unwrap_or(u32::MAX);
    for (table, id) in &answered.received {
        tally.journal.record("received", table, id);
    }
    tally.journal.count("merged", None, answered.merged);
    tally.journal.count("conflict", None, answered.conflicts);
    tally.progressed(runner, Direction::Sending, part.len());
    runner.tell_changed(answered.changed);
    Ok(())
}

fn answer(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Applied {
            version,
            seq,
            updated_at,
        } => Answer::Applied {
            version,
            seq,
            updated_at,
        },
        Outcome::Conflict { current } => Answer::Conflict { current },
        Outcome::Rejected(refusal) => Answer::Rejected(refusal),
        Outcome::Held => Answer::Held,
    }
}
