//! A program looks at what collides, and settles what it understands.

use landfall_client::Client;
use landfall_client::dto::*;
use landfall_client::error::CommandError;

/// Where both sides noted something, keeps both notes, one below the other. Everything else is left to a person.
pub(crate) async fn keep_both_notes(client: &Client) -> Result<u32, CommandError> {
    let mut settled = 0;
    for item in client.conflict_list(NoArgs {}).await? {
        if item.kind != ConflictKind::Fields || item.columns != ["notes"] {
            continue;
        }
        let record = RecordRef {
            table: item.table,
            id: item.id,
        };
        let detail = client.conflict_get(record.clone()).await?;
        let [field] = detail.fields.as_slice() else {
            continue;
        };
        let (FieldValue::Text(mine), FieldValue::Text(theirs)) = (&field.mine, &field.theirs) else {
            continue;
        };
        let both = FieldValue::Text(format!("{theirs}\n{mine}"));
        let decision = ConflictResolveArgs {
            table: record.table,
            id: record.id,
            // What was decided on. If theirs has moved on since, this is answered with `theirs_moved` and does nothing.
            revision: Some(detail.revision),
            resolution: Resolution::Values {
                fields: Fields::from([("notes".to_owned(), both)]),
            },
        };
        client.conflict_resolve(decision).await?;
        settled += 1;
    }
    Ok(settled)
}
