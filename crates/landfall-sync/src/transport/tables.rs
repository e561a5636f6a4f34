//! The way to a server that a team already has and that speaks the table protocol of Azure Mobile Apps and Datasync
//! alone (steps 5 and 9 of the data's way): the same engine, outbox and conflicts over it.
//!
//! Such a server has tables, and nothing else of ours. What takes the place of the rest:
//!
//! | ours | there |
//! |---|---|
//! | the schema | the person brings it, as a `landfall.toml`; it is kept with the workspace |
//! | `op_id`, applied once | the content: [`push`] |
//! | all of a group or none | one change after the other, each answered on disk before the next |
//! | `seq`, and a cursor | `updatedAt`, and a time for each table: [`pull`], [`cursor`] |
//! | count and checksum | nothing: a table is compared with nothing |
//! | an epoch | one for ever, made from the address |
//! | who changed a record | nobody says |
//! | history, wakes, push channels | none: the device polls, and its own history is all there is |
//!
//! **Deletions** come only from servers that keep deleted records (*soft delete*). One that removes rows tells nobody;
//! a person who knows downloads the table again.

pub mod cursor;
mod met;
mod pull;
mod push;
mod rows;

pub use landfall_protocol::workspace::Device;
pub use landfall_tables::{Dialect, Error as TablesError};
pub use met::of as met_by;

use super::{Answering, Pages, Transport, TransportError, Wakes};
use crate::run::Clock;
use futures_util::FutureExt;
use landfall_core::id::{RecordId, Seq, TableName};
use landfall_core::schema::Schema;
use landfall_protocol::VERSION;
use landfall_protocol::history::History;
use landfall_protocol::push::{OpResult, PushRequest, PushResponse};
use landfall_protocol::wake::{Channels, Installation, InstallationRequest, TestReport};
use landfall_protocol::workspace::{Health, Limits, Workspace};
use landfall_tables::{Auth, Properties, Select, TablesClient};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How such a server is told who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignIn {
    /// It asks nobody.
    None,
    /// The token stands in `X-ZUMO-AUTH`.
    Zumo,
    /// The token stands in `Authorization: Bearer`.
    Bearer,
}

impl SignIn {
    fn with(self, token: &str) -> Auth {
        match self {
            Self::None => Auth::None,
            Self::Zumo => Auth::Zumo(token.to_owned()),
            Self::Bearer => Auth::Bearer(token.to_owned()),
        }
    }
}

/// What is known of such a server. It is kept with the workspace; the token is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablesServer {
    /// What it speaks.
    pub dialect: Dialect,
    /// How it is told who asks.
    pub sign_in: SignIn,
    /// What each table of the schema is called in its addresses.
    pub tables: BTreeMap<TableName, String>,
}

impl TablesServer {
    /// Finds out what the server at an address speaks, and that it has all tables of the schema.
    ///
    /// # Errors
    /// What was met; [`met_by`] makes it one of ours.
    pub async fn meet(
        address: &str,
        sign_in: SignIn,
        token: &str,
        schema: &Schema,
    ) -> Result<Self, TablesError> {
        let tables: Vec<TableName> = schema.tables.iter().map(|table| table.name.clone()).collect();
        let met = TablesClient::meet(address, &sign_in.with(token), &tables).await?;
        Ok(Self {
            dialect: met.dialect,
            sign_in,
            tables: met.tables,
        })
    }
}

/// A way to such a server.
pub struct TablesTransport {
    known: Arc<Known>,
    device: Device,
    now: Clock,
}

/// What requests share.
struct Known {
    client: TablesClient,
    schema: Schema,
    epoch: String,
    /// What each table is called there.
    addresses: BTreeMap<TableName, String>,
    /// Each table's names for its columns, as far as they were seen.
    properties: Mutex<BTreeMap<TableName, Properties>>,
}

impl Known {
    fn properties(&self) -> MutexGuard<'_, BTreeMap<TableName, Properties>> {
        // No code panics while it holds the lock.
        self.properties.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A table's address and what is known of its columns.
    fn table<T>(&self, name: &TableName, work: impl FnOnce(&str, &mut Properties) -> T) -> Option<T> {
        let address = self.addresses.get(name)?;
        Some(work(address, self.properties().get_mut(name)?))
    }
}

impl TablesTransport {
    /// A way to the server at this address. Nothing is sent yet.
    ///
    /// # Errors
    /// [`TransportError::BadAddress`]; [`TransportError::Unauthorized`] for a token that can't be sent.
    pub fn new(
        address: &str,
        server: &TablesServer,
        token: &str,
        (schema, device): (Schema, Device),
        now: Clock,
    ) -> Result<Self, TransportError> {
        let client = TablesClient::new(address, server.dialect, &server.sign_in.with(token));
        let properties = schema.tables.iter().map(|table| {
            let name = table.name.clone();
            (name, Properties::new(table.clone()))
        });
        let named = |table: &TableName| {
            let known = server.tables.get(table).cloned();
            (table.clone(), known.unwrap_or_else(|| table.to_string()))
        };
        Ok(Self {
            known: Arc::new(Known {
                client: client.map_err(|error| met_by(&error))?,
                epoch: epoch_of(address),
                addresses: schema.tables.iter().map(|table| named(&table.name)).collect(),
                properties: Mutex::new(properties.collect()),
                schema,
            }),
            device,
            now,
        })
    }

    /// Asks for one record of the first table.
    async fn probe(&self) -> Result<(), TransportError> {
        let first = self.known.schema.tables.first();
        if let Some(address) = first.and_then(|table| self.known.addresses.get(&table.name)) {
            let asked = self.known.client.page(address, Select::All, 0, 1).await;
            asked.map_err(|error| met_by(&error))?;
        }
        Ok(())
    }
}

/// The life of a server that says nothing of lives: the same for ever at one address. (FNV-1a, 64 bit.)
fn epoch_of(address: &str) -> String {
    let hash = address.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("tables-{hash:016x}")
}

fn refused<'a, T: Send + 'a>() -> Answering<'a, T> {
    async { Err(TransportError::NotOffered) }.boxed()
}

impl Transport for TablesTransport {
    fn health(&self) -> Answering<'_, Health> {
        async {
            self.probe().await?;
            Ok(Health {
                status: "ok".to_owned(),
                product: "table protocol".to_owned(),
                version: self.known.client.dialect().version().to_owned(),
                protocol: VERSION,
            })
        }
        .boxed()
    }

    fn workspace(&self) -> Answering<'_, Workspace> {
        async {
            self.probe().await?;
            Ok(Workspace {
                protocol: VERSION,
                server_version: self.known.client.dialect().version().to_owned(),
                epoch: self.known.epoch.clone(),
                schema: self.known.schema.clone(),
                limits: Limits {
                    push_ops: 1,
                    body_bytes: 2 << 20,
                    page_records: pull::TOP,
                },
                device: self.device.clone(),
                now: (self.now)(),
            })
        }
        .boxed()
    }

    fn push<'a>(&'a self, request: &'a PushRequest) -> Answering<'a, PushResponse> {
        async {
            let mut results = Vec::with_capacity(request.ops.len());
            for op in &request.ops {
                let outcome = push::one(&self.known, op).await;
                results.push(OpResult {
                    op_id: op.op_id.clone(),
                    outcome: outcome.map_err(|error| met_by(&error))?,
                });
            }
            Ok(PushResponse {
                epoch: self.known.epoch.clone(),
                results,
            })
        }
        .boxed()
    }

    fn takes_groups(&self) -> bool {
        false
    }

    fn pull<'a>(&'a self, cursor: Option<&'a str>, tables: Option<&'a [TableName]>) -> Answering<'a, Pages> {
        let pages = pull::pages(self.known.clone(), cursor, tables);
        async { Ok(pages) }.boxed()
    }

    fn history<'a>(&'a self, _: &'a TableName, _: &'a RecordId) -> Answering<'a, History> {
        async { Ok(History { entries: Vec::new() }) }.boxed()
    }

    fn wakes(&self, _: Option<Seq>) -> Answering<'_, Wakes> {
        refused()
    }

    fn channels(&self) -> Answering<'_, Channels> {
        let none = Channels {
            platforms: Vec::new(),
            vapid_public_key: None,
            installations: Vec::new(),
        };
        async { Ok(none) }.boxed()
    }

    fn put_installation<'a>(&'a self, _: &'a str, _: &'a InstallationRequest) -> Answering<'a, Installation> {
        refused()
    }

    /// There is none.
    fn delete_installation<'a>(&'a self, _: &'a str) -> Answering<'a, ()> {
        async { Ok(()) }.boxed()
    }

    fn test_installation<'a>(&'a self, _: &'a str) -> Answering<'a, TestReport> {
        refused()
    }
}
