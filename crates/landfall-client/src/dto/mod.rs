//! The shapes that cross the boundary to the UI: arguments and answers of every command.
//!
//! Plain data: serializable, described by specta, without behaviour. Instants are milliseconds since
//! 1970-01-01 UTC ([`Millis`]); counts are `u32`; ids are strings. Names are the same in Rust, JSON and
//! TypeScript (snake case).

mod app;
mod conflict;
mod history;
mod outbox;
mod record;
mod settings;
mod sync;
mod view;
mod wake;

pub use app::*;
pub use conflict::*;
pub use history::*;
pub use outbox::*;
pub use record::*;
pub use settings::*;
pub use sync::*;
pub use view::*;
pub use wake::*;

use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct Millis(#[specta(type = f64)] pub i64);

/// A record's values by column name. A column that is absent is not spoken of; `null` is *no value*.
pub type Fields = BTreeMap<String, FieldValue>;

/// A value as JSON carries it. Which form a column takes is decided by its kind: text, long text, date
/// (`2026-11-23`), date-time (`2026-11-23T10:41:00Z`), choice, reference (an id) and link are strings;
/// multi-choice is a list of strings; location is `{lat, lon}` in degrees.
pub use landfall_core::value::Value as FieldValue;

/// A command without arguments.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
pub struct NoArgs {}

/// A command's answer that says only: done.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
pub struct Done {}
