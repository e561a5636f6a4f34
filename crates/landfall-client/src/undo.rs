//! Commands of undo and redo (U53): named actions, taken back by new ones (steps 1 to 4 of the data's way).

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use crate::map;
use landfall_core::id::GroupId;
use landfall_store::Store;

impl Client {
    /// What can be undone and redone, the next first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn undo_stack(&self, _: NoArgs) -> Result<UndoStack, CommandError> {
        let stacks = self.on_store(Store::undo_stack).await?;
        Ok(map::undo::stack(stacks))
    }

    /// Takes an action back, by a new one: the given one, or the latest that was not.
    ///
    /// # Errors
    /// `not_found` for an action that this device does not remember, or when there is none; `invalid` with field errors
    /// when the values of before do not fit the rules any more.
    pub async fn action_undo(&self, args: ActionUndoArgs) -> Result<ActionDone, CommandError> {
        let action = args.action.map(GroupId::new).transpose()?;
        self.act(move |store| match &action {
            Some(action) => store.undo(action),
            None => store.undo_last(),
        })
        .await
    }

    /// Does again what was taken back last.
    ///
    /// # Errors
    /// `not_found` when there is nothing to redo; `invalid` with field errors.
    pub async fn action_redo(&self, _: NoArgs) -> Result<ActionDone, CommandError> {
        self.act(Store::redo_last).await
    }
}
