//! One record as a server has it: its JSON, and what the protocol itself says in it.
//!
//! Before 2015 the system's properties had two underscores before their names; databases of that time still do.

use crate::error::Error;
use crate::instant;
use landfall_core::id::{IdError, Millis, RecordId, Version};
use serde_json::{Map, Value as Json};

/// A version that stands for none: the server has none, and the time of the last change takes its place.
const NO_VERSION: &str = "at:";

/// A record.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// All of it.
    pub json: Map<String, Json>,
    /// Its id; a number as its digits.
    pub id: String,
    /// Its version, as the body has it.
    pub version: Option<String>,
    /// Last changed.
    pub updated_at: Option<Millis>,
    /// Made; v3 does not say.
    pub created_at: Option<Millis>,
    /// It is deleted.
    pub deleted: bool,
}

impl Row {
    /// Reads one.
    ///
    /// # Errors
    /// [`Error::Unreadable`] without an id, or with one that is neither text nor a whole number.
    pub fn read(json: Map<String, Json>) -> Result<Self, Error> {
        let id = match system(&json, "id") {
            Some(Json::String(id)) if !id.is_empty() => id.clone(),
            Some(Json::Number(number)) if number.is_i64() || number.is_u64() => number.to_string(),
            _ => return Err(Error::unreadable("a record has no id")),
        };
        let instant = |name| system(&json, name).and_then(Json::as_str).and_then(instant::read);
        let version = match system(&json, "version") {
            Some(Json::String(version)) if !version.is_empty() => Some(version.clone()),
            Some(Json::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        Ok(Self {
            id,
            version,
            updated_at: instant("updatedAt"),
            created_at: instant("createdAt"),
            deleted: match system(&json, "deleted") {
                Some(Json::Bool(deleted)) => *deleted,
                Some(Json::Number(number)) => number.as_i64() == Some(1),
                _ => false,
            },
            json,
        })
    }

    /// Its id as one of ours.
    ///
    /// # Errors
    /// When it could not stand in an address.
    pub fn record_id(&self) -> Result<RecordId, IdError> {
        RecordId::new(self.id.clone())
    }

    /// What changes with each change of it: the version, or where the server has none, the time of the last change.
    ///
    /// # Errors
    /// [`Error::Unreadable`] when it has neither, or a version of more than 255 bytes.
    pub fn version(&self) -> Result<Version, Error> {
        let version = match (&self.version, self.updated_at) {
            (Some(version), _) => version.clone(),
            (None, Some(at)) => format!("{NO_VERSION}{}", at.0),
            (None, None) => return Err(Error::unreadable("a record has no version and no updatedAt")),
        };
        Version::new(version).map_err(|_| Error::unreadable("a version is longer than 255 bytes"))
    }
}

/// Whether a version was made here, for a server that has none: then it can't be a condition.
#[must_use]
pub fn is_made_here(version: &Version) -> bool {
    version.as_str().starts_with(NO_VERSION)
}

/// The names of the system's properties.
const SYSTEM: [&str; 5] = ["id", "createdAt", "updatedAt", "version", "deleted"];

/// Whether a property is the system's.
#[must_use]
pub fn is_system(name: &str) -> bool {
    let plain = name.strip_prefix("__").unwrap_or(name);
    SYSTEM.iter().any(|system| system.eq_ignore_ascii_case(plain))
}

/// A property of the system: as it stands, with underscores before it, or in other capitals.
fn system<'j>(json: &'j Map<String, Json>, name: &str) -> Option<&'j Json> {
    json.get(name)
        .or_else(|| json.get(&format!("__{name}")))
        .or_else(|| {
            let found = json.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(json: Json) -> Result<Row, Error> {
        match json {
            Json::Object(map) => Row::read(map),
            _ => unreachable!("a test gives objects"),
        }
    }

    #[test]
    fn each_generation_says_it_in_its_way() {
        let v3 = row(
            json!({"id": "a", "version": "MQ==", "updatedAt": "2026-11-23T10:41:00.000Z", "deleted": true}),
        );
        let v3 = v3.unwrap();
        assert_eq!(v3.version().unwrap().as_str(), "MQ==");
        assert!(v3.deleted);
        assert_eq!(v3.created_at, None);
        let old = row(
            json!({"id": 7, "__version": "x", "__updatedAt": "2026-11-23T10:41:00.1234567Z", "__deleted": false}),
        );
        let old = old.unwrap();
        assert_eq!(
            (old.id.as_str(), old.version.as_deref(), old.deleted),
            ("7", Some("x"), false)
        );
        assert_eq!(old.updated_at, Some(Millis(1_795_430_460_123)));
        let plain = row(json!({"Id": "a", "UpdatedAt": "2026-11-23T10:41:00Z", "deleted": 1})).unwrap();
        let version = plain.version().unwrap();
        assert!(is_made_here(&version) && plain.deleted);
        assert!(row(json!({"text": "x"})).is_err());
        assert!(row(json!({"id": "a"})).unwrap().version().is_err());
        assert!(row(json!({"id": "a/b"})).unwrap().record_id().is_err());
    }
}
