//! A stand-in for a push service: answers as the test says, and keeps everything it was sent.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, Version};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

#[derive(Debug, Clone)]
pub(super) struct Received {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) version: Version,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Received {
    pub(super) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .unwrap_or_else(|| panic!("no header {name}"))
            .to_str()
            .unwrap()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Clone)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Reply {
    pub(super) fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self {
            body: body.to_string(),
            ..Self::status(status)
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

#[derive(Clone)]
pub(super) struct Service {
    pub(super) url: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    received: Vec<Received>,
    next: VecDeque<Reply>,
    usual: Reply,
}

impl Service {
    /// A service that usually answers so.
    pub(super) async fn start(usual: Reply) -> Self {
        let inner = Arc::new(Mutex::new(Inner {
            received: Vec::new(),
            next: VecDeque::new(),
            usual,
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().fallback(take).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, inner }
    }

    /// The next request is answered so.
    pub(super) fn answer_next(&self, reply: Reply) {
        self.inner.lock().unwrap().next.push_back(reply);
    }

    /// What it was sent since it was last asked.
    pub(super) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.inner.lock().unwrap().received)
    }

    pub(super) fn take_one(&self) -> Received {
        let mut all = self.take();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }
}

async fn take(
    State(inner): State<Arc<Mutex<Inner>>>,
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock().unwrap();
    inner.received.push(Received {
        method,
        path: uri.path().to_owned(),
        version,
        headers,
        body,
    });
    let reply = inner.next.pop_front().unwrap_or_else(|| inner.usual.clone());
    let mut response = (StatusCode::from_u16(reply.status).unwrap(), reply.body).into_response();
    for (name, value) in reply.headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
