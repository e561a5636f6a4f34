//! The address of a server as a person types it, brought to the one form in which it is kept.

use url::Url;

/// `127.0.0.1:8787` → `http://127.0.0.1:8787/`, `records.example.org` → `https://records.example.org/`. Without a
/// scheme, only this machine itself is spoken to in the clear. None: not an address.
#[must_use]
pub(crate) fn normalize(typed: &str) -> Option<Url> {
    let typed = typed.trim();
    let full = if typed.contains("://") {
        typed.to_owned()
    } else if Url::parse(&format!("http://{typed}")).is_ok_and(|url| is_loopback(&url)) {
        format!("http://{typed}")
    } else {
        format!("https://{typed}")
    };
    let mut url = Url::parse(&full).ok()?;
    let usable =
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    if !usable || url.username() != "" || url.password().is_some() {
        return None;
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{path}/"));
    Some(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::normalize;

    fn kept(typed: &str) -> String {
        normalize(typed).map(String::from).unwrap_or_default()
    }

    #[test]
    fn an_address_without_a_scheme_is_secure_unless_it_is_this_machine() {
        assert_eq!(kept(" 127.0.0.1:8787 "), "http://127.0.0.1:8787/");
        assert_eq!(kept("localhost:8787"), "http://localhost:8787/");
        assert_eq!(kept("[::1]:8787"), "http://[::1]:8787/");
        assert_eq!(kept("records.example.org"), "https://records.example.org/");
        assert_eq!(kept("192.168.1.4:8787"), "https://192.168.1.4:8787/");
    }

    #[test]
    fn a_scheme_that_was_typed_is_kept_and_the_rest_brought_to_one_form() {
        assert_eq!(kept("http://192.168.1.4:8787"), "http://192.168.1.4:8787/");
        assert_eq!(
            kept("HTTPS://Records.Example.org/field//?x=1#top"),
            "https://records.example.org/field/"
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for typed in [
            "",
            "   ",
            "ftp://records.example.org",
            "https://",
            "https://ann:pw@records.example.org",
            "a b",
        ] {
            assert_eq!(normalize(typed), None, "{typed}");
        }
    }
}
