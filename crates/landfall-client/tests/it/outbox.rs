//! The outbox: what waits, what was refused, and what a person does about it.

use crate::world::{World, record, settled, update};
use landfall_client::dto::*;
use landfall_client::error::ErrorCode;

#[tokio::test]
async fn a_waiting_change_is_listed_previewed_discarded_and_brought_back() {
    let world = World::new();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    world.server.write("patients", "p2", &[("name", "Per".into())]);
    world.server.write(
        "visits",
        "v1",
        &[("patient", "p1".into()), ("reason", "Check".into())],
    );
    let laptop = world.connected().await;
    laptop
        .work_offline_set(WorkOfflineSetArgs { on: true })
        .await
        .unwrap();
    laptop
        .record_update(update("visits", "v1", [("patient", "p2".into())]))
        .await
        .unwrap();

    let items = laptop.outbox_list(NoArgs {}).await.unwrap();
    let [item] = items.as_slice() else {
        panic!("{items:?}")
    };
    assert_eq!(
        (item.title.as_str(), item.kind, item.state),
        ("Check", OpKind::Update, OutboxState::Waiting)
    );
    let [change] = item.changes.as_slice() else {
        panic!("{item:?}")
    };
    assert_eq!(
        (change.old_title.as_deref(), change.new_title.as_deref()),
        (Some("Ida"), Some("Per"))
    );
    let export = laptop.outbox_export(NoArgs {}).await.unwrap();
    assert_eq!(export.text.lines().count(), 1);

    let this = OutboxRef {
        op_id: item.op_id.clone(),
    };
    let preview = laptop.outbox_discard_preview(this.clone()).await.unwrap();
    assert_eq!(
        (preview.effect, preview.also_discards),
        (DiscardEffect::FieldsReturn, 0)
    );
    assert_eq!(preview.changes[0].new_title.as_deref(), Some("Ida"));
    let discarded = laptop.outbox_discard(this.clone()).await.unwrap();
    assert!(laptop.outbox_list(NoArgs {}).await.unwrap().is_empty());
    assert_eq!(
        laptop.outbox_discard(this).await.unwrap_err().code,
        ErrorCode::NotFound
    );

    laptop
        .action_undo(ActionUndoArgs {
            action: Some(discarded.action),
        })
        .await
        .unwrap();
    assert_eq!(laptop.outbox_list(NoArgs {}).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_refused_change_keeps_its_reason_and_can_be_tried_again() {
    let world = World::new();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let laptop = world.connected().await;
    let mut events = laptop.events();
    laptop
        .record_update(update("patients", "p1", [("name", "refuse me".into())]))
        .await
        .unwrap();
    settled(&laptop, &mut events, |status| status.refused == 1).await;

    let detail = laptop.record_get(record("patients", "p1")).await.unwrap();
    assert_eq!(detail.mark, Mark::Refused);
    assert_eq!(detail.refusal.as_ref().unwrap().message, "not this one");
    let items = laptop.outbox_list(NoArgs {}).await.unwrap();
    assert_eq!(
        (items[0].state, &items[0].refusal),
        (OutboxState::Refused, &detail.refusal)
    );

    laptop.outbox_retry_all(NoArgs {}).await.unwrap();
    settled(&laptop, &mut events, |status| {
        status.refused == 1 && status.waiting == 0
    })
    .await;
    laptop
        .record_update(update("patients", "p1", [("name", "Ida B".into())]))
        .await
        .unwrap();
    settled(&laptop, &mut events, |status| status.last_sent == 1).await;
    assert_eq!(world.server.value("patients", "p1", "name"), Some("Ida B".into()));

    let log = laptop
        .sync_log(SyncLogArgs {
            kind: None,
            limit: 100,
        })
        .await
        .unwrap();
    assert!(log.iter().any(|line| line.code == "sent"), "{log:?}");
}
