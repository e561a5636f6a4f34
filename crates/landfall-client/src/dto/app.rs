//! The app as a whole: connection, schema, saved views.

use super::{Millis, Settings};
use landfall_core::schema::Schema;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What the UI asks first: is there a workspace, and how does the person like things.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct AppState {
    /// Version of the app.
    pub app_version: String,
    /// The workspace this device is connected to, if any.
    pub workspace: Option<WorkspaceInfo>,
    /// The person's settings.
    pub settings: Settings,
    /// A device name to offer on the connect screen (the machine's name).
    pub suggested_device_name: String,
}

/// The workspace on this device.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct WorkspaceInfo {
    /// The workspace's name, as its schema says it.
    pub name: String,
    /// Address of the server.
    pub server_url: String,
    /// This device's id.
    pub device_id: String,
    /// This device's name.
    pub device_name: String,
    /// Where the token is kept: told to the person once, plainly, when it is not the keyring.
    pub token_kept_in: TokenPlace,
    /// Tables and columns.
    pub schema: Schema,
    /// Set for a server that speaks the table protocol of Azure Mobile Apps and Datasync alone: it wakes nobody, knows no
    /// history, and does not say who changed a record.
    #[specta(optional)]
    pub table_protocol: Option<TableDialect>,
    /// How such a server is told who asks.
    #[specta(optional)]
    pub table_sign_in: Option<TablesSignIn>,
}

/// A generation of the table protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TableDialect {
    /// Azure Mobile Apps.
    V2,
    /// Datasync.
    V3,
}

/// Where the device's token is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TokenPlace {
    /// The operating system's keyring.
    Keyring,
    /// A file readable by its owner alone: no keyring answered.
    PrivateFile,
}

/// Ask a server, before connecting, whether it is there and fits.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct WorkspaceCheckArgs {
    /// Address as typed: `https://records.example.org`, `127.0.0.1:8787`.
    pub server_url: String,
}

/// What the check found.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ServerCheck {
    /// A Landfall server that this app can work with.
    Ready {
        /// The address in full, as it will be kept.
        server_url: String,
        /// Server version.
        version: String,
    },
    /// Something stands in the way.
    Problem {
        /// What it is.
        reachability: super::Reachability,
    },
}

/// Connect this device to a workspace and start the first sync.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct WorkspaceConnectArgs {
    /// Address of the server.
    pub server_url: String,
    /// The device's token, as `landfall-server device add` printed it.
    pub token: String,
    /// A name for this device, shown on it alone: others see the name given to `landfall-server device add`.
    pub device_name: String,
    /// The server is one that the team already has, of Azure Mobile Apps or Datasync.
    #[serde(default)]
    #[specta(optional)]
    pub tables: Option<TablesArgs>,
}

/// What connecting to a server of Azure Mobile Apps or Datasync takes besides.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct TablesArgs {
    /// The text of a `landfall.toml` that names the server's tables and columns: such a server tells nobody. None: those
    /// that this device has been connected with.
    #[serde(default)]
    #[specta(optional)]
    pub schema: Option<String>,
    /// How the server is told who asks; the token is the command's.
    pub sign_in: TablesSignIn,
}

/// How a server of the table protocol is told who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TablesSignIn {
    /// It asks nobody; the token is not used.
    None,
    /// The token in `X-ZUMO-AUTH`, as the older servers take it.
    Zumo,
    /// The token in `Authorization: Bearer`.
    Bearer,
}

/// Leave the workspace. Refused with `edits_waiting` while edits wait, unless `erase` is set.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct WorkspaceDisconnectArgs {
    /// The person has seen how much is waiting and wants it gone.
    pub erase: bool,
}

/// Empty a table on this device and forget its place in the server's changes; the next pull brings it again.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct TablePurgeArgs {
    /// Table name.
    pub table: String,
    /// Purge though edits wait: they are discarded (and stay in history).
    pub force: bool,
}

/// A list the person named: search, sort, filter, columns.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SavedView {
    /// Table it is for.
    pub table: String,
    /// Name, unique in the table.
    pub name: String,
    /// The list's state as the URL carries it (query string without `?`).
    pub query: String,
}

/// Saved views of a table.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SavedViewListArgs {
    /// Table name.
    pub table: String,
}

/// Remove a saved view.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SavedViewDeleteArgs {
    /// Table name.
    pub table: String,
    /// View name.
    pub name: String,
}

/// Facts for support, without any field value (U91).
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct Diagnostics {
    /// When it was made.
    pub at: Millis,
    /// Lines `name: value`, in order.
    pub facts: Vec<Fact>,
    /// SQLite's own integrity check: `ok`, or what it found.
    pub integrity: String,
}

/// One line of the diagnostics.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct Fact {
    /// What.
    pub name: String,
    /// How much, which.
    pub value: String,
}
