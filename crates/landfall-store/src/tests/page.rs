//! Pages of the server's records come in.

use super::world::*;
use crate::{Error, LogKind, Mark, PageIn, Scope, StoredWorkspace};
use landfall_core::id::{ColumnName, Seq};
use landfall_core::outbox::OpKind;
use landfall_core::schema::ColumnKind;
use landfall_core::value::Value;

#[test]
fn a_page_and_its_cursor_come_together_and_twice_is_as_once() {
    let mut server = Server::default();
    for n in 0..5 {
        server.change(&format!("pg-{n}"), named(&format!("Field {n}")));
    }
    let laptop = Device::new("laptop");
    let done = laptop.pull(&server);
    assert_eq!((done.received, done.mismatched.len()), (5, 0));
    assert_eq!(laptop.store.cursor().unwrap().as_deref(), Some("5"));
    assert_eq!(
        laptop.store.counts(&airfields()).unwrap().changed_by_others,
        0,
        "the first filling is no news"
    );

    let again = laptop.store.apply_page(server.page(0)).unwrap();
    assert_eq!((again.received, again.changed.len()), (0, 0));
    server.change("pg-3", named("Field three"));
    server.delete("pg-4");
    let done = laptop.pull(&server);
    assert_eq!(done.changed[&airfields()].len(), 2);
    let counts = laptop.store.counts(&airfields()).unwrap();
    assert_eq!((counts.total, counts.changed_by_others), (4, 1));
    let row = laptop.store.row_id(&airfields(), &id("pg-3")).unwrap().unwrap();
    let rows = laptop.store.view_rows(&airfields(), &[row]).unwrap();
    assert_eq!(rows[0].changed_by_others.as_ref().unwrap().0, "phone");
    assert_eq!(laptop.get("pg-3").others.len(), 1);
    laptop.store.seen(&airfields(), &id("pg-3")).unwrap();
    assert!(laptop.get("pg-3").others.is_empty());
    laptop.assert_whole();
}

#[test]
fn what_comes_while_a_change_is_in_flight_is_held_until_the_answer() {
    let mut server = Server::default();
    server.change("hd-1", named("Speck"));
    server.change("hd-2", named("Beromünster"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);

    // The server took the change, the answer was lost, and the pull brings the laptop's own change.
    laptop.set("hd-1", "name", "Speck-Fehraltorf");
    let sent = laptop.batch();
    let answer = server.apply(&sent[0]);
    let done = laptop.pull(&server);
    assert_eq!((done.conflicts, done.mismatched.len()), (0, 0));
    assert_eq!(laptop.get("hd-1").mark, Mark::Waiting);
    laptop.assert_whole();
    laptop
        .store
        .apply_answers(vec![(sent[0].op_id.clone(), answer)])
        .unwrap();
    assert_eq!(laptop.get("hd-1").mark, Mark::Synced);
    assert_eq!(laptop.get("hd-1").seq, Seq(server.seq));
    laptop.assert_whole();

    // Someone else changed it after the server took it: that stands in the end.
    laptop.set("hd-2", "name", "Luzern-Beromünster");
    let sent = laptop.batch();
    let answer = server.apply(&sent[0]);
    server.change("hd-2", fields(&[("closed", Value::Boolean(true))]));
    laptop.pull(&server);
    laptop.set("hd-2", "elevation", Value::Integer(2146));
    laptop.assert_whole();
    let answered = laptop
        .store
        .apply_answers(vec![(sent[0].op_id.clone(), answer)])
        .unwrap();
    assert_eq!(answered.merged, 1);
    let record = laptop.get("hd-2");
    assert_eq!(record.fields[&column("closed")], Value::Boolean(true));
    assert_eq!(
        record.entries[0].fields,
        fields(&[("elevation", Value::Integer(2146))])
    );
    laptop.assert_whole();
    laptop.push(&mut server);
    assert_eq!(server.records[&id("hd-2")].fields, laptop.get("hd-2").fields);
}

#[test]
fn a_restored_server_is_met_by_mark_and_sweep_and_keeps_the_edits() {
    let mut server = Server::default();
    for record in ["sw-1", "sw-2", "sw-3", "sw-4", "sw-5"] {
        server.change(record, named(record));
    }
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("sw-2", "name", "edited");
    laptop.delete("sw-4");
    laptop.set("sw-5", "name", "in flight");
    laptop.set("sw-3", "name", "edited too");

    // A backup from before most of them: its order begins anew, with lower numbers.
    let mut backup = Server::default();
    backup.change("sw-1", named("older"));
    backup.change("sw-3", named("sw-3"));
    let page = PageIn {
        reset: true,
        ..backup.page(0)
    };
    let done = laptop.store.apply_page(page).unwrap();
    assert_eq!(done.mismatched, []);
    assert_eq!(laptop.value("sw-1", "name"), "older".into());
    for record in ["sw-2", "sw-5"] {
        let kept = laptop.get(record);
        assert_eq!(
            (kept.mark, kept.entries[0].kind, kept.version),
            (Mark::Waiting, OpKind::Insert, None)
        );
    }
    assert_eq!(laptop.get("sw-3").entries[0].kind, OpKind::Update);
    assert_eq!(laptop.get("sw-4").mark, Mark::Synced);
    laptop.assert_whole();
    laptop.push(&mut backup);
    assert!(laptop.store.outbox().unwrap().is_empty());
    assert_eq!(laptop.pull(&backup).mismatched, []);
    assert_eq!(backup.records[&id("sw-2")].fields, named("edited"));
    laptop.assert_whole();
}

#[test]
fn an_entry_in_flight_over_a_reset_waits_for_its_answer() {
    let mut server = Server::default();
    server.change("sf-1", named("Thun"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("sf-1", "name", "Thun LSZW");
    let sent = laptop.batch();
    let mut backup = Server::default();
    laptop
        .store
        .apply_page(PageIn {
            reset: true,
            ..backup.page(0)
        })
        .unwrap();
    assert_eq!(laptop.get("sf-1").entries[0].op_id, sent[0].op_id);
    laptop.assert_whole();
    laptop.push(&mut backup);
    assert_eq!(laptop.get("sf-1").mark, Mark::Refused);
    laptop.store.retry_all().unwrap();
    laptop.push(&mut backup);
    assert_eq!(backup.records[&id("sf-1")].fields, named("Thun LSZW"));
    laptop.assert_whole();
}

#[test]
fn a_table_that_differs_is_fetched_anew_once() {
    let mut server = Server::default();
    server.change("mm-1", named("Saanen"));
    server.change("mm-2", named("Reichenbach"));
    let laptop = Device::new("laptop");
    // A page that a faulty server forgot a record in.
    let mut page = server.page(0);
    page.records.get_mut(&airfields()).unwrap().pop();
    let done = laptop.store.apply_page(page).unwrap();
    assert_eq!(done.mismatched, [airfields()]);
    assert_eq!(laptop.store.tables_to_refetch().unwrap(), [airfields()]);

    let fetch = PageIn {
        scope: Scope::Table(airfields()),
        ..server.page(0)
    };
    assert_eq!(laptop.store.apply_page(fetch).unwrap().mismatched, []);
    assert!(laptop.store.tables_to_refetch().unwrap().is_empty());
    assert_eq!(laptop.get("mm-2").title, "Reichenbach");
    laptop.assert_whole();

    // A server whose sums are wrong for good is asked once, and no more.
    let mut wrong = server.page(0);
    wrong.last.as_mut().unwrap().get_mut(&airfields()).unwrap().sum ^= 1;
    laptop.store.apply_page(wrong.clone()).unwrap();
    assert_eq!(laptop.store.tables_to_refetch().unwrap(), [airfields()]);
    let fetch = PageIn {
        scope: Scope::Table(airfields()),
        ..wrong.clone()
    };
    laptop.store.apply_page(fetch).unwrap();
    laptop.store.apply_page(wrong).unwrap();
    assert!(laptop.store.tables_to_refetch().unwrap().is_empty());
    let codes: Vec<_> = laptop.store.log_entries(Some(LogKind::Error), 10).unwrap();
    let codes: Vec<_> = codes.iter().map(|line| line.entry.code.as_str()).collect();
    assert_eq!(codes, ["mismatch", "resync", "resync"]);
}

#[test]
fn a_purge_refuses_while_edits_wait_and_fetches_anew() {
    let mut server = Server::default();
    server.change("pu-1", named("Bad Ragaz"));
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop.set("pu-1", "name", "edited");
    assert!(matches!(
        laptop.store.purge_table(&airfields(), false),
        Err(Error::EditsWaiting {
            waiting: 1,
            refused: 0,
            conflicts: 0
        })
    ));
    laptop.store.purge_table(&airfields(), true).unwrap();
    assert!(laptop.store.record(&airfields(), &id("pu-1")).unwrap().is_none());
    let story = laptop.store.history(&airfields(), &id("pu-1")).unwrap();
    assert_eq!(story[0].before, named("edited"));
    assert_eq!(laptop.store.tables_to_refetch().unwrap(), [airfields()]);
    laptop.assert_whole();
    let fetch = PageIn {
        scope: Scope::Table(airfields()),
        ..server.page(0)
    };
    laptop.store.apply_page(fetch).unwrap();
    assert_eq!(laptop.get("pu-1").title, "Bad Ragaz");
    assert!(laptop.store.tables_to_refetch().unwrap().is_empty());
    laptop.assert_whole();

    laptop.set("pu-1", "name", "again");
    assert!(matches!(
        laptop.store.erase(false),
        Err(Error::EditsWaiting { .. })
    ));
    laptop.store.put_setting("theme", "dark").unwrap();
    laptop.store.erase(true).unwrap();
    assert_eq!(laptop.store.workspace().unwrap(), None);
    assert!(matches!(
        laptop.store.counts(&airfields()),
        Err(Error::NoWorkspace)
    ));
    let laptop = laptop.restart();
    assert_eq!(laptop.store.setting("theme").unwrap().as_deref(), Some("dark"));
    laptop
        .store
        .set_workspace(&workspace("laptop", schema()))
        .unwrap();
    assert_eq!(laptop.store.counts(&airfields()).unwrap().total, 0);
}

#[test]
fn columns_of_a_newer_schema_survive_and_find_their_place() {
    let mut server = Server::default();
    let beacon = ("beacon", Value::Text("green".into()));
    server.change("ex-1", fields(&[("name", "Samedan".into()), beacon.clone()]));
    server.change(
        "ex-2",
        fields(&[("name", "Locarno".into()), ("elevation", "high".into())]),
    );
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    assert_eq!(laptop.value("ex-1", "beacon"), "green".into());
    assert_eq!(
        laptop.value("ex-2", "elevation"),
        "high".into(),
        "of another kind, and kept"
    );
    laptop.set("ex-1", "name", "Samedan LSZS");
    laptop.push(&mut server);
    assert_eq!(
        server.records[&id("ex-1")].fields[&column("beacon")],
        "green".into()
    );

    // The schema gains the column; a filter finds the value.
    let mut newer = schema();
    newer.version = 2;
    newer.tables[0]
        .columns
        .push(plain_column("beacon", ColumnKind::Choice { choices: Vec::new() }));
    let connected = |schema| StoredWorkspace {
        ..workspace("laptop", schema)
    };
    laptop.store.set_workspace(&connected(newer.clone())).unwrap();
    let by_beacon = crate::ViewSpec {
        conditions: vec![crate::Condition {
            column: ColumnName::new("beacon").unwrap(),
            operator: crate::Operator::Is,
            value: "green".into(),
        }],
        ..crate::ViewSpec::all(airfields())
    };
    let row = laptop.store.row_id(&airfields(), &id("ex-1")).unwrap().unwrap();
    assert_eq!(laptop.store.open_view(&by_beacon).unwrap(), [row]);
    laptop.assert_whole();

    // It loses one column, changes the kind of another, and the title: no value is lost, and rows keep their numbers.
    let mut other = newer;
    other.version = 3;
    let table = &mut other.tables[0];
    table
        .columns
        .retain(|column| column.name.as_str() != "ident" && column.name.as_str() != "elevation");
    table.columns.push(plain_column(
        "elevation",
        ColumnKind::LongText { max_length: None },
    ));
    table.title = ColumnName::new("elevation").unwrap();
    laptop.insert(
        "ex-3",
        fields(&[
            ("name", "Buochs".into()),
            ("ident", "LSZC".into()),
            ("elevation", Value::Integer(1475)),
        ]),
    );
    laptop.store.set_workspace(&connected(other)).unwrap();
    assert_eq!(laptop.value("ex-3", "ident"), "LSZC".into());
    assert_eq!(laptop.value("ex-3", "elevation"), Value::Integer(1475));
    assert_eq!(laptop.get("ex-2").title, "high");
    assert_eq!(laptop.store.row_id(&airfields(), &id("ex-1")).unwrap(), Some(row));
    let laptop = laptop.restart();
    laptop.assert_whole();
    laptop.store.set_workspace(&connected(schema())).unwrap();
    assert_eq!(laptop.value("ex-3", "elevation"), Value::Integer(1475));
    assert_eq!(laptop.value("ex-1", "beacon"), "green".into());
    laptop.assert_whole();

    // Records of a table that the schema does not have are not swallowed.
    let mut page = server.page(0);
    let records = page.records.remove(&airfields()).unwrap();
    page.records
        .insert(landfall_core::id::TableName::new("hangars").unwrap(), records);
    page.cursor = "99".into();
    assert!(matches!(
        laptop.store.apply_page(page),
        Err(Error::UnknownTable(_))
    ));
    assert_ne!(laptop.store.cursor().unwrap().as_deref(), Some("99"));
}
