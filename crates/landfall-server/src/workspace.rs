//! A workspace on disk: a folder with `landfall.toml` and the database, and what the person who runs the server does
//! to it. One process at a time serves it; everything else may be done beside that one.

use crate::db::check::Findings;
use crate::db::devices::DeviceRow;
use crate::db::installations::Stored;
use crate::db::model::Model;
use crate::db::{self, Database};
use crate::{Error, Surroundings};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use landfall_core::id::{DeviceId, Millis, TableName};
use landfall_core::schema::Schema;
use landfall_core::schema_file::{self, SchemaFile, TableProtocol};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The schema file in a workspace's folder.
pub const SCHEMA_FILE: &str = "landfall.toml";

/// The database file in a workspace's folder.
pub const DATABASE_FILE: &str = "landfall-server.db";

/// The file in a workspace's folder that its server holds locked.
pub const LOCK_FILE: &str = "landfall-server.lock";

/// An open workspace. Cheap to clone.
#[derive(Clone)]
pub struct Workspace {
    dir: PathBuf,
    database: Database,
    surroundings: Surroundings,
    table_protocol: Arc<BTreeMap<TableName, TableProtocol>>,
    /// Held by the one that serves, until the last clone is gone.
    _lock: Option<Arc<File>>,
}

impl Workspace {
    /// Makes a workspace with this text as its `landfall.toml` in a new or empty folder.
    ///
    /// # Errors
    /// [`Error::NotEmpty`], [`Error::SchemaFile`], or when the folder can't be written.
    pub fn create(
        dir: impl AsRef<Path>,
        schema_toml: &str,
        surroundings: Surroundings,
    ) -> Result<Self, Error> {
        let dir = dir.as_ref();
        // Looked at before anything is written, so that a broken schema leaves nothing behind.
        parse(schema_toml, &dir.join(SCHEMA_FILE))?;
        match fs::read_dir(dir) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(Error::NotEmpty(dir.to_owned()));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_private_dir(dir).map_err(Error::file("create", dir))?;
            }
            Err(error) => return Err(Error::file("read", dir)(error)),
        }
        let file = dir.join(SCHEMA_FILE);
        fs::write(&file, schema_toml).map_err(Error::file("write", &file))?;
        Self::open_or_make(dir, surroundings)
    }

    /// Makes a workspace with a copy of this schema file in a new or empty folder.
    ///
    /// # Errors
    /// As [`Workspace::create`]; a schema that can't be used is told with the name of the file that it came from.
    pub fn create_from_file(
        dir: impl AsRef<Path>,
        schema_file: &Path,
        surroundings: Surroundings,
    ) -> Result<Self, Error> {
        let text = fs::read_to_string(schema_file).map_err(Error::file("read", schema_file))?;
        parse(&text, schema_file)?;
        Self::create(dir, &text, surroundings)
    }

    /// Opens the workspace in a folder, and brings its database to a `landfall.toml` that has grown.
    ///
    /// # Errors
    /// [`Error::NotAWorkspace`], [`Error::SchemaFile`], [`Error::SchemaChange`], or what SQLite says.
    pub fn open(dir: impl AsRef<Path>, surroundings: Surroundings) -> Result<Self, Error> {
        let dir = dir.as_ref();
        check_is_workspace(dir)?;
        Self::open_or_make(dir, surroundings)
    }

    /// [`Workspace::open`] for the one server that the workspace may have: its folder stays locked for others that want
    /// to serve it. What is done beside a server takes no lock.
    ///
    /// # Errors
    /// [`Error::Served`] when another process serves it; as [`Workspace::open`].
    pub fn open_to_serve(dir: impl AsRef<Path>, surroundings: Surroundings) -> Result<Self, Error> {
        let dir = dir.as_ref();
        check_is_workspace(dir)?;
        // Locked first: one that may not serve must not take over a schema either.
        let lock = lock_to_serve(dir)?;
        Ok(Self {
            _lock: Some(Arc::new(lock)),
            ..Self::open_or_make(dir, surroundings)?
        })
    }

    /// Opens the workspace in a folder with the schema that its database has, whatever `landfall.toml` says: for what
    /// is done beside a running server.
    ///
    /// # Errors
    /// [`Error::NotAWorkspace`], or what SQLite says.
    pub fn open_as_stored(dir: impl AsRef<Path>, surroundings: Surroundings) -> Result<Self, Error> {
        let dir = dir.as_ref();
        check_is_workspace(dir)?;
        let path = dir.join(DATABASE_FILE);
        let schema = db::layout::stored_schema(&db::open_writer(&path)?)?.ok_or(Error::NotAWorkspace {
            dir: dir.to_owned(),
            file: DATABASE_FILE,
        })?;
        Ok(Self {
            dir: dir.to_owned(),
            database: Database::open(&path, Model::new(schema)?)?,
            surroundings,
            table_protocol: Arc::default(),
            _lock: None,
        })
    }

    fn open_or_make(dir: &Path, surroundings: Surroundings) -> Result<Self, Error> {
        let file = read_schema_file(&dir.join(SCHEMA_FILE))?;
        let model = Model::new(file.schema)?;
        let path = dir.join(DATABASE_FILE);
        let mut connection = db::open_writer(&path)?;
        db::layout::prepare(&mut connection, model.schema(), &new_epoch(&surroundings))?;
        drop(connection);
        Ok(Self {
            dir: dir.to_owned(),
            database: Database::open(&path, model)?,
            surroundings,
            table_protocol: Arc::new(file.table_protocol),
            _lock: None,
        })
    }

    /// Whether `landfall.toml` has grown since the database was brought to it: it is taken over when the server is
    /// started again.
    ///
    /// # Errors
    /// [`Error::SchemaFile`] or [`Error::SchemaChange`] when it can't be taken over, for what it says or for the values
    /// that are there.
    pub fn schema_has_grown(&self) -> Result<bool, Error> {
        let file = read_schema(&self.dir.join(SCHEMA_FILE))?;
        if &file == self.schema() {
            return Ok(false);
        }
        let steps = db::layout::plan(self.schema(), &file)?;
        self.database
            .read_blocking(|tx, model| db::layout::check_values(tx, model.schema(), &steps))?;
        Ok(true)
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        self.database.model().schema()
    }

    /// How a table is offered to clients of the table protocol.
    #[must_use]
    pub fn table_protocol(&self, table: &TableName) -> TableProtocol {
        self.table_protocol.get(table).copied().unwrap_or_default()
    }

    /// Clock and randomness.
    #[must_use]
    pub fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// Adds a device: its id, and its token, which is kept nowhere.
    ///
    /// # Errors
    /// [`Error::DeviceName`] for a name that is taken, empty or too long.
    pub fn add_device(&self, name: &str) -> Result<(DeviceId, String), Error> {
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
            return Err(Error::DeviceName(name));
        }
        let now = self.surroundings.now();
        let id = DeviceId::make(now, self.surroundings.random());
        let token = format!(
            "lf_{}",
            BASE64_URL_SAFE_NO_PAD.encode(self.surroundings.random::<32>())
        );
        let (new_id, new_token) = (id.clone(), token.clone());
        self.database
            .write_blocking(move |tx, _| db::devices::add(tx, &new_id, &name, &new_token, now))?;
        Ok((id, token))
    }

    /// All devices, by name.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn devices(&self) -> Result<Vec<DeviceRow>, Error> {
        self.database.read_blocking(|tx, _| db::devices::list(tx))
    }

    /// The installations of a device, by name or id.
    ///
    /// # Errors
    /// [`Error::NoSuchDevice`], or what SQLite says.
    pub fn installations(&self, name_or_id: &str) -> Result<Vec<Stored>, Error> {
        self.database.read_blocking(|tx, _| {
            let device = db::devices::named(tx, name_or_id)?;
            if db::installations::are_there(tx)? {
                db::installations::of_device(tx, &device.id)
            } else {
                Ok(Vec::new())
            }
        })
    }

    /// Removes a device by name or id; its token is refused from then on.
    ///
    /// # Errors
    /// [`Error::NoSuchDevice`].
    pub fn remove_device(&self, name_or_id: &str) -> Result<(), Error> {
        let name_or_id = name_or_id.to_owned();
        self.database
            .write_blocking(move |tx, _| db::devices::remove(tx, &name_or_id))
    }

    /// Gives the server a new life, after a restore from backup: every device starts over, and keeps its waiting
    /// changes. Returns the new epoch.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn renew_epoch(&self) -> Result<String, Error> {
        let epoch = new_epoch(&self.surroundings);
        let new = epoch.clone();
        self.database
            .write_blocking(move |tx, _| db::meta::renew_epoch(tx, &new))?;
        Ok(epoch)
    }

    /// Removes the tombstones of deletions before `cutoff`; devices that have not pulled since start over. Returns how
    /// many were removed.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn purge_tombstones(&self, cutoff: Millis) -> Result<u64, Error> {
        self.database
            .write_blocking(move |tx, model| db::tombstones::purge(tx, model, cutoff))
    }

    /// Looks whether the database is whole and agrees with itself.
    ///
    /// # Errors
    /// What SQLite says when it can't even look.
    pub fn examine(&self) -> Result<Findings, Error> {
        self.database
            .read_blocking(|tx, model| db::check::examine(tx, model))
    }
}

/// A folder that only its owner can look into: it will hold people's records.
fn make_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn check_is_workspace(dir: &Path) -> Result<(), Error> {
    for file in [SCHEMA_FILE, DATABASE_FILE] {
        if !dir.join(file).is_file() {
            return Err(Error::NotAWorkspace {
                dir: dir.to_owned(),
                file,
            });
        }
    }
    Ok(())
}

fn lock_to_serve(dir: &Path) -> Result<File, Error> {
    let path = dir.join(LOCK_FILE);
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(Error::file("write", &path))?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => Error::Served(dir.to_owned()),
        TryLockError::Error(error) => Error::file("lock", &path)(error),
    })?;
    Ok(lock)
}

fn new_epoch(surroundings: &Surroundings) -> String {
    surroundings
        .random::<4>()
        .iter()
        .fold(String::new(), |mut epoch, byte| {
            let _ = write!(epoch, "{byte:02x}");
            epoch
        })
}

/// Reads a schema file.
///
/// # Errors
/// [`Error::SchemaFile`] with line and reason.
pub fn read_schema(path: &Path) -> Result<Schema, Error> {
    read_schema_file(path).map(|file| file.schema)
}

fn read_schema_file(path: &Path) -> Result<SchemaFile, Error> {
    let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
    parse(&text, path)
}

fn parse(text: &str, path: &Path) -> Result<SchemaFile, Error> {
    schema_file::parse_file(text).map_err(|source| Error::SchemaFile {
        path: path.to_owned(),
        source,
    })
}
