//! Instants as servers write them: three or seven digits, `Z` or an offset, or none (then it is UTC).

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use landfall_core::id::Millis;

/// Reads one; anything finer than a millisecond is cut off, so that asking for what is not earlier brings it again.
pub(crate) fn read(text: &str) -> Option<Millis> {
    let text = text.trim();
    let (_, time) = text.split_once(['T', 't', ' '])?;
    let at: Timestamp = if time.contains(['Z', 'z', '+', '-']) {
        text.parse().ok()?
    } else {
        format!("{text}Z").parse().ok()?
    };
    let nanos = at.as_nanosecond();
    i64::try_from(nanos.div_euclid(1_000_000)).ok().map(Millis)
}

/// With three digits and `Z`. What no calendar has stands as the first instant.
pub(crate) fn print(at: Millis) -> String {
    let at = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{at:.3}")
}

/// The header `Date`.
pub(crate) fn of_header(text: &str) -> Option<Millis> {
    let at = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Millis(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_come_in_several_forms() {
        let at = Some(Millis(1_795_430_460_123));
        for text in [
            "2026-11-23T10:41:00.123Z",
            "2026-11-23T10:41:00.1239999Z",
            "2026-11-23T12:41:00.1230000+02:00",
            "2026-11-23T10:41:00.123",
            "2026-11-23 10:41:00.123 +00:00",
        ] {
            assert_eq!(read(&text.replace(" +", "+")), at, "{text}");
        }
        assert_eq!(read("2026-11-23T10:41:00Z"), Some(Millis(1_795_430_460_000)));
        assert_eq!(read("1969-12-31T23:59:59.9999999Z"), Some(Millis(-1)));
        assert_eq!(read("2026-11-23"), None);
        assert_eq!(read("soon"), None);
        assert_eq!(print(Millis(1_795_430_460_000)), "2026-11-23T10:41:00.000Z");
        assert_eq!(
            of_header("Mon, 23 Nov 2026 10:41:00 GMT"),
            Some(Millis(1_795_430_460_000))
        );
    }
}
