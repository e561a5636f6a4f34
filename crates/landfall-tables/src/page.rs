//! Pages of a table: how they are asked for, and how their answer is read.

use crate::client::{Answered, TablesClient};
use crate::dialect::{self, Dialect};
use crate::error::Error;
use crate::instant;
use crate::row::Row;
use landfall_core::id::Millis;
use reqwest::header::{DATE, LINK};
use serde_json::{Map, Value as Json};

/// Which records of a table, in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Select<'a> {
    /// All.
    All,
    /// Those last changed at this time or later, in the order of that time, then of the id.
    Since(Millis),
    /// Those last changed within this very millisecond, in the order of the id; `after`: only those with a greater id.
    Within {
        /// The millisecond.
        at: Millis,
        /// The last id that was seen.
        after: Option<&'a str>,
    },
    /// The one with this id.
    Id(&'a str),
}

/// One page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its records, deleted ones too, as the server has them.
    pub rows: Vec<Map<String, Json>>,
    /// How many records there are of what was asked for, on all pages; none: the server does not say.
    pub count: Option<u64>,
    /// Whether the server says that more follow; none: it does not say.
    pub more: Option<bool>,
    /// The server's clock (whole seconds), as the header `Date` has it.
    pub server_time: Option<Millis>,
}

impl Page {
    /// The records, with what the protocol says in them.
    ///
    /// # Errors
    /// [`Error::Unreadable`] for one without an id.
    pub fn read(self) -> Result<Vec<Row>, Error> {
        self.rows.into_iter().map(Row::read).collect()
    }

    /// Whether this is the end, when `before` records of the same question came before it. An empty page always is; where
    /// the server says neither a count nor what follows, nothing else is.
    #[must_use]
    pub fn is_last(&self, before: u64) -> bool {
        let here = self.rows.len() as u64;
        match (self.count, self.more) {
            _ if here == 0 => true,
            (Some(count), _) => before + here >= count,
            (None, Some(more)) => !more,
            (None, None) => false,
        }
    }
}

impl TablesClient {
    /// A page of a table: of what `select` says, `skip` records passed over, at most `top` (the server may have a lower
    /// limit of its own). Deleted records come too, where the server keeps them.
    ///
    /// # Errors
    /// All of [`Error`].
    pub async fn page(&self, table: &str, select: Select<'_>, skip: u64, top: u32) -> Result<Page, Error> {
        let mut url = self.table(table);
        let dialect = self.dialect();
        {
            let mut query = url.query_pairs_mut();
            if let Some(filter) = filter(dialect, select) {
                query.append_pair("$filter", &filter);
            }
            query.append_pair("$orderby", order(select));
            if skip > 0 {
                query.append_pair("$skip", &skip.to_string());
            }
            query.append_pair("$top", &top.to_string());
            let (name, value) = dialect.counted();
            query.append_pair(name, value);
            let (name, value) = dialect.with_deleted();
            query.append_pair(name, value);
        }
        let answered = self.send(self.request(reqwest::Method::GET, url)).await?;
        read(&answered.listed(table)?)
    }
}

fn order(select: Select<'_>) -> &'static str {
    match select {
        Select::All | Select::Since(_) => "updatedAt,id",
        Select::Within { .. } | Select::Id(_) => "id",
    }
}

fn filter(dialect: Dialect, select: Select<'_>) -> Option<String> {
    let since = |at| format!("updatedAt ge {}", dialect.instant(at));
    Some(match select {
        Select::All => return None,
        Select::Since(at) => format!("({})", since(at)),
        Select::Within { at, after } => {
            let next = dialect.instant(Millis(at.0.saturating_add(1)));
            let within = format!("({}) and (updatedAt lt {next})", since(at));
            match after {
                Some(after) => format!("({within}) and (id gt {})", dialect::text(after)),
                None => format!("({within})"),
            }
        }
        Select::Id(id) => format!("(id eq {})", dialect::text(id)),
    })
}

/// Reads a list: an array, `{results, count}`, or `{items, count, nextLink}`.
pub(crate) fn read(answered: &Answered) -> Result<Page, Error> {
    let header = |name| answered.headers.get(name).and_then(|value| value.to_str().ok());
    let server_time = header(DATE).and_then(instant::of_header);
    let link = header(LINK).map(|link| link.contains("rel=next"));
    let (rows, count, more) = match answered.json()? {
        Json::Array(rows) => (rows, None, link.filter(|more| *more)),
        Json::Object(mut object) => {
            let count = object.get("count").and_then(Json::as_u64);
            let next = object.get("nextLink").map(|next| !next.is_null());
            let rows = object.remove("items").or_else(|| object.remove("results"));
            match rows {
                Some(Json::Array(rows)) => (rows, count, next.or(link.filter(|more| *more))),
                _ => return Err(Error::unreadable("a list has neither `items` nor `results`")),
            }
        }
        _ => return Err(Error::unreadable("a list is neither an array nor an object")),
    };
    let object = |row| match row {
        Json::Object(row) => Ok(row),
        _ => Err(Error::unreadable("a record is no object")),
    };
    Ok(Page {
        rows: rows.into_iter().map(object).collect::<Result<_, _>>()?,
        count,
        more,
        server_time,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_what_the_old_clients_send() {
        let at = Millis(1_795_430_460_123);
        let since = |dialect| filter(dialect, Select::Since(at)).unwrap();
        assert_eq!(
            since(Dialect::V2),
            "(updatedAt ge datetimeoffset'2026-11-23T10:41:00.123Z')"
        );
        assert_eq!(
            since(Dialect::V3),
            "(updatedAt ge cast(2026-11-23T10:41:00.123Z,Edm.DateTimeOffset))"
        );
        let within = Select::Within {
            at,
            after: Some("o'brien"),
        };
        assert_eq!(
            filter(Dialect::V2, within).unwrap(),
            "((updatedAt ge datetimeoffset'2026-11-23T10:41:00.123Z') and \
             (updatedAt lt datetimeoffset'2026-11-23T10:41:00.124Z')) and (id gt 'o''brien')"
        );
        assert_eq!(filter(Dialect::V3, Select::All), None);
    }

    #[test]
    fn a_page_is_the_last_when_the_server_says_so_or_when_it_is_empty() {
        let page = |rows, count, more| Page {
            rows: vec![Map::new(); rows],
            count,
            more,
            server_time: None,
        };
        assert!(page(2, Some(5), None).is_last(3));
        assert!(!page(2, Some(5), Some(false)).is_last(0));
        assert!(page(2, None, Some(false)).is_last(0));
        assert!(!page(2, None, None).is_last(0));
        assert!(page(0, Some(9), Some(true)).is_last(0));
    }
}
