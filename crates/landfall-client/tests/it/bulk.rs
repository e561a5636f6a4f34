//! Many records at once, as one action.

use crate::world::{World, fields, whole};
use landfall_client::dto::*;
use landfall_client::error::ErrorCode;

#[tokio::test]
async fn all_of_a_view_but_some_are_changed_and_brought_back_as_one() {
    let world = World::new();
    for n in 1..=40 {
        let ward = if n % 2 == 0 { "north" } else { "south" };
        world.server.write(
            "patients",
            &format!("p{n:02}"),
            &[
                ("name", format!("Name {n:02}").as_str().into()),
                ("ward", ward.into()),
            ],
        );
    }
    let laptop = world.connected().await;
    laptop
        .work_offline_set(WorkOfflineSetArgs { on: true })
        .await
        .unwrap();
    let north = ViewOpenArgs {
        conditions: vec![Condition {
            column: "ward".into(),
            operator: Operator::Is,
            value: "north".into(),
        }],
        ..whole("patients")
    };
    let view = laptop.view_open(north).await.unwrap();
    assert_eq!(view.total, 20);
    let change = |preview, ward: &str| RecordsUpdateArgs {
        table: "patients".into(),
        selection: Selection::View {
            view: view.view,
            except: vec!["p02".into(), "p04".into()],
        },
        patch: fields([("ward", ward.into())]),
        preview,
    };

    assert_eq!(
        laptop
            .records_update(change(true, "south"))
            .await
            .unwrap()
            .records,
        18
    );
    assert_eq!(
        laptop.sync_status(NoArgs {}).await.unwrap().waiting,
        0,
        "a preview writes nothing"
    );
    let wrong = laptop.records_update(change(false, "attic")).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::Invalid);
    assert_eq!(
        laptop.sync_status(NoArgs {}).await.unwrap().waiting,
        0,
        "all or none"
    );

    let done = laptop.records_update(change(false, "south")).await.unwrap();
    assert_eq!(done.records, 18);
    assert_eq!(laptop.sync_status(NoArgs {}).await.unwrap().waiting, 18);
    laptop
        .action_undo(ActionUndoArgs {
            action: Some(done.action),
        })
        .await
        .unwrap();
    assert_eq!(laptop.sync_status(NoArgs {}).await.unwrap().waiting, 0);
}

#[tokio::test]
async fn records_that_went_while_a_view_was_open_are_left_alone() {
    let world = World::new();
    for n in 1..=3 {
        world
            .server
            .write("patients", &format!("p{n}"), &[("name", "Same".into())]);
    }
    let laptop = world.connected().await;
    let view = laptop.view_open(whole("patients")).await.unwrap().view;
    let delete = |selection| RecordsDeleteArgs {
        table: "patients".into(),
        selection,
    };
    laptop
        .records_delete(delete(Selection::Ids {
            ids: vec!["p2".into()],
        }))
        .await
        .unwrap();
    let done = laptop
        .records_delete(delete(Selection::View {
            view,
            except: Vec::new(),
        }))
        .await
        .unwrap();
    assert_eq!(done.records, 2);
    assert_eq!(
        laptop
            .table_counts(TableCountsArgs {
                table: "patients".into()
            })
            .await
            .unwrap()
            .total,
        0
    );
}
