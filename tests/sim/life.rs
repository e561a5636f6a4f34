//! One seed's life: what happens, drawn from dice.

use crate::kept::Kept;
use landfall_core::id::{ColumnName, RecordId, TableName, Version};
use landfall_core::outbox::EntryState;
use landfall_core::reconcile::{ConflictKind, Decision};
use landfall_core::record::Fields;
use landfall_server::Limits;
use landfall_store::{Done, Edit, Error, KeptSide, Many, StoredRecord};
use landfall_sync::Kind;
use landfall_testkit::{Backup, Device, Dice, Fault, LIMITS, World, dump_of_server, fields, schema, table};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

const DAY: i64 = 86_400_000;

/// A world with its story so far.
pub(crate) struct Life {
    world: World,
    dice: Dice,
    kept: Kept,
    /// Records that were ever made.
    made: BTreeSet<(TableName, RecordId)>,
    /// What each device's person may take back.
    done: [Vec<Done>; 3],
    written: u32,
    /// A backup, in lives in which the server is restored from it one day.
    backup: Option<Backup>,
    restored: bool,
    purged: bool,
    trace: Vec<String>,
}

/// A life that ends badly tells its story.
impl Drop for Life {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.trace.join("\n"));
        }
    }
}

impl Life {
    pub(crate) async fn begins(seed: u64) -> Self {
        let limits = Limits {
            page_records: 3,
            push_ops: 4,
            ..LIMITS
        };
        let world = World::of(seed, schema::SCHEMA, limits).await;
        for device in world.devices() {
            device
                .line()
                .throw(Some((Dice::of(seed, &format!("line of {}", device.name())), 35)));
        }
        Self {
            world,
            dice: Dice::of(seed, "life"),
            kept: Kept::default(),
            made: BTreeSet::new(),
            done: Default::default(),
            written: 0,
            backup: None,
            restored: false,
            purged: false,
            trace: vec![format!("seed {seed}")],
        }
    }

    pub(crate) fn into_trace(mut self) -> Vec<String> {
        std::mem::take(&mut self.trace)
    }

    fn device(&self, whose: usize) -> &Device {
        self.world.devices()[whose]
    }

    fn device_mut(&mut self, whose: usize) -> &mut Device {
        match whose {
            0 => &mut self.world.laptop,
            1 => &mut self.world.phone,
            _ => &mut self.world.tablet,
        }
    }

    fn note(&mut self, whose: usize, what: &str) {
        let name = self.device(whose).name().to_owned();
        self.trace.push(format!("{name} {what}"));
    }

    /// So many things happen.
    pub(crate) async fn goes_on(&mut self, steps: u32) {
        for _ in 0..steps {
            let whose = self.dice.below(3);
            match self.dice.below(100) {
                0..12 => self.makes(whose),
                12..15 => self.makes_inspection(whose),
                15..42 => self.edits(whose),
                42..46 => self.deletes(whose),
                46..52 => self.edits_several(whose),
                52..55 => self.undoes(whose),
                55..61 => self.decides(whose),
                61..64 => self.discards_refused(whose),
                64..82 => self.syncs(whose, Kind::Sync).await,
                82..85 => self.syncs(whose, Kind::Push).await,
                85..88 => self.syncs(whose, Kind::Pull).await,
                88..91 => self.crashes_in_sync(whose).await,
                91..93 => self.crashes(whose).await,
                93..95 => self.jumps(whose),
                95 => self.empties_table(whose),
                96 => self.server_restarts(),
                97 => self.forgets_tombstones(),
                98 => self.schema_grows(),
                _ => self.backs_up_or_restores(),
            }
        }
    }

    /// A value that nobody else ever writes.
    fn token(&mut self, whose: usize) -> String {
        self.written += 1;
        format!("{}-{}", ["l", "p", "t"][whose], self.written)
    }

    /// Values for some of an airfield's columns.
    fn some_fields(&mut self, whose: usize) -> Fields {
        let mut some = Fields::new();
        while some.is_empty() {
            if self.dice.percent(40) {
                some.extend(fields(json!({"remarks": self.token(whose)})));
            }
            if self.dice.percent(40) {
                let unlike_others = 1_000 + self.written;
                self.written += 1;
                some.extend(fields(json!({"elevation": unlike_others})));
            }
            if self.dice.percent(30) {
                some.extend(fields(json!({"name": self.token(whose)})));
            }
            if self.dice.percent(10) {
                // Codes are unique, and there are few: some are taken.
                some.extend(fields(json!({"code": format!("C{}", self.dice.below(6))})));
            }
            let has_grown = self
                .device(whose)
                .store()
                .schema()
                .is_some_and(|schema| schema.version > 1);
            if has_grown && self.dice.percent(40) {
                some.extend(fields(json!({"surface": self.token(whose)})));
            }
        }
        some
    }

    fn makes(&mut self, whose: usize) {
        // Few ids, so that two people make the same record now and then.
        let id = if self.dice.percent(30) {
            RecordId::new(format!("field-{}", self.dice.below(5))).unwrap()
        } else {
            let device = self.device(whose);
            RecordId::make(device.clock().now(), self.dice.ten())
        };
        let mut values = self.some_fields(whose);
        values.extend(fields(json!({"name": self.token(whose)})));
        let edit = Edit::Insert {
            table: table("airfields"),
            id,
            fields: values,
        };
        self.does(whose, vec![edit]);
    }

    fn makes_inspection(&mut self, whose: usize) {
        let Some((airfields, of)) = self.some_record(whose) else {
            return;
        };
        if airfields != table("airfields") {
            return;
        }
        let id = RecordId::make(self.device(whose).clock().now(), self.dice.ten());
        let values = json!({"title": self.token(whose), "airfield": of, "score": self.written});
        let edit = Edit::Insert {
            table: table("inspections"),
            id,
            fields: fields(values),
        };
        self.does(whose, vec![edit]);
    }

    fn edits(&mut self, whose: usize) {
        if let Some(record) = self.some_record(whose) {
            let edit = self.update(whose, record);
            self.does(whose, vec![edit]);
        }
    }

    fn edits_several(&mut self, whose: usize) {
        let mut records = BTreeSet::new();
        for _ in 0..2 + self.dice.below(4) {
            records.extend(self.some_record(whose));
        }
        let edits: Vec<Edit> = records
            .into_iter()
            .map(|record| self.update(whose, record))
            .collect();
        if !edits.is_empty() {
            self.does(whose, edits);
        }
    }

    fn update(&mut self, whose: usize, (table, id): (TableName, RecordId)) -> Edit {
        let patch = if table.as_str() == "airfields" {
            self.some_fields(whose)
        } else {
            fields(json!({"title": self.token(whose)}))
        };
        Edit::Update { table, id, patch }
    }

    fn deletes(&mut self, whose: usize) {
        if let Some((table, id)) = self.some_record(whose) {
            self.does(whose, vec![Edit::Delete { table, id }]);
        }
    }

    /// A live record of the device.
    fn some_record(&self, whose: usize) -> Option<(TableName, RecordId)> {
        let live: Vec<_> = self
            .all_of(whose)
            .into_iter()
            .filter(|(_, record)| !record.deleted)
            .map(|(table, record)| (table, record.id))
            .collect();
        self.dice.pick(&live).cloned()
    }

    fn does(&mut self, whose: usize, edits: Vec<Edit>) {
        let told = serde_json::to_string(&edits.iter().map(said).collect::<Vec<_>>()).unwrap();
        match self.device(whose).store().edit(edits.clone()) {
            Ok(done) => {
                for edit in edits {
                    self.keep(whose, edit);
                }
                self.note(whose, &format!("changes {told}"));
                self.done[whose].push(done);
            }
            Err(Error::Invalid(_) | Error::NotFound | Error::Exists) => self.note(whose, "can't do that"),
            Err(error) => panic!("{error:?}"),
        }
    }

    fn keep(&mut self, whose: usize, edit: Edit) {
        match edit {
            Edit::Insert { table, id, fields }
            | Edit::Update {
                table,
                id,
                patch: fields,
            } => {
                self.made.insert((table.clone(), id.clone()));
                for (column, value) in fields {
                    // Codes and references repeat: whether one has arrived can't be told.
                    if !["code", "airfield"].contains(&column.as_str()) {
                        self.kept.wrote(whose, &table, &id, &column, value);
                    }
                }
            }
            Edit::Delete { table, id } => self.kept.gave_up(whose, &table, &id, &[]),
        }
    }

    fn undoes(&mut self, whose: usize) {
        let Some(last) = self.done[whose].pop() else {
            return;
        };
        match self.device(whose).store().undo(&last.action) {
            Ok(done) => {
                for (table, id) in last
                    .changed
                    .iter()
                    .flat_map(|(table, ids)| ids.iter().map(move |id| (table, id)))
                {
                    self.kept.gave_up(whose, table, id, &[]);
                }
                self.note(whose, &format!("undoes {:?}", done.changed));
            }
            Err(error) => self.note(whose, &format!("can't undo: {}", error.to_string().len())),
        }
    }

    fn decides(&mut self, whose: usize) {
        if self.dice.percent(20) {
            return self.decides_many(whose);
        }
        let decision = match self.dice.below(5) {
            0 | 1 => Decision::Mine,
            2 | 3 => Decision::Theirs,
            _ => Decision::KeepBoth(Fields::new()),
        };
        let conflict = self
            .all_of(whose)
            .into_iter()
            .find(|(_, record)| record.conflict.is_some());
        if let Some((table, record)) = conflict {
            self.resolves(whose, &table, &record, &decision);
        }
    }

    /// All that waits, or one column of it, for one side.
    fn decides_many(&mut self, whose: usize) {
        let many = Many {
            records: None,
            column: self.dice.percent(50).then(|| column("remarks")),
            side: if self.dice.percent(50) {
                KeptSide::Mine
            } else {
                KeptSide::Theirs
            },
        };
        let waiting = self.all_of(whose);
        let store = self.device(whose).store();
        let settled = store.resolve_many(&many).unwrap();
        for (table, record) in waiting {
            let Some(conflict) = record.conflict.filter(|_| many.side == KeptSide::Theirs) else {
                continue;
            };
            let columns = match (&many.column, conflict.kind) {
                (Some(column), _) => vec![column.clone()],
                (None, ConflictKind::Fields | ConflictKind::InsertedTwice) => conflict.columns,
                (None, _) => Vec::new(),
            };
            self.kept.gave_up(whose, &table, &record.id, &columns);
        }
        self.note(
            whose,
            &format!(
                "decides {} and {} in part, as {:?}",
                settled.resolved, settled.partly, many.side
            ),
        );
        if let Some(action) = settled.action {
            self.done[whose].push(Done {
                action,
                changed: settled.changed,
                records: settled.resolved + settled.partly,
                skipped: 0,
            });
        }
    }

    fn resolves(&mut self, whose: usize, table: &TableName, record: &StoredRecord, decision: &Decision) {
        let Some(conflict) = &record.conflict else { return };
        match self.device(whose).store().resolve(table, &record.id, decision) {
            Ok(done) => {
                let given_up: Option<&[ColumnName]> = match (decision, conflict.kind) {
                    (Decision::Mine | Decision::Values(_), _) => None,
                    (Decision::Theirs, ConflictKind::Fields | ConflictKind::InsertedTwice) => {
                        Some(&conflict.columns)
                    }
                    // Both kept: mine goes on under another id.
                    _ => Some(&[]),
                };
                if let Some(columns) = given_up {
                    self.kept.gave_up(whose, table, &record.id, columns);
                }
                for (table, ids) in &done.changed {
                    self.made.extend(ids.iter().map(|id| (table.clone(), id.clone())));
                }
                self.done[whose].push(done);
                self.note(
                    whose,
                    &format!("decides {:?} of {} as {decision:?}", conflict.kind, record.id),
                );
            }
            // A deletion has no other side to keep.
            Err(Error::NotFound) if matches!(decision, Decision::KeepBoth(_)) => {}
            Err(Error::Invalid(_)) => {
                // Mine breaks a rule by now: the person gives it up.
                self.device(whose)
                    .store()
                    .resolve(table, &record.id, &Decision::Theirs)
                    .unwrap();
                self.kept.gave_up(whose, table, &record.id, &[]);
                self.note(whose, &format!("gives up {}", record.id));
            }
            Err(error) => panic!("{error:?}"),
        }
    }

    /// All records that the device has anything of, deleted ones too.
    fn all_of(&self, whose: usize) -> Vec<(TableName, StoredRecord)> {
        let store = self.device(whose).store();
        let found = self.made.iter().filter_map(|(table, id)| {
            let record = store.record(table, id).unwrap()?;
            Some((table.clone(), record))
        });
        found.collect()
    }

    fn discards_refused(&mut self, whose: usize) {
        let refused = self.all_of(whose).into_iter().find_map(|(table, record)| {
            let mut entries = record.entries.iter();
            let entry = entries.find(|entry| matches!(entry.state, EntryState::Refused(_)))?;
            Some((table, record.id.clone(), entry.op_id.clone()))
        });
        if let Some((table, id, op)) = refused {
            self.device(whose).store().discard(&op).unwrap();
            self.kept.gave_up(whose, &table, &id, &[]);
            self.note(whose, &format!("discards what was refused of {id}"));
        }
    }

    async fn syncs(&mut self, whose: usize, kind: Kind) {
        let result = self.device(whose).tries_to_sync(kind).await;
        let met = self.device(whose).line().met();
        let said = match result {
            Ok(summary) => format!("{summary:?}"),
            Err(landfall_sync::Error::Store(error)) => panic!("{error:?}"),
            Err(error) => error.code().to_owned(),
        };
        self.note(whose, &format!("{kind:?} met {met:?}: {said}"));
    }

    async fn crashes_in_sync(&mut self, whose: usize) {
        let hang = Fault::HangsAfter(self.dice.below(3));
        let hung = self.device_mut(whose).may_crash_in_sync(hang).await;
        self.note(whose, &format!("crashes in a sync: {hang:?} {hung}"));
    }

    async fn crashes(&mut self, whose: usize) {
        self.device_mut(whose).crashes().await;
        self.note(whose, "crashes");
    }

    fn jumps(&mut self, whose: usize) {
        let days = i64::try_from(self.dice.below(9)).unwrap() - 4;
        self.device(whose).clock().jump(days * DAY);
        self.note(whose, &format!("has its clock set by {days} days"));
    }

    fn empties_table(&mut self, whose: usize) {
        let airfields = table("airfields");
        self.device(whose).store().purge_table(&airfields, true).unwrap();
        for (of, id) in self.made.clone() {
            if of == airfields {
                self.kept.gave_up(whose, &of, &id, &[]);
            }
        }
        self.note(whose, "empties its airfields");
    }

    fn schema_grows(&mut self) {
        self.world.server.takes_schema(&schema::grown());
        self.trace.push("server takes a grown schema".to_owned());
    }

    fn server_restarts(&mut self) {
        self.world.server.restarts();
        self.trace.push("server restarts".to_owned());
    }

    fn forgets_tombstones(&mut self) {
        self.world.server.forgets_tombstones();
        self.purged = true;
        self.trace.push("server forgets tombstones".to_owned());
    }

    fn backs_up_or_restores(&mut self) {
        match self.backup.take() {
            None => self.backup = Some(self.world.server.is_backed_up()),
            Some(backup) => {
                self.world.server.is_restored(&backup);
                self.restored = true;
            }
        }
        self.trace
            .push(format!("server is backed up or restored: {}", self.restored));
    }

    /// The lines are calm; people decide; everybody syncs until nothing is left.
    pub(crate) async fn settles(&mut self) {
        for device in self.world.devices() {
            device.line().calms();
        }
        for _ in 0..12 {
            for whose in 0..3 {
                self.syncs(whose, Kind::Sync).await;
                for (table, record) in self.all_of(whose) {
                    self.resolves(whose, &table, &record, &Decision::Mine);
                }
                while self.device(whose).store().outbox_counts().unwrap().refused > 0 {
                    self.discards_refused(whose);
                }
            }
            if self.world.devices().iter().all(|device| device.unsent() == 0) {
                break;
            }
        }
        self.world.all_sync().await;
    }

    /// Everything that must hold in the end.
    pub(crate) async fn holds(&mut self) {
        self.world.assert_converged().await;
        let mut versions = BTreeMap::<Version, u32>::new();
        for (table, id) in &self.made {
            let history = self.world.server.history(table, id).await;
            for entry in &history {
                *versions.entry(entry.version.clone()).or_default() += 1;
            }
            // A restore from backup loses what came after the backup, and tombstones take their history along.
            if !self.restored && !self.purged {
                self.kept.arrived(table, id, &history);
            }
        }
        assert!(
            versions.values().all(|times| *times == 1),
            "a version stands twice in history"
        );
        let applied: BTreeSet<Version> = self
            .world
            .devices()
            .iter()
            .flat_map(|device| device.line().ledger().into_values())
            .collect();
        for version in versions.keys() {
            assert!(applied.contains(version), "nobody asked for the change {version}");
        }
        if !self.restored && !self.purged {
            assert_eq!(
                applied.len(),
                versions.len(),
                "each change stands in history once"
            );
        }
        for (table, records) in dump_of_server(&self.world.server).await {
            self.trace.extend(
                records
                    .into_iter()
                    .map(|(id, record)| format!("{table}/{id} = {record}")),
            );
        }
    }
}

fn column(name: &str) -> ColumnName {
    ColumnName::new(name).unwrap()
}

/// An edit for the trace.
fn said(edit: &Edit) -> serde_json::Value {
    match edit {
        Edit::Insert { id, fields, .. } => json!({"insert": id, "fields": fields}),
        Edit::Update { id, patch, .. } => json!({"update": id, "fields": patch}),
        Edit::Delete { id, .. } => json!({"delete": id}),
    }
}
