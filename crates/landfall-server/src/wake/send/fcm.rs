//! Firebase Cloud Messaging, HTTP v1, for Android: a data-only message, so that the app and not the system takes it, with
//! `priority` NORMAL (HIGH without something to see is soon treated as NORMAL anyway) and a collapse key.
//!
//! The access token comes from a service account: a token signed with its key is exchanged for one that is good for an
//! hour. One exchange at a time; the others wait for its outcome.

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
use tokio::sync::Mutex;

/// Where messages go, unless the settings say otherwise.
pub(crate) const BASE_URL: &str = "https://fcm.googleapis.com";

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";

/// Seconds for which our own token is good.
const ASSERTION_SECONDS: i64 = 60 * 60;

/// An access token is taken for old so many milliseconds before it is.
const RENEWED_BEFORE: i64 = 5 * 60 * 1000;

/// What is needed of a service account's file.
#[derive(Deserialize)]
pub(crate) struct ServiceAccount {
    project_id: String,
    client_email: String,
    private_key: String,
    #[serde(default)]
    private_key_id: Option<String>,
    token_uri: String,
}

/// The sender.
pub struct Fcm {
    client: Client,
    account: ServiceAccount,
    key: Key,
    url: String,
    access: Mutex<Option<Access>>,
}

#[derive(Clone)]
struct Access {
    token: String,
    until: Millis,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    scope: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

impl Fcm {
    /// A sender for a service account (the JSON of its file).
    ///
    /// # Errors
    /// When the file is none, with the reason.
    pub fn new(service_account: &str, base_url: Option<&str>) -> Result<Self, Error> {
        let account: ServiceAccount = serde_json::from_str(service_account).map_err(Error::ServiceAccount)?;
        let base = base_url.unwrap_or(BASE_URL).trim_end_matches('/');
        Ok(Self {
            client: client().build().map_err(Error::HttpClient)?,
            key: Key::rsa_pem(&account.private_key).map_err(Error::push_key("the service account"))?,
            url: format!("{base}/v1/projects/{}/messages:send", account.project_id),
            account,
            access: Mutex::new(None),
        })
    }

    async fn push(&self, channel: &Channel, push: &Push) -> Answer {
        let Channel::Fcm { token } = channel else {
            return super::Answer::Failed {
                status: None,
                reason: "the channel is of another platform".to_owned(),
                retry_after: None,
                everyone: false,
            };
        };
        let access = match self.access(push.now).await {
            Ok(access) => access,
            Err(answer) => return answer,
        };
        let message = json!({ "message": {
            "token": token,
            "data": { "wake": push.text },
            "android": {
                "priority": "NORMAL",
                "collapse_key": push.collapse,
                "ttl": format!("{}s", TIME_TO_LIVE.as_secs()),
            },
        }});
        let request = self.client.post(&self.url).bearer_auth(access).json(&message);
        match ask(request).await {
            Ok(said) => self.judged(&said).await,
            Err(answer) => answer,
        }
    }

    async fn judged(&self, said: &Said) -> Answer {
        let problem: Problem = serde_json::from_slice(&said.body).unwrap_or_default();
        let code = problem.code();
        match said.status {
            200..=299 => Answer::Taken { status: said.status },
            404 => gone(said, "no app has this token any more"),
            403 if code == "SENDER_ID_MISMATCH" => gone(said, "the token is of another Firebase project"),
            400 if problem.is_about_the_token() => gone(said, "it is not a registration token"),
            401 => {
                // Google may take a token back before its time.
                *self.access.lock().await = None;
                said.failed(": it does not accept this server's access token", false)
            }
            403 => said.failed(": the service account may not send messages in its project", true),
            // The quota of a device says so with the same status; the project's is the more likely.
            429 => said.failed(": too many messages", true),
            500..=599 => said.failed("", true),
            _ => said.failed("", false),
        }
    }

    /// An access token: the one that there is, or a new one.
    async fn access(&self, now: Millis) -> Result<String, Answer> {
        let mut access = self.access.lock().await;
        if let Some(access) = access.as_ref().filter(|access| access.until > now) {
            return Ok(access.token.clone());
        }
        let new = self.exchange(now).await?;
        let token = new.token.clone();
        *access = Some(new);
        Ok(token)
    }

    async fn exchange(&self, now: Millis) -> Result<Access, Answer> {
        #[derive(Deserialize)]
        struct Granted {
            access_token: String,
            expires_in: i64,
        }
        let failed = |said: &Said| said.failed(" to the service account when it asked for access", true);
        let seconds = now.0 / 1000;
        let claims = Claims {
            iss: &self.account.client_email,
            scope: SCOPE,
            aud: &self.account.token_uri,
            iat: seconds,
            exp: seconds + ASSERTION_SECONDS,
        };
        let assertion = self
            .key
            .token(self.account.private_key_id.as_deref(), &claims)
            .map_err(|error| Answer::Failed {
                status: None,
                reason: format!("the service account's key can't sign: {error}"),
                retry_after: None,
                everyone: true,
            })?;
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .append_pair("assertion", &assertion)
            .finish();
        let request = self
            .client
            .post(&self.account.token_uri)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let said = ask(request).await?;
        if said.status != 200 {
            return Err(failed(&said));
        }
        let granted: Granted = serde_json::from_slice(&said.body).map_err(|_| failed(&said))?;
        Ok(Access {
            token: granted.access_token,
            until: Millis(now.0 + granted.expires_in.saturating_mul(1000) - RENEWED_BEFORE),
        })
    }
}

fn gone(said: &Said, reason: &str) -> Answer {
    Answer::Gone {
        status: Some(said.status),
        reason: format!("the push service says that {reason}"),
    }
}

impl Sender for Fcm {
    fn send<'a>(&'a self, channel: &'a Channel, push: &'a Push) -> BoxFuture<'a, Answer> {
        self.push(channel, push).boxed()
    }

    fn check(&self, channel: &Channel) -> Result<(), String> {
        match channel {
            Channel::Fcm { token } if (1..=4096).contains(&token.len()) => Ok(()),
            _ => Err("`token` is not a registration token".to_owned()),
        }
    }
}

/// The body of an answer that is no success.
#[derive(Default, Deserialize)]
struct Problem {
    #[serde(default)]
    error: Inner,
}

#[derive(Default, Deserialize)]
struct Inner {
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(default)]
    error_code: String,
    #[serde(default)]
    field_violations: Vec<Violation>,
}

#[derive(Deserialize)]
struct Violation {
    #[serde(default)]
    field: String,
}

impl Problem {
    fn code(&self) -> &str {
        let codes = self.error.details.iter().map(|detail| detail.error_code.as_str());
        codes.into_iter().find(|code| !code.is_empty()).unwrap_or("")
    }

    fn is_about_the_token(&self) -> bool {
        let fields = self
            .error
            .details
            .iter()
            .flat_map(|detail| &detail.field_violations);
        fields
            .into_iter()
            .any(|violation| violation.field == "message.token")
    }
}
