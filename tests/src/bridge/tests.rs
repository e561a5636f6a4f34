//! Who may speak to the bridge, asked over a real socket.

use super::{Bridge, bind, policy};
use landfall_client::{Client, host};
use reqwest::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use tempfile::TempDir;

struct World {
    url: String,
    origin: String,
    client: Client,
    browser: reqwest::Client,
    _folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ui = folder.path().join("ui");
        std::fs::create_dir(&ui).unwrap();
        std::fs::write(ui.join("index.html"), "<title>the UI</title>").unwrap();
        std::fs::write(ui.join("theme.js"), "// theme").unwrap();
        let mut options = host::options(&folder.path().join("data"), "0.0.0");
        options.tokens = landfall_client::token::TokenKeeper::in_file(folder.path().join("data"));
        let client = Client::open(options).await.unwrap();
        let bridge: Bridge = bind(client.clone(), &ui, "127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let url = bridge.url().to_owned();
        let origin = url.split("/?").next().unwrap().to_owned();
        tokio::spawn(bridge.serve());
        Self {
            url,
            origin,
            client,
            browser: reqwest::Client::new(),
            _folder: folder,
        }
    }

    /// Opens the printed address, as a browser does; gives the cookie.
    async fn enter(&self) -> String {
        let answer = self.browser.get(&self.url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().to_owned();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
            "{cookie}"
        );
        cookie.split(';').next().unwrap().to_owned()
    }

    fn get(&self, path: &str, cookie: &str) -> RequestBuilder {
        self.browser
            .get(format!("{}{path}", self.origin))
            .header(COOKIE, cookie)
    }

    fn command(&self, name: &str, cookie: &str) -> RequestBuilder {
        let address = format!("{}/bridge/command/{name}", self.origin);
        let request = self.browser.request(Method::POST, address).header(COOKIE, cookie);
        request.header(CONTENT_TYPE, "application/json").body("{}")
    }
}

async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}

async fn code(answer: Response) -> String {
    let error: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    error["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_token_is_good_once_and_the_cookie_from_then_on() {
    let world = World::new().await;
    let cookie = world.enter().await;
    assert_eq!(status(world.get("/", &cookie)).await, StatusCode::OK);
    assert_eq!(status(world.get("/theme.js", &cookie)).await, StatusCode::OK);
    let place = world.get("/records/airfields", &cookie).send().await.unwrap();
    assert_eq!(
        place.text().await.unwrap(),
        "<title>the UI</title>",
        "a place within the UI"
    );

    let again = world.browser.get(&world.url);
    assert_eq!(
        status(again).await,
        StatusCode::FORBIDDEN,
        "another browser comes too late"
    );
    let reload = world.browser.get(&world.url).header(COOKIE, &cookie);
    assert_eq!(
        status(reload).await,
        StatusCode::OK,
        "the same browser may come back"
    );
    let guessed = world
        .browser
        .get(format!("{}/?token={}", world.origin, "0".repeat(64)));
    assert_eq!(status(guessed).await, StatusCode::FORBIDDEN);
    assert_eq!(
        status(world.get("/", "landfall=guess")).await,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_command_needs_the_cookie_this_host_and_this_page() {
    let world = World::new().await;
    let cookie = world.enter().await;
    let ask = || world.command("app_state", &cookie);
    assert_eq!(status(ask().header(ORIGIN, &world.origin)).await, StatusCode::OK);

    assert_eq!(
        status(ask()).await,
        StatusCode::FORBIDDEN,
        "no page made this request"
    );
    for other in [
        "http://evil.example",
        "null",
        "https://127.0.0.1",
        "http://127.0.0.1:1",
    ] {
        assert_eq!(
            status(ask().header(ORIGIN, other)).await,
            StatusCode::FORBIDDEN,
            "{other}"
        );
    }
    let rebound = ask()
        .header(HOST, "evil.example")
        .header(ORIGIN, "http://evil.example");
    assert_eq!(
        status(rebound).await,
        StatusCode::FORBIDDEN,
        "another name that leads here"
    );
    let without = world.command("app_state", "").header(ORIGIN, &world.origin);
    assert_eq!(status(without).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn errors_are_command_errors() {
    let world = World::new().await;
    let cookie = world.enter().await;
    let ask = |name: &str| world.command(name, &cookie).header(ORIGIN, &world.origin);

    let unknown = ask("no_such").send().await.unwrap();
    assert_eq!(
        (unknown.status(), code(unknown).await),
        (StatusCode::BAD_REQUEST, "bad_request".to_owned())
    );
    let no_json = ask("app_state").body("{").send().await.unwrap();
    assert_eq!(
        (no_json.status(), code(no_json).await),
        (StatusCode::BAD_REQUEST, "bad_request".to_owned())
    );
    let view = ask("view_open")
        .body(r#"{"table":"tasks"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (view.status(), code(view).await),
        (StatusCode::CONFLICT, "not_connected".to_owned())
    );
}

#[tokio::test]
async fn events_come_as_they_happen() {
    let world = World::new().await;
    let cookie = world.enter().await;
    assert_eq!(
        status(world.browser.get(format!("{}/bridge/events", world.origin))).await,
        StatusCode::FORBIDDEN
    );
    let mut stream = world.get("/bridge/events", &cookie).send().await.unwrap();
    assert_eq!(stream.headers()[CONTENT_TYPE], "text/event-stream");

    world
        .client
        .settings_set(landfall_client::dto::SettingsPatch::default())
        .await
        .unwrap();

    let mut heard = String::new();
    while !heard.contains("\n\n") || !heard.contains("event: topics-changed") {
        heard.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert!(heard.contains(r#""origin":"person""#), "{heard}");

    let mut back = world
        .get("/bridge/events", &cookie)
        .header("last-event-id", "7")
        .send()
        .await
        .unwrap();
    let first = back.chunk().await.unwrap().unwrap();
    assert!(
        std::str::from_utf8(&first)
            .unwrap()
            .contains(r#""kind":"records""#),
        "all may have changed meanwhile"
    );
}

#[tokio::test]
async fn pages_are_locked_down_as_the_app_is() {
    let world = World::new().await;
    let cookie = world.enter().await;
    for answer in [world.get("/", &cookie), world.get("/", "")] {
        let answer = answer.send().await.unwrap();
        assert_eq!(
            answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap(),
            policy::app_policy().unwrap()
        );
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }
    let policy = policy::app_policy().unwrap();
    assert!(
        policy.contains("default-src 'self'")
            && !policy.contains("https:")
            && !policy.contains("unsafe-eval")
    );
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    let world = World::new().await;
    let refused = bind(
        world.client.clone(),
        std::path::Path::new("ui"),
        "0.0.0.0:0".parse().unwrap(),
    )
    .await;
    assert!(refused.is_err_and(|error| error.to_string().contains("loopback")));
}
