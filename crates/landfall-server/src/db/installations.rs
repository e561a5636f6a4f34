//! The installations: each device's push channels, what was sent by them and what became of it (step 8 of the data's
//! way).
//!
//! They are the outbox of wakes, by cursor: `woken` is the last change that a push has told of, so a wake is due while
//! another device has made a change after it. The changes themselves stand in the history, written in their own
//! transaction: nothing has to be written for each device, and a crash between a commit and its wakes loses none. −1
//! makes a wake due whatever was changed (the server's life is another one).

use crate::Error;
use crate::db::history;
use landfall_core::id::{DeviceId, Millis, Seq};
use landfall_protocol::wake::{Channel, InstallationRequest, Platform};
use rusqlite::{Connection, OptionalExtension, Row};

/// Most installations of a device.
const MOST: u32 = 4;

/// Their tables. Additive: made in a database that does not have them.
pub(crate) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS _installations (
  device TEXT NOT NULL REFERENCES _devices (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  channel TEXT NOT NULL,
  registered_at INTEGER NOT NULL,
  woken INTEGER NOT NULL,
  notified INTEGER NOT NULL,
  last_sent_at INTEGER,
  last_accepted_at INTEGER,
  failures INTEGER NOT NULL,
  last_failure TEXT,
  dead INTEGER NOT NULL,
  PRIMARY KEY (device, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _installation_tags (
  tag TEXT NOT NULL,
  device TEXT NOT NULL,
  installation TEXT NOT NULL,
  PRIMARY KEY (tag, device, installation),
  FOREIGN KEY (device, installation) REFERENCES _installations (device, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS _tags_of_installation ON _installation_tags (device, installation);
";

/// An installation as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Which.
    pub key: Key,
    /// The device's name: that of the changes it makes.
    pub device_name: String,
    /// Where its pushes go.
    pub channel: Channel,
    /// When the device last put it.
    pub registered_at: Millis,
    /// The last change that a push has told of; −1: none.
    pub woken: i64,
    /// The last notification that a push has told of.
    pub notified: Seq,
    /// What became of its pushes.
    pub health: Health,
}

/// Which installation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The device that put it.
    pub device: DeviceId,
    /// The id that the device gave it.
    pub id: String,
}

/// What became of an installation's pushes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// When one was last sent.
    pub last_sent_at: Option<Millis>,
    /// When the push service last took one.
    pub last_accepted_at: Option<Millis>,
    /// How many went wrong since.
    pub failures: u32,
    /// What was wrong with the last.
    pub last_failure: Option<String>,
    /// The channel is gone and was forgotten.
    pub dead: bool,
}

/// What became of one push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Of which installation.
    pub key: Key,
    /// When that was put, as far as the sender knew: a channel that was put since is judged by no older answer.
    pub registered_at: Millis,
    /// When it was sent.
    pub at: Millis,
    /// What became of it.
    pub fate: Fate,
}

/// How a push ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The push service took it: the device was told of the changes up to `woken`, the notifications up to `notified`.
    Taken {
        /// Nothing for a mere test.
        told: Option<(Seq, Seq)>,
    },
    /// It did not; the reason.
    Failed(String),
    /// The channel is gone; the reason.
    Gone(String),
    /// None was needed: the device has pulled everything up to here by itself.
    Seen(Seq),
}

const COLUMNS: &str = "i.device, i.id, d.name, i.channel, i.registered_at, i.woken, i.notified, i.last_sent_at, \
     i.last_accepted_at, i.failures, i.last_failure, i.dead";

fn stored(row: &Row<'_>) -> Result<Stored, rusqlite::Error> {
    let strange = |at, error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error)
    };
    Ok(Stored {
        key: Key {
            device: DeviceId::new(row.get::<_, String>(0)?).map_err(|error| strange(0, error.into()))?,
            id: row.get(1)?,
        },
        device_name: row.get(2)?,
        channel: serde_json::from_str(&row.get::<_, String>(3)?).map_err(|error| strange(3, error.into()))?,
        registered_at: Millis(row.get(4)?),
        woken: row.get(5)?,
        notified: Seq(row.get::<_, i64>(6)?.cast_unsigned()),
        health: Health {
            last_sent_at: row.get::<_, Option<i64>>(7)?.map(Millis),
            last_accepted_at: row.get::<_, Option<i64>>(8)?.map(Millis),
            failures: row.get(9)?,
            last_failure: row.get(10)?,
            dead: row.get(11)?,
        },
    })
}

/// What [`put`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It is there.
    Done,
    /// The device has as many as it may have.
    TooMany,
}

/// Puts an installation of a device. One that is new, or has a new channel, is woken for changes from now on.
pub(crate) fn put(
    connection: &Connection,
    key: &Key,
    request: &InstallationRequest,
    seq: Seq,
    now: Millis,
) -> Result<Put, Error> {
    let channel = serde_json::to_string(&request.channel).map_err(|_| Error::Panicked)?;
    let is_there = find(connection, key)?.is_some();
    if !is_there {
        let others: u32 = connection.query_row(
            "SELECT count(*) FROM _installations WHERE device = ?1",
            [key.device.as_str()],
            |row| row.get(0),
        )?;
        if others >= MOST {
            return Ok(Put::TooMany);
        }
    }
    connection.execute(
        "INSERT INTO _installations (device, id, channel, registered_at, woken, notified, failures, dead)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, 0, 0)
         ON CONFLICT (device, id) DO UPDATE SET
           channel = excluded.channel, registered_at = excluded.registered_at, dead = 0,
           failures = iif(channel = excluded.channel AND dead = 0, failures, 0),
           last_failure = iif(channel = excluded.channel AND dead = 0, last_failure, NULL)",
        (key.device.as_str(), &key.id, channel, now.0, seq.0.cast_signed()),
    )?;
    connection.execute(
        "DELETE FROM _installation_tags WHERE device = ?1 AND installation = ?2",
        (key.device.as_str(), &key.id),
    )?;
    for tag in &request.tags {
        connection.execute(
            "INSERT INTO _installation_tags (tag, device, installation) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            (tag, key.device.as_str(), &key.id),
        )?;
    }
    Ok(Put::Done)
}

/// Removes an installation, if it is there.
pub(crate) fn remove(connection: &Connection, key: &Key) -> Result<(), Error> {
    connection.execute(
        "DELETE FROM _installations WHERE device = ?1 AND id = ?2",
        (key.device.as_str(), &key.id),
    )?;
    Ok(())
}

/// One installation.
pub(crate) fn find(connection: &Connection, key: &Key) -> Result<Option<Stored>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM _installations i JOIN _devices d ON d.id = i.device WHERE i.device = ?1 AND i.id = ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement
        .query_row((key.device.as_str(), &key.id), stored)
        .optional()?)
}

/// All installations of a device, by id.
pub(crate) fn of_device(connection: &Connection, device: &DeviceId) -> Result<Vec<Stored>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM _installations i JOIN _devices d ON d.id = i.device WHERE i.device = ?1 ORDER BY i.id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([device.as_str()], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All installations that pushes can be sent to.
pub(crate) fn alive(connection: &Connection) -> Result<Vec<Stored>, Error> {
    let sql =
        format!("SELECT {COLUMNS} FROM _installations i JOIN _devices d ON d.id = i.device WHERE i.dead = 0");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], stored)?;
    let mut all: Vec<Stored> = rows.collect::<Result<_, _>>()?;
    all.retain(|one| one.channel.platform() != Platform::Stream);
    Ok(all)
}

/// An installation's tags, sorted.
pub(crate) fn tags(connection: &Connection, key: &Key) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT tag FROM _installation_tags WHERE device = ?1 AND installation = ?2 ORDER BY tag",
    )?;
    let rows = statement.query_map((key.device.as_str(), &key.id), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether another device, or the server's owner, has changed something that no push has told of.
pub(crate) fn is_due(connection: &Connection, installation: &Stored) -> Result<bool, Error> {
    if installation.woken < 0 {
        return Ok(true);
    }
    history::has_others_change_after(connection, installation.woken, &installation.device_name)
}

/// Notes what became of pushes.
pub(crate) fn note(connection: &Connection, all: &[Sent]) -> Result<(), Error> {
    for sent in all {
        let key = (sent.key.device.as_str(), sent.key.id.as_str());
        let at = sent.at.0;
        match &sent.fate {
            Fate::Taken { told } => {
                let (woken, notified) = told.unwrap_or_default();
                connection.prepare_cached(
                    "UPDATE _installations SET last_sent_at = ?3, last_accepted_at = ?3, failures = 0, last_failure = NULL,
                       woken = max(woken, ?4), notified = max(notified, ?5)
                     WHERE device = ?1 AND id = ?2",
                )?.execute((key.0, key.1, at, woken.0.cast_signed(), notified.0.cast_signed()))?;
            }
            Fate::Failed(reason) => {
                connection
                    .prepare_cached(
                        "UPDATE _installations SET last_sent_at = ?3, failures = failures + 1, last_failure = ?4
                     WHERE device = ?1 AND id = ?2",
                    )?
                    .execute((key.0, key.1, at, reason))?;
            }
            Fate::Gone(reason) => {
                // The channel itself is forgotten; that it was one of its platform stays to be told.
                let forgotten = format!(
                    "UPDATE _installations SET last_sent_at = ?3, failures = failures + 1, last_failure = ?4,
                       dead = 1, channel = {FORGOTTEN}
                     WHERE device = ?1 AND id = ?2 AND registered_at = ?5"
                );
                connection.prepare_cached(&forgotten)?.execute((
                    key.0,
                    key.1,
                    at,
                    reason,
                    sent.registered_at.0,
                ))?;
            }
            Fate::Seen(seq) => {
                connection
                    .prepare_cached(
                        "UPDATE _installations SET woken = max(woken, ?3) WHERE device = ?1 AND id = ?2",
                    )?
                    .execute((key.0, key.1, seq.0.cast_signed()))?;
            }
        }
    }
    Ok(())
}

/// A channel with nothing in it, as JSON made of the one that was there.
const FORGOTTEN: &str = "json_object('platform', json_extract(channel, '$.platform'), 'channel', \
     CASE json_extract(channel, '$.platform') \
       WHEN 'web_push' THEN json_object('endpoint', '', 'p256dh', '', 'auth', '') \
       ELSE json_object('token', '') END)";

/// Whether the database has installations at all: one that no server of this version has opened yet does not.
pub(crate) fn are_there(connection: &Connection) -> Result<bool, Error> {
    Ok(connection
        .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_installations'")?
        .exists([])?)
}

/// Every device is to be woken, whatever it was told: the server's life is another one.
pub(crate) fn wake_all(connection: &Connection) -> Result<(), Error> {
    if are_there(connection)? {
        connection.execute("UPDATE _installations SET woken = -1", [])?;
    }
    Ok(())
}
