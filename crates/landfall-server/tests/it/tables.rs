//! What the table protocol keeps when clocks stand or go back, and when many clients write at once: the promises that a
//! single request can't show. The rest is in [`crate::conformance`].

use crate::world::*;
use reqwest::StatusCode;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::Arc;

async fn create(device: &Device, id: &str, name: &str) -> Json {
    let response = device
        .post("/tables/airfields")
        .json(&json!({"id": id, "name": name}))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    response.json().await.unwrap()
}

/// Replaces a record on the version that it is thought to have.
async fn rename(device: &Device, id: &str, version: &str, name: &str) -> (StatusCode, Json) {
    let response = device
        .put(&format!("/tables/airfields/{id}"))
        .header("if-match", format!("\"{version}\""))
        .json(&json!({"id": id, "name": name}))
        .send()
        .await
        .unwrap();
    (response.status(), response.json().await.unwrap())
}

/// What a client of the toolkit pulls: all pages after a time.
async fn pull(device: &Device, after: Option<&str>) -> Vec<Json> {
    let filter = after.map_or(String::new(), |after| {
        format!("$filter=(updatedAt gt cast({after},Edm.DateTimeOffset))&")
    });
    let mut query = format!("{filter}$orderby=updatedAt&$count=true&__includedeleted=true");
    let mut rows = Vec::new();
    loop {
        let response = device
            .get(&format!("/tables/airfields?{query}"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let page: Json = response.json().await.unwrap();
        rows.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["nextLink"].as_str() {
            Some(next) => query = next.to_owned(),
            None => return rows,
        }
    }
}

fn times(rows: &[Json]) -> Vec<String> {
    rows.iter()
        .map(|row| row["updatedAt"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn times_rise_while_the_clock_stands_and_when_it_goes_back() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    for number in 0..5 {
        create(&laptop, &format!("a-60{number}"), "Olten").await;
    }
    let before = pull(&laptop, None).await;
    assert_eq!(
        times(&before).iter().collect::<BTreeSet<_>>().len(),
        5,
        "{before:?}"
    );
    let newest = times(&before).pop().unwrap();

    // The machine's clock is set back by an hour; what is written then still comes after what was pulled.
    server.clock.back(std::time::Duration::from_secs(3_600));
    create(&laptop, "a-610", "Thun").await;
    let after = pull(&laptop, Some(&newest)).await;
    assert_eq!(after.len(), 1);
    assert_eq!(after[0]["id"], "a-610");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_change_the_same_version_one_does() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let made = create(&laptop, "a-620", "Olten").await;
    let version = Arc::new(made["version"].as_str().unwrap().to_owned());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..8 {
        let device = server.device(&format!("phone {number}"));
        let version = Arc::clone(&version);
        tasks.spawn(async move { rename(&device, "a-620", &version, &format!("Name {number}")).await });
    }
    let answers = tasks.join_all().await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|(status, _)| *status == StatusCode::OK);
    assert_eq!((won.len(), lost.len()), (1, 7));
    for (status, row) in lost {
        assert_eq!(*status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(
            row["name"], won[0].1["name"],
            "the loser gets the record that won"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pulls_while_others_write_misses_nothing() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..4 {
        let device = server.device(&format!("phone {writer}"));
        writers.spawn(async move {
            for number in 0..20 {
                let id = format!("a-7{writer}-{number}");
                let row = create(&device, &id, "Olten").await;
                rename(&device, &id, row["version"].as_str().unwrap(), "Thun").await;
            }
        });
    }
    // The laptop pulls all the while, as old clients do: what is newer than the newest that it has.
    let mut newest: Option<String> = None;
    let mut has = std::collections::BTreeMap::new();
    let mut is_over = false;
    loop {
        let rows = pull(&laptop, newest.as_deref()).await;
        assert!(times(&rows).is_sorted(), "in the order of their times");
        newest = times(&rows).pop().or(newest);
        for row in rows {
            has.insert(row["id"].as_str().unwrap().to_owned(), row["name"].clone());
        }
        if is_over {
            break;
        }
        is_over = writers.try_join_next().is_none() && writers.is_empty();
    }
    assert_eq!(has.len(), 80);
    assert!(has.values().all(|name| name == "Thun"), "{has:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_one_protocol_is_the_same_in_the_other() {
    let server = Server::start().await;
    let (laptop, phone) = (server.device("laptop"), server.device("phone"));
    let base = laptop.applied(insert_airfield("op-601", "a-640", "Olten")).await;

    // The phone's old app changes what the laptop pushed; the laptop's own change on the old version is a conflict.
    let row: Json = phone
        .get("/tables/airfields/a-640")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!((&row["name"], &row["source"]), (&json!("Olten"), &Json::Null));
    let (status, _) = rename(&phone, "a-640", row["version"].as_str().unwrap(), "Thun").await;
    assert_eq!(status, StatusCode::OK);
    let outcomes = laptop
        .push(vec![rename_airfield("op-602", "a-640", &base, "Olten Süd")])
        .await;
    assert!(
        matches!(&outcomes[0], landfall_protocol::push::Outcome::Conflict { current: Some(current) }
            if current.changed_by == "phone"),
        "{outcomes:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_device_can_t_write_any_more() {
    let server = Server::start().await;
    let phone = server.device("phone");
    create(&phone, "a-650", "Olten").await;
    server.workspace.remove_device("phone").unwrap();
    let response = phone.delete("/tables/airfields/a-650").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_413() {
    let server = Server::start().await;
    let phone = server.device("phone");
    let body = json!({"id": "a-660", "name": "x".repeat(LIMITS.body_bytes as usize)});
    let response = phone.post("/tables/airfields").json(&body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
}
