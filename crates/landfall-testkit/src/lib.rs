//! Dev only: a whole world in one process for tests that read like stories. The real server over its real router, the
//! real store on real files, the real engine; only the line, the clocks and the randomness are the test's.
//!
//! [`World`] has a [`Server`] and three [`Device`]s. A device's [`FaultyTransport`] loses, repeats, delays and cuts by
//! plan or by seeded [`Dice`]; its [`TestClock`] jumps. [`World::assert_converged`] is how most stories end.

mod clock;
mod device;
mod dice;
mod faulty;
mod line;
pub mod schema;
mod server;
mod world;

pub use clock::{BEGIN, TestClock};
pub use device::{Device, Line, fields, table};
pub use dice::Dice;
pub use faulty::{Fault, FaultyTransport, Ledger};
pub use line::{InProcessTransport, StreamFault};
pub use server::{Backup, LIMITS, Server, Socket};
pub use world::{Dump, World, dump_of, dump_of_server};
