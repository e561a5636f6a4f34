//! Apple Push Notification service, for iOS: HTTP/2, one POST a push, of type `background` with priority 5 (any other is
//! refused for it) and nothing to show: `content-available` wakes the app.
//!
//! The provider token (ES256) names team and key. Apple wants it renewed at least once an hour and refuses one that is
//! renewed more often than once in twenty minutes, so one is used for forty.

use super::jwt::Key;
use super::{Answer, Push, Said, Sender, TIME_TO_LIVE, ask, client};
use crate::Error;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use landfall_core::id::Millis;
use landfall_protocol::wake::Channel;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::{Mutex, PoisonError};

/// Where pushes go, unless the settings say otherwise: for apps of the store, and of development.
const PRODUCTION: &str = "https://api.push.apple.com";
const SANDBOX: &str = "https://api.sandbox.push.apple.com";

/// Milliseconds for which a token is used.
const TOKEN_USED: i64 = 40 * 60 * 1000;

/// What the sender needs to know.
#[derive(Debug, Clone)]
pub struct ApnsSettings {
    /// The text of the key's file (`AuthKey_….p8`).
    pub key: String,
    /// The key's id, ten characters.
    pub key_id: String,
    /// The team's id, ten characters.
    pub team_id: String,
    /// The app's bundle id.
    pub topic: String,
    /// Another server than Apple's, for both environments.
    pub base_url: Option<String>,
}

/// The sender.
pub struct Apns {
    client: Client,
    settings: ApnsSettings,
    key: Key,
    token: Mutex<Option<(String, Millis)>>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
}

impl Apns {
    /// A sender.
    ///
    /// # Errors
    /// When the key is none.
    pub fn new(settings: ApnsSettings) -> Result<Self, Error> {
        let is_plain = settings
            .base_url
            .as_ref()
            .is_some_and(|url| url.starts_with("http:"));
        // Without TLS nothing agrees on HTTP/2, so it is spoken from the first byte.
        let client = if is_plain {
            client().http2_prior_knowledge()
        } else {
            client()
        };
        Ok(Self {
            client: client.build().map_err(Error::HttpClient)?,
            key: Key::ec_pem(&settings.key).map_err(Error::push_key("[apns]"))?,
            settings,
            token: Mutex::new(None),
        })
    }

    async fn push(&self, channel: &Channel, push: &Push) -> Answer {
        let Channel::Apns { token, sandbox } = channel else {
            return failed("the channel is of another platform", false);
        };
        let Ok(wake) = serde_json::from_str::<serde_json::Value>(&push.text) else {
            return failed("the wake is none", false);
        };
        let Some(provider) = self.provider_token(push.now) else {
            return failed("the key of [apns] can't sign", true);
        };
        let apple = if *sandbox { SANDBOX } else { PRODUCTION };
        let base = self.settings.base_url.as_deref().unwrap_or(apple);
        let expiration = push.now.0 / 1000 + i64::try_from(TIME_TO_LIVE.as_secs()).unwrap_or(i64::MAX);
        let request = self
            .client
            .post(format!("{}/3/device/{token}", base.trim_end_matches('/')))
            .header("authorization", format!("bearer {provider}"))
            .header("apns-topic", &self.settings.topic)
            .header("apns-push-type", "background")
            .header("apns-priority", "5")
            .header("apns-collapse-id", push.collapse)
            .header("apns-expiration", expiration)
            .json(&json!({ "aps": { "content-available": 1 }, "wake": wake }));
        match ask(request).await {
            Ok(said) => self.judged(&said),
            Err(answer) => answer,
        }
    }

    fn judged(&self, said: &Said) -> Answer {
        #[derive(Default, Deserialize)]
        struct Problem {
            #[serde(default)]
            reason: String,
        }
        let Problem { reason } = serde_json::from_slice(&said.body).unwrap_or_default();
        // Reasons are single words of Apple's; anything else is not repeated.
        let word: String = reason
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(60)
            .collect();
        let said_word = format!(" ({word})");
        match (said.status, word.as_str()) {
            (200, _) => Answer::Taken { status: said.status },
            (410, _) | (400, "BadDeviceToken" | "DeviceTokenNotForTopic") => Answer::Gone {
                status: Some(said.status),
                reason: format!("the push service says that no app has this token: {word}"),
            },
            (403, "ExpiredProviderToken") => {
                *self.token.lock().unwrap_or_else(PoisonError::into_inner) = None;
                said.failed(&said_word, false)
            }
            (403, _) => said.failed(
                &format!("{said_word}: look at key, key_id, team_id and topic of [apns]"),
                true,
            ),
            (429, "TooManyProviderTokenUpdates") | (500..=599, _) => said.failed(&said_word, true),
            _ => said.failed(&said_word, false),
        }
    }

    fn provider_token(&self, now: Millis) -> Option<String> {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((text, made_at)) = token.as_ref()
            && (0..TOKEN_USED).contains(&(now.0 - made_at.0))
        {
            return Some(text.clone());
        }
        let claims = Claims {
            iss: &self.settings.team_id,
            iat: now.0 / 1000,
        };
        let text = self.key.token(Some(&self.settings.key_id), &claims).ok()?;
        *token = Some((text.clone(), now));
        Some(text)
    }
}

fn failed(reason: &str, everyone: bool) -> Answer {
    Answer::Failed {
        status: None,
        reason: reason.to_owned(),
        retry_after: None,
        everyone,
    }
}

impl Sender for Apns {
    fn send<'a>(&'a self, channel: &'a Channel, push: &'a Push) -> BoxFuture<'a, Answer> {
        self.push(channel, push).boxed()
    }

    /// The token stands in a path: nothing but hexadecimal digits may come there.
    fn check(&self, channel: &Channel) -> Result<(), String> {
        match channel {
            Channel::Apns { token, .. }
                if (32..=200).contains(&token.len())
                    && token.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
            {
                Ok(())
            }
            _ => Err("`token` is not a device token in hexadecimal digits".to_owned()),
        }
    }
}
