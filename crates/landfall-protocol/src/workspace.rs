//! `GET /v1/workspace` and `GET /healthz`.

use landfall_core::id::{DeviceId, Millis};
use landfall_core::schema::Schema;
use serde::{Deserialize, Serialize};

/// Answer of `GET /v1/workspace`. Its ETag is the schema's version and the epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    /// The server's protocol version.
    pub protocol: u32,
    /// Server software version.
    pub server_version: String,
    /// The server's life: another one after a restore from backup. Devices that knew another resync.
    pub epoch: String,
    /// Tables and columns.
    pub schema: Schema,
    /// What the server takes.
    pub limits: Limits,
    /// The device that asks, as the server knows it.
    pub device: Device,
    /// The server's clock, for telling a wrong clock on the device.
    pub now: Millis,
}

/// What the server takes in one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Most operations in a push. One group alone may have more, as far as the body holds them.
    pub push_ops: u32,
    /// Most bytes of a request's body.
    pub body_bytes: u32,
    /// Most records in a page of a pull.
    pub page_records: u32,
}

/// A device as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Its name.
    pub name: String,
}

/// Answer of `GET /healthz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `ok`.
    pub status: String,
    /// Always `landfall`.
    pub product: String,
    /// Server software version.
    pub version: String,
    /// The server's protocol version.
    pub protocol: u32,
}
