//! FCM by a stand-in for Google's two servers that checks the service account's signature.

use super::office::{Office, health, put, save, test};
use super::service::{Received, Reply, Service};
use crate::world::SCHEMA;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use landfall_core::id::Seq;
use landfall_protocol::wake::{Channel, InstallationRequest, PushedWake};
use serde_json::{Value, json};
use std::collections::HashMap;

struct Google {
    key: KeyPair,
    tokens: Service,
    messages: Service,
}

impl Google {
    async fn start() -> Self {
        let granted = json!({ "access_token": "ya29.first", "expires_in": 3600, "token_type": "Bearer" });
        Self {
            key: KeyPair::generate(KeySize::Rsa2048).unwrap(),
            tokens: Service::start(Reply::json(200, &granted)).await,
            messages: Service::start(Reply::json(200, &json!({ "name": "projects/p/messages/1" }))).await,
        }
    }

    async fn office(&self) -> Office {
        let der: Pkcs8V1Der<'_> = self.key.as_der().unwrap();
        let account = json!({
            "type": "service_account",
            "project_id": "landfall-test",
            "private_key_id": "key-7",
            "private_key": format!(
                "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
                BASE64_STANDARD.encode(der.as_ref())
            ),
            "client_email": "push@landfall-test.iam.gserviceaccount.com",
            "token_uri": format!("{}/token", self.tokens.url),
        });
        let push = format!(
            "[fcm]\nservice_account = \"firebase.json\"\nbase_url = \"{}\"\n",
            self.messages.url
        );
        Office::open(SCHEMA, &push, &[("firebase.json", &account.to_string())]).await
    }

    /// Checks a request for an access token as Google does; gives its claims.
    fn checked(&self, received: &Received) -> Value {
        assert_eq!(received.path, "/token");
        assert_eq!(
            received.header("content-type"),
            "application/x-www-form-urlencoded"
        );
        let form: HashMap<String, String> =
            url::form_urlencoded::parse(&received.body).into_owned().collect();
        assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
        let (signed, signature) = form["assertion"].rsplit_once('.').unwrap();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.key.public_key().as_ref())
            .verify(
                signed.as_bytes(),
                &BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap(),
            )
            .unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let part =
            |text| serde_json::from_slice::<Value>(&BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
        assert_eq!(
            part(header),
            json!({ "typ": "JWT", "alg": "RS256", "kid": "key-7" })
        );
        part(claims)
    }
}

fn token(token: &str) -> InstallationRequest {
    InstallationRequest {
        channel: Channel::Fcm {
            token: token.to_owned(),
        },
        tags: Vec::new(),
    }
}

fn problem(status: u16, detail: &Value) -> Reply {
    Reply::json(
        status,
        &json!({ "error": { "code": status, "message": "no", "details": [detail] } }),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_data_only_and_the_access_token_is_used_until_it_is_old() {
    let google = Google::start().await;
    let mut office = google.office().await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    put(&phone, "i-401", &token("phone:token")).await;
    save(&laptop, 101).await;
    office.settle().await;

    let claims = google.checked(&google.tokens.take_one());
    let seconds = office.clock.now().0 / 1000;
    assert_eq!(
        claims,
        json!({
            "iss": "push@landfall-test.iam.gserviceaccount.com",
            "scope": "https://www.googleapis.com/auth/firebase.messaging",
            "aud": format!("{}/token", google.tokens.url),
            "iat": seconds,
            "exp": seconds + 3600,
        })
    );
    let received = google.messages.take_one();
    assert_eq!(received.path, "/v1/projects/landfall-test/messages:send");
    assert_eq!(received.header("authorization"), "Bearer ya29.first");
    let message = received.json();
    assert_eq!(message["message"]["token"], "phone:token");
    assert_eq!(
        message["message"]["android"],
        json!({ "priority": "NORMAL", "collapse_key": "landfall", "ttl": "86400s" })
    );
    assert_eq!(
        message["message"].as_object().unwrap().len(),
        3,
        "nothing to show"
    );
    let data = message["message"]["data"]["wake"].as_str().unwrap();
    let wake: PushedWake = serde_json::from_str(data).unwrap();
    assert_eq!((wake.installation.as_str(), wake.wake.seq), ("i-401", Seq(1)));

    // The window of FCM, and the same access token.
    save(&laptop, 102).await;
    let wait = office.settle().await.unwrap();
    assert!((30_000..=60_000).contains(&wait), "{wait}");
    office.settle_after(60).await;
    assert_eq!(google.messages.take().len(), 1);
    assert!(google.tokens.take().is_empty());

    // After 55 minutes it is old.
    save(&laptop, 103).await;
    office.settle_after(3_300).await;
    assert_eq!(google.messages.take().len(), 1);
    google.checked(&google.tokens.take_one());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_no_app_has_is_forgotten() {
    let about_the_token = json!({ "fieldViolations": [{ "field": "message.token" }] });
    for reply in [
        problem(404, &json!({ "errorCode": "UNREGISTERED" })),
        problem(403, &json!({ "errorCode": "SENDER_ID_MISMATCH" })),
        problem(400, &about_the_token),
    ] {
        let google = Google::start().await;
        let mut office = google.office().await;
        let (laptop, phone) = (office.device("laptop"), office.device("phone"));
        put(&phone, "i-411", &token("phone:token")).await;
        google.messages.answer_next(reply);
        save(&laptop, 111).await;
        assert_eq!(office.settle().await, None);
        assert!(health(&phone, "i-411").await.dead);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_busy_is_left_alone_by_everyone() {
    let google = Google::start().await;
    let mut office = google.office().await;
    let (laptop, phone, tablet) = (
        office.device("laptop"),
        office.device("phone"),
        office.device("tablet"),
    );
    put(&phone, "i-421", &token("phone:token")).await;
    google
        .messages
        .answer_next(Reply::status(429).with("retry-after", "300"));
    save(&laptop, 121).await;
    office.settle().await;
    google.messages.take();
    put(&tablet, "i-422", &token("tablet:token")).await;
    save(&laptop, 122).await;
    assert!(office.settle_after(290).await.unwrap() >= 10_000);
    assert!(google.messages.take().is_empty());
    office.settle_after(60).await;
    assert_eq!(google.messages.take().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_that_is_refused_is_asked_for_anew() {
    let google = Google::start().await;
    let mut office = google.office().await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    put(&phone, "i-431", &token("phone:token")).await;
    google.messages.answer_next(Reply::status(401));
    save(&laptop, 131).await;
    assert!(office.settle().await.is_some());
    let second = json!({ "access_token": "ya29.second", "expires_in": 3600 });
    google.tokens.answer_next(Reply::json(200, &second));
    office.settle_after(10).await;
    let received = google.messages.take();
    assert_eq!(received[1].header("authorization"), "Bearer ya29.second");

    // A service account that was taken away: the reason is told.
    google.tokens.answer_next(Reply::status(400));
    google.messages.answer_next(Reply::status(401));
    assert!(!test(&phone, "i-431").await.accepted);
    office.clock.advance(std::time::Duration::from_secs(10));
    let report = test(&phone, "i-431").await;
    assert!(report.message.unwrap().contains("service account"));
}
