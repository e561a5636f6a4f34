//! An import's file: CSV, line by line, into ids and fields.

use super::header::Header;
use super::lines::{Lines, Noting};
use super::{LineError, sentence};
use crate::Error;
use crate::db::model::TableModel;
use csv::ByteRecord;
use landfall_core::csv_cell::parse_cell;
use landfall_core::id::RecordId;
use landfall_core::record::Patch;
use std::io::Read;

/// A line that can be read; whether it fits the rules is not known yet.
pub(super) struct Line {
    /// Its number in the file, from 1.
    pub(super) number: u64,
    pub(super) id: RecordId,
    /// A value for each column that the file has; null for an empty cell.
    pub(super) fields: Patch,
}

/// A file whose header has been read.
pub(super) struct File<'t, R> {
    reader: csv::Reader<Noting<R>>,
    lines: Lines,
    table: &'t TableModel,
    header: Header<'t>,
    record: ByteRecord,
    is_over: bool,
}

impl<'t, R: Read> File<'t, R> {
    pub(super) fn open(from: R, table: &'t TableModel, id_column: Option<&str>) -> Result<Self, Error> {
        // Lines of another length are told with their number instead of ending the reading.
        let (from, lines) = Lines::of(from);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(from);
        let mut record = ByteRecord::new();
        let refuse = |reason: &str| {
            Error::ImportFile(LineError {
                line: 1,
                reason: reason.to_owned(),
            })
        };
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Err(refuse("the file is empty: its first line must name the columns")),
            Err(error) => return Err(refuse(&format!("the file can't be read: {error}"))),
        }
        if matches!(record.get(0), Some([0xff, 0xfe, ..] | [0xfe, 0xff, ..])) {
            return Err(refuse("the file is UTF-16 text: save it as CSV in UTF-8"));
        }
        let mut names = Vec::with_capacity(record.len());
        for cell in &record {
            let name = text(cell).map_err(|reason| refuse(&reason))?;
            names.push(name.trim_start_matches('\u{feff}').trim().to_owned());
        }
        Ok(Self {
            reader,
            lines,
            table,
            header: Header::read(&names, table, id_column).map_err(Error::ImportFile)?,
            record,
            is_over: false,
        })
    }

    fn line(&mut self) -> Result<Line, LineError> {
        let within = self
            .record
            .iter()
            .flatten()
            .filter(|byte| **byte == b'\n')
            .count();
        let end = self.reader.position().byte();
        let must_be_quoted = |cell: &[u8]| cell.iter().any(|byte| matches!(byte, b'\n' | b'\r' | b','));
        let last_is_quoted = self.record.iter().next_back().is_some_and(must_be_quoted);
        if last_is_quoted && self.reader.get_ref().ends_without_quote() {
            return Err(LineError {
                line: self.lines.before(end + 1) - within as u64,
                reason: "a quotation mark is opened here and never closed: close it".to_owned(),
            });
        }
        let number = self.lines.before(end) - within as u64;
        let fault = |reason: String| LineError { line: number, reason };
        let (cells, columns) = (self.record.len(), self.header.cells.len());
        if cells != columns {
            return Err(fault(format!(
                "it has {cells} cells, the header has {columns}: look for a missing comma or quotation mark"
            )));
        }
        let id = text(&self.record[self.header.id]).map_err(fault)?;
        let id = RecordId::new(id).map_err(|error| fault(format!("the id can't be used: {error}")))?;
        let mut fields = Patch::new();
        for (cell, column) in self.record.iter().zip(&self.header.cells) {
            let Some(column) = column else {
                continue;
            };
            let value = parse_cell(column, text(cell).map_err(fault)?)
                .map_err(|rule| sentence(number, &[self.table.rules().error(column, rule)]))?;
            fields.insert(column.name.clone(), value);
        }
        Ok(Line { number, id, fields })
    }
}

impl<R: Read> Iterator for File<'_, R> {
    type Item = Result<Line, LineError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => Some(self.line()),
            Ok(false) => None,
            Err(error) => {
                // What can't be read now can't be read at the next try either.
                self.is_over = true;
                Some(Err(LineError {
                    line: self.lines.before(self.reader.position().byte()),
                    reason: format!("the file can't be read on: {error}"),
                }))
            }
        }
    }
}

fn text(cell: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(cell).map_err(|_| "it is not UTF-8 text: save the file as CSV in UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::model::Model;
    use landfall_core::schema_file;

    const SCHEMA: &str = r#"
[workspace]
name = "W"
version = 1
[[table]]
name = "things"
title = "name"
[[table.column]]
name = "name"
type = "text"
[[table.column]]
name = "size_cm"
label = "Size"
type = "integer"
"#;

    /// Line numbers and names (or reasons) of a file.
    fn lines(bytes: &[u8]) -> Vec<(u64, String)> {
        let model = Model::new(schema_file::parse(SCHEMA).unwrap()).unwrap();
        let file = match File::open(bytes, &model.tables()[0], None) {
            Ok(file) => file,
            Err(Error::ImportFile(fault)) => return vec![(fault.line, fault.reason)],
            Err(other) => panic!("{other}"),
        };
        file.map(|line| match line {
            Ok(line) => (line.number, line.id.to_string()),
            Err(fault) => (fault.line, fault.reason),
        })
        .collect()
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let expected = [
            (2, "a".to_owned()),
            (3, "b".to_owned()),
            (5, "c".to_owned()),
            (7, "d".to_owned()),
        ];
        let unix = "id,name\na,x\nb,\"two\nlines\"\nc,x\n\nd,x\n";
        assert_eq!(lines(unix.as_bytes()), expected);
        assert_eq!(lines(unix.replace('\n', "\r\n").as_bytes()), expected);
        assert_eq!(lines(format!("\u{feff}{}", unix.trim_end()).as_bytes()), expected);
    }

    #[test]
    fn headers_match_by_name_or_label_and_a_mark_of_utf8_is_skipped() {
        assert_eq!(lines(b"\xef\xbb\xbfID, SIZE ,Name\na,3,x\n"), [(2, "a".into())]);
        insta::assert_debug_snapshot!([
            lines(b""),
            lines(b"id;name\na;x\n"),
            lines(b"id,colour\n"),
            lines(b"name\n"),
            lines(b"id,size,size_cm\n"),
            lines(b"\xff\xfei\0d\0"),
            lines(b"id,name\na,x,y\nb\nc,x\n"),
            lines(b"id,name\na,\xe4\nb,x\n"),
            lines(b"id,size\na,x\nb/c,1\n,1\n"),
            lines(b"id,name\na,\"never closed\nb,x\n"),
        ]);
    }
}
