//! Days, instants and times of day as they stand in a query.

use super::ast::Instant;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

/// `2024-01-31`.
pub(crate) fn date(text: &str) -> Option<String> {
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day: Date = is_plain.then(|| text.parse().ok())??;
    Some(day.to_string())
}

/// `2024-01-31T08:05:07.1234567+02:00`, `2024-01-31T08:05:07Z`, `2024-01-31T08:05`, `2024-01-31`: UTC where no offset
/// is named.
pub(crate) fn instant(text: &str) -> Option<Instant> {
    if let Some(day) = date(text) {
        return instant(&format!("{day}T00:00:00Z"));
    }
    let (_, time) = text.split_once(['T', 't'])?;
    let has_offset = time.contains(['Z', 'z', '+', '-']);
    let whole = if has_offset {
        text.to_owned()
    } else {
        format!("{text}Z")
    };
    let at: Timestamp = whole.parse().ok()?;
    let nanos = at.as_nanosecond();
    Some(Instant {
        millis: i64::try_from(nanos.div_euclid(1_000_000)).ok()?,
        and_more: nanos.rem_euclid(1_000_000) != 0,
    })
}

/// `08:05:07.123` and `08:05`: milliseconds since midnight, anything finer is cut off.
pub(crate) fn time(text: &str) -> Option<i64> {
    let at: Time = text.parse().ok()?;
    let seconds = (i64::from(at.hour()) * 60 + i64::from(at.minute())) * 60 + i64::from(at.second());
    Some(seconds * 1_000 + i64::from(at.millisecond()))
}

/// An instant as it is printed: one that the parser reads as the same.
pub(crate) fn print_instant(at: Instant) -> Option<String> {
    let utc = Timestamp::from_millisecond(at.millis).ok()?;
    let text = format!("{utc:.3}");
    Some(if at.and_more {
        text.replace('Z', "5Z")
    } else {
        text
    })
}

/// A time of day as it is printed.
pub(crate) fn print_time(millis: i64) -> String {
    let (seconds, part) = (millis.div_euclid(1_000), millis.rem_euclid(1_000));
    format!(
        "{:02}:{:02}:{:02}.{part:03}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    )
}
