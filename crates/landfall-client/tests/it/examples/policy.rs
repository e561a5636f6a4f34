//! A policy: conflicts that nobody is asked about.

use landfall_client::Client;
use landfall_client::dto::*;

/// The ward's own rule: theirs, where only the ward itself collides; a deletion never wins over an edit. Names and notes
/// are for people to decide.
pub(crate) fn settle_wards(client: &Client) {
    client.set_conflict_policy(|conflict| match conflict.kind {
        ConflictKind::EditedHereDeletedThere => Some(Resolution::Mine),
        ConflictKind::DeletedHereEditedThere => Some(Resolution::Theirs),
        ConflictKind::Fields if conflict.fields.iter().all(|field| field.column == "ward") => {
            Some(Resolution::Theirs)
        }
        _ => None,
    });
}
