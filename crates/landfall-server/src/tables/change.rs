//! The five changes: create, replace, update, delete, undelete. Each reads and checks its body, then does all that looks
//! at the record inside the one write transaction.
//!
//! A change that was made before, and whose answer was lost, is known by history and answered as the success that it was,
//! with the record as it is now: see [`crate::db::tables::repeat`].
//!
//! A person may have gone on working in between. An old client's queue then has still the insert, now with other content,
//! and would hear 409 for ever. As long as nobody else has changed the record, it is the device's own: it gets what the
//! device has for it.

use super::call::Call;
use super::conditions::{Conditions, Verdict};
use super::dialect::{Dialect, is_from_queue};
use super::json::{self, Given};
use super::outcome::Outcome;
use super::patch;
use crate::Error;
use crate::db::model::TableModel;
use crate::db::tables::list::is_never_null;
use crate::db::tables::write::Writing;
use crate::odata::instant;
use axum::http::header;
use landfall_core::id::{RecordId, Version};
use landfall_core::record::{Fields, Patch, Record, apply, value_of};
use landfall_core::schema::{Column, ColumnKind};
use landfall_core::validate::Author;
use landfall_core::value::{Value, normalize};
use serde_json::{Map, Value as Json};

/// Does work in the write transaction.
async fn write(
    call: &Call,
    work: impl FnOnce(&Call, &TableModel, &mut Writing<'_>) -> Result<Outcome, Error> + Send + 'static,
) -> Result<Outcome, Error> {
    let call = call.clone();
    let database = call.app.workspace().database().clone();
    database
        .write(move |tx, model| {
            let table = call.model(model)?;
            let now = call.app.workspace().surroundings().now();
            let mut writing = Writing::begin(tx, model, table, &call.device, now)?;
            let outcome = work(&call, table, &mut writing)?;
            writing.finish()?;
            Ok(outcome)
        })
        .await
}

/// `POST /tables/{table}`.
pub(super) async fn create(call: &Call) -> Result<Outcome, Error> {
    let given = match body(call) {
        Ok(given) => given,
        Err(outcome) => return Ok(*outcome),
    };
    let id = match given.id {
        None => new_id(call),
        Some(id) => match RecordId::new(id) {
            Ok(id) => id,
            Err(error) => return Ok(Outcome::Bad(format!("The id can't be used: {error}."))),
        },
    };
    let columns = given.columns;
    write(call, move |call, table, writing| {
        let wanted = whole(table, call.dialect, columns, None);
        let checked = match table.rules().check_whole(&wanted, Author::Person) {
            Ok(checked) => checked,
            Err(errors) => return Ok(Outcome::Invalid(errors)),
        };
        let before = writing.find(&id)?;
        if let Some(record) = before.filter(|record| is_seen(call, record)) {
            if !record.deleted && is_from_queue(&call.headers) && writing.is_own(&record)? {
                if record.fields == checked {
                    return Ok(Outcome::Created(record));
                }
                return Ok(match writing.put(&record, checked)? {
                    Ok(record) => Outcome::Created(record),
                    Err(errors) => Outcome::Invalid(errors),
                });
            }
            let is_repeated =
                writing.was_done(&record, None, &|fields, deleted| !deleted && *fields == checked)?;
            return Ok(if is_repeated {
                Outcome::Created(record)
            } else {
                Outcome::Exists(record)
            });
        }
        Ok(match writing.put_new(&id, checked)? {
            Ok(record) => Outcome::Created(record),
            Err(errors) => Outcome::Invalid(errors),
        })
    })
    .await
}

/// `PUT /tables/{table}/{id}`: the whole record. What is left out has its type's default, as the .NET client leaves out
/// what has it; a read-only column that is left out stays.
pub(super) async fn replace(call: &Call) -> Result<Outcome, Error> {
    let given = match body(call) {
        Ok(given) => given,
        Err(outcome) => return Ok(*outcome),
    };
    if given.id != call.id {
        return Ok(another_id());
    }
    let Some(id) = call.record_id() else {
        return Ok(Outcome::Missing);
    };
    let (columns, to_delete) = (given.columns, given.deleted == Some(true));
    write(call, move |call, table, writing| {
        let Some(record) = writing.find(&id)?.filter(|record| is_seen(call, record)) else {
            return Ok(Outcome::Missing);
        };
        if record.deleted && !call.includes_deleted() {
            return Ok(Outcome::Gone);
        }
        let wanted = normal(table, whole(table, call.dialect, columns, Some(&record.fields)));
        let conditions = Conditions::of(&call.headers);
        let fits = |fields: &Fields, deleted: bool| deleted == to_delete && (deleted || *fields == wanted);
        if let Some(outcome) = failed(writing, &record, &conditions, &fits, Outcome::Row)? {
            return Ok(outcome);
        }
        if to_delete && call.offered.soft_delete {
            return Ok(Outcome::Row(if record.deleted {
                record
            } else {
                writing.delete(&record)?
            }));
        }
        stored(writing.put(&record, wanted)?)
    })
    .await
}

/// `PATCH /tables/{table}/{id}`, in v2 also without the id: the properties that change.
pub(super) async fn update(call: &Call) -> Result<Outcome, Error> {
    let is_json_patch =
        call.dialect.is_v3() && media_type(call).as_deref() == Some("application/json-patch+json");
    if call.dialect == Dialect::V2 {
        update_v2(call).await
    } else if is_json_patch {
        match json::read(call.dialect, &call.body) {
            Ok(operations) => update_v3(call, Body::Operations(operations)).await,
            Err(message) => Ok(Outcome::Bad(message)),
        }
    } else {
        match object(call) {
            Ok(object) => update_v3(call, Body::Object(object)).await,
            Err(outcome) => Ok(*outcome),
        }
    }
}

async fn update_v2(call: &Call) -> Result<Outcome, Error> {
    let given = match body(call) {
        Ok(given) => given,
        Err(outcome) => return Ok(*outcome),
    };
    let id = match (&call.id, &given.id) {
        (Some(path), Some(body)) if path != body => {
            return Ok(another_id());
        }
        (Some(id), _) | (None, Some(id)) => id.clone(),
        (None, None) => return Ok(Outcome::Bad("The body has no id.".to_owned())),
    };
    let Ok(id) = RecordId::new(id) else {
        return Ok(Outcome::Missing);
    };
    write(call, move |call, table, writing| {
        let Some(record) = writing.find(&id)?.filter(|record| !record.deleted) else {
            return Ok(Outcome::Missing);
        };
        let changes = normal_patch(table, given.columns);
        let fits = |fields: &Fields, deleted: bool| !deleted && holds(fields, &changes);
        let conditions = Conditions::of_v2(&call.headers);
        if let Some(outcome) = failed(writing, &record, &conditions, &fits, Outcome::Row)? {
            return Ok(outcome);
        }
        let named = given.version.filter(|_| !conditions.has_if_match());
        if let Some(version) = named.filter(|version| *version != json::version(&record.version)) {
            let base = json::read_version(&version);
            return done_or(writing, record, base, &fits, Outcome::Row, Outcome::Stale);
        }
        let wanted = apply(&record.fields, &changes);
        stored(writing.put(&record, wanted)?)
    })
    .await
}

fn another_id() -> Outcome {
    Outcome::Bad("The id of the body is not that of the address.".to_owned())
}

/// The body of a PATCH in the newer dialects.
enum Body {
    Object(Map<String, Json>),
    Operations(Json),
}

async fn update_v3(call: &Call, body: Body) -> Result<Outcome, Error> {
    let Some(id) = call.record_id() else {
        return Ok(Outcome::Missing);
    };
    write(call, move |call, table, writing| {
        let Some(record) = writing.find(&id)?.filter(|record| is_seen(call, record)) else {
            return Ok(Outcome::Missing);
        };
        let object = match body {
            Body::Object(object) => object,
            Body::Operations(operations) => {
                let row = json::of_record(table, call.dialect, &record);
                match patch::merged(&operations, &row) {
                    Ok(object) => object,
                    Err(message) => return Ok(Outcome::Bad(message)),
                }
            }
        };
        let given = match json::given(table, call.dialect, &object) {
            Ok(given) if given.errors.is_empty() => given,
            Ok(given) => return Ok(Outcome::Invalid(given.errors)),
            Err(message) => return Ok(Outcome::Bad(message)),
        };
        let undeletes = given.deleted == Some(false);
        if record.deleted && !undeletes && !call.includes_deleted() {
            return Ok(Outcome::Gone);
        }
        let changes = normal_patch(table, given.columns.clone());
        let conditions = Conditions::of(&call.headers);
        let to_delete = given.deleted == Some(true);
        let fits =
            |fields: &Fields, deleted: bool| deleted == to_delete && (deleted || holds(fields, &changes));
        if let Some(outcome) = failed(writing, &record, &conditions, &fits, Outcome::Row)? {
            return Ok(outcome);
        }
        let overwritten = overwrites(&given, &record);
        if !overwritten.is_empty() {
            return Ok(Outcome::Overwrites(overwritten));
        }
        if given.deleted == Some(true) && call.offered.soft_delete && !record.deleted {
            return Ok(Outcome::Row(writing.delete(&record)?));
        }
        if record.deleted && !undeletes {
            // Its values could be changed only by bringing it back, which nobody asked for.
            return Ok(Outcome::Row(record));
        }
        let wanted = apply(&record.fields, &changes);
        stored(writing.put(&record, wanted)?)
    })
    .await
}

/// Which of the system's own properties a body sets to what they are not.
fn overwrites(given: &Given, record: &Record) -> Vec<&'static str> {
    let is_other_time = |json: &Json| {
        let at = json.as_str().and_then(instant::instant);
        at.is_none_or(|at| at.millis != record.updated_at.0)
    };
    [
        (
            "id",
            given.id.as_deref().is_some_and(|id| id != record.id.as_str()),
        ),
        (
            "version",
            given
                .version
                .as_deref()
                .is_some_and(|version| version != json::version(&record.version)),
        ),
        ("updatedAt", given.updated_at.as_ref().is_some_and(is_other_time)),
    ]
    .into_iter()
    .filter_map(|(name, is_other)| is_other.then_some(name))
    .collect()
}

/// `DELETE /tables/{table}/{id}`.
pub(super) async fn delete(call: &Call) -> Result<Outcome, Error> {
    let Some(id) = call.record_id() else {
        return Ok(Outcome::Missing);
    };
    write(call, move |call, _, writing| {
        let Some(record) = writing.find(&id)? else {
            return Ok(Outcome::Missing);
        };
        let conditions = match call.dialect {
            Dialect::V2 => Conditions::of_v2(&call.headers),
            Dialect::V3 | Dialect::Legacy => Conditions::of(&call.headers),
        };
        let fits = |_: &Fields, deleted: bool| deleted;
        if record.deleted {
            let gone = if is_seen(call, &record) {
                |_| Outcome::Gone
            } else {
                |_| Outcome::Missing
            };
            return done_or(writing, record, conditions.base(), &fits, Outcome::Deleted, gone);
        }
        if let Some(outcome) = failed(writing, &record, &conditions, &fits, Outcome::Deleted)? {
            return Ok(outcome);
        }
        Ok(Outcome::Deleted(writing.delete(&record)?))
    })
    .await
}

/// `POST /tables/{table}/{id}` in v2.
pub(super) async fn undelete(call: &Call) -> Result<Outcome, Error> {
    let Some(id) = call.record_id() else {
        return Ok(Outcome::Missing);
    };
    write(call, move |call, _, writing| {
        let found = writing.find(&id)?.filter(|_| call.offered.soft_delete);
        let Some(record) = found else {
            return Ok(Outcome::Missing);
        };
        let conditions = Conditions::of_v2(&call.headers);
        let fits = |_: &Fields, deleted: bool| !deleted;
        if let Some(outcome) = failed(writing, &record, &conditions, &fits, Outcome::Undeleted)? {
            return Ok(outcome);
        }
        let fields = record.fields.clone();
        Ok(match writing.put(&record, fields)? {
            Ok(record) => Outcome::Undeleted(record),
            Err(errors) => Outcome::Invalid(errors),
        })
    })
    .await
}

/// The answer to a change whose conditions do not hold: success if this very change was made before on the version that
/// they name. None if they hold.
fn failed(
    writing: &Writing<'_>,
    record: &Record,
    conditions: &Conditions,
    fits: &dyn Fn(&Fields, bool) -> bool,
    done: impl FnOnce(Record) -> Outcome,
) -> Result<Option<Outcome>, Error> {
    if conditions.verdict(record, false) == Verdict::Hold {
        return Ok(None);
    }
    done_or(
        writing,
        record.clone(),
        conditions.base(),
        fits,
        done,
        Outcome::Failed,
    )
    .map(Some)
}

/// Success if this very change was made before on this base, else the refusal.
fn done_or(
    writing: &Writing<'_>,
    record: Record,
    base: Option<Version>,
    fits: &dyn Fn(&Fields, bool) -> bool,
    done: impl FnOnce(Record) -> Outcome,
    refused: impl FnOnce(Record) -> Outcome,
) -> Result<Outcome, Error> {
    let is_repeated = match base {
        Some(base) => writing.was_done(&record, Some(&base), fits)?,
        None => false,
    };
    Ok(if is_repeated {
        done(record)
    } else {
        refused(record)
    })
}

fn stored(put: Result<Record, Vec<landfall_core::validate::FieldError>>) -> Result<Outcome, Error> {
    Ok(match put {
        Ok(record) => Outcome::Row(record),
        Err(errors) => Outcome::Invalid(errors),
    })
}

/// Whether such clients know of the record at all.
fn is_seen(call: &Call, record: &Record) -> bool {
    !record.deleted || call.offered.soft_delete
}

fn media_type(call: &Call) -> Option<String> {
    let value = call.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

fn bad(message: String) -> Box<Outcome> {
    Box::new(Outcome::Bad(message))
}

/// The object that the body is.
fn object(call: &Call) -> Result<Map<String, Json>, Box<Outcome>> {
    let fits = match media_type(call) {
        Some(media_type) => media_type == "application/json",
        // The oldest clients name none.
        None => call.dialect == Dialect::V2,
    };
    if !fits {
        return Err(Box::new(Outcome::MediaType));
    }
    match json::read(call.dialect, &call.body) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err(bad("The body is no record.".to_owned())),
        Err(message) => Err(bad(message)),
    }
}

/// What the body says of a record.
fn body(call: &Call) -> Result<Given, Box<Outcome>> {
    let object = object(call)?;
    let model = call.app.workspace().database().model();
    let table = call.model(model).map_err(|_| Box::new(Outcome::Missing))?;
    let given = json::given(table, call.dialect, &object).map_err(bad)?;
    if call.dialect == Dialect::V2 {
        if let Some(name) = given.reserved.first() {
            return Err(bad(format!("`{name}` is set by the server: leave it out.")));
        }
        if let Some(name) = given.unknown.first() {
            return Err(bad(format!("The table has no column `{name}`.")));
        }
    }
    if given.errors.is_empty() {
        Ok(given)
    } else {
        Err(Box::new(Outcome::Invalid(given.errors)))
    }
}

fn new_id(call: &Call) -> RecordId {
    let surroundings = call.app.workspace().surroundings();
    let made = RecordId::make(surroundings.now(), surroundings.random());
    if call.dialect == Dialect::V2 {
        return made;
    }
    RecordId::new(made.as_str().replace('-', "")).unwrap_or(made)
}

/// All columns of a new record or of one that is replaced (`before`).
fn whole(table: &TableModel, dialect: Dialect, mut given: Patch, before: Option<&Fields>) -> Fields {
    for column in table.columns() {
        if given.contains_key(&column.name) {
            continue;
        }
        let value = match before {
            Some(before) if column.read_only => value_of(before, &column.name).clone(),
            None if column.read_only || dialect == Dialect::V2 => {
                column.default.clone().unwrap_or(Value::Null)
            }
            _ => type_default(column),
        };
        given.insert(column.name.clone(), value);
    }
    given.retain(|_, value| !value.is_null());
    given
}

/// What the .NET client leaves out because it has it anyway: false, 0, the first of an enumeration; null where a column
/// can be null.
fn type_default(column: &Column) -> Value {
    match &column.kind {
        ColumnKind::Boolean if is_never_null(column) => Value::Boolean(false),
        ColumnKind::Integer { .. } if is_never_null(column) => Value::Integer(0),
        ColumnKind::Real { .. } if is_never_null(column) => Value::Real(0.0),
        ColumnKind::Choice { choices } if column.required || column.default.is_some() => choices
            .first()
            .map_or(Value::Null, |first| Value::Text(first.value.clone())),
        _ => Value::Null,
    }
}

/// Values in their columns' forms; what has none stays, for the check to name.
fn normal_patch(table: &TableModel, given: Patch) -> Patch {
    let form = |(name, value)| {
        let column = table.rules().table().column(&name);
        let normal = column.and_then(|column| normalize(column, &value));
        (name, normal.unwrap_or(value))
    };
    given.into_iter().map(form).collect()
}

fn normal(table: &TableModel, given: Fields) -> Fields {
    let mut fields = normal_patch(table, given);
    fields.retain(|_, value| !value.is_null());
    fields
}

fn holds(fields: &Fields, changes: &Patch) -> bool {
    changes
        .iter()
        .all(|(name, value)| value_of(fields, name) == value)
}
