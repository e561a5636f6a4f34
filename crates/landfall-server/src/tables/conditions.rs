//! What a request says about the version that it expects: `If-Match` and its kin.
//!
//! In the newer dialects, in this order:
//! 1. `If-Match` and none of its tags is the record's: failed. `*` is any; a weak tag is none;
//! 2. no `If-Match`, and `If-Unmodified-Since` not after the record's `updatedAt`: failed;
//! 3. `If-None-Match` and one of its tags is the record's: for a GET not modified, else failed;
//! 4. no `If-None-Match`, and `If-Modified-Since` after the record's `updatedAt`: the same.
//!
//! In v2 only `If-Match` counts.

use super::json;
use axum::http::{HeaderMap, HeaderName, header};
use jiff::fmt::rfc2822;
use landfall_core::id::{Millis, Version};
use landfall_core::record::Record;

/// What the conditions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They hold.
    Hold,
    /// The client has it already.
    NotModified,
    /// They do not hold.
    Failed,
}

/// The conditions of a request.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    if_match: Option<Vec<Tag>>,
    if_none_match: Option<Vec<Tag>>,
    if_modified_since: Option<i64>,
    if_unmodified_since: Option<i64>,
}

#[derive(Debug, PartialEq, Eq)]
enum Tag {
    Any,
    Weak,
    Version(String),
}

impl Conditions {
    /// The conditions of the newer dialects.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        Self {
            if_none_match: tags(headers, &header::IF_NONE_MATCH),
            if_modified_since: date(headers, &header::IF_MODIFIED_SINCE),
            if_unmodified_since: date(headers, &header::IF_UNMODIFIED_SINCE),
            ..Self::of_v2(headers)
        }
    }

    /// The conditions of v2.
    pub(super) fn of_v2(headers: &HeaderMap) -> Self {
        Self {
            if_match: tags(headers, &header::IF_MATCH),
            ..Self::default()
        }
    }

    /// Whether there is an `If-Match`.
    pub(super) fn has_if_match(&self) -> bool {
        self.if_match.is_some()
    }

    /// The one version that the request is based on, if it names one.
    pub(super) fn base(&self) -> Option<Version> {
        match self.if_match.as_deref() {
            Some([Tag::Version(version)]) => json::read_version(version),
            _ => None,
        }
    }

    /// What they come to for a record.
    pub(super) fn verdict(&self, record: &Record, is_get: bool) -> Verdict {
        let version = json::version(&record.version);
        let has = |tags: &[Tag]| {
            tags.iter()
                .any(|tag| *tag == Tag::Any || matches!(tag, Tag::Version(given) if *given == version))
        };
        let known = if is_get {
            Verdict::NotModified
        } else {
            Verdict::Failed
        };
        match (&self.if_match, self.if_unmodified_since) {
            (Some(tags), _) if !has(tags) => return Verdict::Failed,
            (None, Some(since)) if since <= record.updated_at.0 => return Verdict::Failed,
            _ => {}
        }
        match (&self.if_none_match, self.if_modified_since) {
            (Some(tags), _) if has(tags) => known,
            (None, Some(since)) if since > record.updated_at.0 => known,
            _ => Verdict::Hold,
        }
    }
}

fn tags(headers: &HeaderMap, name: &HeaderName) -> Option<Vec<Tag>> {
    let values: Vec<&str> = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    // A Base64 version has no comma, so a comma parts two tags.
    let tags = values.iter().flat_map(|value| value.split(',')).map(str::trim);
    let tags: Vec<Tag> = tags.filter(|tag| !tag.is_empty()).map(tag).collect();
    (!tags.is_empty()).then_some(tags)
}

fn tag(text: &str) -> Tag {
    if text == "*" {
        Tag::Any
    } else if text.starts_with("W/") {
        Tag::Weak
    } else {
        Tag::Version(text.trim_matches('"').to_owned())
    }
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<i64> {
    let text = headers.get(name)?.to_str().ok()?;
    let at = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(at.as_millisecond())
}

/// An instant as `Last-Modified` has it, in whole seconds.
pub(super) fn http_date(at: Millis) -> Option<String> {
    let at = jiff::Timestamp::from_second(at.0.div_euclid(1_000)).ok()?;
    rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&at)
        .ok()
}
