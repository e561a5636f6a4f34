//! A server on a socket, until it is told to stop.

use crate::http::{App, router};
use crate::wake::Dispatch;
use axum::serve::ListenerExt as _;
use std::future::{Future, IntoFuture};
use std::io;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How long requests that run may go on after the server was told to stop.
const GRACE: Duration = Duration::from_secs(15);

/// How often the server looks for changes that another process (an import) has made. Its own are told at once.
const LOOK: Duration = Duration::from_secs(1);

/// Serves until `stop` is done; then takes no further connection, ends the event streams and finishes the requests that
/// run, for at most 15 seconds. Devices without a stream are pushed to meanwhile.
///
/// # Errors
/// What the socket says.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let wakes = app.wakes().clone();
    let closing = wakes.clone();
    let looking = tokio::spawn(look(app.clone()));
    let pushing = tokio::spawn(push(app.clone()));
    // A wake is a few bytes that must not wait for more.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(error = &error as &dyn std::error::Error, "small answers may wait");
        }
    });
    let serving = axum::serve(listener, router(app))
        .with_graceful_shutdown(async move {
            stop.await;
            wakes.close();
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
    let served = tokio::select! {
        ended = serving => ended,
        () = grace => {
            tracing::warn!("some requests did not end in time and were cut off");
            Ok(())
        }
    };
    looking.abort();
    closing.close();
    if tokio::time::timeout(GRACE, pushing).await.is_err() {
        tracing::warn!("some pushes did not end in time: they are sent again at the next start");
    }
    served
}

async fn look(app: App) {
    let mut ticks = tokio::time::interval(LOOK);
    loop {
        ticks.tick().await;
        // A server that is too busy has changes of its own, and looks after each of them.
        if app.workspace().database().look().is_err() {
            tracing::debug!("too busy to look for changes of others");
        }
    }
}

async fn push(app: App) {
    match Dispatch::start(app.wakes().clone()).await {
        Ok(dispatch) => dispatch.run().await,
        Err(error) => tracing::error!(
            error = &error as &dyn std::error::Error,
            "no device is pushed to: the installations can't be read"
        ),
    }
}

/// Lets this process open as many files as the system allows it: each device's stream is one, and the usual limit of 1024
/// is for programs of another time.
pub fn raise_file_limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let raised = Rlimit {
            current: limit.maximum,
            ..limit
        };
        if setrlimit(Resource::Nofile, raised).is_err() {
            tracing::debug!("the limit of open files stays as it is");
        }
    }
}
