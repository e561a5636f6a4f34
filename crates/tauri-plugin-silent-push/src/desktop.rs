//! Desktops: UnifiedPush on Linux; nothing elsewhere, where an open app listens to its server.

use crate::{By, Error, Handler, Options, Status};
use std::marker::PhantomData;
use tauri::plugin::PluginApi;
use tauri::{AppHandle, Runtime};

#[cfg(target_os = "linux")]
use linux::Linux as Inner;
#[cfg(not(target_os = "linux"))]
use none::Nothing as Inner;

pub(crate) struct Platform<R: Runtime> {
    inner: Inner,
    _runtime: PhantomData<fn() -> R>,
}

impl<R: Runtime> Platform<R> {
    pub(crate) fn new(_: &AppHandle<R>, _: &PluginApi<R, ()>) -> Result<Self, Error> {
        Ok(Self {
            inner: Inner::default(),
            _runtime: PhantomData,
        })
    }

    pub(crate) fn start(&self, options: Options, handler: Handler) -> Result<(), Error> {
        self.inner.start(options, handler)
    }

    pub(crate) async fn register(&self, vapid: Option<&str>) -> Result<By, Error> {
        self.inner.register(vapid).await
    }

    pub(crate) async fn unregister(&self) -> Result<(), Error> {
        self.inner.unregister().await
    }

    pub(crate) fn status(&self) -> Status {
        self.inner.status()
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use crate::{By, Channel, Error, Handler, Heard, Options, Status};
    use silent_push::unified::Connector;
    use silent_push::{Event, Subscription};
    use std::sync::{Arc, OnceLock};

    #[derive(Default)]
    pub(super) struct Linux {
        options: OnceLock<Options>,
        connector: Arc<OnceLock<Connector>>,
    }

    impl Linux {
        pub(super) fn start(&self, options: Options, handler: Handler) -> Result<(), Error> {
            self.options
                .set(options.clone())
                .map_err(|_| Error::StartedTwice)?;
            tauri::async_runtime::spawn(connect(self.connector.clone(), options, handler));
            Ok(())
        }

        pub(super) async fn register(&self, vapid: Option<&str>) -> Result<By, Error> {
            let (Some(options), Some(connector)) = (self.options.get(), self.connector.get()) else {
                return Err(Error::NotStarted);
            };
            connector.register(None, &options.description, vapid).await?;
            Ok(By::UnifiedPush)
        }

        pub(super) async fn unregister(&self) -> Result<(), Error> {
            let connector = self.connector.get().ok_or(Error::NotStarted)?;
            Ok(connector.unregister().await?)
        }

        pub(super) fn status(&self) -> Status {
            let connector = self.connector.get();
            Status {
                has_channel: connector.is_some_and(|connector| connector.subscription().is_some()),
                distributor: connector.and_then(Connector::distributor),
            }
        }
    }

    async fn connect(place: Arc<OnceLock<Connector>>, options: Options, handler: Handler) {
        let told = handler.clone();
        let hears: silent_push::Handler = Arc::new(move |event| told(heard(event)));
        match Connector::connect(&options.service, &options.folder, hears).await {
            Ok(connector) => {
                let channel = connector.subscription().map(channel);
                // There is one start, and so one connector.
                let _ = place.set(connector);
                handler(Heard::Channel(channel));
            }
            Err(error) => {
                tracing::info!(error = &error as &dyn std::error::Error, "no UnifiedPush");
            }
        }
    }

    fn heard(event: Event) -> Heard {
        match event {
            Event::Woken(payload) => Heard::Woken(payload),
            Event::Subscribed(subscription) => Heard::Channel(Some(channel(subscription))),
            Event::Unsubscribed => Heard::Channel(None),
        }
    }

    fn channel(subscription: Subscription) -> Channel {
        Channel::WebPush {
            endpoint: subscription.endpoint,
            p256dh: subscription.p256dh,
            auth: subscription.auth,
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod none {
    use crate::{By, Error, Handler, Options, Status};

    #[derive(Default)]
    pub(super) struct Nothing;

    impl Nothing {
        pub(super) fn start(&self, _: Options, _: Handler) -> Result<(), Error> {
            Ok(())
        }

        pub(super) async fn register(&self, _: Option<&str>) -> Result<By, Error> {
            Ok(By::Nothing)
        }

        pub(super) async fn unregister(&self) -> Result<(), Error> {
            Ok(())
        }

        pub(super) fn status(&self) -> Status {
            Status {
                has_channel: false,
                distributor: None,
            }
        }
    }
}
