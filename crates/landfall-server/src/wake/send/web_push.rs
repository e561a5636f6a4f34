//! Web Push (RFC 8030) with VAPID (RFC 8292), which UnifiedPush is too: one POST to the subscription's own endpoint, with
//! an encrypted body. `Topic` lets the service keep one push of ours only; `Urgency: normal` may wait for a device that
//! saves power, `TTL` is a day.

use super::encrypt::{self, AUTH, PUBLIC};
use super::jwt::{Key, KeyError};
use super::{Answer, Push, Sender, TIME_TO_LIVE, ask, client, guard};
use crate::Surroundings;
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use landfall_protocol::wake::Channel;
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use serde::Serialize;
use std::sync::Arc;
use url::Url;

/// How long a token of ours is good, in seconds. The RFC allows a day.
const TOKEN_SECONDS: i64 = 12 * 60 * 60;

/// The keys by which push services know this server: the private part, 32 bytes, and the public one, 65.
pub struct VapidKeys {
    private: [u8; 32],
    public: Vec<u8>,
}

impl VapidKeys {
    /// New keys.
    ///
    /// # Panics
    /// When the randomness gives no key in many trials, which is no randomness.
    #[must_use]
    pub fn make(surroundings: &Surroundings) -> Self {
        // One number in four billion is none.
        (0..16)
            .find_map(|_| Self::of_private(surroundings.random()).ok())
            .expect("invariant: randomness gives a key")
    }

    /// The keys of a private part as [`VapidKeys::private_key`] gives it.
    ///
    /// # Errors
    /// [`KeyError`] when it is none.
    pub fn of_text(private_key: &str) -> Result<Self, KeyError> {
        let private = BASE64_URL_SAFE_NO_PAD
            .decode(private_key)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(KeyError::OtherKind)?;
        Self::of_private(private)
    }

    fn of_private(private: [u8; 32]) -> Result<Self, KeyError> {
        let key = PrivateKey::from_private_key(&ECDH_P256, &private).map_err(|_| KeyError::OtherKind)?;
        let public = key.compute_public_key().map_err(|_| KeyError::OtherKind)?;
        Ok(Self {
            private,
            public: public.as_ref().to_vec(),
        })
    }

    /// The private part, base64url.
    #[must_use]
    pub fn private_key(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.private)
    }

    /// The public part, base64url: what subscriptions are made for.
    #[must_use]
    pub fn public_key(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(&self.public)
    }
}

/// The sender.
pub struct WebPush {
    client: Client,
    surroundings: Surroundings,
    key: Key,
    public_key: String,
    subject: String,
    anywhere: bool,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: String,
    exp: i64,
    sub: &'a str,
}

impl WebPush {
    /// A sender with these keys. `subject` (`mailto:…` or `https://…`) is whom a push service writes to when something
    /// is wrong. `anywhere` allows endpoints in private networks, and `http`.
    ///
    /// # Errors
    /// When the keys are none, or no client for requests can be made.
    pub fn new(
        keys: &VapidKeys,
        subject: String,
        anywhere: bool,
        surroundings: Surroundings,
    ) -> Result<Self, crate::Error> {
        let client = if anywhere {
            client()
        } else {
            client()
                .dns_resolver(Arc::new(guard::PublicOnly))
                .https_only(true)
        };
        Ok(Self {
            client: client.build().map_err(crate::Error::HttpClient)?,
            surroundings,
            key: Key::ec_raw(&keys.private, &keys.public).map_err(crate::Error::push_key("[web_push]"))?,
            public_key: keys.public_key(),
            subject,
            anywhere,
        })
    }

    pub(super) fn public_key(&self) -> String {
        self.public_key.clone()
    }

    async fn push(&self, channel: &Channel, push: &Push) -> Answer {
        let subscription = match Subscription::read(channel, self.anywhere) {
            Ok(subscription) => subscription,
            Err(reason) => {
                return Answer::Failed {
                    status: None,
                    reason,
                    retry_after: None,
                    everyone: false,
                };
            }
        };
        let (Some(body), Some(authorization)) = (
            self.encrypted(&subscription, push.text.as_bytes()),
            self.authorization(&subscription.endpoint, push),
        ) else {
            return Answer::Gone {
                status: None,
                reason: "the subscription's keys are none".to_owned(),
            };
        };
        let request = self
            .client
            .post(subscription.endpoint)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("ttl", TIME_TO_LIVE.as_secs())
            .header("urgency", "normal")
            .header("topic", push.collapse)
            .body(body);
        let said = match ask(request).await {
            Ok(said) => said,
            Err(answer) => return answer,
        };
        match said.status {
            200..=299 => Answer::Taken { status: said.status },
            404 | 410 => Answer::Gone {
                status: Some(said.status),
                reason: "the push service says that this subscription is gone".to_owned(),
            },
            300..=399 => said.failed(", which leads elsewhere and is not followed", false),
            401 | 403 => said.failed(
                ": it does not accept this server's keys for the subscription",
                false,
            ),
            _ => said.failed("", false),
        }
    }

    fn encrypted(&self, subscription: &Subscription, message: &[u8]) -> Option<Vec<u8>> {
        debug_assert!(message.len() <= encrypt::MOST);
        // A random number in four billion is no key: then the next one.
        (0..4).find_map(|_| {
            encrypt::encrypt(
                message,
                &subscription.public,
                &subscription.auth,
                &self.surroundings.random(),
                self.surroundings.random(),
            )
            .ok()
        })
    }

    fn authorization(&self, endpoint: &Url, push: &Push) -> Option<String> {
        let claims = Claims {
            aud: endpoint.origin().ascii_serialization(),
            exp: push.now.0 / 1000 + TOKEN_SECONDS,
            sub: &self.subject,
        };
        let token = self.key.token(None, &claims).ok()?;
        Some(format!("vapid t={token}, k={}", self.public_key))
    }
}

impl Sender for WebPush {
    fn send<'a>(&'a self, channel: &'a Channel, push: &'a Push) -> BoxFuture<'a, Answer> {
        self.push(channel, push).boxed()
    }

    fn check(&self, channel: &Channel) -> Result<(), String> {
        Subscription::read(channel, self.anywhere).map(|_| ())
    }
}

struct Subscription {
    endpoint: Url,
    public: Vec<u8>,
    auth: Vec<u8>,
}

impl Subscription {
    fn read(channel: &Channel, anywhere: bool) -> Result<Self, String> {
        let Channel::WebPush {
            endpoint,
            p256dh,
            auth,
        } = channel
        else {
            return Err("the channel is of another platform".to_owned());
        };
        let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
        let public = bytes(p256dh).ok().filter(|key| is_point(key));
        let auth = bytes(auth).ok().filter(|auth| auth.len() == AUTH);
        Ok(Self {
            endpoint: guard::check(endpoint, anywhere)?,
            public: public.ok_or("`p256dh` is not a public key (P-256, uncompressed, base64url)")?,
            auth: auth.ok_or("`auth` is not a secret (16 bytes, base64url)")?,
        })
    }
}

/// Whether the bytes are a point of the curve: tried, since nothing else tells.
fn is_point(key: &[u8]) -> bool {
    key.len() == PUBLIC && encrypt::encrypt(b"", key, &[0; AUTH], &[1; 32], [0; 16]).is_ok()
}
