//! The way from a device to the server within one process: the real router, the real bodies, no socket. A stream of
//! wakes can be cut at any byte, or fall silent there, as one does whose other end is gone without a word.

use crate::server::Socket;
use axum::body::Body;
use axum::http::{Request, header};
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use landfall_core::id::{RecordId, Seq, TableName};
use landfall_protocol::history::History;
use landfall_protocol::push::{PushRequest, PushResponse};
use landfall_protocol::wake::{Channels, EVENT_STREAM, Installation, InstallationRequest, TestReport};
use landfall_protocol::workspace::{Health, Workspace};
use landfall_protocol::{VERSION, VERSION_HEADER};
use landfall_sync::transport::{
    Answering, Pages, Transport, TransportError, Wakes, answer, history_or_none, history_path, pages, wakes,
};
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tower::ServiceExt;

/// A line to a server in the same process.
#[derive(Clone)]
pub struct InProcessTransport {
    socket: Socket,
    token: String,
    streams: Arc<Streams>,
}

/// What happens to streams of wakes.
#[derive(Default)]
struct Streams {
    planned: Mutex<VecDeque<(StreamFault, usize)>>,
    opened: Mutex<u32>,
    met: Notify,
}

/// What a stream of wakes meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamFault {
    /// It breaks off.
    Cut,
    /// Nothing comes any more, and it stays open.
    Silent,
}

impl Streams {
    fn planned(&self) -> MutexGuard<'_, VecDeque<(StreamFault, usize)>> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(&self) -> MutexGuard<'_, u32> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InProcessTransport {
    /// A line to this server, for the device with this token.
    #[must_use]
    pub fn new(socket: Socket, token: impl Into<String>) -> Self {
        Self {
            socket,
            token: token.into(),
            streams: Arc::default(),
        }
    }

    /// The next stream of wakes meets this after so many bytes; those after it what is planned after it.
    pub fn plans_stream(&self, fault: StreamFault, after: usize) {
        self.streams.planned().push_back((fault, after));
    }

    /// Forgets what is planned for streams.
    pub fn forgets_plans(&self) {
        self.streams.planned().clear();
    }

    /// Comes when a stream has met what was planned for it.
    pub async fn stream_meets_fault(&self) {
        self.streams.met.notified().await;
    }

    /// How many streams of wakes were opened.
    #[must_use]
    pub fn streams_opened(&self) -> u32 {
        *self.streams.opened()
    }

    /// The bytes of a stream with what is planned for it; it breaks off when the server stops.
    fn faulty(&self, body: Body) -> pages::Chunks {
        let stopped = self.socket.stopped();
        let bytes = body.into_data_stream().map_err(|_| TransportError::CutOff);
        let bytes = bytes.take_until(stopped);
        let Some((fault, after)) = self.streams.planned().pop_front() else {
            return bytes.boxed();
        };
        let streams = self.streams.clone();
        let mut left = after;
        let kept = bytes.map_ok(move |chunk| {
            let here = chunk.slice(..chunk.len().min(left));
            let is_cut = here.len() < chunk.len() || here.len() == left;
            left -= here.len();
            (here, is_cut)
        });
        let faulty = stream::unfold(Some(Box::pin(kept)), move |open| {
            let streams = streams.clone();
            async move {
                let mut open = open?;
                let next = if after == 0 {
                    Some(Ok((Bytes::new(), true)))
                } else {
                    open.next().await
                };
                match next? {
                    Ok((here, false)) => Some((stream::iter([Ok(here)]).boxed(), Some(open))),
                    Ok((here, true)) => {
                        streams.met.notify_one();
                        let end = match fault {
                            StreamFault::Cut => stream::iter([Err(TransportError::CutOff)]).boxed(),
                            StreamFault::Silent => stream::pending().boxed(),
                        };
                        Some((stream::iter([Ok(here)]).chain(end).boxed(), None))
                    }
                    Err(error) => Some((stream::iter([Err(error)]).boxed(), None)),
                }
            }
        });
        faulty.flatten().boxed()
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

    fn wakes(&self, notified: Option<Seq>) -> Answering<'_, Wakes> {
        let path = match notified {
            Some(Seq(notified)) => format!("/v1/wakes?notified={notified}"),
            None => "/v1/wakes".to_owned(),
        };
        let mut request = self.request("GET", &path, Body::empty());
        request
            .headers_mut()
            .insert(header::ACCEPT, header::HeaderValue::from_static(EVENT_STREAM));
        async move {
            let answer = self.send(request).await?;
            *self.streams.opened() += 1;
            Ok(wakes::decoded(self.faulty(answer.into_body())))
        }
        .boxed()
    }

    fn channels(&self) -> Answering<'_, Channels> {
        self.get("/v1/installations").boxed()
    }

    fn put_installation<'a>(
        &'a self,
        id: &'a str,
        request: &'a InstallationRequest,
    ) -> Answering<'a, Installation> {
        async move {
            let body = serde_json::to_vec(request).map_err(|_| TransportError::BadAddress)?;
            let path = format!("/v1/installations/{id}");
            self.read(self.request("PUT", &path, body.into())).await
        }
        .boxed()
    }

    fn delete_installation<'a>(&'a self, id: &'a str) -> Answering<'a, ()> {
        let request = self.request("DELETE", &format!("/v1/installations/{id}"), Body::empty());
        async move { self.send(request).await.map(|_| ()) }.boxed()
    }

    fn test_installation<'a>(&'a self, id: &'a str) -> Answering<'a, TestReport> {
        let path = format!("/v1/installations/{id}/test");
        let request = self.request("POST", &path, Body::empty());
        async move { self.read(request).await }.boxed()
    }
}
