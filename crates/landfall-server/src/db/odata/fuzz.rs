//! What is asked of the query language for *any* bytes, whoever makes them: the everyday tests (proptest), or the fuzzer
//! (`fuzz/`, docs/TESTING.md). Not part of the server that is built to be run.

#![allow(clippy::unwrap_used, reason = "what fails here is a finding")]

use super::{Compiler, functions};
use crate::odata::typing::{self, Field, Kind, Typed};
use crate::odata::{OdataError, filter, order_by, select};
use landfall_core::id::Millis;
use rusqlite::{Connection, params_from_iter};

/// Properties named after their kinds, with the SQL of each.
const FIELDS: [(&str, Kind, &str); 9] = [
    ("yes", Kind::Boolean, "\"yes\""),
    ("whole", Kind::Integer, "\"whole\""),
    ("real", Kind::Real, "\"real\""),
    ("text", Kind::Text, "\"text\""),
    ("day", Kind::Date, "\"day\""),
    ("at", Kind::Instant, "odata_instant(\"at\")"),
    ("place", Kind::Point, "\"place.lat\""),
    ("list", Kind::List, "\"list\""),
    ("sure", Kind::Text, "\"sure\""),
];

/// The property of this name. All but `sure` may be null.
pub(crate) fn names(name: &str) -> Option<Field> {
    let place = FIELDS.iter().position(|(known, ..)| *known == name)?;
    Some(Field {
        place,
        kind: FIELDS[place].1,
        nullable: name != "sure",
    })
}

/// A table with these properties as `t`, and two rows: `a` with a value everywhere, `n` with none.
pub(crate) fn rows() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    functions::register(&connection).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t (id TEXT PRIMARY KEY, \"yes\" INTEGER, \"whole\" INTEGER, \"real\" REAL, \"text\" TEXT,
               \"day\" TEXT, \"at\" TEXT, \"place.lat\" REAL, \"place.lon\" REAL, \"list\" TEXT, \"sure\" TEXT NOT NULL) STRICT;
             INSERT INTO t VALUES ('a', 1, 7, 2.5, 'Straße Ünder 漢字', '2024-02-29', '2024-01-31T23:05:07.250Z', 48.25,
               16.5, '[\"x\"]', 'sure'), ('n', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'also');",
        )
        .unwrap();
    connection
}

/// Runs a statement in which `{}` stands for the expression; the ids of the rows that come.
///
/// # Errors
/// The statement, and what SQLite has against it.
pub(crate) fn run(connection: &Connection, around: &str, typed: &Typed) -> Result<String, String> {
    let fields = FIELDS.map(|(_, _, sql)| sql.to_owned());
    let mut compiler = Compiler::new(&fields, Millis(1_700_000_000_000));
    let sql = around.replace("{}", &compiler.sql(typed));
    let values = compiler.values();
    let told = |error: rusqlite::Error| format!("{sql}: {error}");
    let mut statement = connection.prepare(&sql).map_err(told)?;
    assert_eq!(statement.parameter_count(), values.len(), "{sql}");
    let rows = statement
        .query_map(params_from_iter(values), |row| row.get::<_, String>(0))
        .map_err(told)?;
    rows.collect::<Result<String, _>>().map_err(told)
}

/// What any bytes come to as `$filter`, `$orderby` and `$select`: an error with its place in the text, or something that
/// reads the same once it is printed and that SQLite takes.
///
/// # Panics
/// When it is otherwise: a finding.
pub fn odata(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let connection = rows();
    match filter(&text) {
        Ok(expr) => {
            let printed = expr.to_string();
            match filter(&printed) {
                Ok(again) => assert_eq!(again, expr, "{printed}"),
                // What is printed can be longer than what was read, and then too long.
                Err(error) => assert!(printed.len() > text.len(), "{printed}: {error}"),
            }
            match typing::condition(&expr, &names) {
                Ok(typed) => {
                    let ids = answered(run(&connection, "SELECT id FROM t WHERE {}", &typed));
                    assert!("an".contains(&ids) || ids == "na", "{ids}");
                }
                Err(error) => is_inside(&error, &text),
            }
        }
        Err(error) => is_inside(&error, &text),
    }
    match order_by(&text) {
        Ok(orders) => {
            for order in orders {
                match typing::key(&order.by, &names) {
                    Ok(typed) => drop(answered(run(
                        &connection,
                        "SELECT id FROM t ORDER BY {}, id",
                        &typed,
                    ))),
                    Err(error) => is_inside(&error, &text),
                }
            }
        }
        Err(error) => is_inside(&error, &text),
    }
    match select(&text) {
        Ok(selected) => assert!(!selected.is_empty()),
        Err(error) => is_inside(&error, &text),
    }
}

/// The ids, or none where the expression makes a text that is too long.
fn answered(ran: Result<String, String>) -> String {
    match ran {
        Err(told) if told.contains("string or blob too big") => String::new(),
        ran => ran.unwrap(),
    }
}

fn is_inside(error: &OdataError, text: &str) {
    assert!(
        error.span.start <= error.span.end && error.span.end <= text.len(),
        "{error}"
    );
    assert!(text.is_char_boundary(error.span.start), "{error}");
}
