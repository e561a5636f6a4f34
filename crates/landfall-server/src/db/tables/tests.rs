//! How SQLite goes about the queries that old clients send all day.

use super::list::{Listing, UPDATED_AT, field, sql};
use crate::odata::typing::{Field, Typed, TypedNode};
use crate::odata::{filter, typing};
use crate::{Surroundings, Workspace};
use landfall_core::id::Millis;
use serde_json::json;

const SCHEMA: &str =
    "[workspace]\nname = \"W\"\n[[table]]\nname = \"t\"\n[[table.column]]\nname = \"c\"\ntype = \"text\"\n";

fn names(name: &str) -> Option<Field> {
    (name == "updatedAt").then(|| field(UPDATED_AT, &[]))?
}

fn pull(after: bool) -> Listing {
    let expr = filter("updatedAt gt cast(2024-08-23T20:22:54.291Z,Edm.DateTimeOffset)").unwrap();
    let by = names("updatedAt").unwrap();
    let key = Typed {
        kind: by.kind,
        nullable: by.nullable,
        node: TypedNode::Field(by.place),
    };
    Listing {
        filter: Some(typing::condition(&expr, &names).unwrap()),
        orders: vec![(key, false)],
        with_deleted: true,
        after: after.then(|| vec![json!(5), json!("x")]),
        skip: 0,
        take: 100,
        count: false,
        now: Millis(0),
    }
}

#[test]
fn a_pull_goes_along_an_index() {
    let dir = tempfile::tempdir().unwrap();
    let workspace = Workspace::create(dir.path().join("w"), SCHEMA, Surroundings::system()).unwrap();
    workspace
        .database()
        .read_blocking(|tx, model| {
            let table = model.table_named("t")?;
            let by_id = Listing {
                filter: None,
                orders: Vec::new(),
                ..pull(false)
            };
            for listing in [pull(false), pull(true), by_id] {
                let sql = sql(table, &listing);
                let mut statement = tx.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let marks = vec![1; statement.parameter_count()];
                let plan = statement
                    .query_map(rusqlite::params_from_iter(marks), |row| row.get::<_, String>(3))?
                    .collect::<Result<Vec<_>, _>>()?
                    .join("\n");
                assert!(
                    plan.contains("USING INDEX") && !plan.contains("TEMP B-TREE"),
                    "{sql}\n{plan}"
                );
                if listing.filter.is_some() {
                    assert!(
                        plan.contains("SEARCH t USING INDEX t.updated_at"),
                        "{sql}\n{plan}"
                    );
                }
            }
            Ok(())
        })
        .unwrap();
}
