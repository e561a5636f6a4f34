//! What two people's edits become where the workspace has a rule for them.

use landfall_core::reconcile::{ConflictKind, Decision};
use landfall_store::{Mark, Origin};
use landfall_testkit::{LIMITS, World, fields, table};
use serde_json::json;

const TODO: &str = include_str!("../../crates/landfall-server/templates/todo/landfall.toml");

const COUNTS: &str = r#"
[workspace]
name = "Stores"
version = 1

[[table]]
name = "items"
title = "name"

[[table.column]]
name = "name"
type = "text"
required = true

[[table.column]]
name = "in_stock"
type = "integer"
merge = "sum"
min = 0

[[table.column]]
name = "notes"
type = "long_text"
merge = "text"

[[table]]
name = "orders"
title = "name"
merge = "server_wins"

[[table.column]]
name = "name"
type = "text"
required = true

[[table]]
name = "labels"
title = "name"
merge = "client_wins"

[[table.column]]
name = "name"
type = "text"
required = true

[[table.column]]
name = "count"
type = "integer"
merge = "sum"
"#;

/// The talk's rule, by configuration alone: a completed item stays completed, and else the longer notes stand.
#[tokio::test]
async fn the_todo_template_merges_as_the_talk_does() {
    for laptop_first in [true, false] {
        let world = World::of(7, TODO, LIMITS).await;
        let World { laptop, phone, .. } = &world;
        let milk = laptop.adds(
            "todo_items",
            json!({"text": "Milk", "notes": "two", "complete": false}),
        );
        world.all_sync().await;
        laptop.edits(
            "todo_items",
            &milk,
            json!({"complete": true, "notes": "two bottles"}),
        );
        phone.edits("todo_items", &milk, json!({"notes": "two bottles, and cream"}));
        let (first, second) = if laptop_first {
            (laptop, phone)
        } else {
            (phone, laptop)
        };
        first.syncs().await;
        let summary = second.syncs().await;
        assert_eq!(summary.conflicts, 0);
        world.all_converge().await;

        for device in world.devices() {
            assert_eq!(device.value("todo_items", &milk, "complete"), json!(true));
            assert_eq!(
                device.value("todo_items", &milk, "notes"),
                json!("two bottles, and cream")
            );
        }
    }
}

/// Nobody completed it: the longer notes stand alone. Notes of one length, and two names, are nobody's to guess.
#[tokio::test]
async fn the_todo_template_takes_the_longer_notes_and_asks_for_the_rest() {
    for laptop_first in [true, false] {
        let world = World::of(17, TODO, LIMITS).await;
        let World { laptop, phone, .. } = &world;
        let milk = laptop.adds("todo_items", json!({"text": "Milk"}));
        let bread = laptop.adds("todo_items", json!({"text": "Bread"}));
        world.all_sync().await;
        laptop.edits("todo_items", &milk, json!({"notes": "two bottles"}));
        phone.edits(
            "todo_items",
            &milk,
            json!({"notes": "three", "text": "Fresh milk"}),
        );
        laptop.edits("todo_items", &bread, json!({"notes": "rye", "complete": true}));
        phone.edits("todo_items", &bread, json!({"notes": "oat", "complete": false}));
        let (first, second) = if laptop_first {
            (laptop, phone)
        } else {
            (phone, laptop)
        };
        first.syncs().await;
        assert_eq!(second.syncs().await.conflicts, 1);

        let conflict = second.reads("todo_items", &bread).conflict.expect("a conflict");
        let columns: Vec<_> = conflict.columns.iter().map(|column| column.as_str()).collect();
        assert_eq!(columns, ["notes"]);
        second.resolves("todo_items", &bread, &Decision::Theirs);
        world.all_converge().await;
        for device in world.devices() {
            assert_eq!(device.value("todo_items", &milk, "notes"), json!("two bottles"));
            assert_eq!(device.value("todo_items", &milk, "text"), json!("Fresh milk"));
            assert_eq!(device.value("todo_items", &bread, "complete"), json!(true));
        }
    }
}

#[tokio::test]
async fn both_counts_of_a_sum_stand_and_what_did_not_is_named() {
    let world = World::of(8, COUNTS, LIMITS).await;
    let World { laptop, phone, .. } = &world;
    let rope = laptop.adds(
        "items",
        json!({"name": "Rope", "in_stock": 10, "notes": "Blue rope. Shelf four."}),
    );
    world.all_sync().await;
    laptop.edits(
        "items",
        &rope,
        json!({"in_stock": 7, "notes": "Red rope. Shelf four."}),
    );
    phone.edits(
        "items",
        &rope,
        json!({"in_stock": 12, "notes": "Blue rope. Shelf nine."}),
    );
    laptop.syncs().await;
    phone.syncs().await;
    world.all_converge().await;

    assert_eq!(laptop.value("items", &rope, "in_stock"), json!(9));
    assert_eq!(
        laptop.value("items", &rope, "notes"),
        json!("Red rope. Shelf nine.")
    );
    let story = phone.store().history(&table("items"), &rope).unwrap();
    let theirs = fields(json!({"in_stock": 7, "notes": "Red rope. Shelf four."}));
    let named = story
        .iter()
        .any(|entry| entry.origin == Origin::Merge && entry.before == theirs);
    assert!(
        named,
        "the laptop's values are in the phone's history: {story:#?}"
    );
}

#[tokio::test]
async fn a_rule_never_makes_what_no_person_could_enter() {
    let world = World::of(9, COUNTS, LIMITS).await;
    let World { laptop, phone, .. } = &world;
    let rope = laptop.adds("items", json!({"name": "Rope", "in_stock": 10}));
    world.all_sync().await;
    laptop.edits("items", &rope, json!({"in_stock": 1}));
    phone.edits("items", &rope, json!({"in_stock": 2}));
    laptop.syncs().await;

    phone.syncs().await;

    // The sum would be −7, below the column's least.
    let asked = phone.reads("items", &rope);
    assert_eq!(asked.mark, Mark::Conflict);
    assert_eq!(
        asked.conflict.map(|conflict| conflict.kind),
        Some(ConflictKind::Fields)
    );
}

#[tokio::test]
async fn where_the_server_wins_nobody_is_asked_and_mine_stays_in_history() {
    let world = World::of(10, COUNTS, LIMITS).await;
    let World { laptop, phone, .. } = &world;
    let order = laptop.adds("orders", json!({"name": "Paint"}));
    let other = laptop.adds("orders", json!({"name": "Nails"}));
    world.all_sync().await;
    laptop.edits("orders", &order, json!({"name": "White paint"}));
    laptop.deletes("orders", &other);
    phone.edits("orders", &order, json!({"name": "Green paint"}));
    phone.edits("orders", &other, json!({"name": "Long nails"}));
    laptop.syncs().await;
    let summary = phone.syncs().await;
    assert_eq!((summary.conflicts, summary.sent), (0, 0));
    world.all_converge().await;

    assert_eq!(phone.value("orders", &order, "name"), json!("White paint"));
    assert!(phone.reads("orders", &other).deleted);
    let story = phone.store().history(&table("orders"), &order).unwrap();
    let mine = fields(json!({"name": "Green paint"}));
    assert!(
        story
            .iter()
            .any(|entry| entry.origin == Origin::Merge && entry.before == mine)
    );
}

#[tokio::test]
async fn where_the_client_wins_the_device_that_syncs_later_stands_and_theirs_stays_in_history() {
    let world = World::of(18, COUNTS, LIMITS).await;
    let World { laptop, phone, .. } = &world;
    let label = laptop.adds("labels", json!({"name": "Paint", "count": 5}));
    let kept = laptop.adds("labels", json!({"name": "Nails"}));
    let gone = laptop.adds("labels", json!({"name": "Screws"}));
    world.all_sync().await;
    laptop.edits("labels", &label, json!({"name": "White paint", "count": 6}));
    laptop.deletes("labels", &kept);
    laptop.edits("labels", &gone, json!({"name": "Long screws"}));
    phone.edits("labels", &label, json!({"name": "Green paint", "count": 7}));
    phone.edits("labels", &kept, json!({"name": "Long nails"}));
    phone.deletes("labels", &gone);
    laptop.syncs().await;
    let summary = phone.syncs().await;
    assert_eq!((summary.conflicts, summary.sent), (0, 3));
    world.all_converge().await;

    // The columns' own rules do not count: 7, and no sum.
    assert_eq!(laptop.value("labels", &label, "name"), json!("Green paint"));
    assert_eq!(laptop.value("labels", &label, "count"), json!(7));
    assert_eq!(laptop.value("labels", &kept, "name"), json!("Long nails"));
    assert!(laptop.reads("labels", &gone).deleted);
    let story = phone.store().history(&table("labels"), &label).unwrap();
    let theirs = fields(json!({"name": "White paint", "count": 6}));
    assert!(
        story
            .iter()
            .any(|entry| entry.origin == Origin::Merge && entry.before == theirs)
    );
}
