//! One story of two, and the versions that the server's has.

use super::*;
use landfall_core::id::GroupId;

fn fields(pairs: &[(&str, i64)]) -> Fields {
    pairs
        .iter()
        .map(|(name, n)| (name.parse().unwrap(), Value::Integer(*n)))
        .collect()
}

fn version(name: &str) -> Version {
    Version::new(name).unwrap()
}

/// The server's change `seq`, at ten times that.
fn told(seq: u64, who: &str, kind: OpKind, before: &[(&str, i64)], after: &[(&str, i64)]) -> Told {
    Told {
        seq: Seq(seq),
        version: version(&format!("v{seq}")),
        kind,
        changed_by: who.to_owned(),
        origin: EditOrigin::Edit,
        edited_at: Millis(10 * i64::try_from(seq).unwrap()),
        applied_at: Millis(1_000),
        before: fields(before),
        after: fields(after),
    }
}

fn here(n: i64, at: i64, origin: Origin, who: &str, linked: Option<&str>) -> Local {
    Local {
        n,
        table: "tasks".parse().unwrap(),
        id: "1".parse().unwrap(),
        action: who
            .is_empty()
            .then(|| GroupId::new(format!("action {n}")).unwrap()),
        at: Millis(at),
        made_at: Millis(at),
        who: who.to_owned(),
        origin,
        kind: OpKind::Update,
        before: fields(&[("a", n - 1)]),
        after: fields(&[("a", n)]),
        version: linked.map(version),
        applied_at: linked.map(|_| Millis(1_000)),
        lost: false,
    }
}

fn points(story: &[Item]) -> Vec<String> {
    let point = |item: &Item| match &item.point {
        dto::HistoryPoint::Device { n } => format!("device {n}"),
        dto::HistoryPoint::Server { seq } => format!("server {seq}"),
    };
    story.iter().map(point).collect()
}

#[test]
fn each_change_is_told_once_by_the_side_that_knows_more() {
    let server = [
        told(4, "phone", OpKind::Update, &[("a", 3)], &[("a", 4)]),
        told(3, "laptop", OpKind::Update, &[("a", 1)], &[("a", 3)]),
        told(2, "phone", OpKind::Update, &[("b", 0)], &[("b", 1)]),
        told(1, "", OpKind::Insert, &[], &[("a", 1), ("b", 0)]),
    ];
    let local = vec![
        // Waits.
        here(6, 60, Origin::Edit, "", None),
        // A pull brought version 4.
        here(5, 40, Origin::Remote, "phone", Some("v4")),
        // Two steps of this device, which went as one operation and made version 3.
        here(3, 30, Origin::Edit, "", Some("v3")),
        here(2, 28, Origin::Edit, "", Some("v3")),
        // From before the server was restored: it does not know it any more.
        here(1, 5, Origin::Remote, "tablet", Some("w9")),
    ];
    let story = merged(local.clone(), &server, "laptop");
    assert_eq!(
        points(&story),
        [
            "device 6", "server 4", "device 3", "device 2", "server 2", "server 1", "device 1"
        ]
    );
    assert_eq!(story[5].origin, dto::HistoryOrigin::Import);
    assert!(story[2].here && story[2].who == "laptop");
    assert_eq!(merged(local, &[], "laptop").len(), 5);
    // What people did elsewhere is told as what it was.
    let mut settled = told(5, "phone", OpKind::Update, &[("a", 4)], &[("a", 5)]);
    settled.origin = EditOrigin::Conflict;
    let story = merged(Vec::new(), &[settled], "laptop");
    assert_eq!(story[0].origin, dto::HistoryOrigin::Conflict);
    // A laptop that was set up anew: the server tells what it did before.
    let anew = merged(Vec::new(), &server, "laptop");
    assert!(anew[1].here && anew[1].origin == dto::HistoryOrigin::Edit);
}

#[test]
fn a_change_of_others_that_met_a_waiting_edit_is_told_once() {
    let server = [
        told(4, "phone", OpKind::Update, &[("a", 2)], &[("a", 3)]),
        told(3, "tablet", OpKind::Update, &[("b", 0)], &[("b", 1)]),
    ];
    // One pull brought both, and they did not touch what waits.
    let mut met = here(7, 45, Origin::Merge, "phone", Some("v4"));
    met.after = fields(&[("a", 3), ("b", 1)]);
    assert_eq!(
        points(&merged(vec![met.clone()], &server, "laptop")),
        ["server 4", "server 3"]
    );
    // A rule made another value of both sides: that is told by nobody else.
    met.after = fields(&[("a", 5), ("b", 1)]);
    assert_eq!(
        points(&merged(vec![met.clone()], &server, "laptop")),
        ["device 7", "server 4", "server 3"]
    );
    // What lost is told here alone, too.
    met.after = fields(&[("a", 3)]);
    met.lost = true;
    assert_eq!(merged(vec![met], &server, "laptop").len(), 3);
}

#[test]
fn a_version_is_found_from_wherever_the_record_is_known_whole() {
    let server = [
        told(6, "phone", OpKind::Update, &[("a", 4)], &[("a", 5)]),
        told(5, "phone", OpKind::Insert, &[], &[("a", 4)]),
        told(4, "phone", OpKind::Delete, &[("a", 3), ("b", 1)], &[]),
        told(3, "phone", OpKind::Update, &[("a", 2)], &[("a", 3)]),
        told(2, "phone", OpKind::Update, &[("b", 0)], &[("b", 1)]),
    ];
    let at = |place| version_at(&server, place, None);
    assert_eq!(at(0), Some(fields(&[("a", 5)])));
    assert_eq!(at(2), Some(fields(&[("a", 3), ("b", 1)])), "as it went");
    assert_eq!(
        at(3),
        Some(fields(&[("a", 3), ("b", 1)])),
        "back from the deletion"
    );
    assert_eq!(at(4), Some(fields(&[("a", 2), ("b", 1)])));

    // Cut off, so that only what this device has is whole.
    let updates = [server[0].clone(), server[3].clone(), server[4].clone()];
    assert_eq!(version_at(&updates, 2, None), None);
    let known = (version("v3"), fields(&[("a", 3), ("b", 1), ("c", 9)]));
    assert_eq!(
        version_at(&updates, 2, Some(&known)),
        Some(fields(&[("a", 2), ("b", 1), ("c", 9)]))
    );
    assert_eq!(
        version_at(&updates, 0, Some(&known)),
        Some(fields(&[("a", 5), ("b", 1), ("c", 9)]))
    );
}
