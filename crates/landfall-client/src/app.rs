//! Commands of the app as a whole: state, connecting and leaving, purge, diagnostics.

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::event::Event;
use crate::topic::Origin;
use crate::{address, map};
use landfall_core::id::TableName;
use landfall_store::{Store, StoredWorkspace};
use landfall_sync::{TransportError, Trigger};
use url::Url;

/// Where the token went when the device was connected.
const TOKEN_PLACE: &str = "token_kept_in";
/// What the person called this device; without, it is called as the server calls it.
const DEVICE_NAME: &str = "device_name";

impl Client {
    /// What the UI asks first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn app_state(&self, _: NoArgs) -> Result<AppState, CommandError> {
        let options = self.0.options.clone();
        self.on_store(move |store| {
            Ok::<_, CommandError>(AppState {
                app_version: options.app_version,
                workspace: store
                    .workspace()?
                    .map(|workspace| workspace_info(store, workspace))
                    .transpose()?,
                settings: crate::settings::read(store)?,
                suggested_device_name: options.suggested_device_name,
            })
        })
        .await
    }

    /// Asks whether a Landfall server is at an address.
    ///
    /// # Errors
    /// Those of the store. What stands in the way is an answer, not an error.
    pub async fn workspace_check(&self, args: WorkspaceCheckArgs) -> Result<ServerCheck, CommandError> {
        let found = match address::normalize(&args.server_url) {
            None => Err(TransportError::BadAddress),
            Some(_) if self.settings().await?.work_offline => Err(TransportError::WorkOffline),
            Some(url) => self.health(&url).await.map(|version| (url, version)),
        };
        Ok(match found {
            Ok((url, version)) => ServerCheck::Ready {
                server_url: url.into(),
                version,
            },
            Err(met) => ServerCheck::Problem {
                reachability: map::sync::transport(&met),
            },
        })
    }

    async fn health(&self, url: &Url) -> Result<String, TransportError> {
        let line = (self.0.options.transport)(url, None)?;
        Ok(line.health().await?.version)
    }

    /// Connects this device to a workspace. The first sync runs in the background.
    ///
    /// # Errors
    /// `unreachable`, `unauthorized`; `bad_schema` for a schema of the person's that can't be read, or not used with this
    /// server; `bad_request` while another workspace is on the device.
    pub async fn workspace_connect(&self, args: WorkspaceConnectArgs) -> Result<AppState, CommandError> {
        let one_at_a_time = self.0.connecting.lock().await;
        let url = address::normalize(&args.server_url).ok_or(TransportError::BadAddress)?;
        if self.settings().await?.work_offline {
            return Err(TransportError::WorkOffline.into());
        }
        let before = self.on_store(Store::workspace).await?;
        let is_other = |before: &StoredWorkspace| {
            before.server_url != url.as_str() || before.tables.is_some() != args.tables.is_some()
        };
        if before.as_ref().is_some_and(is_other) {
            return Err(CommandError::bad_request(
                "another workspace is on this device: leave it first",
            ));
        }
        let token = args.token.trim().to_owned();
        let tables = match args.tables {
            Some(tables) => Some(
                self.meet_tables(&url, &token, tables, (before.as_ref(), &args.device_name))
                    .await?,
            ),
            None => None,
        };
        let line = match &tables {
            Some(tables) => tables.line(&self.0.options, &token)?,
            None => (self.0.options.transport)(&url, Some(&token))?,
        };
        let met = line.workspace().await?;
        let workspace = StoredWorkspace {
            server_url: url.into(),
            device_name: met.device.name,
            device_id: met.device.id,
            // Records that are here already are of the life that was met before, until a pull has brought the new one.
            epoch: before.and_then(|before| before.epoch).or(Some(met.epoch)),
            schema: met.schema,
            tables: tables.map(|tables| tables.kept()).transpose()?,
        };

        self.end_session().await;
        let (tokens, kept, secret) = (self.0.options.tokens.clone(), workspace.clone(), token.clone());
        self.on_store(move |store| {
            let place = if crate::way::asks_for_token(&kept) {
                tokens.keep(&kept.device_id, &secret)?
            } else {
                // There is none: nothing to tell the person of its place.
                TokenPlace::Keyring
            };
            store.set_workspace(&kept)?;
            store.put_setting(TOKEN_PLACE, word(place))?;
            Ok::<_, CommandError>(store.put_setting(DEVICE_NAME, args.device_name.trim())?)
        })
        .await?;
        self.run_engine(&workspace, &token).await?;
        drop(one_at_a_time);
        self.everything_changed();
        self.app_state(NoArgs {}).await
    }

    /// Leaves the workspace and erases it from this device. The server is asked to push nothing more, if it can be reached.
    ///
    /// # Errors
    /// `edits_waiting` while edits wait, unless `erase` is set.
    pub async fn workspace_disconnect(
        &self,
        args: WorkspaceDisconnectArgs,
    ) -> Result<AppState, CommandError> {
        let one_at_a_time = self.0.connecting.lock().await;
        let Some(workspace) = self.on_store(Store::workspace).await? else {
            return self.app_state(NoArgs {}).await;
        };
        let farewell = self.farewell().await;
        self.end_session().await;
        let erased = self.on_store(move |store| store.erase(args.erase)).await;
        if erased.is_err() {
            drop(one_at_a_time);
            self.take_up_session().await;
            return Err(erased.err().unwrap_or_else(CommandError::not_connected));
        }
        if let Some(farewell) = farewell {
            self.say_farewell(farewell).await;
        }
        let tokens = self.0.options.tokens.clone();
        if let Err(error) = self.on_store(move |_| tokens.forget(&workspace.device_id)).await {
            // The records are gone, as asked; a token that can't be reached now is useless without them.
            tracing::warn!(%error, "the token could not be forgotten");
        }
        drop(one_at_a_time);
        self.views().clear();
        self.everything_changed();
        self.app_state(NoArgs {}).await
    }

    /// Empties a table on this device; the next pull brings it again.
    ///
    /// # Errors
    /// `edits_waiting` while edits of the table wait, unless `force` is set.
    pub async fn table_purge(&self, args: TablePurgeArgs) -> Result<Done, CommandError> {
        let table: TableName = self.table(&args.table)?.name;
        let changed = self
            .on_store(move |store| store.purge_table(&table, args.force))
            .await?;
        self.tell_changed(Origin::Person, &changed);
        if let Some(engine) = self.engine() {
            engine.trigger(Trigger::LocalWrite);
        }
        Ok(Done {})
    }

    /// Facts for support, without any field value.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn diagnostics_get(&self, _: NoArgs) -> Result<Diagnostics, CommandError> {
        let status = self.sync_status(NoArgs {}).await?;
        let (options, at) = (self.0.options.clone(), self.now());
        self.on_store(move |store| {
            let mut facts = crate::diagnostics::of_app(&options, &status);
            facts.extend(crate::diagnostics::of_store(store)?);
            Ok::<_, CommandError>(Diagnostics {
                at: map::millis(at),
                facts,
                integrity: store.integrity()?,
            })
        })
        .await
    }

    fn everything_changed(&self) {
        self.tell_topics(Origin::Person, Event::everything_changed().topics);
    }
}

/// What this device is called, here.
pub(crate) fn device_name(store: &Store, workspace: &StoredWorkspace) -> Result<String, CommandError> {
    let typed = store.setting(DEVICE_NAME)?.filter(|name| !name.is_empty());
    Ok(typed.unwrap_or_else(|| workspace.device_name.clone()))
}

fn workspace_info(store: &Store, workspace: StoredWorkspace) -> Result<WorkspaceInfo, CommandError> {
    let place = store.setting(TOKEN_PLACE)?;
    let (table_protocol, table_sign_in) = crate::way::tables(&workspace).unzip();
    Ok(WorkspaceInfo {
        table_protocol,
        table_sign_in,
        name: workspace.schema.name.clone(),
        device_name: device_name(store, &workspace)?,
        server_url: workspace.server_url,
        device_id: workspace.device_id.to_string(),
        token_kept_in: if place.as_deref() == Some(word(TokenPlace::Keyring)) {
            TokenPlace::Keyring
        } else {
            TokenPlace::PrivateFile
        },
        schema: workspace.schema,
    })
}

fn word(place: TokenPlace) -> &'static str {
    match place {
        TokenPlace::Keyring => "keyring",
        TokenPlace::PrivateFile => "private_file",
    }
}
