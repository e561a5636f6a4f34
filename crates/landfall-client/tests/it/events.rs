//! What is told, and the way by name that the bridge goes.

use crate::world::{World, next_change, update};
use landfall_client::dispatch;
use landfall_client::dto::*;
use landfall_client::error::ErrorCode;
use landfall_client::topic::{Origin, TopicKind};
use serde_json::json;

#[tokio::test]
async fn a_persons_change_names_the_record_and_the_tables_that_point_at_it() {
    let world = World::new();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let laptop = world.connected().await;
    laptop
        .work_offline_set(WorkOfflineSetArgs { on: true })
        .await
        .unwrap();
    let mut events = laptop.events();
    laptop
        .record_update(update("patients", "p1", [("name", "Ida B".into())]))
        .await
        .unwrap();

    let change = next_change(&mut events, Origin::Person, TopicKind::Record).await;

    let named = |kind, table: &str| {
        let topic = change
            .topics
            .iter()
            .find(|topic| topic.kind == kind && topic.table.as_deref() == Some(table));
        topic.map(|topic| topic.ids.clone())
    };
    assert_eq!(named(TopicKind::Record, "patients"), Some(vec!["p1".to_owned()]));
    assert_eq!(
        named(TopicKind::Records, "visits"),
        Some(Vec::new()),
        "visits show the patient's name"
    );
    assert!(change.topics.iter().any(|topic| topic.kind == TopicKind::Outbox));
}

#[tokio::test]
async fn what_sync_brings_is_told_as_such() {
    let world = World::new();
    let laptop = world.connected().await;
    let mut events = laptop.events();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    laptop.sync_now(NoArgs {}).await.unwrap();
    let change = next_change(&mut events, Origin::Sync, TopicKind::Record).await;
    assert!(
        change.topics.iter().any(|topic| topic.ids == ["p1"]),
        "{change:?}"
    );
}

#[tokio::test]
async fn commands_are_called_by_name() {
    let world = World::new();
    let laptop = world.connected().await;
    let opened = dispatch(&laptop, "view_open", json!({"table": "patients"}))
        .await
        .unwrap();
    assert_eq!(opened["total"], 0);
    let code =
        |result: Result<serde_json::Value, landfall_client::error::CommandError>| result.unwrap_err().code;
    assert_eq!(
        code(dispatch(&laptop, "no_such", json!({})).await),
        ErrorCode::BadRequest
    );
    assert_eq!(
        code(dispatch(&laptop, "view_open", json!({"table": 3})).await),
        ErrorCode::BadRequest
    );
    assert_eq!(
        code(dispatch(&laptop, "view_open", json!({"table": "no_such"})).await),
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn every_command_answers_before_the_device_is_connected() {
    let world = World::new();
    let laptop = world.laptop().await;
    for command in landfall_client::commands::COMMANDS {
        let args = json!({"table": "patients", "id": "p1", "view": 1, "op_id": "o", "action": "a", "column": "name"});
        if let Err(error) = dispatch(&laptop, command.name, args).await {
            assert_ne!(error.code, ErrorCode::Internal, "{}: {error}", command.name);
        }
    }
}
