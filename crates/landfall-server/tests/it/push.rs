//! Push: an operation is applied once, conflicts and rejections change nothing, groups are all or none.

use crate::world::*;
use landfall_core::id::Millis;
use landfall_core::outbox::OpKind;
use landfall_core::value::Value;
use landfall_protocol::history::History;
use landfall_protocol::push::{Op, Outcome, PushRequest, code};

async fn history(device: &Device, id: &str) -> History {
    let path = format!("/v1/records/airfields/{id}/history");
    device.get(&path).send().await.unwrap().json().await.unwrap()
}

fn rejection(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Rejected(refusal) => &refusal.code,
        other => panic!("not rejected: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_goes_from_the_laptop_to_the_phone() {
    let server = Server::start().await;
    let (laptop, phone) = (server.device("laptop"), server.device("phone"));

    // The laptop makes an airfield and changes it.
    let version = laptop.applied(insert_airfield("op-101", "a-101", "Aosta")).await;
    let newer = laptop
        .applied(rename_airfield("op-102", "a-101", &version, "Aosta C.G."))
        .await;
    assert_ne!(version, newer);

    // The phone gets it once, as it is now.
    let pages = phone.pull("").await;
    assert_eq!(pages.len(), 1);
    let records = &pages[0].records[&table("airfields")];
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].version, newer);
    assert_eq!(records[0].changed_by, "laptop");
    assert_eq!(records[0].fields, fields(&[("name", "Aosta C.G.".into())]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_sent_twice_is_applied_once() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let insert = insert_airfield("op-111", "a-111", "Bern");

    // The answer to the first was lost; the laptop sends it again, and again among others.
    let first = laptop.push(vec![insert.clone()]).await;
    server.clock.advance(std::time::Duration::from_secs(60));
    let again = laptop
        .push(vec![insert.clone(), insert_airfield("op-112", "a-112", "Chur")])
        .await;
    assert_eq!(first[0], again[0]);
    assert_eq!(history(&laptop, "a-111").await.entries.len(), 1);

    // It has the answer on disk; the server forgets. What comes now is another insert of what is there.
    let ack = PushRequest {
        ops: Vec::new(),
        acked: vec![insert.op_id.clone()],
    };
    laptop.push_request(&ack).await;
    let open: Vec<u32> = server
        .workspace
        .devices()
        .unwrap()
        .iter()
        .map(|device| device.open_answers)
        .collect();
    assert_eq!(open, [1]);
    assert!(matches!(
        &laptop.push(vec![insert]).await[0],
        Outcome::Conflict { current: Some(_) }
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_insert_that_comes_again_when_its_tombstone_is_gone_brings_nothing_back() {
    let server = Server::start().await;
    let (laptop, phone) = (server.device("laptop"), server.device("phone"));
    let insert = insert_airfield("op-211", "a-211", "Bern");
    // A laptop whose clock is ahead.
    let early = Op {
        edited_at: Millis(server.clock.now().0 + 3_600_000),
        ..insert_airfield("op-212", "a-212", "Chur")
    };
    let sent = vec![insert.clone(), early.clone()];
    let first = laptop.push(sent.clone()).await;
    let ack = PushRequest {
        ops: Vec::new(),
        acked: sent.iter().map(|op| op.op_id.clone()).collect(),
    };
    laptop.push_request(&ack).await;
    for (op, outcome) in sent.iter().zip(&first) {
        let Outcome::Applied { version, .. } = outcome else {
            panic!("{outcome:?}");
        };
        let delete = format!("op-delete-{}", op.id);
        phone
            .applied(delete_airfield(&delete, op.id.as_str(), version))
            .await;
    }
    server.clock.advance(std::time::Duration::from_secs(86_400));
    let cutoff = Millis(server.clock.now().0 - 1_000);
    assert_eq!(server.workspace.purge_tombstones(cutoff).unwrap(), 2);

    // A proxy delivers the laptop's request a second time, a day later.
    assert_eq!(laptop.push(sent).await, first);
    let live = laptop.pull("").await;
    assert!(live.iter().all(|page| page.records.is_empty()), "{live:?}");
    assert_eq!(history(&laptop, "a-211").await.entries.len(), 2);

    // Who makes the record anew does so at another moment, or is somebody else: that is no repetition.
    let anew = Op {
        edited_at: Millis(insert.edited_at.0 + 1),
        ..insert_airfield("op-213", "a-211", "Bern")
    };
    laptop.applied(anew).await;
    phone.applied(insert_airfield("op-214", "a-212", "Chur")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_op_id_of_another_device_is_another_operation() {
    let server = Server::start().await;
    let (laptop, phone) = (server.device("laptop"), server.device("phone"));
    laptop.applied(insert_airfield("op-121", "a-121", "Davos")).await;
    phone.applied(insert_airfield("op-121", "a-122", "Elm")).await;
    assert_eq!(history(&laptop, "a-122").await.entries[0].changed_by, "phone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_an_old_version_is_a_conflict_and_carries_the_servers_record() {
    let server = Server::start().await;
    let (laptop, phone) = (server.device("laptop"), server.device("phone"));
    let base = laptop.applied(insert_airfield("op-131", "a-131", "Flims")).await;
    let theirs = phone
        .applied(rename_airfield("op-231", "a-131", &base, "Flims East"))
        .await;

    let outcomes = laptop
        .push(vec![
            rename_airfield("op-132", "a-131", &base, "Flims West"),
            delete_airfield("op-133", "a-131", &base),
            insert_airfield("op-134", "a-131", "Flims"),
            op(
                "op-135",
                OpKind::Update,
                "airfields",
                "a-131",
                &[("name", "Flims".into())],
            ),
        ])
        .await;
    for outcome in &outcomes {
        let Outcome::Conflict {
            current: Some(current),
        } = outcome
        else {
            panic!("{outcome:?}");
        };
        assert_eq!(current.version, theirs);
        assert_eq!(current.changed_by, "phone");
    }
    // Nothing of it was applied, and made on the new version it is.
    assert_eq!(history(&laptop, "a-131").await.entries.len(), 2);
    laptop
        .applied(rename_airfield("op-132", "a-131", &theirs, "Flims West"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deletions_are_tombstones_and_can_be_taken_back() {
    let server = Server::start().await;
    let (laptop, phone) = (server.device("laptop"), server.device("phone"));
    let base = laptop.applied(insert_airfield("op-141", "a-141", "Glarus")).await;
    let tombstone = laptop.applied(delete_airfield("op-142", "a-141", &base)).await;

    // The phone deletes it too, on the old version: that is what it wants. An edit of it is a conflict.
    assert_eq!(
        phone.applied(delete_airfield("op-241", "a-141", &base)).await,
        tombstone
    );
    let edit = phone
        .push(vec![rename_airfield("op-242", "a-141", &base, "Glarus Nord")])
        .await;
    assert!(matches!(&edit[0], Outcome::Conflict { current: Some(record) } if record.deleted));

    // An insert without the tombstone's version is a conflict; with it the record comes back.
    let blind = phone
        .push(vec![insert_airfield("op-243", "a-141", "Glarus")])
        .await;
    assert!(matches!(&blind[0], Outcome::Conflict { current: Some(record) } if record.deleted));
    phone
        .applied(on(&tombstone, insert_airfield("op-244", "a-141", "Glarus")))
        .await;

    let kinds: Vec<OpKind> = history(&phone, "a-141")
        .await
        .entries
        .iter()
        .map(|entry| entry.kind)
        .collect();
    assert_eq!(kinds, [OpKind::Insert, OpKind::Delete, OpKind::Insert]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_can_be_deleted_but_not_updated() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let lost = landfall_core::id::Version::new("0badcafe.7").unwrap();
    let outcomes = laptop
        .push(vec![
            delete_airfield("op-151", "a-151", &lost),
            rename_airfield("op-152", "a-152", &lost, "Nowhere"),
            op(
                "op-153",
                OpKind::Update,
                "airfields",
                "a-153",
                &[("name", "Nowhere".into())],
            ),
        ])
        .await;
    assert!(matches!(outcomes[0], Outcome::Applied { .. }));
    assert_eq!(outcomes[1], Outcome::Conflict { current: None });
    assert_eq!(rejection(&outcomes[2]), code::NO_SUCH_RECORD);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_rule_is_rejected_per_field() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let airfield = |op_id: &str, id: &str, pairs: &[(&str, Value)]| {
        let named: Vec<_> = [("name", Value::from("Haslital"))]
            .iter()
            .chain(pairs)
            .cloned()
            .collect();
        op(op_id, OpKind::Insert, "airfields", id, &named)
    };
    laptop
        .applied(airfield("op-161", "a-161", &[("code", "HAS".into())]))
        .await;
    let outcomes = laptop
        .push(vec![
            airfield(
                "op-162",
                "a-162",
                &[
                    ("elevation", Value::Integer(9_001)),
                    ("website", "javascript:1".into()),
                ],
            ),
            airfield("op-163", "a-163", &[("code", "HAS".into())]),
            airfield("op-164", "a-164", &[("source", "me".into())]),
            airfield("op-165", "a-165", &[("colour", "red".into())]),
            op(
                "op-166",
                OpKind::Insert,
                "inspections",
                "i-166",
                &[("summary", "x".into()), ("airfield", "a-0".into())],
            ),
            op("op-167", OpKind::Insert, "runways", "r-167", &[]),
            airfield("op-168", "a-168", &[("code", "HAZ".into())]),
        ])
        .await;
    insta::assert_json_snapshot!("rejections", outcomes[..6]);
    // One that is refused does not hold up the next.
    assert!(matches!(outcomes[6], Outcome::Applied { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_value_from_an_import_does_not_stand_in_a_persons_way() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    // The default of a read-only column is the schema's own value.
    let insert = op(
        "op-171",
        OpKind::Insert,
        "airfields",
        "a-171",
        &[("name", "Ilanz".into()), ("source", "device".into())],
    );
    let base = laptop.applied(insert.clone()).await;
    let base = laptop
        .applied(rename_airfield("op-172", "a-171", &base, "Ilanz/Glion"))
        .await;
    let tombstone = laptop.applied(delete_airfield("op-173", "a-171", &base)).await;
    let back = Op {
        op_id: landfall_core::id::OpId::new("op-174").unwrap(),
        ..insert
    };
    laptop.applied(on(&tombstone, back)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_applied_all_or_none() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let inspection = |op_id: &str, id: &str, airfield: &str| {
        op(
            op_id,
            OpKind::Insert,
            "inspections",
            id,
            &[("summary", "ok".into()), ("airfield", airfield.into())],
        )
    };

    // The second of three fails: it has its answer, the others are held, what stands outside is applied.
    let outcomes = laptop
        .push(vec![
            insert_airfield("op-181", "a-181", "Jenins"),
            grouped("g-1", insert_airfield("op-182", "a-182", "Klosters")),
            grouped("g-1", inspection("op-183", "i-183", "a-nowhere")),
            grouped("g-1", insert_airfield("op-184", "a-184", "Landquart")),
            grouped("g-2", insert_airfield("op-185", "a-185", "Malans")),
            grouped("g-2", inspection("op-186", "i-186", "a-185")),
        ])
        .await;
    assert!(matches!(outcomes[0], Outcome::Applied { .. }));
    assert_eq!(outcomes[1], Outcome::Held);
    assert_eq!(rejection(&outcomes[2]), code::PARENT_MISSING);
    assert_eq!(outcomes[3], Outcome::Held);
    assert!(matches!(outcomes[4], Outcome::Applied { .. }));
    assert!(matches!(outcomes[5], Outcome::Applied { .. }));

    // Nothing of the first group is there, and the sums know it: 181, 185 and the inspection.
    let last = laptop.pull("").await.pop().unwrap().last.unwrap();
    assert_eq!(
        (last[&table("airfields")].count, last[&table("inspections")].count),
        (2, 1)
    );
    assert_eq!(server.workspace.examine().unwrap().faults, Vec::<String>::new());

    // What was held is not remembered: corrected, the group goes through under the same op ids.
    let outcomes = laptop
        .push(vec![
            grouped("g-1", insert_airfield("op-182", "a-182", "Klosters")),
            grouped("g-1", inspection("op-183", "i-183", "a-182")),
            grouped("g-1", insert_airfield("op-184", "a-184", "Landquart")),
        ])
        .await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Applied { .. }))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_group_may_have_more_operations_than_a_push_and_several_may_not() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let inserts = |group: &str, from: usize| -> Vec<Op> {
        let insert =
            |n: usize| insert_airfield(&format!("op-{}", 400 + n), &format!("a-{}", 400 + n), "Bern");
        (from..from + 51).map(|n| grouped(group, insert(n))).collect()
    };
    let outcomes = laptop.push(inserts("group-41", 0)).await;
    assert_eq!(outcomes.len(), 51);
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Applied { .. }))
    );

    let mut ops = inserts("group-42", 100);
    ops.push(insert_airfield("op-600", "a-600", "Chur"));
    let loose = inserts("group-43", 200)
        .into_iter()
        .map(|op| Op { group: None, ..op });
    for ops in [ops, loose.collect()] {
        let request = PushRequest {
            ops,
            acked: Vec::new(),
        };
        let response = laptop.post("/v1/push").json(&request).send().await.unwrap();
        assert_eq!(response.status(), 413);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_changes_nothing_makes_no_version() {
    let server = Server::start().await;
    let laptop = server.device("laptop");
    let base = laptop
        .applied(insert_airfield("op-191", "a-191", "Nufenen"))
        .await;
    assert_eq!(
        laptop
            .applied(rename_airfield("op-192", "a-191", &base, "Nufenen"))
            .await,
        base
    );
    assert_eq!(history(&laptop, "a-191").await.entries.len(), 1);
}
