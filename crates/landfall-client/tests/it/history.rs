//! A record's story, restoring, the trash, undo and redo, and where a change is.

use crate::world::{World, eventually, next_change, record, settled, synced, update};
use landfall_client::Client;
use landfall_client::dto::*;
use landfall_client::error::ErrorCode;
use landfall_client::topic::{Origin, TopicKind};

/// A laptop that joins after Ann has written and renamed a patient.
async fn late_laptop() -> (World, Client) {
    let world = World::new();
    world.server.write(
        "patients",
        "p1",
        &[("name", "Ida".into()), ("number", FieldValue::Integer(7))],
    );
    world.server.write(
        "patients",
        "p1",
        &[("name", "Ida B".into()), ("number", FieldValue::Integer(7))],
    );
    let laptop = world.connected().await;
    (world, laptop)
}

async fn story(laptop: &Client, column: Option<&str>, with_server: bool) -> RecordHistory {
    laptop
        .record_history(RecordHistoryArgs {
            table: "patients".into(),
            id: "p1".into(),
            column: column.map(str::to_owned),
            with_server,
        })
        .await
        .unwrap()
}

fn restore(point: HistoryPoint, what: RestoreWhat, preview: bool) -> RecordRestoreArgs {
    RecordRestoreArgs {
        table: "patients".into(),
        id: "p1".into(),
        point,
        what,
        preview,
    }
}

async fn set(laptop: &Client, column: &str, value: impl Into<FieldValue>) {
    laptop
        .record_update(update("patients", "p1", [(column, value.into())]))
        .await
        .unwrap();
}

async fn undone(laptop: &Client, action: Option<String>) -> ActionDone {
    laptop.action_undo(ActionUndoArgs { action }).await.unwrap()
}

#[tokio::test]
async fn a_device_that_joined_late_tells_the_whole_story() {
    let (_world, laptop) = late_laptop().await;
    let here = story(&laptop, None, false).await;
    assert_eq!((here.title.as_str(), here.entries.len()), ("Ida B", 0));
    assert!(!here.from_server && here.server_trouble.is_none());

    let whole = story(&laptop, None, true).await;
    assert!(whole.from_server);
    let told: Vec<_> = whole
        .entries
        .iter()
        .map(|item| (item.kind, item.origin, item.who_when.who.as_str(), item.here))
        .collect();
    assert_eq!(
        told,
        [
            (OpKind::Update, HistoryOrigin::Remote, "Ann", false),
            (OpKind::Insert, HistoryOrigin::Remote, "Ann", false)
        ]
    );
    assert_eq!(
        (&whole.entries[0].changes[0].old, &whole.entries[0].changes[0].new),
        (&"Ida".into(), &"Ida B".into())
    );

    // The first version, from the server's point: previewed, restored, and sent.
    let first = whole.entries[1].point.clone();
    let preview = laptop
        .record_restore(restore(first.clone(), RestoreWhat::Version, true))
        .await
        .unwrap();
    assert_eq!((preview.changes.len(), &preview.done), (1, &None));
    assert_eq!(preview.changes[0].new, "Ida".into());
    let done = laptop
        .record_restore(restore(first, RestoreWhat::Version, false))
        .await
        .unwrap();
    assert_eq!(done.changes, preview.changes);
    assert_eq!(done.done.unwrap().records, 1);
    let now = story(&laptop, None, true).await;
    assert_eq!(now.entries[0].origin, HistoryOrigin::Restore);
    assert_eq!(now.entries[0].who_when.who, "laptop");
}

#[tokio::test]
async fn the_two_histories_are_told_as_one_without_doubles() {
    let (world, laptop) = late_laptop().await;
    let mut events = laptop.events();
    set(&laptop, "name", "Ida C").await;
    synced(&laptop, &mut events).await;
    world.server.write(
        "patients",
        "p1",
        &[("name", "Ida D".into()), ("ward", "south".into())],
    );
    laptop.sync_now(NoArgs {}).await.unwrap();
    eventually(&mut events, async || {
        laptop.record_get(record("patients", "p1")).await.unwrap().title == "Ida D"
    })
    .await;
    laptop
        .work_offline_set(WorkOfflineSetArgs { on: true })
        .await
        .unwrap();
    set(&laptop, "number", FieldValue::Integer(8)).await;

    // Offline: what this device has, and why the rest is missing.
    let here = story(&laptop, None, true).await;
    assert!(!here.from_server);
    assert_eq!(here.server_trouble, Some(Reachability::WorkOffline));
    let whos = |story: &RecordHistory| -> Vec<(String, bool)> {
        let entries = story.entries.iter();
        entries
            .map(|item| (item.who_when.who.clone(), item.applied_at.is_some()))
            .collect()
    };
    let mine = || ("laptop".to_owned(), true);
    let anns = || ("Ann".to_owned(), true);
    let waits = || ("laptop".to_owned(), false);
    let mut found = whos(&here);
    found.sort();
    assert_eq!(found, [anns(), waits(), mine()]);

    laptop
        .work_offline_set(WorkOfflineSetArgs { on: false })
        .await
        .unwrap();
    synced(&laptop, &mut events).await;
    let whole = story(&laptop, None, true).await;
    let mut found = whos(&whole);
    found.sort();
    assert_eq!(found, [anns(), anns(), anns(), mine(), mine()]);

    // By column: only what touched it, and only that of it.
    let names = story(&laptop, Some("name"), true).await;
    assert_eq!(names.entries.len(), 4);
    let only = |item: &HistoryItem| item.changes.iter().all(|change| change.column == "name");
    assert!(names.entries.iter().all(only));
    let nobody = laptop
        .record_history(RecordHistoryArgs {
            table: "patients".into(),
            id: "p9".into(),
            column: None,
            with_server: true,
        })
        .await;
    assert_eq!(nobody.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn one_field_comes_back_and_what_breaks_a_rule_does_not() {
    let (_world, laptop) = late_laptop().await;
    laptop
        .work_offline_set(WorkOfflineSetArgs { on: true })
        .await
        .unwrap();
    laptop
        .record_update(update(
            "patients",
            "p1",
            [("name", "Eva".into()), ("number", FieldValue::Integer(9))],
        ))
        .await
        .unwrap();
    let point = story(&laptop, None, false).await.entries[0].point.clone();
    set(&laptop, "name", "Eve").await;
    let before = RestoreWhat::Before {
        column: "name".into(),
    };
    laptop
        .record_restore(restore(point.clone(), before, false))
        .await
        .unwrap();
    let detail = laptop.record_get(record("patients", "p1")).await.unwrap();
    assert_eq!(detail.title, "Ida B");
    let after = RestoreWhat::After {
        column: "name".into(),
    };
    laptop
        .record_restore(restore(point.clone(), after, false))
        .await
        .unwrap();

    // The number of before is another's by now.
    laptop
        .record_create(RecordCreateArgs {
            table: "patients".into(),
            id: "p2".into(),
            fields: crate::world::fields([("name", "Zoe".into()), ("number", FieldValue::Integer(7))]),
        })
        .await
        .unwrap();
    for preview in [true, false] {
        let what = RestoreWhat::Before {
            column: "number".into(),
        };
        let refused = laptop
            .record_restore(restore(point.clone(), what, preview))
            .await
            .unwrap_err();
        assert_eq!(refused.code, ErrorCode::Invalid);
        assert_eq!(refused.field_errors[0].column.as_str(), "number");
    }
    let elsewhere = RestoreWhat::Before {
        column: "ward".into(),
    };
    let error = laptop.record_restore(restore(point, elsewhere, true)).await;
    assert_eq!(error.unwrap_err().code, ErrorCode::NotFound);
    let server = HistoryPoint::Server { seq: "1".into() };
    let error = laptop
        .record_restore(restore(server, RestoreWhat::Version, true))
        .await;
    assert_eq!(error.unwrap_err().code, ErrorCode::Unreachable);
}

#[tokio::test]
async fn deleted_records_are_in_the_trash_and_come_back() {
    let (world, laptop) = late_laptop().await;
    let mut events = laptop.events();
    world.server.delete("patients", "p1");
    laptop.sync_now(NoArgs {}).await.unwrap();
    let trash = async || {
        laptop
            .trash_list(TrashListArgs {
                table: Some("patients".into()),
                limit: 50,
            })
            .await
            .unwrap()
    };
    eventually(&mut events, async || !trash().await.is_empty()).await;
    let item = trash().await.remove(0);
    assert_eq!((item.title.as_str(), item.deleted.who.as_str()), ("Ida B", "Ann"));
    assert!(!item.here && !item.waiting);

    let back = laptop.record_undelete(record("patients", "p1")).await.unwrap();
    assert!(trash().await.is_empty());
    synced(&laptop, &mut events).await;
    undone(&laptop, Some(back.action)).await;
    let item = trash().await.remove(0);
    assert_eq!((item.deleted.who.as_str(), item.here), ("laptop", true));
    let gone = laptop.record_undelete(record("patients", "p9")).await;
    assert_eq!(gone.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn many_come_back_from_the_trash_and_what_does_not_fit_is_told() {
    let (world, laptop) = late_laptop().await;
    let mut events = laptop.events();
    for (id, number) in [("p2", 17), ("p3", 18), ("p4", 19)] {
        let fields = [("name", id.into()), ("number", FieldValue::Integer(number))];
        world.server.write("patients", id, &fields);
    }
    laptop.sync_now(NoArgs {}).await.unwrap();
    eventually(&mut events, async || {
        laptop.record_get(record("patients", "p4")).await.is_ok()
    })
    .await;
    let selection = Selection::Ids {
        ids: ["p2", "p3", "p4"].map(String::from).to_vec(),
    };
    laptop
        .records_delete(RecordsDeleteArgs {
            table: "patients".into(),
            selection,
        })
        .await
        .unwrap();
    laptop
        .record_create(RecordCreateArgs {
            table: "patients".into(),
            id: "p5".into(),
            fields: crate::world::fields([("name", "Zoe".into()), ("number", FieldValue::Integer(18))]),
        })
        .await
        .unwrap();

    let mut events = laptop.events();
    let back = laptop
        .records_undelete(RecordsUndeleteArgs {
            records: ["p2", "p3", "p4"].map(|id| record("patients", id)).to_vec(),
        })
        .await
        .unwrap();
    next_change(&mut events, Origin::Person, TopicKind::Actions).await;
    let done = back.done.unwrap();
    assert_eq!(done.records, 2);
    let left = &back.left[0];
    assert_eq!((back.left.len(), left.title.as_str()), (1, "p3"));
    assert_eq!(left.field_errors[0].column.as_str(), "number");
    let deleted = async |id: &str| {
        let detail = laptop.record_get(record("patients", id)).await.unwrap();
        detail.deleted
    };
    assert!(!deleted("p2").await && deleted("p3").await && !deleted("p4").await);
    undone(&laptop, Some(done.action)).await;
    assert!(deleted("p2").await && deleted("p4").await);
}

#[tokio::test]
async fn steps_are_undone_and_redone_in_turn_also_after_a_restart() {
    let (world, laptop) = late_laptop().await;
    let mut events = laptop.events();
    set(&laptop, "name", "Eva").await;
    next_change(&mut events, Origin::Person, TopicKind::Actions).await;
    set(&laptop, "ward", "south").await;
    synced(&laptop, &mut events).await;
    laptop.shutdown().await;
    drop(laptop);

    let laptop = world.laptop().await;
    let stack = laptop.undo_stack(NoArgs {}).await.unwrap();
    let step = &stack.undo[0];
    assert_eq!(
        (
            step.verb,
            step.records,
            step.column.as_deref(),
            step.title.as_deref()
        ),
        (ActionVerb::Update, 1, Some("ward"), Some("Eva"))
    );
    undone(&laptop, None).await;
    undone(&laptop, None).await;
    let title = async || laptop.record_get(record("patients", "p1")).await.unwrap().title;
    assert_eq!(title().await, "Ida B");
    let nothing = laptop.action_undo(ActionUndoArgs { action: None }).await;
    assert_eq!(nothing.unwrap_err().code, ErrorCode::NotFound);
    let redone = laptop.action_redo(NoArgs {}).await.unwrap();
    assert_eq!(title().await, "Eva");
    let stack = laptop.undo_stack(NoArgs {}).await.unwrap();
    assert_eq!((stack.undo.len(), stack.redo.len()), (1, 1));
    assert_eq!(stack.undo[0].action, redone.action);
}

#[tokio::test]
async fn where_a_change_is() {
    let (world, laptop) = late_laptop().await;
    let trail = async || laptop.record_trail(record("patients", "p1")).await.unwrap();
    let untouched = trail().await;
    assert_eq!(
        (untouched.state, untouched.edited_at),
        (TrailState::OnServer, None)
    );
    assert_eq!(untouched.version_by.unwrap().who, "Ann");

    world.server.go_away();
    let mut events = laptop.events();
    set(&laptop, "name", "Eva").await;
    // A try to send it may be under way, and ends in vain.
    eventually(&mut events, async || trail().await.state == TrailState::Waiting).await;
    assert_eq!(trail().await.applied_at, None);
    laptop
        .draft_save(DraftSaveArgs {
            table: "patients".into(),
            id: "p1".into(),
            fields: crate::world::fields([("name", "".into())]),
        })
        .await
        .unwrap();
    assert_eq!(trail().await.state, TrailState::Draft);
    laptop.draft_discard(record("patients", "p1")).await.unwrap();

    world.server.come_back();
    let mut events = laptop.events();
    laptop.sync_now(NoArgs {}).await.unwrap();
    settled(&laptop, &mut events, |status| status.waiting == 0).await;
    let there = trail().await;
    assert_eq!(there.state, TrailState::OnServer);
    assert!(there.edited_at <= there.sent_at && there.applied_at.is_some());
    assert!(there.attempts >= 1 && there.version.is_some());
    let unknown = laptop.record_trail(record("patients", "p9")).await;
    assert_eq!(unknown.unwrap_err().code, ErrorCode::NotFound);
}
