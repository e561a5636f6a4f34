//! The private file: `token` in the data folder, mode 0600, replaced whole.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Result, Write as _};
use std::path::Path;

const NAME: &str = "token";

/// Writes the token beside the old one and puts it in its place, so that a crash leaves one of the two.
pub(super) fn write(dir: &Path, token: &str) -> Result<()> {
    let beside = dir.join(format!("{NAME}.new"));
    let mut file = create_private(&beside)?;
    file.write_all(token.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, dir.join(NAME))
}

/// The token, if there is a file. One that others could read is closed to them first.
pub(super) fn read(dir: &Path) -> Result<Option<String>> {
    let path = dir.join(NAME);
    match File::open(&path) {
        Ok(file) => close_to_others(&path, &file)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let token = fs::read_to_string(&path)?.trim().to_owned();
    Ok(Some(token).filter(|token| !token.is_empty()))
}

pub(super) fn remove(dir: &Path) -> Result<()> {
    match fs::remove_file(dir.join(NAME)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn create_private(path: &Path) -> Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    close_to_others(path, &file)?;
    Ok(file)
}

#[cfg(unix)]
fn close_to_others(path: &Path, file: &File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        tracing::warn!("the token's file was readable by others; it is not any more");
    }
    Ok(())
}

/// Elsewhere the person's own profile folder is closed to others.
#[cfg(not(unix))]
fn create_private(path: &Path) -> Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
}

#[cfg(not(unix))]
fn close_to_others(_: &Path, _: &File) -> Result<()> {
    Ok(())
}
