//! A sync without an app: what a push, a timer or a worker of the system runs, with no window and no web view (steps 5
//! to 10 of the data's way, once).
//!
//! [`sync_once`] is all that a host calls, and its [`Outcome`] is the truth: a system that is told that nothing came will
//! wake the device less often, and one that is told so wrongly will not wake it when it matters.
//!
//! 1. The wake is written down (`pending`), so that it outlives this process.
//! 2. Is the app open in this process (a phone wakes the process that is there)? Its engine is told, and its run awaited.
//! 3. Is the folder in use by another process? One sync at a time: that process finds the wake (an app looks every
//!    [`LOOK`]; another background sync looks when its run has ended). This one waits for either: that the wake is gone,
//!    or that the folder is free.
//! 4. Else the store is opened, and one run sends and receives. At the deadline its line is cut; what it has brought over
//!    by then is kept.
//!    An app that is opened meanwhile does not wait for that: it asks for the folder, the line is cut at once, and the
//!    app syncs at its start.
//!    Where a run has ended well and the host has a [`Screen`], the person is told what waits for them since, and what
//!    the push says that they wanted to be told (`unseen`).
//! 5. A run that ended well removes the wakes that were there when it began. If another came meanwhile, it runs again.

use crate::client::{Client, ClientOptions};
use crate::error::CommandError;
use crate::notices::Subject;
pub use crate::unseen::Screen;
use crate::{assigned, host, pending, registry, unseen, way};
use landfall_store::{OpenError, Store};
use landfall_sync::scheduler::Failure;
use landfall_sync::status::Activity;
use landfall_sync::transport::switch::{Switch, Switched};
use landfall_sync::{Cause, Kind, Runner, Summary, Woken};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

/// How often an open app looks for wakes that other processes left.
pub(crate) const LOOK: Duration = Duration::from_secs(2);
/// How often a process that waits for the folder looks whether it is free.
const KNOCK: Duration = Duration::from_millis(50);
/// So long before the deadline the line is cut, so that the run can put down what it has.
const MARGIN: Duration = Duration::from_millis(500);
/// How long an app that is opened waits for a sync in the background to let the folder go.
const LETTING_GO: Duration = Duration::from_secs(5);
/// How long it waits for a folder that is in use by nobody that left a mark.
const SETTLING: Duration = Duration::from_secs(1);
/// This file is in the folder while a sync in the background has it.
const AT_WORK: &str = "background-sync";
/// This file is in the folder while an app waits for it.
const APP_WAITS: &str = "app-waits";

/// Why a sync is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A push woke the device.
    Push,
    /// A periodic job of the system.
    Timer,
}

impl Reason {
    /// A stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Timer => "timer",
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Device and server agree, but for changes that the server stumbles over: they wait for the next run.
    Synced {
        /// Records that came.
        received: u32,
        /// Changes that were sent.
        sent: u32,
    },
    /// Another process has the folder open and has taken the wake up.
    HandedOver,
    /// Another process had the folder open until the deadline and has not taken the wake up. It is kept.
    InUse,
    /// There is nothing to sync with: the device is not connected to a workspace.
    NotConnected,
    /// The person does not want it: background sync or automatic sync is off, or they work offline.
    Off,
    /// A person must act first: sign in, unlock the keyring, update the app.
    NeedsPerson,
    /// The deadline came. What came before it is kept, and so is the wake.
    TimedOut,
    /// It failed, for what this word of the sync log says. The wake is kept where trying again may help.
    Failed {
        /// A stable word.
        code: &'static str,
        /// Trying again may help.
        retry: bool,
    },
}

impl Outcome {
    /// Whether trying again soon may bring what this one did not.
    #[must_use]
    pub fn wants_retry(self) -> bool {
        matches!(
            self,
            Self::InUse | Self::TimedOut | Self::Failed { retry: true, .. }
        )
    }

    /// Whether records came.
    #[must_use]
    pub fn has_news(self) -> bool {
        matches!(self, Self::Synced { received: 1.., .. })
    }

    fn of(summary: Summary) -> Self {
        Self::Synced {
            received: summary.received,
            sent: summary.sent,
        }
    }

    fn failed(error: &landfall_sync::Error) -> Self {
        if let landfall_sync::Error::HeldUp { summary, .. } = error {
            // Trying again at once would not help, and all else has come.
            return Self::of(*summary);
        }
        match error.failure() {
            Failure::SignInNeeded | Failure::UpdateNeeded => Self::NeedsPerson,
            Failure::Cut => Self::Off,
            Failure::OutOfReach | Failure::Trouble { .. } | Failure::HeldUp => Self::Failed {
                code: error.code(),
                retry: true,
            },
        }
    }

    fn not_now(activity: Activity) -> Self {
        match activity {
            Activity::Paused => Self::Off,
            Activity::SignInNeeded | Activity::UpdateNeeded => Self::NeedsPerson,
            Activity::Offline => Self::Failed {
                code: "unreachable",
                retry: true,
            },
            Activity::Retrying | Activity::Idle | Activity::Pushing | Activity::Pulling => Self::Failed {
                code: "server_trouble",
                retry: true,
            },
        }
    }
}

/// A push, and what its news may be shown on.
#[derive(Clone)]
struct Tells {
    push: Arc<[u8]>,
    screen: Arc<dyn Screen>,
}

/// Syncs once, with the real clock, keyring and network. Blocks until it is done, for no longer than `deadline`.
#[must_use]
pub fn sync_once(data_dir: &Path, reason: Reason, deadline: Duration) -> Outcome {
    blocking(data_dir, reason, deadline, None)
}

/// The same for a push on a host that can show a notification without a window: it tells what waits for the person's
/// decision since, and what the push says that a rule of the workspace names them for, as far as they want to be told.
#[must_use]
pub fn sync_once_and_tell(
    data_dir: &Path,
    push: &[u8],
    deadline: Duration,
    screen: Arc<dyn Screen>,
) -> Outcome {
    let push = push.into();
    blocking(data_dir, Reason::Push, deadline, Some(Tells { push, screen }))
}

fn blocking(data_dir: &Path, reason: Reason, deadline: Duration, tells: Option<Tells>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => {
            let options = host::options(data_dir, env!("CARGO_PKG_VERSION"));
            let outcome = runtime.block_on(once(options, reason, deadline, tells));
            // What was cut off may sit on a blocking thread still (a keyring that asks a person).
            runtime.shutdown_timeout(MARGIN);
            outcome
        }
        Err(error) => failed("no_runtime", &error),
    }
}

/// [`sync_once`] within a tokio runtime and with surroundings of one's own.
pub async fn sync_once_with(options: ClientOptions, reason: Reason, deadline: Duration) -> Outcome {
    once(options, reason, deadline, None).await
}

/// [`sync_once_and_tell`] within a tokio runtime and with surroundings of one's own.
pub async fn sync_once_and_tell_with(
    options: ClientOptions,
    push: &[u8],
    deadline: Duration,
    screen: Arc<dyn Screen>,
) -> Outcome {
    let push = push.into();
    once(options, Reason::Push, deadline, Some(Tells { push, screen })).await
}

async fn once(options: ClientOptions, reason: Reason, deadline: Duration, tells: Option<Tells>) -> Outcome {
    if !options.data_dir.exists() {
        return Outcome::NotConnected;
    }
    let until = Instant::now() + deadline;
    let (now, random) = (
        options.surroundings.now.clone(),
        options.surroundings.random.clone(),
    );
    let wake = match pending::leave(&options.data_dir, reason, now(), random()) {
        Ok(wake) => wake,
        Err(error) => return failed("storage", &error),
    };
    let outcome = follow(options, reason, &wake, until, tells).await;
    if !outcome.wants_retry()
        && let Err(error) = pending::followed(&[wake])
    {
        tracing::warn!(%error, "a wake that was followed can't be removed");
    }
    tracing::info!(?outcome, reason = reason.word(), "a sync in the background");
    outcome
}

async fn follow(
    options: ClientOptions,
    reason: Reason,
    wake: &Path,
    until: Instant,
    tells: Option<Tells>,
) -> Outcome {
    if let Some(client) = registry::find(&options.data_dir) {
        return match timeout_at(until, client.follow_wake()).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::TimedOut,
        };
    }
    // It goes after the store does: an app that finds the folder in use finds it too.
    let _at_work = Mark::leave(options.data_dir.join(AT_WORK));
    let store = loop {
        let (dir, surroundings) = (options.data_dir.clone(), options.surroundings.clone());
        let opened = tokio::task::spawn_blocking(move || Store::open(&dir, surroundings)).await;
        match opened {
            Ok(Ok(store)) => break store,
            Ok(Err(OpenError::Busy)) if !wake.exists() => return Outcome::HandedOver,
            Ok(Err(OpenError::Busy)) if Instant::now() >= until => return Outcome::InUse,
            Ok(Err(OpenError::Busy)) => sleep(KNOCK).await,
            Ok(Err(error)) => return failed("storage", &error),
            Err(error) => return failed("storage", &error),
        }
    };
    if tells.is_some()
        && let Err(error) = on(&store, assigned::notified).await
    {
        // Asked before the run: a device that never had a mark begins with what it had until then.
        return failed("storage", &error);
    }
    loop {
        let listed = pending::list(&options.data_dir).unwrap_or_default();
        let waited = match &tells {
            Some(_) => on(&store, unseen::inbox).await,
            None => Ok(Vec::new()),
        };
        let waited = match waited {
            Ok(waited) => waited,
            Err(error) => return failed("storage", &error),
        };
        let outcome = match run(&options, &store, reason, until).await {
            Ok(outcome) => outcome,
            Err(error) if error.code == crate::error::ErrorCode::Unauthorized => Outcome::NeedsPerson,
            Err(error) => failed("internal", &error),
        };
        if outcome.wants_retry() {
            return outcome;
        }
        if let (Outcome::Synced { .. }, Some(tells)) = (outcome, &tells) {
            tell(&options, &store, waited, tells.clone()).await;
        }
        if let Err(error) = pending::followed(&listed) {
            return failed("storage", &error);
        }
        let others = pending::list(&options.data_dir).unwrap_or_default();
        if others.is_empty() || Instant::now() + MARGIN >= until {
            return outcome;
        }
    }
}

/// That the person can't be told now is no reason to sync again: the app tells it when it is opened.
async fn tell(options: &ClientOptions, store: &Store, waited: Vec<Subject>, tells: Tells) {
    let now = options.surroundings.now.clone();
    let telling = on(store, move |store| {
        unseen::tell(store, &tells.push, &waited, now(), &*tells.screen)
    });
    if let Err(error) = telling.await {
        tracing::warn!(%error, "what there is to tell the person can't be read");
    }
}

async fn run(
    options: &ClientOptions,
    store: &Store,
    reason: Reason,
    until: Instant,
) -> Result<Outcome, CommandError> {
    let Some(workspace) = on(store, Store::workspace).await? else {
        return Ok(Outcome::NotConnected);
    };
    let settings = on(store, crate::settings::read).await?;
    if !settings.background_sync || !settings.automatic_sync || settings.work_offline {
        return Ok(Outcome::Off);
    }
    let token = if way::asks_for_token(&workspace) {
        let (tokens, device) = (options.tokens.clone(), workspace.device_id.clone());
        let finding = tokio::task::spawn_blocking(move || tokens.find(&device));
        match timeout_at(until, finding).await {
            Ok(found) => found.map_err(|error| CommandError::internal(&error))??,
            Err(_) => return Ok(Outcome::TimedOut),
        }
        .map(|(token, _)| token)
    } else {
        Some(String::new())
    };
    let Some(token) = token else {
        return Ok(Outcome::NeedsPerson);
    };
    let now = options.surroundings.now.clone();
    let (name, woken) = (crate::wakes::last_wake(reason.word()), now().0.to_string());
    on(store, move |store| store.put_setting(&name, &woken)).await?;
    let switch = Switch::new(false);
    let line = Switched::new(way::to(options, &workspace, &token)?, switch.clone());
    let runner = Runner::new(store.clone(), Arc::new(line), now, None);
    let mut running = std::pin::pin!(runner.run_for(Kind::Sync, Cause::Wake));
    let result = tokio::select! {
        result = &mut running => result,
        cut_for = cut(&options.data_dir, until) => {
            switch.set(true);
            // It ends at once; how does not matter any more.
            drop(running.await);
            return Ok(cut_for);
        }
    };
    Ok(match result {
        Ok(summary) => Outcome::of(summary),
        Err(error) => Outcome::failed(&error),
    })
}

/// Comes when the run must end, and says why.
async fn cut(data_dir: &Path, until: Instant) -> Outcome {
    let deadline = until.checked_sub(MARGIN).unwrap_or(until);
    let wanted = data_dir.join(APP_WAITS);
    while Instant::now() < deadline {
        if wanted.exists() {
            return Outcome::HandedOver;
        }
        sleep_until(deadline.min(Instant::now() + KNOCK)).await;
    }
    Outcome::TimedOut
}

/// Opens a folder for an app: if a sync in the background has it, that one is asked to let it go.
///
/// The mark of such a sync and the folder itself don't come and go at the same instant, so the folder may be found in
/// use with no mark left: that counts as another app's only once it has been so for [`SETTLING`].
pub(crate) async fn open_for_app(options: &ClientOptions) -> Result<Store, OpenError> {
    let began = Instant::now();
    let mut marked = began;
    let mut waits = None;
    loop {
        let (dir, surroundings) = (options.data_dir.clone(), options.surroundings.clone());
        let opening = tokio::task::spawn_blocking(move || Store::open(&dir, surroundings)).await;
        let opened = opening.map_err(|error| OpenError::Io(error.into()))?;
        if !matches!(opened, Err(OpenError::Busy)) {
            return opened;
        }
        if options.data_dir.join(AT_WORK).exists() {
            marked = Instant::now();
        }
        if began.elapsed() >= LETTING_GO || marked.elapsed() >= SETTLING {
            return opened;
        }
        waits.get_or_insert_with(|| Mark::leave(options.data_dir.join(APP_WAITS)));
        sleep(KNOCK).await;
    }
}

/// A file that says something while it is there.
struct Mark(PathBuf);

impl Mark {
    fn leave(path: PathBuf) -> Self {
        if let Err(error) = std::fs::write(&path, b"") {
            tracing::warn!(%error, "a mark for other processes can't be left");
        }
        Self(path)
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::warn!(%error, "a mark for other processes can't be removed");
        }
    }
}

async fn on<T, E>(
    store: &Store,
    work: impl FnOnce(&Store) -> Result<T, E> + Send + 'static,
) -> Result<T, CommandError>
where
    T: Send + 'static,
    E: Send + 'static,
    CommandError: From<E>,
{
    let store = store.clone();
    let done = tokio::task::spawn_blocking(move || work(&store)).await;
    Ok(done.map_err(|error| CommandError::internal(&error))??)
}

fn failed(code: &'static str, error: &(dyn std::error::Error + 'static)) -> Outcome {
    tracing::warn!(
        code,
        error = crate::error::with_sources(error),
        "a sync in the background failed"
    );
    Outcome::Failed { code, retry: true }
}

impl Client {
    /// A wake came to this process by another way than the engine's stream: pulls, and says what came of it.
    pub async fn follow_wake(&self) -> Outcome {
        match self.settings().await {
            Ok(settings) if !settings.background_sync => return Outcome::Off,
            Ok(_) => {}
            Err(error) => return failed("storage", &error),
        }
        let engine = match self.engine() {
            Some(engine) => engine,
            // A token that could not be had at the start may be there by now.
            None => match self.start_session().await {
                Ok(true) => match self.engine() {
                    Some(engine) => engine,
                    None => return Outcome::NotConnected,
                },
                Ok(false) => return Outcome::NotConnected,
                Err(_) => return Outcome::NeedsPerson,
            },
        };
        match engine.woken().await {
            Woken::Ended(Ok(summary)) => Outcome::of(summary),
            Woken::Ended(Err(error)) => Outcome::failed(&error),
            Woken::NotNow(activity) => Outcome::not_now(activity),
        }
    }
}

/// Takes up the wakes that other processes left, until the client is gone.
pub(crate) async fn take_up_wakes(client: std::sync::Weak<crate::client::Inner>, data_dir: PathBuf) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let Some(client) = client.upgrade().map(Client) else {
            return;
        };
        let wakes = match pending::list(&data_dir) {
            Ok(wakes) if wakes.is_empty() => continue,
            Ok(wakes) => wakes,
            Err(error) => {
                tracing::warn!(%error, "wakes of other processes can't be seen");
                continue;
            }
        };
        // From here on they are this app's: it syncs as soon as it can, and at its next start if it ends before.
        if let Err(error) = pending::followed(&wakes) {
            tracing::warn!(%error, "a wake of another process can't be taken up");
            continue;
        }
        let outcome = client.follow_wake().await;
        tracing::info!(?outcome, "took up a wake that another process left");
    }
}
