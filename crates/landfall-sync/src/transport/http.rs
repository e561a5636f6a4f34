//! The way to the server over HTTP (steps 5 and 9 of the data's way). Time-outs are of seconds: 5 to connect, 20
//! without a byte, but for the stream of wakes, which is quiet by nature: whoever listens knows its heartbeat. No redirects are followed: a Landfall server sends none, a network's sign-in page does.

use super::error::TransportError;
use super::{Answering, Pages, Transport, Wakes, answer, history_or_none, history_path, pages, wakes};
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use landfall_core::id::{RecordId, Seq, TableName};
use landfall_protocol::error::ErrorBody;
use landfall_protocol::history::History;
use landfall_protocol::push::{PushRequest, PushResponse};
use landfall_protocol::wake::{Channels, EVENT_STREAM, Installation, InstallationRequest, TestReport};
use landfall_protocol::workspace::{Health, Workspace};
use landfall_protocol::{VERSION, VERSION_HEADER};
use reqwest::header::HeaderValue;
use reqwest::{Client, ClientBuilder, RequestBuilder, Response};
use std::error::Error as _;
use std::fmt;
use std::io;
use std::time::Duration;
use url::Url;

const CONNECT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(20);

/// A device's token. Never shown.
#[derive(Clone)]
pub struct Token(HeaderValue);

impl Token {
    /// Takes a token as the server gave it.
    ///
    /// # Errors
    /// [`TransportError::Unauthorized`] when it has characters that no token has.
    pub fn new(token: &str) -> Result<Self, TransportError> {
        let bearer = HeaderValue::try_from(format!("Bearer {token}"));
        let mut value = bearer.map_err(|_| TransportError::Unauthorized)?;
        value.set_sensitive(true);
        Ok(Self(value))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A server's address and this device's token.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: Client,
    /// For the stream of wakes: without a time-out of reading, and never compressed.
    listening: Client,
    address: Url,
    token: Option<Token>,
}

impl HttpTransport {
    /// A way to the server at this address (`https://sync.example.org`, or with a path before `/v1`). Without a token
    /// only `health` is answered. Nothing is sent yet.
    ///
    /// # Errors
    /// [`TransportError::BadAddress`]; [`TransportError::Insecure`] when this device has no usable TLS.
    pub fn new(address: &str, token: Option<Token>) -> Result<Self, TransportError> {
        let mut address = Url::parse(address.trim()).map_err(|_| TransportError::BadAddress)?;
        let usable = matches!(address.scheme(), "http" | "https") && address.has_host();
        let plain = address.username().is_empty() && address.password().is_none();
        if !usable || !plain {
            return Err(TransportError::BadAddress);
        }
        address.set_query(None);
        address.set_fragment(None);
        let path = format!("{}/", address.path().trim_end_matches('/'));
        address.set_path(&path);
        let build = |client: ClientBuilder| {
            client
                .connect_timeout(CONNECT)
                .redirect(reqwest::redirect::Policy::none())
                .user_agent(concat!("landfall/", env!("CARGO_PKG_VERSION")))
                .build()
                .map_err(|error| met(&error, TransportError::BadAddress))
        };
        Ok(Self {
            client: build(Client::builder().read_timeout(SILENCE))?,
            listening: build(Client::builder().gzip(false))?,
            address,
            token,
        })
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.address.clone();
        url.set_path(&format!("{}{path}", self.address.path()));
        url
    }

    fn installation(&self, id: &str) -> Url {
        self.url(&format!("v1/installations/{id}"))
    }

    fn get(&self, url: Url) -> RequestBuilder {
        self.signed(self.client.get(url))
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        let request = request.header(VERSION_HEADER, VERSION);
        match &self.token {
            Some(Token(bearer)) => request.header(reqwest::header::AUTHORIZATION, bearer.clone()),
            None => request,
        }
    }
}

impl Transport for HttpTransport {
    fn health(&self) -> Answering<'_, Health> {
        let request = self
            .client
            .get(self.url("healthz"))
            .header(VERSION_HEADER, VERSION);
        async { read(send(request).await?).await }.boxed()
    }

    fn workspace(&self) -> Answering<'_, Workspace> {
        let request = self.get(self.url("v1/workspace"));
        async { read(send(request).await?).await }.boxed()
    }

    fn push<'a>(&'a self, push: &'a PushRequest) -> Answering<'a, PushResponse> {
        let request = self.signed(self.client.post(self.url("v1/push"))).json(push);
        async { read(send(request).await?).await }.boxed()
    }

    fn pull<'a>(&'a self, cursor: Option<&'a str>, tables: Option<&'a [TableName]>) -> Answering<'a, Pages> {
        let mut url = self.url("v1/pull");
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        if let Some(tables) = tables {
            let names: Vec<&str> = tables.iter().map(TableName::as_str).collect();
            url.query_pairs_mut().append_pair("tables", &names.join(","));
        }
        let request = self.get(url);
        async {
            let body = send(request).await?.bytes_stream();
            Ok(pages::decoded(
                body.map_err(|error| met(&error, TransportError::CutOff)).boxed(),
            ))
        }
        .boxed()
    }

    fn history<'a>(&'a self, table: &'a TableName, id: &'a RecordId) -> Answering<'a, History> {
        let request = self.get(self.url(&history_path(table, id)));
        async { history_or_none(async { read(send(request).await?).await }.await) }.boxed()
    }

    fn wakes(&self, notified: Option<Seq>) -> Answering<'_, Wakes> {
        let mut url = self.url("v1/wakes");
        if let Some(Seq(notified)) = notified {
            url.query_pairs_mut()
                .append_pair("notified", &notified.to_string());
        }
        let request = self.signed(self.listening.get(url));
        let request = request.header(reqwest::header::ACCEPT, EVENT_STREAM);
        async {
            let body = send(request).await?.bytes_stream();
            Ok(wakes::decoded(
                body.map_err(|error| met(&error, TransportError::CutOff)).boxed(),
            ))
        }
        .boxed()
    }

    fn channels(&self) -> Answering<'_, Channels> {
        let request = self.get(self.url("v1/installations"));
        async { read(send(request).await?).await }.boxed()
    }

    fn put_installation<'a>(
        &'a self,
        id: &'a str,
        installation: &'a InstallationRequest,
    ) -> Answering<'a, Installation> {
        let request = self
            .signed(self.client.put(self.installation(id)))
            .json(installation);
        async {
            let answer = sent(request).await?;
            match answer::check(answer.status(), answer.headers()) {
                Ok(()) => read(answer).await,
                // The request is ours and can be read: it is the channel that the server can't use.
                Err(TransportError::NotUnderstood) => {
                    let said: ErrorBody = read(answer).await?;
                    Err(TransportError::ChannelRefused { reason: said.message })
                }
                Err(met) => Err(met),
            }
        }
        .boxed()
    }

    fn delete_installation<'a>(&'a self, id: &'a str) -> Answering<'a, ()> {
        let request = self.signed(self.client.delete(self.installation(id)));
        async { send(request).await.map(|_| ()) }.boxed()
    }

    fn test_installation<'a>(&'a self, id: &'a str) -> Answering<'a, TestReport> {
        let url = self.url(&format!("v1/installations/{id}/test"));
        let request = self.signed(self.client.post(url));
        async { read(send(request).await?).await }.boxed()
    }
}

async fn send(request: RequestBuilder) -> Result<Response, TransportError> {
    let answer = sent(request).await?;
    answer::check(answer.status(), answer.headers())?;
    Ok(answer)
}

/// Whatever is answered.
async fn sent(request: RequestBuilder) -> Result<Response, TransportError> {
    let answered = request.send().await;
    answered.map_err(|error| met(&error, TransportError::CutOff))
}

async fn read<T: serde::de::DeserializeOwned>(answer: Response) -> Result<T, TransportError> {
    let body = answer
        .bytes()
        .await
        .map_err(|error| met(&error, TransportError::CutOff))?;
    answer::read_json(&body)
}

/// What the line met. `otherwise` is what it means when it was none of the known things.
pub(super) fn met(error: &reqwest::Error, otherwise: TransportError) -> TransportError {
    let chain = || std::iter::successors(error.source(), |&cause| behind(cause));
    let said: Vec<String> = chain().map(ToString::to_string).collect();
    tracing::debug!(timeout = error.is_timeout(), connect = error.is_connect(), causes = ?said, "a request failed");
    if let Some(insecure) = chain().find_map(tls) {
        return insecure;
    }
    if error.is_timeout() {
        return TransportError::TimedOut;
    }
    if said.iter().any(|text| text.contains("dns error")) {
        return TransportError::NameNotFound;
    }
    if error.is_connect() {
        return TransportError::Refused;
    }
    otherwise
}

/// What is behind a cause. An `io::Error` that wraps another error leaves that one out of its `source`.
fn behind<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a (dyn std::error::Error + 'static)> {
    match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => cause.source(),
    }
}

/// What a failure of TLS says, if the cause is one.
fn tls(cause: &(dyn std::error::Error + 'static)) -> Option<TransportError> {
    use rustls::CertificateError as Bad;
    let error = cause.downcast_ref::<rustls::Error>()?;
    let clock_skew_seconds = match error {
        rustls::Error::InvalidCertificate(Bad::NotValidYetContext { time, not_before }) => {
            skew(time.as_secs(), not_before.as_secs())
        }
        // A certificate that ran out lately is the server's fault; one that ran out over a year ago points to a clock
        // that is far ahead.
        rustls::Error::InvalidCertificate(Bad::ExpiredContext { time, not_after }) => {
            skew(time.as_secs(), not_after.as_secs()).filter(|seconds| *seconds > 366 * 86_400)
        }
        _ => None,
    };
    Some(TransportError::Insecure { clock_skew_seconds })
}

/// How far ahead this device's clock is (negative: behind), as far as a certificate's limit shows.
fn skew(now: u64, limit: u64) -> Option<i32> {
    let (now, limit) = (i64::try_from(now).ok()?, i64::try_from(limit).ok()?);
    i32::try_from(now - limit).ok()
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
