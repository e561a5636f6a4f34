//! Conflicts: what waits for a person, what merged by itself, and how each is settled (U38–U52).

use super::{ActionDone, FieldChange, FieldValue, Fields, Millis, Refusal, WhoWhen};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What collided. The last three were found by the server, which refused the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// Both sides changed the same fields.
    Fields,
    /// Edited here, deleted there.
    EditedHereDeletedThere,
    /// Deleted here, edited there.
    DeletedHereEditedThere,
    /// Both sides made a record with this id.
    InsertedTwice,
    /// Another record has the value of a unique column.
    UniqueTaken,
    /// A record that this one refers to is not there.
    ParentMissing,
    /// The rules do not allow the change (any more).
    Refused,
}

/// One row of the inbox (U40).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConflictItem {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// The record's title.
    pub title: String,
    /// What collided.
    pub kind: ConflictKind,
    /// The columns to decide (none for a deletion against an edit).
    pub columns: Vec<String>,
    /// This device's edit.
    pub mine: WhoWhen,
    /// The other side's; none where the server refused the change by its rules.
    pub theirs: Option<WhoWhen>,
    /// When it was found, by this device's clock.
    pub found_at: Millis,
}

/// One conflict, whole: what the dialog shows (U41–U47).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConflictDetail {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// The record's title.
    pub title: String,
    /// What collided.
    pub kind: ConflictKind,
    /// Which state of theirs (and of mine) this is: handed back with the decision, so that a decision on what has moved
    /// since is not carried out (`theirs_moved`, U49).
    pub revision: String,
    /// The fields to decide, in the order of the columns. For the refused kinds: those that the refusal names, or all that
    /// the change has.
    pub fields: Vec<ConflictField>,
    /// Every other field: unchanged, or merged by itself (U44).
    pub others: Vec<SettledField>,
    /// This device's edit.
    pub mine: WhoWhen,
    /// The other side's; none where the server refused the change by its rules.
    pub theirs: Option<WhoWhen>,
    /// When it was found, by this device's clock.
    pub found_at: Millis,
    /// *Keep both* is possible: theirs stays, mine becomes a new record (U47).
    pub can_keep_both: bool,
    /// Why the server refused the change (the last three kinds).
    pub refusal: Option<Refusal>,
    /// The record that has the value already (`unique_taken`), or the one that is missing, if this device knows it
    /// (`parent_missing`; it is then in the trash and may be restored).
    pub other_record: Option<OtherRecord>,
}

/// A record that a conflict is about, beside its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct OtherRecord {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// It is deleted: in the trash.
    pub deleted: bool,
}

/// One field to decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConflictField {
    /// Column name.
    pub column: String,
    /// Before both; `null` also where there was no record before both.
    pub base: FieldValue,
    /// This device's.
    pub mine: FieldValue,
    /// The other side's (for the refused kinds: what the server has).
    pub theirs: FieldValue,
    /// Both changes in one value, where the kind of the column allows it (texts that change different words, choices,
    /// sums): offered as *Both*.
    pub both: Option<FieldValue>,
    /// Title of the value before both, where it is a reference.
    pub base_title: Option<String>,
    /// Title of mine, where it is a reference.
    pub mine_title: Option<String>,
    /// Title of theirs, where it is a reference.
    pub theirs_title: Option<String>,
    /// Words for this field from the refusal.
    pub error: Option<String>,
}

/// A field that needs no decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SettledField {
    /// Column name.
    pub column: String,
    /// The value that will be saved.
    pub value: FieldValue,
    /// Its title, where it is a reference.
    pub title: Option<String>,
    /// Where it comes from.
    pub from: SettledFrom,
}

/// Where a value without conflict comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SettledFrom {
    /// Neither side changed it.
    Unchanged,
    /// Only this device did, or both did alike.
    Mine,
    /// Only the other side did.
    Theirs,
    /// Both did, and the column's rule decided.
    Rule,
}

/// Settle a conflict.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ConflictResolveArgs {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// The revision that the person decided on. None: whatever stands now.
    pub revision: Option<String>,
    /// What to keep.
    pub resolution: Resolution,
}

/// How a conflict is settled. What is not kept stays in history, and the action can be undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Resolution {
    /// Mine for every field to decide; for a deletion against an edit: my side stands. (For the refused kinds: send it
    /// again as it is.)
    Mine,
    /// Theirs likewise. (For the refused kinds: my change is discarded.)
    Theirs,
    /// These values, one for each field to decide.
    Values {
        /// Column → value.
        fields: Fields,
    },
    /// Theirs stays; mine becomes a new record with these values laid over it.
    KeepBoth {
        /// Column → value of the new record (a unique column needs another value).
        fields: Fields,
    },
}

/// Settle many at once (U50).
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ConflictsResolveArgs {
    /// Which; none means every one in the inbox.
    pub records: Option<Vec<super::RecordRef>>,
    /// Only this column of each (the others stay to be decided); none means all.
    pub column: Option<String>,
    /// Whose value is kept.
    pub side: ConflictSide,
    /// Only say what would change.
    pub preview: bool,
}

/// Whose value is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ConflictSide {
    /// This device's.
    Mine,
    /// The other side's.
    Theirs,
}

/// What settling many did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConflictsResolved {
    /// The one undo step; none for a preview, and when nothing was settled.
    pub done: Option<ActionDone>,
    /// Records that are settled (would be).
    pub resolved: u32,
    /// Records of which other columns are still to be decided.
    pub partly: u32,
    /// Records that need a decision of their own: what would be kept does not fit the rules, or the server refused it.
    pub left: u32,
    /// The first fifty changes of value, for the preview.
    pub sample: Vec<ResolvedField>,
}

/// One value that settling sets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ResolvedField {
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// The record's title.
    pub title: String,
    /// Column, the value that is given up → the value that is kept. None for a deletion against an edit.
    pub change: Option<FieldChange>,
    /// The record goes to the trash, or stays there.
    pub deletes: bool,
}

/// Changes of both sides that became one record without asking, latest first (U39).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct MergedItem {
    /// The place in this device's history, for `merge_revert`.
    pub n: u32,
    /// Table name.
    pub table: String,
    /// Record id.
    pub id: String,
    /// The record's title.
    pub title: String,
    /// When it merged, by this device's clock.
    pub at: Millis,
    /// Whose change met this device's.
    pub theirs: WhoWhen,
    /// What came from them, and what rules decided.
    pub fields: Vec<MergedField>,
}

/// One field of a merge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct MergedField {
    /// Column, mine → what stands.
    pub change: FieldChange,
    /// Theirs, where it does not stand as it is.
    pub theirs: Option<FieldValue>,
    /// The rule that decided, where both had changed it (`latest`, `sum` …).
    pub rule: Option<String>,
    /// It still has this value, so that bringing mine back takes nothing from anyone.
    pub can_revert: bool,
}

/// List what merged by itself.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct MergedListArgs {
    /// Most items.
    pub limit: u32,
}

/// Bring back this device's values from before a merge: a new change.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct MergeRevertArgs {
    /// From the item.
    pub n: u32,
    /// Only this column; none means every one that can be brought back.
    pub column: Option<String>,
}
