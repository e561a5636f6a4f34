//! Who may speak to the bridge. The address that was printed carries a token that is good once: it becomes a cookie
//! that scripts can't read and other sites can't send. Then every request is checked for where it comes from.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the bridge knows of its one visitor.
pub(super) struct Guard {
    port: u16,
    host: String,
    token: String,
    token_used: AtomicBool,
    cookie: String,
}

impl Guard {
    pub(super) fn new(address: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self {
            port: address.port(),
            host: address.to_string(),
            token: secret()?,
            token_used: AtomicBool::new(false),
            cookie: secret()?,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/?token={}", self.host, self.token)
    }

    /// Cookies don't know ports: two bridges on one machine need two names.
    fn cookie_name(&self) -> String {
        format!("landfall_{}", self.port)
    }

    fn is_this_host(&self, headers: &HeaderMap) -> bool {
        let host = text(headers, header::HOST).unwrap_or_default();
        host == self.host || host == format!("localhost:{}", self.port)
    }

    /// A page of this address, or a request that no page made and that changes nothing.
    fn is_this_page(&self, method: &Method, headers: &HeaderMap) -> bool {
        let from = text(headers, header::ORIGIN);
        match from.and_then(|origin| origin.strip_prefix("http://")) {
            Some(host) => text(headers, header::HOST) == Some(host),
            None => from.is_none() && method == Method::GET,
        }
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let wanted = self.cookie_name();
        let cookies = text(headers, header::COOKIE).unwrap_or_default().split("; ");
        let mut values = cookies
            .filter_map(|pair| pair.split_once('='))
            .filter(|(name, _)| *name == wanted);
        values.any(|(_, value)| same(value, &self.cookie))
    }

    /// Takes the token, once.
    fn take(&self, token: &str) -> bool {
        same(token, &self.token) && !self.token_used.swap(true, Ordering::SeqCst)
    }
}

/// Lets a request through, exchanges the token for the cookie, or refuses.
pub(super) async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    if !guard.is_this_host(request.headers()) || !guard.is_this_page(request.method(), request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let known = guard.has_cookie(request.headers());
    if let Some(token) = token_in(&request) {
        return if known || guard.take(token) {
            welcome(&guard)
        } else {
            refuse()
        };
    }
    if known { next.run(request).await } else { refuse() }
}

fn token_in(request: &Request) -> Option<&str> {
    let query = request
        .uri()
        .query()
        .filter(|_| request.uri().path() == "/" && request.method() == Method::GET)?;
    query.split('&').find_map(|pair| pair.strip_prefix("token="))
}

/// Hands out the cookie and goes on to the UI without the token in the address. By a page, not by a redirect: the
/// cookie is not sent along with one that began on another site.
fn welcome(guard: &Guard) -> Response {
    let page = r#"<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Landfall</title>"#;
    let cookie = format!(
        "{}={}; HttpOnly; SameSite=Strict; Path=/",
        guard.cookie_name(),
        guard.cookie
    );
    let mut answer = Html(page).into_response();
    match HeaderValue::from_str(&cookie) {
        Ok(cookie) => {
            answer.headers_mut().insert(header::SET_COOKIE, cookie);
            answer
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn refuse() -> Response {
    let page = "<!doctype html><meta charset=\"utf-8\"><title>Landfall</title><p>This address works once, in one \
                browser. Start Landfall again to get a new one.</p>";
    (StatusCode::FORBIDDEN, Html(page)).into_response()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn secret() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("the system gives no random bytes: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Equal, in a time that does not tell where they differ.
fn same(left: &str, right: &str) -> bool {
    let pairs = left.bytes().zip(right.bytes());
    left.len() == right.len() && pairs.fold(0, |differs, (left, right)| differs | (left ^ right)) == 0
}
