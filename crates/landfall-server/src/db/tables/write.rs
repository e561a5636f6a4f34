//! One change by a client of the table protocol, inside the one write transaction: the same counters, checks, history and
//! `seq` as a push.

use super::repeat;
use crate::Error;
use crate::db::change::{By, Changes};
use crate::db::model::{Model, TableModel};
use crate::db::{devices, row};
use landfall_core::id::{Millis, RecordId, Version};
use landfall_core::outbox::EditOrigin;
use landfall_core::record::{Fields, Record, diff};
use landfall_core::validate::{Author, FieldError};
use landfall_protocol::workspace::Device;
use rusqlite::Connection;

/// A write transaction on one table.
pub(crate) struct Writing<'c> {
    connection: &'c Connection,
    changes: Changes<'c>,
    table: &'c TableModel,
    device: &'c Device,
    now: Millis,
}

impl<'c> Writing<'c> {
    /// Begins. Nothing is kept without [`Writing::finish`].
    ///
    /// # Errors
    /// [`Error::NoSuchDevice`] when the device was removed meanwhile, or what SQLite says.
    pub(crate) fn begin(
        connection: &'c Connection,
        model: &'c Model,
        table: &'c TableModel,
        device: &'c Device,
        now: Millis,
    ) -> Result<Self, Error> {
        devices::pushes(connection, &device.id, now)?;
        Ok(Self {
            connection,
            changes: Changes::begin(connection, model, now)?,
            table,
            device,
            now,
        })
    }

    /// Ends.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn finish(self) -> Result<(), Error> {
        self.changes.finish()
    }

    /// The record with this id, tombstones too.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn find(&self, id: &RecordId) -> Result<Option<Record>, Error> {
        row::find(self.connection, self.table, id)
    }

    /// Makes a record, or one in place of a tombstone that nobody is to know of. The fields are checked already
    /// ([`landfall_core::validate::TableRules::check_whole`]).
    ///
    /// # Errors
    /// What SQLite says. The inner error is the broken rules; then nothing was changed.
    pub(crate) fn put_new(
        &mut self,
        id: &RecordId,
        checked: Fields,
    ) -> Result<Result<Record, Vec<FieldError>>, Error> {
        let tombstone = self.find(id)?;
        self.store(id, tombstone.as_ref(), checked)
    }

    /// Gives a record other fields, which are in their columns' forms and without nulls. A tombstone comes back to life.
    ///
    /// Only what changes is checked: a rule that came later refuses no edit of another field.
    ///
    /// # Errors
    /// What SQLite says. The inner error is the broken rules; then nothing was changed.
    pub(crate) fn put(
        &mut self,
        before: &Record,
        wanted: Fields,
    ) -> Result<Result<Record, Vec<FieldError>>, Error> {
        let rules = self.table.rules();
        let changed = diff(&before.fields, &wanted);
        if let Err(errors) = rules.check_patch(&changed, Author::Person) {
            return Ok(Err(errors));
        }
        if before.deleted
            && let Err(errors) = rules.check_whole(&wanted, Author::Import)
        {
            return Ok(Err(errors));
        }
        self.store(&before.id, Some(before), wanted)
    }

    fn store(
        &mut self,
        id: &RecordId,
        before: Option<&Record>,
        fields: Fields,
    ) -> Result<Result<Record, Vec<FieldError>>, Error> {
        let nothing = Fields::new();
        let live_before = before.filter(|record| !record.deleted);
        let changed = diff(live_before.map_or(&nothing, |record| &record.fields), &fields);
        let mut errors = self.changes.not_unique(self.table, id, &changed)?;
        errors.extend(self.changes.parents_missing(self.table, &changed)?);
        if !errors.is_empty() {
            return Ok(Err(errors));
        }
        let by = self.by();
        self.changes.put(self.table, id, before, fields, by).map(Ok)
    }

    /// Makes a tombstone of a live record.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn delete(&mut self, before: &Record) -> Result<Record, Error> {
        let by = self.by();
        self.changes.delete(self.table, before, by)
    }

    /// Whether this device made just this change before, on top of `base` (none: it made the record): then it lost the
    /// answer, and asks again. `fits` says whether a state is what the change would make; it gets the fields, and
    /// whether the record was deleted by it.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn was_done(
        &self,
        record: &Record,
        base: Option<&Version>,
        fits: &dyn Fn(&Fields, bool) -> bool,
    ) -> Result<bool, Error> {
        repeat::was_done(self.connection, self.table, record, &self.device.name, base, fits)
    }

    /// Whether this device made the record, and nobody else has changed it since.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn is_own(&self, record: &Record) -> Result<bool, Error> {
        repeat::is_own(self.connection, self.table, record, &self.device.name)
    }

    fn by(&self) -> By {
        By {
            name: self.device.name.clone(),
            edited_at: self.now,
            origin: EditOrigin::Edit,
        }
    }
}
