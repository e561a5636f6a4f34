//! The functions of the query language that SQLite does not have, or has for ASCII alone. Each gives null for null.

use crate::odata::ast::Instant;
use crate::odata::instant;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, Error};

/// 0001-01-01T00:00:00Z.
pub(super) const MIN_INSTANT: i64 = -62_135_596_800_000;
/// 9999-12-31T23:59:59.999Z, less the day that offsets may need.
pub(super) const MAX_INSTANT: i64 = 253_402_214_400_000;

const DAY: i64 = 86_400_000;

/// Longest text that an expression makes of others, in bytes. A few `replace` in each other would fill any memory.
const LONGEST: usize = 8 << 20;

/// Gives a connection the functions.
pub(crate) fn register(connection: &Connection) -> Result<(), Error> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let text = |name: &str, work: fn(&str) -> String| {
        connection.create_scalar_function(name, 1, flags, move |context| {
            Ok(text(context, 0)?.map(|text| work(&text)))
        })
    };
    text("odata_lower", |text| text.to_lowercase())?;
    text("odata_upper", |text| text.to_uppercase())?;
    text("odata_trim", |text| text.trim().to_owned())?;
    text("odata_base64", |text| BASE64_STANDARD.encode(text))?;

    let two_texts = |name: &str, work: fn(&str, &str) -> i64| {
        connection.create_scalar_function(name, 2, flags, move |context| {
            Ok(text_pair(context)?.map(|(one, other)| work(&one, &other)))
        })
    };
    two_texts("odata_contains", |text, needle| i64::from(text.contains(needle)))?;
    two_texts("odata_starts_with", |text, start| {
        i64::from(text.starts_with(start))
    })?;
    two_texts("odata_ends_with", |text, end| i64::from(text.ends_with(end)))?;
    two_texts("odata_index_of", index_of)?;

    let number = |name: &str, work: fn(f64) -> f64| {
        connection.create_scalar_function(name, 1, flags, move |context| Ok(real(context, 0)?.map(work)))
    };
    number("odata_ceiling", f64::ceil)?;
    number("odata_floor", f64::floor)?;
    number("odata_round", f64::round_ties_even)?;

    connection.create_scalar_function("odata_mod", 2, flags, |context| {
        Ok(match (real(context, 0)?, real(context, 1)?) {
            (Some(one), Some(other)) if other != 0.0 => Some(one % other),
            _ => None,
        })
    })?;
    connection.create_scalar_function("odata_concat", 2, flags, |context| {
        let Some((one, other)) = text_pair(context)? else {
            return Ok(None);
        };
        is_short(one.len() + other.len())?;
        Ok(Some(one + &other))
    })?;
    connection.create_scalar_function("odata_replace", 3, flags, replace)?;
    for arguments in [2, 3] {
        connection.create_scalar_function("odata_substring", arguments, flags, substring)?;
    }
    connection.create_scalar_function("odata_distance", 4, flags, |context| {
        let mut degrees = [0.0; 4];
        for (at, degree) in degrees.iter_mut().enumerate() {
            match real(context, at)? {
                Some(real) => *degree = real,
                None => return Ok(None),
            }
        }
        Ok(Some(distance(degrees)))
    })?;
    register_times(connection, flags)
}

fn register_times(connection: &Connection, flags: FunctionFlags) -> Result<(), Error> {
    connection.create_scalar_function("odata_instant", 1, flags, |context| {
        Ok(text(context, 0)?.and_then(|text| Some(text.parse::<Timestamp>().ok()?.as_millisecond())))
    })?;
    connection.create_scalar_function("odata_midnight", 1, flags, |context| {
        Ok(text(context, 0)?.and_then(|day| read("instant", &day)))
    })?;
    connection.create_scalar_function("odata_date", 1, flags, |context| {
        Ok(whole(context, 0)?.and_then(date))
    })?;
    connection.create_scalar_function("odata_time", 1, flags, |context| {
        Ok(whole(context, 0)?.map(|millis| millis.rem_euclid(DAY)))
    })?;
    connection.create_scalar_function("odata_part", 2, flags, |context| {
        let part = text(context, 0)?.unwrap_or_default();
        Ok(whole(context, 1)?.and_then(|millis| self::part(&part, millis)))
    })?;
    connection.create_scalar_function("odata_read", 2, flags, |context| {
        let kind = text(context, 0)?.unwrap_or_default();
        Ok(text(context, 1)?.and_then(|text| read(&kind, &text)))
    })?;
    connection.create_scalar_function("odata_write", 2, flags, |context| {
        let kind = text(context, 0)?.unwrap_or_default();
        write(&kind, context.get_raw(1))
    })
}

fn replace(context: &Context<'_>) -> Result<Option<String>, Error> {
    let Some(((text, find), with)) = text_pair(context)?.zip(text(context, 2)?) else {
        return Ok(None);
    };
    if find.is_empty() {
        return Ok(Some(text));
    }
    let found = text.matches(&find).count();
    is_short((text.len() - found * find.len()).saturating_add(found.saturating_mul(with.len())))?;
    Ok(Some(text.replace(&find, &with)))
}

/// Whether a text of so many bytes may be made; else what SQLite says of one that it can't hold.
fn is_short(bytes: usize) -> Result<(), Error> {
    if bytes <= LONGEST {
        return Ok(());
    }
    let too_big = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_TOOBIG);
    Err(Error::SqliteFailure(too_big, None))
}

fn text(context: &Context<'_>, at: usize) -> Result<Option<String>, Error> {
    match context.get_raw(at) {
        ValueRef::Null => Ok(None),
        _ => context.get(at).map(Some),
    }
}

fn text_pair(context: &Context<'_>) -> Result<Option<(String, String)>, Error> {
    Ok(text(context, 0)?.zip(text(context, 1)?))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the functions of numbers are those of reals"
)]
fn real(context: &Context<'_>, at: usize) -> Result<Option<f64>, Error> {
    match context.get_raw(at) {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(number) => Ok(Some(number as f64)),
        _ => context.get(at).map(Some),
    }
}

/// A whole number. An instant between two milliseconds counts as the first of them.
#[expect(
    clippy::cast_possible_truncation,
    reason = "cut off at the millisecond, as said"
)]
fn whole(context: &Context<'_>, at: usize) -> Result<Option<i64>, Error> {
    match context.get_raw(at) {
        ValueRef::Null => Ok(None),
        ValueRef::Real(number) => Ok(Some(number.floor() as i64)),
        _ => context.get(at).map(Some),
    }
}

fn index_of(text: &str, needle: &str) -> i64 {
    match text.find(needle) {
        Some(at) => i64::try_from(text[..at].chars().count()).unwrap_or(i64::MAX),
        None => -1,
    }
}

fn substring(context: &Context<'_>) -> Result<Option<String>, Error> {
    let (Some(text), Some(from)) = (text(context, 0)?, whole(context, 1)?) else {
        return Ok(None);
    };
    let count = if context.len() == 3 {
        match whole(context, 2)? {
            Some(count) => count,
            None => return Ok(None),
        }
    } else {
        i64::MAX
    };
    let places = |number: i64| usize::try_from(number.max(0)).unwrap_or(usize::MAX);
    Ok(Some(
        text.chars().skip(places(from)).take(places(count)).collect(),
    ))
}

/// Metres along the great circle of a sphere with the earth's mean radius.
fn distance([lat1, lon1, lat2, lon2]: [f64; 4]) -> f64 {
    const RADIUS: f64 = 6_371_008.8;
    let (north, east) = ((lat2 - lat1).to_radians(), (lon2 - lon1).to_radians());
    let half = (north / 2.0).sin().powi(2)
        + lat1.to_radians().cos() * lat2.to_radians().cos() * (east / 2.0).sin().powi(2);
    2.0 * RADIUS * half.sqrt().min(1.0).asin()
}

fn date(millis: i64) -> Option<String> {
    let at = Timestamp::from_millisecond(millis).ok()?;
    Some(TimeZone::UTC.to_datetime(at).date().to_string())
}

fn part(part: &str, millis: i64) -> Option<Sql> {
    let of_day = millis.rem_euclid(DAY);
    let whole = match part {
        "hour" => of_day / 3_600_000,
        "minute" => of_day / 60_000 % 60,
        "second" => of_day / 1_000 % 60,
        #[expect(clippy::cast_precision_loss, reason = "less than a thousand")]
        "fractionalseconds" => return Some(Sql::Real((of_day % 1_000) as f64 / 1_000.0)),
        _ => {
            let at = Timestamp::from_millisecond(millis).ok()?;
            let day = TimeZone::UTC.to_datetime(at).date();
            match part {
                "year" => i64::from(day.year()),
                "month" => i64::from(day.month()),
                _ => i64::from(day.day()),
            }
        }
    };
    Some(Sql::Integer(whole))
}

/// Text as a value of another kind; none if it is none.
fn read(kind: &str, text: &str) -> Option<Sql> {
    let text = text.trim();
    match kind {
        "boolean" => text.parse().ok().map(|yes: bool| Sql::Integer(i64::from(yes))),
        "integer" => text.parse().ok().map(Sql::Integer),
        "real" => text
            .parse()
            .ok()
            .filter(|real: &f64| real.is_finite())
            .map(Sql::Real),
        "date" => instant::date(text).map(Sql::Text),
        "instant" => instant::instant(text).map(|at| Sql::Integer(at.millis)),
        "time" => instant::time(text).map(Sql::Integer),
        _ => Some(Sql::Text(text.to_owned())),
    }
}

/// A value of another kind as text.
fn write(kind: &str, value: ValueRef<'_>) -> Result<Option<String>, Error> {
    Ok(match (kind, value) {
        (_, ValueRef::Null | ValueRef::Blob(_)) => None,
        ("boolean", ValueRef::Integer(yes)) => Some((yes != 0).to_string()),
        ("instant", ValueRef::Integer(millis)) => instant::print_instant(Instant {
            millis,
            and_more: false,
        }),
        ("time", ValueRef::Integer(millis)) => Some(instant::print_time(millis)),
        (_, ValueRef::Integer(number)) => Some(number.to_string()),
        (_, ValueRef::Real(number)) => Some(number.to_string()),
        (_, ValueRef::Text(text)) => Some(String::from_utf8_lossy(text).into_owned()),
    })
}
