//! Commands of what is typed and not saved: drafts of records, and records begun. Kept on this device alone, so that
//! nothing typed is lost by a crash (U17) or a rule that is not met yet (U20).

use crate::Client;
use crate::dto::*;
use crate::error::{CommandError, ErrorCode};
use crate::map;
use crate::topic::{Origin, Topic, TopicKind};
use landfall_core::id::{ColumnName, RecordId};
use landfall_core::record::Fields as CoreFields;
use landfall_core::schema::Table;
use landfall_core::validate::FieldError;
use landfall_store::{Edit, Error, Store};

impl Client {
    /// Begins a new record: an id and its first values, kept as a draft.
    ///
    /// # Errors
    /// `not_found` when the record to copy is not there.
    pub async fn record_new(&self, args: RecordNewArgs) -> Result<NewRecord, CommandError> {
        let table = self.table(&args.table)?;
        let given = map::fields_in(args.fields)?;
        let copy_of = args.copy_of.map(RecordId::new).transpose()?;
        let id = RecordId::make(self.now(), self.random());
        let begun = self
            .on_store(move |store| {
                let mut fields = match copy_of {
                    Some(original) => copy(store, &table, &original)?,
                    None => defaults(&table),
                };
                fields.extend(given);
                store.save_draft(&table.name, &id, &fields, true)?;
                new_record(store, &table, &id)
            })
            .await?;
        self.tell_draft(&begun.table, &begun.id);
        Ok(begun)
    }

    /// Records begun and not saved, latest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn new_record_list(&self, args: NewRecordListArgs) -> Result<Vec<NewRecord>, CommandError> {
        let table = self.table(&args.table)?;
        self.on_store(move |store| {
            let mut begun = Vec::new();
            for draft in store.new_drafts(&table.name)? {
                match new_record(store, &table, &draft.id) {
                    Ok(record) => begun.push(record),
                    Err(error) if error.code == ErrorCode::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            begun.sort_by_key(|record| std::cmp::Reverse(record.at));
            Ok(begun)
        })
        .await
    }

    /// One record begun and not saved.
    ///
    /// # Errors
    /// `not_found` when it was saved or discarded.
    pub async fn new_record_get(&self, args: RecordRef) -> Result<NewRecord, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        self.on_store(move |store| new_record(store, &table, &id)).await
    }

    /// Keeps typed values that can't be saved yet, and says what keeps them. No values: the draft goes.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn draft_save(&self, args: DraftSaveArgs) -> Result<Validation, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        let fields = map::fields_in(args.fields)?;
        let (name, record) = (table.name.to_string(), id.to_string());
        let errors = self
            .on_store(move |store| {
                let is_new = store
                    .record(&table.name, &id)?
                    .is_none_or(|record| record.deleted);
                if fields.is_empty() && !is_new {
                    store.discard_draft(&table.name, &id)?;
                    return Ok(Vec::new());
                }
                store.save_draft(&table.name, &id, &fields, is_new)?;
                check(store, &table, &id, fields)
            })
            .await?;
        self.tell_draft(&name, &record);
        Ok(Validation { errors })
    }

    /// Forgets what was typed and not saved.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn draft_discard(&self, args: RecordRef) -> Result<Done, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        self.forget_draft(&table, &id).await?;
        Ok(Done {})
    }

    /// Checks values against the rules without saving.
    ///
    /// # Errors
    /// Those of the store. Broken rules are the answer, not an error.
    pub async fn record_validate(&self, args: RecordValidateArgs) -> Result<Validation, CommandError> {
        let (table, id) = self.record_ref(&args.table, args.id)?;
        let fields = map::fields_in(args.fields)?;
        let errors = self
            .on_store(move |store| check(store, &table, &id, fields))
            .await?;
        Ok(Validation { errors })
    }

    pub(crate) async fn forget_draft(&self, table: &Table, id: &RecordId) -> Result<(), CommandError> {
        let (name, record) = (table.name.clone(), id.clone());
        self.on_store(move |store| store.discard_draft(&name, &record))
            .await?;
        self.tell_draft(table.name.as_str(), id.as_str());
        Ok(())
    }

    /// Takes the columns that were saved out of the draft, if there is one.
    pub(crate) async fn shorten_draft(
        &self,
        table: &Table,
        id: &RecordId,
        saved: Vec<ColumnName>,
    ) -> Result<(), CommandError> {
        let (name, record) = (table.name.clone(), id.clone());
        let had_one = self
            .on_store(move |store| {
                let Some(draft) = store.draft(&name, &record)? else {
                    return Ok::<_, CommandError>(false);
                };
                let mut left = draft.fields;
                left.retain(|column, _| !saved.contains(column));
                if left.is_empty() {
                    store.discard_draft(&name, &record)?;
                } else {
                    store.save_draft(&name, &record, &left, draft.is_new)?;
                }
                Ok(true)
            })
            .await?;
        if had_one {
            self.tell_draft(table.name.as_str(), id.as_str());
        }
        Ok(())
    }

    fn tell_draft(&self, table: &str, id: &str) {
        let topic = Topic {
            kind: TopicKind::Drafts,
            table: Some(table.to_owned()),
            ids: vec![id.to_owned()],
        };
        self.tell_topics(Origin::Person, vec![topic]);
    }
}

fn defaults(table: &Table) -> CoreFields {
    let with_default = table
        .columns
        .iter()
        .filter_map(|column| Some((column.name.clone(), column.default.clone()?)));
    with_default.collect()
}

/// The values of a record, but those that no second record may have and those that only the server sets.
fn copy(store: &Store, table: &Table, original: &RecordId) -> Result<CoreFields, CommandError> {
    let record = store.record(&table.name, original)?;
    let mut fields = record
        .ok_or_else(|| CommandError::not_found("the record to copy is not there"))?
        .fields;
    fields.retain(|name, _| {
        table
            .column(name)
            .is_some_and(|column| !column.unique && !column.read_only)
    });
    Ok(fields)
}

fn new_record(store: &Store, table: &Table, id: &RecordId) -> Result<NewRecord, CommandError> {
    let draft = store.draft(&table.name, id)?.filter(|draft| draft.is_new);
    // Saving a record and forgetting its draft are two transactions: a crash between them leaves one that is done with.
    let draft = if store.record(&table.name, id)?.is_some() {
        None
    } else {
        draft
    };
    let draft = draft.ok_or_else(|| CommandError::not_found("no such record was begun"))?;
    let pointed = map::title::Pointed::look_up(store, table, [&draft.fields])?;
    Ok(NewRecord {
        table: table.name.to_string(),
        id: id.to_string(),
        title: map::title::of(table, id, &draft.fields),
        reference_titles: pointed.titles(table, &draft.fields),
        errors: check(store, table, id, draft.fields.clone())?,
        fields: map::fields(draft.fields),
        at: map::millis(draft.at),
    })
}

/// Every rule that values break: core's, and what needs other records. The same code as on saving, without saving.
pub(crate) fn check(
    store: &Store,
    table: &Table,
    id: &RecordId,
    fields: CoreFields,
) -> Result<Vec<FieldError>, CommandError> {
    let (table, id) = (table.name.clone(), id.clone());
    let edit = match store.record(&table, &id)? {
        Some(record) if !record.deleted => Edit::Update {
            table,
            id,
            patch: fields,
        },
        _ => Edit::Insert { table, id, fields },
    };
    match store.preview_edit(&[edit]) {
        Ok(_) => Ok(Vec::new()),
        Err(Error::Invalid(errors)) => Ok(errors),
        Err(error) => Err(error.into()),
    }
}
