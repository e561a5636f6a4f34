//! UnifiedPush over D-Bus (specification DBUS 0.3.0), the application's side.
//!
//! - The app owns a name on the session bus (`org.example.App`) and serves `org.unifiedpush.Connector2` at
//!   `/org/unifiedpush/Connector`. A D-Bus service file of that name lets the bus start the app for a call when it is
//!   not running; the call waits until the app owns the name.
//! - A distributor is a name under `org.unifiedpush.Distributor.`, running or to be started. The app calls `Register` with
//!   its name and a token; the distributor answers `success`, and calls `NewEndpoint` with that token, then and whenever
//!   the endpoint changes. Each push is a call of `Message` with the token and the bytes; `Unregistered` ends it.
//! - Arguments and answers are `a{sv}`. A call with an unknown token, and a message that is not encrypted for this
//!   device, are left alone: anything on the bus can call.
#![allow(
    clippy::needless_pass_by_value,
    reason = "methods on the bus own their arguments"
)]

use crate::kept::Kept;
use crate::{Error, Event, Handler};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zbus::{OwnedVariant, Variant};

/// Names of distributors begin so.
pub const DISTRIBUTORS: &str = "org.unifiedpush.Distributor.";
/// How long what came before the name was given back may take to be heard.
const LAST_WORDS: std::time::Duration = std::time::Duration::from_millis(200);
const CONNECTOR_PATH: &str = "/org/unifiedpush/Connector";

type Arguments = HashMap<String, OwnedVariant>;

#[zbus::proxy(
    interface = "org.unifiedpush.Distributor2",
    default_path = "/org/unifiedpush/Distributor"
)]
trait Distributor {
    fn register(&self, args: HashMap<&str, Variant<'_>>) -> zbus::Result<Arguments>;
    fn unregister(&self, args: HashMap<&str, Variant<'_>>) -> zbus::Result<Arguments>;
}

/// The subscription that this process serves.
struct Shared {
    folder: PathBuf,
    kept: Mutex<Kept>,
    handler: Handler,
}

impl Shared {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // No code panics while it holds the lock.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a call is for this subscription.
    fn is_ours(&self, args: &Arguments) -> bool {
        let ours = text(args, "token").is_some_and(|token| token == self.kept().token);
        if !ours {
            tracing::debug!("a call with a token that is not ours was left alone");
        }
        ours
    }
}

struct Served(Arc<Shared>);

/// The specification has one argument, a dictionary, in each direction.
#[zbus::interface(name = "org.unifiedpush.Connector2")]
impl Served {
    fn message(&self, args: Arguments) -> Arguments {
        if self.0.is_ours(&args) {
            let bytes = args.get("message").cloned();
            let bytes = bytes.and_then(|value| Vec::<u8>::try_from(value).ok());
            let keys = self.0.kept().keys.clone();
            match keys.decrypt(bytes.unwrap_or_default()) {
                Ok(message) => (self.0.handler)(Event::Woken(message)),
                Err(error) => tracing::warn!(%error, "a push was left alone"),
            }
        }
        Arguments::new()
    }

    fn new_endpoint(&self, args: Arguments) -> Arguments {
        if let (true, Some(endpoint)) = (self.0.is_ours(&args), text(&args, "endpoint")) {
            let subscription = {
                let mut kept = self.0.kept();
                kept.endpoint = Some(endpoint);
                if let Err(error) = kept.write(&self.0.folder) {
                    tracing::warn!(%error, "the new endpoint can't be kept");
                }
                kept.subscription()
            };
            if let Some(subscription) = subscription {
                (self.0.handler)(Event::Subscribed(subscription));
            }
        }
        Arguments::new()
    }

    fn unregistered(&self, args: Arguments) -> Arguments {
        if self.0.is_ours(&args) {
            {
                let mut kept = self.0.kept();
                (kept.endpoint, kept.distributor) = (None, None);
                if let Err(error) = kept.write(&self.0.folder) {
                    tracing::warn!(%error, "the end of the subscription can't be kept");
                }
            }
            (self.0.handler)(Event::Unsubscribed);
        }
        Arguments::new()
    }
}

fn text(args: &Arguments, name: &str) -> Option<String> {
    let value: &str = args.get(name)?.downcast_ref().ok()?;
    Some(value.to_owned())
}

/// The app on the session bus, until it is dropped.
pub struct Connector {
    connection: zbus::Connection,
    service: String,
    shared: Arc<Shared>,
}

impl Connector {
    /// Takes the app's name on the bus and hears pushes from now on. `folder` is where the subscription is kept.
    ///
    /// # Errors
    /// [`Error::Bus`] when there is no bus; [`Error::Kept`]; [`Error::Random`]. A name that another process has is no
    /// error: it is this one's as soon as that one ends.
    pub async fn connect(service: &str, folder: &Path, handler: Handler) -> Result<Self, Error> {
        Self::connect_on(zbus::connection::Builder::session(), service, folder, handler).await
    }

    /// The same on a bus of one's own choice.
    ///
    /// # Errors
    /// Those of [`Connector::connect`].
    pub async fn connect_on(
        bus: zbus::connection::Builder<'_>,
        service: &str,
        folder: &Path,
        handler: Handler,
    ) -> Result<Self, Error> {
        let kept = match Kept::read(folder)? {
            Some(kept) => kept,
            None => {
                let kept = Kept::make()?;
                kept.write(folder)?;
                kept
            }
        };
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            kept: Mutex::new(kept),
            handler,
        });
        // The object is there before the name is: a call that waits for the name finds it.
        let connection = bus
            .serve_at(CONNECTOR_PATH, Served(shared.clone()))
            .name(service)
            .build()
            .await?;
        Ok(Self {
            connection,
            service: service.to_owned(),
            shared,
        })
    }

    /// Distributors that are there, running or to be started.
    ///
    /// # Errors
    /// [`Error::Bus`].
    pub async fn distributors(&self) -> Result<Vec<String>, Error> {
        let bus = zbus::fdo::DBusProxy::new(&self.connection).await?;
        let (running, startable) = (
            bus.list_names().await.map_err(zbus::Error::from)?,
            bus.list_activatable_names().await.map_err(zbus::Error::from)?,
        );
        let mut names: Vec<String> = running
            .into_iter()
            .chain(startable)
            .map(|name| name.to_string())
            .filter(|name| name.starts_with(DISTRIBUTORS))
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// The subscription, once the distributor has said where it pushes.
    #[must_use]
    pub fn subscription(&self) -> Option<crate::Subscription> {
        self.shared.kept().subscription()
    }

    /// The distributor that it is registered with.
    #[must_use]
    pub fn distributor(&self) -> Option<String> {
        self.shared.kept().distributor.clone()
    }

    /// Registers with a distributor; without a name with the one before, or the only (or first) one that there is. The
    /// endpoint comes as [`Event::Subscribed`]. `vapid` is the server's public key.
    ///
    /// # Errors
    /// [`Error::NoDistributor`], [`Error::Refused`], [`Error::Bus`].
    pub async fn register(
        &self,
        distributor: Option<&str>,
        description: &str,
        vapid: Option<&str>,
    ) -> Result<String, Error> {
        let there = self.distributors().await?;
        let wanted = distributor.map(str::to_owned).or_else(|| self.distributor());
        let chosen = match wanted.filter(|name| there.contains(name)) {
            Some(name) => name,
            None if distributor.is_some() => return Err(Error::NoDistributor),
            None => there.into_iter().next().ok_or(Error::NoDistributor)?,
        };
        let token = {
            let mut kept = self.shared.kept();
            if kept.distributor.as_ref() != Some(&chosen) {
                kept.endpoint = None;
            }
            kept.distributor = Some(chosen.clone());
            // Kept first: the endpoint may come before the answer.
            kept.write(&self.shared.folder)?;
            kept.token.clone()
        };
        let mut args = HashMap::from([
            ("service", Variant::from(self.service.as_str())),
            ("token", Variant::from(token)),
            ("description", Variant::from(description)),
        ]);
        if let Some(vapid) = vapid {
            args.insert("vapid", Variant::from(vapid));
        }
        let answer = self.proxy(&chosen).await?.register(args).await?;
        match text(&answer, "success").as_deref() {
            Some("REGISTRATION_SUCCEEDED") => Ok(chosen),
            _ => Err(Error::Refused {
                reason: text(&answer, "reason").unwrap_or_else(|| "INTERNAL_ERROR".to_owned()),
            }),
        }
    }

    /// Ends the subscription.
    ///
    /// # Errors
    /// [`Error::Bus`], [`Error::Kept`]. It is forgotten here all the same.
    pub async fn unregister(&self) -> Result<(), Error> {
        let before = self.shared.kept().clone();
        let fresh = Kept::make()?;
        fresh.write(&self.shared.folder)?;
        *self.shared.kept() = fresh;
        if let Some(distributor) = before.distributor {
            let args = HashMap::from([("token", Variant::from(before.token))]);
            self.proxy(&distributor).await?.unregister(args).await?;
        }
        Ok(())
    }

    async fn proxy(&self, distributor: &str) -> Result<DistributorProxy<'_>, Error> {
        let builder = DistributorProxy::builder(&self.connection);
        Ok(builder.destination(distributor.to_owned()).build().await?)
    }
}

/// What an app that the bus started does: hears what comes, hands it to `app` one by one, and ends when nothing has come
/// for `idle`. Nothing that the bus had already handed over is lost: the name goes first, then what came is heard.
///
/// # Errors
/// Those of [`Connector::connect`].
pub fn headless(
    service: &str,
    folder: &Path,
    idle: std::time::Duration,
    mut app: impl FnMut(Event),
) -> Result<(), Error> {
    let (tells, told) = std::sync::mpsc::channel();
    let handler: Handler = Arc::new(move |event| {
        // The receiver lives until the connection is gone.
        let _ = tells.send(event);
    });
    let connector = zbus::block_on(Connector::connect(service, folder, handler))?;
    while let Ok(event) = told.recv_timeout(idle) {
        app(event);
    }
    zbus::block_on(connector.connection.release_name(service))?;
    while let Ok(event) = told.recv_timeout(LAST_WORDS) {
        app(event);
    }
    Ok(())
}
