//! Stories of convergence: a server and three devices in one process, told with names.

mod big;
mod conflicts;
mod crashes;
mod cuts;
mod deletes;
mod driver;
mod groups;
mod plain;
mod refused;
mod resync;
mod schema;
mod sockets;
