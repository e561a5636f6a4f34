//! A server on a socket, until it is told to stop.

use crate::http::{App, router};
use std::future::{Future, IntoFuture};
use std::io;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How long requests that run may go on after the server was told to stop.
const GRACE: Duration = Duration::from_secs(15);

/// Serves until `stop` is done; then takes no further connection and finishes the requests that run, for at most 15
/// seconds.
///
/// # Errors
/// What the socket says.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let serving = axum::serve(listener, router(app))
        .with_graceful_shutdown(async move {
            stop.await;
            // Whoever waits for it has gone when serving ended by itself.
            let _ = stopping.send(());
        })
        .into_future();
    let grace = async move {
        match stopped.await {
            Ok(()) => tokio::time::sleep(GRACE).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = serving => ended,
        () = grace => {
            tracing::warn!("some requests did not end in time and were cut off");
            Ok(())
        }
    }
}
