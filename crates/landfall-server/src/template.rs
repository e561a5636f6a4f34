//! The templates of `init`: a schema and sample data, which goes in through the same import as anyone's file.

use crate::import::{self, Import, Report};
use crate::workspace::{DATABASE_FILE, SCHEMA_FILE};
use crate::{Error, Surroundings, Workspace};
use flate2::read::GzDecoder;
use std::fs;
use std::path::Path;

/// Where the sample data comes from and under which licence, in the workspace's folder.
const NOTICE_FILE: &str = "NOTICE";

/// A schema with sample data.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// What `init --template` calls it.
    pub name: &'static str,
    schema: &'static str,
    notice: Option<&'static str>,
    /// Table and gzipped CSV, parents first.
    data: &'static [(&'static str, &'static [u8])],
}

/// What was imported into which table.
pub type Imported = Vec<(&'static str, Report)>;

/// All templates.
pub const TEMPLATES: [Template; 2] = [
    Template {
        name: "airfields",
        schema: include_str!("../templates/airfields/landfall.toml"),
        notice: Some(include_str!("../templates/airfields/NOTICE")),
        data: &[
            (
                "airfields",
                include_bytes!("../templates/airfields/airfields.csv.gz"),
            ),
            (
                "inspections",
                include_bytes!("../templates/airfields/inspections.csv.gz"),
            ),
            ("defects", include_bytes!("../templates/airfields/defects.csv.gz")),
        ],
    },
    Template {
        name: "todo",
        schema: include_str!("../templates/todo/landfall.toml"),
        notice: None,
        data: &[],
    },
];

/// Makes a workspace of a template in a new or empty folder. Says what was imported into which table. When it fails,
/// the folder is left as empty as it was.
///
/// # Errors
/// As [`Workspace::create`] and [`import::run`].
pub fn make(
    template: &Template,
    dir: &Path,
    surroundings: Surroundings,
) -> Result<(Workspace, Imported), Error> {
    let workspace = Workspace::create(dir, template.schema, surroundings)?;
    match fill(template, &workspace) {
        Ok(reports) => Ok((workspace, reports)),
        Err(error) => {
            drop(workspace);
            clear(dir);
            Err(error)
        }
    }
}

fn fill(template: &Template, workspace: &Workspace) -> Result<Imported, Error> {
    if let Some(notice) = template.notice {
        let path = workspace.dir().join(NOTICE_FILE);
        fs::write(&path, notice).map_err(Error::file("write", &path))?;
    }
    let mut reports = Vec::new();
    for (table, data) in template.data {
        let import = Import {
            table: (*table).to_owned(),
            ..Import::default()
        };
        reports.push((*table, import::run(workspace, import, GzDecoder::new(*data))?));
    }
    Ok(reports)
}

/// Takes away what was made in a folder that was empty. What can't be removed is told by the next `init`.
fn clear(dir: &Path) {
    let wal = format!("{DATABASE_FILE}-wal");
    let shm = format!("{DATABASE_FILE}-shm");
    for file in [SCHEMA_FILE, NOTICE_FILE, DATABASE_FILE, &wal, &shm] {
        let _ = fs::remove_file(dir.join(file));
    }
}
