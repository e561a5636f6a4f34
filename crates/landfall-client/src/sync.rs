//! Commands of sync: status, run now, automatic, work offline, the log.

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::map;
use landfall_sync::{Kind, Status, Trigger};

/// Lines of the log that are read at once, at most.
const MOST_LINES: u32 = 1_000;

impl Client {
    /// All that the status button and its popover show.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn sync_status(&self, _: NoArgs) -> Result<SyncStatus, CommandError> {
        let engine = self.engine().map(|engine| engine.status());
        self.full_status(engine).await
    }

    pub(crate) async fn full_status(&self, engine: Option<Status>) -> Result<SyncStatus, CommandError> {
        self.on_store(move |store| {
            let settings = crate::settings::read(store)?;
            let workspace = store.workspace()?;
            let name = workspace
                .as_ref()
                .map(|workspace| crate::app::device_name(store, workspace))
                .transpose()?;
            let counts = store.outbox_counts()?;
            Ok::<_, CommandError>(map::sync::status(engine.as_ref(), &counts, &settings, name))
        })
        .await
    }

    /// Sends and receives now. Answers at once what happens.
    ///
    /// # Errors
    /// `unauthorized` when there is no token, or the keyring that has it is locked.
    pub async fn sync_now(&self, _: NoArgs) -> Result<SyncStarted, CommandError> {
        self.ask(Kind::Sync).await
    }

    /// Sends now.
    ///
    /// # Errors
    /// Those of [`Client::sync_now`].
    pub async fn sync_push(&self, _: NoArgs) -> Result<SyncStarted, CommandError> {
        self.ask(Kind::Push).await
    }

    /// Receives now.
    ///
    /// # Errors
    /// Those of [`Client::sync_now`].
    pub async fn sync_pull(&self, _: NoArgs) -> Result<SyncStarted, CommandError> {
        self.ask(Kind::Pull).await
    }

    async fn ask(&self, kind: Kind) -> Result<SyncStarted, CommandError> {
        // A token that could not be had at the start may be there by now.
        if self.engine().is_none() && !self.start_session().await? {
            return Ok(SyncStarted::NotConnected);
        }
        match self.engine() {
            Some(engine) => Ok(map::sync::started(engine.ask(kind).await)),
            None => Ok(SyncStarted::NotConnected),
        }
    }

    /// A person changed something on this device: the engine sends it when it may.
    pub(crate) fn wrote(&self) {
        if let Some(engine) = self.engine() {
            engine.trigger(Trigger::LocalWrite);
        }
    }

    /// Switches automatic sync on or off.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn sync_set_automatic(&self, args: SyncSetAutomaticArgs) -> Result<Done, CommandError> {
        let patch = SettingsPatch {
            automatic_sync: Some(args.on),
            ..SettingsPatch::default()
        };
        self.settings_set(patch).await.map(|_| Done {})
    }

    /// Cuts the transport (what is under way is dropped), or mends it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn work_offline_set(&self, args: WorkOfflineSetArgs) -> Result<Done, CommandError> {
        if let (true, Some(engine)) = (args.on, self.engine()) {
            // Cut first: nothing leaves the device from here on.
            engine.set_work_offline(true);
        }
        let patch = SettingsPatch {
            work_offline: Some(args.on),
            ..SettingsPatch::default()
        };
        self.settings_set(patch).await.map(|_| Done {})
    }

    /// A part of the sync log, newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn sync_log(&self, args: SyncLogArgs) -> Result<Vec<SyncLogEntry>, CommandError> {
        let kind = args.kind.map(map::sync::log_kind_in);
        let limit = args.limit.min(MOST_LINES);
        let lines = self.on_store(move |store| store.log_entries(kind, limit)).await?;
        Ok(lines.into_iter().map(map::sync::log_line).collect())
    }
}
