//! Who may ask, and what is said to who may not or does not ask well.

use crate::world::*;
use landfall_protocol::error::{ErrorBody, ErrorCode};
use landfall_protocol::push::{PushRequest, PushResponse};
use landfall_protocol::workspace::{Health, Workspace};
use landfall_protocol::{VERSION, VERSION_HEADER};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The error's code and message; every answer, this kind too, names the protocol and the request.
async fn refusal(request: RequestBuilder) -> (StatusCode, ErrorBody) {
    let response: Response = request.send().await.unwrap();
    assert_eq!(response.headers()[VERSION_HEADER], VERSION.to_string().as_str());
    assert!(response.headers().contains_key("x-request-id"));
    let status = response.status();
    (status, response.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_door_is_open() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let plain = |path: &str| Client::new().get(format!("{}{path}", server.url));

    for path in ["/v1/workspace", "/v1/pull", "/v1/records/airfields/a/history"] {
        let spoken = || plain(path).header(VERSION_HEADER, VERSION);
        for request in [
            spoken(),
            spoken().bearer_auth("lf_guess"),
            spoken().basic_auth("laptop", Some(&laptop.token)),
        ] {
            let (status, body) = refusal(request).await;
            assert_eq!(
                (status, body.code),
                (StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized),
                "{path}"
            );
        }
        // Another protocol version is told before the token is looked at.
        for request in [plain(path), plain(path).header(VERSION_HEADER, VERSION + 1)] {
            let (status, body) = refusal(request).await;
            assert_eq!(
                (status, body.code),
                (StatusCode::UPGRADE_REQUIRED, ErrorCode::ProtocolVersion),
                "{path}"
            );
        }
    }

    // The door that is open tells only that the server is there.
    let health: Health = plain("/healthz").send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (health.status.as_str(), health.product.as_str()),
        ("ok", "landfall")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_device_is_refused() {
    let server = Server::start().await;
    let (laptop, phone) = (server.device("laptop"), server.device("phone"));
    laptop.applied(insert_airfield("op-401", "a-401", "Olten")).await;
    server.workspace.remove_device("laptop").unwrap();
    let (status, _) = refusal(laptop.get("/v1/pull")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // What it made stays, under its name.
    let pages = phone.pull("").await;
    assert_eq!(pages[0].records[&table("airfields")][0].changed_by, "laptop");
    assert!(server.workspace.remove_device("laptop").is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn device_names_are_taken_once() {
    let server = Server::start().await;
    server.device("laptop");
    for name in ["laptop", " laptop ", "", "a\nb", &"x".repeat(81)] {
        assert!(server.workspace.add_device(name).is_err(), "{name:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_well_asked_is_told_why() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let json = |body: &str| {
        laptop
            .post("/v1/push")
            .header("content-type", "application/json; charset=utf-8")
            .body(body.to_owned())
    };
    let too_many: Vec<_> = (0..51)
        .map(|n| insert_airfield(&format!("op-{n}"), "a-411", "x"))
        .collect();
    let apart = [("g", "op-1"), ("h", "op-2"), ("g", "op-3")]
        .map(|(g, id)| grouped(g, insert_airfield(id, "a-412", "x")));
    let push = |ops| PushRequest {
        ops,
        acked: Vec::new(),
    };
    let requests = [
        ("no such address", laptop.get("/v1/nothing")),
        ("no such address outside", laptop.get("/index.html")),
        ("another method", laptop.get("/v1/push")),
        ("another method outside", laptop.post("/healthz")),
        ("no media type", laptop.post("/v1/push").body("{}")),
        ("no JSON", json("{\"ops\": [")),
        ("not a push", json("{\"ops\": 7}")),
        (
            "a table's name that can't be",
            json(r#"{"ops":[{"op_id":"o","table":"No","id":"a","kind":"insert","edited_at":0}]}"#),
        ),
        (
            "an unknown kind",
            json(r#"{"ops":[{"op_id":"o","table":"airfields","id":"a","kind":"merge","edited_at":0}]}"#),
        ),
        ("too large", json(&" ".repeat(65 * 1024))),
        ("too many", laptop.post("/v1/push").json(&push(too_many))),
        (
            "a group apart",
            laptop.post("/v1/push").json(&push(apart.to_vec())),
        ),
        ("no such table", laptop.get("/v1/records/runways/a/history")),
        (
            "no such record",
            laptop.get("/v1/records/airfields/a-419/history"),
        ),
        ("no record id", laptop.get("/v1/records/airfields/a%5Cb/history")),
    ];
    let mut told = Vec::new();
    for (what, request) in requests {
        let (status, body) = refusal(request).await;
        told.push(format!(
            "{what}: {} {:?}: {}",
            status.as_u16(),
            body.code,
            body.message
        ));
    }
    insta::assert_snapshot!("refusals", told.join("\n"));
    assert!(
        laptop.pull("").await[0].records.is_empty(),
        "nothing of all that was applied"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workspace_is_fetched_once() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let response = laptop.get("/v1/workspace").send().await.unwrap();
    let tag = response.headers()["etag"].to_str().unwrap().to_owned();
    let workspace: Workspace = response.json().await.unwrap();
    insta::assert_json_snapshot!("workspace", workspace);

    let again = |tag: &str| laptop.get("/v1/workspace").header("if-none-match", tag).send();
    let response = again(&format!("\"other\", W/{tag}")).await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(response.headers()["etag"], tag.as_str());
    assert!(response.bytes().await.unwrap().is_empty());

    // A new life is another workspace.
    server.workspace.renew_epoch().unwrap();
    assert_eq!(again(&tag).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_records_history_newest_first() {
    let server = Server::start().await;
    let (laptop, phone) = (server.device("laptop"), server.device("phone"));
    let base = laptop
        .applied(insert_airfield("op-421", "a b-421", "Passugg"))
        .await;
    let base = phone
        .applied(rename_airfield("op-422", "a b-421", &base, "Passugg Süd"))
        .await;
    laptop.applied(delete_airfield("op-423", "a b-421", &base)).await;
    let history = laptop
        .get("/v1/records/airfields/a%20b-421/history")
        .send()
        .await
        .unwrap();
    let history: landfall_protocol::history::History = history.json().await.unwrap();
    insta::assert_json_snapshot!("history", history);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_on_the_wire() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let request = PushRequest {
        ops: vec![
            insert_airfield("op-431", "a-431", "Realp"),
            insert_airfield("op-432", "a-431", "Realp again"),
            grouped("g", insert_airfield("op-433", "a-433", "Riein")),
            grouped("g", insert_airfield("op-434", "a-434", "")),
        ],
        acked: Vec::new(),
    };
    let response: PushResponse = laptop.push_request(&request).await;
    insta::assert_json_snapshot!("push_request", request);
    insta::assert_json_snapshot!("push_response", response);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_never_comes_is_given_up() {
    let dir = tempfile::TempDir::new().unwrap();
    let workspace = landfall_server::Workspace::create(dir.path(), SCHEMA, surroundings().1).unwrap();
    let (_, token) = workspace.add_device("laptop").unwrap();
    let app = landfall_server::App::with_limits(workspace, LIMITS, std::time::Duration::from_millis(50));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(landfall_server::serve(listener, app, std::future::pending()));

    // The laptop announces ten bytes, and its line goes dead.
    let mut line = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/push HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nlandfall-protocol: 1\r\n\
         content-type: application/json\r\ncontent-length: 10\r\nconnection: close\r\n\r\n"
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("The request took too long"), "{answer}");
}
