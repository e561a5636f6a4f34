//! `GET /tables/{table}/{id}`.

use super::call::Call;
use super::conditions::{Conditions, Verdict};
use super::dialect::Dialect;
use super::outcome::Outcome;
use crate::Error;
use crate::db::row;

pub(super) async fn run(call: &Call) -> Result<Outcome, Error> {
    let Some(id) = call.record_id() else {
        return Ok(Outcome::Missing);
    };
    let asked = call.clone();
    let record = call
        .app
        .workspace()
        .database()
        .read(move |tx, model| row::find(tx, asked.model(model)?, &id))
        .await?;
    let Some(record) = record.filter(|record| !record.deleted || call.offered.soft_delete) else {
        return Ok(Outcome::Missing);
    };
    if record.deleted && (call.dialect == Dialect::V2 || !call.includes_deleted()) {
        return Ok(Outcome::Gone);
    }
    if call.dialect == Dialect::V2 {
        return Ok(Outcome::Row(record));
    }
    Ok(match Conditions::of(&call.headers).verdict(&record, true) {
        Verdict::Hold => Outcome::Row(record),
        Verdict::NotModified => Outcome::NotModified(record),
        Verdict::Failed => Outcome::Failed(record),
    })
}
