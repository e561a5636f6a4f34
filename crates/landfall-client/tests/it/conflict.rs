//! What waits for a person: the inbox, the dialog, and many at once.

use crate::world::{World, fields, next_change, record, settled, update};
use landfall_client::Client;
use landfall_client::dto::*;
use landfall_client::error::ErrorCode;
use landfall_client::topic::{Origin, TopicKind};

async fn offline(laptop: &Client, on: bool) {
    laptop.work_offline_set(WorkOfflineSetArgs { on }).await.unwrap();
}

/// Patients in conflict: the laptop wrote *Mine* and a ward, Ann wrote *Theirs* and a note. Sync is off again.
async fn in_conflict(ids: &[&str]) -> (World, Client) {
    let world = World::new();
    for id in ids {
        world.server.write("patients", id, &[("name", "Ida".into())]);
    }
    let laptop = world.connected().await;
    offline(&laptop, true).await;
    for id in ids {
        let patch = [("name", "Mine".into()), ("ward", "south".into())];
        laptop.record_update(update("patients", id, patch)).await.unwrap();
        let theirs = [("name", "Theirs".into()), ("notes", "seen".into())];
        world.server.write("patients", id, &theirs);
    }
    let mut events = laptop.events();
    offline(&laptop, false).await;
    let all = u32::try_from(ids.len()).unwrap();
    settled(&laptop, &mut events, |status| status.conflicts == all).await;
    offline(&laptop, true).await;
    (world, laptop)
}

fn resolve(id: &str, revision: Option<String>, resolution: Resolution) -> ConflictResolveArgs {
    ConflictResolveArgs {
        table: "patients".into(),
        id: id.into(),
        revision,
        resolution,
    }
}

async fn get(laptop: &Client, id: &str) -> ConflictDetail {
    laptop.conflict_get(record("patients", id)).await.unwrap()
}

async fn undo(laptop: &Client, done: ActionDone) {
    let action = ActionUndoArgs {
        action: Some(done.action),
    };
    laptop.action_undo(action).await.unwrap();
}

#[tokio::test]
async fn two_changes_of_one_field_are_put_to_the_person() {
    let (world, laptop) = in_conflict(&["p1"]).await;

    let shown = laptop.record_get(record("patients", "p1")).await.unwrap();
    assert_eq!((shown.mark, shown.title.as_str()), (Mark::Conflict, "Mine"));
    let marked = shown.conflict.unwrap();
    assert_eq!(
        (marked.kind, marked.theirs.who.as_str()),
        (ConflictKind::Fields, "Ann")
    );
    assert_eq!(marked.columns, ["name"]);

    let items = laptop.conflict_list(NoArgs {}).await.unwrap();
    let [item] = items.as_slice() else {
        panic!("{items:?}")
    };
    assert_eq!((item.mine.who.as_str(), item.title.as_str()), ("laptop", "Mine"));
    let detail = get(&laptop, "p1").await;
    assert_eq!((&detail.theirs, &detail.mine), (&item.theirs, &item.mine));
    let [field] = detail.fields.as_slice() else {
        panic!("{detail:?}")
    };
    assert_eq!(
        (&field.base, &field.mine, &field.theirs, &field.both),
        (&"Ida".into(), &"Mine".into(), &"Theirs".into(), &None)
    );
    let from = |name: &str| {
        detail
            .others
            .iter()
            .find(|other| other.column == name)
            .unwrap()
            .from
    };
    assert_eq!(
        (from("ward"), from("notes"), from("number")),
        (SettledFrom::Mine, SettledFrom::Theirs, SettledFrom::Unchanged)
    );

    let values = Resolution::Values {
        fields: fields([("name", "Both".into())]),
    };
    let done = laptop
        .conflict_resolve(resolve("p1", Some(detail.revision.clone()), values.clone()))
        .await
        .unwrap();
    assert_eq!(done.records, 1);
    let gone = laptop.conflict_get(record("patients", "p1")).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);

    undo(&laptop, done).await;
    assert_eq!(get(&laptop, "p1").await, detail, "the question is back, exactly");
    laptop
        .conflict_resolve(resolve("p1", Some(detail.revision), values))
        .await
        .unwrap();
    let mut events = laptop.events();
    offline(&laptop, false).await;
    settled(&laptop, &mut events, |status| {
        status.waiting == 0 && status.conflicts == 0
    })
    .await;
    assert_eq!(world.server.value("patients", "p1", "name"), Some("Both".into()));
    assert_eq!(world.server.value("patients", "p1", "ward"), Some("south".into()));
    assert_eq!(world.server.value("patients", "p1", "notes"), Some("seen".into()));
}

#[tokio::test]
async fn theirs_that_moves_while_the_person_decides_is_shown_anew() {
    let (world, laptop) = in_conflict(&["p1"]).await;
    let seen = get(&laptop, "p1").await.revision;
    world
        .server
        .write("patients", "p1", &[("name", "Theirs again".into())]);
    let mut events = laptop.events();
    offline(&laptop, false).await;
    next_change(&mut events, Origin::Sync, TopicKind::Conflicts).await;
    settled(&laptop, &mut events, |status| status.state == SyncState::Idle).await;

    let moved = laptop
        .conflict_resolve(resolve("p1", Some(seen), Resolution::Mine))
        .await
        .unwrap_err();
    assert_eq!(moved.code, ErrorCode::TheirsMoved);
    let now = get(&laptop, "p1").await;
    assert_eq!(now.fields[0].theirs, "Theirs again".into());
    let mut events = laptop.events();
    laptop
        .conflict_resolve(resolve("p1", Some(now.revision), Resolution::Theirs))
        .await
        .unwrap();
    next_change(&mut events, Origin::Person, TopicKind::Conflicts).await;
    settled(&laptop, &mut events, |status| {
        status.waiting == 0 && status.conflicts == 0
    })
    .await;
    assert_eq!(
        world.server.value("patients", "p1", "name"),
        Some("Theirs again".into())
    );
}

#[tokio::test]
async fn both_are_kept_as_two_records() {
    let (world, laptop) = in_conflict(&["p1"]).await;
    assert!(get(&laptop, "p1").await.can_keep_both);
    let copy = Resolution::KeepBoth {
        fields: fields([("name", "Mine (copy)".into())]),
    };
    let done = laptop.conflict_resolve(resolve("p1", None, copy)).await.unwrap();
    assert_eq!(done.records, 2);
    let mut events = laptop.events();
    offline(&laptop, false).await;
    settled(&laptop, &mut events, |status| status.waiting == 0).await;
    assert_eq!(world.server.len("patients"), 2);
    assert_eq!(
        world.server.value("patients", "p1", "name"),
        Some("Theirs".into())
    );
}

#[tokio::test]
async fn many_are_settled_at_once_with_a_look_before_and_one_step_back() {
    let (_world, laptop) = in_conflict(&["p1", "p2", "p3"]).await;
    let theirs = |preview| ConflictsResolveArgs {
        records: None,
        column: None,
        side: ConflictSide::Theirs,
        preview,
    };
    let preview = laptop.conflicts_resolve(theirs(true)).await.unwrap();
    assert_eq!((preview.resolved, preview.partly, preview.left), (3, 0, 0));
    assert_eq!(preview.done, None);
    let change = preview.sample[0].change.as_ref().unwrap();
    assert_eq!((&change.old, &change.new), (&"Mine".into(), &"Theirs".into()));
    assert_eq!(laptop.sync_status(NoArgs {}).await.unwrap().conflicts, 3);

    let done = laptop
        .conflicts_resolve(theirs(false))
        .await
        .unwrap()
        .done
        .unwrap();
    assert_eq!(done.records, 3);
    assert!(laptop.conflict_list(NoArgs {}).await.unwrap().is_empty());
    undo(&laptop, done).await;
    assert_eq!(laptop.conflict_list(NoArgs {}).await.unwrap().len(), 3);

    let one = ConflictsResolveArgs {
        records: Some(vec![record("patients", "p2")]),
        ..theirs(false)
    };
    assert_eq!(laptop.conflicts_resolve(one).await.unwrap().resolved, 1);
    assert_eq!(laptop.conflict_list(NoArgs {}).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_the_server_refused_is_in_the_inbox_too() {
    let world = World::new();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let laptop = world.connected().await;
    let mut events = laptop.events();
    laptop
        .record_update(update("patients", "p1", [("name", "refuse me".into())]))
        .await
        .unwrap();
    settled(&laptop, &mut events, |status| status.refused == 1).await;

    let items = laptop.conflict_list(NoArgs {}).await.unwrap();
    assert_eq!((items[0].kind, &items[0].theirs), (ConflictKind::Refused, &None));
    let detail = get(&laptop, "p1").await;
    assert_eq!(detail.refusal.as_ref().unwrap().message, "not this one");
    assert_eq!(detail.fields[0].theirs, "Ida".into(), "what the server has");
    offline(&laptop, true).await;
    let discarded = laptop
        .conflict_resolve(resolve("p1", Some(detail.revision.clone()), Resolution::Theirs))
        .await
        .unwrap();
    assert_eq!(
        laptop.record_get(record("patients", "p1")).await.unwrap().title,
        "Ida"
    );
    undo(&laptop, discarded).await;
    assert_eq!(get(&laptop, "p1").await, detail);
    let mended = Resolution::Values {
        fields: fields([("name", "Ida B".into())]),
    };
    laptop
        .conflict_resolve(resolve("p1", None, mended))
        .await
        .unwrap();
    let mut events = laptop.events();
    offline(&laptop, false).await;
    settled(&laptop, &mut events, |status| status.waiting == 0).await;
    assert_eq!(world.server.value("patients", "p1", "name"), Some("Ida B".into()));
}

#[tokio::test]
async fn what_merged_by_itself_is_told_and_brought_back() {
    let world = World::new();
    world.server.write(
        "patients",
        "p1",
        &[("name", "Ida".into()), ("notes", "old".into())],
    );
    let laptop = world.connected().await;
    offline(&laptop, true).await;
    laptop
        .record_update(update("patients", "p1", [("ward", "south".into())]))
        .await
        .unwrap();
    let theirs = [("name", "Ida".into()), ("notes", "new".into())];
    world.server.write("patients", "p1", &theirs);
    let mut events = laptop.events();
    offline(&laptop, false).await;
    settled(&laptop, &mut events, |status| status.waiting == 0).await;

    let merged = laptop.merged_list(MergedListArgs { limit: 10 }).await.unwrap();
    let [item] = merged.as_slice() else {
        panic!("{merged:?}")
    };
    assert_eq!((item.title.as_str(), item.theirs.who.as_str()), ("Ida", "Ann"));
    let [field] = item.fields.as_slice() else {
        panic!("{item:?}")
    };
    assert_eq!(
        (&field.change.old, &field.change.new),
        (&"old".into(), &"new".into())
    );
    assert_eq!(
        (&field.theirs, &field.rule, field.can_revert),
        (&None, &None, true)
    );
    let revert = MergeRevertArgs {
        n: item.n,
        column: Some("notes".into()),
    };
    laptop.merge_revert(revert.clone()).await.unwrap();
    settled(&laptop, &mut events, |status| status.waiting == 0).await;
    assert_eq!(world.server.value("patients", "p1", "notes"), Some("old".into()));
    assert_eq!(
        laptop.merge_revert(revert).await.unwrap_err().code,
        ErrorCode::NotFound
    );
}
