//! The two generations of the protocol, as far as they differ in an address.

use crate::instant;
use landfall_core::id::Millis;
use serde::{Deserialize, Serialize};

/// Which generation a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Azure Mobile Apps.
    V2,
    /// Datasync.
    V3,
}

impl Dialect {
    /// What stands in `ZUMO-API-VERSION`.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Self::V2 => "2.0.0",
            Self::V3 => "3.0.0",
        }
    }

    /// The parameter that shows deleted records: Node wants these very letters, the newer servers any.
    #[must_use]
    pub fn with_deleted(self) -> (&'static str, &'static str) {
        match self {
            Self::V2 => ("__includeDeleted", "true"),
            Self::V3 => ("__includedeleted", "true"),
        }
    }

    /// The parameter that has a page say how many records there are.
    #[must_use]
    pub fn counted(self) -> (&'static str, &'static str) {
        match self {
            Self::V2 => ("$inlinecount", "allpages"),
            Self::V3 => ("$count", "true"),
        }
    }

    /// An instant as it stands in a filter.
    #[must_use]
    pub fn instant(self, at: Millis) -> String {
        let at = instant::print(at);
        match self {
            Self::V2 => format!("datetimeoffset'{at}'"),
            Self::V3 => format!("cast({at},Edm.DateTimeOffset)"),
        }
    }
}

/// Text as it stands in a filter.
#[must_use]
pub fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
