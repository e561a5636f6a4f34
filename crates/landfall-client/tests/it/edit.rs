//! Editing one record: saved at once, sent later, undone at any time.

use crate::world::{World, eventually, fields, record, synced, update};
use landfall_client::dto::*;
use landfall_client::error::ErrorCode;

async fn with_ida() -> (World, landfall_client::Client) {
    let world = World::new();
    world.server.write(
        "patients",
        "p1",
        &[("name", "Ida".into()), ("number", FieldValue::Integer(7))],
    );
    let laptop = world.connected().await;
    (world, laptop)
}

async fn offline(laptop: &landfall_client::Client, on: bool) {
    laptop.work_offline_set(WorkOfflineSetArgs { on }).await.unwrap();
}

#[tokio::test]
async fn an_edit_is_saved_offline_and_sent_when_the_line_is_back() {
    let (world, laptop) = with_ida().await;
    offline(&laptop, true).await;
    assert_eq!(
        laptop.sync_now(NoArgs {}).await.unwrap(),
        SyncStarted::WorkOffline
    );

    let detail = laptop
        .record_update(update("patients", "p1", [("name", "Ida B".into())]))
        .await
        .unwrap();

    assert_eq!((detail.title.as_str(), detail.mark), ("Ida B", Mark::Waiting));
    assert_eq!(detail.pending.len(), 1);
    assert_eq!(detail.pending[0].previous, "Ida".into());
    assert!(detail.saved_at.is_some() && detail.on_server);
    let status = laptop.sync_status(NoArgs {}).await.unwrap();
    assert_eq!((status.waiting, status.work_offline), (1, true));
    assert_eq!(status.reachability, Some(Reachability::WorkOffline));
    assert!(status.offline_with_waiting_since.is_some());
    assert_eq!(world.server.value("patients", "p1", "name"), Some("Ida".into()));

    let mut events = laptop.events();
    offline(&laptop, false).await;
    synced(&laptop, &mut events).await;
    assert_eq!(world.server.value("patients", "p1", "name"), Some("Ida B".into()));
    assert_eq!(
        laptop.record_get(record("patients", "p1")).await.unwrap().mark,
        Mark::Synced
    );
}

#[tokio::test]
async fn a_value_that_breaks_a_rule_is_not_written() {
    let (world, laptop) = with_ida().await;
    offline(&laptop, true).await;

    let refused = laptop
        .record_update(update("patients", "p1", [("name", "".into())]))
        .await
        .unwrap_err();

    assert_eq!(refused.code, ErrorCode::Invalid);
    assert_eq!(refused.field_errors[0].column.as_str(), "name");
    assert_eq!(laptop.sync_status(NoArgs {}).await.unwrap().waiting, 0);
    assert_eq!(
        laptop.record_get(record("patients", "p1")).await.unwrap().title,
        "Ida"
    );

    // It is kept as a draft, also over a restart.
    let draft = DraftSaveArgs {
        table: "patients".into(),
        id: "p1".into(),
        fields: fields([("name", "".into())]),
    };
    assert_eq!(laptop.draft_save(draft).await.unwrap().errors.len(), 1);
    laptop.shutdown().await;
    drop(laptop);
    let laptop = world.laptop().await;
    let kept = laptop
        .record_get(record("patients", "p1"))
        .await
        .unwrap()
        .draft
        .unwrap();
    assert_eq!((kept.fields["name"].clone(), kept.errors.len()), ("".into(), 1));
    laptop
        .record_update(update("patients", "p1", [("name", "Ida C".into())]))
        .await
        .unwrap();
    assert_eq!(
        laptop.record_get(record("patients", "p1")).await.unwrap().draft,
        None
    );
}

#[tokio::test]
async fn a_new_record_is_begun_kept_and_saved() {
    let (world, laptop) = with_ida().await;
    let begin = RecordNewArgs {
        table: "patients".into(),
        copy_of: None,
        fields: fields([("notes", "new".into())]),
    };
    let begun = laptop.record_new(begin).await.unwrap();
    assert_eq!(
        begun.fields,
        fields([("ward", "north".into()), ("notes", "new".into())])
    );
    assert_eq!(begun.errors.len(), 1, "a name is required");

    let list = |laptop: landfall_client::Client| async move {
        laptop
            .new_record_list(NewRecordListArgs {
                table: "patients".into(),
            })
            .await
            .unwrap()
    };
    assert_eq!(list(laptop.clone()).await, std::slice::from_ref(&begun));
    let typed = fields([("name", "Per".into()), ("number", FieldValue::Integer(7))]);
    let save = RecordCreateArgs {
        table: "patients".into(),
        id: begun.id.clone(),
        fields: typed,
    };
    let refused = laptop.record_create(save.clone()).await.unwrap_err();
    assert_eq!(
        refused.field_errors[0].column.as_str(),
        "number",
        "another record has that number"
    );

    let mut events = laptop.events();
    let number = fields([("name", "Per".into()), ("number", FieldValue::Integer(8))]);
    let saved = laptop
        .record_create(RecordCreateArgs {
            fields: number,
            ..save
        })
        .await
        .unwrap();
    assert_eq!((saved.title.as_str(), saved.on_server), ("Per", false));
    assert!(list(laptop.clone()).await.is_empty());
    let gone = laptop
        .new_record_get(record("patients", &begun.id))
        .await
        .unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
    synced(&laptop, &mut events).await;
    assert_eq!(world.server.len("patients"), 2);

    let copy = RecordNewArgs {
        table: "patients".into(),
        copy_of: Some(begun.id),
        fields: Fields::new(),
    };
    let copied = laptop.record_new(copy).await.unwrap();
    assert_eq!(
        copied.fields,
        fields([("name", "Per".into())]),
        "a unique number is not copied"
    );
}

#[tokio::test]
async fn every_step_can_be_taken_back() {
    let (_world, laptop) = with_ida().await;
    offline(&laptop, true).await;
    let title = |laptop: landfall_client::Client| async move {
        laptop.record_get(record("patients", "p1")).await.unwrap().title
    };

    laptop
        .record_update(update(
            "patients",
            "p1",
            [("name", "Eva".into()), ("ward", "south".into())],
        ))
        .await
        .unwrap();
    let undo = FieldUndoArgs {
        table: "patients".into(),
        id: "p1".into(),
        column: "name".into(),
    };
    let detail = laptop.field_undo(undo).await.unwrap();
    assert_eq!((detail.title.as_str(), detail.pending.len()), ("Ida", 1));

    let deleted = laptop.record_delete(record("patients", "p1")).await.unwrap();
    assert!(laptop.record_get(record("patients", "p1")).await.unwrap().deleted);
    laptop
        .action_undo(ActionUndoArgs {
            action: Some(deleted.action),
        })
        .await
        .unwrap();
    assert_eq!(title(laptop.clone()).await, "Ida");

    laptop
        .record_update(update("patients", "p1", [("name", "Eva".into())]))
        .await
        .unwrap();
    let reverted = laptop.record_revert(record("patients", "p1")).await.unwrap();
    assert_eq!(title(laptop.clone()).await, "Ida");
    laptop
        .action_undo(ActionUndoArgs {
            action: Some(reverted.action),
        })
        .await
        .unwrap();
    assert_eq!(title(laptop.clone()).await, "Eva");
}

#[tokio::test]
async fn what_others_changed_is_shown_until_it_was_seen() {
    let (world, laptop) = with_ida().await;
    laptop
        .table_visited(TableVisitedArgs {
            table: "patients".into(),
        })
        .await
        .unwrap();
    let mut events = laptop.events();
    world.server.write(
        "patients",
        "p1",
        &[("name", "Ida Z".into()), ("number", FieldValue::Integer(7))],
    );
    laptop.sync_now(NoArgs {}).await.unwrap();
    let news = async || {
        laptop
            .record_get(record("patients", "p1"))
            .await
            .unwrap()
            .changed_by_others
            .len()
    };
    eventually(&mut events, async || news().await == 1).await;

    let detail = laptop.record_get(record("patients", "p1")).await.unwrap();
    assert_eq!(detail.changed_by_others.len(), 1);
    assert_eq!(detail.changed_by_others[0].who_when.who, "Ann");
    laptop.record_seen(record("patients", "p1")).await.unwrap();
    assert!(
        laptop
            .record_get(record("patients", "p1"))
            .await
            .unwrap()
            .changed_by_others
            .is_empty()
    );
}
