//! One canonical example of every wire type. The snapshots below pin their JSON, and `docs/PROTOCOL.md` shows it: a
//! change of the wire can't happen unseen.
//!
//! The story: Ana's laptop and Ben's phone keep one workspace. Ana inspects Vienna and finds a defect, Ben fixes it.

use crate::error::{ErrorBody, ErrorCode};
use crate::history::{History, HistoryEntry};
use crate::pull::{Cursor, Page};
use crate::push::{Op, OpResult, Outcome, PushRequest, PushResponse, code};
use crate::wake::{
    Channel, Channels, HELLO, Hello, Installation, InstallationRequest, Notify, Platform, PushedWake,
    TestReport, WAKE, Wake,
};
use crate::workspace::{Device, Health, Limits, Workspace};
use landfall_core::checksum::TableSum;
use landfall_core::id::{ColumnName, DeviceId, GroupId, Millis, OpId, Seq, TableName, Version};
use landfall_core::outbox::{EditOrigin, OpKind, Refusal};
use landfall_core::record::{Fields, Patch, Record};
use landfall_core::schema::Schema;
use landfall_core::validate::{FieldError, Rule};
use landfall_core::value::Value;
use std::collections::BTreeMap;

const EPOCH: &str = "e3b0c442";
/// 2026-11-23T10:41:00Z.
const NOON: Millis = Millis(1_795_430_460_000);

fn later(seconds: i64) -> Millis {
    Millis(NOON.0 + seconds * 1000)
}

fn made<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a name or id")
}

fn fields(pairs: &[(&str, Value)]) -> Fields {
    pairs
        .iter()
        .map(|(name, value)| (made::<ColumnName>(name), value.clone()))
        .collect()
}

fn op_id(number: u32) -> OpId {
    made(&format!("019ab013-67e0-7000-8000-{number:012}"))
}

pub(crate) fn schema() -> Schema {
    landfall_core::schema_file::parse(
        r#"
        [workspace]
        name = "Airfield inspections"
        version = 4
        [[table]]
        name = "defects"
        [[table.column]]
        name = "summary"
        type = "text"
        required = true
        max_length = 120
        [[table.column]]
        name = "airfield"
        type = "reference"
        table = "airfields"
        [[table.column]]
        name = "fixed"
        type = "boolean"
        default = false
        [[table]]
        name = "airfields"
        [[table.column]]
        name = "name"
        type = "text"
        "#,
    )
    .expect("a good schema")
}

pub(crate) fn workspace() -> Workspace {
    Workspace {
        protocol: crate::VERSION,
        server_version: "0.1.0".into(),
        epoch: EPOCH.into(),
        schema: schema(),
        limits: Limits {
            push_ops: 500,
            body_bytes: 8_388_608,
            page_records: 1000,
        },
        device: Device {
            id: made::<DeviceId>("019ab000-0000-7000-8000-00000000aaaa"),
            name: "Ana's laptop".into(),
        },
        now: NOON,
    }
}

pub(crate) fn health() -> Health {
    Health {
        status: "ok".into(),
        product: "landfall".into(),
        version: "0.1.0".into(),
        protocol: crate::VERSION,
    }
}

pub(crate) fn push_request() -> PushRequest {
    let op = |number, table: &str, id: &str, kind, base_version: Option<&str>, fields: Patch| Op {
        op_id: op_id(number),
        group: None,
        table: made(table),
        id: made(id),
        kind,
        base_version: base_version.map(made::<Version>),
        fields,
        edited_at: NOON,
        origin: EditOrigin::Edit,
    };
    let mut update = op(
        1,
        "defects",
        "defect-0001",
        OpKind::Update,
        Some("8120"),
        fields(&[("fixed", Value::Boolean(true)), ("airfield", Value::Null)]),
    );
    let mut insert = op(
        2,
        "defects",
        "019ab013-67e0-7abc-8def-0123456789ab",
        OpKind::Insert,
        None,
        fields(&[("summary", "Edge light out".into()), ("airfield", "LOWW".into())]),
    );
    let group = made::<GroupId>("019ab013-67e0-7000-8000-0000000000aa");
    update.group = Some(group.clone());
    insert.group = Some(group);
    let delete = op(3, "airfields", "00AK", OpKind::Delete, Some("17"), Patch::new());
    PushRequest {
        ops: vec![update, insert, delete],
        acked: vec![op_id(0)],
    }
}

pub(crate) fn record() -> Record {
    Record {
        id: made("defect-0001"),
        version: made("8126"),
        seq: Seq(8126),
        created_at: later(-86_400),
        updated_at: later(-30),
        deleted: false,
        changed_by: "Ben's phone".into(),
        changed_at: later(-40),
        fields: fields(&[
            ("summary", "Crack across the runway".into()),
            ("airfield", "LOWW".into()),
            ("fixed", Value::Boolean(false)),
        ]),
    }
}

pub(crate) fn tombstone() -> Record {
    Record {
        id: made("00AK"),
        version: made("8127"),
        seq: Seq(8127),
        deleted: true,
        changed_by: String::new(),
        fields: fields(&[("name", "Lowell Field".into())]),
        ..record()
    }
}

fn result(number: u32, outcome: Outcome) -> OpResult {
    OpResult {
        op_id: op_id(number),
        outcome,
    }
}

pub(crate) fn applied() -> OpResult {
    result(
        1,
        Outcome::Applied {
            version: made("8128"),
            seq: Seq(8128),
            updated_at: later(1),
        },
    )
}

pub(crate) fn conflict() -> OpResult {
    result(
        1,
        Outcome::Conflict {
            current: Some(record()),
        },
    )
}

pub(crate) fn conflict_without_a_record() -> OpResult {
    result(1, Outcome::Conflict { current: None })
}

pub(crate) fn rejected() -> OpResult {
    let error = FieldError {
        table: made("defects"),
        column: made("summary"),
        kind: "text".into(),
        rule: Rule::MaxLength { limit: 120 },
        message: "Summary must have at most 120 characters.".into(),
    };
    result(
        2,
        Outcome::Rejected(Refusal {
            code: code::INVALID.into(),
            message: "Summary must have at most 120 characters.".into(),
            field_errors: vec![error],
        }),
    )
}

pub(crate) fn held() -> OpResult {
    result(1, Outcome::Held)
}

pub(crate) fn push_response() -> PushResponse {
    PushResponse {
        epoch: EPOCH.into(),
        results: vec![held(), rejected(), result(3, applied().outcome)],
    }
}

fn cursor(seq: u64) -> Cursor {
    Cursor::new(EPOCH, Seq(seq))
}

pub(crate) fn page() -> Page {
    let records = [("defects", vec![record()]), ("airfields", vec![tombstone()])];
    Page {
        cursor: cursor(8127),
        reset: false,
        records: records
            .into_iter()
            .map(|(table, records)| (made(table), records))
            .collect(),
        remaining: Some(1),
        last: None,
        schema_version: 4,
    }
}

pub(crate) fn page_of_a_reset() -> Page {
    let cursor = Cursor {
        walk: Some(Seq(8128)),
        ..cursor(8127)
    };
    let mut page = Page {
        cursor,
        reset: true,
        ..page()
    };
    // Who starts over gets no tombstones.
    page.records.remove(&made::<TableName>("airfields"));
    page
}

pub(crate) fn last_page() -> Page {
    let sums = [
        (
            "airfields",
            TableSum {
                count: 28_297,
                sum: 0x1207_96fd_130d_03f8,
            },
        ),
        (
            "defects",
            TableSum {
                count: 251,
                sum: 0x00ab_cdef_0123_4567,
            },
        ),
    ];
    let sums: BTreeMap<TableName, TableSum> =
        sums.into_iter().map(|(table, sum)| (made(table), sum)).collect();
    Page {
        cursor: cursor(8128),
        reset: false,
        records: BTreeMap::new(),
        remaining: None,
        last: Some(sums),
        schema_version: 4,
    }
}

pub(crate) fn history() -> History {
    let entry =
        |seq, kind, changed_by: &str, at, before: &[(&str, Value)], after: &[(&str, Value)]| HistoryEntry {
            seq: Seq(seq),
            version: made(&seq.to_string()),
            kind,
            changed_by: changed_by.into(),
            origin: EditOrigin::Edit,
            edited_at: later(at),
            applied_at: later(at + 10),
            before: fields(before),
            after: fields(after),
        };
    let crack = ("summary", Value::from("Crack across the runway"));
    let (open, fixed) = (("fixed", Value::Boolean(false)), ("fixed", Value::Boolean(true)));
    let vienna = ("airfield", Value::from("LOWW"));
    History {
        entries: vec![
            entry(
                8128,
                OpKind::Update,
                "Ana's laptop",
                0,
                std::slice::from_ref(&open),
                &[fixed],
            ),
            entry(
                8126,
                OpKind::Update,
                "Ben's phone",
                -40,
                &[("airfield", Value::Null)],
                &[vienna],
            ),
            entry(8120, OpKind::Insert, "Ben's phone", -86_400, &[], &[crack, open]),
        ],
    }
}

fn notify() -> Notify {
    Notify {
        seq: Seq(8130),
        rule: "defect_for_me".into(),
        table: made("defects"),
        id: made("defect-0002"),
    }
}

pub(crate) fn hello() -> Hello {
    Hello {
        epoch: EPOCH.into(),
        seq: Seq(8128),
        heartbeat_seconds: 30,
        notify: Vec::new(),
    }
}

pub(crate) fn hello_with_notifications() -> Hello {
    Hello {
        seq: Seq(8131),
        notify: vec![notify()],
        ..hello()
    }
}

pub(crate) fn wake() -> Wake {
    Wake {
        seq: Seq(8129),
        tables: vec![made("airfields"), made("defects")],
        ..Wake::default()
    }
}

pub(crate) fn wake_with_a_notification() -> Wake {
    Wake {
        seq: Seq(8131),
        tables: vec![made("defects")],
        notify: vec![notify()],
        test: false,
    }
}

pub(crate) fn test_wake() -> Wake {
    Wake {
        seq: Seq(8131),
        test: true,
        ..Wake::default()
    }
}

pub(crate) fn event_stream() -> String {
    let event =
        |name, json: serde_json::Result<String>| format!("event: {name}\ndata: {}\n\n", json.expect("JSON"));
    [
        event(HELLO, serde_json::to_string(&hello())),
        event(WAKE, serde_json::to_string(&wake())),
        ":\n\n".to_owned(),
        event(WAKE, serde_json::to_string(&wake_with_a_notification())),
        event(WAKE, serde_json::to_string(&test_wake())),
    ]
    .concat()
}

pub(crate) fn pushed_wake() -> PushedWake {
    PushedWake {
        installation: "ben-phone".into(),
        wake: wake_with_a_notification(),
    }
}

pub(crate) fn installation_request() -> InstallationRequest {
    InstallationRequest {
        channel: Channel::WebPush {
            endpoint: "https://push.example.net/wpush/v2/gAAAAABl".into(),
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
                .into(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".into(),
        },
        tags: vec!["ben@example.org".into()],
    }
}

pub(crate) fn fcm_channel() -> InstallationRequest {
    InstallationRequest {
        channel: Channel::Fcm {
            token: "c1Kx9:APA91bF".into(),
        },
        tags: Vec::new(),
    }
}

pub(crate) fn apns_channel() -> InstallationRequest {
    InstallationRequest {
        channel: Channel::Apns {
            token: "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0".into(),
            sandbox: true,
        },
        tags: Vec::new(),
    }
}

pub(crate) fn stream_channel() -> InstallationRequest {
    InstallationRequest {
        channel: Channel::Stream,
        tags: vec!["ana@example.org".into()],
    }
}

pub(crate) fn installation() -> Installation {
    Installation {
        id: "ben-phone".into(),
        platform: Platform::WebPush,
        tags: vec!["ben@example.org".into()],
        registered_at: later(-86_400),
        streaming: false,
        waiting: true,
        last_sent_at: Some(later(-10)),
        last_accepted_at: Some(later(-600)),
        failures: 1,
        last_failure: Some("the push service answered 503".into()),
        dead: false,
    }
}

pub(crate) fn channels() -> Channels {
    Channels {
        platforms: vec![Platform::Stream, Platform::WebPush],
        vapid_public_key: Some(
            "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs".into(),
        ),
        installations: vec![Installation {
            waiting: false,
            last_sent_at: None,
            last_accepted_at: None,
            failures: 0,
            last_failure: None,
            ..installation()
        }],
    }
}

pub(crate) fn test_report() -> TestReport {
    TestReport {
        platform: Platform::WebPush,
        at: NOON,
        accepted: true,
        status: Some(201),
        message: None,
    }
}

pub(crate) fn failed_test() -> TestReport {
    TestReport {
        accepted: false,
        status: Some(410),
        message: Some("the push service says that this channel is gone".into()),
        ..test_report()
    }
}

pub(crate) fn error_body() -> ErrorBody {
    ErrorBody {
        code: ErrorCode::Unauthorized,
        message: "This device's token is not known here: add the device on the server and connect again."
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::any;
    use proptest::prelude::*;
    use serde::{Serialize, de::DeserializeOwned};
    use std::fmt::Debug;

    /// The example's JSON reads as the example, and stands in a snapshot.
    fn pinned<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, example: &T) {
        let json = serde_json::to_string(example).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), example, "{name}");
        insta::assert_json_snapshot!(name, example);
    }

    #[test]
    fn the_wire_is_pinned() {
        pinned("workspace", &workspace());
        pinned("health", &health());
        pinned("push_request", &push_request());
        pinned("push_response", &push_response());
        pinned("op_applied", &applied());
        pinned("op_conflict", &conflict());
        pinned("op_conflict_without_a_record", &conflict_without_a_record());
        pinned("op_rejected", &rejected());
        pinned("op_held", &held());
        pinned("page", &page());
        pinned("page_of_a_reset", &page_of_a_reset());
        pinned("last_page", &last_page());
        pinned("history", &history());
        pinned("hello", &hello());
        pinned("hello_with_notifications", &hello_with_notifications());
        pinned("wake", &wake());
        pinned("wake_with_a_notification", &wake_with_a_notification());
        pinned("test_wake", &test_wake());
        pinned("pushed_wake", &pushed_wake());
        pinned("installation_request", &installation_request());
        pinned("fcm_channel", &fcm_channel());
        pinned("apns_channel", &apns_channel());
        pinned("stream_channel", &stream_channel());
        pinned("installation", &installation());
        pinned("channels", &channels());
        pinned("test_report", &test_report());
        pinned("failed_test", &failed_test());
        pinned("error", &error_body());
    }

    #[test]
    fn every_error_code_has_its_word() {
        use ErrorCode as Code;
        let codes = [
            Code::Unauthorized,
            Code::BadRequest,
            Code::TooLarge,
            Code::NotFound,
            Code::ProtocolVersion,
            Code::Unavailable,
            Code::Internal,
        ];
        insta::assert_json_snapshot!("error_codes", codes);
    }

    #[test]
    fn what_may_be_left_out_is_left_out() {
        let bare = r#"{"cursor":"e3b0c442.0","schema_version":1}"#;
        let page: Page = serde_json::from_str(bare).unwrap();
        assert_eq!(serde_json::to_string(&page).unwrap(), bare);
        assert_eq!(
            serde_json::from_str::<PushRequest>(r#"{"ops":[]}"#).unwrap(),
            PushRequest::default()
        );
    }

    fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(
        sent: &T,
    ) -> Result<(), TestCaseError> {
        let json = serde_json::to_string(sent).unwrap();
        prop_assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), sent, "{}", json);
        Ok(())
    }

    proptest! {
        #[test]
        fn what_is_sent_is_received(
            request in any::push_request(), result in any::op_result(), entry in any::history_entry(),
            wake in any::pushed_wake(), installation in any::installation_request()
        ) {
            comes_back(&wake)?;
            comes_back(&installation)?;
            comes_back(&request)?;
            comes_back(&result)?;
            comes_back(&History { entries: vec![entry] })?;
        }
    }
}
