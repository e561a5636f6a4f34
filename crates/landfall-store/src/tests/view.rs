//! Lists: order, filters, search.

use super::world::*;
use crate::{Condition, Edit, Error, MarkFilter, Operator, SortColumn, ViewSpec};
use landfall_core::value::Value;

fn filled() -> Device {
    let mut server = Server::default();
    for (record, name, ident, elevation, surface, tags) in [
        ("vi-1", "Zürich", "LSZH", Some(1416), Some("good"), vec!["lit"]),
        (
            "vi-2",
            "åre Östersund",
            "ESNZ",
            Some(1233),
            None,
            vec!["grass", "lit"],
        ),
        ("vi-3", "Ålesund Vigra", "ENAL", Some(69), Some("bad"), vec![]),
        ("vi-4", "bern Belp", "LSZB", None, Some("good"), vec!["grass"]),
        ("vi-5", "St. Gallen-Altenrhein", "LSZR", Some(1306), None, vec![]),
    ] {
        let mut values = fields(&[
            ("name", name.into()),
            ("ident", ident.into()),
            ("notes", format!("Runway of {ident}").as_str().into()),
        ]);
        if let Some(elevation) = elevation {
            values.insert(column("elevation"), Value::Integer(elevation));
        }
        if let Some(surface) = surface {
            values.insert(column("surface"), surface.into());
        }
        if !tags.is_empty() {
            values.insert(
                column("tags"),
                Value::List(tags.into_iter().map(str::to_owned).collect()),
            );
        }
        server.change(record, values);
    }
    let laptop = Device::new("laptop");
    laptop.pull(&server);
    laptop
}

fn ids(laptop: &Device, spec: &ViewSpec) -> Vec<String> {
    let rows = laptop.store.open_view(spec).unwrap();
    let ids = laptop.store.record_ids(&spec.table, &rows).unwrap();
    ids.into_iter()
        .map(|id| id.to_string().replace("vi-", ""))
        .collect()
}

fn all() -> ViewSpec {
    ViewSpec::all(airfields())
}

#[test]
fn the_order_is_a_persons() {
    let laptop = filled();
    assert_eq!(
        ids(&laptop, &all()),
        ["3", "2", "4", "5", "1"],
        "without case and accents"
    );
    let by = |name: &str, descending| ViewSpec {
        sort: vec![(SortColumn::Column(column(name)), descending)],
        ..all()
    };
    assert_eq!(ids(&laptop, &by("name", true)), ["1", "5", "4", "2", "3"]);
    assert_eq!(
        ids(&laptop, &by("elevation", false)),
        ["3", "2", "5", "1", "4"],
        "no value comes last"
    );
    assert_eq!(
        ids(&laptop, &by("elevation", true)),
        ["1", "5", "2", "3", "4"],
        "either way"
    );
    assert_eq!(
        ids(&laptop, &by("surface", false)),
        ["4", "1", "3", "2", "5"],
        "in the order of the choices"
    );
    let newest = ViewSpec {
        sort: vec![(SortColumn::UpdatedAt, true)],
        ..all()
    };
    assert_eq!(ids(&laptop, &newest)[0], "5");

    let inspect = |record: &str, airfield: &str| Edit::Insert {
        table: inspections(),
        id: id(record),
        fields: fields(&[("summary", record.into()), ("airfield", airfield.into())]),
    };
    laptop
        .store
        .edit(vec![
            inspect("in-1", "vi-1"),
            inspect("in-2", "vi-3"),
            inspect("in-3", "vi-4"),
        ])
        .unwrap();
    let by_airfield = ViewSpec {
        sort: vec![(SortColumn::Column(column("airfield")), false)],
        ..ViewSpec::all(inspections())
    };
    assert_eq!(
        ids(&laptop, &by_airfield),
        ["in-2", "in-3", "in-1"],
        "references by the title they show"
    );
    let titles = laptop
        .store
        .titles(&airfields(), &[id("vi-4"), id("nobody")])
        .unwrap();
    assert_eq!(titles.into_values().collect::<Vec<_>>(), ["bern Belp"]);
}

#[test]
fn conditions_hold_together() {
    let laptop = filled();
    let with = |name: &str, operator, value: Value| ViewSpec {
        conditions: vec![Condition {
            column: column(name),
            operator,
            value,
        }],
        ..all()
    };
    let found = |name: &str, operator, value: Value| {
        let mut found = ids(&laptop, &with(name, operator, value));
        found.sort();
        found
    };
    assert_eq!(found("surface", Operator::Is, "good".into()), ["1", "4"]);
    assert_eq!(found("surface", Operator::IsNot, "good".into()), ["2", "3", "5"]);
    assert_eq!(found("tags", Operator::Is, "lit".into()), ["1", "2"]);
    assert_eq!(found("tags", Operator::IsNot, "lit".into()), ["3", "4", "5"]);
    assert_eq!(found("name", Operator::Contains, "SUND".into()), ["2", "3"]);
    assert_eq!(
        found("elevation", Operator::Less, Value::Integer(1300)),
        ["2", "3"]
    );
    assert_eq!(
        found("elevation", Operator::Greater, Value::Real(1305.0)),
        ["1", "5"]
    );
    assert_eq!(found("elevation", Operator::IsEmpty, Value::Null), ["4"]);
    assert_eq!(found("elevation", Operator::IsNotEmpty, Value::Null).len(), 4);
    assert!(matches!(
        laptop
            .store
            .open_view(&with("elevation", Operator::Less, "high".into())),
        Err(Error::Invalid(_))
    ));
    assert!(matches!(
        laptop
            .store
            .open_view(&with("nothing", Operator::IsEmpty, Value::Null)),
        Err(Error::Invalid(_))
    ));
}

#[test]
fn every_word_typed_begins_a_word() {
    let laptop = filled();
    let search = |typed: &str| {
        ids(
            &laptop,
            &ViewSpec {
                search: typed.into(),
                ..all()
            },
        )
    };
    assert_eq!(search("zur"), ["1"]);
    assert_eq!(search("ZÜR"), ["1"]);
    assert_eq!(search("alesund vig"), ["3"]);
    assert_eq!(search("gall"), ["5"]);
    assert_eq!(search("st.gallen"), ["5"]);
    assert_eq!(search("lsz").len(), 3);
    assert_eq!(search("run lszb"), ["4"], "any text of the record");
    assert_eq!(search("b"), ["4"], "one letter");
    assert_eq!(search("ä"), ["3", "2", "5"], "titles that begin so come first");
    assert!(search("llen").is_empty());
    assert_eq!(
        search("\"zur OR *"),
        Vec::<String>::new(),
        "what is typed is no query language"
    );
    assert_eq!(search("  ").len(), 5);

    laptop.set("vi-1", "name", "Kloten");
    assert!(search("zur").is_empty());
    assert_eq!(search("klo"), ["1"]);
    let deletion = laptop.delete("vi-1");
    assert!(search("klo").is_empty());
    laptop.store.undo(&deletion.action).unwrap();
    assert_eq!(search("klo"), ["1"]);
    let found = laptop.store.search_titles(&airfields(), "ls", 2).unwrap();
    assert_eq!(
        (found.len(), found[0].title.as_str(), found[0].detail.as_str()),
        (2, "bern Belp", "LSZB")
    );
    assert_eq!(laptop.store.search_titles(&airfields(), "", 50).unwrap().len(), 5);
}

#[test]
fn chips_count_and_filter_the_same_records() {
    let laptop = filled();
    laptop.set("vi-1", "closed", Value::Boolean(true));
    laptop.delete("vi-2");
    let chip = |mark| {
        ids(
            &laptop,
            &ViewSpec {
                mark: Some(mark),
                ..all()
            },
        )
    };
    assert_eq!(chip(MarkFilter::Waiting), ["1"]);
    assert!(chip(MarkFilter::Conflict).is_empty() && chip(MarkFilter::Refused).is_empty());
    let counts = laptop.store.counts(&airfields()).unwrap();
    assert_eq!((counts.total, counts.waiting), (4, 1));
    assert!(chip(MarkFilter::ChangedByOthers).is_empty());

    // A row that was deleted after the view was opened keeps its place, without long text.
    let rows = laptop.store.open_view(&all()).unwrap();
    laptop.delete("vi-4");
    let shown = laptop.store.view_rows(&airfields(), &rows).unwrap();
    assert_eq!(shown.len(), 4);
    assert!(shown[1].deleted && !shown[0].deleted);
    assert!(!shown[0].fields.contains_key(&column("notes")));
    laptop.store.visited(&airfields()).unwrap();
}
