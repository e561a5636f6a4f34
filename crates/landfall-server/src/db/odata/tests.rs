//! What expressions give when SQLite runs them.

use crate::fuzz::{names, rows, run};
use crate::odata::tests::any_expr;
use crate::odata::{filter, typing};
use proptest::prelude::*;
use rusqlite::Connection;

/// The ids of the rows that a filter lets through.
fn ids(connection: &Connection, text: &str) -> String {
    let expr = filter(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let typed = typing::condition(&expr, &names).unwrap_or_else(|error| panic!("{text}: {error}"));
    run(connection, "SELECT id FROM t WHERE {} ORDER BY id", &typed)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn expressions_mean_what_odata_says() {
    let connection = rows();
    for (text, through) in [
        // Null: equal to null, unequal to everything, else false or null.
        ("yes", "a"),
        ("not yes", ""),
        ("whole eq null", "n"),
        ("whole ne null", "a"),
        ("null eq null", "an"),
        ("whole ne 8", "an"),
        ("whole gt 1", "a"),
        ("not (whole gt 1)", "n"),
        ("null gt whole", ""),
        ("whole add 1 gt 1", "a"),
        ("contains(text,'x') or true", "an"),
        ("not contains(text,'x')", "a"),
        ("text in ('x', null)", "n"),
        ("not (text in ('x'))", "an"),
        // Numbers.
        ("whole add 1 eq 8 and whole sub 1 eq 6 and whole mul 2 eq 14", "a"),
        (
            "whole div 2 eq 3 and whole div 2.0 eq 3.5 and whole divby 2 eq 3.5",
            "a",
        ),
        ("whole mod 4 eq 3 and real mod 2 eq 0.5", "a"),
        ("whole div (whole sub 7) eq 1", ""),
        (
            "floor(real) eq 2 and ceiling(real) eq 3 and round(real) eq 2 and round(3.5) eq 4",
            "a",
        ),
        ("round(whole) eq 7", "a"),
        ("whole in (1, 7L, 9.0)", "a"),
        // Text, in characters and in any script.
        ("length(text) eq 15", "a"),
        ("tolower(text) eq 'straße ünder 漢字'", "a"),
        ("toupper('straße') eq 'STRASSE'", "an"),
        ("contains(text,'Ünder') and substringof('Ünder',text)", "a"),
        ("contains(text,'ünder')", ""),
        ("startswith(text,'Str') and endswith(text,'漢字')", "a"),
        ("indexof(text,'漢') eq 13 and indexof(text,'zz') eq -1", "a"),
        (
            "substring(text,13) eq '漢字' and substring(text,0,3) eq 'Str'",
            "a",
        ),
        ("substring(text,-5,1) eq 'S' and substring(text,99) eq ''", "a"),
        ("replace(text,'漢字','x') eq 'Straße Ünder x'", "a"),
        ("concat(concat(text,'!'),'?') eq 'Straße Ünder 漢字!?'", "a"),
        ("trim('  x ') eq 'x'", "an"),
        ("text gt 'Str' and text lt 'Str' eq false", "a"),
        // Days, instants, times.
        (
            "day eq 2024-02-29 and year(day) eq 2024 and month(day) eq 2 and day(day) eq 29",
            "a",
        ),
        ("at eq 2024-01-31T23:05:07.250Z", "a"),
        ("at eq 2024-02-01T00:05:07.25+01:00", "a"),
        (
            "at gt 2024-01-31T23:05:07.2499999Z and at lt 2024-01-31T23:05:07.2500001Z",
            "a",
        ),
        ("at ge 2024-01-31T23:05:07.2500001Z", ""),
        ("year(at) eq 2024 and month(at) eq 1 and day(at) eq 31", "a"),
        ("hour(at) eq 23 and minute(at) eq 5 and second(at) eq 7", "a"),
        (
            "fractionalseconds(at) eq 0.25 and totaloffsetminutes(at) eq 0",
            "a",
        ),
        ("date(at) eq 2024-01-31 and time(at) eq 23:05:07.250", "a"),
        ("day gt at and at lt day", "a"),
        ("at lt now() and at gt mindatetime() and at lt maxdatetime()", ""),
        ("at gt now() and at gt mindatetime() and at lt maxdatetime()", "a"),
        ("cast(day,Edm.DateTimeOffset) eq 2024-02-29T00:00:00Z", "a"),
        // Casts and places.
        (
            "cast(whole,Edm.String) eq '7' and cast('7',Edm.Int32) eq whole",
            "a",
        ),
        (
            "cast('x',Edm.Int32) eq null and cast('2.5',Edm.Double) eq 2.5",
            "an",
        ),
        (
            "cast(yes,Edm.String) eq 'true' and cast(real,Edm.Int64) eq 2",
            "a",
        ),
        ("cast(at,Edm.String) eq '2024-01-31T23:05:07.250Z'", "a"),
        (
            "cast(at,Edm.Date) eq 2024-01-31 and cast(at,Edm.TimeOfDay) gt 23:00",
            "a",
        ),
        ("geo.distance(place,geography'POINT(16.5 49.25)') gt 111000", "a"),
        ("geo.distance(place,geography'POINT(16.5 49.25)') lt 111300", "a"),
        ("place ne null and list ne null", "a"),
        ("place eq null", "n"),
        ("sure gt 'b'", "a"),
    ] {
        assert_eq!(ids(&connection, text), through, "{text}");
    }
}

#[test]
fn a_long_chain_is_not_too_deep_for_sqlite() {
    let connection = rows();
    let chain = vec!["text eq 'x'"; 480].join(" or ");
    assert_eq!(ids(&connection, &chain), "");
    let list = (0..1_900).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    assert_eq!(ids(&connection, &format!("whole in ({list})")), "a");
}

#[test]
fn what_a_client_writes_never_stands_in_the_sql() {
    let connection = rows();
    assert_eq!(ids(&connection, "text eq '''; DROP TABLE t; --'"), "");
    assert_eq!(ids(&connection, "true"), "an");
}

proptest! {
    #[test]
    fn whatever_makes_sense_runs(expr in any_expr()) {
        if let Ok(typed) = typing::key(&expr, &names) {
            let ran = run(&rows(), "SELECT id FROM t WHERE ({}) IS NOT NULL OR 1", &typed);
            prop_assert!(ran.is_ok(), "{expr}: {ran:?}");
        }
    }
}
