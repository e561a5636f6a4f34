//! What can go wrong in the server, said so that the person who runs it knows what to do.

use crate::import::LineError;
use landfall_core::id::TableName;
use landfall_core::schema_file::SchemaFileError;
use rusqlite::ErrorCode;
use std::io;
use std::path::{Path, PathBuf};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder can't be used.
    #[error("can't {doing} {}", path.display())]
    File {
        /// *read*, *write*, *create*, *lock*.
        doing: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// `init` and a folder with something in it.
    #[error("{} is not empty: name a new or an empty folder", .0.display())]
    NotEmpty(PathBuf),
    /// The folder has no workspace.
    #[error("{} is no workspace, it has no {file}: make one with `landfall-server init`", dir.display())]
    NotAWorkspace {
        /// The folder.
        dir: PathBuf,
        /// What it lacks.
        file: &'static str,
    },
    /// `serve` and a workspace that another process serves.
    #[error("{} is served by another process already: stop that one first", .0.display())]
    Served(PathBuf),
    /// The schema file can't be used.
    #[error("{}", path.display())]
    SchemaFile {
        /// Which.
        path: PathBuf,
        /// Line and reason.
        source: SchemaFileError,
    },
    /// The schema file can't follow the one that the database was made with.
    #[error("landfall.toml can't be taken over: {0}")]
    SchemaChange(String),
    /// The schema was changed under a running server.
    #[error("the workspace's schema was changed while the server ran: start the server again")]
    SchemaMovedOn,
    /// No such table.
    #[error("the workspace has no table `{name}`: it has {}", known.join(", "))]
    NoSuchTable {
        /// The name given.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A device name that can't be used.
    #[error("the device name `{0}` can't be used: use 1 to 80 characters that another device does not have")]
    DeviceName(String),
    /// No such device.
    #[error("there is no device `{0}`: `landfall-server device list` shows them")]
    NoSuchDevice(String),
    /// An import was refused; nothing was changed.
    #[error("{} of {lines} lines can't be imported; nothing was changed", faults.count)]
    Import {
        /// Data lines in the file.
        lines: u64,
        /// The faults.
        faults: crate::import::Faults,
    },
    /// An import's file can't be read as a table at all.
    #[error(transparent)]
    ImportFile(LineError),
    /// Another server, whose tables are read, can't be asked.
    #[error("{address}")]
    Source {
        /// Its address.
        address: String,
        /// Why.
        source: landfall_tables::Error,
    },
    /// The records of another server make no schema.
    #[error("no schema can be made of these tables")]
    Inferred(#[source] SchemaFileError),
    /// An export can't be written.
    #[error("can't write the export")]
    ExportWrite(#[source] io::Error),
    /// The settings for pushes can't be used.
    #[error("{}", path.display())]
    PushFile {
        /// Which.
        path: PathBuf,
        /// Line and reason.
        source: crate::wake::settings::SettingsError,
    },
    /// A key for pushes can't be used.
    #[error("the key of {whose} can't be used")]
    PushKey {
        /// Where it stands.
        whose: &'static str,
        /// Why.
        source: crate::wake::send::KeyError,
    },
    /// A service account's file can't be used.
    #[error("the service account's file is not one as Firebase gives it")]
    ServiceAccount(#[source] serde_json::Error),
    /// There are keys for pushes already.
    #[error("{} has keys for Web Push already: with other keys every device would have to subscribe anew", .0.display())]
    HasPushKeys(PathBuf),
    /// No client for requests to push services can be made.
    #[error("can't get ready to speak to push services")]
    HttpClient(#[source] reqwest::Error),
    /// No space is left.
    #[error("the server's disk is full, nothing was changed: free some space and try again")]
    DiskFull,
    /// An expression of a query makes a text that is too long.
    #[error("the expression makes a text of more than 8 MiB")]
    LongText,
    /// Someone else is writing for long, or too much waits.
    #[error("the workspace is busy: try again in a moment")]
    Busy,
    /// The database file has a format that this version does not know.
    #[error(
        "{} was written by a newer landfall-server (format {found}, this one reads up to {known}): update this one",
        path.display()
    )]
    NewerDatabase {
        /// Which.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format that this version knows.
        known: i64,
    },
    /// The database file is another program's.
    #[error("{} is not the database of a landfall-server", .0.display())]
    ForeignDatabase(PathBuf),
    /// The database file is damaged.
    #[error("the database file is damaged: stop the server and restore a backup")]
    Damaged(#[source] rusqlite::Error),
    /// A stored value is not what was stored.
    #[error(
        "the database holds a value that does not belong there, in table {table}: run `landfall-server doctor`"
    )]
    StrangeValue {
        /// Where.
        table: TableName,
    },
    /// Another fault of the database.
    #[error("the database refused")]
    Database(#[source] rusqlite::Error),
    /// A piece of work panicked; its transaction was rolled back.
    #[error("a fault inside the server, nothing was changed: see its log")]
    Panicked,
}

impl Error {
    /// A key that can't be used.
    pub(crate) fn push_key(whose: &'static str) -> impl FnOnce(crate::wake::send::KeyError) -> Self {
        move |source| Self::PushKey { whose, source }
    }

    /// A file error.
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let extended = error.sqlite_error().map(|error| error.extended_code);
        match error.sqlite_error_code() {
            // Without space not even the index of the write-ahead log can be made, which SQLite calls an I/O error.
            _ if extended == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) => Self::DiskFull,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::TooBig) => Self::LongText,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            _ => Self::Database(error),
        }
    }
}
