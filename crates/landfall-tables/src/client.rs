//! The way to a server: its address, the token, and the one place where a request is sent and its answer is sorted.
//! Time-outs as for our own server: 5 seconds to connect, 20 without a byte.

use crate::dialect::Dialect;
use crate::error::Error;
use crate::page::{self, Page};
use crate::words;
use landfall_core::id::TableName;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;
use url::Url;

const CONNECT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(20);

/// How a server is told who asks. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Auth {
    /// It asks nobody.
    None,
    /// `X-ZUMO-AUTH: token`.
    Zumo(String),
    /// `Authorization: Bearer token`.
    Bearer(String),
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Zumo(_) => "Zumo(…)",
            Self::Bearer(_) => "Bearer(…)",
        })
    }
}

impl Auth {
    fn header(&self) -> Result<Option<(HeaderName, HeaderValue)>, Error> {
        let (name, text) = match self {
            Self::None => return Ok(None),
            Self::Zumo(token) => (HeaderName::from_static("x-zumo-auth"), token.clone()),
            Self::Bearer(token) => (AUTHORIZATION, format!("Bearer {token}")),
        };
        let mut value = HeaderValue::try_from(text).map_err(|_| Error::BadToken)?;
        value.set_sensitive(true);
        Ok(Some((name, value)))
    }
}

/// What was learned of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// What it speaks.
    pub dialect: Dialect,
    /// What each table is called in its addresses.
    pub tables: BTreeMap<TableName, String>,
}

/// A server, as one device or program reaches it. Clones share their connections.
#[derive(Debug, Clone)]
pub struct TablesClient {
    http: Client,
    base: Url,
    dialect: Dialect,
    auth: Option<(HeaderName, HeaderValue)>,
}

impl TablesClient {
    /// A way to the server at this address (the part before `/tables`). Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::BadAddress`], [`Error::BadToken`]; [`Error::Line`] when this device has no usable TLS.
    pub fn new(base: &str, dialect: Dialect, auth: &Auth) -> Result<Self, Error> {
        let mut base = Url::parse(base.trim()).map_err(|_| Error::BadAddress)?;
        let usable = matches!(base.scheme(), "http" | "https") && base.has_host();
        if !usable || !base.username().is_empty() || base.password().is_some() {
            return Err(Error::BadAddress);
        }
        base.set_query(None);
        base.set_fragment(None);
        let http = Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("landfall/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Error::Line)?;
        Ok(Self {
            http,
            base,
            dialect,
            auth: auth.header()?,
        })
    }

    /// Finds out what the server at an address speaks, and what it calls these tables: as they are called here, or
    /// without `_` (`todo_item` is the table of the class `TodoItem` there).
    ///
    /// # Errors
    /// [`Error::NoTable`] for one that it does not have; all the others.
    pub async fn meet(base: &str, auth: &Auth, tables: &[TableName]) -> Result<Met, Error> {
        let mut client = Self::new(base, Dialect::V3, auth)?;
        let mut met = Met {
            dialect: Dialect::V3,
            tables: BTreeMap::new(),
        };
        for (nth, table) in tables.iter().enumerate() {
            let plain = table.as_str().replace('_', "");
            let name = match client.probe(table.as_str(), nth == 0).await {
                Err(Error::NoTable { .. }) if plain != table.as_str() => {
                    let found = client.probe(&plain, nth == 0).await;
                    found.map_err(|error| match error {
                        Error::NoTable { .. } => Error::NoTable {
                            table: table.to_string(),
                        },
                        other => other,
                    })?;
                    plain
                }
                found => {
                    found?;
                    table.to_string()
                }
            };
            met.tables.insert(table.clone(), name);
        }
        met.dialect = client.dialect;
        Ok(met)
    }

    /// Asks for one record of a table. `first`: what the server speaks is not known yet, and is set.
    async fn probe(&mut self, table: &str, first: bool) -> Result<Page, Error> {
        let mut url = self.table(table);
        url.query_pairs_mut().append_pair("$top", "1");
        let ask = |client: &Self| client.request(Method::GET, url.clone());
        let mut answered = self.send(ask(self)).await?;
        if first && answered.status == StatusCode::BAD_REQUEST {
            self.dialect = Dialect::V2;
            answered = self.send(ask(self)).await?;
        }
        let listed = answered.listed(table)?;
        let page = page::read(&listed)?;
        if first {
            let is_array = listed.body.trim_ascii_start().starts_with(b"[");
            self.dialect = if is_array { Dialect::V2 } else { Dialect::V3 };
        }
        Ok(page)
    }

    /// What it speaks.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The address of a table.
    pub(crate) fn table(&self, table: &str) -> Url {
        self.below(&["tables", table])
    }

    /// The address of a record.
    pub(crate) fn item(&self, table: &str, id: &str) -> Url {
        self.below(&["tables", table, id])
    }

    fn below(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let request = self
            .http
            .request(method, url)
            .header("zumo-api-version", self.dialect.version())
            .header(ACCEPT, "application/json");
        match &self.auth {
            Some((name, value)) => request.header(name.clone(), value.clone()),
            None => request,
        }
    }

    /// Sends a request, and sorts out what no server of this protocol answers.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answered, Error> {
        let answer = request.send().await.map_err(Error::Line)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.map_err(Error::Line)?;
        let answered = Answered {
            status,
            headers,
            body: body.to_vec(),
        };
        answered.of_a_server()
    }
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    fn of_a_server(self) -> Result<Self, Error> {
        let text = |name: HeaderName| self.headers.get(name).and_then(|value| value.to_str().ok());
        let status = self.status.as_u16();
        let is_html = text(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"));
        let leads_away = self.status.is_redirection() && text(LOCATION).is_some_and(|to| to.contains("://"));
        match status {
            401 | 403 => Err(Error::Unauthorized { status }),
            511 => Err(Error::Stranger {
                status,
                leads_away: true,
            }),
            500 if words::names_a_fault(&words::of_body(&self.body)) => Ok(self),
            429 | 500.. => Err(Error::Trouble {
                status,
                retry_after: text(RETRY_AFTER)
                    .and_then(|seconds| seconds.trim().parse().ok())
                    .map(Duration::from_secs),
            }),
            _ if self.status.is_redirection() && status != 304 || self.status.is_success() && is_html => {
                Err(Error::Stranger { status, leads_away })
            }
            _ => Ok(self),
        }
    }

    /// The answer to a question for a list.
    pub(crate) fn listed(self, table: &str) -> Result<Self, Error> {
        match self.status {
            status if status.is_success() => Ok(self),
            StatusCode::NOT_FOUND => Err(Error::NoTable {
                table: table.to_owned(),
            }),
            _ => Err(self.refused()),
        }
    }

    /// A question that the server refuses.
    pub(crate) fn refused(&self) -> Error {
        Error::Refused {
            status: self.status.as_u16(),
            message: words::of_body(&self.body),
        }
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Json, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Error::unreadable(format!("no JSON at line {line}, column {column}"))
        })
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
