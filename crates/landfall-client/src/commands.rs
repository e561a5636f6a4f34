//! The one list of commands. It makes the dispatcher, the Tauri commands and their permissions, the
//! TypeScript bindings and the command reference in the docs.
//!
//! A line reads `name(Arguments) -> Answer`. A read names the topics it provides; a write names none here: what
//! it invalidates follows from what its transaction changed, and is told after the commit.

/// Hands the list to a macro.
#[macro_export]
macro_rules! for_each_command {
    ($($callback:tt)+) => {
        $($callback)+! {
            // the app
            read app_state(NoArgs) -> AppState [App];
            read settings_get(NoArgs) -> Settings [App];
            write settings_set(SettingsPatch) -> Settings;
            read workspace_check(WorkspaceCheckArgs) -> ServerCheck [];
            write workspace_connect(WorkspaceConnectArgs) -> AppState;
            write workspace_disconnect(WorkspaceDisconnectArgs) -> AppState;
            write table_purge(TablePurgeArgs) -> Done;
            read diagnostics_get(NoArgs) -> Diagnostics [];
            read saved_view_list(SavedViewListArgs) -> Vec<SavedView> [Views];
            write saved_view_save(SavedView) -> Done;
            write saved_view_delete(SavedViewDeleteArgs) -> Done;
            // the list
            read view_open(ViewOpenArgs) -> ViewOpened [];
            read view_rows(ViewRowsArgs) -> ViewRows [Records];
            read view_refresh(ViewRefreshArgs) -> ViewDrift [Records];
            read view_find(ViewFindArgs) -> ViewPosition [];
            read view_close(ViewCloseArgs) -> Done [];
            read table_counts(TableCountsArgs) -> TableCounts [Records];
            write table_visited(TableVisitedArgs) -> Done;
            read reference_search(ReferenceSearchArgs) -> Vec<ReferenceOption> [Records];
            // one record
            read record_get(RecordRef) -> RecordDetail [Record, Drafts];
            write record_new(RecordNewArgs) -> NewRecord;
            read new_record_list(NewRecordListArgs) -> Vec<NewRecord> [Drafts];
            read new_record_get(RecordRef) -> NewRecord [Drafts];
            write record_create(RecordCreateArgs) -> RecordDetail;
            write record_update(RecordUpdateArgs) -> RecordDetail;
            write record_delete(RecordRef) -> ActionDone;
            write record_revert(RecordRef) -> ActionDone;
            write record_seen(RecordRef) -> Done;
            read record_validate(RecordValidateArgs) -> Validation [];
            write field_undo(FieldUndoArgs) -> RecordDetail;
            write draft_save(DraftSaveArgs) -> Validation;
            write draft_discard(RecordRef) -> Done;
            write records_update(RecordsUpdateArgs) -> ActionDone;
            write records_delete(RecordsDeleteArgs) -> ActionDone;
            write action_undo(ActionUndoArgs) -> ActionDone;
            // history and undo
            read record_history(RecordHistoryArgs) -> RecordHistory [Record];
            read record_trail(RecordRef) -> RecordTrail [Record, Outbox];
            write record_restore(RecordRestoreArgs) -> Restored;
            write record_undelete(RecordRef) -> ActionDone;
            write records_undelete(RecordsUndeleteArgs) -> RecordsUndeleted;
            read trash_list(TrashListArgs) -> Vec<TrashItem> [Records];
            read undo_stack(NoArgs) -> UndoStack [Actions];
            write action_redo(NoArgs) -> ActionDone;
            // conflicts
            read conflict_list(NoArgs) -> Vec<ConflictItem> [Conflicts];
            read conflict_get(RecordRef) -> ConflictDetail [Conflicts, Record];
            write conflict_resolve(ConflictResolveArgs) -> ActionDone;
            write conflicts_resolve(ConflictsResolveArgs) -> ConflictsResolved;
            read merged_list(MergedListArgs) -> Vec<MergedItem> [Records];
            write merge_revert(MergeRevertArgs) -> ActionDone;
            // the outbox
            read outbox_list(NoArgs) -> Vec<OutboxItem> [Outbox];
            read outbox_discard_preview(OutboxRef) -> DiscardPreview [Outbox];
            write outbox_discard(OutboxRef) -> ActionDone;
            write outbox_retry(OutboxRef) -> Done;
            write outbox_retry_all(NoArgs) -> Done;
            read outbox_export(NoArgs) -> Exported [];
            // sync
            read sync_status(NoArgs) -> SyncStatus [Status];
            write sync_now(NoArgs) -> SyncStarted;
            write sync_push(NoArgs) -> SyncStarted;
            write sync_pull(NoArgs) -> SyncStarted;
            write sync_set_automatic(SyncSetAutomaticArgs) -> Done;
            write work_offline_set(WorkOfflineSetArgs) -> Done;
            read sync_log(SyncLogArgs) -> Vec<SyncLogEntry> [Log];
            // wakes
            read wake_status(NoArgs) -> WakeStatus [Wakes];
            read wake_health(NoArgs) -> WakeHealth [];
            write wake_test(NoArgs) -> WakeTestReport;
            write wake_tags_set(WakeTagsSetArgs) -> Done;
        }
    };
}

use crate::topic::TopicKind;

/// One line of the list, as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandInfo {
    /// Its name, the same in Rust, on the wire and in TypeScript.
    pub name: &'static str,
    /// It changes nothing.
    pub is_read: bool,
    /// The topics it shows.
    pub provides: &'static [TopicKind],
}

macro_rules! make_infos {
    ($($kind:ident $name:ident($args:ty) -> $answer:ty $([$($topic:ident),*])?;)*) => {
        /// Every command, in the order of the list.
        pub const COMMANDS: &[CommandInfo] = &[$(CommandInfo {
            name: stringify!($name),
            is_read: is_read!($kind),
            provides: &[$($(TopicKind::$topic),*)?],
        }),*];
    };
}

macro_rules! is_read {
    (read) => {
        true
    };
    (write) => {
        false
    };
}

for_each_command!(make_infos);

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_writes_provide_nothing() {
        let names: BTreeSet<_> = COMMANDS.iter().map(|command| command.name).collect();
        assert_eq!(names.len(), COMMANDS.len());
        assert!(
            COMMANDS
                .iter()
                .all(|command| command.is_read || command.provides.is_empty())
        );
    }
}
