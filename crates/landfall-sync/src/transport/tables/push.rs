//! One change for a server of the table protocol, and what became of it (steps 5 to 7 of the data's way).
//!
//! Such a server knows no op ids. A change that it has already, because its answer was lost, is known by content:
//! - an **insert** of an id that is there: all that was sent stands in the stored record → applied. Else the two collide.
//!   An id that is deleted there comes back if the change was made on that deletion, else the deletion is the answer;
//! - an **update** goes on condition of the version that it was made on. v2 takes the changed values; v3 takes whole
//!   records, so the stored one is fetched, and what the schema does not know of it is sent back as it was. A record of
//!   another version is the answer, whoever made it: the store finds out whether it is what was sent;
//! - a **deletion** of what is not there, or deleted, has reached its goal.
//!
//! The version that an answer names is that of the record in its body; where there is no body, the record is fetched.
//! What the server refuses (400, 405, 413, 415, 422, or a table that it does not have) waits for the person, with the
//! server's own words.
//!
//! In v2 a deleted record comes back in two requests. If the line breaks between them, it is there with its old values,
//! and the next run asks the person wherever they differ.

use super::{Known, rows};
use landfall_core::id::{RecordId, Seq, TableName, Version};
use landfall_core::outbox::{OpKind, Refusal};
use landfall_core::record::{Fields, Record, value_of};
use landfall_protocol::push::{Op, Outcome, code};
use landfall_tables::change::Values;
use landfall_tables::row;
use landfall_tables::{Answer, Dialect, Error, Row, Select};

/// Sends one change.
///
/// # Errors
/// What kept the server from answering. The change may have been applied.
pub(super) async fn one(known: &Known, op: &Op) -> Result<Outcome, Error> {
    let Some(address) = known.addresses.get(&op.table) else {
        return Ok(no_table(&op.table));
    };
    let change = Change { known, op, address };
    let outcome = match op.kind {
        OpKind::Insert => change.insert().await,
        OpKind::Update => change.update().await,
        OpKind::Delete => change.delete().await,
    };
    match outcome {
        Err(Error::NoTable { .. }) => Ok(no_table(&op.table)),
        outcome => outcome,
    }
}

struct Change<'a> {
    known: &'a Known,
    op: &'a Op,
    address: &'a str,
}

impl Change<'_> {
    async fn insert(&self) -> Result<Outcome, Error> {
        let values = self.values(&self.op.fields).await?;
        let mut given = values.clone();
        // What has no value is left out: a server's plain types have none.
        given.retain(|_, value| !value.is_null());
        let client = &self.known.client;
        match client.insert(self.address, self.id(), &given).await? {
            Answer::Done(stored) => self.applied(stored).await,
            Answer::Differs(stored) => match self.stored(stored).await? {
                Some(stored) => self.is_there(stored, &values).await,
                None => Ok(refused(409, "")),
            },
            Answer::NotThere => Ok(refused(404, "")),
            // Its database refuses the row: perhaps because it is there.
            Answer::Refused { status: 500, message } => match self.stored(None).await? {
                Some(stored) => self.is_there(stored, &values).await,
                None => Ok(refused(500, &message)),
            },
            Answer::Refused { status, message } => Ok(refused(status, &message)),
        }
    }

    /// The id of an insert is there.
    async fn is_there(&self, stored: Row, values: &Values) -> Result<Outcome, Error> {
        if stored.deleted && self.op.base_version == Some(stored.version()?) {
            return self.bring_back(stored, values).await;
        }
        let current = self.record(&stored)?;
        let stands = current.as_ref().is_some_and(|current| self.stands_in(current));
        if stands && !stored.deleted {
            return self.applied(Some(stored)).await;
        }
        Ok(Outcome::Conflict { current })
    }

    fn stands_in(&self, current: &Record) -> bool {
        let stands = self.known.table(&self.op.table, |_, properties| {
            let mut sent = self.op.fields.iter();
            sent.all(|(column, sent)| properties.stands(column, sent, value_of(&current.fields, column)))
        });
        stands.unwrap_or(false)
    }

    async fn bring_back(&self, stored: Row, values: &Values) -> Result<Outcome, Error> {
        let client = &self.known.client;
        let base = stored.version()?;
        let answer = match client.dialect() {
            Dialect::V3 => match client.put(self.address, &stored, Some(&base), values).await? {
                // The first of the newer servers bring back by a patch alone.
                Answer::NotThere => {
                    let mut values = values.clone();
                    values.insert("deleted".to_owned(), false.into());
                    client
                        .patch(self.address, self.id(), Some(&base), &values)
                        .await?
                }
                other => other,
            },
            Dialect::V2 => match client.undelete(self.address, self.id(), Some(&base)).await? {
                Answer::Done(back) => {
                    let back = self.stored(back).await?.map(|back| back.version()).transpose()?;
                    client
                        .patch(self.address, self.id(), back.as_ref(), values)
                        .await?
                }
                other => other,
            },
        };
        self.changed(answer).await
    }

    async fn update(&self) -> Result<Outcome, Error> {
        let values = self.values(&self.op.fields).await?;
        let client = &self.known.client;
        let base = self.op.base_version.as_ref();
        let is_condition = base.is_some_and(|base| !row::is_made_here(base));
        if client.dialect() == Dialect::V2 && is_condition {
            let answer = client.patch(self.address, self.id(), base, &values).await?;
            return self.changed(answer).await;
        }
        let Some(stored) = client.find(self.address, self.id()).await? else {
            return Ok(Outcome::Conflict { current: None });
        };
        if stored.deleted || base != Some(&stored.version()?) {
            return self.differs(Some(stored)).await;
        }
        let answer = match client.dialect() {
            Dialect::V2 => client.patch(self.address, self.id(), base, &values).await?,
            Dialect::V3 => client.put(self.address, &stored, base, &values).await?,
        };
        self.changed(answer).await
    }

    async fn delete(&self) -> Result<Outcome, Error> {
        let client = &self.known.client;
        let base = self.op.base_version.as_ref();
        if base.is_none_or(row::is_made_here) {
            let stored = client.find(self.address, self.id()).await?;
            let is_other = |stored: &Row| Ok::<_, Error>(!stored.deleted && base != Some(&stored.version()?));
            match stored {
                Some(stored) if is_other(&stored)? => return self.differs(Some(stored)).await,
                _ => {}
            }
        }
        let stored = match client.delete(self.address, self.id(), base).await? {
            Answer::Done(stored) => stored.filter(|stored| stored.deleted),
            Answer::NotThere => None,
            Answer::Differs(stored) => match self.stored(stored).await? {
                Some(stored) if !stored.deleted => return self.differs(Some(stored)).await,
                stored => stored,
            },
            Answer::Refused { status, message } => return Ok(refused(status, &message)),
        };
        // Where deleted records are kept, this one has a version of its own.
        match self.stored(stored).await? {
            Some(stored) if stored.deleted => self.applied(Some(stored)).await,
            Some(stored) => self.differs(Some(stored)).await,
            None => Ok(self.gone()),
        }
    }

    /// The answer to a change of a record that is there.
    async fn changed(&self, answer: Answer) -> Result<Outcome, Error> {
        match answer {
            Answer::Done(stored) => self.applied(stored).await,
            Answer::Differs(stored) => self.differs(stored).await,
            Answer::NotThere => self.differs(None).await,
            Answer::Refused { status, message } => Ok(refused(status, &message)),
        }
    }

    async fn applied(&self, stored: Option<Row>) -> Result<Outcome, Error> {
        match self.stored(stored).await? {
            Some(stored) => {
                // The first record of a table tells the server's names.
                self.known
                    .table(&self.op.table, |_, properties| properties.read(&stored.json));
                Ok(Outcome::Applied {
                    version: stored.version()?,
                    seq: Seq(0),
                    updated_at: stored.updated_at.unwrap_or(self.op.edited_at),
                })
            }
            // It was deleted in this moment, by someone else.
            None => Ok(Outcome::Conflict { current: None }),
        }
    }

    async fn differs(&self, stored: Option<Row>) -> Result<Outcome, Error> {
        let current = match self.stored(stored).await? {
            Some(stored) => self.record(&stored)?,
            None => None,
        };
        Ok(Outcome::Conflict { current })
    }

    /// A deletion has left nothing behind.
    fn gone(&self) -> Outcome {
        let none = || Version::new("gone").ok();
        match self.op.base_version.clone().or_else(none) {
            Some(version) => Outcome::Applied {
                version,
                seq: Seq(0),
                updated_at: self.op.edited_at,
            },
            None => Outcome::Conflict { current: None },
        }
    }

    /// The stored record: the one at hand, if its version is, else it is fetched.
    async fn stored(&self, at_hand: Option<Row>) -> Result<Option<Row>, Error> {
        match at_hand.filter(|row| row.version.is_some()) {
            Some(row) => Ok(Some(row)),
            None => self.known.client.find(self.address, self.id()).await,
        }
    }

    fn record(&self, row: &Row) -> Result<Option<Record>, Error> {
        let read = self
            .known
            .table(&self.op.table, |_, properties| rows::record(properties, row));
        read.unwrap_or(Ok(None))
    }

    /// The values under the names that the server has for them; they are learned from a record of its own first.
    async fn values(&self, fields: &Fields) -> Result<Values, Error> {
        let are_known = self
            .known
            .table(&self.op.table, |_, properties| properties.are_known());
        if are_known == Some(false) {
            let page = self.known.client.page(self.address, Select::All, 0, 1).await?;
            for row in &page.rows {
                self.known
                    .table(&self.op.table, |_, properties| properties.read(row));
            }
        }
        let values = self
            .known
            .table(&self.op.table, |_, properties| properties.write(fields));
        Ok(values.unwrap_or_default())
    }

    fn id(&self) -> &str {
        RecordId::as_str(&self.op.id)
    }
}

fn no_table(table: &TableName) -> Outcome {
    Outcome::Rejected(Refusal {
        code: code::UNKNOWN_TABLE.to_owned(),
        message: format!("The server has no table `{table}`."),
        field_errors: Vec::new(),
    })
}

fn refused(status: u16, words: &str) -> Outcome {
    let code = if status == 413 {
        crate::push::TOO_LARGE
    } else {
        code::INVALID
    };
    let message = match (status, words.is_empty()) {
        (_, false) => words.to_owned(),
        (413, true) => "This change is too large for the server: make it smaller.".to_owned(),
        (409, true) => "The server has this record, and does not show it to this device.".to_owned(),
        (_, true) => format!("The server refused this change, and does not say why (status {status})."),
    };
    Outcome::Rejected(Refusal {
        code: code.to_owned(),
        message,
        field_errors: Vec::new(),
    })
}
