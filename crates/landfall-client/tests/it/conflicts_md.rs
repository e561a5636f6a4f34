//! docs/CONFLICTS.md: its examples do what it says, and its code is the code that runs here.

use crate::examples::{TEXTS, many, policy, settle};
use crate::world::{World, eventually, fields, record, update};
use landfall_client::Client;
use landfall_client::dto::*;
use landfall_core::value::Value;

const DOCUMENT: &str = include_str!("../../../../docs/CONFLICTS.md");

/// The laptop changes these fields with no network, and Ann changes them at the server.
async fn collide<const N: usize>(
    world: &World,
    laptop: &Client,
    id: &str,
    mine: [(&str, FieldValue); N],
    theirs: &[(&str, Value)],
) {
    let mut events = laptop.events();
    works_offline(laptop, true).await;
    laptop.record_update(update("patients", id, mine)).await.unwrap();
    world.server.write("patients", id, theirs);
    works_offline(laptop, false).await;
    laptop.sync_now(NoArgs {}).await.unwrap();
    eventually(&mut events, async || {
        let status = laptop.sync_status(NoArgs {}).await.unwrap();
        status.waiting == 0 && status.state == SyncState::Idle
    })
    .await;
}

async fn works_offline(laptop: &Client, on: bool) {
    laptop.work_offline_set(WorkOfflineSetArgs { on }).await.unwrap();
}

async fn value(laptop: &Client, id: &str, column: &str) -> FieldValue {
    let detail = laptop.record_get(record("patients", id)).await.unwrap();
    detail.fields.get(column).cloned().unwrap_or(FieldValue::Null)
}

async fn waiting(laptop: &Client) -> usize {
    laptop.conflict_list(NoArgs {}).await.unwrap().len()
}

/// A laptop that has Ida and Per.
async fn clinic() -> (World, Client) {
    let world = World::new();
    for (id, name) in [("p1", "Ida"), ("p2", "Per")] {
        world
            .server
            .write("patients", id, &[("name", name.into()), ("ward", "north".into())]);
    }
    let laptop = world.connected().await;
    (world, laptop)
}

#[tokio::test]
async fn a_program_settles_what_it_understands_and_leaves_the_rest() {
    let (world, laptop) = clinic().await;
    let theirs = [
        ("name", "Ida".into()),
        ("ward", "north".into()),
        ("notes", "theirs".into()),
    ];
    collide(&world, &laptop, "p1", [("notes", "mine".into())], &theirs).await;
    let theirs = [("name", "Peer".into()), ("ward", "north".into())];
    collide(&world, &laptop, "p2", [("name", "Pär".into())], &theirs).await;

    assert_eq!(settle::keep_both_notes(&laptop).await.unwrap(), 1);

    assert_eq!(value(&laptop, "p1", "notes").await, "theirs\nmine".into());
    let left = laptop.conflict_list(NoArgs {}).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id, "p2");
}

#[tokio::test]
async fn many_are_settled_in_one_step_that_is_taken_back_in_one() {
    let (world, laptop) = clinic().await;
    for id in ["p1", "p2"] {
        let theirs = [("name", "Theirs".into()), ("ward", "north".into())];
        collide(&world, &laptop, id, [("name", "Mine".into())], &theirs).await;
    }
    assert_eq!(waiting(&laptop).await, 2);
    assert!(many::take_theirs(&laptop, 1).await.unwrap().is_none());
    assert_eq!(waiting(&laptop).await, 2);

    let done = many::take_theirs(&laptop, 100).await.unwrap().unwrap();
    assert_eq!((done.records, waiting(&laptop).await), (2, 0));
    assert_eq!(value(&laptop, "p1", "name").await, "Theirs".into());

    many::take_back(&laptop, done).await.unwrap();
    assert_eq!(waiting(&laptop).await, 2);
    assert_eq!(value(&laptop, "p1", "name").await, "Mine".into());
}

#[tokio::test]
async fn a_policy_settles_what_it_wants_after_each_run_and_people_are_asked_the_rest() {
    let (world, laptop) = clinic().await;
    policy::settle_wards(&laptop);
    let theirs = [("name", "Ida".into()), ("ward", Value::Null)];
    collide(&world, &laptop, "p1", [("ward", "south".into())], &theirs).await;
    let theirs = [("name", "Peer".into()), ("ward", "north".into())];
    collide(&world, &laptop, "p2", [("name", "Pär".into())], &theirs).await;

    let mut events = laptop.events();
    eventually(&mut events, async || waiting(&laptop).await == 1).await;
    assert_eq!(value(&laptop, "p1", "ward").await, FieldValue::Null);
    let log = SyncLogArgs {
        kind: None,
        limit: 50,
    };
    let log = laptop.sync_log(log).await.unwrap();
    assert!(
        log.iter()
            .any(|line| line.code == "settled_by_policy" && line.count == 1)
    );

    assert_eq!(value(&laptop, "p2", "name").await, "Pär".into());
}

#[tokio::test]
async fn what_a_policy_settled_is_taken_back_like_any_action() {
    let (world, laptop) = clinic().await;
    let theirs = [("name", "Ida".into()), ("ward", Value::Null)];
    collide(&world, &laptop, "p1", [("ward", "south".into())], &theirs).await;
    works_offline(&laptop, true).await;
    policy::settle_wards(&laptop);
    let actions = laptop.settle_by_policy().await.unwrap();
    assert_eq!((actions.len(), waiting(&laptop).await), (1, 0));
    assert_eq!(value(&laptop, "p1", "ward").await, FieldValue::Null);

    laptop.clear_conflict_policy();
    let action = Some(actions[0].action.clone());
    laptop.action_undo(ActionUndoArgs { action }).await.unwrap();

    assert_eq!(waiting(&laptop).await, 1);
    assert_eq!(value(&laptop, "p1", "ward").await, "south".into());
}

#[tokio::test]
async fn a_policy_that_panics_or_talks_nonsense_loses_nothing() {
    let (world, laptop) = clinic().await;
    let theirs = [("name", "Theirs".into()), ("ward", "north".into())];
    collide(&world, &laptop, "p1", [("name", "Mine".into())], &theirs).await;
    let nonsense = |name: FieldValue| Resolution::Values {
        fields: fields([("name", name)]),
    };
    let values = [
        Resolution::Values {
            fields: Fields::new(),
        },
        Resolution::Values {
            fields: fields([("no such column", "x".into())]),
        },
        nonsense(FieldValue::Null),
        nonsense(FieldValue::Boolean(true)),
        nonsense("a name of far more than forty characters, which is too long".into()),
    ];
    for resolution in values {
        laptop.set_conflict_policy(move |_| Some(resolution.clone()));
        assert!(laptop.settle_by_policy().await.unwrap().is_empty());
    }
    laptop.set_conflict_policy(|_| panic!("a bug of the program"));
    assert!(laptop.settle_by_policy().await.unwrap().is_empty());

    let conflict = laptop.conflict_get(record("patients", "p1")).await.unwrap();
    assert_eq!(
        (&conflict.fields[0].mine, &conflict.fields[0].theirs),
        (&"Mine".into(), &"Theirs".into())
    );
    // And the next policy is asked as if nothing had been.
    laptop.set_conflict_policy(|_| Some(Resolution::Mine));
    assert_eq!(laptop.settle_by_policy().await.unwrap().len(), 1);
    assert_eq!(value(&laptop, "p1", "name").await, "Mine".into());
}

/// The blocks of code of the document, in their order.
fn blocks(language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut rest = DOCUMENT;
    let opening = format!("```{language}\n");
    while let Some(at) = rest.find(&opening) {
        let code = &rest[at + opening.len()..];
        let end = code.find("\n```").expect("a block of code ends");
        blocks.push(code[..=end].to_owned());
        rest = &code[end..];
    }
    blocks
}

#[test]
fn the_code_of_the_document_is_the_code_that_was_run() {
    let shown = blocks("rust");
    assert_eq!(shown.len(), TEXTS.len());
    for (block, (file, text)) in shown.iter().zip(TEXTS) {
        let (_what_the_file_is_for, code) = text.split_once("\n\n").expect("a file begins with its doc");
        assert_eq!(block, code, "docs/CONFLICTS.md and examples/{file}");
    }
}

#[test]
fn the_configuration_of_the_document_is_the_templates() {
    let template = include_str!("../../../landfall-server/templates/todo/landfall.toml");
    let shown = blocks("toml");
    assert_eq!(shown.len(), 1);
    assert!(template.contains(&shown[0]));
}
