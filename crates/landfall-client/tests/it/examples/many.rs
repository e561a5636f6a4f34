//! All conflicts at once, with a look before, and taken back.

use landfall_client::Client;
use landfall_client::dto::*;
use landfall_client::error::CommandError;

/// Takes theirs in every conflict, if that changes no more than `most` records. It is one action, and one step of undo.
pub(crate) async fn take_theirs(client: &Client, most: u32) -> Result<Option<ActionDone>, CommandError> {
    let all = ConflictsResolveArgs {
        records: None,
        column: None,
        side: ConflictSide::Theirs,
        preview: true,
    };
    let would = client.conflicts_resolve(all.clone()).await?;
    if would.resolved + would.partly > most {
        return Ok(None);
    }
    let did = client
        .conflicts_resolve(ConflictsResolveArgs {
            preview: false,
            ..all
        })
        .await?;
    Ok(did.done)
}

/// Everything is as it was before: mine, theirs, and the questions.
pub(crate) async fn take_back(client: &Client, done: ActionDone) -> Result<(), CommandError> {
    let action = Some(done.action);
    client.action_undo(ActionUndoArgs { action }).await?;
    Ok(())
}
