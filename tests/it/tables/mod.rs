//! Stories of devices whose server speaks the table protocol alone: our own server in both dialects, and one as the
//! originals are, in memory, in both. The same engine, the same outbox, the same conflicts.

#![expect(clippy::unwrap_used, reason = "what a test does not expect ends it")]

mod client;
mod plain_server;
mod world;

use landfall_core::id::RecordId;
use landfall_core::outbox::EntryState;
use landfall_core::reconcile::{ConflictKind, Decision};
use landfall_store::Mark;
use landfall_sync::Error;
use landfall_sync::transport::TransportError;
use landfall_sync::transport::tables::{Dialect, SignIn, TablesServer};
use landfall_testkit::{Dice, schema, table};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use world::{World, insert};

const BOTH: [Dialect; 2] = [Dialect::V2, Dialect::V3];

fn id(text: &str) -> RecordId {
    RecordId::new(text).unwrap()
}

#[tokio::test]
async fn what_was_written_without_a_network_arrives_at_the_other_device() {
    for world in World::all().await {
        let (laptop, phone) = (world.device("laptop"), world.device("phone"));
        let oban = laptop.adds(
            "airfields",
            json!({"name": "Oban", "code": "OBN", "elevation": 24, "closed": true}),
        );
        let check = laptop.adds(
            "inspections",
            json!({"title": "Lights", "airfield": oban.as_str(), "score": 3}),
        );
        let sent = laptop.syncs().await;
        assert_eq!((sent.sent, laptop.unsent()), (2, 0));
        assert_eq!(phone.syncs().await.received, 2);
        assert_eq!(phone.value("airfields", &oban, "elevation"), json!(24));
        assert_eq!(
            phone.value("inspections", &check, "airfield"),
            json!(oban.as_str())
        );

        // Again, and nothing is news on either side.
        world.time_passes();
        for device in [&laptop, &phone] {
            let again = device.syncs().await;
            assert_eq!(
                (again.sent, again.received, again.merged, again.conflicts),
                (0, 0, 0, 0)
            );
            assert!(device.last_success().is_some());
        }

        phone.edits(
            "airfields",
            &oban,
            json!({"remarks": "Windsock torn", "elevation": null}),
        );
        phone.deletes("inspections", &check);
        assert_eq!(phone.syncs().await.sent, 2);
        assert_eq!(laptop.syncs().await.received, 2);
        assert_eq!(
            laptop.value("airfields", &oban, "remarks"),
            json!("Windsock torn")
        );
        assert!(laptop.value("airfields", &oban, "elevation").is_null());
        assert!(laptop.reads("inspections", &check).deleted);
        assert_eq!(phone.syncs().await.received, 0, "its own deletion is no news");
    }
}

#[tokio::test]
async fn a_server_fills_in_what_it_wants_and_keeps_what_the_schema_does_not_know() {
    for dialect in BOTH {
        let world = World::plain(dialect, 0).await;
        let laptop = world.device("laptop");
        let oban = laptop.adds("airfields", json!({"name": "Oban"}));
        laptop.syncs().await;
        assert_eq!(
            laptop.value("airfields", &oban, "closed"),
            json!(false),
            "the server's default"
        );
        laptop.edits("airfields", &oban, json!({"elevation": 24}));
        laptop.syncs().await;
        let stored = world.server().inside().rows[&("airfields".to_owned(), oban.to_string())].clone();
        assert_eq!(stored.values["tenant"], json!("t1"), "{dialect:?}");
        assert_eq!(stored.values["elevation"], json!(24));
    }
}

#[tokio::test]
async fn changes_of_different_fields_become_one_and_of_the_same_field_a_question() {
    for world in World::all().await {
        let (laptop, phone) = (world.device("laptop"), world.device("phone"));
        let oban = laptop.adds(
            "airfields",
            json!({"name": "Oban", "elevation": 24, "closed": false}),
        );
        laptop.syncs().await;
        phone.syncs().await;
        world.time_passes();

        laptop.edits("airfields", &oban, json!({"elevation": 25}));
        laptop.syncs().await;
        world.time_passes();
        phone.edits("airfields", &oban, json!({"closed": true}));
        let merged = phone.syncs().await;
        assert_eq!((merged.sent, merged.merged, merged.conflicts), (1, 1, 0));
        assert_eq!(phone.value("airfields", &oban, "elevation"), json!(25));
        laptop.syncs().await;
        assert_eq!(laptop.value("airfields", &oban, "closed"), json!(true));
        world.time_passes();

        laptop.edits("airfields", &oban, json!({"name": "Oban North"}));
        laptop.syncs().await;
        phone.edits("airfields", &oban, json!({"name": "Oban South"}));
        phone.is_asked(ConflictKind::Fields).await;
        let detail = phone.store.inbox_detail(&table("airfields"), &oban).unwrap();
        assert_eq!(detail.fields[0].theirs.as_text(), Some("Oban North"));
        phone.decides(&oban, &Decision::Mine);
        world.time_passes();
        assert_eq!(phone.syncs().await.sent, 1);
        laptop.syncs().await;
        assert_eq!(laptop.value("airfields", &oban, "name"), json!("Oban South"));
        assert_eq!((laptop.unsent(), phone.unsent()), (0, 0));
    }
}

#[tokio::test]
async fn edited_here_and_deleted_there_is_a_question_and_mine_brings_it_back() {
    for world in World::all().await {
        let (laptop, phone) = (world.device("laptop"), world.device("phone"));
        let oban = laptop.adds("airfields", json!({"name": "Oban", "elevation": 24}));
        laptop.syncs().await;
        phone.syncs().await;
        world.time_passes();
        laptop.deletes("airfields", &oban);
        laptop.syncs().await;
        phone.edits("airfields", &oban, json!({"elevation": 30}));
        phone.is_asked(ConflictKind::EditedHereDeletedThere).await;
        phone.decides(&oban, &Decision::Mine);
        world.time_passes();
        assert_eq!(phone.syncs().await.sent, 1);
        laptop.syncs().await;
        assert!(!laptop.reads("airfields", &oban).deleted);
        assert_eq!(laptop.value("airfields", &oban, "elevation"), json!(30));
        assert_eq!(phone.unsent(), 0);

        // And the other way round.
        world.time_passes();
        laptop.edits("airfields", &oban, json!({"elevation": 31}));
        laptop.syncs().await;
        phone.deletes("airfields", &oban);
        phone.is_asked(ConflictKind::DeletedHereEditedThere).await;
        phone.decides(&oban, &Decision::Theirs);
        phone.syncs().await;
        assert_eq!(phone.value("airfields", &oban, "elevation"), json!(31));
    }
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_is_known_when_it_is_sent_again() {
    for world in World::all().await {
        let (laptop, phone) = (world.device("laptop"), world.device("phone"));
        let kept = laptop.adds("airfields", json!({"name": "Tiree"}));
        let gone = laptop.adds("airfields", json!({"name": "Coll"}));
        laptop.syncs().await;
        phone.syncs().await;
        world.time_passes();
        // Whichever request of a run it is: its answer breaks off after the server has done what it was asked.
        for nth in 0..12 {
            world.time_passes();
            let made = laptop.adds("airfields", json!({"name": "Oban", "elevation": nth}));
            laptop.edits(
                "airfields",
                &kept,
                json!({"elevation": nth, "remarks": format!("seen {nth}")}),
            );
            if nth == 3 {
                laptop.deletes("airfields", &gone);
            }
            world.line.cuts_answer_after(nth);
            let first = laptop.tries_to_sync().await;
            assert_eq!(first.is_err(), world.line.has_cut(), "{first:?}");
            world.line.cuts_answer_after(10_000);
            world.time_passes();
            let second = laptop.syncs().await;
            assert_eq!(
                (second.conflicts, second.merged, second.refused),
                (0, 0, 0),
                "cut after {nth}"
            );
            assert_eq!(laptop.unsent(), 0);
            phone.syncs().await;
            assert_eq!(phone.value("airfields", &made, "elevation"), json!(nth));
            assert_eq!(
                phone.value("airfields", &kept, "remarks"),
                json!(format!("seen {nth}"))
            );
        }
        assert!(phone.reads("airfields", &gone).deleted);
        assert_eq!(phone.live("airfields"), laptop.live("airfields"));
        assert_eq!(phone.live("airfields").len(), 13);
    }
}

#[tokio::test]
async fn what_others_and_the_person_wrote_after_a_lost_answer_is_met_as_ever() {
    for world in World::all().await {
        let (laptop, phone) = (world.device("laptop"), world.device("phone"));
        let oban = laptop.adds("airfields", json!({"name": "Oban", "elevation": 24}));
        laptop.syncs().await;
        phone.syncs().await;
        world.time_passes();
        laptop.edits("airfields", &oban, json!({"name": "Oban A"}));
        // In v3 a change fetches the record first.
        let before = usize::from(world.dialect() == Dialect::V3);
        world.line.cuts_answer_after(before);
        let lost = laptop.tries_to_sync().await;
        assert!(lost.is_err(), "{lost:?}");
        assert!(world.line.has_cut());
        // The person goes on, and so does a colleague who has the first edit.
        laptop.edits("airfields", &oban, json!({"name": "Oban AB", "remarks": "mine"}));
        phone.syncs().await;
        assert_eq!(phone.value("airfields", &oban, "name"), json!("Oban A"));
        world.time_passes();
        phone.edits("airfields", &oban, json!({"elevation": 30}));
        phone.syncs().await;
        world.time_passes();
        // Nothing of either is lost, and the person's own first edit is no question.
        assert_eq!(laptop.syncs().await.conflicts, 0);
        assert_eq!(laptop.unsent(), 0);
        phone.syncs().await;
        for device in [&laptop, &phone] {
            assert_eq!(device.value("airfields", &oban, "elevation"), json!(30));
            assert_eq!(device.value("airfields", &oban, "name"), json!("Oban AB"));
            assert_eq!(device.value("airfields", &oban, "remarks"), json!("mine"));
        }
    }
}

#[tokio::test]
async fn a_group_that_is_cut_goes_on_where_it_stopped() {
    for world in World::all().await {
        let (laptop, phone) = (world.device("laptop"), world.device("phone"));
        let ids: Vec<RecordId> = (0..5).map(|n| id(&format!("field-{n}"))).collect();
        let insert = |id: &RecordId| insert("airfields", id, json!({"name": id.as_str()}));
        laptop.does(ids.iter().map(insert).collect());
        // Two arrive with their answers, the third is done and its answer lost. (The first request finds the server, the
        // second its names.)
        world.line.cuts_answer_after(4);
        assert!(laptop.tries_to_sync().await.is_err());
        let states: Vec<EntryState> = laptop
            .store
            .outbox()
            .unwrap()
            .into_iter()
            .map(|row| row.entry.state)
            .collect();
        assert_eq!(states.len(), 3, "two are answered, on disk");
        let before = world.line.asked();
        let second = laptop.syncs().await;
        assert_eq!((second.sent, second.conflicts), (3, 0));
        assert!(world.line.asked() > before);
        phone.syncs().await;
        assert_eq!(phone.live("airfields").len(), 5);

        // What is refused in the middle holds up what follows in its group; what came before stays.
        if let world::There::Plain(_) = world.there {
            let more: Vec<RecordId> = (0..3).map(|n| id(&format!("more-{n}"))).collect();
            laptop.does(vec![
                insert_named(&more[0], "fine"),
                insert_named(&more[1], "forbidden"),
                insert_named(&more[2], "fine too"),
            ]);
            let third = laptop.syncs().await;
            assert_eq!((third.sent, third.refused), (1, 1));
            let waits = laptop.store.inbox_detail(&table("airfields"), &more[1]).unwrap();
            assert_eq!(waits.refused.unwrap().1.message, "Not this name.");
            assert_eq!(laptop.reads("airfields", &more[2]).mark, Mark::Waiting);
            laptop.edits("airfields", &more[1], json!({"name": "allowed"}));
            assert_eq!(laptop.syncs().await.sent, 2);
            assert_eq!(laptop.unsent(), 0);
        }
    }
}

fn insert_named(id: &RecordId, name: &str) -> landfall_store::Edit {
    insert("airfields", id, json!({"name": name}))
}

#[tokio::test]
async fn two_devices_make_the_same_id() {
    for world in World::all().await {
        let (laptop, phone) = (world.device("laptop"), world.device("phone"));
        let oban = id("OBN");
        laptop.does(vec![insert(
            "airfields",
            &oban,
            json!({"name": "Oban", "elevation": 1}),
        )]);
        phone.does(vec![insert(
            "airfields",
            &oban,
            json!({"name": "Oban", "elevation": 2}),
        )]);
        laptop.syncs().await;
        world.time_passes();
        phone.is_asked(ConflictKind::InsertedTwice).await;
        phone.decides(&oban, &Decision::Theirs);
        phone.syncs().await;
        assert_eq!(phone.value("airfields", &oban, "elevation"), json!(1));
        assert_eq!(phone.unsent(), 0);
    }
}

fn names(world: &World) -> BTreeMap<String, Json> {
    let inside = world.server().inside();
    let live = inside
        .rows
        .iter()
        .filter(|((table, _), row)| table == "airfields" && !row.deleted);
    live.map(|((_, id), row)| (id.clone(), row.values["name"].clone()))
        .collect()
}

fn names_on(device: &world::Device) -> BTreeMap<String, Json> {
    let live = device.live("airfields").into_iter();
    live.map(|(id, fields)| (id, fields["name"].clone())).collect()
}

#[tokio::test]
async fn more_records_than_a_page_with_one_time_all_arrive_once() {
    for dialect in BOTH {
        for behind in [0, 3_600_000] {
            let world = World::plain(dialect, behind).await;
            let phone = world.device("phone");
            for n in 0..60 {
                world.server().inside().put(
                    "airfields",
                    &format!("a{n:02}"),
                    json!({"name": format!("A {n}")}),
                );
            }
            world.server().inside().remove("airfields", "a07");
            assert_eq!(phone.syncs().await.received, 59);
            assert_eq!(names_on(&phone), names(&world));
            // More of the same time, written after it was read: they come as long as they can have been under way then.
            for n in 60..63 {
                let at = world.server().inside().clock;
                let late = (at, if behind == 0 { 5_000 } else { -1 });
                let values = json!({"name": format!("A {n}")});
                world
                    .server()
                    .inside()
                    .put_at("airfields", &format!("a{n}"), values, late.0 - late.1);
            }
            assert_eq!(phone.syncs().await.received, 3, "{dialect:?} {behind}");
            assert_eq!(names_on(&phone), names(&world));
            let before = world.line.asked();
            assert_eq!(phone.syncs().await.received, 0);
            if behind > 0 {
                assert_eq!(world.line.asked() - before, 2, "a quiet table is one question");
            }
        }
    }
}

#[tokio::test]
async fn no_record_is_lost_or_doubled_while_others_write_between_the_pages() {
    for seed in 0..30 {
        let dialect = BOTH[seed as usize % 2];
        let world = World::plain(dialect, [0, 300_000][seed as usize / 2 % 2]).await;
        let (laptop, phone) = (world.device("laptop"), world.device("phone"));
        for n in 0..40 {
            world.server().inside().put(
                "airfields",
                &format!("a{n:02}"),
                json!({"name": format!("A {n}")}),
            );
            world.server().inside().clock += i64::from(n % 11 == 0);
        }
        let dice = Dice::new(seed);
        world.server().between_pages(Some(Box::new(move |inside| {
            for _ in 0..dice.below(4) {
                let id = format!("a{:02}", dice.below(50));
                match dice.below(5) {
                    0 => inside.remove("airfields", &id),
                    _ => inside.put(
                        "airfields",
                        &id,
                        json!({"name": format!("B {}", dice.below(1_000))}),
                    ),
                }
                inside.clock += i64::from(dice.percent(30));
            }
        })));
        let throws = Dice::new(seed + 1_000);
        for round in 0..5 {
            let mine = laptop.adds("airfields", json!({"name": format!("mine {round}")}));
            if throws.percent(50) {
                world.line.cuts_answer_after(throws.below(9));
            }
            // The line may break, and the next run goes on.
            let _ = laptop.tries_to_sync().await;
            let _ = phone.tries_to_sync().await;
            if throws.percent(50) && laptop.finds("airfields", &mine).is_some() {
                laptop.edits("airfields", &mine, json!({"name": format!("mine again {round}")}));
            }
        }
        world.server().between_pages(None);
        world.line.cuts_answer_after(10_000);
        for _ in 0..2 {
            laptop.syncs().await;
            phone.syncs().await;
        }
        assert_eq!(laptop.unsent(), 0, "seed {seed}");
        assert_eq!(names_on(&laptop), names(&world), "laptop, seed {seed}");
        assert_eq!(names_on(&phone), names(&world), "phone, seed {seed}");
        assert_eq!(phone.syncs().await.received, 0, "seed {seed}");
    }
}

#[tokio::test]
async fn a_table_is_downloaded_again_and_what_the_server_no_longer_has_goes() {
    for dialect in BOTH {
        let world = World::plain(dialect, 3_600_000).await;
        let phone = world.device("phone");
        for n in 0..20 {
            world.server().inside().put(
                "airfields",
                &format!("a{n:02}"),
                json!({"name": format!("A {n}")}),
            );
        }
        phone.syncs().await;
        // Without soft delete nobody is told.
        world
            .server()
            .inside()
            .rows
            .remove(&("airfields".to_owned(), "a03".to_owned()));
        phone.syncs().await;
        assert_eq!(phone.live("airfields").len(), 20);
        phone.store.purge_table(&table("airfields"), false).unwrap();
        phone.syncs().await;
        assert_eq!(names_on(&phone), names(&world));
        assert!(phone.store.tables_to_refetch().unwrap().is_empty());
        let before = world.line.asked();
        phone.syncs().await;
        assert_eq!(world.line.asked() - before, 2, "it is not fetched anew for ever");
    }
}

#[tokio::test]
async fn a_schema_that_grows_by_a_column_brings_what_it_did_not_know() {
    let world = World::plain(Dialect::V3, 3_600_000).await;
    let grown = schema::grown();
    let grown = landfall_core::schema_file::parse(&grown).unwrap();
    world
        .server()
        .inside()
        .put("airfields", "OBN", json!({"name": "Oban", "surface": "grass"}));
    let phone = world.device("phone");
    phone.syncs().await;
    assert!(phone.value("airfields", &id("OBN"), "surface").is_null());
    let phone = phone.takes(grown, &world);
    phone.syncs().await;
    assert_eq!(phone.value("airfields", &id("OBN"), "surface"), json!("grass"));
    assert_eq!(phone.syncs().await.received, 0);
}

#[tokio::test]
async fn a_server_is_met_and_what_does_not_fit_is_named() {
    let schema = landfall_core::schema_file::parse(schema::SCHEMA).unwrap();
    for dialect in BOTH {
        let world = World::plain(dialect, 0).await;
        let met = TablesServer::meet(world.url(), SignIn::None, "", &schema)
            .await
            .unwrap();
        assert_eq!(met.dialect, dialect);
        assert_eq!(met.tables[&table("airfields")], "airfields");
        let strange = schema::SCHEMA.replace("inspections", "missing");
        let strange = landfall_core::schema_file::parse(&strange).unwrap();
        let none = TablesServer::meet(world.url(), SignIn::None, "", &strange)
            .await
            .unwrap_err();
        assert_eq!(none.to_string(), "the server has no table `missing`");
    }
}

#[tokio::test]
async fn a_token_that_is_not_known_is_asked_for() {
    for dialect in BOTH {
        let world = World::ours(dialect).await;
        let stranger = world.device_with("stranger", SignIn::Bearer, "not-a-token");
        let met = stranger.tries_to_sync().await;
        assert!(
            matches!(met, Err(Error::Transport(TransportError::Unauthorized))),
            "{met:?}"
        );
    }
}
