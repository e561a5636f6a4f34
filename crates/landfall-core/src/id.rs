//! Names and ids as types of their own, so that one can't stand where another belongs.
//!
//! Table and column names are checked when they are made; SQL may therefore quote them as identifiers.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Why a string is no name or id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a name.
    #[error(
        "`{0}` is not a name: use a lower-case letter, then lower-case letters, digits or `_`, at most 48"
    )]
    Name(String),
    /// Reserved.
    #[error("`{0}` is reserved: every record has it, or SQL needs it")]
    Reserved(String),
    /// Not a record id.
    #[error(
        "a record id has 1 to 255 characters, none of them a control character or one of \" + ? \\ / `, and is not `.` or `..`"
    )]
    RecordId,
}

/// System fields and words that no column may be called.
const RESERVED: [&str; 14] = [
    "id",
    "version",
    "seq",
    "created_at",
    "updated_at",
    "deleted",
    "extra",
    "mark",
    "rowid",
    "oid",
    "rank",
    "changed_by",
    "changed_at",
    "row",
];

fn checked_name(name: &str) -> Result<(), IdError> {
    let mut bytes = name.bytes();
    let starts = bytes.next().is_some_and(|b| b.is_ascii_lowercase());
    let goes_on = bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if starts && goes_on && name.len() <= 48 {
        Ok(())
    } else {
        Err(IdError::Name(name.to_owned()))
    }
}

macro_rules! text_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }
    };
}

text_newtype! {
    /// A table's name: a lower-case letter, then lower-case letters, digits or `_`, at most 48 bytes; not one of those
    /// that SQLite keeps for itself (`sqlite_…`).
    TableName
}
text_newtype! {
    /// A column's name: formed like a table's, and none of the system fields.
    ColumnName
}
text_newtype! {
    /// A record's id. Landfall makes UUIDv7; ids from elsewhere (an airfield's code) are kept as they are.
    RecordId
}
text_newtype! {
    /// An opaque version that the server gives a record with each change.
    Version
}
text_newtype! {
    /// The id of one change: the server applies each once.
    OpId
}
text_newtype! {
    /// The id of one user action; its changes are applied by the server all or none.
    GroupId
}
text_newtype! {
    /// A device's id.
    DeviceId
}

impl TableName {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`IdError::Name`] when it is not one, [`IdError::Reserved`] when SQLite keeps it for itself.
    pub fn new(name: impl Into<String>) -> Result<Self, IdError> {
        let name = name.into();
        checked_name(&name)?;
        if name.starts_with("sqlite_") {
            Err(IdError::Reserved(name))
        } else {
            Ok(Self(name))
        }
    }
}

impl ColumnName {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`IdError::Name`] when it is not one, [`IdError::Reserved`] when it is a system field.
    pub fn new(name: impl Into<String>) -> Result<Self, IdError> {
        let name = name.into();
        checked_name(&name)?;
        if RESERVED.contains(&name.as_str()) {
            Err(IdError::Reserved(name))
        } else {
            Ok(Self(name))
        }
    }
}

impl RecordId {
    /// Checks and takes an id: 1 to 255 characters, none a control character or one of `" + ? \ / backtick`, not
    /// `.` or `..` (the rule of the table protocol, so that every id can stand in a URL of either protocol).
    ///
    /// # Errors
    /// [`IdError::RecordId`].
    pub fn new(id: impl Into<String>) -> Result<Self, IdError> {
        let id = id.into();
        let forbidden = |c: char| c.is_control() || matches!(c, '"' | '+' | '?' | '\\' | '/' | '`');
        let length = id.chars().count();
        let fits = (1..=255).contains(&length) && !id.contains(forbidden) && id != "." && id != "..";
        if fits {
            Ok(Self(id))
        } else {
            Err(IdError::RecordId)
        }
    }

    /// A new UUIDv7 from the time (milliseconds since 1970) and ten random bytes.
    #[must_use]
    pub fn make(now: Millis, random: [u8; 10]) -> Self {
        Self(uuid_v7(now, random))
    }
}

fn uuid_v7(now: Millis, random: [u8; 10]) -> String {
    let millis = u64::try_from(now.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random)
        .into_uuid()
        .hyphenated()
        .to_string()
}

macro_rules! opaque {
    ($($name:ident),*) => {$(
        impl $name {
            /// Takes an opaque text as it is.
            ///
            /// # Errors
            /// [`IdError::RecordId`] when it is empty or longer than 255 bytes.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                if text.is_empty() || text.len() > 255 { Err(IdError::RecordId) } else { Ok(Self(text)) }
            }
        }
    )*};
}
opaque!(Version, OpId, GroupId, DeviceId);

macro_rules! made {
    ($($name:ident),*) => {$(
        impl $name {
            /// A new UUIDv7 from the time (milliseconds since 1970) and ten random bytes.
            #[must_use]
            pub fn make(now: Millis, random: [u8; 10]) -> Self {
                Self(uuid_v7(now, random))
            }
        }
    )*};
}
made!(OpId, GroupId, DeviceId);

/// Whether the text is a UUID in its usual form.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    Uuid::try_parse(text).is_ok()
}

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

/// A place in the server's order of changes. Handed out in commit order; 0 is before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_plain_and_system_fields_are_reserved() {
        assert!(TableName::new("airfields").is_ok());
        assert!(TableName::new("Air fields").is_err());
        assert!(TableName::new("1st").is_err());
        assert!(TableName::new("sqlite_master").is_err());
        assert!(ColumnName::new("closed").is_ok());
        assert_eq!(
            ColumnName::new("version"),
            Err(IdError::Reserved("version".into()))
        );
    }

    #[test]
    fn record_ids_can_stand_in_a_url() {
        for good in ["00AK", "id-000", "a.b", "018f…", "日本"] {
            assert!(RecordId::new(good).is_ok(), "{good}");
        }
        for bad in ["", ".", "..", "a/b", "a?b", "a\nb", "a\"b"] {
            assert!(RecordId::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn made_ids_sort_by_time() {
        let early = RecordId::make(Millis(1_000), [9; 10]);
        let late = RecordId::make(Millis(2_000), [0; 10]);
        assert!(early < late);
        assert!(is_uuid(early.as_str()));
    }

    proptest! {
        #[test]
        fn what_is_taken_comes_back_from_json_and_text(text in ".{0,260}") {
            if let Ok(id) = RecordId::new(text.clone()) {
                prop_assert_eq!(id.as_str(), text.as_str());
                let json = serde_json::to_string(&id).unwrap();
                prop_assert_eq!(serde_json::from_str::<RecordId>(&json).unwrap(), id);
                prop_assert_eq!(text.parse::<RecordId>().unwrap().to_string(), text);
            } else {
                let json = serde_json::to_string(&text).unwrap();
                prop_assert!(serde_json::from_str::<RecordId>(&json).is_err());
            }
        }

        #[test]
        fn a_name_needs_no_escape_in_sql_or_a_url(text in "[a-zA-Z0-9_\" ;]{0,50}") {
            if let Ok(name) = TableName::new(text) {
                prop_assert!(name.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
            }
        }

        #[test]
        fn made_ids_are_uuids(now: i64, random: [u8; 10]) {
            prop_assert!(is_uuid(OpId::make(Millis(now), random).as_str()));
        }
    }
}
