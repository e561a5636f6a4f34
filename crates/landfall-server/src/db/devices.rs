//! The devices: each with a name and the hash of its token. The token itself is shown once and kept nowhere.

use crate::Error;
use landfall_core::id::{DeviceId, Millis};
use landfall_protocol::workspace::Device;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A device as the person who runs the server sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceRow {
    /// Its id.
    pub id: DeviceId,
    /// Its name.
    pub name: String,
    /// When it was added.
    pub added_at: Millis,
    /// When it last pushed a change; none: never.
    pub last_push_at: Option<Millis>,
    /// Answers that it has not yet said it has on disk.
    pub open_answers: u32,
}

/// SHA-256 of a token. Tokens are 256 random bits, so one round is enough. Looking the hash up in an index tells a
/// guesser nothing: it can't choose the hash's first bytes.
fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Adds a device.
pub(crate) fn add(
    connection: &Connection,
    id: &DeviceId,
    name: &str,
    token: &str,
    now: Millis,
) -> Result<(), Error> {
    let added = connection.execute(
        "INSERT INTO _devices (id, name, token_hash, added_at) VALUES (?1, ?2, ?3, ?4)",
        (id.as_str(), name, hash(token), now.0),
    );
    match added {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Err(Error::DeviceName(name.to_owned()))
        }
        Err(error) => Err(error.into()),
        Ok(_) => Ok(()),
    }
}

pub(crate) const BY_TOKEN: &str = "SELECT id, name FROM _devices WHERE token_hash = ?1";

/// The device with this token.
///
/// # Errors
/// What SQLite says.
pub fn by_token(connection: &Connection, token: &str) -> Result<Option<Device>, Error> {
    let mut statement = connection.prepare_cached(BY_TOKEN)?;
    let device = statement
        .query_row([hash(token)], |row| {
            Ok(Device {
                id: device_id(row, 0)?,
                name: row.get(1)?,
            })
        })
        .optional()?;
    Ok(device)
}

/// Whether the device is still one of the workspace.
pub(crate) fn is_known(connection: &Connection, id: &DeviceId) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM _devices WHERE id = ?1")?
        .exists([id.as_str()])?)
}

/// The device with this name or id.
pub(crate) fn named(connection: &Connection, name_or_id: &str) -> Result<Device, Error> {
    connection
        .query_row(
            "SELECT id, name FROM _devices WHERE name = ?1 OR id = ?1",
            [name_or_id],
            |row| {
                Ok(Device {
                    id: device_id(row, 0)?,
                    name: row.get(1)?,
                })
            },
        )
        .optional()?
        .ok_or_else(|| Error::NoSuchDevice(name_or_id.to_owned()))
}

fn device_id(row: &Row<'_>, at: usize) -> Result<DeviceId, rusqlite::Error> {
    let text: String = row.get(at)?;
    DeviceId::new(text)
        .map_err(|_| rusqlite::Error::InvalidColumnType(at, "id".into(), rusqlite::types::Type::Text))
}

/// All devices, by name.
pub(crate) fn list(connection: &Connection) -> Result<Vec<DeviceRow>, Error> {
    let mut statement = connection.prepare(
        "SELECT id, name, added_at, last_push_at,
                (SELECT count(*) FROM _applied_ops WHERE device = _devices.id)
         FROM _devices ORDER BY name",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(DeviceRow {
            id: device_id(row, 0)?,
            name: row.get(1)?,
            added_at: Millis(row.get(2)?),
            last_push_at: row.get::<_, Option<i64>>(3)?.map(Millis),
            open_answers: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes a device by name or id, and what was remembered for it.
pub(crate) fn remove(connection: &Connection, name_or_id: &str) -> Result<(), Error> {
    let removed = connection.execute("DELETE FROM _devices WHERE name = ?1 OR id = ?1", [name_or_id])?;
    if removed == 0 {
        return Err(Error::NoSuchDevice(name_or_id.to_owned()));
    }
    Ok(())
}

/// Notes that a device pushes.
///
/// # Errors
/// [`Error::NoSuchDevice`] when it was removed after its token had been looked at.
pub(crate) fn pushes(connection: &Connection, id: &DeviceId, now: Millis) -> Result<(), Error> {
    let mut statement = connection.prepare_cached("UPDATE _devices SET last_push_at = ?2 WHERE id = ?1")?;
    if statement.execute((id.as_str(), now.0))? == 0 {
        return Err(Error::NoSuchDevice(id.to_string()));
    }
    Ok(())
}
