//! The bridge: the app's UI and the real client behind a loopback address, for a browser on this machine. Where there
//! is no display a person works this way, and the browser tests drive the real client through it.
//!
//! | request | answer |
//! |---|---|
//! | `GET /?token=…` | the one-time token becomes a cookie ([`guard`]) |
//! | `POST /bridge/command/{name}` | a command's answer as JSON, or a `CommandError` |
//! | `GET /bridge/events` | server-sent events `topics-changed` and `sync-status` |
//! | `GET /…` | the built UI |
//!
//! No door stands open: only loopback is listened on; a request needs the cookie, a `Host` that is this address
//! (against DNS rebinding) and, where it changes anything, an `Origin` that is this page (against forged requests).

mod command;
mod events;
mod guard;
mod policy;
#[cfg(test)]
mod tests;

use anyhow::ensure;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;
use guard::Guard;
use landfall_client::Client;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tower_http::services::{ServeDir, ServeFile};

/// Room for a bulk edit of a whole table's ids.
const MOST_BYTES: usize = 8 << 20;

/// A bridge that listens.
pub struct Bridge {
    listener: TcpListener,
    router: Router,
    url: String,
}

/// Listens on a loopback address.
///
/// # Errors
/// When the address is not loopback, or taken.
pub async fn bind(client: Client, ui: &Path, listen: SocketAddr) -> anyhow::Result<Bridge> {
    ensure!(
        listen.ip().is_loopback(),
        "{listen} is not a loopback address: the bridge serves this machine alone"
    );
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    let guard = Arc::new(Guard::new(address)?);
    let url = guard.url();
    Ok(Bridge {
        listener,
        router: router(client, ui, guard)?,
        url,
    })
}

fn router(client: Client, ui: &Path, guard: Arc<Guard>) -> anyhow::Result<Router> {
    // A path that is no file is a place within the UI.
    let files = ServeDir::new(ui).fallback(ServeFile::new(ui.join("index.html")));
    let router = Router::new()
        .route("/bridge/command/{name}", post(command::answer))
        .route("/bridge/events", get(events::stream))
        .fallback_service(files)
        .with_state(client)
        .layer(axum::extract::DefaultBodyLimit::max(MOST_BYTES))
        .layer(from_fn_with_state(guard, guard::check));
    policy::add_headers(router)
}

impl Bridge {
    /// The address to open, with its one-time token.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Serves until the process ends.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self) -> std::io::Result<()> {
        // Answers are small and come at once: nothing is gained by waiting to fill a packet.
        let listener = self.listener.tap_io(|connection| {
            if let Err(error) = connection.set_nodelay(true) {
                tracing::debug!(%error, "answers may be late");
            }
        });
        axum::serve(listener, self.router).await
    }
}
