//! The way to the server of a workspace: a Landfall server by the host's transport, or one that the team already has, by
//! the table protocol (before steps 5 and 9 of the data's way).
//!
//! What is known of the latter is found out when the device is connected, kept with the workspace, and used from then on.

use crate::client::ClientOptions;
use crate::dto::{TableDialect, TablesArgs, TablesSignIn};
use crate::error::CommandError;
use crate::{Client, address};
use landfall_core::id::DeviceId;
use landfall_core::schema::Schema;
use landfall_core::schema_file;
use landfall_store::StoredWorkspace;
use landfall_sync::transport::tables::{
    Device, Dialect, SignIn, TablesError, TablesServer, TablesTransport, met_by,
};
use landfall_sync::{Transport, TransportError};
use std::sync::Arc;
use url::Url;

/// The way to the server of this workspace.
pub(crate) fn to(
    options: &ClientOptions,
    workspace: &StoredWorkspace,
    token: &str,
) -> Result<Arc<dyn Transport>, CommandError> {
    let url = address::normalize(&workspace.server_url)
        .ok_or_else(|| CommandError::bad_request("the kept address of the server is not one"))?;
    let Some(server) = known(workspace) else {
        return Ok((options.transport)(&url, Some(token))?);
    };
    let device = Device {
        id: workspace.device_id.clone(),
        name: workspace.device_name.clone(),
    };
    let met = TablesMet {
        url,
        server: server?,
        schema: workspace.schema.clone(),
        device,
    };
    Ok(met.line(options, token)?)
}

/// Whether the server asks who asks: only then there is a token.
pub(crate) fn asks_for_token(workspace: &StoredWorkspace) -> bool {
    !matches!(known(workspace), Some(Ok(server)) if server.sign_in == SignIn::None)
}

/// What a server of the table protocol speaks, and how it is told who asks; none for one of ours.
pub(crate) fn tables(workspace: &StoredWorkspace) -> Option<(TableDialect, TablesSignIn)> {
    let server = known(workspace)?.ok()?;
    let dialect = match server.dialect {
        Dialect::V2 => TableDialect::V2,
        Dialect::V3 => TableDialect::V3,
    };
    let sign_in = match server.sign_in {
        SignIn::None => TablesSignIn::None,
        SignIn::Zumo => TablesSignIn::Zumo,
        SignIn::Bearer => TablesSignIn::Bearer,
    };
    Some((dialect, sign_in))
}

/// What is kept of a server of the table protocol; none for one of ours.
fn known(workspace: &StoredWorkspace) -> Option<Result<TablesServer, CommandError>> {
    let kept = workspace.tables.as_ref()?;
    Some(serde_json::from_str(kept).map_err(|error| CommandError::internal(&error)))
}

/// A server of the table protocol that was met.
pub(crate) struct TablesMet {
    url: Url,
    server: TablesServer,
    schema: Schema,
    device: Device,
}

impl TablesMet {
    /// The way to it.
    pub(crate) fn line(
        &self,
        options: &ClientOptions,
        token: &str,
    ) -> Result<Arc<dyn Transport>, TransportError> {
        let known = (self.schema.clone(), self.device.clone());
        let now = options.surroundings.now.clone();
        let line = TablesTransport::new(self.url.as_str(), &self.server, token, known, now)?;
        Ok(Arc::new(line))
    }

    /// As it is kept with the workspace.
    pub(crate) fn kept(&self) -> Result<String, CommandError> {
        serde_json::to_string(&self.server).map_err(|error| CommandError::internal(&error))
    }
}

impl Client {
    /// Meets a server of the table protocol with the person's schema, or the one that it was met with before.
    pub(crate) async fn meet_tables(
        &self,
        url: &Url,
        token: &str,
        args: TablesArgs,
        (before, name): (Option<&StoredWorkspace>, &str),
    ) -> Result<TablesMet, CommandError> {
        let schema = match (&args.schema, before) {
            (Some(text), _) => {
                schema_file::parse(text).map_err(|error| CommandError::bad_schema(error.to_string()))?
            }
            (None, Some(before)) => before.schema.clone(),
            (None, None) => return Err(CommandError::bad_schema("the server's tables are not described")),
        };
        let sign_in = match args.sign_in {
            TablesSignIn::None => SignIn::None,
            TablesSignIn::Zumo => SignIn::Zumo,
            TablesSignIn::Bearer => SignIn::Bearer,
        };
        let server = TablesServer::meet(url.as_str(), sign_in, token, &schema).await;
        let id = before.map(|before| before.device_id.clone());
        let name = Some(name.trim()).filter(|name| !name.is_empty());
        Ok(TablesMet {
            url: url.clone(),
            server: server.map_err(|error| unfit(&error))?,
            schema,
            device: Device {
                id: id.unwrap_or_else(|| DeviceId::make(self.now(), self.random())),
                name: name.unwrap_or(&self.0.options.suggested_device_name).to_owned(),
            },
        })
    }
}

/// Why a server can't be used with a schema; what the line met, as ever.
fn unfit(error: &TablesError) -> CommandError {
    match error {
        TablesError::NoTable { table } => CommandError::bad_schema(format!(
            "The server has no table `{table}`: name the tables in the schema as the server does, and leave out those that \
             it does not have."
        )),
        TablesError::Unreadable { .. } | TablesError::Refused { .. } => CommandError::bad_schema(format!(
            "The server does not answer as one of Azure Mobile Apps or Datasync does: {error}."
        )),
        other => met_by(other).into(),
    }
}
