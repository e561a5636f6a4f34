//! The templates that the server brings: their schemas are good, and every row of their sample data keeps the rules. So
//! is the example in the document about schema files.

#![expect(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

use landfall_core::csv_cell::{format_cell, parse_cell};
use landfall_core::id::{ColumnName, RecordId, TableName};
use landfall_core::record::Fields;
use landfall_core::schema::{ColumnKind, Schema, Table};
use landfall_core::schema_file::parse;
use landfall_core::validate::{Author, TableRules};
use landfall_core::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, read_to_string};
use std::path::PathBuf;

type Records = BTreeMap<RecordId, Fields>;

fn template(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../landfall-server/templates")
        .join(file)
}

fn schema(name: &str) -> Schema {
    let text = read_to_string(template(&format!("{name}/landfall.toml"))).unwrap();
    parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Reads a table's sample data; a row that breaks a rule fails the test.
fn sample(table: &Table) -> Records {
    let file = File::open(template(&format!("airfields/{}.csv.gz", table.name))).unwrap();
    let mut csv = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let header = csv.headers().unwrap().clone();
    let rules = TableRules::new(table).unwrap();
    let mut records = Records::new();
    for row in csv.records() {
        let row = row.unwrap();
        let mut cells = header.iter().zip(row.iter());
        let id = RecordId::new(cells.next().unwrap().1).unwrap();
        let mut fields = Fields::new();
        for (name, cell) in cells {
            let column = table.column(&ColumnName::new(name).unwrap()).unwrap();
            let value =
                parse_cell(column, cell).unwrap_or_else(|rule| panic!("{id} {name} {cell}: {rule:?}"));
            assert_eq!(
                parse_cell(column, &format_cell(column, &value)).as_ref(),
                Ok(&value)
            );
            fields.insert(column.name.clone(), value);
        }
        let checked = rules.check_whole(&fields, Author::Person);
        let checked = checked.unwrap_or_else(|errors| panic!("{id}: {errors:?}"));
        assert!(records.insert(id, checked).is_none(), "an id stands there twice");
    }
    records
}

#[test]
fn the_todo_template_is_the_record_of_the_talk() {
    let schema = schema("todo");
    let columns: Vec<_> = schema.tables[0]
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(schema.tables[0].name.as_str(), "todo_items");
    assert_eq!(columns, ["text", "notes", "complete"]);
}

#[test]
fn the_airfields_template_has_every_kind_of_column() {
    let schema = schema("airfields");
    let columns = schema.tables.iter().flat_map(|table| &table.columns);
    let kinds: BTreeSet<_> = columns.map(|column| column.kind.word()).collect();
    assert_eq!(kinds.len(), 12, "{kinds:?}");
}

#[test]
fn the_sample_data_keeps_the_rules() {
    let schema = schema("airfields");
    let tables: BTreeMap<&TableName, Records> = schema
        .tables
        .iter()
        .map(|table| (&table.name, sample(table)))
        .collect();
    let counts: Vec<_> = schema
        .tables
        .iter()
        .map(|table| tables[&table.name].len())
        .collect();
    assert_eq!(counts, [28_298, 400, 250]);

    for table in &schema.tables {
        for column in &table.columns {
            let values = tables[&table.name]
                .values()
                .filter_map(|fields| fields.get(&column.name));
            if let ColumnKind::Reference { table: target } = &column.kind {
                for value in values.clone() {
                    let id = RecordId::new(value.as_text().unwrap()).unwrap();
                    assert!(tables[target].contains_key(&id), "{} {id}", column.name);
                }
            }
            if column.unique {
                let mut texts: Vec<_> = values.filter_map(Value::as_text).collect();
                let count = texts.len();
                texts.sort_unstable();
                texts.dedup();
                assert_eq!(texts.len(), count, "{} is not unique", column.name);
            }
        }
    }
    let title_is_a_sample = |table: &str| {
        let table = schema
            .tables
            .iter()
            .find(|other| other.name.as_str() == table)
            .unwrap();
        let mut records = tables[&table.name].values();
        records.all(|fields| fields[&table.title].as_text().unwrap().starts_with("Sample: "))
    };
    assert!(title_is_a_sample("inspections") && title_is_a_sample("defects"));
}

#[test]
fn the_example_in_the_document_is_good() {
    let document = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/SCHEMA.md");
    let document = read_to_string(document).unwrap();
    let examples = document
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    let names: Vec<_> = examples.map(|example| parse(example).unwrap().name).collect();
    assert_eq!(names, ["Farm"]);
}
