//! Which of the three dialects a request is in.

use super::parameters::Parameters;
use axum::http::HeaderMap;

/// A dialect of the table protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Azure Mobile Apps, `ZUMO-API-VERSION: 2.0.x`: the Xamarin and .NET clients up to 4, JavaScript, iOS, Android.
    V2,
    /// Microsoft.Datasync.Client 5 and 6, which says `X-ZUMO-Options: nextLink=path` with its queries. Its other requests
    /// can't be told from those of [`Dialect::V3`], and need not be.
    Legacy,
    /// CommunityToolkit.Datasync, and whoever names no version.
    V3,
}

/// What stands in `X-ZUMO-Options`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Options {
    /// `nextLink=path`.
    pub(super) next_link_as_path: bool,
    /// `include:deleted`.
    pub(super) include_deleted: bool,
}

impl Options {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut options = Self::default();
        let words = headers
            .get_all("x-zumo-options")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split([',', ';']))
            .map(|word| word.trim().to_ascii_lowercase());
        for word in words {
            match word.as_str() {
                "nextlink=path" => options.next_link_as_path = true,
                "include:deleted" => options.include_deleted = true,
                _ => {}
            }
        }
        options
    }
}

/// Whether the request comes from a client's queue of offline changes: the older clients say so.
pub(super) fn is_from_queue(headers: &HeaderMap) -> bool {
    let features = headers.get_all("x-zumo-features").into_iter();
    let mut words = features
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    words.any(|word| word.trim() == "OL")
}

impl Dialect {
    /// The dialect of a request. The version in the query counts before that in the header.
    ///
    /// # Errors
    /// What to say about a version that nobody here speaks.
    pub(super) fn of(headers: &HeaderMap, parameters: &Parameters) -> Result<Self, String> {
        let newer = if Options::of(headers).next_link_as_path {
            Self::Legacy
        } else {
            Self::V3
        };
        let in_query = parameters.any_case("zumo-api-version");
        let in_header = || {
            headers
                .get("zumo-api-version")
                .and_then(|value| value.to_str().ok())
        };
        let Some(version) = in_query.or_else(in_header) else {
            return Ok(newer);
        };
        let version = version.trim();
        match numbers(version).as_deref() {
            Some([2, 0] | [2, 0, _]) => Ok(Self::V2),
            Some([(3..), _] | [(3..), _, _]) => Ok(newer),
            _ => Err(format!(
                "This server does not speak version \"{version}\" of the table protocol: it speaks 2.0.x and 3.0.x."
            )),
        }
    }

    /// Whether it is one of the newer two.
    pub(super) fn is_v3(self) -> bool {
        self != Self::V2
    }

    /// Records in a page, where the table says nothing else.
    pub(super) fn page_size(self) -> u32 {
        match self {
            Self::V2 => 50,
            Self::Legacy | Self::V3 => 100,
        }
    }

    /// Largest `$top`, where the table says nothing else.
    pub(super) fn max_top(self) -> u32 {
        match self {
            Self::V2 => 1_000,
            Self::Legacy => 512_000,
            Self::V3 => 128_000,
        }
    }
}

/// `3.0.0` → 3, 0, 0: two or three numbers.
fn numbers(version: &str) -> Option<Vec<u32>> {
    let is_plain = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let numbers: Option<Vec<u32>> = version.split('.').map(|part| part.parse().ok()).collect();
    numbers.filter(|_| is_plain)
}
