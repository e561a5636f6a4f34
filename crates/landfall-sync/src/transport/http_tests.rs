//! The real transport against servers that misbehave: each answers one connection with fixed bytes.

use super::*;
use futures_util::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that reads one request and answers these bytes, then closes. Returns its address, and what it was asked.
async fn server_that_says(answer: impl Into<Vec<u8>>) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.into();
    let asked = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        let mut chunk = [0; 4096];
        // A TLS hello begins with 0x16 and has no end that this server knows.
        while !String::from_utf8_lossy(&request).contains("\r\n\r\n") && request.first() != Some(&0x16) {
            let read = socket.read(&mut chunk).await.unwrap();
            request.extend_from_slice(&chunk[..read]);
        }
        socket.write_all(&answer).await.unwrap();
        socket.shutdown().await.unwrap();
        String::from_utf8_lossy(&request).into_owned()
    });
    (address, asked)
}

fn laptop(address: &str) -> HttpTransport {
    HttpTransport::new(address, Some(Token::new("secret-1").unwrap())).unwrap()
}

fn landfall(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nlandfall-protocol: 1\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_healthy_server_is_known() {
    let health = r#"{"status":"ok","product":"landfall","version":"0.1.0","protocol":1}"#;
    let (address, asked) = server_that_says(landfall(health)).await;
    assert_eq!(laptop(&address).health().await.unwrap().product, "landfall");
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("GET /healthz "));
    assert!(!asked.contains("secret-1"), "health needs no token");
}

#[tokio::test]
async fn a_pull_names_cursor_tables_and_token_under_the_servers_path() {
    let (address, asked) = server_that_says(landfall("")).await;
    let laptop = laptop(&format!("{address}/team/?x=1"));
    let tables = [
        TableName::new("airfields").unwrap(),
        TableName::new("inspections").unwrap(),
    ];
    let mut pages = laptop.pull(Some("e.7"), Some(&tables)).await.unwrap();
    assert_eq!(pages.next().await, None);
    let asked = asked.await.unwrap();
    assert!(
        asked.starts_with("GET /team/v1/pull?cursor=e.7&tables=airfields%2Cinspections "),
        "{asked}"
    );
    assert!(asked.contains("authorization: Bearer secret-1"));
    assert!(asked.contains("landfall-protocol: 1"));
    assert!(!format!("{laptop:?}").contains("secret-1"));
}

#[tokio::test]
async fn what_the_line_meets_is_told_apart() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    assert_eq!(laptop(&nobody).workspace().await, Err(TransportError::Refused));

    let nameless = laptop("http://landfall.invalid");
    assert_eq!(nameless.workspace().await, Err(TransportError::NameNotFound));

    let (address, _) = server_that_says("").await;
    assert_eq!(laptop(&address).workspace().await, Err(TransportError::CutOff));

    let (address, _) =
        server_that_says("HTTP/1.1 200 OK\r\nlandfall-protocol: 1\r\ncontent-length: 90\r\n\r\n{\"proto")
            .await;
    assert_eq!(laptop(&address).workspace().await, Err(TransportError::CutOff));

    let (address, _) = server_that_says(landfall("{}")).await;
    assert_eq!(
        laptop(&address).workspace().await,
        Err(TransportError::unreadable())
    );

    let (address, _) = server_that_says("\0\x01 not http").await;
    let strange = laptop(&address.replace("http:", "https:"));
    assert_eq!(
        strange.workspace().await,
        Err(TransportError::Insecure {
            clock_skew_seconds: None
        })
    );
}

#[tokio::test]
async fn a_channel_that_the_server_cant_use_is_refused_in_the_servers_words() {
    use landfall_protocol::wake::Channel;
    let request = InstallationRequest {
        channel: Channel::Stream,
        tags: Vec::new(),
    };
    let refused = |body: &str| {
        let length = body.len();
        format!("HTTP/1.1 400 Bad Request\r\nlandfall-protocol: 1\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    let words = "The channel can't be used: this server can't send by Firebase.";
    let (address, _) = server_that_says(refused(&format!(
        r#"{{"code":"bad_request","message":"{words}"}}"#
    )))
    .await;
    let met = laptop(&address).put_installation("i1", &request).await;
    let met = met.unwrap_err();
    assert_eq!(met, TransportError::ChannelRefused { reason: words.into() });
    assert!(met.to_string().ends_with(words) && !met.to_string().contains("request"));

    let (address, _) = server_that_says(refused("")).await;
    let met = laptop(&address).put_installation("i1", &request).await;
    assert_eq!(met, Err(TransportError::unreadable()));
}

#[tokio::test]
async fn a_sign_in_page_is_not_followed() {
    let (address, _) = server_that_says(
        "HTTP/1.1 302 Found\r\nlocation: http://hotel.example/\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    assert_eq!(
        laptop(&address).workspace().await,
        Err(TransportError::CaptivePortal)
    );
}

#[tokio::test]
async fn pages_before_the_cut_are_kept() {
    let page = r#"{"cursor":"e.1","schema_version":1}"#;
    let body = format!("{page}\n\n{page}\n{}", &page[..9]);
    let answer = format!("HTTP/1.1 200 OK\r\nlandfall-protocol: 1\r\ncontent-length: 9999\r\n\r\n{body}");
    let (address, _) = server_that_says(answer).await;
    let pages: Vec<_> = laptop(&address).pull(None, None).await.unwrap().collect().await;
    assert_eq!(pages.len(), 3);
    assert!(pages[0].is_ok() && pages[1].is_ok());
    assert_eq!(pages[2], Err(TransportError::CutOff));
}

#[test]
fn addresses_that_are_none_are_refused_at_once() {
    for bad in [
        "",
        "sync.example.org",
        "ftp://example.org",
        "https://",
        "https://me:pw@example.org",
    ] {
        let error = HttpTransport::new(bad, None).unwrap_err();
        assert_eq!(error, TransportError::BadAddress, "{bad}");
    }
    assert!(HttpTransport::new(" https://example.org ", None).is_ok());
}

#[test]
fn a_clock_that_explains_a_refused_certificate_is_named() {
    use rustls::pki_types::UnixTime;
    let met = |error: rustls::CertificateError| {
        let wrapped = io::Error::other(rustls::Error::InvalidCertificate(error));
        behind(&wrapped).and_then(tls)
    };
    let at = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let year = 366 * 86_400;
    let skew = |seconds| {
        Some(TransportError::Insecure {
            clock_skew_seconds: seconds,
        })
    };
    let early = rustls::CertificateError::NotValidYetContext {
        time: at(1_000),
        not_before: at(5_000),
    };
    assert_eq!(met(early), skew(Some(-4_000)));
    let ran_out = |time| rustls::CertificateError::ExpiredContext {
        time: at(time),
        not_after: at(1_000),
    };
    assert_eq!(met(ran_out(5_000)), skew(None));
    assert_eq!(
        met(ran_out(year + 2_000)),
        skew(Some(i32::try_from(year).unwrap() + 1_000))
    );
    assert_eq!(met(rustls::CertificateError::UnknownIssuer), skew(None));
}
