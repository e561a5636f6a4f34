//! Senders: how a push goes to the service of its platform (step 8 of the data's way). One trait, one file a service;
//! what they have in common stands here. A sender neither waits nor repeats: it says what became of one push, and
//! the dispatch decides.

mod apns;
mod encrypt;
mod fcm;
mod guard;
mod jwt;
mod web_push;

pub use apns::{Apns, ApnsSettings};
pub use fcm::Fcm;
pub use jwt::KeyError;
pub use web_push::{VapidKeys, WebPush};

use futures_util::future::BoxFuture;
use landfall_core::id::Millis;
use landfall_protocol::wake::{Channel, Platform};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::sync::Arc;
use std::time::Duration;

/// How long a push service may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a push service keeps a push for a device that it can't reach.
const TIME_TO_LIVE: Duration = Duration::from_secs(24 * 60 * 60);

/// Most bytes of an answer that are read.
const MOST_ANSWER: usize = 16 * 1024;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// A [`landfall_protocol::wake::PushedWake`] as JSON.
    pub text: String,
    /// Of pushes with the same word that wait at the service, it keeps the last only.
    pub collapse: &'static str,
    /// The time.
    pub now: Millis,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The service took it.
    Taken {
        /// Its HTTP status.
        status: u16,
    },
    /// It did not, or could not be reached: later perhaps.
    Failed {
        /// Its HTTP status, if it answered.
        status: Option<u16>,
        /// What was wrong, for the person who runs the server and the one who holds the device.
        reason: String,
        /// What it asked to wait.
        retry_after: Option<Duration>,
        /// The reason holds for every push to this service.
        everyone: bool,
    },
    /// The channel is gone for good.
    Gone {
        /// Its HTTP status.
        status: Option<u16>,
        /// What it said.
        reason: String,
    },
}

/// A way to push.
pub trait Sender: Send + Sync {
    /// Sends a push by a channel of this sender's platform.
    fn send<'a>(&'a self, channel: &'a Channel, push: &'a Push) -> BoxFuture<'a, Answer>;

    /// Whether pushes may be sent by this channel at all.
    ///
    /// # Errors
    /// A sentence for the person who holds the device.
    fn check(&self, channel: &Channel) -> Result<(), String>;
}

/// The ways to push that this server has.
#[derive(Clone, Default)]
pub struct Senders {
    web_push: Option<Arc<WebPush>>,
    fcm: Option<Arc<Fcm>>,
    apns: Option<Arc<Apns>>,
}

impl Senders {
    /// With Web Push, or without.
    #[must_use]
    pub fn with_web_push(self, web_push: Option<WebPush>) -> Self {
        Self {
            web_push: web_push.map(Arc::new),
            ..self
        }
    }

    /// With FCM, or without.
    #[must_use]
    pub fn with_fcm(self, fcm: Option<Fcm>) -> Self {
        Self {
            fcm: fcm.map(Arc::new),
            ..self
        }
    }

    /// With APNs, or without.
    #[must_use]
    pub fn with_apns(self, apns: Option<Apns>) -> Self {
        Self {
            apns: apns.map(Arc::new),
            ..self
        }
    }

    fn of(&self, platform: Platform) -> Option<&dyn Sender> {
        fn sender<S: Sender>(of_kind: Option<&Arc<S>>) -> Option<&dyn Sender> {
            of_kind.map(|sender| &**sender as &dyn Sender)
        }
        match platform {
            Platform::Stream => None,
            Platform::WebPush => sender(self.web_push.as_ref()),
            Platform::Fcm => sender(self.fcm.as_ref()),
            Platform::Apns => sender(self.apns.as_ref()),
        }
    }

    /// What devices can be woken by; a stream always.
    #[must_use]
    pub fn platforms(&self) -> Vec<Platform> {
        let can = |platform: &Platform| *platform == Platform::Stream || self.of(*platform).is_some();
        [Platform::Stream, Platform::WebPush, Platform::Fcm, Platform::Apns]
            .into_iter()
            .filter(can)
            .collect()
    }

    /// The public key that Web Push subscriptions are made for.
    #[must_use]
    pub fn vapid_public_key(&self) -> Option<String> {
        self.web_push.as_ref().map(|web_push| web_push.public_key())
    }

    /// Whether pushes can be sent by this channel.
    ///
    /// # Errors
    /// A sentence for the person who holds the device.
    pub fn check(&self, channel: &Channel) -> Result<(), String> {
        match (channel.platform(), self.of(channel.platform())) {
            (Platform::Stream, _) => Ok(()),
            (_, Some(sender)) => sender.check(channel),
            (_, None) => Err(NOT_SET_UP.to_owned()),
        }
    }

    pub(crate) async fn send(&self, channel: &Channel, push: &Push) -> Answer {
        match self.of(channel.platform()) {
            Some(sender) => sender.send(channel, push).await,
            None => Answer::Failed {
                status: None,
                reason: NOT_SET_UP.to_owned(),
                retry_after: None,
                everyone: true,
            },
        }
    }
}

const NOT_SET_UP: &str = "this server is not set up for such pushes";

/// What a service answered.
struct Said {
    status: u16,
    retry_after: Option<Duration>,
    body: Vec<u8>,
}

/// Sends a request, and reads as much of the answer as matters.
async fn ask(request: reqwest::RequestBuilder) -> Result<Said, Answer> {
    let unreachable = |error: &reqwest::Error| {
        // The address is not told: whoever gave it should not learn from this what stands there.
        tracing::debug!(is_timeout = error.is_timeout(), "a push service is out of reach");
        Answer::Failed {
            status: None,
            reason: if error.is_timeout() {
                "the push service took too long".to_owned()
            } else {
                "the push service can't be reached".to_owned()
            },
            retry_after: None,
            everyone: false,
        }
    };
    let mut response = request
        .timeout(PATIENCE)
        .send()
        .await
        .map_err(|error| unreachable(&error))?;
    let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers()));
    let mut body = Vec::new();
    // An answer that breaks off has had its status; what it says further is for a better reason only.
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() >= MOST_ANSWER {
            break;
        }
    }
    body.truncate(MOST_ANSWER);
    Ok(Said {
        status,
        retry_after,
        body,
    })
}

/// `Retry-After` in seconds. (Its other form, a date, is taken for absent: our own backoff holds then.)
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

impl Said {
    /// A failure with this status, as it stands for most services.
    fn failed(&self, what: &str, everyone: bool) -> Answer {
        Answer::Failed {
            status: Some(self.status),
            reason: format!("the push service answered {}{what}", self.status),
            retry_after: self.retry_after,
            everyone,
        }
    }
}

/// A client for push services: no redirects, no proxy of the environment's, nothing remembered.
fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("landfall-server/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(5))
        .pool_idle_timeout(Duration::from_secs(60))
}
