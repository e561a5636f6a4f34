//! The headers that lock a page down: the very content security policy of the app, read from its configuration, so
//! that what works here works there.
//!
//! Styles are the UI's own files, and two that React Aria writes into the page (touch gestures on what can be pressed,
//! and no scrolling behind a dialog on iOS), each allowed by its hash. Where a new React Aria writes others, the browser
//! says so on its console, and the hash in that message takes the old one's place.

use anyhow::Context as _;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;

const APP: &str = include_str!("../../../src-tauri/tauri.conf.json");

pub(super) fn add_headers(mut router: Router) -> anyhow::Result<Router> {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, app_policy()?),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin".to_owned(),
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin".to_owned(),
        ),
    ];
    for (name, value) in fixed {
        let value = HeaderValue::from_str(&value)?;
        router = router.layer(SetResponseHeaderLayer::overriding(name, value));
    }
    Ok(router)
}

/// The app's policy as one header.
pub(super) fn app_policy() -> anyhow::Result<String> {
    let conf: serde_json::Value = serde_json::from_str(APP)?;
    let policy = conf["app"]["security"]["csp"]
        .as_object()
        .context("the app's configuration has a policy")?;
    let directives = policy
        .iter()
        .map(|(name, sources)| Ok(format!("{name} {}", sources.as_str().context("text")?)));
    Ok(directives.collect::<anyhow::Result<Vec<_>>>()?.join("; "))
}
