//! What a schema file may say, and what it is told when it says something else.

use super::{SchemaFileError, TableProtocol, parse, parse_file};
use crate::schema::{MergeRule, Schema};
use proptest::prelude::*;

const EXAMPLE: &str = r#"# What the farm keeps.
[workspace]
name = "Farm"
version = 3

[[table]]
name = "fields"
icon = "sprout"
merge = "server_wins"

[[table.column]]
name = "number"
type = "integer"
min = 1
max = 900
unique = true

[[table.column]]
name = "name"
type = "text"
required = true
min_length = 2
max_length = 40
pattern = "[A-Z].*"
pattern_hint = "begin with a capital letter."
help = "As on the map."

[[table.column]]
name = "place"
type = "location"
default = { lat = 48, lon = 16.5 }

[[table]]
name = "harvests"
label = "Ernten"
singular = "Ernte"
title = "crop"

[[table.column]]
name = "field"
type = "reference"
table = "fields"
required = true

[[table.column]]
name = "crop"
type = "choice"
choices = ["rye", { value = "oil_seed", label = "Oil seed (rape)" }, { value = "winter_wheat" }]
default = "rye"

[[table.column]]
name = "faults"
type = "multi_choice"
choices = ["hail", "mice"]
default = ["mice", "hail"]
merge = "union"

[[table.column]]
name = "tonnes"
type = "real"
min = 0
max = 9.5
unit = "t"
merge = "sum"

[[table.column]]
name = "cut_on"
label = "Cut"
type = "date"
min = 2000-01-01
max = "2099-12-31"
default = 2026-08-01

[[table.column]]
name = "weighed_at"
type = "date_time"
default = 2026-08-01T12:00:00+02:00

[[table.column]]
name = "sold"
type = "boolean"
default = false
read_only = true
merge = "true_wins"

[[table.column]]
name = "notes"
type = "long_text"
max_length = 2000
merge = "text"

[[table.column]]
name = "weather"
type = "link"
"#;

#[test]
fn a_whole_file_becomes_a_schema() {
    insta::assert_json_snapshot!(parse(EXAMPLE).unwrap());
}

/// A file of one table with the given column keys, which begin on line 5.
fn with_column(keys: &str) -> String {
    format!(
        "workspace.name = \"W\"\n[[table]]\nname = \"things\"\n[[table.column]]\n{keys}\n[[table.column]]\nname = \"title\"\ntype = \"text\"\n"
    )
}

fn refusal(text: &str) -> (u32, String) {
    match parse(text) {
        Ok(_) => panic!("taken, but should be refused:\n{text}"),
        Err(SchemaFileError { line, reason }) => (line, reason),
    }
}

#[test]
fn a_column_is_refused_with_line_and_reason() {
    let text = "name = \"a\"\ntype = \"text\"\n";
    let integer = "name = \"a\"\ntype = \"integer\"\n";
    let choice = "name = \"a\"\ntype = \"choice\"\n";
    for (head, keys, line, reason) in [
        (
            "",
            "type = \"text\"",
            4,
            "a column of table `things` has no name: add `name =",
        ),
        ("name = \"a\"\n", "", 4, "column `a` has no type: add `type ="),
        (
            "name = \"a\"\n",
            "type = \"number\"",
            6,
            "`number` is no column type: use text,",
        ),
        (
            "",
            "name = \"A field\"\ntype = \"text\"",
            5,
            "`A field` is not a name: use a lower-case letter",
        ),
        (
            "",
            "name = \"version\"\ntype = \"text\"",
            5,
            "`version` is reserved",
        ),
        (
            "",
            "name = \"title\"\ntype = \"text\"",
            7,
            "table `things` has column `title` twice",
        ),
        (
            text,
            "requird = true",
            7,
            "unknown key `requird`, expected one of `name`,",
        ),
        (
            text,
            "required = \"yes\"",
            7,
            "invalid type: string \"yes\", expected a boolean",
        ),
        (text, "label = \" \"", 7, "`label` is empty"),
        (
            text,
            "min = 3",
            7,
            "`min` does not go with type text: remove it (it is for integer, real and date)",
        ),
        (text, "unit = \"kg\"", 7, "`unit` does not go with type text"),
        (
            text,
            "choices = [\"a\"]",
            7,
            "`choices` does not go with type text",
        ),
        (
            text,
            "table = \"things\"",
            7,
            "`table` does not go with type text",
        ),
        (
            text,
            "min_length = -1",
            7,
            "`min_length` is a number of characters, 0 or more",
        ),
        (
            text,
            "max_length = 0",
            7,
            "`max_length` is a number of characters, 1 or more",
        ),
        (
            text,
            "min_length = 5\nmax_length = 4",
            8,
            "`min_length` 5 is more than `max_length` 4",
        ),
        (
            text,
            "pattern = \"[A-\"",
            7,
            "`pattern` is no regular expression (unclosed character class)",
        ),
        (
            text,
            "pattern = \"a)|(b\"",
            7,
            "`pattern` is no regular expression (unopened group)",
        ),
        (
            text,
            "pattern_hint = \"x\"",
            7,
            "`pattern_hint` does not go with type text: remove it (it is for text with a pattern)",
        ),
        (
            text,
            "pattern = \"[A-Z]+\"\ndefault = \"abc\"",
            8,
            "`default` breaks the column's own rules: A does not have the required form.",
        ),
        (
            text,
            "required = true\ndefault = \"\"",
            8,
            "`default` breaks the column's own rules: A is required",
        ),
        (text, "default = \"\"", 7, "`default` is empty"),
        (
            text,
            "default = 7",
            7,
            "`default` breaks the column's own rules: A is not a valid text",
        ),
        (
            text,
            "default = [1]",
            7,
            "`default` is no value that a column can have",
        ),
        (
            text,
            "unique = true\ndefault = \"x\"",
            8,
            "a unique column can't have a default",
        ),
        (
            text,
            "merge = \"newest\"",
            7,
            "`newest` is no merge rule: use ask,",
        ),
        (
            text,
            "merge = \"sum\"",
            7,
            "merge rule `sum` is for columns of type integer and real, not text",
        ),
        (
            integer,
            "pattern = \"1\"",
            7,
            "`pattern` does not go with type integer",
        ),
        (integer, "min = 1.5", 7, "`min` must be a whole number"),
        (
            integer,
            "max = 9007199254740992",
            7,
            "`max` must be a whole number, at most 9007199254740991",
        ),
        (integer, "min = 9\nmax = 8", 8, "`min` is more than `max`"),
        (
            integer,
            "max = 8\ndefault = 9",
            8,
            "`default` breaks the column's own rules: A must be 8 or less.",
        ),
        (
            "name = \"a\"\ntype = \"real\"\n",
            "max = nan",
            7,
            "`max` must be a number",
        ),
        (
            "name = \"a\"\ntype = \"date\"\n",
            "min = \"1st of May\"",
            7,
            "`min` must be a day as YYYY-MM-DD",
        ),
        (
            "name = \"a\"\ntype = \"date\"\n",
            "min = 2026-02-02\nmax = 2026-02-01",
            8,
            "`min` is more than `max`",
        ),
        (
            "name = \"a\"\ntype = \"date_time\"\n",
            "default = 2026-02-01T10:00:00",
            7,
            "`default` breaks the column's own rules: A is not a valid date time",
        ),
        (
            "name = \"a\"\ntype = \"boolean\"\n",
            "unique = true",
            7,
            "a column of type boolean can't be unique",
        ),
        (
            "name = \"a\"\ntype = \"location\"\n",
            "default = { lat = 91, lon = 0 }",
            7,
            "`default` breaks the column's own rules",
        ),
        (
            "name = \"a\"\ntype = \"link\"\n",
            "max_length = 9",
            7,
            "`max_length` does not go with type link",
        ),
        (choice, "", 6, "column `a` has no choices: add `choices ="),
        (
            choice,
            "choices = []",
            7,
            "column `a` has no choices: put at least one",
        ),
        (
            choice,
            "choices = [\n  \"x\",\n  \"y\",\n  \"x\"\n]",
            10,
            "choice \"x\" is there twice",
        ),
        (
            choice,
            "choices = [\"x\", \" y\"]",
            7,
            "choice \" y\" is empty or has spaces at its ends",
        ),
        (
            choice,
            "choices = [1]",
            7,
            "expected a choice as \"good\" or { value = \"good\", label = \"Good\" }",
        ),
        (
            choice,
            "choices = [{ value = \"x\", lable = \"X\" }]",
            7,
            "unknown key `lable`",
        ),
        (
            choice,
            "choices = [\"x\"]\ndefault = \"z\"",
            8,
            "`default` breaks the column's own rules: A must be one of the listed choices.",
        ),
        (
            "name = \"a\"\ntype = \"reference\"\n",
            "",
            6,
            "column `a` does not say which table it refers to: add `table =",
        ),
        (
            "name = \"a\"\ntype = \"reference\"\n",
            "table = \"others\"",
            7,
            "column `a` of table `things` refers to table `others`, which does not exist",
        ),
    ] {
        let file = with_column(&format!("{head}{keys}"));
        let (at, said) = refusal(&file);
        assert!(said.contains(reason), "{keys}\n  said: {said}\n  want: {reason}");
        assert_eq!(at, line, "{keys}: {said}");
    }
}

#[test]
fn a_file_is_refused_with_line_and_reason() {
    let head = "[workspace]\nname = \"W\"\n";
    let table = "[[table]]\nname = \"things\"\n";
    let title = "[[table.column]]\nname = \"title\"\ntype = \"text\"\n";
    let flag = "[[table.column]]\nname = \"done\"\ntype = \"boolean\"\n";
    for (file, line, reason) in [
        (
            String::new(),
            1,
            "the workspace has no name: begin the file with `[workspace]`",
        ),
        (
            "\n[workspace]\n".into(),
            2,
            "the workspace has no name: add `name =",
        ),
        (
            "[workspace]\nname = \"\"\n".into(),
            2,
            "the workspace's name is empty",
        ),
        (
            format!("{head}version = 0\n"),
            3,
            "`version` is a whole number from 1",
        ),
        (
            format!("{head}version = \"2\"\n"),
            3,
            "invalid type: string \"2\"",
        ),
        (
            format!("{head}colour = 2\n"),
            3,
            "unknown key `colour`, expected `name` or `version`",
        ),
        (
            format!("{head}[tables]\n"),
            3,
            "unknown key `tables`, expected one of `workspace`, `table`, `notify`",
        ),
        (format!("{head}name = \"again\"\n"), 3, "duplicate key"),
        (format!("{head}[[table]\n"), 3, "table"),
        ("[workspace]\nname = \"W".into(), 2, "invalid basic string"),
        (head.into(), 1, "there are no tables: add one with `[[table]]`"),
        (format!("{head}[[table]]\n{title}"), 3, "the table has no name"),
        (
            format!("{head}[[table]]\nname = \"My things\"\n{title}"),
            4,
            "`My things` is not a name",
        ),
        (
            format!("{head}[[table]]\nname = \"sqlite_things\"\n{title}"),
            4,
            "`sqlite_things` is reserved",
        ),
        (
            format!("{head}{table}"),
            3,
            "table `things` has no columns: add one with `[[table.column]]`",
        ),
        (
            format!("{head}{table}{title}\n{table}{title}"),
            9,
            "table `things` is there twice",
        ),
        (
            format!("{head}{table}merge = \"mine\"\n{title}"),
            5,
            "`mine` is no way to merge a table: use merge, server_wins or client_wins",
        ),
        (
            format!("{head}{table}title = \"name\"\n{title}"),
            5,
            "`title` of table `things` names column `name`, which does not exist",
        ),
        (
            format!("{head}{table}title = \"done\"\n{flag}{title}"),
            5,
            "`title` of table `things` is of type boolean",
        ),
        (
            format!("{head}{table}{flag}"),
            3,
            "table `things` has no column that can name a record",
        ),
    ] {
        let (at, said) = refusal(&file);
        assert!(said.contains(reason), "{file}\n  said: {said}\n  want: {reason}");
        assert_eq!(at, line, "{file}: {said}");
    }
}

#[test]
fn a_table_may_refer_to_one_further_down_and_to_itself() {
    let later = EXAMPLE
        .replace("name = \"fields\"", "name = \"zfields\"")
        .replace("table = \"fields\"", "table = \"harvests\"");
    assert!(parse(&later).is_ok());
}

#[test]
fn what_is_left_out_has_an_obvious_value() {
    let Schema { version, tables, .. } =
        parse(&with_column("name = \"seen_at\"\ntype = \"date_time\"")).unwrap();
    let things = &tables[0];
    assert_eq!(
        (version, things.label.as_str(), things.singular.as_str()),
        (1, "Things", "thing")
    );
    assert_eq!(things.title.as_str(), "title");
    assert_eq!(things.columns[0].label, "Seen at");
    assert_eq!(things.columns[0].merge, None::<MergeRule>);
}

#[test]
fn a_table_says_how_old_clients_see_it() {
    let file = |keys: &str| {
        format!(
            "workspace.name = \"W\"\n[[table]]\nname = \"things\"\n{keys}\n[[table.column]]\nname = \"title\"\ntype = \"text\"\n"
        )
    };
    let offer = |keys: &str| {
        *parse_file(&file(keys))
            .unwrap()
            .table_protocol
            .values()
            .next()
            .unwrap()
    };
    assert_eq!(offer(""), TableProtocol::default());
    assert_eq!(
        offer("table_protocol = { soft_delete = false, page_size = 20, max_top = 100, enabled = false }"),
        TableProtocol {
            enabled: false,
            soft_delete: false,
            page_size: Some(20),
            max_top: Some(100),
        }
    );
    // It is not the devices' business, so it is no part of the schema.
    let same = parse(&file("table_protocol.page_size = 20")).unwrap();
    assert_eq!(same, parse(&file("")).unwrap());
    for (keys, reason) in [
        (
            "table_protocol.page_size = 0",
            "`page_size` is a whole number from 1 to 128000",
        ),
        (
            "table_protocol.max_top = -1",
            "`max_top` is a whole number from 1 to 1000000",
        ),
        ("table_protocol.softdelete = true", "unknown key `softdelete`"),
    ] {
        let (line, told) = refusal(&file(keys));
        assert_eq!(line, 4, "{keys}");
        assert!(told.contains(reason), "{keys}: {told}");
    }
}

#[test]
fn windows_line_ends_do_not_move_the_line() {
    let file = with_column("name = \"a\"\ntype = \"nothing\"").replace('\n', "\r\n");
    assert_eq!(refusal(&file).0, 6);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        if let Err(error) = parse(&text) {
            prop_assert!(error.line >= 1);
        }
    }

    #[test]
    fn no_damaged_file_makes_it_panic(at in 0..EXAMPLE.len(), cut in 0..40_usize, put in "[\\[\\]{}=\"',.#a-z0-9\n -]{0,8}") {
        let end = (at + cut).min(EXAMPLE.len());
        let damaged = format!("{}{put}{}", &EXAMPLE[..at], &EXAMPLE[end..]);
        let lines = u32::try_from(damaged.lines().count()).unwrap();
        match parse(&damaged) {
            Ok(schema) => prop_assert!(!schema.tables.is_empty()),
            Err(error) => prop_assert!((1..=lines + 1).contains(&error.line) && !error.reason.is_empty()),
        }
    }
}
