//! What can go wrong, told apart where it is known: opening a file is one thing, using it another.

use landfall_core::id::TableName;
use landfall_core::outbox::CollapseError;
use landfall_core::validate::FieldError;
use rusqlite::ErrorCode;
use std::io;
use std::path::PathBuf;

/// Why a store did not open. Nothing on disk was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds this folder.
    #[error("another process uses this folder")]
    Busy,
    /// A newer app wrote the file.
    #[error("the file was written by a newer version (format {found})")]
    Newer {
        /// Its format.
        found: u32,
    },
    /// The file is not a database, or a database of another program.
    #[error("{} is not a database of this program", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The database is damaged.
    #[error("the database is damaged")]
    Damaged(#[source] rusqlite::Error),
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The folder can't be used.
    #[error("the folder can't be used")]
    Io(#[source] io::Error),
    /// Anything else that SQLite says.
    #[error("SQLite failed while opening")]
    Sqlite(#[source] rusqlite::Error),
    /// What the file holds can't be read (a stored schema that this version does not understand).
    #[error("stored data can't be read")]
    Stored(#[source] Box<Error>),
}

/// Why a store did not do what it was asked. The transaction was rolled back: nothing is half done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Values break the rules.
    #[error("{} value(s) do not fit the rules", .0.len())]
    Invalid(Vec<FieldError>),
    /// No such record, change or action (any more).
    #[error("there is no such record or change")]
    NotFound,
    /// A record with this id is there already.
    #[error("a record with this id exists")]
    Exists,
    /// No workspace is set.
    #[error("this device has no workspace")]
    NoWorkspace,
    /// Changes that the server does not have would be lost.
    #[error("{waiting} changes wait, {refused} are refused, {conflicts} are in conflict")]
    EditsWaiting {
        /// Waiting and in flight.
        waiting: u32,
        /// Refused.
        refused: u32,
        /// In conflict.
        conflicts: u32,
    },
    /// The conflict is not what the person decided on any more.
    #[error("the record has changed since the person looked at it")]
    TheirsMoved,
    /// The change is on its way to the server.
    #[error("the change is on its way to the server")]
    InFlight,
    /// The schema has no such table.
    #[error("the schema has no table `{0}`")]
    UnknownTable(TableName),
    /// The schema's pattern for this column is no regular expression.
    #[error("the pattern of column `{column}` can't be used")]
    Pattern {
        /// Column.
        column: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The disk is full; nothing was changed.
    #[error("the disk is full")]
    Full,
    /// The database is damaged.
    #[error("the database is damaged")]
    Damaged(#[source] rusqlite::Error),
    /// A stored value can't be read back.
    #[error("a stored {what} can't be read")]
    Stored {
        /// What kind of value.
        what: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Two changes that can't follow each other.
    #[error(transparent)]
    Collapse(#[from] CollapseError),
    /// Anything else that SQLite says.
    #[error("SQLite failed")]
    Sqlite(#[source] rusqlite::Error),
}

/// A result of this crate.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

enum Trouble {
    Full,
    Damaged,
    NotADatabase,
    Busy,
    Other,
}

/// SQLite's extended code for a shared-memory file that could not grow: a full disk, said in another way.
const IOERR_SHMSIZE: i32 = 4874;

fn trouble(error: &rusqlite::Error) -> Trouble {
    match error.sqlite_error() {
        Some(failure) if failure.extended_code == IOERR_SHMSIZE => Trouble::Full,
        Some(failure) => match failure.code {
            ErrorCode::DiskFull => Trouble::Full,
            ErrorCode::DatabaseCorrupt => Trouble::Damaged,
            ErrorCode::NotADatabase => Trouble::NotADatabase,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Trouble::Busy,
            _ => Trouble::Other,
        },
        None => Trouble::Other,
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match trouble(&error) {
            Trouble::Full => Self::Full,
            Trouble::Damaged | Trouble::NotADatabase => Self::Damaged(error),
            Trouble::Busy | Trouble::Other => Self::Sqlite(error),
        }
    }
}

impl OpenError {
    pub(crate) fn sqlite(error: rusqlite::Error, path: PathBuf) -> Self {
        match trouble(&error) {
            Trouble::Full => Self::Full,
            Trouble::Damaged => Self::Damaged(error),
            Trouble::NotADatabase => Self::NotADatabase { path },
            Trouble::Busy => Self::Busy,
            Trouble::Other => Self::Sqlite(error),
        }
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io(error),
        }
    }
}

/// A stored value that can't be read back.
pub(crate) fn stored<E>(what: &'static str) -> impl FnOnce(E) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    move |source| Error::Stored {
        what,
        source: Box::new(source),
    }
}
