//! The list: frozen order, rows by position, references by name.

use crate::world::{World, record, titles, update, whole};
use landfall_client::dto::*;
use landfall_client::error::ErrorCode;

async fn ward_of_three() -> (World, landfall_client::Client) {
    let world = World::new();
    for (id, name, number) in [("p1", "Cara", 3), ("p2", "Ann", 1), ("p3", "Bo", 2)] {
        let values = [
            ("name", name.into()),
            ("number", FieldValue::Integer(number)),
            ("notes", "long story".into()),
        ];
        world.server.write("patients", id, &values);
    }
    world.server.write(
        "visits",
        "v1",
        &[("patient", "p2".into()), ("reason", "Check".into())],
    );
    let laptop = world.connected().await;
    (world, laptop)
}

#[tokio::test]
async fn rows_are_read_by_position_in_the_order_asked() {
    let (_world, laptop) = ward_of_three().await;

    let opened = laptop.view_open(whole("patients")).await.unwrap();
    assert_eq!((opened.total, opened.table_total), (3, 3));
    assert_eq!(titles(&laptop, opened.view).await, ["Ann", "Bo", "Cara"]);

    let by_number = ViewOpenArgs {
        sort: vec![SortKey {
            column: "number".into(),
            descending: true,
        }],
        conditions: vec![Condition {
            column: "number".into(),
            operator: Operator::Greater,
            value: FieldValue::Integer(1),
        }],
        ..whole("patients")
    };
    let opened = laptop.view_open(by_number).await.unwrap();
    assert_eq!(titles(&laptop, opened.view).await, ["Cara", "Bo"]);

    let searched = ViewOpenArgs {
        search: "ca".into(),
        ..whole("patients")
    };
    let opened = laptop.view_open(searched).await.unwrap();
    assert_eq!((opened.total, opened.table_total), (1, 3));
    let rows = laptop
        .view_rows(ViewRowsArgs {
            view: opened.view,
            start: 0,
            count: 10,
        })
        .await
        .unwrap();
    assert!(
        !rows.rows[0].fields.contains_key("notes"),
        "long text is for the editor"
    );

    let unknown = ViewOpenArgs {
        sort: vec![SortKey {
            column: "age".into(),
            descending: false,
        }],
        ..whole("patients")
    };
    assert_eq!(
        laptop.view_open(unknown).await.unwrap_err().code,
        ErrorCode::BadRequest
    );
}

#[tokio::test]
async fn no_row_jumps_while_a_view_is_open() {
    let (_world, laptop) = ward_of_three().await;
    let opened = laptop.view_open(whole("patients")).await.unwrap();
    let drift = || laptop.view_refresh(ViewRefreshArgs { view: opened.view });
    assert_eq!(
        drift().await.unwrap(),
        ViewDrift {
            added: 0,
            removed: 0,
            moved: false
        }
    );

    laptop
        .record_update(update("patients", "p2", [("name", "Zoe".into())]))
        .await
        .unwrap();
    laptop.record_delete(record("patients", "p3")).await.unwrap();

    assert_eq!(
        titles(&laptop, opened.view).await,
        ["Zoe", "Bo", "Cara"],
        "each row keeps its place"
    );
    let rows = laptop
        .view_rows(ViewRowsArgs {
            view: opened.view,
            start: 1,
            count: 1,
        })
        .await
        .unwrap();
    assert!(rows.rows[0].gone);
    assert_eq!(
        drift().await.unwrap(),
        ViewDrift {
            added: 0,
            removed: 1,
            moved: true
        }
    );
    let find = |id: &str| {
        laptop.view_find(ViewFindArgs {
            view: opened.view,
            id: id.into(),
        })
    };
    assert_eq!(find("p1").await.unwrap().position, Some(2));
    assert_eq!(find("p99").await.unwrap().position, None);

    laptop
        .view_close(ViewCloseArgs { view: opened.view })
        .await
        .unwrap();
    assert_eq!(drift().await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn references_carry_the_title_of_what_they_point_at() {
    let (_world, laptop) = ward_of_three().await;
    let opened = laptop.view_open(whole("visits")).await.unwrap();
    let rows = laptop
        .view_rows(ViewRowsArgs {
            view: opened.view,
            start: 0,
            count: 1,
        })
        .await
        .unwrap();
    assert_eq!(rows.rows[0].reference_titles["patient"], "Ann");
    let detail = laptop.record_get(record("visits", "v1")).await.unwrap();
    assert_eq!(detail.reference_titles["patient"], "Ann");

    let args = ReferenceSearchArgs {
        table: "patients".into(),
        search: "b".into(),
        limit: 5,
    };
    let found = laptop.reference_search(args).await.unwrap();
    assert_eq!(
        found.iter().map(|found| found.title.as_str()).collect::<Vec<_>>(),
        ["Bo"]
    );

    let elsewhere = update("visits", "v1", [("patient", "nobody".into())]);
    let refused = laptop.record_update(elsewhere).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Invalid);
    assert_eq!(refused.field_errors[0].column.as_str(), "patient");
}

#[tokio::test]
async fn only_so_many_views_stay_open() {
    let (_world, laptop) = ward_of_three().await;
    let first = laptop.view_open(whole("patients")).await.unwrap().view;
    let second = laptop.view_open(whole("patients")).await.unwrap().view;
    for _ in 0..31 {
        titles(&laptop, first).await;
        laptop.view_open(whole("patients")).await.unwrap();
    }
    assert_eq!(titles(&laptop, first).await.len(), 3, "in use, so it stays");
    let closed = laptop
        .view_rows(ViewRowsArgs {
            view: second,
            start: 0,
            count: 1,
        })
        .await
        .unwrap_err();
    assert_eq!(closed.code, ErrorCode::NotFound);
}
