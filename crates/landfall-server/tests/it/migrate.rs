//! Tables of another server, brought here: all of them, again and again, whatever breaks in between. The other server is
//! one of ours, which speaks the newer dialect; tests/azure does the same with the original one.

use crate::world::*;
use landfall_core::id::Millis;
use landfall_server::Error;
use landfall_server::import::{self, Import};
use landfall_server::migrate::{self, Report, Source, Wanted, infer};
use landfall_tables::Auth;
use reqwest::StatusCode;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::Duration;

/// Brings the tables to the new home.
async fn bring(home: &Server, source: &Source) -> Vec<Report> {
    migrate::run(&home.workspace, source, false, |_| {})
        .await
        .unwrap()
}

/// A table's records as old clients get them, deleted ones too, by id; without the version, which is each server's own.
async fn rows(device: &Device, table_name: &str) -> BTreeMap<String, Json> {
    let path = format!("/tables/{table_name}?__includeDeleted=true&$top=1000");
    let answer = device.get(&path).header("zumo-api-version", "2.0.0");
    let rows: Vec<Json> = answer.send().await.unwrap().json().await.unwrap();
    let by_id = rows.into_iter().map(|mut row| {
        row.as_object_mut().unwrap().remove("version");
        (row["id"].as_str().unwrap().to_owned(), row)
    });
    by_id.collect()
}

async fn meet(server: &Server, token: &str, tables: &[&str]) -> Result<Source, Error> {
    let wanted: Vec<Wanted> = tables.iter().map(|name| name.parse().unwrap()).collect();
    Source::meet(&server.url, &Auth::Zumo(token.to_owned()), &wanted).await
}

async fn source(server: &Server, tables: &[&str]) -> Source {
    let (_, token) = server.workspace.add_device("mover").unwrap();
    meet(server, &token, tables).await.unwrap()
}

async fn create(device: &Device, table_name: &str, row: Json) {
    let made = device.post(&format!("/tables/{table_name}")).json(&row);
    assert_eq!(made.send().await.unwrap().status(), StatusCode::CREATED, "{row}");
}

async fn replace(device: &Device, table_name: &str, row: Json) {
    let path = format!("/tables/{table_name}/{}", row["id"].as_str().unwrap());
    let replaced = device.put(&path).json(&row).send().await.unwrap();
    assert_eq!(replaced.status(), StatusCode::OK, "{row}");
}

fn fill(server: &Server, ids: std::ops::Range<u32>) {
    let lines: String = ids.map(|id| format!("a-{id:03},Field {id}\n")).collect();
    let import = Import {
        table: "airfields".to_owned(),
        ..Import::default()
    };
    import::run(
        &server.workspace,
        import,
        Cursor::new(format!("id,name\n{lines}")),
    )
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn records_deletions_and_times_come_and_a_second_run_brings_what_changed() {
    let old = Server::start().await;
    let tablet = old.device("tablet");
    create(
        &tablet,
        "inspections",
        json!({"id": "i-801", "summary": "Torn", "closed": true}),
    )
    .await;
    let airfield = json!({"id": "a-801", "name": "Olten", "code": "LO", "elevation": 430, "surfaces": ["grass"],
        "place": {"type": "Point", "coordinates": [7.9, 47.3]}, "website": "https://example.org"});
    create(&tablet, "airfields", airfield).await;
    let child = json!({"id": "i-802", "summary": "In order", "airfield": "a-801", "day": "2026-11-20",
        "inspectedAt": "2026-11-20T08:05:07.250Z", "condition": "good", "slope": 0.5, "notes": "Two\nlines"});
    create(&tablet, "inspections", child).await;
    create(&tablet, "inspections", json!({"id": "i-803", "summary": "Gone"})).await;
    let deleted = tablet.delete("/tables/inspections/i-803").send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);

    // A day later, children before their parents: the order of the tables does not matter.
    let home = Server::start().await;
    let phone = home.device("phone");
    home.clock.advance(Duration::from_secs(86_400));
    old.clock.advance(Duration::from_secs(86_400));
    let source = source(&old, &["inspections", "airfields"]).await;
    let reports = bring(&home, &source).await;
    let [inspections, airfields] = reports.as_slice() else {
        panic!("two tables")
    };
    assert_eq!(
        (inspections.made, inspections.deleted, inspections.here),
        (2, 1, 2)
    );
    assert_eq!((airfields.made, airfields.here), (1, 1));
    assert_eq!(
        (&inspections.left_out, &inspections.strangers),
        (&vec![], &vec![])
    );

    for name in ["airfields", "inspections"] {
        let (mut there, mut here) = (rows(&tablet, name).await, rows(&phone, name).await);
        for (row, other) in there.values_mut().zip(here.values_mut()) {
            // `updatedAt` is when it came: whoever pulls from this server now gets it.
            assert!(
                other["updatedAt"].as_str().unwrap().starts_with("2026-11-24"),
                "{other}"
            );
            for name in ["updatedAt", "createdAt"] {
                // v3 does not say when a record was made; that a deletion came later, it does.
                let is_known = name == "createdAt" && row["deleted"] == false;
                if !is_known {
                    row[name].take();
                    other[name].take();
                }
            }
        }
        assert_eq!(here, there);
    }
    // When it was changed there is when its edit was made.
    let pulled = phone.pull("").await.remove(0).records;
    assert_eq!(pulled[&table("airfields")][0].changed_at, Millis(BEGIN));

    // Nothing has changed, and nothing does.
    let again = bring(&home, &source).await;
    assert!(
        again
            .iter()
            .all(|report| report.made + report.changed + report.deleted == 0),
        "{again:?}"
    );

    // A change, a deletion, and one that comes back.
    old.clock.advance(Duration::from_secs(60));
    home.clock.advance(Duration::from_secs(60));
    replace(
        &tablet,
        "inspections",
        json!({"id": "i-801", "summary": "Mended"}),
    )
    .await;
    tablet.delete("/tables/inspections/i-802").send().await.unwrap();
    let back = tablet.put("/tables/inspections/i-803?__includedeleted=true");
    let back = back.json(&json!({"id": "i-803", "summary": "Back", "deleted": false}));
    assert_eq!(back.send().await.unwrap().status(), StatusCode::OK);
    let changes = bring(&home, &source).await;
    assert_eq!(
        (changes[0].made, changes[0].changed, changes[0].deleted),
        (1, 1, 1)
    );
    let inspections = rows(&phone, "inspections").await;
    let is_deleted = |id| inspections[id]["deleted"].as_bool().unwrap();
    assert_eq!((is_deleted("i-802"), is_deleted("i-803")), (true, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_breaks_off_goes_on_where_it_was() {
    let old = Server::start().await;
    let home = Server::start().await;
    for ids in [0..50, 50..100, 100..250] {
        fill(&old, ids);
        old.clock.advance(Duration::from_secs(360));
        home.clock.advance(Duration::from_secs(360));
    }
    let first = source(&old, &["airfields"]).await;
    // The server's page has a hundred. After the first one, it does not know the mover any more.
    let broken = migrate::run(&home.workspace, &first, false, |progress| {
        assert_eq!((progress.read, progress.of), (100, Some(250)));
        old.workspace.remove_device("mover").unwrap();
    })
    .await;
    let told = broken.unwrap_err();
    assert!(
        matches!(
            told,
            Error::Source {
                source: landfall_tables::Error::Unauthorized { status: 401 },
                ..
            }
        ),
        "{told}"
    );

    // What is not older than five minutes before that is read once more: the second fifty, and a record at each page's edge.
    let source = source(&old, &["airfields"]).await;
    let reports = bring(&home, &source).await;
    let report = &reports[0];
    assert_eq!(
        (report.read, report.unchanged, report.made, report.here),
        (202, 52, 150, 250)
    );
    // On demand, all of it.
    let all = migrate::run(&home.workspace, &source, true, |_| {})
        .await
        .unwrap();
    assert_eq!((all[0].read, all[0].unchanged), (252, 252));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_here_later_stays() {
    let old = Server::start().await;
    let tablet = old.device("tablet");
    for (id, name) in [("a-821", "Olten"), ("a-822", "Thun")] {
        create(&tablet, "airfields", json!({"id": id, "name": name})).await;
    }
    let home = Server::start().await;
    let source = source(&old, &["airfields"]).await;
    bring(&home, &source).await;

    // The laptop works with the new server already; then the tablet changes one of them on the old one.
    home.clock.advance(Duration::from_secs(60));
    let import = Import {
        table: "airfields".to_owned(),
        ..Import::default()
    };
    import::run(
        &home.workspace,
        import,
        Cursor::new("id,name\na-821,Olten Süd\na-822,Thun Süd\n"),
    )
    .unwrap();
    old.clock.advance(Duration::from_secs(120));
    home.clock.advance(Duration::from_secs(120));
    replace(&tablet, "airfields", json!({"id": "a-822", "name": "Thun Nord"})).await;
    let reports = bring(&home, &source).await;
    assert_eq!((reports[0].newer_here, reports[0].changed), (1, 1));
    let airfields = rows(&home.device("phone"), "airfields").await;
    assert_eq!(
        (&airfields["a-821"]["name"], &airfields["a-822"]["name"]),
        (&json!("Olten Süd"), &json!("Thun Nord"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_told_keeps_nobody_out_and_comes_when_it_fits() {
    let old = Server::start().await;
    let tablet = old.device("tablet");
    let summary = |id: &str, summary: &str| json!({"id": id, "summary": summary, "notes": "a note"});
    create(
        &tablet,
        "inspections",
        summary("i-831", "A summary that is much too long"),
    )
    .await;
    create(&tablet, "inspections", summary("i-832", "Short")).await;
    let narrow = "workspace.name = \"W\"\n[[table]]\nname = \"inspections\"\n[[table.column]]\nname = \"summary\"\n\
        type = \"text\"\nmax_length = 10\n[[table.column]]\nname = \"seen\"\ntype = \"boolean\"\ndefault = true\n";
    let home = Server::start_with_schema(narrow).await;
    let source = source(&old, &["inspections"]).await;
    let reports = bring(&home, &source).await;
    assert_eq!((reports[0].made, reports[0].here), (1, 1));
    let [left_out] = reports[0].left_out.as_slice() else {
        panic!("{reports:?}")
    };
    assert_eq!(left_out.id, "i-831");
    assert!(left_out.reason.contains("summary"), "{left_out:?}");
    let strangers = [
        "airfield",
        "closed",
        "condition",
        "day",
        "inspectedAt",
        "notes",
        "slope",
    ];
    assert_eq!(reports[0].strangers, strangers);
    // A column that the old server does not have gets its default.
    let inspections = rows(&home.device("phone"), "inspections").await;
    assert_eq!(inspections["i-832"]["seen"], true);

    // It is asked for by its id as long as it does not fit, however long ago it was changed.
    old.clock.advance(Duration::from_secs(3_600));
    home.clock.advance(Duration::from_secs(3_600));
    create(&tablet, "inspections", summary("i-833", "New")).await;
    let reports = bring(&home, &source).await;
    assert_eq!((reports[0].left_out.len(), reports[0].made), (1, 1));
    replace(&tablet, "inspections", summary("i-831", "Shorter")).await;
    let reports = bring(&home, &source).await;
    assert_eq!((reports[0].left_out.len(), reports[0].here), (0, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_can_not_be_asked_says_why() {
    let old = Server::start().await;
    let refused = meet(&old, "no-token", &["airfields"]).await.unwrap_err();
    assert!(matches!(
        refused,
        Error::Source {
            source: landfall_tables::Error::Unauthorized { .. },
            ..
        }
    ));
    let (_, token) = old.workspace.add_device("mover").unwrap();
    let missing = meet(&old, &token, &["hangars"]).await.unwrap_err();
    assert!(matches!(
        missing,
        Error::Source {
            source: landfall_tables::Error::NoTable { .. },
            ..
        }
    ));
    // Called otherwise there.
    let source = meet(&old, &token, &["places=AIRFIELDS"]).await.unwrap();
    assert_eq!(source.tables()[0].1, "airfields");
    let home = Server::start().await;
    let unknown = migrate::run(&home.workspace, &source, false, |_| {})
        .await
        .unwrap_err();
    assert!(unknown.to_string().contains("no table `places`"), "{unknown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_schema_is_guessed_and_takes_what_it_was_guessed_from() {
    let old = Server::start().await;
    let tablet = old.device("tablet");
    for number in 0..12 {
        let id = format!("a-84{number:02}");
        create(
            &tablet,
            "airfields",
            json!({"id": id, "name": format!("Field \"{number}\""), "elevation": 400 + number,
            "surfaces": ["grass"], "place": {"type": "Point", "coordinates": [7.9, 47.3]}}),
        )
        .await;
        let condition = if number % 2 == 0 { "good" } else { "poor" };
        create(
            &tablet,
            "inspections",
            json!({"id": format!("i-84{number:02}"), "summary": "In order", "airfield": id,
            "condition": condition, "day": "2026-11-20", "inspectedAt": "2026-11-20T08:05:07.250Z",
            "slope": f64::from(number) / 4.0, "notes": "Two\nlines"}),
        )
        .await;
    }
    let source = source(&old, &["airfields", "inspections"]).await;
    let text = infer::run(&source, "Fields", 100).await.unwrap();
    insta::assert_snapshot!("inferred", text.replace(&old.url, "https://old.example.org"));

    let home = Server::start_with_schema(&text).await;
    let reports = bring(&home, &source).await;
    assert_eq!((reports[0].here, reports[1].here), (12, 12), "{reports:?}");
}
