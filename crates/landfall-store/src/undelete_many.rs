//! Many records brought back from the trash as one action (steps 2 to 4 of the data's way). Those that fit the rules come
//! back together, all or none at the server, as a bulk edit goes; the others stay where they are, each with the reason.
//!
//! All are tried as one first, because they may refer to each other. Only when that fails it is found out which of them
//! fit: one after the other, again and again while one more does, so that of two with the same unique value the first
//! comes back, and a record comes back after the one that it refers to.

use crate::actions::{self, Verb};
use crate::edit::{Action, Done, Edit, Run, run};
use crate::error::{Error, Result};
use crate::history::Origin;
use crate::restore::{Restore, restoring};
use crate::work::Work;
use crate::{Store, row};
use landfall_core::id::{RecordId, TableName};
use landfall_core::validate::{Author, FieldError};
use std::collections::BTreeSet;

/// What bringing many back did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ManyUndeleted {
    /// The action, when something came back.
    pub done: Option<Done>,
    /// What stays in the trash.
    pub left: Vec<LeftInTrash>,
}

/// A deleted record that can't come back as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftInTrash {
    /// Table.
    pub table: TableName,
    /// Record.
    pub id: RecordId,
    /// Its title.
    pub title: String,
    /// The rules that it breaks.
    pub errors: Vec<FieldError>,
}

impl Store {
    /// Brings deleted records back with all that they had, as one action. One that is not in the trash (any more) is
    /// passed over; one that does not fit the rules stays.
    ///
    /// # Errors
    /// [`Error::UnknownTable`], [`Error::NoWorkspace`], [`Error::Full`], or what SQLite says. Nothing was changed then.
    pub fn undelete_many(&self, records: &[(TableName, RecordId)]) -> Result<ManyUndeleted> {
        match self.bring_all(records.to_vec()) {
            Err(Error::Invalid(_)) => {}
            other => {
                return Ok(ManyUndeleted {
                    done: other?,
                    left: Vec::new(),
                });
            }
        }
        let all = records.to_vec();
        let (fitting, left) = self.try_out(move |work| sort_out(work, all))?;
        let done = self.bring_all(fitting)?;
        Ok(ManyUndeleted { done, left })
    }

    fn bring_all(&self, records: Vec<Named>) -> Result<Option<Done>> {
        let (done, changed) = self.write(move |work| {
            let edits = deleted(work, records)?;
            let edits: Vec<Edit> = edits.into_iter().map(|one| one.edit).collect();
            if edits.is_empty() {
                return Ok(None);
            }
            let action = action(work, edits.len() > 1);
            let records = run(work, &action, &edits)?;
            actions::note(work, &action.id, Verb::Undelete)?;
            Ok(Some((action.id, records)))
        })?;
        Ok(done.map(|(action, records)| Done {
            action,
            changed,
            records,
            skipped: 0,
        }))
    }
}

fn action(work: &Work<'_>, grouped: bool) -> Action {
    Action {
        id: work.new_action(),
        origin: Origin::Restore,
        grouped,
        author: Author::Import,
    }
}

type Named = (TableName, RecordId);

/// A record in the trash, and the change that brings it back.
struct Deleted {
    table: TableName,
    id: RecordId,
    title: String,
    edit: Edit,
}

/// Those that are in the trash, each once.
fn deleted(work: &Work<'_>, records: Vec<Named>) -> Result<Vec<Deleted>> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::with_capacity(records.len());
    for (table, id) in records {
        let layout = work.table(&table)?;
        if !seen.insert((table.clone(), id.clone())) {
            continue;
        }
        if let Some(row) = row::find(work.conn, &layout, &id)?.filter(|row| row.deleted) {
            let (edit, _) = restoring(&layout, &row, Restore::Version(row.fields.clone()));
            found.push(Deleted {
                title: layout.title(&id, &row.fields),
                table,
                id,
                edit,
            });
        }
    }
    Ok(found)
}

/// Which records fit the rules, and which do not. Done in a transaction that is never committed.
fn sort_out(work: &mut Work<'_>, records: Vec<Named>) -> Result<(Vec<Named>, Vec<LeftInTrash>)> {
    let action = action(work, true);
    let mut fitting = Vec::new();
    let mut rest = deleted(work, records)?;
    loop {
        let fitted = fitting.len();
        let (mut next, mut left) = (Vec::new(), Vec::new());
        for one in rest {
            match alone(work, &action, &one.edit)? {
                None => fitting.push((one.table, one.id)),
                Some(errors) => {
                    left.push(LeftInTrash {
                        table: one.table.clone(),
                        id: one.id.clone(),
                        title: one.title.clone(),
                        errors,
                    });
                    next.push(one);
                }
            }
        }
        if fitting.len() == fitted {
            return Ok((fitting, left));
        }
        rest = next;
    }
}

/// Brings one record back if it fits beside what is there by now; the broken rules if not.
fn alone(work: &mut Work<'_>, action: &Action, edit: &Edit) -> Result<Option<Vec<FieldError>>> {
    work.conn.execute_batch("SAVEPOINT one_comes_back")?;
    let mut run = Run::default();
    run.make(work, action, edit)?;
    match run.end(work) {
        Ok(_) => {
            work.conn.execute_batch("RELEASE one_comes_back")?;
            Ok(None)
        }
        Err(Error::Invalid(errors)) => {
            work.conn
                .execute_batch("ROLLBACK TO one_comes_back; RELEASE one_comes_back")?;
            Ok(Some(errors))
        }
        Err(error) => Err(error),
    }
}
