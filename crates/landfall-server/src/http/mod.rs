//! HTTP: one endpoint a file, each reading top to bottom: validate → authorize → look up → write → answer.
//!
//! What surrounds every request, outermost first ([`around`]): a request id and a log line, the protocol's version on
//! the answer, panics become 500, a time limit, compression. Under `/v1` also: the protocol's version is asked for and
//! the device's token is checked ([`caller`]). Every answer of it that is no success has an
//! [`landfall_protocol::error::ErrorBody`].

mod answer;
mod around;
mod body;
mod caller;
mod healthz;
mod history;
mod installations;
mod pull;
mod push;
mod wakes;
mod workspace;

use crate::Workspace;
use crate::wake::Wakes;
use crate::wake::send::Senders;
pub(crate) use answer::Refused;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use std::sync::Arc;
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};

pub use landfall_protocol::workspace::Limits;

/// The server as its endpoints see it. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    workspace: Workspace,
    wakes: Wakes,
    limits: Limits,
    time_limit: Duration,
}

impl App {
    /// A server of this workspace with the usual limits.
    #[must_use]
    pub fn new(workspace: Workspace) -> Self {
        Self::with_limits(
            workspace,
            Limits {
                push_ops: 1_000,
                body_bytes: 4 * 1024 * 1024,
                page_records: 500,
            },
            Duration::from_secs(30),
        )
    }

    /// A server with limits of one's own. `time_limit` is what a request may take until its answer begins.
    #[must_use]
    pub fn with_limits(workspace: Workspace, limits: Limits, time_limit: Duration) -> Self {
        let wakes = Wakes::new(&workspace, Senders::default());
        let limits = Limits {
            page_records: limits.page_records.max(1),
            ..limits
        };
        Self(Arc::new(Inner {
            workspace,
            wakes,
            limits,
            time_limit,
        }))
    }

    /// The same server, with these ways to push.
    #[must_use]
    pub fn pushing_by(&self, senders: Senders) -> Self {
        Self(Arc::new(Inner {
            workspace: self.0.workspace.clone(),
            wakes: Wakes::new(&self.0.workspace, senders),
            limits: self.0.limits,
            time_limit: self.0.time_limit,
        }))
    }

    /// Its wakes.
    #[must_use]
    pub fn wakes(&self) -> &Wakes {
        &self.0.wakes
    }

    /// The workspace.
    #[must_use]
    pub fn workspace(&self) -> &Workspace {
        &self.0.workspace
    }

    /// What it takes in one request.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    fn time_limit(&self) -> Duration {
        self.0.time_limit
    }
}

/// Answers of more bytes than this are compressed. Shorter ones fit into one packet as they are, and to compress them
/// would only take time.
const ONE_PACKET: u64 = 1_024;

fn worth_compressing() -> impl Predicate {
    DefaultPredicate::new().and(SizeAbove::new(ONE_PACKET))
}

/// The router of a server: for a socket, or to be called in-process.
pub fn router(app: App) -> Router {
    let v1 = Router::new()
        .route("/workspace", get(workspace::get))
        .route("/push", post(push::post))
        .route("/pull", get(pull::get))
        .route("/records/{table}/{id}/history", get(history::get))
        .route("/wakes", get(wakes::get))
        .route("/installations", get(installations::list))
        .route(
            "/installations/{id}",
            get(installations::get)
                .put(installations::put)
                .delete(installations::delete),
        )
        .route("/installations/{id}/test", post(installations::test))
        .route_layer(from_fn_with_state(app.clone(), caller::require));
    let body_bytes = app.limits().body_bytes as usize;
    Router::new()
        .route("/healthz", get(healthz::get))
        .nest("/v1", v1)
        .merge(crate::tables::routes())
        .fallback(async || Refused::not_found("There is nothing at this address."))
        .method_not_allowed_fallback(async || Refused::method())
        .layer(DefaultBodyLimit::max(body_bytes))
        .layer(CompressionLayer::new().compress_when(worth_compressing()))
        .layer(from_fn_with_state(app.clone(), around::time_limited))
        .layer(from_fn(around::panics_caught))
        .layer(from_fn(around::versioned))
        .layer(from_fn_with_state(app.clone(), around::logged))
        .with_state(app)
}
