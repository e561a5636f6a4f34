//! Endpoints come from devices, so a device could have the server send requests to its owner's own network. Here they
//! are kept to the public internet: `https` only, and only to addresses that are public *after* the name was looked up.
//! The connection is made to the address that was checked, so a name that means something else a moment later gains
//! nothing; redirects are not followed.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// Longest endpoint that is taken, in bytes.
const LONGEST: usize = 2_048;

/// Looks at an endpoint as far as that is possible without a look-up. With `anywhere` all of HTTP is allowed, for networks
/// of one's own.
///
/// # Errors
/// A sentence for the person who holds the device.
pub(super) fn check(endpoint: &str, anywhere: bool) -> Result<Url, String> {
    if endpoint.len() > LONGEST {
        return Err("the endpoint is too long".to_owned());
    }
    let url = Url::parse(endpoint).map_err(|_| "the endpoint is not a URL".to_owned())?;
    let scheme_fits = url.scheme() == "https" || (anywhere && url.scheme() == "http");
    if !scheme_fits {
        return Err("the endpoint is not an https URL".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the endpoint has a name or a password in it".to_owned());
    }
    let is_public = match url.host() {
        _ if anywhere => url.host().is_some(),
        Some(Host::Ipv4(address)) => is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => !is_local_name(name),
        None => false,
    };
    if is_public {
        Ok(url)
    } else {
        Err("the endpoint is in a private network, which this server does not send to".to_owned())
    }
}

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default();
    !name.contains('.') || ["localhost", "local", "internal", "lan", "home", "intranet"].contains(&last)
}

/// Looks names up and gives public addresses only.
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(io::Error::other("the name has no public address").into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        // This network, shared (carrier NAT), protocols, relays, benchmarks, reserved.
        (0, ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18..=19, _) | (240.., ..)
    );
    !(special
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // IPv4 in another dress: mapped, translated (NAT64), 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x2002, high, low, ..] => v4(high, low),
        // Teredo, documentation, and the rest of the block for protocols.
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => false,
        // All that is routed is in 2000::/3.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_sent_to() {
        for public in ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.2.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn an_endpoint_is_an_https_url_of_the_public_internet() {
        for good in ["https://push.example.net/x", "https://1.1.1.1:8443/x?y"] {
            assert!(check(good, false).is_ok(), "{good}");
        }
        for bad in [
            "http://push.example.net/x",
            "ftp://push.example.net/x",
            "push.example.net",
            "https://me:secret@push.example.net/",
            "https://localhost/x",
            "https://printer.local/x",
            "https://metadata.google.internal/",
            "https://intranet/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            &format!("https://push.example.net/{}", "x".repeat(3_000)),
        ] {
            assert!(check(bad, false).is_err(), "{bad}");
        }
        assert!(check("http://192.168.1.7:8080/up", true).is_ok());
        assert!(check("file:///etc/passwd", true).is_err());
    }

    #[tokio::test]
    async fn a_name_of_this_machine_has_no_address_to_connect_to() {
        let found = PublicOnly.resolve("localhost".parse().unwrap()).await;
        assert!(found.is_err());
    }
}
