//! What is read, what is refused, and that what is printed is read again.

use super::ast::{Arithmetic, Comparison, Edm, Expr, Instant, Literal, Node};
use super::function::Function;
use super::{MAX_DEPTH, MAX_NODES, filter, order_by, select, typing};
use crate::fuzz::names;
use proptest::prelude::*;

fn printed(text: &str) -> String {
    filter(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .to_string()
}

fn refusal(text: &str) -> String {
    match filter(text) {
        Ok(expr) => panic!("taken: {text} as {expr}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn precedence_is_that_of_odata() {
    for (text, meaning) in [
        (
            "a eq 1 or b eq 2 and c eq 3",
            "(a eq 1L) or ((b eq 2L) and (c eq 3L))",
        ),
        ("a and b and c or d", "(a and b and c) or d"),
        ("a add b mul c eq d", "(a add (b mul c)) eq d"),
        ("a sub b sub c gt 0", "((a sub b) sub c) gt 0L"),
        ("(a or b) and c", "(a or b) and c"),
        ("not a and b", "(not (a)) and b"),
        ("not (a eq 1)", "not (a eq 1L)"),
        ("not contains(a,'x')", "not (contains(a,'x'))"),
        ("a in (1, 2) and b", "(a in (1L,2L)) and b"),
        ("a lt b add 1", "a lt (b add 1L)"),
        ("  a\teq\n1 ", "a eq 1L"),
    ] {
        assert_eq!(printed(text), meaning, "{text}");
    }
}

#[test]
fn both_generations_of_literals_are_read() {
    for (text, meaning) in [
        ("null", "null"),
        ("true", "true"),
        ("5", "5L"),
        ("5L", "5L"),
        ("-5", "-5L"),
        ("1.5M", "1.5"),
        ("1.5m", "1.5"),
        ("1f", "1.0"),
        ("1d", "1.0"),
        ("1.25f", "1.25"),
        ("1e3", "1000.0"),
        ("1.5E-3", "0.0015"),
        ("0A", "10L"),
        ("FF", "FF"),
        ("9223372036854775807", "9223372036854775807L"),
        ("18446744073709551615L", "1.8446744073709552e19"),
        ("'it''s'", "'it''s'"),
        ("''", "''"),
        ("'Ørsted 漢字'", "'Ørsted 漢字'"),
        ("2024-01-31", "2024-01-31"),
        ("2024-01-31T08:05:07.123Z", "2024-01-31T08:05:07.123Z"),
        ("2024-01-31T08:05:07+02:00", "2024-01-31T06:05:07.000Z"),
        ("2024-01-31T08:05:07.1234567Z", "2024-01-31T08:05:07.1235Z"),
        ("08:05:07.123", "08:05:07.123"),
        ("08:05", "08:05:00.000"),
        ("datetime'2024-01-31T08:05:07'", "2024-01-31T08:05:07.000Z"),
        ("datetime'2024-01-31'", "2024-01-31T00:00:00.000Z"),
        (
            "datetimeoffset'2016-10-10T12:08:35.2470000+00:00'",
            "2016-10-10T12:08:35.247Z",
        ),
        ("DATETIMEOFFSET'2016-10-10T12:08:35Z'", "2016-10-10T12:08:35.000Z"),
        (
            "guid'D1B2C3D4-0000-1111-2222-333344445555'",
            "'d1b2c3d4-0000-1111-2222-333344445555'",
        ),
        (
            "a1b2c3d4-0000-1111-2222-333344445555",
            "'a1b2c3d4-0000-1111-2222-333344445555'",
        ),
        ("binary'00ff'", "'AP8='"),
        ("X'00FF'", "'AP8='"),
        ("cast(2024-01-31,Edm.Date)", "cast(2024-01-31,Edm.Date)"),
        (
            "cast(2024-01-31T00:00:00.000Z,Edm.DateTimeOffset)",
            "cast(2024-01-31T00:00:00.000Z,Edm.DateTimeOffset)",
        ),
        (
            "cast(09:00:00.000,Edm.TimeOfDay)",
            "cast(09:00:00.000,Edm.TimeOfDay)",
        ),
        (
            "cast(D1B2C3D4-0000-1111-2222-333344445555,Edm.Guid)",
            "cast('d1b2c3d4-0000-1111-2222-333344445555',Edm.String)",
        ),
        ("cast(a,'Edm.Int32')", "cast(a,Edm.Int64)"),
        (
            "geography'SRID=4326;POINT(16.5 48.2)'",
            "geography'SRID=4326;POINT(16.5 48.2)'",
        ),
    ] {
        assert_eq!(printed(text), meaning, "{text}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, told) in [
        ("", "at character 1: the expression ends where a value is missing"),
        (
            "a eq",
            "at character 5: the expression ends where a value is missing",
        ),
        (
            "a eq 1 b",
            "at character 8: the expression could end here, but goes on",
        ),
        ("(a eq 1", "at character 8: here a `)` is missing"),
        ("a eq 'x", "at character 6: the text has no end"),
        ("a - 1", "at character 3: `-` is no operator: write sub or add"),
        (
            "a eq 1 + 2",
            "at character 8: `+` is no operator: write sub or add",
        ),
        ("a == 1", "at character 3: `=` is no operator: write eq"),
        ("address/city eq 'x'", "at character 8: a path into a property"),
        ("length()", "at character 1: `length` takes 1 arguments, not 0"),
        ("substring(a)", "`substring` takes 2 or 3 arguments, not 1"),
        (
            "levenshtein(a,b)",
            "at character 1: there is no function `levenshtein`",
        ),
        ("a in 1", "at character 6: after `in` comes a list in brackets"),
        ("a in ()", "at character 7: here a value is missing"),
        (
            "cast(a,Edm.Stream)",
            "at character 8: there is no type `Edm.Stream`",
        ),
        ("cast(a)", "`cast` takes a value, a comma and a type"),
        ("1x", "at character 1: this is no number"),
        ("2024-13-31", "at character 1: this is no day"),
        ("25:00", "at character 1: this is no time of day"),
        (
            "duration'P1D'",
            "at character 1: there are no values of type `duration`",
        ),
        ("guid'12'", "at character 1: this is no value of type `guid`"),
        ("geography'POINT(200 0)'", "this is no value of type `geography`"),
        ("a eq 1; drop", "at character 7: `;` has no meaning here"),
        (
            "a and",
            "at character 6: the expression ends where a value is missing",
        ),
    ] {
        let refused = refusal(text);
        assert!(refused.contains(told), "{text}: {refused}");
    }
}

#[test]
fn what_costs_too_much_is_refused() {
    let deep = format!("{}a{}", "(".repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH));
    assert!(refusal(&deep).contains("levels"));
    assert!(refusal(&format!("{}a", "not ".repeat(MAX_DEPTH))).contains("levels"));
    assert!(refusal(&format!("a{}", " add 1".repeat(MAX_DEPTH))).contains("levels"));
    assert!(refusal(&format!("a{}", " eq a".repeat(MAX_DEPTH))).contains("levels"));
    // A chain of `or` has one level, however long.
    let wide = |parts: usize| vec!["a eq 1"; parts].join(" or ");
    assert!(filter(&wide(MAX_NODES / 4)).is_ok());
    assert!(refusal(&wide(MAX_NODES / 3 + 1)).contains("parts"));
    assert!(refusal(&format!("a eq '{}'", "x".repeat(super::MAX_BYTES))).contains("bytes"));
}

#[test]
fn orders_and_selections_are_read() {
    let orders = order_by("name desc, length(name) asc,year").unwrap();
    let texts: Vec<String> = orders.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["name desc", "length(name)", "year"]);
    for (text, told) in [
        (
            "name up",
            "at character 6: after a property comes asc, desc, a comma or the end",
        ),
        ("name,", "the expression ends where"),
        ("", "the expression ends where"),
        ("name desc desc", "at character 11"),
    ] {
        let error = order_by(text).unwrap_err().to_string();
        assert!(error.contains(told), "{text}: {error}");
    }
    let names: Vec<String> = select("id, name,*")
        .unwrap()
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, ["id", "name", "*"]);
    assert!(select("id name").is_err());
    assert!(select("id,").is_err());
}

#[test]
fn operands_must_fit() {
    for good in [
        "yes",
        "yes eq true and not yes",
        "whole eq 1.5 and real lt 2",
        "whole add real mul 2 gt 1",
        "at ge 2024-01-31 and day le datetime'2024-01-31T10:00:00'",
        "at gt '2024-01-31T10:00:00Z' and day eq '2024-01-31'",
        "place ne null and list eq null and null eq null",
        "geo.distance(place, geography'POINT(16 48)') lt 1e5",
        "text in ('a', null)",
        "day in (2024-01-31, 2024-02-01)",
        "cast(whole, Edm.String) eq '5' and cast(text, Edm.Int32) eq 5",
        "hour(at) eq 5 and hour(08:05:00) eq 8 and year(day) eq 2024",
        "date(at) eq day and time(at) lt 08:00",
        "null gt whole",
        "contains(null, text)",
    ] {
        let checked = typing::condition(&filter(good).unwrap(), &names);
        assert!(checked.is_ok(), "{good}: {checked:?}");
    }
    for (bad, told) in [
        (
            "whole",
            "at character 1: a filter is yes or no, and this is a whole number",
        ),
        ("nothing eq 1", "at character 1: there is no property `nothing`"),
        ("text eq 1", "text can't be compared with a whole number"),
        ("yes gt false", "these have no order"),
        ("place eq place", "a place can be compared with null alone"),
        ("list eq 'x'", "a list can be compared with null alone"),
        (
            "not text",
            "at character 5: `not` takes yes or no, and this is text",
        ),
        (
            "text and yes",
            "at character 1: `and` and `or` take yes or no, and this is text",
        ),
        (
            "text add 1 eq 2",
            "at character 1: `add` takes numbers, and this is text",
        ),
        ("whole div 0 eq 1", "nothing can be divided by 0"),
        (
            "length(whole) eq 1",
            "at character 8: `length` takes text, and this is a whole number",
        ),
        (
            "year(text) eq 1",
            "at character 6: `year` takes a day, and this is text",
        ),
        ("text in ('a', 1)", "at character 15"),
        ("cast(place, Edm.String) eq 'x'", "a place can't become text"),
        ("day eq 'tomorrow'", "a day can't be compared with text"),
    ] {
        let error = typing::condition(&filter(bad).unwrap(), &names)
            .unwrap_err()
            .to_string();
        assert!(error.contains(told), "{bad}: {error}");
    }
}

fn expr(node: Node) -> Expr {
    Expr { span: 0..0, node }
}

/// Any literal that a text can have. A number that is written with a fraction is never whole.
fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        any::<i64>().prop_map(Literal::Integer),
        proptest::num::f64::NORMAL.prop_map(Literal::Real),
        ".{0,12}".prop_map(Literal::Text),
        (1..9999_i32, 1..13_u8, 1..29_u8)
            .prop_map(|(year, month, day)| Literal::Date(format!("{year:04}-{month:02}-{day:02}"))),
        (-60_000_000_000_000..250_000_000_000_000_i64, any::<bool>())
            .prop_map(|(millis, and_more)| Literal::Instant(Instant { millis, and_more })),
        (0..86_400_000_i64).prop_map(Literal::Time),
        (-90.0..90.0, -180.0..180.0).prop_map(|(lat, lon)| Literal::Point { lat, lon }),
    ]
}

/// Any expression that can be written; whether it makes sense is not asked.
pub(crate) fn any_expr() -> impl Strategy<Value = Expr> {
    let name = prop_oneof![
        "[a-z][a-zA-Z0-9_]{0,6}".prop_filter("words of the language", |name| !matches!(
            name.as_str(),
            "null" | "true" | "false" | "not"
        ) && super::lexer::tokens(name)
            .is_ok_and(|tokens| matches!(tokens[..], [(super::lexer::Token::Word(_), _)]))),
        prop::sample::select(vec![
            "yes", "whole", "real", "text", "day", "at", "place", "list", "sure"
        ])
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![literal().prop_map(Node::Literal), name.prop_map(Node::Name)].prop_map(expr);
    leaf.prop_recursive(4, 40, 3, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let several = || prop::collection::vec(inner.clone(), 2..4);
        let functions: Vec<_> = Function::ALL.iter().map(|entry| entry.0).collect();
        let types = vec![
            Edm::Text,
            Edm::Boolean,
            Edm::Integer,
            Edm::Real,
            Edm::Date,
            Edm::Instant,
            Edm::Time,
        ];
        prop_oneof![
            boxed().prop_map(Node::Not),
            several().prop_map(Node::All),
            several().prop_map(Node::Any),
            (prop::sample::select(Comparison::ALL.to_vec()), boxed(), boxed())
                .prop_map(|(comparison, left, right)| Node::Compare(comparison, left, right)),
            (prop::sample::select(Arithmetic::ALL.to_vec()), boxed(), boxed())
                .prop_map(|(operator, left, right)| Node::Arithmetic(operator, left, right)),
            (boxed(), prop::collection::vec(inner.clone(), 1..3)).prop_map(|(one, list)| Node::In(one, list)),
            (
                prop::sample::select(functions),
                prop::collection::vec(inner.clone(), 3)
            )
                .prop_map(|(function, mut arguments)| {
                    arguments.truncate(function.arity().1);
                    Node::Call(function, arguments)
                }),
            (boxed(), prop::sample::select(types)).prop_map(|(inner, edm)| Node::Cast(inner, edm)),
        ]
        .prop_map(expr)
    })
}

/// Bits and pieces of the language in any order.
fn noise() -> impl Strategy<Value = String> {
    let pieces = vec![
        "(",
        ")",
        ",",
        " ",
        "'",
        "''",
        "not ",
        " and ",
        " or ",
        " eq ",
        " in ",
        "cast(",
        "length(",
        "null",
        "1",
        "-",
        "1.5e",
        "2024-01-31",
        "T",
        "datetime'",
        "geography'",
        "Edm.Date",
        "a",
        "ß",
        "\0",
        "0A",
        ":",
        "+02:00",
        "substring(",
        " add ",
        " desc",
        "*",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(expr in any_expr()) {
        let text = expr.to_string();
        prop_assert_eq!(filter(&text), Ok(expr), "{}", text);
    }

    /// The fuzz of this parser: bytes of any kind, and noise made of its own words. It answers, with a place in the text.
    #[test]
    fn no_bytes_make_it_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        noise in noise(),
        text in "\\PC*",
    ) {
        for bytes in [&bytes[..], noise.as_bytes(), text.as_bytes()] {
            crate::fuzz::odata(bytes);
        }
    }

    #[test]
    fn what_makes_sense_still_does_once_printed(expr in any_expr()) {
        let once = typing::condition(&expr, &names);
        let again = typing::condition(&filter(&expr.to_string()).unwrap(), &names);
        prop_assert_eq!(once.ok(), again.ok());
    }
}
