//! A server without an order of changes: its records and answers come with seq 0.

use super::world::*;
use crate::{Answer, Mark, PageIn, Scope};
use landfall_core::id::{Millis, Seq, Version};
use landfall_core::record::{Fields, Record};
use landfall_core::value::Value;
use std::collections::BTreeMap;

fn record(name: &str, version: &str, fields: Fields) -> Record {
    Record {
        id: id(name),
        version: Version::new(version).unwrap(),
        seq: Seq(0),
        created_at: Millis(5_000),
        updated_at: Millis(5_000),
        deleted: false,
        changed_by: String::new(),
        changed_at: Millis(5_000),
        fields,
    }
}

fn page(records: Vec<Record>) -> PageIn {
    PageIn {
        scope: Scope::All,
        cursor: "somewhere".to_owned(),
        reset: false,
        first: true,
        records: BTreeMap::from([(airfields(), records)]),
        last: Some(BTreeMap::new()),
    }
}

#[test]
fn what_has_another_version_or_other_values_is_news_and_the_same_again_is_not() {
    let laptop = Device::new("laptop");
    let take = |records| laptop.store.apply_page(page(records)).unwrap().received;
    assert_eq!(
        take(vec![
            record("ar-1", "b", named("Speck")),
            record("ar-2", "a", named("Bex"))
        ]),
        2
    );
    assert_eq!(take(vec![record("ar-1", "b", named("Speck"))]), 0);
    // An older looking version, at the same time by the server's clock: what is told later is newer.
    assert_eq!(take(vec![record("ar-1", "a", named("Speck-Fehraltorf"))]), 1);
    assert_eq!(laptop.value("ar-1", "name"), "Speck-Fehraltorf".into());
    assert_eq!(
        take(vec![record(
            "ar-2",
            "a",
            fields(&[("name", "Bex".into()), ("closed", Value::Boolean(false))])
        )]),
        1
    );
    assert!(laptop.get("ar-1").seq > Seq(2), "numbered as they arrived");
    // It tells all that was ever deleted; what this device never had is nothing to it.
    let gone = Record {
        deleted: true,
        ..record("ar-3", "x", named("Gone"))
    };
    assert_eq!(take(vec![gone.clone()]), 0);
    assert!(laptop.store.record(&airfields(), &id("ar-3")).unwrap().is_none());
    let gone = Record {
        id: id("ar-2"),
        ..gone
    };
    assert_eq!(take(vec![gone]), 1);
    assert!(laptop.get("ar-2").deleted);
    assert!(
        laptop.store.tables_to_refetch().unwrap().is_empty(),
        "nothing to compare is no mismatch"
    );
    laptop.assert_whole();
}

#[test]
fn a_changes_own_record_in_the_answer_is_the_change_applied() {
    let laptop = Device::new("laptop");
    laptop
        .store
        .apply_page(page(vec![record("ar-4", "v1", named("Bex"))]))
        .unwrap();
    laptop.set("ar-4", "name", "Bex!");
    let sent = laptop.batch();
    // The person goes on before the answer is there.
    laptop.set("ar-4", "elevation", Value::Integer(400));
    let current = Some(record("ar-4", "v2", named("Bex!")));
    let answers = vec![(sent[0].op_id.clone(), Answer::Conflict { current })];
    let answered = laptop.store.apply_answers(answers).unwrap();
    assert_eq!((answered.applied, answered.merged, answered.conflicts), (1, 0, 0));
    let stands = laptop.get("ar-4");
    assert_eq!((stands.mark, stands.entries.len()), (Mark::Waiting, 1));
    assert_eq!(stands.entries[0].base_version, Some(Version::new("v2").unwrap()));
    assert_eq!(
        stands.entries[0].fields,
        fields(&[("elevation", Value::Integer(400))])
    );
    laptop.assert_whole();
}

#[test]
fn a_record_is_not_made_later_than_is_known() {
    let laptop = Device::new("laptop");
    laptop
        .store
        .apply_page(page(vec![record("ar-5", "v1", named("Bex"))]))
        .unwrap();
    let later = Record {
        created_at: Millis(9_000),
        updated_at: Millis(9_000),
        ..record("ar-5", "v2", named("Bex 2"))
    };
    laptop.store.apply_page(page(vec![later])).unwrap();
    let shown = laptop.get("ar-5");
    assert_eq!(
        (shown.created_at, shown.updated_at),
        (Millis(5_000), Millis(9_000))
    );
}

#[test]
fn what_the_server_fills_in_is_no_change_of_others() {
    let laptop = Device::new("laptop");
    laptop.store.apply_page(page(Vec::new())).unwrap();
    laptop.insert("ar-6", named("Bex"));
    let sent = laptop.batch();
    let applied = Answer::Applied {
        version: Version::new("v1").unwrap(),
        seq: Seq(0),
        updated_at: Millis(7_000),
    };
    laptop
        .store
        .apply_answers(vec![(sent[0].op_id.clone(), applied)])
        .unwrap();
    let filled = fields(&[("name", "Bex".into()), ("closed", Value::Boolean(false))]);
    laptop
        .store
        .apply_page(page(vec![record("ar-6", "v1", filled)]))
        .unwrap();
    let shown = laptop.get("ar-6");
    assert_eq!(laptop.value("ar-6", "closed"), Value::Boolean(false));
    assert_eq!(shown.changed_by, "laptop");
    assert!(shown.others.is_empty());
    assert_eq!(laptop.store.counts(&airfields()).unwrap().changed_by_others, 0);
    laptop.assert_whole();
}
