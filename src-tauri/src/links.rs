//! Links of records: opened outside, in the program that the person uses for them. The window shows the app alone.

use tauri::Url;

/// Opens a link of a record outside; what is none is left alone. On phones a window can't ask for another one: there the
/// link is not followed, see [`is_ours`].
#[cfg(desktop)]
pub(crate) fn open_outside(url: &Url) {
    if !is_link(url) {
        tracing::warn!(
            scheme = url.scheme(),
            "not opened: no kind of link that a record has"
        );
        return;
    }
    if let Err(error) = open::that_detached(url.as_str()) {
        tracing::warn!(%error, "no program opened the link");
    }
}

/// The kinds of link that a column of type `link` takes.
#[cfg(desktop)]
fn is_link(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "http" | "mailto" | "tel")
}

/// Whether the window may go there: the app's own pages and nothing else.
pub(crate) fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" | "about" => true,
        // Windows and Android have the app's pages at this address.
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_stays_with_the_app_and_links_go_outside() {
        let url = |text: &str| text.parse::<Url>().unwrap();
        for ours in ["tauri://localhost/index.html", "http://tauri.localhost/"] {
            assert!(is_ours(&url(ours)), "{ours}");
        }
        for link in [
            "https://example.org/report",
            "mailto:ops@example.org",
            "tel:+43123",
        ] {
            assert!(!is_ours(&url(link)) && is_link(&url(link)), "{link}");
        }
        for neither in ["file:///etc/passwd", "javascript:alert(1)"] {
            assert!(!is_ours(&url(neither)) && !is_link(&url(neither)), "{neither}");
        }
    }
}
