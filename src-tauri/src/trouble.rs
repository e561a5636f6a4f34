//! The window that opens when the device's folder can't be used: what happened, that the data is safe, and what to do
//! (U90). A page of its own, made here: the UI has no client to ask.

use landfall_client::OpenError;
use std::path::Path;
use std::sync::OnceLock;
use tauri::http::{Response, header};
use tauri::{App, WebviewUrl, WebviewWindowBuilder};

/// Scheme of the page.
pub(crate) const SCHEME: &str = "trouble";

static PAGE: OnceLock<String> = OnceLock::new();

/// Opens a window that says what is wrong.
pub(crate) fn show(app: &App, data_dir: &Path, error: &OpenError) -> anyhow::Result<()> {
    tracing::error!(error = error as &dyn std::error::Error, folder = %data_dir.display(), "the folder can't be used");
    let (title, advice) = words(error);
    let folder = escaped(&data_dir.display().to_string());
    let page = include_str!("trouble.html")
        .replace("{title}", title)
        .replace("{advice}", advice);
    // Only the first trouble of a process is shown; there is no second.
    PAGE.get_or_init(|| {
        page.replace("{folder}", &folder)
            .replace("{details}", &escaped(&error.to_string()))
    });
    let url = WebviewUrl::CustomProtocol(format!("{SCHEME}://localhost/").parse()?);
    let builder = WebviewWindowBuilder::new(app, "trouble", url);
    #[cfg(desktop)]
    let builder = builder
        .title(format!("Landfall: {title}"))
        .inner_size(640.0, 440.0);
    builder.build()?;
    Ok(())
}

fn words(error: &OpenError) -> (&'static str, &'static str) {
    match error {
        OpenError::Busy => (
            "Landfall is already open",
            "Another window uses this device's records. Close it, or go on there.",
        ),
        OpenError::Newer { .. } => (
            "A newer Landfall was here",
            "These records were last used with a newer version. Update the app to open them; nothing was changed.",
        ),
        OpenError::NotADatabase { .. } | OpenError::Stored(_) => (
            "These records can't be read",
            "What is in the folder is not what Landfall keeps there. Nothing was changed. Keep a copy of the folder, \
             then ask the person who looks after your workspace.",
        ),
        OpenError::Damaged(_) => (
            "The records on this device are damaged",
            "Nothing was changed. Keep a copy of the folder before you do anything else, then ask the person who looks \
             after your workspace: what was synced is on the server.",
        ),
        OpenError::Full => (
            "The disk is full",
            "Landfall needs a little room to open your records. Nothing was lost. Make room, then open it again.",
        ),
        OpenError::Io(_) | OpenError::Sqlite(_) => (
            "The records can't be opened",
            "Nothing was changed. See that you may read and write the folder, then open Landfall again.",
        ),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Answers the page's one address.
pub(crate) fn page() -> Response<Vec<u8>> {
    let mut answer = Response::new(PAGE.get().cloned().unwrap_or_default().into_bytes());
    let html = header::HeaderValue::from_static("text/html; charset=utf-8");
    let nothing_else = header::HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");
    answer.headers_mut().insert(header::CONTENT_TYPE, html);
    answer
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, nothing_else);
    answer
}
