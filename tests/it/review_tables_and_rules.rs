//! Schemas that go back or become stricter while edits wait, and tables that are emptied at a bad moment.

use landfall_store::{Mark, Scope};
use landfall_sync::Kind;
use landfall_testkit::{Fault, World, schema, table};
use serde_json::json;

/// The schema with one more table.
fn with_runways() -> String {
    schema::SCHEMA.replace("version = 1", "version = 2")
        + "\n[[table]]\nname = \"runways\"\n\n[[table.column]]\nname = \"title\"\ntype = \"text\"\n"
}

#[tokio::test]
async fn changes_of_a_table_that_a_restored_server_does_not_have_hold_nobody_up() {
    let mut world = World::new().await;
    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    world.all_sync().await;
    let backup = world.server.is_backed_up();
    world.server.takes_schema(&with_runways());
    world.all_sync().await;
    let runway = world.laptop.adds("runways", json!({"title": "01/19"}));
    world.laptop.edits("airfields", &oban, json!({"elevation": 20}));

    // The backup is from before the table was added.
    world.server.is_restored(&backup);
    // The laptop, started anew, learns of that before it sends anything.
    world.laptop.crashes().await;
    for _ in 0..2 {
        world.laptop.syncs().await;
    }
    assert_eq!(world.laptop.reads("airfields", &oban).mark, Mark::Synced);
    assert_eq!(world.laptop.unsent(), 1);

    // The table is added again, and what waited for it goes.
    world.server.takes_schema(&with_runways());
    world.all_converge().await;
    assert_eq!(world.phone.value("runways", &runway, "title"), json!("01/19"));
}

#[tokio::test]
async fn a_change_on_its_way_to_a_table_that_is_gone_holds_nobody_up() {
    let mut world = World::new().await;
    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    world.all_sync().await;
    let backup = world.server.is_backed_up();
    world.server.takes_schema(&with_runways());
    world.all_sync().await;
    let runway = world.laptop.adds("runways", json!({"title": "01/19"}));
    world.laptop.line().plan(Fault::AnswerCut);
    world.laptop.tries_to_sync(Kind::Push).await.unwrap_err();
    world.laptop.edits("airfields", &oban, json!({"elevation": 20}));

    world.server.is_restored(&backup);
    // The laptop, started anew, learns of that before it sends anything.
    world.laptop.crashes().await;
    for _ in 0..2 {
        world.laptop.syncs().await;
    }
    assert_eq!(world.laptop.reads("airfields", &oban).mark, Mark::Synced);

    world.server.takes_schema(&with_runways());
    world.all_converge().await;
    assert_eq!(world.phone.value("runways", &runway, "title"), json!("01/19"));
}

#[tokio::test]
async fn a_column_that_must_be_filled_from_now_on_does_not_refuse_edits_of_others() {
    let mut world = World::new().await;
    let oban = world.laptop.adds("airfields", json!({"name": "Oban"}));
    world.all_sync().await;
    world.phone.edits("airfields", &oban, json!({"remarks": "Mown."}));
    let stricter = schema::SCHEMA.replace("version = 1", "version = 2").replace(
        "name = \"elevation\"\ntype = \"integer\"",
        "name = \"elevation\"\ntype = \"integer\"\nrequired = true",
    );
    world.server.takes_schema(&stricter);

    // The edit keeps every rule: it is not what leaves the elevation empty.
    let summary = world.phone.syncs().await;
    assert_eq!((summary.sent, summary.refused), (1, 0));
    world.all_converge().await;
}

#[tokio::test]
async fn a_table_emptied_in_the_middle_of_being_fetched_is_fetched_again() {
    let mut world = World::with_pages_of(5).await;
    for number in 0..12 {
        world
            .laptop
            .adds("airfields", json!({"name": format!("Field {number}")}));
    }
    world.all_sync().await;
    let airfields = table("airfields");
    world.phone.store().purge_table(&airfields, true).unwrap();
    // One page of it has come when the person empties the table again; the rest of the stream still comes.
    let mut pages = world.server.pages().await.unwrap();
    let mut first = true;
    while let Some(Ok(page)) = futures_util::StreamExt::next(&mut pages).await {
        let page_in = landfall_store::PageIn {
            scope: Scope::Table(airfields.clone()),
            cursor: page.cursor.to_string(),
            reset: page.reset,
            first,
            records: page.records,
            last: page.last,
        };
        world.phone.store().apply_page(page_in).unwrap();
        if std::mem::take(&mut first) {
            world.phone.store().purge_table(&airfields, true).unwrap();
        }
    }

    world.phone.syncs().await;

    assert_eq!(world.phone.store().counts(&airfields).unwrap().total, 12);
    world.all_converge().await;
    world.phone.crashes().await;
    assert!(world.phone.store().tables_to_refetch().unwrap().is_empty());
}
