//! A session bus, a distributor of our own, and a phone: what the specification says, over the real bus.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unwrap_used,
    reason = "methods on the bus own their arguments; a test that can't go on stops there"
)]
#![cfg(target_os = "linux")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use silent_push::unified::Connector;
use silent_push::{Error, Event, Subscription};
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use web_push_native::Auth;
use web_push_native::p256::PublicKey;
use zbus::block_on;
use zbus::connection::Builder;
use zbus::{OwnedVariant, Variant};

const PATIENCE: Duration = Duration::from_secs(20);
const APP: &str = "org.example.Phone";
const KDE: &str = "org.unifiedpush.Distributor.kde";

type Arguments = HashMap<String, OwnedVariant>;

/// A session bus of its own.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn starts() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is installed (Debian: dbus)");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Self {
            daemon,
            address: address.trim().to_owned(),
        }
    }

    fn door(&self) -> Builder<'_> {
        Builder::address(self.address.as_str())
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
    }
}

/// What a distributor was told.
#[derive(Debug, PartialEq, Eq)]
struct Registered {
    service: String,
    token: String,
    vapid: Option<String>,
}

struct Distributor {
    registered: Arc<Mutex<Vec<Registered>>>,
    refuses: bool,
}

fn text(args: &Arguments, name: &str) -> Option<String> {
    args.get(name)?.downcast_ref::<&str>().ok().map(str::to_owned)
}

fn answer(name: &str, value: &str) -> Arguments {
    HashMap::from([(
        name.to_owned(),
        OwnedVariant::try_from(Variant::from(value)).unwrap(),
    )])
}

#[zbus::interface(name = "org.unifiedpush.Distributor2")]
impl Distributor {
    fn register(&self, args: Arguments) -> Arguments {
        if self.refuses {
            let mut refused = answer("success", "REGISTRATION_FAILED");
            refused.extend(answer("reason", "NETWORK"));
            return refused;
        }
        self.registered.lock().unwrap().push(Registered {
            service: text(&args, "service").unwrap(),
            token: text(&args, "token").unwrap(),
            vapid: text(&args, "vapid"),
        });
        answer("success", "REGISTRATION_SUCCEEDED")
    }

    fn unregister(&self, args: Arguments) -> Arguments {
        let token = text(&args, "token");
        self.registered
            .lock()
            .unwrap()
            .retain(|known| Some(&known.token) != token.as_ref());
        Arguments::new()
    }
}

struct Kde {
    connection: zbus::Connection,
    registered: Arc<Mutex<Vec<Registered>>>,
}

impl Kde {
    fn starts(bus: &Bus, refuses: bool) -> Self {
        let registered = Arc::default();
        let distributor = Distributor {
            registered: Arc::clone(&registered),
            refuses,
        };
        let building = bus
            .door()
            .serve_at("/org/unifiedpush/Distributor", distributor)
            .name(KDE)
            .build();
        Self {
            connection: block_on(building).unwrap(),
            registered,
        }
    }

    fn calls(&self, method: &str, args: HashMap<&str, Variant<'_>>) {
        let body = (args,);
        let calling = self.connection.call_method(
            Some(APP),
            "/org/unifiedpush/Connector",
            Some("org.unifiedpush.Connector2"),
            method,
            &body,
        );
        let answered = block_on(calling).unwrap();
        let answer: Arguments = answered.body().deserialize().unwrap();
        assert!(answer.is_empty());
    }

    fn token(&self) -> String {
        self.registered.lock().unwrap()[0].token.clone()
    }
}

fn phone(bus: &Bus, folder: &Path) -> (Result<Connector, Error>, Receiver<Event>) {
    let (tells, told) = channel();
    let tells = Mutex::new(tells);
    let handler: silent_push::Handler = Arc::new(move |event| tells.lock().unwrap().send(event).unwrap());
    (
        block_on(Connector::connect_on(bus.door(), APP, folder, handler)),
        told,
    )
}

fn encrypted(text: &str, subscription: &Subscription) -> Vec<u8> {
    let public = URL_SAFE_NO_PAD.decode(&subscription.p256dh).unwrap();
    let auth = URL_SAFE_NO_PAD.decode(&subscription.auth).unwrap();
    let public = PublicKey::from_sec1_bytes(&public).unwrap();
    web_push_native::encrypt(text.into(), &public, &Auth::clone_from_slice(&auth)).unwrap()
}

#[test]
fn a_phone_registers_is_pushed_to_and_hears_the_end_of_it() {
    let (bus, folder) = (Bus::starts(), tempfile::tempdir().unwrap());
    let kde = Kde::starts(&bus, false);
    let (phone, told) = phone(&bus, folder.path());
    let phone = phone.unwrap();
    assert_eq!(block_on(phone.distributors()).unwrap(), [KDE]);

    assert_eq!(
        block_on(phone.register(None, "Phone", Some("BKey"))).unwrap(),
        KDE
    );
    let registered = kde.registered.lock().unwrap().pop().unwrap();
    assert_eq!(
        (registered.service.as_str(), registered.vapid.as_deref()),
        (APP, Some("BKey"))
    );
    let token = registered.token;
    kde.calls(
        "NewEndpoint",
        HashMap::from([
            ("token", Variant::from(token.as_str())),
            ("endpoint", Variant::from("https://push.example/1")),
        ]),
    );
    let Event::Subscribed(subscription) = told.recv_timeout(PATIENCE).unwrap() else {
        panic!("an endpoint");
    };
    assert_eq!(subscription.endpoint, "https://push.example/1");
    assert_eq!(phone.subscription().as_ref(), Some(&subscription));

    let message = |token: &str, bytes: Vec<u8>| {
        kde.calls(
            "Message",
            HashMap::from([
                ("token", Variant::from(token.to_owned())),
                ("message", Variant::from(bytes)),
                ("id", Variant::from("1")),
            ]),
        );
    };
    // Strangers, and what is not encrypted for this phone, are not heard.
    message("guess", encrypted("from a stranger", &subscription));
    message(&token, b"in the clear".to_vec());
    message(&token, encrypted("wake", &subscription));
    assert_eq!(
        told.recv_timeout(PATIENCE).unwrap(),
        Event::Woken(b"wake".to_vec())
    );

    kde.calls("Unregistered", HashMap::from([("token", Variant::from(token))]));
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), Event::Unsubscribed);
    assert_eq!(phone.subscription(), None);
}

#[test]
fn the_subscription_outlives_the_process_until_it_is_given_back() {
    let (bus, folder) = (Bus::starts(), tempfile::tempdir().unwrap());
    let kde = Kde::starts(&bus, false);
    let (first, _) = phone(&bus, folder.path());
    let first = first.unwrap();
    block_on(first.register(Some(KDE), "Phone", None)).unwrap();
    let token = kde.token();
    // The second waits for the name, and has it when the first is gone.
    let (second, told) = phone(&bus, folder.path());
    let again = second.unwrap();
    drop(first);
    kde.calls(
        "Unregistered",
        HashMap::from([("token", Variant::from(token.as_str()))]),
    );
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), Event::Unsubscribed);
    block_on(again.register(None, "Phone", None)).unwrap();

    assert_eq!(again.distributor().as_deref(), Some(KDE));
    block_on(again.register(None, "Phone", None)).unwrap();
    assert!(
        kde.registered
            .lock()
            .unwrap()
            .iter()
            .all(|known| known.token == token)
    );
    block_on(again.unregister()).unwrap();
    assert!(kde.registered.lock().unwrap().is_empty());
    assert_eq!(again.distributor(), None);
}

#[test]
fn what_stands_in_the_way_is_told_apart() {
    let (bus, folder) = (Bus::starts(), tempfile::tempdir().unwrap());
    let (phone, _) = phone(&bus, folder.path());
    let phone = phone.unwrap();
    let nobody = block_on(phone.register(None, "Phone", None));
    assert!(matches!(nobody, Err(Error::NoDistributor)));
    let _kde = Kde::starts(&bus, true);
    match block_on(phone.register(None, "Phone", None)) {
        Err(Error::Refused { reason }) => assert_eq!(reason, "NETWORK"),
        other => panic!("{other:?}"),
    }
}
