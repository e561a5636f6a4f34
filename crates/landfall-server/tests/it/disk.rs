//! The database under stress: a full disk, another program that writes, a schema that grows.

use crate::world::*;
use landfall_protocol::error::{ErrorBody, ErrorCode};
use landfall_protocol::push::{Outcome, PushRequest};
use landfall_server::{Error, Workspace};
use reqwest::StatusCode;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_a_push_whole_and_takes_it_when_there_is_room() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    laptop.applied(insert_airfield("op-501", "a-501", "Safien")).await;

    // SQLite is told that the file may not grow, as a disk without space tells it.
    let limit_pages = |sql: &'static str| {
        server
            .workspace
            .database()
            .write_blocking(move |tx, _| Ok(tx.query_row(sql, [], |row| row.get::<_, i64>(0))?))
            .unwrap()
    };
    limit_pages("PRAGMA max_page_count = 1");
    let long = "x".repeat(4_000);
    let ops: Vec<_> = (0..10)
        .map(|n| {
            op(
                &format!("op-51{n}"),
                landfall_core::outbox::OpKind::Insert,
                "inspections",
                &format!("i-51{n}"),
                &[("summary", "Long".into()), ("notes", long.as_str().into())],
            )
        })
        .collect();
    let request = PushRequest {
        ops: ops.clone(),
        acked: Vec::new(),
    };
    let response = laptop.post("/v1/push").json(&request).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["retry-after"], "60");
    let body: ErrorBody = response.json().await.unwrap();
    assert_eq!(body.code, ErrorCode::Unavailable);
    assert!(body.message.contains("disk is full"), "{}", body.message);

    // Nothing of it is there, what was there is, and reading goes on.
    let pages = laptop.pull("").await;
    assert_eq!(pages[0].last.as_ref().unwrap()[&table("inspections")].count, 0);
    assert_eq!(pages[0].last.as_ref().unwrap()[&table("airfields")].count, 1);
    assert_eq!(server.workspace.examine().unwrap().faults, Vec::<String>::new());

    // Space was made: the same push goes through.
    limit_pages("PRAGMA max_page_count = 100000");
    assert!(
        laptop
            .push(ops)
            .await
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Applied { .. }))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_beside_a_running_server_is_pulled() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let cursor = laptop.pull("").await.remove(0).cursor;

    let (_, other) = surroundings();
    let beside = Workspace::open_as_stored(server.path(), other).unwrap();
    let import = landfall_server::import::Import {
        table: "airfields".into(),
        ..Default::default()
    };
    let report = landfall_server::import::run(&beside, import, "id,name\na-521,Sedrun\n".as_bytes()).unwrap();
    assert_eq!(report.made, 1);

    laptop.applied(insert_airfield("op-522", "a-522", "Sils")).await;
    let pages = laptop.pull(&format!("?cursor={cursor}")).await;
    let names: Vec<_> = pages[0].records[&table("airfields")]
        .iter()
        .map(|record| record.id.as_str())
        .collect();
    assert_eq!(names, ["a-521", "a-522"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_grows_with_a_higher_version() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    laptop
        .applied(insert_airfield("op-531", "a-531", "Splügen"))
        .await;

    let file = server.path().join("landfall.toml");
    let open_with = |schema: &str| {
        std::fs::write(&file, schema).unwrap();
        Workspace::open(server.path(), surroundings().1)
    };
    let refusal = |schema: &str| match open_with(schema) {
        Err(Error::SchemaChange(reason)) => reason,
        Err(other) => other.to_string(),
        Ok(_) => "taken over".to_owned(),
    };
    let next = SCHEMA.replace("version = 1", "version = 2");
    insta::assert_debug_snapshot!(
        "schema_changes",
        [
            refusal(&SCHEMA.replace("max_length = 60", "max_length = 70")),
            refusal(&next.replace(
                "name = \"elevation\"\ntype = \"integer\"",
                "name = \"elevation\"\ntype = \"real\""
            )),
            refusal(&next.replace("[[table.column]]\nname = \"website\"\ntype = \"link\"", "")),
            refusal(&next.replace("table = \"airfields\"", "table = \"inspections\"")),
            refusal(&next.replace("name = \"inspections\"", "name = \"visits\"")),
        ]
    );

    assert!(matches!(
        open_with("[workspace]\nname ="),
        Err(Error::SchemaFile { .. })
    ));

    // A column, a table and a unique rule more: records stay, and the running server says that it must start again.
    let grown = format!(
        "{}\n[[table.column]]\nname = \"depth\"\ntype = \"location\"\n[[table]]\nname = \"runways\"\n[[table.column]]\nname = \"code\"\ntype = \"text\"\nunique = true\n",
        next.replace(
            "name = \"summary\"\ntype = \"text\"",
            "name = \"summary\"\ntype = \"text\"\nunique = true"
        )
    );
    let workspace = open_with(&grown).unwrap();
    let findings = workspace.examine().unwrap();
    assert_eq!(findings.faults, Vec::<String>::new());
    assert_eq!(findings.records[0], (table("airfields"), 1));
    let response = laptop.get("/v1/pull").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body: ErrorBody = response.json().await.unwrap();
    assert!(
        body.message.contains("start the server again"),
        "{}",
        body.message
    );
}
