//! What a web view may ask, where the app's capabilities allow it.

use crate::{By, Error, SilentPushExt as _, Status};
use tauri::{AppHandle, Runtime};

#[tauri::command]
pub(crate) async fn status<R: Runtime>(app: AppHandle<R>) -> Result<Status, Error> {
    Ok(app.silent_push().status())
}

#[tauri::command]
pub(crate) async fn register<R: Runtime>(app: AppHandle<R>, vapid: Option<String>) -> Result<By, Error> {
    app.silent_push().register(vapid.as_deref()).await
}

#[tauri::command]
pub(crate) async fn unregister<R: Runtime>(app: AppHandle<R>) -> Result<(), Error> {
    app.silent_push().unregister().await
}
