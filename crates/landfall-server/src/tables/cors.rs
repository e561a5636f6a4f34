//! Pages of other origins may use the table protocol: the old JavaScript client runs in them. They can do no more than
//! any program, as a token is needed and the browser keeps none for this server.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The methods of an address, in whichever dialect.
pub(super) fn methods(is_item: bool) -> &'static str {
    if is_item {
        "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    } else {
        "GET, HEAD, POST, PATCH, OPTIONS"
    }
}

/// The answer to `OPTIONS`.
pub(super) fn preflight(headers: &HeaderMap, is_item: bool) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let methods = HeaderValue::from_static(methods(is_item));
    if headers.contains_key(header::ORIGIN) {
        open(&mut response);
        let answer = response.headers_mut();
        answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        answer.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("300"));
        if let Some(asked) = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        }
    } else {
        response.headers_mut().insert(header::ALLOW, methods);
    }
    response
}

/// Lets a page of any origin read the answer.
pub(super) fn open(response: &mut Response) {
    let pairs: [(HeaderName, &str); 2] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "Link,Etag,Location,Last-Modified",
        ),
    ];
    for (name, value) in pairs {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
}
