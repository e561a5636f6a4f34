//! Web Push by a stand-in that checks the token and decrypts, with code of its own after RFC 8291 and RFC 8188.

use super::office::{Office, good, health, put, save, test};
use super::service::{Received, Reply, Service};
use crate::world::{SCHEMA, table};
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use landfall_core::id::Seq;
use landfall_protocol::wake::{Channel, Channels, InstallationRequest, Platform, PushedWake};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// What a device keeps of its subscription.
pub(super) struct Subscription {
    private: PrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
    endpoint: String,
}

impl Subscription {
    pub(super) fn at(service: &Service, path: &str) -> Self {
        let private = PrivateKey::generate(&ECDH_P256).unwrap();
        Self {
            public: private.compute_public_key().unwrap().as_ref().to_vec(),
            private,
            auth: *b"sixteen bytes  .",
            endpoint: format!("{}{path}", service.url),
        }
    }

    pub(super) fn request(&self, tags: &[&str]) -> InstallationRequest {
        InstallationRequest {
            channel: Channel::WebPush {
                endpoint: self.endpoint.clone(),
                p256dh: BASE64_URL_SAFE_NO_PAD.encode(&self.public),
                auth: BASE64_URL_SAFE_NO_PAD.encode(self.auth),
            },
            tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        }
    }

    pub(super) fn read(&self, received: &Received) -> PushedWake {
        serde_json::from_slice(&self.decrypted(&received.body)).unwrap()
    }

    fn decrypted(&self, body: &[u8]) -> Vec<u8> {
        let (salt, rest) = body.split_at(16);
        let (record_size, rest) = rest.split_at(4);
        assert_eq!(record_size, 4096u32.to_be_bytes());
        assert_eq!(rest[0], 65);
        let (sender, ciphertext) = rest[1..].split_at(65);
        let hmac = |key: &[u8], message: &[u8]| sign(&Key::new(HMAC_SHA256, key), message).as_ref().to_vec();
        let input = agree(
            &self.private,
            UnparsedPublicKey::new(&ECDH_P256, sender),
            (),
            |secret| {
                let key = hmac(&self.auth, secret);
                let info = [b"WebPush: info\0", &self.public[..], sender, &[1]].concat();
                Ok(hmac(&key, &info))
            },
        )
        .unwrap();
        let key = hmac(salt, &input);
        let content_key = &hmac(&key, b"Content-Encoding: aes128gcm\0\x01")[..16];
        let nonce = hmac(&key, b"Content-Encoding: nonce\0\x01")[..12]
            .try_into()
            .unwrap();
        let mut record = ciphertext.to_vec();
        let opening = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, content_key).unwrap());
        let nonce = Nonce::assume_unique_for_key(nonce);
        let plain = opening.open_in_place(nonce, Aad::empty(), &mut record).unwrap();
        let (last, plain) = plain.split_last().unwrap();
        assert_eq!(*last, 2, "the one record is the last");
        plain.to_vec()
    }
}

/// Keys as `push keys` makes them, with endpoints on loopback allowed.
pub(super) async fn office(schema: &str) -> Office {
    let dir = tempfile::tempdir().unwrap();
    let surroundings = landfall_server::Surroundings::system();
    landfall_server::wake::settings::make_keys(dir.path(), "mailto:ops@example.org", &surroundings).unwrap();
    let push = std::fs::read_to_string(dir.path().join("push.toml")).unwrap();
    Office::open(schema, &format!("{push}private_networks = true\n"), &[]).await
}

async fn service() -> Service {
    Service::start(Reply::status(201)).await
}

fn part(text: &str) -> Value {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_is_signed_and_encrypted_for_its_subscriber_alone() {
    let (mut office, service) = (office(SCHEMA).await, service().await);
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let channels: Channels = good(phone.get("/v1/installations").send().await.unwrap()).await;
    assert_eq!(channels.platforms, [Platform::Stream, Platform::WebPush]);
    let server_key = channels.vapid_public_key.unwrap();

    let subscription = Subscription::at(&service, "/up/one");
    let installation = put(&phone, "i-201", &subscription.request(&[])).await;
    assert!(!installation.waiting && !installation.dead && installation.last_sent_at.is_none());
    assert_eq!(office.settle().await, None);
    save(&laptop, 101).await;
    assert!(health(&phone, "i-201").await.waiting);
    office.settle().await;

    let received = service.take_one();
    assert_eq!(
        (received.method.as_str(), received.path.as_str()),
        ("POST", "/up/one")
    );
    assert_eq!(received.header("content-encoding"), "aes128gcm");
    assert_eq!(received.header("ttl"), "86400");
    assert_eq!(received.header("urgency"), "normal");
    assert_eq!(received.header("topic"), "landfall");
    assert!(received.body.len() < 4096);
    let wake = subscription.read(&received);
    assert_eq!((wake.installation.as_str(), wake.wake.seq), ("i-201", Seq(1)));
    assert_eq!(wake.wake.tables, [table("airfields")]);

    // RFC 8292: a token for this service, of the key that the subscription was made for.
    let authorization = received.header("authorization").strip_prefix("vapid t=").unwrap();
    let (token, key) = authorization.split_once(", k=").unwrap();
    assert_eq!(key, server_key);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    signature::UnparsedPublicKey::new(
        &ECDSA_P256_SHA256_FIXED,
        BASE64_URL_SAFE_NO_PAD.decode(key).unwrap(),
    )
    .verify(
        signed.as_bytes(),
        &BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap(),
    )
    .unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    assert_eq!(part(header), json!({ "typ": "JWT", "alg": "ES256" }));
    let seconds = office.clock.now().0 / 1000;
    assert_eq!(
        part(claims),
        json!({ "aud": service.url, "exp": seconds + 12 * 60 * 60, "sub": "mailto:ops@example.org" })
    );

    let installation = health(&phone, "i-201").await;
    assert_eq!(installation.last_accepted_at, Some(office.clock.now()));
    assert!(!installation.waiting && installation.failures == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_gone_is_forgotten_until_there_is_a_new_one() {
    for status in [404, 410] {
        let (mut office, service) = (office(SCHEMA).await, service().await);
        let (laptop, phone) = (office.device("laptop"), office.device("phone"));
        put(&phone, "i-211", &Subscription::at(&service, "/old").request(&[])).await;
        service.answer_next(Reply::status(status));
        save(&laptop, 111).await;
        office.settle().await;
        assert_eq!(service.take_one().path, "/old");
        let installation = health(&phone, "i-211").await;
        assert!(installation.dead && !installation.waiting);
        assert_eq!(installation.platform, Platform::WebPush);

        // Nothing is sent there again, after a restart neither, and a test says why.
        save(&laptop, 112).await;
        assert_eq!(office.settle_after(3_600).await, None);
        let office = office.restart().await;
        let (laptop, phone) = (office.again(&laptop), office.again(&phone));
        let mut office = office;
        assert_eq!(office.settle().await, None);
        assert!(test(&phone, "i-211").await.message.unwrap().contains("gone"));
        assert!(service.take().is_empty());

        // With a new channel it is told what it missed.
        let new = Subscription::at(&service, "/new");
        let installation = put(&phone, "i-211", &new.request(&[])).await;
        assert!(!installation.dead && installation.failures == 0);
        save(&laptop, 113).await;
        office.settle_after(5).await;
        assert_eq!(new.read(&service.take_one()).wake.seq, Seq(3));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_says_what_the_push_service_answered() {
    let (office, service) = (office(SCHEMA).await, service().await);
    let phone = office.device("phone");
    let subscription = Subscription::at(&service, "/up");
    put(&phone, "i-221", &subscription.request(&[])).await;

    let report = test(&phone, "i-221").await;
    assert_eq!((report.accepted, report.status), (true, Some(201)));
    let wake = subscription.read(&service.take_one());
    assert!(wake.wake.test && wake.wake.tables.is_empty());

    office.clock.advance(std::time::Duration::from_secs(10));
    service.answer_next(Reply::status(500));
    let report = test(&phone, "i-221").await;
    assert_eq!((report.accepted, report.status), (false, Some(500)));
    assert_eq!(report.message.unwrap(), "the push service answered 500");
    assert_eq!(health(&phone, "i-221").await.failures, 1);

    // A redirect leads nowhere.
    office.clock.advance(std::time::Duration::from_secs(10));
    service.take();
    let elsewhere = Reply::status(307).with("location", &format!("{}/elsewhere", service.url));
    service.answer_next(elsewhere);
    assert_eq!(test(&phone, "i-221").await.status, Some(307));
    assert_eq!(service.take_one().path, "/up");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_is_its_devices_own_and_there_are_only_so_many() {
    let (office, service) = (office(SCHEMA).await, service().await);
    let (laptop, phone) = (office.device("laptop"), office.device("phone"));
    let request = Subscription::at(&service, "/up").request(&["ben"]);
    let first = put(&phone, "i-231", &request).await;
    assert_eq!(first.tags, ["ben"]);
    assert_eq!(put(&phone, "i-231", &request).await, first);

    let not_found = StatusCode::NOT_FOUND;
    let path = "/v1/installations/i-231";
    assert_eq!(laptop.get(path).send().await.unwrap().status(), not_found);
    let deleted = laptop.delete(path).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    assert_eq!(health(&phone, "i-231").await, first);

    for number in 232..235 {
        put(&phone, &format!("i-{number}"), &request).await;
    }
    let put_one = |id: &str, request: &InstallationRequest| {
        phone.put(&format!("/v1/installations/{id}")).json(request).send()
    };
    let bad_request = StatusCode::BAD_REQUEST;
    assert_eq!(put_one("i-235", &request).await.unwrap().status(), bad_request);
    let deleted = phone.delete(path).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    assert_eq!(phone.get(path).send().await.unwrap().status(), not_found);
    assert_eq!(put_one("i-235", &request).await.unwrap().status(), StatusCode::OK);

    // What can't be used is refused with its reason.
    let many: Vec<String> = (0..17).map(|number| number.to_string()).collect();
    let tagged = InstallationRequest {
        tags: many,
        ..request.clone()
    };
    assert_eq!(put_one("i-235", &tagged).await.unwrap().status(), bad_request);
    assert_eq!(put_one("i%20235", &request).await.unwrap().status(), bad_request);
    let fcm = InstallationRequest {
        channel: Channel::Fcm {
            token: "t".to_owned(),
        },
        tags: Vec::new(),
    };
    let refused = put_one("i-235", &fcm).await.unwrap();
    assert_eq!(refused.status(), bad_request);
    assert!(
        refused
            .text()
            .await
            .unwrap()
            .contains("not set up for such pushes")
    );
    let no_key = InstallationRequest {
        channel: Channel::WebPush {
            endpoint: service.url.clone(),
            p256dh: BASE64_URL_SAFE_NO_PAD.encode([4; 65]),
            auth: BASE64_URL_SAFE_NO_PAD.encode([0; 16]),
        },
        tags: Vec::new(),
    };
    assert_eq!(put_one("i-235", &no_key).await.unwrap().status(), bad_request);
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_in_private_networks_are_refused_unless_they_are_allowed() {
    let dir = tempfile::tempdir().unwrap();
    let surroundings = landfall_server::Surroundings::system();
    landfall_server::wake::settings::make_keys(dir.path(), "mailto:ops@example.org", &surroundings).unwrap();
    let push = std::fs::read_to_string(dir.path().join("push.toml")).unwrap();
    let (office, service) = (Office::open(SCHEMA, &push, &[]).await, service().await);
    let phone = office.device("phone");
    for endpoint in [
        service.url.as_str(),
        "https://127.0.0.1/up",
        "https://localhost/up",
    ] {
        let mut request = Subscription::at(&service, "/up").request(&[]);
        if let Channel::WebPush { endpoint: own, .. } = &mut request.channel {
            endpoint.clone_into(own);
        }
        let refused = phone.put("/v1/installations/i-241").json(&request);
        assert_eq!(
            refused.send().await.unwrap().status(),
            StatusCode::BAD_REQUEST,
            "{endpoint}"
        );
    }
}
