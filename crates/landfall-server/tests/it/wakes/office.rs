//! A server whose pushes go out when the test says so, by the test's clock; devices with event streams.

use crate::world::{Clock, Device, LIMITS, insert_airfield, surroundings};
use landfall_core::id::Millis;
use landfall_protocol::wake::{Hello, Installation, InstallationRequest, TestReport, Wake};
use landfall_server::wake::send::Senders;
use landfall_server::wake::{Dispatch, settings};
use landfall_server::{App, Surroundings, Workspace, router};
use reqwest::{Response, StatusCode};
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

pub(super) struct Office {
    pub(super) app: App,
    pub(super) clock: Clock,
    dispatch: Dispatch,
    surroundings: Surroundings,
    url: String,
    serving: AbortHandle,
    dir: TempDir,
}

impl Office {
    /// A server that pushes as the `push.toml` with this text says; other files it names are written first.
    pub(super) async fn open(schema: &str, push: &str, files: &[(&str, &str)]) -> Self {
        let dir = TempDir::new().unwrap();
        let (clock, surroundings) = surroundings();
        let folder = dir.path().join("workspace");
        drop(Workspace::create(&folder, schema, surroundings.clone()).unwrap());
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap();
        }
        std::fs::write(folder.join(settings::PUSH_FILE), push).unwrap();
        Self::start(dir, clock, surroundings).await
    }

    async fn start(dir: TempDir, clock: Clock, surroundings: Surroundings) -> Self {
        let folder = dir.path().join("workspace");
        let workspace = Workspace::open(&folder, surroundings.clone()).unwrap();
        let senders: Senders = settings::senders(&folder, &surroundings).unwrap();
        let app = App::with_limits(workspace, LIMITS, Duration::from_secs(30)).pushing_by(senders);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = router(app.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await });
        let dispatch = Dispatch::start(app.wakes().clone()).await.unwrap();
        Self {
            app,
            clock,
            dispatch,
            surroundings,
            url,
            serving: serving.abort_handle(),
            dir,
        }
    }

    /// The server is killed, whatever it was about to do, and started again.
    pub(super) async fn restart(self) -> Self {
        let Self {
            app,
            clock,
            dispatch,
            surroundings,
            serving,
            dir,
            ..
        } = self;
        serving.abort();
        app.wakes().close();
        drop((app, dispatch));
        Self::start(dir, clock, surroundings).await
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.dir.path().join("workspace")
    }

    /// Sends what is due, and says in how many milliseconds the next is.
    pub(super) async fn settle(&mut self) -> Option<i64> {
        let next: Option<Millis> = self.dispatch.settle().await;
        next.map(|at| at.0 - self.clock.now().0)
    }

    pub(super) async fn settle_after(&mut self, seconds: u64) -> Option<i64> {
        self.clock.advance(Duration::from_secs(seconds));
        self.settle().await
    }

    pub(super) fn device(&self, name: &str) -> Device {
        let (_, token) = self.app.workspace().add_device(name).unwrap();
        Device::new(&self.url, &token)
    }

    /// The device at the server's new address.
    pub(super) fn again(&self, device: &Device) -> Device {
        Device::new(&self.url, &device.token)
    }
}

/// Saves an airfield.
pub(super) async fn save(device: &Device, number: u32) {
    let (op, id) = (format!("op-{number}"), format!("a-{number}"));
    device.applied(insert_airfield(&op, &id, "Airfield")).await;
}

pub(super) async fn put(device: &Device, id: &str, request: &InstallationRequest) -> Installation {
    let response = device.put(&format!("/v1/installations/{id}")).json(request);
    good(response.send().await.unwrap()).await
}

pub(super) async fn health(device: &Device, id: &str) -> Installation {
    let response = device.get(&format!("/v1/installations/{id}"));
    good(response.send().await.unwrap()).await
}

pub(super) async fn test(device: &Device, id: &str) -> TestReport {
    let response = device.post(&format!("/v1/installations/{id}/test"));
    good(response.send().await.unwrap()).await
}

pub(super) async fn good<T: serde::de::DeserializeOwned>(response: Response) -> T {
    let status = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// What comes by an event stream.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    Hello(Hello),
    Wake(Wake),
    Beat,
    End,
}

/// A device's event stream.
pub(super) struct Events {
    response: Response,
    text: String,
}

impl Events {
    pub(super) async fn open(device: &Device, query: &str) -> (Self, Hello) {
        let response = device.get(&format!("/v1/wakes{query}")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"));
        let mut events = Self {
            response,
            text: String::new(),
        };
        match events.next().await {
            Event::Hello(hello) => (events, hello),
            other => panic!("not hello: {other:?}"),
        }
    }

    pub(super) async fn next(&mut self) -> Event {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let event = read(event);
                self.text = rest.to_owned();
                return event;
            }
            match self.response.chunk().await {
                Ok(Some(bytes)) => self.text.push_str(std::str::from_utf8(&bytes).unwrap()),
                _ => return Event::End,
            }
        }
    }

    pub(super) async fn wake(&mut self) -> Wake {
        match self.next().await {
            Event::Wake(wake) => wake,
            other => panic!("not a wake: {other:?}"),
        }
    }
}

fn read(event: &str) -> Event {
    if event == ":" {
        return Event::Beat;
    }
    let (name, data) = event.split_once('\n').unwrap();
    let data = data.strip_prefix("data: ").unwrap();
    match name {
        "event: hello" => Event::Hello(serde_json::from_str(data).unwrap()),
        "event: wake" => Event::Wake(serde_json::from_str(data).unwrap()),
        other => panic!("unknown: {other}"),
    }
}
