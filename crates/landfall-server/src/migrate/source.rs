//! The other server: who it is, what it calls the tables, and a page of one, asked for again when the line breaks.

use crate::Error;
use landfall_core::id::TableName;
use landfall_tables::{Auth, Page, Row, Select, TablesClient};
use std::time::Duration;

/// Records asked for at once. Both generations give as many, or fewer and say so.
const TOP: u32 = 500;

/// How often a page is asked for, and how long is waited after the first time; then twice as long each time.
const TRIES: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A table that is wanted: its name here, and there if that is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Here.
    pub ours: TableName,
    /// There; none: as here, or without `_`.
    pub theirs: Option<TableName>,
}

impl std::str::FromStr for Wanted {
    type Err = String;

    /// `todo_item`, or `todo_item=todos`. Capitals become small letters, with `_` before those inside: old clients write
    /// `TodoItem`, and the servers do not mind.
    fn from_str(text: &str) -> Result<Self, String> {
        let name = |text: &str| TableName::new(text).map_err(|error| error.to_string());
        Ok(match text.split_once('=') {
            None => Self {
                ours: name(&snake(text.trim()))?,
                theirs: None,
            },
            Some((ours, theirs)) => Self {
                ours: name(ours.trim())?,
                theirs: Some(name(&theirs.trim().to_lowercase())?),
            },
        })
    }
}

/// `TodoItem` → `todo_item`, `dueDate` → `due_date`, `isVIP` → `is_vip`.
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let begins_a_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || before.is_uppercase() && after.is_some_and(|after| after.is_lowercase())
            });
        if begins_a_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// A server that was met.
#[derive(Debug, Clone)]
pub struct Source {
    address: String,
    client: TablesClient,
    tables: Vec<(TableName, String)>,
}

impl Source {
    /// Meets the server, and finds the tables there. `address` is the part before `/tables`.
    ///
    /// # Errors
    /// [`Error::Source`].
    pub async fn meet(address: &str, auth: &Auth, wanted: &[Wanted]) -> Result<Self, Error> {
        let address = address.trim().trim_end_matches('/').to_owned();
        let told = |source| Error::Source {
            address: address.clone(),
            source,
        };
        let names: Vec<TableName> = wanted
            .iter()
            .map(|one| one.theirs.as_ref().unwrap_or(&one.ours).clone())
            .collect();
        let met = TablesClient::meet(&address, auth, &names).await.map_err(told)?;
        let client = TablesClient::new(&address, met.dialect, auth).map_err(told)?;
        let found = |name: &TableName| met.tables.get(name).cloned().unwrap_or_else(|| name.to_string());
        let tables = wanted
            .iter()
            .zip(&names)
            .map(|(one, name)| (one.ours.clone(), found(name)))
            .collect();
        Ok(Self {
            address,
            client,
            tables,
        })
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The tables: their names here and there.
    #[must_use]
    pub fn tables(&self) -> &[(TableName, String)] {
        &self.tables
    }

    /// A page. Where the line breaks, or the server has trouble, it is asked for again.
    ///
    /// # Errors
    /// [`Error::Source`], after some tries.
    pub(super) async fn page(&self, theirs: &str, select: Select<'_>, skip: u64) -> Result<Page, Error> {
        let mut wait = FIRST_WAIT;
        for _ in 1..TRIES {
            match self.client.page(theirs, select, skip, TOP).await {
                Ok(page) => return Ok(page),
                Err(landfall_tables::Error::Line(_)) => tokio::time::sleep(wait).await,
                Err(landfall_tables::Error::Trouble { retry_after, .. }) => {
                    tokio::time::sleep(retry_after.unwrap_or(wait).min(LONGEST_WAIT)).await;
                }
                Err(error) => return Err(self.told(error)),
            }
            wait *= 2;
        }
        let last = self.client.page(theirs, select, skip, TOP).await;
        last.map_err(|error| self.told(error))
    }

    /// The records of a page.
    ///
    /// # Errors
    /// [`Error::Source`] for one without an id.
    pub(super) fn rows(&self, page: Page) -> Result<Vec<Row>, Error> {
        page.read().map_err(|error| self.told(error))
    }

    fn told(&self, source: landfall_tables::Error) -> Error {
        Error::Source {
            address: self.address.clone(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_named_as_people_write_them() {
        let wanted = |text: &str| {
            text.parse::<Wanted>()
                .map(|one| (one.ours.to_string(), one.theirs.map(|name| name.to_string())))
        };
        assert_eq!(wanted("TodoItem"), Ok(("todo_item".into(), None)));
        assert_eq!(wanted("todo_item"), Ok(("todo_item".into(), None)));
        assert_eq!(wanted("notes=Memo"), Ok(("notes".into(), Some("memo".into()))));
        assert!(wanted("a b").is_err());
        for (name, expected) in [
            ("dueDate", "due_date"),
            ("isVIP", "is_vip"),
            ("XMLFile2Name", "xml_file2_name"),
            ("id", "id"),
        ] {
            assert_eq!(snake(name), expected);
        }
    }
}
