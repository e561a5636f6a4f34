//! Import and export: what a file says is there afterwards, once.

use crate::world::surroundings;
use landfall_server::export::{self, Format};
use landfall_server::import::{self, Import, Report};
use landfall_server::{Error, Workspace};
use proptest::prelude::*;
use std::io::Cursor;
use tempfile::TempDir;

/// People with a code and a superior, who is one of them.
const PEOPLE: &str = r#"
[workspace]
name = "People"
version = 1
[[table]]
name = "people"
title = "name"
[[table.column]]
name = "name"
type = "text"
required = true
[[table.column]]
name = "code"
type = "text"
unique = true
[[table.column]]
name = "superior"
type = "reference"
table = "people"
[[table.column]]
name = "active"
type = "boolean"
default = true
[[table.column]]
name = "source"
label = "Where from"
type = "text"
read_only = true
"#;

struct Office {
    _dir: TempDir,
    workspace: Workspace,
}

impl Office {
    fn new(schema: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let workspace = Workspace::create(dir.path(), schema, surroundings().1).unwrap();
        Self { _dir: dir, workspace }
    }

    fn import_with(&self, import: Import, csv: &str) -> Result<Report, Error> {
        let report = import::run(&self.workspace, import, Cursor::new(csv.to_owned()));
        assert_eq!(self.workspace.examine().unwrap().faults, Vec::<String>::new());
        report
    }

    fn import(&self, table: &str, csv: &str) -> Result<Report, Error> {
        self.import_with(
            Import {
                table: table.into(),
                ..Import::default()
            },
            csv,
        )
    }

    fn export(&self, table: &str, format: Format) -> String {
        let mut text = Vec::new();
        export::run(&self.workspace, table, format, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    /// (made, changed, unchanged)
    fn counts(&self, csv: &str) -> (u64, u64, u64) {
        let report = self.import("people", csv).unwrap();
        (report.made, report.changed, report.unchanged)
    }
}

/// The lines that were refused.
fn refused(result: Result<Report, Error>) -> Vec<String> {
    match result {
        Err(Error::Import { faults, .. }) => faults.first.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let office = Office::new(PEOPLE);
    let file = "ID,Name,where FROM\np-1,Ada,list\np-2,Bo,\n";
    assert_eq!(office.counts(file), (2, 0, 0));
    assert_eq!(office.counts(file), (0, 0, 2));
    // Changed where the file says otherwise; columns that it does not have stay.
    assert_eq!(office.counts("id,name\np-1,Ada L.\np-2,Bo\n"), (0, 1, 1));
    let csv = office.export("people", Format::Csv);
    assert_eq!(
        csv,
        "id,name,code,superior,active,source\np-1,Ada L.,,,true,list\np-2,Bo,,,true,\n"
    );
    // An empty cell takes a value away.
    assert_eq!(office.counts("id,active\np-1,\n"), (0, 1, 0));
    assert!(
        office
            .export("people", Format::Csv)
            .contains("p-1,Ada L.,,,,list\n")
    );
}

#[test]
fn lines_may_stand_before_those_that_they_need() {
    let office = Office::new(PEOPLE);
    assert_eq!(
        office.counts("id,name,superior,code\np-3,Cy,p-2,C\np-2,Bo,p-1,B\np-1,Ada,,A\n"),
        (3, 0, 0)
    );
    // A code moves on from one to the next.
    assert_eq!(office.counts("id,code\np-3,B\np-2,A\np-1,\n"), (0, 3, 0));
    let faults = refused(office.import(
        "people",
        "id,name,superior,code\np-4,Di,p-9,\np-5,Ed,p-4,\np-6,Flo,,A\n",
    ));
    insta::assert_debug_snapshot!("lines_that_wait_for_nothing", faults);
    assert_eq!(office.counts("id,name\n"), (0, 0, 0));
}

#[test]
fn a_file_is_taken_whole_or_not_at_all_unless_told_otherwise() {
    let office = Office::new(PEOPLE);
    let file = "id,name,active\np-1,Ada,yes\np-2,,perhaps\np-3,,no\np-1,Ada again,no\np-4,Di,no,more\n";
    insta::assert_debug_snapshot!("refused_lines", refused(office.import("people", file)));
    assert_eq!(office.export("people", Format::Ndjson), "");

    let import = Import {
        table: "people".into(),
        keep_going: true,
        ..Import::default()
    };
    let report = office.import_with(import, file).unwrap();
    assert_eq!((report.lines, report.made, report.faults.count), (5, 1, 4));
    assert_eq!(
        office.export("people", Format::Ndjson),
        "{\"id\":\"p-1\",\"active\":true,\"name\":\"Ada\"}\n"
    );
}

#[test]
fn the_first_faults_are_kept_and_the_rest_are_counted() {
    let office = Office::new(PEOPLE);
    let lines: String = (0..30).map(|n| format!("p-{n},\n")).collect();
    let Err(Error::Import { lines, faults }) = office.import("people", &format!("id,name\n{lines}")) else {
        panic!();
    };
    assert_eq!((lines, faults.count, faults.first.len()), (30, 30, 20));
}

#[test]
fn another_column_can_tell_records_apart() {
    let office = Office::new(PEOPLE);
    let by = |column: &str| Import {
        table: "people".into(),
        id_column: Some(column.into()),
        ..Import::default()
    };
    // A column of the table is both; one that is not is the id alone.
    office.import_with(by("CODE"), "name,code\nAda,A\n").unwrap();
    office
        .import_with(by("staff no"), "staff no,name\n17,Bo\n")
        .unwrap();
    let csv = office.export("people", Format::Csv);
    assert!(csv.ends_with("17,Bo,,,true,\nA,Ada,A,,true,\n"), "{csv}");
    assert!(matches!(
        office.import_with(by("number"), "id,name\n1,Cy\n"),
        Err(Error::ImportFile(_))
    ));
}

#[test]
fn an_export_imported_elsewhere_is_the_same_export() {
    let schema = crate::world::SCHEMA;
    let office = Office::new(schema);
    let airfields = "id,name,code,elevation,place,source,surfaces,website\n\
         a b,\"Quote \"\" and, comma\nand line\",AB,-12,-0.000001 179.5,file,water;asphalt,https://example.org\n\
         ünï,  spaces  ,,,,,,\n";
    let inspections = "id,airfield,summary,notes,closed,condition,day,inspected_at,slope\n\
         i,a b,S,\"\r\n\",false,poor,2026-11-23,2026-11-23T12:00:00+02:00,0.30000000000000004\n";
    office.import("airfields", airfields).unwrap();
    office.import("inspections", inspections).unwrap();

    let branch = Office::new(schema);
    for table in ["airfields", "inspections"] {
        let csv = office.export(table, Format::Csv);
        branch.import(table, &csv).unwrap();
        assert_eq!(branch.export(table, Format::Csv), csv);
        assert_eq!(
            branch.export(table, Format::Ndjson),
            office.export(table, Format::Ndjson)
        );
        insta::assert_snapshot!(format!("exported_{table}"), csv);
        let again = office.import(table, &csv).unwrap();
        assert_eq!((again.made, again.changed), (0, 0));
    }
}

#[test]
fn both_templates_can_be_made() {
    for template in landfall_server::template::TEMPLATES {
        let dir = TempDir::new().unwrap();
        let (workspace, imported) =
            landfall_server::template::make(&template, dir.path(), surroundings().1).unwrap();
        assert!(imported.iter().all(|(_, report)| report.made == report.lines));
        assert_eq!(workspace.examine().unwrap().faults, Vec::<String>::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_write_comes_back(
        rows in prop::collection::vec((any::<String>(), any::<Option<f64>>(), any::<Option<(f32, f32)>>()), 1..20)
    ) {
        let schema = "[workspace]\nname = \"W\"\nversion = 1\n[[table]]\nname = \"notes\"\n\
            [[table.column]]\nname = \"text\"\ntype = \"long_text\"\n\
            [[table.column]]\nname = \"number\"\ntype = \"real\"\n\
            [[table.column]]\nname = \"place\"\ntype = \"location\"\n";
        let mut file = csv::Writer::from_writer(Vec::new());
        file.write_record(["id", "text", "number", "place"]).unwrap();
        for (n, (text, number, place)) in rows.iter().enumerate() {
            let number = number.filter(|number| number.is_finite());
            let place = place.map(|(lat, lon)| format!("{} {}", lat.sin() * 90.0, lon.sin() * 180.0));
            let place = place.filter(|place| !place.contains("NaN"));
            file.write_record([
                &format!("n-{n:02}"),
                text,
                &number.map_or_else(String::new, |number| number.to_string()),
                &place.unwrap_or_default(),
            ]).unwrap();
        }
        let file = String::from_utf8(file.into_inner().unwrap()).unwrap();

        let office = Office::new(schema);
        office.import("notes", &file).unwrap();
        let csv = office.export("notes", Format::Csv);
        let expected: Vec<String> = rows
            .iter()
            .map(|(text, ..)| if text.trim().is_empty() { String::new() } else { text.clone() })
            .collect();
        let texts: Vec<String> = csv::Reader::from_reader(csv.as_bytes())
            .records()
            .map(|record| record.unwrap()[1].to_owned())
            .collect();
        prop_assert_eq!(texts, expected);

        let branch = Office::new(schema);
        branch.import("notes", &csv).unwrap();
        prop_assert_eq!(branch.export("notes", Format::Ndjson), office.export("notes", Format::Ndjson));
        prop_assert_eq!(office.import("notes", &csv).unwrap().unchanged, rows.len() as u64);
    }
}
