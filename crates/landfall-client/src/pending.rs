//! Wakes that wait to be followed, as files in the device's folder, so that one outlives the process that it woke
//! (before step 9 of the data's way).
//!
//! Each wake is a file of its own under `pending-wakes/`. A run lists them before it begins and removes those that it
//! listed once it has ended well: a wake that comes in between is a file that was not listed, and stays. Nothing is
//! ever written over, so that processes need not agree on anything.

use crate::background::Reason;
use landfall_core::id::Millis;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

const FOLDER: &str = "pending-wakes";

/// Writes down a wake and gives its file. It is on disk when this returns.
pub(crate) fn leave(data_dir: &Path, reason: Reason, at: Millis, random: [u8; 10]) -> io::Result<PathBuf> {
    let folder = data_dir.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let path = folder.join(format!("{:013}-{name}", at.0.max(0)));
    let mut file = File::create_new(&path)?;
    file.write_all(reason.word().as_bytes())?;
    file.sync_all()?;
    // Where folders can be opened, a new name in one is on disk only after this.
    #[cfg(unix)]
    File::open(&folder)?.sync_all()?;
    Ok(path)
}

/// The wakes that wait now.
pub(crate) fn list(data_dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(data_dir.join(FOLDER)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    entries.map(|entry| entry.map(|entry| entry.path())).collect()
}

/// Removes wakes that were followed; another process may have done so.
pub(crate) fn followed(wakes: &[PathBuf]) -> io::Result<()> {
    for wake in wakes {
        match fs::remove_file(wake) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wake_that_comes_during_a_run_is_not_taken_for_followed() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(list(dir.path()).unwrap(), Vec::<PathBuf>::new());
        let first = leave(dir.path(), Reason::Push, Millis(7), [1; 10]).unwrap();
        let listed = list(dir.path()).unwrap();
        assert_eq!(listed, [first]);

        let second = leave(dir.path(), Reason::Timer, Millis(7), [2; 10]).unwrap();
        followed(&listed).unwrap();
        followed(&listed).unwrap();

        assert_eq!(list(dir.path()).unwrap(), std::slice::from_ref(&second));
        assert_eq!(fs::read_to_string(second).unwrap(), "timer");
    }
}
