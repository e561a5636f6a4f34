//! Arbitrary wire types for the property tests.

use crate::history::HistoryEntry;
use crate::pull::{Cursor, Page};
use crate::push::{Op, OpResult, Outcome, PushRequest};
use crate::wake::{Channel, InstallationRequest, Notify, PushedWake, Wake};
use landfall_core::checksum::TableSum;
use landfall_core::id::{ColumnName, GroupId, Millis, OpId, RecordId, Seq, TableName, Version};
use landfall_core::outbox::{EditOrigin, OpKind, Refusal};
use landfall_core::record::{Patch, Record};
use landfall_core::value::Value;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    "\\PC{1,12}"
}

fn table() -> impl Strategy<Value = TableName> {
    "[a-z][a-z0-9_]{0,8}".prop_map(|name| TableName::new(name).expect("a name"))
}

fn record_id() -> impl Strategy<Value = RecordId> {
    "[a-zA-Z0-9 .:;äß日-]{3,20}".prop_map(|id| RecordId::new(id).expect("an id"))
}

fn version() -> impl Strategy<Value = Version> {
    text().prop_map(|version| Version::new(version).expect("a version"))
}

fn op_id() -> impl Strategy<Value = OpId> {
    (any::<u32>(), any::<[u8; 10]>()).prop_map(|(now, random)| OpId::make(Millis(now.into()), random))
}

fn millis() -> impl Strategy<Value = Millis> {
    any::<i64>().prop_map(Millis)
}

fn seq() -> impl Strategy<Value = Seq> {
    any::<u64>().prop_map(Seq)
}

fn kind() -> impl Strategy<Value = OpKind> {
    prop_oneof![Just(OpKind::Insert), Just(OpKind::Update), Just(OpKind::Delete)]
}

fn origin() -> impl Strategy<Value = EditOrigin> {
    prop_oneof![
        Just(EditOrigin::Edit),
        Just(EditOrigin::Conflict),
        Just(EditOrigin::Undo),
        Just(EditOrigin::Restore),
    ]
}

fn finite() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("JSON has finite numbers only", |real| real.is_finite())
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        finite().prop_map(Value::Real),
        ".{0,20}".prop_map(Value::Text),
        vec(".{0,4}", 0..4).prop_map(Value::List),
        (finite(), finite()).prop_map(|(lat, lon)| Value::Location { lat, lon }),
    ]
}

fn patch() -> impl Strategy<Value = Patch> {
    let name = "c[a-z0-9_]{0,8}".prop_map(|name| ColumnName::new(name).expect("a name"));
    btree_map(name, value(), 0..4)
}

fn record() -> impl Strategy<Value = Record> {
    let stamps = (version(), seq(), millis(), millis(), millis());
    (record_id(), stamps, any::<bool>(), "\\PC{0,9}", patch()).prop_map(
        |(id, (version, seq, created_at, updated_at, changed_at), deleted, changed_by, fields)| Record {
            id,
            version,
            seq,
            created_at,
            updated_at,
            deleted,
            changed_by,
            changed_at,
            fields,
        },
    )
}

fn sum() -> impl Strategy<Value = TableSum> {
    (any::<u64>(), any::<u64>()).prop_map(|(count, sum)| TableSum { count, sum })
}

pub(crate) fn cursor() -> impl Strategy<Value = Cursor> {
    ("[a-zA-Z0-9]{1,64}", option::of(seq()), seq()).prop_map(|(epoch, walk, seq)| Cursor { epoch, walk, seq })
}

pub(crate) fn page() -> impl Strategy<Value = Page> {
    let records = btree_map(table(), vec(record(), 0..3), 0..3);
    let last = option::of(btree_map(table(), sum(), 0..3));
    (
        cursor(),
        any::<bool>(),
        records,
        option::of(any::<u32>()),
        last,
        any::<u32>(),
    )
        .prop_map(|(cursor, reset, records, remaining, last, schema_version)| Page {
            cursor,
            reset,
            records,
            remaining,
            last,
            schema_version,
        })
}

pub(crate) fn push_request() -> impl Strategy<Value = PushRequest> {
    let group =
        (any::<u32>(), any::<[u8; 10]>()).prop_map(|(now, random)| GroupId::make(Millis(now.into()), random));
    let name = (op_id(), option::of(group), table(), record_id());
    let how = (millis(), origin());
    let op = (name, kind(), option::of(version()), patch(), how).prop_map(
        |((op_id, group, table, id), kind, base_version, fields, (edited_at, origin))| Op {
            op_id,
            group,
            table,
            id,
            kind,
            base_version,
            fields,
            edited_at,
            origin,
        },
    );
    (vec(op, 0..3), vec(op_id(), 0..3)).prop_map(|(ops, acked)| PushRequest { ops, acked })
}

pub(crate) fn op_result() -> impl Strategy<Value = OpResult> {
    let refusal = (text(), text()).prop_map(|(code, message)| Refusal {
        code,
        message,
        field_errors: Vec::new(),
    });
    let outcome = prop_oneof![
        (version(), seq(), millis()).prop_map(|(version, seq, updated_at)| Outcome::Applied {
            version,
            seq,
            updated_at
        }),
        option::of(record()).prop_map(|current| Outcome::Conflict { current }),
        refusal.prop_map(Outcome::Rejected),
        Just(Outcome::Held),
    ];
    (op_id(), outcome).prop_map(|(op_id, outcome)| OpResult { op_id, outcome })
}

pub(crate) fn history_entry() -> impl Strategy<Value = HistoryEntry> {
    let stamps = (seq(), version(), millis(), millis());
    (stamps, kind(), ("\\PC{0,9}", origin()), patch(), patch()).prop_map(
        |((seq, version, edited_at, applied_at), kind, (changed_by, origin), before, after)| HistoryEntry {
            seq,
            version,
            kind,
            changed_by,
            origin,
            edited_at,
            applied_at,
            before,
            after,
        },
    )
}

pub(crate) fn pushed_wake() -> impl Strategy<Value = PushedWake> {
    let notify = (seq(), text(), table(), record_id()).prop_map(|(seq, rule, table, id)| Notify {
        seq,
        rule,
        table,
        id,
    });
    let wake = (seq(), vec(table(), 0..3), vec(notify, 0..3), any::<bool>());
    (text(), wake).prop_map(|(installation, (seq, tables, notify, test))| PushedWake {
        installation,
        wake: Wake {
            seq,
            tables,
            notify,
            test,
        },
    })
}

pub(crate) fn installation_request() -> impl Strategy<Value = InstallationRequest> {
    let channel = prop_oneof![
        Just(Channel::Stream),
        (text(), text(), text()).prop_map(|(endpoint, p256dh, auth)| Channel::WebPush {
            endpoint,
            p256dh,
            auth
        }),
        text().prop_map(|token| Channel::Fcm { token }),
        (text(), any::<bool>()).prop_map(|(token, sandbox)| Channel::Apns { token, sandbox }),
    ];
    (channel, vec(text(), 0..3)).prop_map(|(channel, tags)| InstallationRequest { channel, tags })
}
