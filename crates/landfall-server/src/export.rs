//! Export: a table's live records as CSV (which an import takes back as it was) or as one JSON object a line.

use crate::db::row;
use crate::{Error, Workspace};
use landfall_core::csv_cell::format_cell;
use landfall_core::record::{Record, value_of};
use landfall_core::schema::Column;
use std::io::{self, Write};

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma separated values with a header: `id`, then the table's columns.
    Csv,
    /// One JSON object a line: `id`, then the fields that have a value.
    Ndjson,
}

/// Writes all live records of a table, ordered by id, from one consistent state. Returns how many.
///
/// # Errors
/// [`Error::NoSuchTable`], [`Error::ExportWrite`], or what SQLite says.
pub fn run(workspace: &Workspace, table: &str, format: Format, to: impl Write) -> Result<u64, Error> {
    workspace.database().read_blocking(|tx, model| {
        let table = model.table_named(table)?;
        let mut writer = Writer::new(format, table.columns(), to)?;
        let mut count = 0;
        row::for_each_live(tx, table, |record| {
            count += 1;
            writer.write(&record)
        })?;
        writer.finish()?;
        Ok(count)
    })
}

enum Writer<'t, W: Write> {
    Csv(Box<csv::Writer<W>>, &'t [Column]),
    Ndjson(io::BufWriter<W>),
}

impl<'t, W: Write> Writer<'t, W> {
    fn new(format: Format, columns: &'t [Column], to: W) -> Result<Self, Error> {
        Ok(match format {
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(to);
                let names = columns.iter().map(|column| column.name.as_str());
                writer
                    .write_record(["id"].into_iter().chain(names))
                    .map_err(csv_error)?;
                Self::Csv(Box::new(writer), columns)
            }
            Format::Ndjson => Self::Ndjson(io::BufWriter::new(to)),
        })
    }

    fn write(&mut self, record: &Record) -> Result<(), Error> {
        match self {
            Self::Csv(writer, columns) => {
                writer.write_field(record.id.as_str()).map_err(csv_error)?;
                for column in *columns {
                    let cell = format_cell(column, value_of(&record.fields, &column.name));
                    writer.write_field(cell).map_err(csv_error)?;
                }
                writer.write_record(None::<&[u8]>).map_err(csv_error)
            }
            Self::Ndjson(writer) => {
                #[derive(serde::Serialize)]
                struct Flat<'r> {
                    id: &'r str,
                    #[serde(flatten)]
                    fields: &'r landfall_core::record::Fields,
                }
                let flat = Flat {
                    id: record.id.as_str(),
                    fields: &record.fields,
                };
                serde_json::to_writer(&mut *writer, &flat)
                    .map_err(|error| Error::ExportWrite(error.into()))?;
                writer.write_all(b"\n").map_err(Error::ExportWrite)
            }
        }
    }

    fn finish(self) -> Result<(), Error> {
        match self {
            Self::Csv(mut writer, _) => writer.flush(),
            Self::Ndjson(mut writer) => writer.flush(),
        }
        .map_err(Error::ExportWrite)
    }
}

fn csv_error(error: csv::Error) -> Error {
    Error::ExportWrite(match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}
