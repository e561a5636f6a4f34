//! The person's settings and saved views, kept in the device's store.

use crate::Client;
use crate::dto::{
    Done, NoArgs, NotificationPatch, NotificationSettings, SavedView, SavedViewDeleteArgs, SavedViewListArgs,
    Settings, SettingsPatch,
};
use crate::error::CommandError;
use crate::topic::{Origin, TopicKind};
use landfall_store::Store;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const SETTINGS: &str = "settings";

impl Client {
    /// The person's settings.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn settings_get(&self, _: NoArgs) -> Result<Settings, CommandError> {
        self.settings().await
    }

    /// Changes settings, and lets sync follow them. Answers with all of them.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn settings_set(&self, patch: SettingsPatch) -> Result<Settings, CommandError> {
        let _one_at_a_time = self.0.setting.lock().await;
        let (before, settings) = self
            .on_store(move |store| {
                let before = read(store)?;
                let settings = changed(before.clone(), &patch);
                write(store, SETTINGS, &settings)?;
                Ok::<_, CommandError>((before, settings))
            })
            .await?;
        self.follow_settings(&settings).await;
        self.tell(Origin::Person, &[TopicKind::App, TopicKind::Status]);
        if before.background_sync != settings.background_sync {
            self.tell_server_meanwhile();
        }
        Ok(settings)
    }

    /// Saved views of a table, by name.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn saved_view_list(&self, args: SavedViewListArgs) -> Result<Vec<SavedView>, CommandError> {
        let key = self.views_key(&args.table)?;
        self.on_store(move |store| read_views(store, &key)).await
    }

    /// Saves a view under its name, in place of one of that name.
    ///
    /// # Errors
    /// Those of the store; `bad_request` without a name.
    pub async fn saved_view_save(&self, view: SavedView) -> Result<Done, CommandError> {
        if view.name.trim().is_empty() {
            return Err(CommandError::bad_request("a saved view needs a name"));
        }
        let key = self.views_key(&view.table)?;
        let _one_at_a_time = self.0.setting.lock().await;
        self.on_store(move |store| {
            let mut views = read_views(store, &key)?;
            views.retain(|kept| kept.name != view.name);
            views.push(view);
            views.sort_by_key(|view| view.name.to_lowercase());
            write(store, &key, &views)
        })
        .await?;
        self.tell(Origin::Person, &[TopicKind::Views]);
        Ok(Done {})
    }

    /// Removes a saved view.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn saved_view_delete(&self, args: SavedViewDeleteArgs) -> Result<Done, CommandError> {
        let key = self.views_key(&args.table)?;
        let _one_at_a_time = self.0.setting.lock().await;
        self.on_store(move |store| {
            let mut views = read_views(store, &key)?;
            views.retain(|kept| kept.name != args.name);
            write(store, &key, &views)
        })
        .await?;
        self.tell(Origin::Person, &[TopicKind::Views]);
        Ok(Done {})
    }

    fn views_key(&self, table: &str) -> Result<String, CommandError> {
        Ok(format!("views:{}", self.table(table)?.name))
    }
}

/// The settings as they were kept, over the defaults: one that an older version did not know has its default.
pub(crate) fn read(store: &Store) -> Result<Settings, CommandError> {
    let mut merged = to_json(&Settings::default())?;
    let kept: Option<Value> = stored(store, SETTINGS)?;
    if let Some(kept) = kept {
        lay_over(&mut merged, kept);
    }
    Ok(serde_json::from_value(merged).unwrap_or_else(|error| {
        tracing::warn!(%error, "kept settings can't be read; the defaults stand");
        Settings::default()
    }))
}

/// Puts what was kept over the defaults, group by group.
fn lay_over(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                lay_over(under.entry(name).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over,
    }
}

fn changed(settings: Settings, patch: &SettingsPatch) -> Settings {
    let notifications = match &patch.notifications {
        Some(patch) => notifications_changed(&settings.notifications, patch),
        None => settings.notifications,
    };
    Settings {
        theme: patch.theme.unwrap_or(settings.theme),
        density: patch.density.unwrap_or(settings.density),
        automatic_sync: patch.automatic_sync.unwrap_or(settings.automatic_sync),
        work_offline: patch.work_offline.unwrap_or(settings.work_offline),
        single_key_shortcuts: patch
            .single_key_shortcuts
            .unwrap_or(settings.single_key_shortcuts),
        background_sync: patch.background_sync.unwrap_or(settings.background_sync),
        keep_running: patch.keep_running.unwrap_or(settings.keep_running),
        notifications,
    }
}

fn notifications_changed(settings: &NotificationSettings, patch: &NotificationPatch) -> NotificationSettings {
    NotificationSettings {
        conflict: patch.conflict.unwrap_or(settings.conflict),
        refused: patch.refused.unwrap_or(settings.refused),
        assigned: patch.assigned.unwrap_or(settings.assigned),
        sync_stopped: patch.sync_stopped.unwrap_or(settings.sync_stopped),
        quiet_hours: patch.quiet_hours.unwrap_or(settings.quiet_hours),
        show_titles: patch.show_titles.unwrap_or(settings.show_titles),
    }
}

fn read_views(store: &Store, key: &str) -> Result<Vec<SavedView>, CommandError> {
    Ok(stored(store, key)?.unwrap_or_default())
}

pub(crate) fn stored<T: DeserializeOwned>(store: &Store, key: &str) -> Result<Option<T>, CommandError> {
    let Some(text) = store.setting(key)? else {
        return Ok(None);
    };
    match serde_json::from_str(&text) {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            tracing::warn!(key, %error, "a kept setting can't be read");
            Ok(None)
        }
    }
}

pub(crate) fn write<T: Serialize>(store: &Store, key: &str, value: &T) -> Result<(), CommandError> {
    Ok(store.put_setting(key, &to_json(value)?.to_string())?)
}

fn to_json<T: Serialize>(value: &T) -> Result<Value, CommandError> {
    serde_json::to_value(value).map_err(|error| CommandError::internal(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_leaves_alone_what_it_does_not_speak_of() {
        let patch = |json: Value| serde_json::from_value::<SettingsPatch>(json).unwrap();
        let night = json!({ "notifications": { "quiet_hours": { "from": 1320, "to": 420 } } });
        let settings = changed(Settings::default(), &patch(night));
        let settings = changed(settings, &patch(json!({ "work_offline": true })));
        let settings = changed(
            settings,
            &patch(json!({ "notifications": { "conflict": "off" } })),
        );
        assert!(settings.work_offline);
        assert_eq!(settings.notifications.conflict, crate::dto::Notice::Off);
        assert_eq!(
            settings.notifications.quiet_hours.map(|hours| hours.to),
            Some(420)
        );

        let by_day = json!({ "notifications": { "quiet_hours": null } });
        assert_eq!(
            changed(settings.clone(), &patch(by_day))
                .notifications
                .quiet_hours,
            None
        );
        assert_eq!(changed(Settings::default(), &settings.clone().into()), settings);
        let wrong = serde_json::from_value::<SettingsPatch>(json!({ "them": "dark" }));
        assert!(wrong.unwrap_err().to_string().contains("unknown field `them`"));
    }

    #[test]
    fn settings_of_an_older_version_keep_what_they_say_and_have_defaults_for_the_rest() {
        let mut merged = to_json(&Settings::default()).unwrap();
        let kept = json!({
            "work_offline": true,
            "notifications": { "conflict": "off", "quiet_hours": { "from": 1320, "to": 420 } },
        });
        lay_over(&mut merged, kept);
        let settings: Settings = serde_json::from_value(merged).unwrap();
        assert!(settings.work_offline && settings.background_sync);
        let notices = settings.notifications;
        assert_eq!(
            (notices.conflict, notices.refused),
            (crate::dto::Notice::Off, crate::dto::Notice::Banner)
        );
        assert_eq!(notices.quiet_hours.map(|hours| hours.from), Some(1320));
    }
}
