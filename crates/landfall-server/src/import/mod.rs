//! Import: a CSV file into a table, in one transaction, through the same validation and the same [`Changes`] as a push.
//!
//! The file is read as a stream. Its header names columns by name or label, without regard to case; one more column
//! has the records' ids. A record that is there is changed where the file says otherwise (columns that the file does
//! not have stay as they are), one that is not is made, one that was deleted comes back, and one that is not in the
//! file stays: so the same file twice changes nothing. By default a file is taken whole or not at all.

mod file;
mod header;
mod lines;

use crate::db::change::{By, Changes};
use crate::db::model::TableModel;
use crate::db::row;
use crate::{Error, Workspace};
use file::{File, Line};
use landfall_core::id::{Millis, RecordId};
use landfall_core::outbox::EditOrigin;
use landfall_core::record::{Fields, Patch, apply, diff};
use landfall_core::validate::{Author, FieldError};
use std::collections::HashMap;
use std::io::Read;

/// Faults that are kept to be shown; the rest are counted.
const SHOWN: usize = 20;

/// What to import.
#[derive(Debug, Clone, Default)]
pub struct Import {
    /// The table's name.
    pub table: String,
    /// The header of the column with the records' ids; `id` if none is named.
    pub id_column: Option<String>,
    /// Take the lines that fit, and leave out those that do not.
    pub keep_going: bool,
}

/// One line that can't be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct LineError {
    /// Line in the file, from 1.
    pub line: u64,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// The lines that can't be imported: how many, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// How many.
    pub count: u64,
    /// The first 20.
    pub first: Vec<LineError>,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Data lines in the file.
    pub lines: u64,
    /// Records made (or back from deletion).
    pub made: u64,
    /// Records changed.
    pub changed: u64,
    /// Records that were as the file says.
    pub unchanged: u64,
    /// Lines that were left out (only with [`Import::keep_going`]).
    pub faults: Faults,
}

/// Imports a file.
///
/// # Errors
/// [`Error::ImportFile`] when it is no table at all, [`Error::Import`] when lines of it do not fit; then nothing was
/// changed.
pub fn run(workspace: &Workspace, import: Import, from: impl Read + Send + 'static) -> Result<Report, Error> {
    let now = workspace.surroundings().now();
    workspace.database().write_blocking(move |tx, model| {
        let table = model.table_named(&import.table)?;
        let file = File::open(from, table, import.id_column.as_deref())?;
        let mut run = Run {
            changes: Changes::begin(tx, model, now)?,
            table,
            now,
            ids: HashMap::new(),
            report: Report::default(),
        };
        run.all(file)?;
        let Run { changes, report, .. } = run;
        if report.faults.count > 0 && !import.keep_going {
            return Err(Error::Import {
                lines: report.lines,
                faults: report.faults,
            });
        }
        changes.finish()?;
        Ok(report)
    })
}

struct Run<'c> {
    changes: Changes<'c>,
    table: &'c TableModel,
    now: Millis,
    /// Line of each id so far: a file that names a record twice would change it at every import.
    ids: HashMap<RecordId, u64>,
    report: Report,
}

/// What became of a line.
enum Taken {
    Made,
    Changed,
    Unchanged,
    /// Its own values are wrong.
    Wrong(Vec<FieldError>),
    /// Another record stands against it, or is missing. A later line may put that right.
    NotYet(Vec<FieldError>),
}

impl Run<'_> {
    fn all(&mut self, file: File<impl Read>) -> Result<(), Error> {
        let mut waiting = Vec::new();
        for line in file {
            self.report.lines += 1;
            match line.and_then(|line| self.once(line)) {
                Ok(line) => {
                    if let Some(line) = self.take(line)? {
                        waiting.push(line);
                    }
                }
                Err(fault) => self.fault(fault),
            }
        }
        self.again(waiting)
    }

    /// Lines that waited for others, until a round brings nothing more.
    fn again(&mut self, mut waiting: Vec<Line>) -> Result<(), Error> {
        loop {
            let before = waiting.len();
            let mut still = Vec::new();
            for line in waiting {
                if let Some(line) = self.take(line)? {
                    still.push(line);
                }
            }
            if still.len() == before {
                for line in still {
                    if let Taken::NotYet(errors) = self.store(&line)? {
                        self.fault(sentence(line.number, &errors));
                    }
                }
                return Ok(());
            }
            waiting = still;
        }
    }

    fn once(&mut self, line: Line) -> Result<Line, LineError> {
        match self.ids.insert(line.id.clone(), line.number) {
            None => Ok(line),
            Some(first) => Err(LineError {
                line: line.number,
                reason: format!("line {first} has the same id: each record can stand in the file once"),
            }),
        }
    }

    /// Takes a line; gives it back when it has to wait.
    fn take(&mut self, line: Line) -> Result<Option<Line>, Error> {
        match self.store(&line)? {
            Taken::Made => self.report.made += 1,
            Taken::Changed => self.report.changed += 1,
            Taken::Unchanged => self.report.unchanged += 1,
            Taken::Wrong(errors) => self.fault(sentence(line.number, &errors)),
            Taken::NotYet(_) => return Ok(Some(line)),
        }
        Ok(None)
    }

    fn store(&mut self, line: &Line) -> Result<Taken, Error> {
        let before = row::find(self.changes.connection(), self.table, &line.id)?;
        let wanted = match &before {
            Some(record) => apply(&record.fields, &line.fields),
            None => apply(&self.defaults(&line.fields), &line.fields),
        };
        let fields = match self.table.rules().check_whole(&wanted, Author::Import) {
            Ok(fields) => fields,
            Err(errors) => return Ok(Taken::Wrong(errors)),
        };
        let live_before = before.as_ref().filter(|record| !record.deleted);
        if live_before.is_some_and(|record| record.fields == fields) {
            return Ok(Taken::Unchanged);
        }
        let nothing = Fields::new();
        let changed = diff(live_before.map_or(&nothing, |record| &record.fields), &fields);
        let mut errors = self.changes.not_unique(self.table, &line.id, &changed)?;
        errors.extend(self.changes.parents_missing(self.table, &changed)?);
        if !errors.is_empty() {
            return Ok(Taken::NotYet(errors));
        }
        let taken = if live_before.is_some() {
            Taken::Changed
        } else {
            Taken::Made
        };
        let by = By {
            name: String::new(),
            edited_at: self.now,
            origin: EditOrigin::Edit,
        };
        self.changes
            .put(self.table, &line.id, before.as_ref(), fields, by)?;
        Ok(taken)
    }

    /// The defaults of the columns that the file does not have.
    fn defaults(&self, given: &Patch) -> Fields {
        self.table
            .columns()
            .iter()
            .filter(|column| !given.contains_key(&column.name))
            .filter_map(|column| Some((column.name.clone(), column.default.clone()?)))
            .collect()
    }

    fn fault(&mut self, fault: LineError) {
        self.report.faults.count += 1;
        if self.report.faults.first.len() < SHOWN {
            self.report.faults.first.push(fault);
        }
    }
}

/// All that is wrong with a line, in one sentence a field.
fn sentence(line: u64, errors: &[FieldError]) -> LineError {
    let reasons: Vec<String> = errors
        .iter()
        .map(|error| format!("column {} ({}): {}", error.column, error.kind, error.message))
        .collect();
    LineError {
        line,
        reason: reasons.join(" "),
    }
}
