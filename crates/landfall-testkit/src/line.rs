//! The way from a device to the server within one process: the real router, the real bodies, no socket.

use crate::server::Socket;
use axum::body::Body;
use axum::http::{Request, header};
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use landfall_core::id::{RecordId, TableName};
use landfall_protocol::history::History;
use landfall_protocol::push::{PushRequest, PushResponse};
use landfall_protocol::workspace::{Health, Workspace};
use landfall_protocol::{VERSION, VERSION_HEADER};
use landfall_sync::transport::{
    Answering, Pages, Transport, TransportError, answer, history_or_none, history_path, pages,
};
use serde::de::DeserializeOwned;
use tower::ServiceExt;

/// A line to a server in the same process.
#[derive(Clone)]
pub struct InProcessTransport {
    socket: Socket,
    token: String,
}

impl InProcessTransport {
    /// A line to this server, for the device with this token.
    #[must_use]
    pub fn new(socket: Socket, token: impl Into<String>) -> Self {
        Self {
            socket,
            token: token.into(),
        }
    }

    async fn send(&self, request: Request<Body>) -> Result<axum::response::Response, TransportError> {
        let router = self.socket.router().ok_or(TransportError::Refused)?;
        let Ok(answer) = router.oneshot(request).await;
        answer::check(answer.status(), answer.headers())?;
        Ok(answer)
    }

    async fn read<T: DeserializeOwned>(&self, request: Request<Body>) -> Result<T, TransportError> {
        let answer = self.send(request).await?;
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX)
            .await
            .map_err(|_| TransportError::CutOff)?;
        answer::read_json(&body)
    }

    fn request(&self, method: &str, path: &str, body: Body) -> Request<Body> {
        Request::builder()
            .method(method)
            .uri(path)
            .header(VERSION_HEADER, VERSION)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .expect("invariant: the parts of a request are well formed")
    }

    /// Asks for anything else, and reads the JSON answer.
    ///
    /// # Errors
    /// What the server answers when it is no success.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, TransportError> {
        self.read(self.request("GET", path, Body::empty())).await
    }
}

impl Transport for InProcessTransport {
    fn health(&self) -> Answering<'_, Health> {
        self.get("/healthz").boxed()
    }

    fn workspace(&self) -> Answering<'_, Workspace> {
        self.get("/v1/workspace").boxed()
    }

    fn push<'a>(&'a self, request: &'a PushRequest) -> Answering<'a, PushResponse> {
        async move {
            let body = serde_json::to_vec(request).map_err(|_| TransportError::BadAddress)?;
            self.read(self.request("POST", "/v1/push", body.into())).await
        }
        .boxed()
    }

    fn pull<'a>(&'a self, cursor: Option<&'a str>, tables: Option<&'a [TableName]>) -> Answering<'a, Pages> {
        let names: Option<Vec<&str>> = tables.map(|tables| tables.iter().map(TableName::as_str).collect());
        let asked = [
            cursor.map(|cursor| format!("cursor={cursor}")),
            names.map(|names| format!("tables={}", names.join(","))),
        ];
        let query = asked.into_iter().flatten().collect::<Vec<_>>().join("&");
        let request = self.request("GET", &format!("/v1/pull?{query}"), Body::empty());
        async move {
            let body = self.send(request).await?.into_body().into_data_stream();
            Ok(pages::decoded(body.map_err(|_| TransportError::CutOff).boxed()))
        }
        .boxed()
    }

    fn history<'a>(&'a self, table: &'a TableName, id: &'a RecordId) -> Answering<'a, History> {
        let path = format!("/{}", history_path(table, id));
        async move { history_or_none(self.get(&path).await) }.boxed()
    }
}
