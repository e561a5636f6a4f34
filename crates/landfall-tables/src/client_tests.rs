//! Each answer that the servers are known to give, from a server that says what a test tells it to.

use crate::page::Select;
use crate::{Answer, Auth, Dialect, Error, Row, TablesClient};
use landfall_core::id::{Millis, TableName, Version};
use serde_json::{Map, Value as Json, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that gives these answers, one a request, and keeps what it was asked.
struct Scripted {
    url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    async fn new(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/app", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = heard.clone();
        tokio::spawn(async move {
            for answer in answers {
                let (mut socket, _) = listener.accept().await.unwrap();
                let request = read_request(&mut socket).await;
                hears.lock().unwrap().push(request);
                socket.write_all(answer.as_bytes()).await.unwrap();
                socket.shutdown().await.unwrap();
            }
        });
        Self { url, heard }
    }

    fn client(&self, dialect: Dialect) -> TablesClient {
        TablesClient::new(&self.url, dialect, &Auth::Zumo("secret".to_owned())).unwrap()
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The first line of each request.
    fn lines(&self) -> Vec<String> {
        let heard = self.heard();
        heard
            .iter()
            .map(|request| request.lines().next().unwrap().replace(" HTTP/1.1", ""))
            .collect()
    }

    /// The body of the last request.
    fn body(&self) -> Json {
        let heard = self.heard();
        let (_, body) = heard.last().unwrap().split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }
}

async fn read_request(socket: &mut tokio::net::TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            });
            if body.len() >= length.unwrap_or(0usize) {
                return text;
            }
        }
        let mut chunk = [0; 4096];
        let read = socket.read(&mut chunk).await.unwrap();
        assert!(read > 0, "a request broke off");
        request.extend(&chunk[..read]);
    }
}

fn says(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
}

fn json_says(status: u16, body: &Json) -> String {
    says(status, "content-type: application/json\r\n", &body.to_string())
}

fn values(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        _ => unreachable!("a test gives objects"),
    }
}

fn row(json: Json) -> Row {
    Row::read(values(json)).unwrap()
}

fn version(text: &str) -> Version {
    Version::new(text).unwrap()
}

fn names(names: &[&str]) -> Vec<TableName> {
    names.iter().map(|name| TableName::new(*name).unwrap()).collect()
}

#[tokio::test]
async fn what_a_server_speaks_is_found_out() {
    let v3 = json_says(200, &json!({"items": [], "count": null, "nextLink": null}));
    let server = Scripted::new(vec![v3]).await;
    let auth = Auth::Bearer("secret".to_owned());
    let met = TablesClient::meet(&server.url, &auth, &names(&["notes"]))
        .await
        .unwrap();
    assert_eq!(met.dialect, Dialect::V3);
    let heard = server.heard();
    assert!(
        heard[0].contains("zumo-api-version: 3.0.0") && heard[0].contains("authorization: Bearer secret")
    );
    assert_eq!(server.lines(), ["GET /app/tables/notes?%24top=1"]);

    // Node refuses the version, and calls the table of `TodoItem` by its class.
    let server = Scripted::new(vec![
        json_says(400, &json!({"error": "An API version must be specified"})),
        says(404, "content-type: text/html\r\n", "<p>Cannot GET"),
        json_says(400, &json!({"error": "An API version must be specified"})),
        json_says(200, &json!([])),
        json_says(200, &json!([{"id": "a"}])),
    ])
    .await;
    let met = TablesClient::meet(&server.url, &Auth::None, &names(&["todo_item", "notes"])).await;
    let met = met.unwrap();
    assert_eq!(met.dialect, Dialect::V2);
    assert_eq!(met.tables[&names(&["todo_item"])[0]], "todoitem");
    assert!(server.heard()[4].contains("zumo-api-version: 2.0.0"));

    let server = Scripted::new(vec![says(404, "", ""), says(404, "", "")]).await;
    let none = TablesClient::meet(&server.url, &Auth::None, &names(&["to_do"])).await;
    assert!(matches!(none, Err(Error::NoTable { table }) if table == "to_do"));
}

#[tokio::test]
async fn everything_else_that_answers_is_told_apart() {
    async fn met(answer: String) -> Error {
        let server = Scripted::new(vec![answer]).await;
        let client = server.client(Dialect::V3);
        client.page("notes", Select::All, 0, 5).await.unwrap_err()
    }
    let html = "content-type: text/html; charset=utf-8\r\n";
    assert!(matches!(
        met(says(401, "", "no")).await,
        Error::Unauthorized { status: 401 }
    ));
    assert!(matches!(
        met(says(403, "", "")).await,
        Error::Unauthorized { status: 403 }
    ));
    assert!(matches!(met(says(404, html, "<p>")).await, Error::NoTable { .. }));
    assert!(matches!(
        met(says(200, html, "<p>")).await,
        Error::Stranger {
            status: 200,
            leads_away: false
        }
    ));
    assert!(matches!(
        met(says(302, "location: http://hotel.example/\r\n", "")).await,
        Error::Stranger { leads_away: true, .. }
    ));
    assert!(matches!(met(says(200, "", "{")).await, Error::Unreadable { .. }));
    assert!(matches!(
        met(says(200, "", "{\"a\":1}")).await,
        Error::Unreadable { .. }
    ));
    assert!(matches!(
        met(says(503, "retry-after: 7\r\n", "")).await,
        Error::Trouble { status: 503, retry_after: Some(after) } if after == Duration::from_secs(7)
    ));
    assert!(matches!(
        met(json_says(400, &json!("Bad $top"))).await,
        Error::Refused { status: 400, message } if message == "Bad $top"
    ));
    let whole = says(200, "", "[]").replace("content-length: 2", "content-length: 9");
    assert!(matches!(met(whole).await, Error::Line(_)));
    let nowhere = TablesClient::new("ftp://x", Dialect::V2, &Auth::None);
    assert!(matches!(nowhere, Err(Error::BadAddress)));
    let bad = TablesClient::new("http://x", Dialect::V2, &Auth::Zumo("a\nb".to_owned()));
    assert!(matches!(bad, Err(Error::BadToken)));
}

#[tokio::test]
async fn a_page_is_asked_for_and_read_in_each_dialect() {
    let date = "date: Mon, 23 Nov 2026 10:41:00 GMT\r\n";
    let items = json!({"items": [{"id": "a"}], "count": 3, "nextLink": "$skip=1"}).to_string();
    let server = Scripted::new(vec![says(200, date, &items)]).await;
    let since = Select::Since(Millis(1_795_430_460_123));
    let page = server
        .client(Dialect::V3)
        .page("notes", since, 2, 1)
        .await
        .unwrap();
    assert_eq!((page.rows.len(), page.count, page.more), (1, Some(3), Some(true)));
    assert_eq!(page.server_time, Some(Millis(1_795_430_460_000)));
    assert!(page.is_last(2) && !page.is_last(1));
    assert_eq!(
        server.lines(),
        [
            "GET /app/tables/notes?%24filter=%28updatedAt+ge+cast%282026-11-23T10%3A41%3A00.123Z%2CEdm.DateTimeOffset\
          %29%29&%24orderby=updatedAt%2Cid&%24skip=2&%24top=1&%24count=true&__includedeleted=true"
        ]
    );
    assert!(server.heard()[0].contains("x-zumo-auth: secret"));

    let link = "link: http://x?%24skip=1; rel=next\r\n";
    let server = Scripted::new(vec![
        json_says(200, &json!({"results": [{"id": 1}], "count": 1})),
        says(200, link, "[{\"id\":\"a\"}]"),
        says(200, "", "[{\"id\":\"a\"}]"),
    ])
    .await;
    let client = server.client(Dialect::V2);
    let counted = client.page("notes", Select::All, 0, 50).await.unwrap();
    assert!(counted.is_last(0));
    assert_eq!(counted.read().unwrap()[0].id, "1");
    assert_eq!(
        client.page("notes", Select::All, 0, 50).await.unwrap().more,
        Some(true)
    );
    let silent = client.page("notes", Select::All, 0, 50).await.unwrap();
    assert!(!silent.is_last(0), "a short page may be the server's own limit");
    assert_eq!(
        server.lines()[0],
        "GET /app/tables/notes?%24orderby=updatedAt%2Cid&%24top=50&%24inlinecount=allpages&__includeDeleted=true"
    );
}

#[tokio::test]
async fn a_change_has_its_condition_and_its_answer() {
    let stored =
        json!({"id": "a", "text": "Mow", "version": "Mg==", "updatedAt": "2026-11-23T10:41:00.000Z"});
    let server = Scripted::new(vec![
        json_says(201, &stored),
        json_says(409, &stored),
        json_says(409, &json!({"id": "a", "text": "mine"})),
        says(409, "", "duplicate key"),
        json_says(412, &stored),
        says(404, "", ""),
        says(410, "", ""),
        json_says(
            400,
            &json!([{"memberNames": ["text"], "errorMessage": "Too long."}]),
        ),
        says(413, "", ""),
        json_says(
            500,
            &json!({"error": "SQLITE_CONSTRAINT: UNIQUE constraint failed"}),
        ),
        says(204, "", ""),
    ])
    .await;
    let client = server.client(Dialect::V2);
    let mine = values(json!({"text": "mine"}));
    let insert = async || client.insert("notes", "a", &mine).await.unwrap();
    let there = row(stored.clone());
    assert_eq!(insert().await, Answer::Done(Some(there.clone())));
    assert_eq!(server.body(), json!({"id": "a", "text": "mine"}));
    assert_eq!(insert().await, Answer::Differs(Some(there.clone())));
    assert_eq!(insert().await, Answer::Differs(None), "Node echoes what was sent");
    assert_eq!(insert().await, Answer::Differs(None));

    let base = version("MQ==");
    let patched = client.patch("notes", "a", Some(&base), &mine).await.unwrap();
    assert_eq!(patched, Answer::Differs(Some(there)));
    assert!(server.heard()[4].contains("if-match: \"MQ==\""));
    assert_eq!(server.lines()[4], "PATCH /app/tables/notes/a");
    let untold = version("at:1795430460123");
    let patched = client.patch("notes", "a", Some(&untold), &mine).await.unwrap();
    assert_eq!(patched, Answer::NotThere);
    assert!(
        !server.heard()[5].contains("if-match"),
        "the server has no versions"
    );
    let deleted = client.delete("notes", "a", Some(&base)).await.unwrap();
    assert_eq!(deleted, Answer::NotThere);
    let refused = |status, message: &str| Answer::Refused {
        status,
        message: message.to_owned(),
    };
    assert_eq!(insert().await, refused(400, "Too long."));
    assert_eq!(insert().await, refused(413, ""));
    assert_eq!(
        insert().await,
        refused(500, "SQLITE_CONSTRAINT: UNIQUE constraint failed")
    );
    assert_eq!(
        client.delete("notes", "a", Some(&base)).await.unwrap(),
        Answer::Done(None)
    );
}

#[tokio::test]
async fn a_whole_record_is_put_without_losing_what_the_schema_does_not_know() {
    let there = json!({
        "id": "a b", "text": "Mow", "other": {"deep": [1]}, "done": true, "note": null, "version": "MQ==",
        "updatedAt": "2026-11-23T10:41:00.000Z", "deleted": true,
    });
    let server = Scripted::new(vec![json_says(200, &there)]).await;
    let client = server.client(Dialect::V3);
    let change = values(json!({"text": "Sweep", "done": null}));
    let base = version("MQ==");
    let answer = client
        .put("notes", &row(there), Some(&base), &change)
        .await
        .unwrap();
    assert!(matches!(answer, Answer::Done(Some(_))));
    assert_eq!(
        server.lines(),
        ["PUT /app/tables/notes/a%20b?__includedeleted=true"]
    );
    assert_eq!(
        server.body(),
        json!({"id": "a b", "text": "Sweep", "other": {"deep": [1]}, "deleted": false})
    );
}

#[tokio::test]
async fn deleted_records_are_found_in_lists_by_older_servers() {
    let gone =
        json!({"id": "o'b", "deleted": true, "version": "Mg==", "updatedAt": "2026-11-23T10:41:00.000Z"});
    let server = Scripted::new(vec![
        json_says(404, &json!({"error": "The item does not exist"})),
        json_says(200, &json!({"results": [gone], "count": 1})),
    ])
    .await;
    let found = server
        .client(Dialect::V2)
        .find("notes", "o'b")
        .await
        .unwrap()
        .unwrap();
    assert!(found.deleted);
    assert!(
        server.lines()[1].contains("filter=%28id+eq+%27o%27%27b%27%29"),
        "{:?}",
        server.lines()
    );

    let server = Scripted::new(vec![says(410, "", "")]).await;
    assert_eq!(server.client(Dialect::V3).find("notes", "a").await.unwrap(), None);
    assert_eq!(server.lines(), ["GET /app/tables/notes/a?__includedeleted=true"]);
}
