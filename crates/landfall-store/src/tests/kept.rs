//! No value vanishes: whatever a person typed and whatever came from the server is shown, waits in a conflict, or is named
//! in the record's history, whichever rule decided and whatever the person did.

use super::world::*;
use crate::{Answer, Edit, Error};
use landfall_core::id::{ColumnName, GroupId, Millis, OpId, TableName};
use landfall_core::reconcile::Decision;
use landfall_core::record::Fields;
use landfall_core::schema::{Column, ColumnKind, MergeRule, Schema, TableMerge};
use landfall_core::value::Value;
use proptest::prelude::*;

const RECORD: &str = "ke-1";

const COLUMNS: [(&str, MergeRule); 9] = [
    ("asked", MergeRule::Ask),
    ("mine", MergeRule::Mine),
    ("theirs", MergeRule::Theirs),
    ("latest", MergeRule::Latest),
    ("words", MergeRule::Text),
    ("longest", MergeRule::Longest),
    ("largest", MergeRule::Max),
    ("least", MergeRule::Min),
    ("summed", MergeRule::Sum),
];

fn is_number(rule: MergeRule) -> bool {
    matches!(rule, MergeRule::Max | MergeRule::Min | MergeRule::Sum)
}

/// The table of airfields, with a column for each rule.
fn schema_of_rules(merge: TableMerge) -> Schema {
    let mut schema = schema();
    let columns = COLUMNS.map(|(name, rule)| {
        let kind = if is_number(rule) {
            ColumnKind::Integer {
                min: None,
                max: None,
                unit: None,
            }
        } else {
            ColumnKind::LongText { max_length: None }
        };
        Column {
            merge: Some(rule),
            ..plain_column(name, kind)
        }
    });
    schema.tables.truncate(1);
    schema.tables[0].title = column("asked");
    schema.tables[0].columns = columns.into();
    schema.tables[0].merge = merge;
    schema
}

/// A value that nobody has typed before, now longer, now shorter, now larger, now smaller.
fn fresh(rule: MergeRule, n: usize) -> Value {
    if is_number(rule) {
        let n = i64::try_from(n).unwrap();
        Value::Integer(if n % 2 == 0 { n * 1_000 } else { -n * 1_000 })
    } else {
        Value::Text(format!("{}wind{n} birds", "long ".repeat(n % 3)))
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Types(usize),
    TypesTwo(usize, usize),
    Deletes,
    BringsBack,
    Undoes(usize),
    Discards,
    Decides(u8),
    Push,
    PushLost,
    Pull,
    Resync,
    Restart,
    PhoneTypes(usize, i64),
    PhoneDeletes,
    PhoneBringsBack,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let which = 0..COLUMNS.len();
    let step = prop_oneof![
        8 => which.clone().prop_map(Step::Types),
        2 => (which.clone(), which.clone()).prop_map(|(one, other)| Step::TypesTwo(one, other)),
        1 => Just(Step::Deletes),
        1 => Just(Step::BringsBack),
        2 => (0..5_usize).prop_map(Step::Undoes),
        1 => Just(Step::Discards),
        3 => (0..3_u8).prop_map(Step::Decides),
        5 => Just(Step::Push),
        2 => Just(Step::PushLost),
        4 => Just(Step::Pull),
        1 => Just(Step::Resync),
        1 => Just(Step::Restart),
        7 => (which, 0..3_000_i64).prop_map(|(column, at)| Step::PhoneTypes(column, at)),
        1 => Just(Step::PhoneDeletes),
        1 => Just(Step::PhoneBringsBack),
    ];
    prop::collection::vec(step, 1..50)
}

struct Story {
    laptop: Option<Device>,
    server: Server,
    typed: usize,
    actions: Vec<GroupId>,
    /// What must not vanish.
    values: Vec<(ColumnName, Value)>,
    /// What the record has ever shown.
    shown: Vec<(ColumnName, Value)>,
    /// The server's record as it came last.
    theirs: Fields,
}

impl Story {
    fn new(merge: TableMerge) -> Self {
        let laptop = Device::unconnected();
        let workspace = workspace("laptop", schema_of_rules(merge));
        laptop.store.set_workspace(&workspace).unwrap();
        let mut story = Self {
            laptop: Some(laptop),
            server: Server::default(),
            typed: 0,
            actions: Vec::new(),
            values: Vec::new(),
            shown: Vec::new(),
            theirs: Fields::new(),
        };
        let all = story.fresh(&[0, 1, 2, 3, 4, 5, 6, 7, 8]);
        story.server.change(RECORD, all);
        story.pulls();
        story
    }

    fn laptop(&self) -> &Device {
        self.laptop.as_ref().unwrap()
    }

    fn fresh(&mut self, columns: &[usize]) -> Fields {
        let values = columns.iter().map(|&at| {
            self.typed += 1;
            let (name, rule) = COLUMNS[at];
            (column(name), fresh(rule, self.typed))
        });
        values.collect()
    }

    /// What a person does with the record; it may not be there.
    fn edits(&mut self, edit: Edit, typed: Fields) {
        match self.laptop().store.edit(vec![edit]) {
            Ok(done) => {
                self.actions.push(done.action);
                self.values.extend(typed);
            }
            Err(Error::NotFound | Error::Exists) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    fn types(&mut self, columns: &[usize]) {
        let patch = self.fresh(columns);
        let edit = Edit::Update {
            table: airfields(),
            id: id(RECORD),
            patch: patch.clone(),
        };
        self.edits(edit, patch);
    }

    fn is_held(&self) -> bool {
        let held = self.laptop().store.read(|conn, _| {
            let mut statement = conn.prepare("SELECT 1 FROM lf_held")?;
            Ok(statement.exists([])?)
        });
        held.unwrap()
    }

    /// The server's record has come: its values are this device's to keep, unless it is held aside until an answer. What a
    /// tombstone still has is for who deleted it, and so is a value that this device never showed and that they have
    /// changed again themselves: that device and the server have its story.
    fn has_come(&mut self) {
        let record = self.server.records[&id(RECORD)].clone();
        if self.is_held() {
            return;
        }
        let (before, shown) = (&self.theirs, &self.shown);
        self.values.retain(|(column, value)| {
            let moved_on = before.get(column) == Some(value) && record.fields.get(column) != Some(value);
            !moved_on || shown.contains(&(column.clone(), value.clone()))
        });
        if !record.deleted {
            self.values.extend(record.fields.clone());
        }
        self.theirs = record.fields;
    }

    fn pulls(&mut self) {
        self.laptop().pull(&self.server);
        self.has_come();
    }

    fn pushes(&mut self, heard: bool) {
        let batch = self.laptop().batch();
        let answers: Vec<(OpId, Answer)> = self.server.push(&batch);
        if !heard {
            return;
        }
        // An answer brings the server's record only where it is a conflict, and an old answer an old one.
        let now = self.server.records[&id(RECORD)].seq;
        let brings = |answer: &Answer| matches!(answer, Answer::Conflict { current: Some(theirs) } if theirs.seq == now);
        let has_come = answers.iter().any(|(_, answer)| brings(answer));
        self.laptop().store.apply_answers(answers).unwrap();
        if has_come {
            self.has_come();
        }
    }

    fn takes(&mut self, step: Step) {
        let table: TableName = airfields();
        match step {
            Step::Types(at) => self.types(&[at]),
            Step::TypesTwo(one, other) => self.types(&[one, other]),
            Step::Deletes => {
                let id = id(RECORD);
                self.edits(Edit::Delete { table, id }, Fields::new());
            }
            Step::BringsBack => {
                let fields = self.fresh(&[0, 3, 6]);
                let insert = Edit::Insert {
                    table,
                    id: id(RECORD),
                    fields: fields.clone(),
                };
                self.edits(insert, fields);
            }
            Step::Undoes(back) => {
                let Some(action) = self.actions.iter().rev().nth(back).cloned() else {
                    return;
                };
                match self.laptop().store.undo(&action) {
                    Ok(done) => self.actions.push(done.action),
                    Err(Error::NotFound | Error::Exists | Error::Invalid(_)) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
            Step::Discards => match self.laptop().store.revert(&table, &id(RECORD)) {
                Ok(done) => self.actions.push(done.action),
                Err(Error::NotFound | Error::InFlight) => {}
                Err(other) => panic!("{other:?}"),
            },
            Step::Decides(how) => {
                let values = self.fresh(&[0, 4]);
                let decision = match how {
                    0 => Decision::Mine,
                    1 => Decision::Theirs,
                    _ => Decision::Values(values),
                };
                match self.laptop().store.resolve(&table, &id(RECORD), &decision) {
                    Ok(done) => self.actions.push(done.action),
                    Err(Error::NotFound) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
            Step::Push => self.pushes(true),
            Step::PushLost => self.pushes(false),
            Step::Pull => self.pulls(),
            Step::Resync => {
                let mut page = self.server.page(0);
                page.reset = true;
                self.laptop().store.apply_page(page).unwrap();
                self.has_come();
            }
            Step::Restart => self.laptop = self.laptop.take().map(Device::restart),
            Step::PhoneTypes(at, edited_at) => {
                let patch = self.fresh(&[at]);
                if !self.server.records[&id(RECORD)].deleted {
                    self.server.change(RECORD, patch);
                    let record = self.server.records.get_mut(&id(RECORD)).unwrap();
                    record.changed_at = Millis(edited_at);
                }
            }
            Step::PhoneDeletes => {
                if !self.server.records[&id(RECORD)].deleted {
                    self.server.delete(RECORD);
                }
            }
            Step::PhoneBringsBack => {
                if self.server.records[&id(RECORD)].deleted {
                    let patch = self.fresh(&[0]);
                    self.server.change(RECORD, patch);
                }
            }
        }
    }

    fn assert_nothing_vanished(&mut self) {
        let laptop = self.laptop();
        let shown = laptop.store.record(&airfields(), &id(RECORD)).unwrap().unwrap();
        let story = laptop.store.history(&airfields(), &id(RECORD)).unwrap();
        let conflict = shown.conflict.iter();
        let sides = conflict.flat_map(|found| [&found.base, &found.mine, &found.theirs.fields]);
        let told = story.iter().flat_map(|entry| [&entry.before, &entry.after]);
        let base = shown.base.iter().map(|base| &base.fields);
        let row = [&shown.fields].into_iter();
        let places: Vec<&Fields> = row.chain(base).chain(sides).chain(told).collect();
        for (column, value) in &self.values {
            let kept = places.iter().any(|place| place.get(column) == Some(value));
            assert!(kept, "{column} = {value:?} has vanished: {shown:#?} {story:#?}");
        }
        if !shown.deleted {
            self.shown.extend(shown.fields);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_value_vanishes(
        steps in steps(),
        merge in prop_oneof![
            4 => Just(TableMerge::Merge), 1 => Just(TableMerge::ServerWins), 1 => Just(TableMerge::ClientWins)
        ]
    ) {
        let mut story = Story::new(merge);
        for step in steps {
            story.takes(step);
            story.assert_nothing_vanished();
        }
        story.laptop().assert_whole();
    }
}
