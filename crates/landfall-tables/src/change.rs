//! Changes of one record, and what a server says to them.

use crate::client::{Answered, TablesClient};
use crate::dialect::Dialect;
use crate::error::Error;
use crate::page::Select;
use crate::row::{self, Row};
use crate::words;
use landfall_core::id::Version;
use reqwest::header::IF_MATCH;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Map, Value as Json};

/// A record's values by property, as they are sent.
pub type Values = Map<String, Json>;

/// What a server says to a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// It is done; with the record, where the answer has it.
    Done(Option<Row>),
    /// The stored record is another than the change was made on, or is there already; with it, where the answer has it
    /// with its version.
    Differs(Option<Row>),
    /// There is no such record, or it is deleted.
    NotThere,
    /// It does not fit the server's rules.
    Refused {
        /// HTTP status.
        status: u16,
        /// The server's own words; empty if it has none.
        message: String,
    },
}

impl TablesClient {
    /// The record of this id, deleted ones too, where the server keeps them.
    ///
    /// # Errors
    /// All of [`Error`].
    pub async fn find(&self, table: &str, id: &str) -> Result<Option<Row>, Error> {
        let mut url = self.item(table, id);
        if self.dialect() == Dialect::V3 {
            let (name, value) = self.dialect().with_deleted();
            url.query_pairs_mut().append_pair(name, value);
        }
        let answered = self.send(self.request(Method::GET, url)).await?;
        match answered.status {
            status if status.is_success() => Ok(Some(row_of(&answered)?)),
            // Older servers show deleted records in lists alone.
            StatusCode::NOT_FOUND if self.dialect() == Dialect::V2 => {
                let page = self.page(table, Select::Id(id), 0, 1).await?;
                Ok(page.read()?.into_iter().next())
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            _ => Err(answered.refused()),
        }
    }

    /// Makes a record.
    ///
    /// # Errors
    /// [`Error::NoTable`]; the others.
    pub async fn insert(&self, table: &str, id: &str, values: &Values) -> Result<Answer, Error> {
        let mut body = values.clone();
        body.insert("id".to_owned(), id.into());
        let request = self.request(Method::POST, self.table(table)).json(&body);
        let answered = self.send(request).await?;
        if answered.status == StatusCode::NOT_FOUND {
            return Err(Error::NoTable {
                table: table.to_owned(),
            });
        }
        answer(&answered)
    }

    /// Changes values of a record (v2).
    ///
    /// # Errors
    /// All of [`Error`].
    pub async fn patch(
        &self,
        table: &str,
        id: &str,
        base: Option<&Version>,
        values: &Values,
    ) -> Result<Answer, Error> {
        let mut body = values.clone();
        body.insert("id".to_owned(), id.into());
        let request = self.request(Method::PATCH, self.item(table, id)).json(&body);
        answer(&self.send(on(request, base)).await?)
    }

    /// Puts the whole record (v3): all that the server has of it, with these values laid over; `null` leaves a property
    /// out, and the server puts its type's default there. A deleted record comes back by it.
    ///
    /// # Errors
    /// All of [`Error`].
    pub async fn put(
        &self,
        table: &str,
        stored: &Row,
        base: Option<&Version>,
        values: &Values,
    ) -> Result<Answer, Error> {
        let mut body = stored.json.clone();
        body.retain(|name, _| !row::is_system(name));
        body.extend(values.clone());
        body.retain(|_, value| !value.is_null());
        body.insert("id".to_owned(), stored.id.as_str().into());
        let mut url = self.item(table, &stored.id);
        if stored.deleted {
            let (name, value) = self.dialect().with_deleted();
            url.query_pairs_mut().append_pair(name, value);
            body.insert("deleted".to_owned(), false.into());
        }
        let request = self.request(Method::PUT, url).json(&body);
        answer(&self.send(on(request, base)).await?)
    }

    /// Brings a deleted record back as it was (v2).
    ///
    /// # Errors
    /// All of [`Error`].
    pub async fn undelete(&self, table: &str, id: &str, base: Option<&Version>) -> Result<Answer, Error> {
        let request = self.request(Method::POST, self.item(table, id));
        answer(&self.send(on(request, base)).await?)
    }

    /// Deletes a record.
    ///
    /// # Errors
    /// All of [`Error`].
    pub async fn delete(&self, table: &str, id: &str, base: Option<&Version>) -> Result<Answer, Error> {
        let request = self.request(Method::DELETE, self.item(table, id));
        answer(&self.send(on(request, base)).await?)
    }
}

/// A request on the version that the change was made on.
fn on(request: RequestBuilder, base: Option<&Version>) -> RequestBuilder {
    match base.filter(|base| !row::is_made_here(base)) {
        Some(base) => request.header(IF_MATCH, format!("\"{}\"", base.as_str())),
        None => request,
    }
}

fn answer(answered: &Answered) -> Result<Answer, Error> {
    let status = answered.status.as_u16();
    match status {
        200..=299 if answered.body.trim_ascii().is_empty() => Ok(Answer::Done(None)),
        200..=299 => Ok(Answer::Done(Some(row_of(answered)?))),
        409 | 412 => {
            let stored = row_of(answered).ok();
            Ok(Answer::Differs(stored.filter(|row| row.version.is_some())))
        }
        404 | 410 => Ok(Answer::NotThere),
        _ => Ok(Answer::Refused {
            status,
            message: words::of_body(&answered.body),
        }),
    }
}

fn row_of(answered: &Answered) -> Result<Row, Error> {
    match answered.json()? {
        Json::Object(json) => Row::read(json),
        _ => Err(Error::unreadable("a record is no object")),
    }
}
