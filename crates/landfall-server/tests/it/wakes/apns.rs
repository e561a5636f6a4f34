//! APNs by a stand-in that speaks HTTP/2 and checks every header and the provider token.

use super::office::{Office, health, put, save};
use super::service::{Received, Reply, Service};
use crate::world::SCHEMA;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use axum::http::Version;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use landfall_core::id::Seq;
use landfall_protocol::wake::{Channel, InstallationRequest, PushedWake};
use serde_json::{Value, json};

const TOKEN: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

struct Apple {
    key: EcdsaKeyPair,
    service: Service,
}

impl Apple {
    async fn start() -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            service: Service::start(Reply::status(200)).await,
        }
    }

    async fn office(&self) -> Office {
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            BASE64_STANDARD.encode(self.key.to_pkcs8v1().unwrap().as_ref())
        );
        let push = format!(
            "[apns]\nkey = \"AuthKey.p8\"\nkey_id = \"KEY1234567\"\nteam_id = \"TEAM123456\"\ntopic = \"org.example.landfall\"\nbase_url = \"{}\"\n",
            self.service.url
        );
        Office::open(SCHEMA, &push, &[("AuthKey.p8", &pem)]).await
    }

    /// Checks a request as Apple does; gives the second in which its token was made.
    fn checked(&self, received: &Received, now: i64) -> i64 {
        assert_eq!(received.version, Version::HTTP_2);
        assert_eq!(received.method.as_str(), "POST");
        assert_eq!(received.path, format!("/3/device/{TOKEN}"));
        assert_eq!(received.header("apns-topic"), "org.example.landfall");
        assert_eq!(received.header("apns-push-type"), "background");
        assert_eq!(received.header("apns-priority"), "5");
        assert_eq!(received.header("apns-collapse-id"), "landfall");
        assert_eq!(received.header("apns-expiration"), (now + 86_400).to_string());
        let token = received.header("authorization").strip_prefix("bearer ").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.key.public_key().as_ref())
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
            json!({ "typ": "JWT", "alg": "ES256", "kid": "KEY1234567" })
        );
        let claims = part(claims);
        assert_eq!(claims["iss"], "TEAM123456");
        claims["iat"].as_i64().unwrap()
    }
}

fn device_token() -> InstallationRequest {
    InstallationRequest {
        channel: Channel::Apns {
            token: TOKEN.to_owned(),
            sandbox: false,
        },
        tags: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_is_a_background_one_and_its_token_is_renewed_between_20_and_60_minutes() {
    let apple = Apple::start().await;
    let mut office = apple.office().await;
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    put(&phone, "i-501", &device_token()).await;
    let now = |office: &Office| office.clock.now().0 / 1000;

    save(&laptop, 101).await;
    office.settle().await;
    let received = apple.service.take_one();
    let first = apple.checked(&received, now(&office));
    assert_eq!(first, now(&office));
    let body = received.json();
    assert_eq!(body["aps"], json!({ "content-available": 1 }));
    let wake: PushedWake = serde_json::from_value(body["wake"].clone()).unwrap();
    assert_eq!((wake.installation.as_str(), wake.wake.seq), ("i-501", Seq(1)));

    // Twenty minutes and more between two.
    save(&laptop, 102).await;
    let wait = office.settle().await.unwrap();
    assert!((20 * 60_000..=22 * 60_000).contains(&wait), "{wait}");
    office.settle_after(22 * 60).await;
    assert_eq!(apple.checked(&apple.service.take_one(), now(&office)), first);
    save(&laptop, 103).await;
    office.settle_after(22 * 60).await;
    let second = apple.checked(&apple.service.take_one(), now(&office));
    assert_eq!(second, now(&office));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_no_app_has_is_forgotten_and_a_refused_key_is_told() {
    for (status, reason, is_dead) in [
        (410, "Unregistered", true),
        (400, "BadDeviceToken", true),
        (400, "DeviceTokenNotForTopic", true),
        (403, "InvalidProviderToken", false),
        (403, "ExpiredProviderToken", false),
        (429, "TooManyRequests", false),
        (503, "ServiceUnavailable", false),
    ] {
        let apple = Apple::start().await;
        let mut office = apple.office().await;
        let (laptop, phone) = (office.device("laptop"), office.device("phone"));
        put(&phone, "i-511", &device_token()).await;
        apple
            .service
            .answer_next(Reply::json(status, &json!({ "reason": reason })));
        save(&laptop, 111).await;
        let next = office.settle().await;
        let installation = health(&phone, "i-511").await;
        assert_eq!(
            (installation.dead, next.is_none()),
            (is_dead, is_dead),
            "{reason}"
        );
        assert!(installation.last_failure.unwrap().contains(reason));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_lead_to_another_path_is_no_device_token() {
    let apple = Apple::start().await;
    let office = apple.office().await;
    let phone = office.device("phone");
    for token in ["../../x", "", "zz", &"a".repeat(500)] {
        let request = InstallationRequest {
            channel: Channel::Apns {
                token: token.to_owned(),
                sandbox: true,
            },
            tags: Vec::new(),
        };
        let refused = phone.put("/v1/installations/i-521").json(&request);
        assert_eq!(refused.send().await.unwrap().status(), 400, "{token}");
    }
}
