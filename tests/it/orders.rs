//! Two devices change the same record with no network, and come online one after the other: whichever is first, everybody
//! has the same record in the end. Seeded, over all rules, through the real engine and server, with one wrong clock.

use landfall_core::id::RecordId;
use landfall_core::reconcile::{ConflictKind, Decision};
use landfall_core::record::{Fields, value_of};
use landfall_core::value::Value;
use landfall_testkit::{Device, Dice, LIMITS, World};
use serde_json::{Value as Json, json};

const MINUTE: i64 = 60_000;
const YEAR: i64 = 365 * 24 * 60 * MINUTE;

const RECORDS: usize = 24;

/// Column, type, rule. The rules `mine` and `theirs` are not here: they say themselves that the order counts.
const COLUMNS: [(&str, &str, &str); 11] = [
    ("title", "text", "ask"),
    ("asked", "integer", "ask"),
    ("surface", "text", "latest"),
    ("inspector", "text", "latest"),
    ("longest_runway", "integer", "max"),
    ("first_used", "date", "min"),
    ("landings", "integer", "sum"),
    ("notes", "long_text", "text"),
    ("story", "long_text", "longest"),
    ("closed", "boolean", "true_wins"),
    ("lights", "multi_choice", "union"),
];

fn schema() -> String {
    let mut schema =
        String::from("[workspace]\nname = \"Orders\"\nversion = 1\n\n[[table]]\nname = \"fields\"\n");
    for (name, kind, rule) in COLUMNS {
        let column =
            format!("\n[[table.column]]\nname = \"{name}\"\ntype = \"{kind}\"\nmerge = \"{rule}\"\n");
        schema += &column;
        if kind == "multi_choice" {
            schema += "choices = [\"edge\", \"approach\", \"beacon\", \"flood\"]\n";
        }
    }
    schema
}

fn any_value(kind: &str, dice: &Dice) -> Json {
    let number = dice.below(5);
    match kind {
        "integer" => json!(number),
        "date" => json!(format!("2026-11-0{}", number + 1)),
        "boolean" => json!(number < 2),
        "multi_choice" => {
            let all = ["edge", "approach", "beacon", "flood"];
            json!(all.into_iter().filter(|_| dice.percent(50)).collect::<Vec<_>>())
        }
        "long_text" => {
            let word = |was: &str| {
                if dice.percent(25) {
                    format!("{was}{number}")
                } else {
                    was.to_owned()
                }
            };
            let words: Vec<String> = "birds near the pond and mud".split(' ').map(word).collect();
            json!(words.join(" "))
        }
        _ => json!(format!("text {number}")),
    }
}

/// What one person does with no network: a few edits, or the record goes.
fn works(device: &Device, field: &RecordId, dice: &Dice) {
    if dice.percent(10) {
        device.deletes("fields", field);
        return;
    }
    for _ in 0..=dice.below(3) {
        let (name, kind, _) = dice.pick(&COLUMNS).expect("there are columns");
        device.clock().jump(dice.below(20_000).try_into().unwrap_or(0));
        device.edits("fields", field, json!({ *name: any_value(kind, dice) }));
    }
}

/// Whoever is asked says the same: the value that is larger as text; an edit, rather than a deletion.
fn decides(device: &Device, field: &RecordId) {
    let Some(conflict) = device.reads("fields", field).conflict else {
        return;
    };
    let text = |value: &Value| serde_json::to_string(value).expect("a value is JSON");
    let larger = |column| {
        let here = value_of(&conflict.mine, column);
        let there = value_of(&conflict.theirs.fields, column);
        if text(here) < text(there) { there } else { here }.clone()
    };
    let decision = match conflict.kind {
        ConflictKind::EditedHereDeletedThere => Decision::Mine,
        ConflictKind::DeletedHereEditedThere => Decision::Theirs,
        _ => Decision::Values(
            conflict
                .columns
                .iter()
                .map(|column| (column.clone(), larger(column)))
                .collect(),
        ),
    };
    device.resolves("fields", field, &decision);
}

/// The records that everybody has in the end, where the phone's clock is so wrong; none for a deleted one.
async fn end_with((seed, wrong): (u64, i64), phone_first: bool) -> Vec<Option<Fields>> {
    let world = World::of(seed, &schema(), LIMITS).await;
    let World { laptop, phone, .. } = &world;
    let stories: Vec<_> = (0..RECORDS)
        .map(|n| {
            let id = format!("EG{n:02}");
            let dice = Dice::of(seed, &id);
            (RecordId::new(id).expect("an id"), dice)
        })
        .collect();
    for (field, dice) in &stories {
        let mut values = json!({"title": "Oban"});
        for (name, kind, _) in COLUMNS.iter().filter(|_| dice.percent(80)) {
            values[*name] = any_value(kind, dice);
        }
        laptop.adds_as("fields", field.as_str(), values);
    }
    world.all_sync().await;

    phone.clock().jump(wrong);
    for (field, dice) in &stories {
        works(laptop, field, dice);
        works(phone, field, dice);
    }
    world.server.clock().jump(60 * MINUTE);
    let (first, late) = if phone_first {
        (phone, laptop)
    } else {
        (laptop, phone)
    };
    first.syncs().await;
    world.server.clock().jump(YEAR / 12);
    late.syncs().await;
    for (field, _) in &stories {
        decides(late, field);
    }
    world.all_converge().await;
    let end = stories.iter().map(|(field, _)| phone.reads("fields", field));
    end.map(|record| (!record.deleted).then_some(record.fields))
        .collect()
}

#[tokio::test]
async fn whoever_is_online_first_everybody_has_the_same_records_in_the_end() {
    for (seed, wrong) in [(700, 0), (701, -YEAR), (702, YEAR)] {
        let phone_first = end_with((seed, wrong), true).await;
        let laptop_first = end_with((seed, wrong), false).await;
        for (n, (one, other)) in phone_first.iter().zip(&laptop_first).enumerate() {
            assert_eq!(one, other, "seed {seed}, record {n}");
        }
    }
}
