//! The server's answers to a batch (step 7 of the data's way).
//!
//! Applied: the entry goes, and what it changed becomes the base; the entry behind it stands on the new version. Not
//! applied: what was in flight and what waits behind it become one entry again. A record that was held aside while the
//! entry was in flight is reconciled then.

use crate::arrivals::{self, Arrivals};
use crate::base::{self, Snapshot};
use crate::change::{expected, mark_of, standing};
use crate::entry::{self, Entries, Placed};
use crate::error::{Error, Result};
use crate::history;
use crate::inbox;
use crate::layout::TableLayout;
use crate::meet::{self, Met, merged_entry, pending};
use crate::row::{self, Mark, Row};
use crate::work::Work;
use crate::{Changed, Store, acks, held, trail};
use landfall_core::id::{Millis, OpId, RecordId, Seq, TableName, Version};
use landfall_core::outbox::{Entry, EntryState, OpKind, Refusal};
use landfall_core::record::{Record, diff, value_of};
use landfall_core::stamp;

/// The server's answer to one operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The record has the change.
    Applied {
        /// The record's version now.
        version: Version,
        /// Its place in the server's order; 0 where the server has none.
        seq: Seq,
        /// The server's clock at the change.
        updated_at: Millis,
    },
    /// The record was changed by someone else.
    Conflict {
        /// The server's record; none when it has none.
        current: Option<Record>,
    },
    /// The change does not fit the rules.
    Rejected(Refusal),
    /// Another operation of its group was not applied.
    Held,
}

/// What the answers to a batch did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answered {
    /// What reads differently now.
    pub changed: Changed,
    /// Operations applied.
    pub applied: u32,
    /// Records that wait for a person now.
    pub conflicts: u32,
    /// Operations refused.
    pub refused: u32,
    /// Records merged without asking.
    pub merged: u32,
    /// Records of others that came with the answers, and were news.
    pub received: Vec<(TableName, RecordId)>,
}

/// The code of a refusal that the store itself gives: the server does not have the record to change.
pub(crate) const NO_SUCH_RECORD: &str = "no_such_record";

impl Store {
    /// Takes in the answers to a batch, in one transaction. Answers to what is not in flight (any more) are ignored.
    ///
    /// # Errors
    /// What SQLite says; nothing was changed then, and the same answers can be given again.
    pub fn apply_answers(&self, answers: Vec<(OpId, Answer)>) -> Result<Answered> {
        let (mut answered, changed) = self.write(move |work| {
            let mut answered = Answered::default();
            let mut arrivals = Arrivals::begin(work.conn)?;
            for (op, answer) in answers {
                one(work, &op, (answer, &mut arrivals), &mut answered)?;
            }
            arrivals.end(work.conn)?;
            Ok(answered)
        })?;
        answered.changed = changed;
        Ok(answered)
    }
}

fn one(
    work: &mut Work<'_>,
    op: &OpId,
    (answer, arrivals): (Answer, &mut Arrivals),
    answered: &mut Answered,
) -> Result<()> {
    let Some(flying) = entry::by_op(work.conn, op)? else {
        return Ok(());
    };
    if flying.entry.state != EntryState::InFlight {
        return Ok(());
    }
    let Ok(table) = work.table(&flying.entry.table) else {
        // The schema has lost its table since it was sent: it stays as it is, and is asked about again once it is back.
        return Ok(());
    };
    acks::add(work.conn, op)?;
    let id = flying.entry.id.clone();
    let mut taken = None;
    match answer {
        Answer::Applied {
            version,
            seq,
            updated_at,
        } => {
            answered.applied += 1;
            let seq = arrivals.place(seq);
            taken = Some(seq);
            applied(work, &table, &flying, (version, seq, updated_at))?;
        }
        Answer::Conflict {
            current: Some(theirs),
        } => {
            let unordered = arrivals::is_unordered(theirs.seq);
            let theirs = Record {
                fields: table.tidy(theirs.fields),
                seq: arrivals.place(theirs.seq),
                ..theirs
            };
            let theirs = match row::find(work.conn, &table, &id)?.filter(|_| unordered) {
                Some(old) => arrivals::as_known(&old, &theirs),
                None => theirs,
            };
            if unordered && is_what_was_sent(work, &table, &id, &theirs)? {
                // Such a server knows no op ids: the change was applied, and its answer was lost.
                answered.applied += 1;
                held::take(work.conn, &table.name, &id)?;
                let Record { version, seq, .. } = theirs;
                return applied(work, &table, &flying, (version, seq, theirs.updated_at));
            }
            let theirs = match held::take(work.conn, &table.name, &id)? {
                Some(later) if later.seq > theirs.seq => later,
                _ => theirs,
            };
            // One that was held aside came with a pull, and was counted there.
            let known = row::find(work.conn, &table, &id)?;
            if known.is_none_or(|known| known.version.as_ref() != Some(&theirs.version)) {
                answered.received.push((table.name.clone(), id.clone()));
            }
            count(reconcile_now(work, &table, &id, &theirs, unordered)?, answered);
            return Ok(());
        }
        Answer::Conflict { current: None } => {
            answered.refused += 1;
            not_there(work, &table, &id)?;
        }
        Answer::Rejected(refusal) => {
            answered.refused += 1;
            not_applied(work, &table, &id, Some(refusal))?;
        }
        Answer::Held => not_applied(work, &table, &id, None)?,
    }
    // What was applied contains all that came before it.
    if let Some(theirs) = held::take(work.conn, &table.name, &id)?
        && taken.is_none_or(|taken| theirs.seq > taken)
    {
        count(reconcile_now(work, &table, &id, &theirs, false)?, answered);
    }
    Ok(())
}

fn count(met: Met, answered: &mut Answered) {
    match met {
        Met::Conflict => answered.conflicts += 1,
        Met::Merged => answered.merged += 1,
        Met::Known | Met::Taken | Met::Held => {}
    }
}

/// The server has the change: it becomes the base.
fn applied(
    work: &mut Work<'_>,
    table: &TableLayout,
    flying: &Placed,
    (version, seq, updated_at): (Version, Seq, Millis),
) -> Result<()> {
    let id = &flying.entry.id;
    let old = row::find(work.conn, table, id)?.ok_or(Error::NotFound)?;
    let (base, entries) = standing(work, table, &old)?;
    let mut now = base.with(&flying.entry, &work.layout.device_name);
    now.version = Some(version.clone());
    now.seq = seq;
    now.updated_at = updated_at;
    now.changed_at = stamp::recorded(flying.entry.edited_at, updated_at, base.stamp());
    if base.version.as_ref() == Some(&version) {
        // It changed nothing there, and the record is still whose it was.
        (now.changed_by, now.changed_at) = (base.changed_by.clone(), base.changed_at);
    }
    if flying.entry.kind == OpKind::Insert && !base.present {
        now.created_at = updated_at;
    }
    entry::remove(work.conn, flying.seq)?;
    let op = &flying.entry.op_id;
    history::applied(work.conn, (&table.name, id, op), (&version, updated_at))?;
    trail::taken(work.conn, &flying.entry, updated_at)?;

    let mut new = old.clone();
    if seq > old.seq {
        new.version = Some(version.clone());
        new.seq = seq;
        new.live = !now.deleted;
    }
    if let Some(tail) = entries.tail {
        let on_top = Entry {
            base_version: Some(version),
            ..tail.entry
        };
        entry::replace(work.conn, tail.seq, &on_top)?;
        base::put(work.conn, &table.name, id, &now)?;
        new.created_at = now.created_at;
        new.mark = mark_of(false, Some(&on_top.state));
    } else {
        meet::forget_pending(work, table, id)?;
        new = now.shown_in(&new);
        new.mark = Mark::Synced;
    }
    work.update(table, &old, &new)
}

/// Whether the server's record is what the one in flight makes of it.
fn is_what_was_sent(work: &Work<'_>, table: &TableLayout, id: &RecordId, theirs: &Record) -> Result<bool> {
    let old = row::find(work.conn, table, id)?.ok_or(Error::NotFound)?;
    let (base, entries) = standing(work, table, &old)?;
    Ok(agrees(&expected(work, &base, &entries), theirs))
}

fn agrees(sent: &Snapshot, theirs: &Record) -> bool {
    sent.deleted == theirs.deleted && diff(&sent.fields, &theirs.fields).is_empty()
}

/// Whether a record has every value of an update.
fn has(theirs: &Record, sent: &Entry) -> bool {
    let mut fields = sent.fields.iter();
    sent.kind == OpKind::Update
        && !theirs.deleted
        && fields.all(|(column, value)| value_of(&theirs.fields, column) == value)
}

/// What was in flight was not applied, and the server's record is known: mine meets theirs.
/// `unordered`: the server knows no op ids, and may have applied what was sent without this device having heard of it.
fn reconcile_now(
    work: &mut Work<'_>,
    table: &TableLayout,
    id: &RecordId,
    theirs: &Record,
    unordered: bool,
) -> Result<Met> {
    let old = row::find(work.conn, table, id)?.ok_or(Error::NotFound)?;
    let (mut base, entries) = standing(work, table, &old)?;
    let sent = expected(work, &base, &entries);
    if agrees(&sent, theirs) {
        // Theirs is what was sent: from here, and the server has forgotten that it was; or from elsewhere, and it agrees.
        // Only what waits behind it is still to be merged.
        base = Snapshot::of_record(theirs);
    } else if unordered
        && entries
            .in_flight
            .as_ref()
            .is_some_and(|sent| has(theirs, &sent.entry))
    {
        // All that was sent is in theirs, and others have changed more since: what the person has edited after it stands on
        // it, and does not collide with it.
        base = sent;
    }
    let mut known = old.clone();
    if theirs.seq >= old.seq || old.version.is_none() {
        known.version = Some(theirs.version.clone());
        known.seq = theirs.seq;
        known.live = !theirs.deleted;
        work.update(table, &old, &known)?;
    }
    meet::meet(work, table, &known, (&base, &entries), theirs, true)
}

/// The change did not reach the record: what was in flight and what waits behind it become one entry, under a new op
/// id (the server has answered the old one). Refused, unless a later edit may have mended it.
fn not_applied(
    work: &mut Work<'_>,
    table: &TableLayout,
    id: &RecordId,
    refusal: Option<Refusal>,
) -> Result<()> {
    let old = row::find(work.conn, table, id)?.ok_or(Error::NotFound)?;
    let (base, entries) = standing(work, table, &old)?;
    fold_back(work, table, &old, (&base, &entries), refusal)
}

/// Makes one entry of a record's entries. `refusal` stands if nothing was edited since it was sent.
fn fold_back(
    work: &mut Work<'_>,
    table: &TableLayout,
    old: &Row,
    (base, entries): (&Snapshot, &Entries),
    refusal: Option<Refusal>,
) -> Result<()> {
    let Some(first) = entries.all().next() else {
        return Ok(());
    };
    for placed in entries.all() {
        entry::remove(work.conn, placed.seq)?;
    }
    let Some((kind, fields)) = pending(base, old) else {
        return meet::make_clean(work, table, &old.id);
    };
    let state = match refusal {
        Some(refusal) if entries.tail.is_none() => EntryState::Refused(refusal),
        _ => EntryState::Waiting,
    };
    let (place, merged) = merged_entry(work, table, old, entries);
    let folded = Entry {
        kind,
        base_version: base.version.clone(),
        fields,
        state,
        attempts: first.entry.attempts,
        ..merged
    };
    if matches!(folded.state, EntryState::Refused(_)) {
        inbox::note_refused(work, table, &old.id)?;
    }
    entry::add(work.conn, &folded, place)?;
    let mut new = old.clone();
    new.mark = mark_of(false, Some(&folded.state));
    work.update(table, old, &new)
}

/// The server does not have the record. A deletion has reached its goal; anything else is refused, and would make the
/// record anew there if the person says so.
fn not_there(work: &mut Work<'_>, table: &TableLayout, id: &RecordId) -> Result<()> {
    let old = row::find(work.conn, table, id)?.ok_or(Error::NotFound)?;
    let (base, entries) = standing(work, table, &old)?;
    if held_waits(work, table, id)? {
        // The server has it by now: what was held aside is newer than the answer.
        return fold_back(work, table, &old, (&base, &entries), None);
    }
    let nothing = Snapshot::absent(old.created_at);
    base::put(work.conn, &table.name, id, &nothing)?;
    let mut unknown = old.clone();
    unknown.version = None;
    unknown.seq = Seq(0);
    unknown.live = false;
    work.update(table, &old, &unknown)?;
    let refusal = Refusal {
        code: NO_SUCH_RECORD.to_owned(),
        message: "The server does not have this record.".to_owned(),
        field_errors: Vec::new(),
    };
    fold_back(work, table, &unknown, (&nothing, &entries), Some(refusal))
}

fn held_waits(work: &Work<'_>, table: &TableLayout, id: &RecordId) -> Result<bool> {
    let held = work
        .conn
        .prepare_cached("SELECT 1 FROM lf_held WHERE tbl = ?1 AND id = ?2")?
        .exists([table.name.as_str(), id.as_str()])?;
    Ok(held)
}
