//! The first pull of a large workspace.

use landfall_core::id::RecordId;
use landfall_store::Edit;
use landfall_sync::Kind;
use landfall_testkit::{Fault, World, fields, table};
use serde_json::json;

const ROWS: u32 = 28_000;

#[tokio::test]
async fn twenty_eight_thousand_records_come_in_pages_and_a_cut_costs_nothing() {
    let world = World::new().await;
    let World { laptop, phone, .. } = &world;
    for hundred in 0..ROWS / 100 {
        let edits = (0..100).map(|one| {
            let number = hundred * 100 + one;
            Edit::Insert {
                table: table("airfields"),
                id: RecordId::new(format!("us-{number:05}")).unwrap(),
                fields: fields(json!({"name": format!("Field {number}"), "elevation": number % 9_000})),
            }
        });
        laptop.does(edits.collect());
    }
    assert_eq!(laptop.syncs().await.sent, ROWS);

    phone.line().plan(Fault::CutAfter(20));
    phone.tries_to_sync(Kind::Pull).await.unwrap_err();
    let before = phone.store().counts(&table("airfields")).unwrap().total;
    assert!(before > 0 && before < ROWS);

    let summary = phone.syncs().await;
    assert_eq!(summary.received, ROWS - before);
    assert_eq!(phone.store().counts(&table("airfields")).unwrap().total, ROWS);
    assert!(phone.store().tables_to_refetch().unwrap().is_empty());
}
