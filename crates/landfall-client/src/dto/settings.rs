//! How the person likes things, and how that is changed.

use serde::{Deserialize, Deserializer, Serialize};
use specta::Type;

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

/// A change of the settings: what is left out stays as it is. So two changes close together, or made in two places, don't
/// undo each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default, deny_unknown_fields)]
pub struct SettingsPatch {
    /// See [`Settings`], as for all of these.
    #[specta(optional)]
    pub theme: Option<Theme>,
    /// Row height in lists.
    #[specta(optional)]
    pub density: Option<Density>,
    /// Sync by itself.
    #[specta(optional)]
    pub automatic_sync: Option<bool>,
    /// The transport is cut.
    #[specta(optional)]
    pub work_offline: Option<bool>,
    /// Single-key shortcuts.
    #[specta(optional)]
    pub single_key_shortcuts: Option<bool>,
    /// Pushes may wake this device.
    #[specta(optional)]
    pub background_sync: Option<bool>,
    /// Closing the window leaves the app running.
    #[specta(optional)]
    pub keep_running: Option<bool>,
    /// What may be shown.
    #[specta(optional)]
    pub notifications: Option<NotificationPatch>,
}

/// A change of the notification settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default, deny_unknown_fields)]
pub struct NotificationPatch {
    /// See [`NotificationSettings`], as for all of these.
    #[specta(optional)]
    pub conflict: Option<Notice>,
    /// The server refused a change.
    #[specta(optional)]
    pub refused: Option<Notice>,
    /// A rule names this device's person.
    #[specta(optional)]
    pub assigned: Option<Notice>,
    /// Changes wait for hours.
    #[specta(optional)]
    pub sync_stopped: Option<Notice>,
    /// `null`: notifications at any time.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[specta(optional, type = Option<QuietHours>)]
    pub quiet_hours: Option<Option<QuietHours>>,
    /// Notifications name the record.
    #[specta(optional)]
    pub show_titles: Option<bool>,
}

/// What is there, `null` among it; what is not there is none.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl From<Settings> for SettingsPatch {
    /// Everything is set.
    fn from(settings: Settings) -> Self {
        let Settings {
            theme,
            density,
            automatic_sync,
            work_offline,
            single_key_shortcuts,
            background_sync,
            keep_running,
            notifications,
        } = settings;
        Self {
            theme: Some(theme),
            density: Some(density),
            automatic_sync: Some(automatic_sync),
            work_offline: Some(work_offline),
            single_key_shortcuts: Some(single_key_shortcuts),
            background_sync: Some(background_sync),
            keep_running: Some(keep_running),
            notifications: Some(notifications.into()),
        }
    }
}

impl From<NotificationSettings> for NotificationPatch {
    /// Everything is set.
    fn from(settings: NotificationSettings) -> Self {
        let NotificationSettings {
            conflict,
            refused,
            assigned,
            sync_stopped,
            quiet_hours,
            show_titles,
        } = settings;
        Self {
            conflict: Some(conflict),
            refused: Some(refused),
            assigned: Some(assigned),
            sync_stopped: Some(sync_stopped),
            quiet_hours: Some(quiet_hours),
            show_titles: Some(show_titles),
        }
    }
}
