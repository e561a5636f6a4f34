//! The ear of the engine: one stream of wakes, opened again whenever it is lost (step 9 of the data's way).
//!
//! - It opens while it is wanted, and is closed while it is not.
//! - Something comes at least every heartbeat; after twice that time of silence the line is taken for dead.
//! - A stream that lived for longer than a heartbeat is opened again within [`SOON`], at a random moment, so that the
//!   devices of a server that was restarted don't all come back at once. One that did not comes after the scheduler's
//!   backoff, and not before what the server asked for by `Retry-After`.
//! - A device that was asleep can't know how its line is: [`Listener::reopen`] takes a new one.

use crate::scheduler::backoff;
use crate::transport::wakes::WakeEvent;
use crate::transport::{Transport, TransportError, Wakes};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use landfall_core::id::Seq;
use landfall_protocol::wake::{Hello, Wake};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};

/// How long opening may take until the server has said hello.
const PATIENCE: Duration = Duration::from_secs(20);
/// Within this time a stream that has lived is opened again.
const SOON: Duration = Duration::from_secs(1);

/// What is heard.
#[derive(Debug)]
pub(crate) enum Heard {
    /// The stream is open.
    Hello(Hello),
    /// Something changed.
    Wake(Wake),
    /// The stream is lost, or could not be opened. It waits until it is told by [`Listener::lost`].
    Lost(TransportError),
}

/// Where the stream stands.
enum Stream {
    Closed,
    Waiting(Instant),
    Opening {
        answer: BoxFuture<'static, Result<Wakes, TransportError>>,
        until: Instant,
    },
    Open {
        wakes: Wakes,
        dead_at: Instant,
        silence: Duration,
    },
}

/// One device's ear.
pub(crate) struct Listener {
    line: Arc<dyn Transport>,
    stream: Stream,
    /// When the server said hello, while it is open, and its heartbeat.
    open: Option<(Instant, Duration)>,
    failures: u32,
    /// The server's life, as its last hello said.
    pub(crate) epoch: Option<String>,
    /// Notifications up to here have been dealt with.
    pub(crate) notified: Option<Seq>,
}

impl Listener {
    /// An ear that does not listen yet.
    pub(crate) fn new(line: Arc<dyn Transport>, notified: Option<Seq>) -> Self {
        Self {
            line,
            stream: Stream::Closed,
            open: None,
            failures: 0,
            epoch: None,
            notified,
        }
    }

    /// Whether the server has said hello and nothing went wrong since.
    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Listens, or stops.
    pub(crate) fn want(&mut self, wanted: bool) {
        match (&self.stream, wanted) {
            (Stream::Closed, true) => self.reopen(),
            (Stream::Closed, false) | (_, true) => {}
            (_, false) => {
                self.stream = Stream::Closed;
                self.open = None;
                self.failures = 0;
            }
        }
    }

    /// Opens at once if it waits to.
    pub(crate) fn hurry(&mut self) {
        if matches!(self.stream, Stream::Waiting(_)) {
            self.reopen();
        }
    }

    /// Drops what it has, and opens anew if it was wanted.
    pub(crate) fn renew(&mut self) {
        if !matches!(self.stream, Stream::Closed) {
            self.reopen();
        }
    }

    fn reopen(&mut self) {
        let (line, notified) = (self.line.clone(), self.notified);
        self.open = None;
        self.stream = Stream::Opening {
            answer: Box::pin(async move { line.wakes(notified).await }),
            until: Instant::now() + PATIENCE,
        };
    }

    /// Decides when to try again. `jitter` is random, 0 to 1.
    pub(crate) fn lost(&mut self, error: &TransportError, jitter: f64) {
        let lived = self
            .open
            .take()
            .is_some_and(|(since, heartbeat)| since.elapsed() > heartbeat);
        let delay = if lived {
            self.failures = 0;
            SOON.mul_f64(jitter.clamp(0.0, 1.0))
        } else {
            self.failures = self.failures.saturating_add(1);
            backoff(self.failures, jitter)
        };
        let asked = match error {
            TransportError::ServerTrouble { retry_after, .. } => retry_after.unwrap_or_default(),
            _ => Duration::ZERO,
        };
        let delay = delay.max(asked.min(crate::scheduler::LONGEST_ASKED));
        self.stream = Stream::Waiting(Instant::now() + delay);
    }

    /// The next thing that is heard. May be dropped and called again at any time.
    pub(crate) async fn next(&mut self) -> Heard {
        loop {
            let lost = match &mut self.stream {
                Stream::Closed => std::future::pending().await,
                Stream::Waiting(until) => {
                    sleep_until(*until).await;
                    self.reopen();
                    continue;
                }
                Stream::Opening { answer, until } => match timeout_at(*until, answer).await {
                    Ok(Ok(wakes)) => {
                        self.stream = Stream::Open {
                            wakes,
                            dead_at: *until,
                            silence: PATIENCE,
                        };
                        continue;
                    }
                    Ok(Err(error)) => error,
                    Err(_) => TransportError::TimedOut,
                },
                Stream::Open {
                    wakes,
                    dead_at,
                    silence,
                } => match timeout_at(*dead_at, wakes.next()).await {
                    Ok(Some(Ok(event))) => {
                        if let WakeEvent::Hello(hello) = &event {
                            let heartbeat = Duration::from_secs(hello.heartbeat_seconds.max(1).into());
                            *silence = heartbeat * 2;
                            self.open = Some((Instant::now(), heartbeat));
                        }
                        *dead_at = Instant::now() + *silence;
                        match event {
                            WakeEvent::Hello(hello) => return Heard::Hello(hello),
                            WakeEvent::Wake(wake) => return Heard::Wake(wake),
                            WakeEvent::Beat => continue,
                        }
                    }
                    Ok(Some(Err(error))) => error,
                    Ok(None) => TransportError::CutOff,
                    Err(_) => TransportError::TimedOut,
                },
            };
            // Whoever hears of it says when to try again; what has ended must not be asked once more.
            self.stream = Stream::Waiting(Instant::now() + PATIENCE);
            return Heard::Lost(lost);
        }
    }
}

#[cfg(test)]
#[path = "listener_tests.rs"]
mod tests;
