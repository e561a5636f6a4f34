//! The three-way merge of a record, field by field (step 10 of the data's way).
//!
//! `base` is the record as both sides last had it, `mine` the device's, `theirs` the server's. For each column:
//! changed on one side only → that side's value; changed on both to the same value → that value; changed on both to
//! different values → what the column's [rule](rule) gives, or a collision, which a person decides. A table that says
//! `server_wins` or `client_wins` gives that side's value wherever both changed.
//!
//! Laws, which the property tests hold it to: merge(b, m, b) = m · merge(b, b, t) = t · merge(b, x, x) = x · the merge
//! is symmetric but for the side shown where fields collide, and but for the rules that name a side · each value that
//! does not stand is named in `decided` or `collisions`.

mod rule;
mod text;

use crate::id::{ColumnName, Millis};
use crate::record::{Fields, value_of};
use crate::schema::{ColumnKind, MergeRule, TableMerge};
use crate::validate::TableRules;
use crate::value::Value;
use rule::Changed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One side of a merge.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The record as this side has it.
    pub fields: &'a Fields,
    /// When it was last edited there: its [stamp](crate::stamp).
    pub edited_at: Millis,
}

/// What a merge gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The merged record; mine where fields collide.
    pub fields: Fields,
    /// Columns taken over from theirs without asking: this device had not changed them.
    pub from_theirs: Vec<ColumnName>,
    /// Columns that both sides changed to different values and a rule decided.
    pub decided: Vec<Decided>,
    /// Columns that both sides changed to different values and a person decides.
    pub collisions: Vec<ColumnName>,
}

/// What a rule decided: no value of either side vanishes unnamed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// The column.
    pub column: ColumnName,
    /// The rule.
    pub rule: MergeRule,
    /// This device's value.
    pub mine: Value,
    /// The server's value.
    pub theirs: Value,
}

/// Merges field by field.
#[must_use]
pub fn merge(rules: &TableRules, base: &Fields, mine: Side<'_>, theirs: Side<'_>) -> Merged {
    let mut merged = Merged {
        fields: mine.fields.clone(),
        from_theirs: Vec::new(),
        decided: Vec::new(),
        collisions: Vec::new(),
    };
    let all = base.keys().chain(mine.fields.keys()).chain(theirs.fields.keys());
    for column in all.collect::<BTreeSet<&ColumnName>>() {
        let before = value_of(base, column);
        let here = value_of(mine.fields, column);
        let there = value_of(theirs.fields, column);
        if here == there || there == before {
            continue;
        }
        if here == before {
            merged.from_theirs.push(column.clone());
            put(&mut merged.fields, column, there.clone());
            continue;
        }
        let (mine, theirs) = (changed(here, mine), changed(there, theirs));
        let Some((rule, value)) = decide(rules, column, before, mine, theirs) else {
            merged.collisions.push(column.clone());
            continue;
        };
        let (mine, theirs) = (here.clone(), there.clone());
        merged.decided.push(Decided {
            column: column.clone(),
            rule,
            mine,
            theirs,
        });
        put(&mut merged.fields, column, value);
    }
    merged
}

fn changed<'a>(value: &'a Value, side: Side<'_>) -> Changed<'a> {
    Changed {
        value,
        edited_at: side.edited_at,
    }
}

/// The rule in force and the value it gives. A column that the schema does not know is never guessed at.
fn decide(
    rules: &TableRules,
    name: &ColumnName,
    base: &Value,
    mine: Changed<'_>,
    theirs: Changed<'_>,
) -> Option<(MergeRule, Value)> {
    let column = rules.table().column(name)?;
    let rule = match rules.table().merge {
        TableMerge::Merge => rule::rule_of(column),
        TableMerge::ServerWins => MergeRule::Theirs,
        TableMerge::ClientWins => MergeRule::Mine,
    };
    let value = rule::decide(column, rule, base, mine, theirs)?;
    rules.takes(column, &value).then_some((rule, value))
}

/// Both changes of a column in one value, to be offered to a person who is asked: what either added to a set, both
/// differences of a number, both sides' words where they don't touch. None where the kind of the column has no such
/// value, where it breaks the column's rules, or where it is one side's value anyway.
#[must_use]
pub fn both(
    rules: &TableRules,
    name: &ColumnName,
    base: &Value,
    mine: &Value,
    theirs: &Value,
) -> Option<Value> {
    let column = rules.table().column(name).filter(|column| !column.unique)?;
    let rule = match column.kind {
        ColumnKind::MultiChoice { .. } => MergeRule::Union,
        ColumnKind::Text { .. } | ColumnKind::LongText { .. } => MergeRule::Text,
        // Two first numbers have no difference that both could count.
        ColumnKind::Integer { .. } | ColumnKind::Real { .. } if !base.is_null() => MergeRule::Sum,
        _ => return None,
    };
    // None of these rules looks at the time.
    let changed = |value| Changed {
        value,
        edited_at: Millis(0),
    };
    let value = rule::decide(column, rule, base, changed(mine), changed(theirs))?;
    (rules.takes(column, &value) && value != *mine && value != *theirs).then_some(value)
}

fn put(fields: &mut Fields, column: &ColumnName, value: Value) {
    if value.is_null() {
        fields.remove(column);
    } else {
        fields.insert(column.clone(), value);
    }
}

#[cfg(test)]
mod tests;
