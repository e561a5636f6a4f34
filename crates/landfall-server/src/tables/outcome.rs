//! What became of a request, before a dialect gives it a status.

use landfall_core::record::Record;
use landfall_core::validate::FieldError;

/// What became of a request about one record.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Here it is, read or changed.
    Row(Record),
    /// It was made.
    Created(Record),
    /// It came back from deletion (or was there).
    Undeleted(Record),
    /// It was deleted.
    Deleted(Record),
    /// The client has it as it is.
    NotModified(Record),
    /// There is no such record (or none that such clients see).
    Missing,
    /// It was deleted before.
    Gone,
    /// There is one with this id.
    Exists(Record),
    /// It is not as the request's headers expect it.
    Failed(Record),
    /// It does not have the version that the body names.
    Stale(Record),
    /// Values break the table's rules.
    Invalid(Vec<FieldError>),
    /// A body names the properties that the system sets, with other values than they have.
    Overwrites(Vec<&'static str>),
    /// The request can't be read, or asks for what is not possible: a sentence.
    Bad(String),
    /// The body is of another media type.
    MediaType,
    /// This address does not take this method.
    Method,
}
