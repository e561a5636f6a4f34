//! The beginning and the end of a sync run (around steps 5 to 10 of the data's way).
//!
//! A run begins with one transaction that reads all that it needs and takes the first batch: every step to the store costs
//! the way of a change some time, and each that waits for the disk much more.

use crate::batch::{self, FirstBatch, Room};
use crate::error::Result;
use crate::layout::Layout;
use crate::log::{self, LogEntry};
use crate::page;
use crate::{Store, facts};
use landfall_core::id::TableName;
use rusqlite::Connection;

/// Where a pull goes on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    /// The cursor; none: from the start.
    pub cursor: Option<String>,
    /// [`Store::tables_to_refetch`].
    pub refetch: Vec<TableName>,
}

/// How a device stands as a run begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Started {
    /// The server's life that the records are of.
    pub epoch: Option<String>,
    /// The schema's version.
    pub schema_version: u32,
    /// The run before did not end: the process died in it.
    pub cut_off: bool,
    /// Where its pull goes on.
    pub place: Place,
    /// The first batch, if there is room for one.
    pub first: Option<FirstBatch>,
}

impl Store {
    /// A sync run begins: until [`Store::sync_finished`] it counts as cut off. With room for a batch, it takes the first
    /// ([`Store::first_batch`]). None: this device has no workspace.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sync_started(&self, room: Option<Room>) -> Result<Option<Started>> {
        // What is taken must be on disk before it is sent. Of the beginning itself only a line in the log depends.
        let light = |conn: &Connection| Ok(room.is_none() || !batch::has_work(conn)?);
        let (started, found) = self.write_lightly_if(light, |work| {
            let Some(schema) = work.layout.schema.clone() else {
                return Ok(None);
            };
            let epoch = work
                .conn
                .prepare_cached("SELECT epoch FROM lf_workspace")?
                .query_row([], |sql| sql.get(0))?;
            let cut_off = facts::get(work.conn, facts::RUNNING)?.is_some();
            facts::put(work.conn, facts::RUNNING, &work.at.0.to_string())?;
            Ok(Some(Started {
                epoch,
                schema_version: schema.version,
                cut_off,
                place: place(work.conn, &work.layout)?,
                first: room.map(|room| batch::take_first(work, room)).transpose()?,
            }))
        })?;
        Ok(started.map(|started| Started {
            first: started.first.map(|first| FirstBatch { found, ..first }),
            ..started
        }))
    }

    /// Where a pull goes on now.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn place(&self) -> Result<Place> {
        self.read(place)
    }

    /// A sync run ended, with these lines for the log; `agreed`: device and server have compared all that they have.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sync_finished(&self, agreed: bool, lines: &[LogEntry]) -> Result<()> {
        self.write(|work| {
            for line in lines {
                log::add(work.conn, line)?;
            }
            if agreed {
                facts::put(work.conn, facts::LAST_SUCCESS, &work.at.0.to_string())?;
            }
            facts::remove(work.conn, facts::RUNNING)
        })?;
        Ok(())
    }
}

fn place(conn: &Connection, layout: &Layout) -> Result<Place> {
    Ok(Place {
        cursor: facts::get(conn, facts::CURSOR)?,
        refetch: page::to_refetch(conn, layout)?,
    })
}
