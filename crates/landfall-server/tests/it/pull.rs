//! Pull: every committed change arrives, in pages, and a cursor that can't be used starts over.

use crate::world::*;
use landfall_core::checksum::TableSum;
use landfall_core::id::{Millis, RecordId, Seq, Version};
use landfall_core::record::Record;
use landfall_protocol::NDJSON;
use landfall_protocol::pull::{Cursor, Page};
use reqwest::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Airfields a-301 … of this number, one change each.
async fn with_airfields(count: u32) -> (Server, Device) {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let ops = (1..=count)
        .map(|n| {
            insert_airfield(
                &format!("op-{}", 300 + n),
                &format!("a-{}", 300 + n),
                &format!("Field {n}"),
            )
        })
        .collect();
    laptop.push(ops).await;
    (server, laptop)
}

fn ids(pages: &[Page]) -> Vec<String> {
    let records = pages.iter().flat_map(|page| page.records.values().flatten());
    records.map(|record| record.id.to_string()).collect()
}

fn ask(cursor: &Cursor) -> String {
    format!("?cursor={cursor}")
}

/// What a device keeps: applies pages as one does.
#[derive(Default)]
struct Shelf(BTreeMap<RecordId, Version>);

impl Shelf {
    fn put(&mut self, record: &Record) {
        if record.deleted {
            self.0.remove(&record.id);
        } else {
            self.0.insert(record.id.clone(), record.version.clone());
        }
    }

    fn take(&mut self, pages: &[Page]) {
        for page in pages {
            page.records
                .values()
                .flatten()
                .for_each(|record| self.put(record));
        }
    }

    fn sum(&self) -> TableSum {
        self.0
            .iter()
            .fold(TableSum::default(), |sum, (id, version)| sum.plus(id, version))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_comes_in_pages_and_the_next_brings_what_changed_since() {
    let (server, laptop) = with_airfields(7).await;
    let phone = server.device("phone");

    // Seven records in pages of three: each page knows how many are left, the last has the sums.
    let pages = phone.pull("").await;
    assert_eq!(
        pages.iter().map(|page| page.remaining).collect::<Vec<_>>(),
        [Some(4), Some(1), None]
    );
    assert_eq!(
        ids(&pages),
        ["a-301", "a-302", "a-303", "a-304", "a-305", "a-306", "a-307"]
    );
    assert!(pages[..2].iter().all(|page| page.last.is_none()));
    let mut shelf = Shelf::default();
    shelf.take(&pages);
    assert_eq!(pages[2].last.as_ref().unwrap()[&table("airfields")], shelf.sum());

    // Nothing changed: one empty page at the same place.
    let again = phone.pull(&ask(&pages[2].cursor)).await;
    assert_eq!(again.len(), 1);
    assert!(again[0].records.is_empty());
    assert_eq!(again[0].cursor, pages[2].cursor);

    // One is changed twice, one deleted: each comes once, as it is now.
    let base = &pages[0].records[&table("airfields")][0].version;
    let base = laptop
        .applied(rename_airfield("op-311", "a-301", base, "One"))
        .await;
    laptop
        .applied(rename_airfield("op-312", "a-301", &base, "Uno"))
        .await;
    let gone = shelf.0[&record_id("a-302")].clone();
    laptop.applied(delete_airfield("op-313", "a-302", &gone)).await;
    let since = phone.pull(&ask(&pages[2].cursor)).await;
    assert_eq!(ids(&since), ["a-301", "a-302"]);
    assert!(since[0].records[&table("airfields")][1].deleted);
    shelf.take(&since);
    assert_eq!(since[0].last.as_ref().unwrap()[&table("airfields")], shelf.sum());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_on_the_wire() {
    let (server, _) = with_airfields(4).await;
    let phone = server.device("phone");
    let response = phone.get("/v1/pull").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], NDJSON);
    assert_eq!(response.headers()["landfall-protocol"], "1");
    insta::assert_snapshot!("pages", response.text().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_stream_goes_on_where_it_stopped() {
    let (server, laptop) = with_airfields(7).await;
    let phone = server.device("phone");
    // The line went dead after the first page. Meanwhile a record of that page is deleted, and one of a later page.
    let first = phone.pull("").await.swap_remove(0);
    let mut shelf = Shelf::default();
    shelf.take(std::slice::from_ref(&first));
    for (op_id, id) in [("op-321", "a-301"), ("op-322", "a-306")] {
        let current = laptop.push(vec![insert_airfield(op_id, id, "x")]).await.remove(0);
        let landfall_protocol::push::Outcome::Conflict {
            current: Some(current),
        } = current
        else {
            panic!()
        };
        laptop
            .applied(delete_airfield(&format!("{op_id}d"), id, &current.version))
            .await;
    }
    let rest = phone.pull(&ask(&first.cursor)).await;
    assert!(!rest[0].reset);
    shelf.take(&rest);
    let last = rest.last().unwrap();
    assert_eq!(last.last.as_ref().unwrap()[&table("airfields")], shelf.sum());
    assert_eq!(shelf.0.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_device_gets_no_tombstones() {
    let (server, laptop) = with_airfields(2).await;
    let version = laptop.pull("").await[0].records[&table("airfields")][0]
        .version
        .clone();
    laptop.applied(delete_airfield("op-331", "a-301", &version)).await;
    let tablet = server.device("tablet");
    assert_eq!(ids(&tablet.pull("").await), ["a-302"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_tables_asked_for() {
    let (server, laptop) = with_airfields(1).await;
    laptop
        .applied(op(
            "op-341",
            landfall_core::outbox::OpKind::Insert,
            "inspections",
            "i-341",
            &[("summary", "Fine".into()), ("airfield", "a-301".into())],
        ))
        .await;
    let pages = server.device("phone").pull("?tables=inspections").await;
    assert_eq!(ids(&pages), ["i-341"]);
    assert_eq!(pages[0].last.as_ref().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_server_starts_every_device_over() {
    let (server, laptop) = with_airfields(5).await;
    let before = laptop.pull("").await.pop().unwrap().cursor;
    let epoch = server.workspace.renew_epoch().unwrap();
    let pages = laptop.pull(&ask(&before)).await;
    assert!(pages[0].reset && !pages[1].reset, "the first page says it, once");
    assert_eq!(pages[0].cursor.epoch, epoch);
    assert_eq!(ids(&pages).len(), 5);

    // What is made now has a version that no record of the lost life can have.
    let version = laptop.applied(insert_airfield("op-351", "a-351", "New")).await;
    assert!(version.as_str().starts_with(&epoch));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_ahead_of_the_server_is_of_a_life_that_was_lost() {
    let (_server, laptop) = with_airfields(1).await;
    let cursor = laptop.pull("").await.remove(0).cursor;
    let ahead = Cursor::new(cursor.epoch, Seq(cursor.seq.0 + 40));
    assert!(laptop.pull(&ask(&ahead)).await[0].reset);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_missed_purged_tombstones_starts_over() {
    let (server, laptop) = with_airfields(7).await;
    let pages = laptop.pull("").await;
    let early = pages.last().unwrap().cursor.clone();
    let version = pages[0].records[&table("airfields")][0].version.clone();
    laptop.applied(delete_airfield("op-361", "a-301", &version)).await;
    let late = laptop.pull(&ask(&early)).await.pop().unwrap().cursor;

    // A day later the tombstone goes; one more deletion is younger.
    server.clock.advance(Duration::from_secs(86_400));
    let version = pages[0].records[&table("airfields")][1].version.clone();
    laptop.applied(delete_airfield("op-362", "a-302", &version)).await;
    let cutoff = Millis(server.clock.now().0 - 1_000);
    assert_eq!(server.workspace.purge_tombstones(cutoff).unwrap(), 1);

    assert!(laptop.pull(&ask(&early)).await[0].reset);
    let since_late = laptop.pull(&ask(&late)).await;
    assert!(!since_late[0].reset);
    assert_eq!(ids(&since_late), ["a-302"]);

    // A new device whose first stream is cut goes on all the same: the purged tombstones mean nothing to it.
    let phone = server.device("phone");
    let cut = phone.pull("").await.swap_remove(0).cursor;
    assert!(!phone.pull(&ask(&cut)).await[0].reset);
    assert_eq!(server.workspace.examine().unwrap().faults, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missed_while_others_write() {
    let server = Server::start().await;
    let writers = ["laptop", "tablet"].map(|name| server.device(name));
    let phone = server.device("phone");

    // Two devices make, change and delete records as fast as they can…
    let is_over = Arc::new(AtomicBool::new(false));
    let writing: Vec<_> = writers
        .into_iter()
        .enumerate()
        .map(|(writer, device)| {
            tokio::spawn(async move {
                for n in 0..60 {
                    let id = format!("w{writer}-{n}");
                    let op_id = |step: &str| format!("op-{writer}-{n}-{step}");
                    let base = device.applied(insert_airfield(&op_id("a"), &id, "One")).await;
                    let base = device
                        .applied(rename_airfield(&op_id("b"), &id, &base, "Two"))
                        .await;
                    if n % 3 == 0 {
                        device.applied(delete_airfield(&op_id("c"), &id, &base)).await;
                    }
                }
            })
        })
        .collect();

    // …while the phone pulls, and after the last change once more.
    let pulling = tokio::spawn({
        let is_over = Arc::clone(&is_over);
        async move {
            let (mut shelf, mut query, mut pulls) = (Shelf::default(), String::new(), 0);
            loop {
                let was_over = is_over.load(Ordering::SeqCst);
                let pages = phone.pull(&query).await;
                shelf.take(&pages);
                let last = pages.last().unwrap();
                assert_eq!(
                    last.last.as_ref().unwrap()[&table("airfields")],
                    shelf.sum(),
                    "after pull {pulls}"
                );
                query = ask(&last.cursor);
                pulls += 1;
                if was_over {
                    return shelf;
                }
            }
        }
    });
    for writer in writing {
        writer.await.unwrap();
    }
    is_over.store(true, Ordering::SeqCst);
    assert_eq!(pulling.await.unwrap().0.len(), 80);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_compressed_when_the_device_takes_it() {
    let (_server, laptop) = with_airfields(7).await;
    let response = laptop
        .get("/v1/pull")
        .header("accept-encoding", "gzip")
        .send()
        .await
        .unwrap();
    // The client takes the header away when it has unpacked the body.
    assert!(response.headers().get("content-length").is_none());
    assert_eq!(pages(response).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_asked() {
    let (_server, laptop) = with_airfields(1).await;
    for (query, status) in [
        ("?cursor=yesterday", StatusCode::BAD_REQUEST),
        ("?cursor=e.1&cursor=e.2", StatusCode::BAD_REQUEST),
        ("?tables=runways", StatusCode::NOT_FOUND),
    ] {
        let response = laptop.get(&format!("/v1/pull{query}")).send().await.unwrap();
        assert_eq!(response.status(), status, "{query}");
    }
    assert!(!laptop.pull("?cursor=&tables=").await.is_empty());
}
