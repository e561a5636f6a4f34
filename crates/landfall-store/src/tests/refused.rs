//! What the server refused waits for a person like a conflict: sent again, mended or discarded, and taken back exactly.

use super::conflicts::{detail, settle, whole};
use super::world::*;
use crate::{Answer, Error, InboxKind, Mark, Source};
use landfall_core::outbox::{EntryState, Refusal};
use landfall_core::reconcile::Decision;
use landfall_core::validate::{FieldError, Rule};
use landfall_core::value::Value;

/// The laptop's change was refused for this reason.
fn refused(prefix: &str, code: &str, at: &str) -> (Device, Server, String) {
    let record = format!("{prefix}-1");
    let mut server = Server::default();
    server.change(&record, named("Kägiswil"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set(&record, "ident", "LSPG");
    laptop.set(&record, "notes", "A meadow.");
    let op = laptop.batch()[0].op_id.clone();
    server.change(
        &format!("{prefix}-2"),
        fields(&[("name", "Other".into()), ("ident", "LSPG".into())]),
    );
    laptop.pull(&server);
    let refusal = Refusal {
        code: code.into(),
        message: "No.".into(),
        field_errors: vec![FieldError {
            table: airfields(),
            column: column(at),
            kind: "text".into(),
            rule: Rule::Unique,
            message: "Taken.".into(),
        }],
    };
    laptop
        .store
        .apply_answers(vec![(op, Answer::Rejected(refusal))])
        .unwrap();
    (laptop, server, record)
}

#[test]
fn a_unique_value_that_is_taken_names_the_record_that_has_it() {
    let (laptop, mut server, record) = refused("rf", "not_unique", "ident");
    let shown = detail(&laptop, &record);
    assert_eq!(shown.item.kind, InboxKind::UniqueTaken);
    assert_eq!(shown.item.theirs, None);
    assert_eq!(shown.item.columns, [column("ident")]);
    assert_eq!(laptop.store.inbox().unwrap(), std::slice::from_ref(&shown.item));
    let other = shown.other_record.as_ref().unwrap();
    assert_eq!(
        (other.id.clone(), other.title.as_str(), other.deleted),
        (id("rf-2"), "Other", false)
    );
    assert_eq!(shown.fields[0].theirs, Value::Null, "what the server has");
    let notes = shown
        .others
        .iter()
        .find(|other| other.column == column("notes"))
        .unwrap();
    assert_eq!(notes.source, Source::Mine);

    let before = whole(&laptop, &record);
    let taken = Decision::Values(fields(&[("ident", "LSPG".into()), ("notes", "x".into())]));
    let invalid = laptop.store.resolve(&airfields(), &id(&record), &taken);
    assert!(
        matches!(invalid, Err(Error::Invalid(_))),
        "still taken, and this device knows it"
    );
    assert_eq!(whole(&laptop, &record), before);

    let done = settle(
        &laptop,
        &record,
        &Decision::Values(fields(&[("ident", "LSXX".into())])),
    );
    assert_eq!(laptop.get(&record).mark, Mark::Waiting);
    laptop.store.undo(&done.action).unwrap();
    assert_eq!(whole(&laptop, &record), before);
    settle(
        &laptop,
        &record,
        &Decision::Values(fields(&[("ident", "LSXX".into())])),
    );
    laptop.push(&mut server);
    assert_eq!(
        server.records[&id(&record)].fields[&column("ident")],
        "LSXX".into()
    );
    laptop.assert_whole();
}

#[test]
fn what_was_refused_is_sent_again_or_discarded_and_taken_back() {
    for decision in [Decision::Mine, Decision::Theirs] {
        let (laptop, mut server, record) = refused("ra", "invalid", "notes");
        let shown = detail(&laptop, &record);
        assert_eq!(
            (shown.item.kind, shown.can_keep_both),
            (InboxKind::Refused, false)
        );
        let before = whole(&laptop, &record);
        let done = laptop
            .store
            .resolve_seen(&airfields(), &id(&record), &shown.revision, &decision)
            .unwrap();
        let mark = laptop.get(&record).mark;
        assert_eq!(
            mark,
            if decision == Decision::Mine {
                Mark::Waiting
            } else {
                Mark::Synced
            }
        );
        laptop.store.undo(&done.action).unwrap();
        assert_eq!(whole(&laptop, &record), before, "{decision:?}");
        laptop.assert_whole();

        // After it was sent there is nothing to take back of a retry.
        let done = settle(&laptop, &record, &decision);
        laptop.push(&mut server);
        let undone = laptop.store.undo(&done.action).unwrap();
        assert_eq!(undone.records, u32::from(decision == Decision::Theirs));
        laptop.assert_whole();
    }
}

#[test]
fn a_refused_change_keeps_its_time_when_theirs_moves_on_beside_it() {
    let (laptop, mut server, record) = refused("rt", "invalid", "ident");
    let before = detail(&laptop, &record);
    server.change(&record, fields(&[("slope", Value::Real(1.0))]));
    laptop.pull(&server);
    let now = detail(&laptop, &record);
    assert_eq!(now.item.at, before.item.at);
    assert_ne!(now.revision, before.revision);
    assert!(matches!(
        laptop.get(&record).entries[0].state,
        EntryState::Refused(_)
    ));
}
