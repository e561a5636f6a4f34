//! The app as a whole: connection, schema, settings, saved views.

use super::Millis;
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

/// The person's settings, kept on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Settings {
    /// Light, dark, or as the system has it.
    pub theme: Theme,
    /// Row height in lists.
    pub density: Density,
    /// Sync by itself, or only when told to.
    pub automatic_sync: bool,
    /// The transport is cut by the person.
    pub work_offline: bool,
    /// Single-key shortcuts (`/`, `n`, `?`) are on.
    pub single_key_shortcuts: bool,
    /// Pushes may wake this device while the app is not open, and it downloads what changed.
    pub background_sync: bool,
    /// Closing the window leaves the app running, with its tray icon, so that it goes on receiving (desktop).
    pub keep_running: bool,
    /// What may be shown to the person, and when.
    pub notifications: NotificationSettings,
}

/// Notifications by kind, and the hours in which none is shown (U57–U61). Never about the person's own changes, and none
/// while the window is in front.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NotificationSettings {
    /// A conflict needs the person.
    pub conflict: Notice,
    /// The server refused a change.
    pub refused: Notice,
    /// A rule of the workspace names this device's person (*an inspection is assigned to me*).
    pub assigned: Notice,
    /// Changes wait and the server has been out of reach for four hours.
    pub sync_stopped: Notice,
    /// Hours without notifications; none: at any time.
    pub quiet_hours: Option<QuietHours>,
    /// Notifications name the record. Off: they say only what kind of thing happened, which is all that a lock screen shows.
    pub show_titles: bool,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            conflict: Notice::Banner,
            refused: Notice::Banner,
            assigned: Notice::Off,
            sync_stopped: Notice::Off,
            quiet_hours: None,
            show_titles: false,
        }
    }
}

/// How a kind of thing is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// A notification of the system.
    Banner,
    /// Only the count on the app's icons.
    Badge,
    /// Not at all.
    Off,
}

/// Hours of the day, by this device's clock. `from` after `to` spans midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct QuietHours {
    /// Minutes after midnight at which they begin.
    pub from: u16,
    /// Minutes after midnight at which they end.
    pub to: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            density: Density::Comfortable,
            automatic_sync: true,
            work_offline: false,
            single_key_shortcuts: true,
            background_sync: true,
            keep_running: false,
            notifications: NotificationSettings::default(),
        }
    }
}

/// Colour theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the operating system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Row height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// 36 px rows (44 px under a coarse pointer).
    Comfortable,
    /// 28 px rows.
    Compact,
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
