//! The marks in a database file by which a server knows it as its own, and knows whether it can read it.

use crate::Error;
use rusqlite::Connection;
use std::path::Path;

/// `application_id` of a server's files: `LFSV`.
const APPLICATION: i64 = 0x4c46_5356;

/// `user_version`: the file format that this version writes. A file without marks has format 1; it was written before
/// there were any. Format 2 has more tables of the server's own (installations and notifications), which serving makes.
const FORMAT: i64 = 2;

/// Refuses the file of another program, and one of a newer format. Changes nothing.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), Error> {
    let (application, format) = marks(connection)?;
    if application != APPLICATION && (application, format) != (0, 0) {
        return Err(Error::ForeignDatabase(path.to_owned()));
    }
    if format > FORMAT {
        return Err(Error::NewerDatabase {
            path: path.to_owned(),
            found: format,
            known: FORMAT,
        });
    }
    Ok(())
}

/// Marks a file that was checked, in the caller's transaction, if it has not these marks yet.
pub(super) fn stamp(connection: &Connection) -> Result<(), Error> {
    if marks(connection)? != (APPLICATION, FORMAT) {
        connection.pragma_update(None, "application_id", APPLICATION)?;
        connection.pragma_update(None, "user_version", FORMAT)?;
    }
    Ok(())
}

fn marks(connection: &Connection) -> Result<(i64, i64), Error> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    Ok((number("application_id")?, number("user_version")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::DATABASE_FILE;
    use crate::{Surroundings, Workspace};
    use std::fs;

    const SCHEMA: &str = "[workspace]\nname = \"W\"\n[[table]]\nname = \"t\"\n[[table.column]]\nname = \"c\"\ntype = \"text\"\n";

    #[test]
    fn a_file_without_marks_is_marked_and_a_newer_or_foreign_one_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("workspace");
        let path = home.join(DATABASE_FILE);
        drop(Workspace::create(&home, SCHEMA, Surroundings::system()).unwrap());
        let file = || Connection::open(&path).unwrap();
        let mark = |application: i64, format: i64| {
            let connection = file();
            connection
                .pragma_update(None, "application_id", application)
                .unwrap();
            connection.pragma_update(None, "user_version", format).unwrap();
        };
        let open = || Workspace::open_to_serve(&home, Surroundings::system());
        let beside = || Workspace::open_as_stored(&home, Surroundings::system());
        assert_eq!(marks(&file()).unwrap(), (APPLICATION, FORMAT));

        // As the server before the marks left it: a command beside it changes nothing, serving marks it.
        mark(0, 0);
        drop(beside().unwrap());
        assert_eq!(marks(&file()).unwrap(), (0, 0));
        drop(open().unwrap());
        assert_eq!(marks(&file()).unwrap(), (APPLICATION, FORMAT));

        for (application, format, sentence) in [
            (
                APPLICATION,
                FORMAT + 1,
                "was written by a newer landfall-server (format 3, this one reads up to 2): update this one",
            ),
            (0x4c46_414c, 1, "is not the database of a landfall-server"),
        ] {
            mark(application, format);
            let before = fs::read(&path).unwrap();
            for opened in [open(), beside()] {
                let refused = opened.err().unwrap().to_string();
                assert!(refused.ends_with(sentence), "{refused}");
            }
            assert_eq!(fs::read(&path).unwrap(), before);
        }
    }
}
