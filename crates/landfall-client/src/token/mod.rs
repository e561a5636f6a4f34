//! Where the device's token is kept: in the operating system's keyring, or, where there is none, in a file that its
//! owner alone can read. The person is told which ([`TokenPlace`]).

mod file;
#[cfg(any(target_os = "linux", target_os = "macos", windows))]
mod ring;

use crate::dto::TokenPlace;
use landfall_core::id::DeviceId;
use std::path::PathBuf;

/// Set to 1: use the private file though there may be a keyring (headless hosts, tests).
pub const NO_KEYRING: &str = "LANDFALL_NO_KEYRING";

/// Why a token could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is a keyring and it is locked: the token may well be in it. Nothing is lost; try again once it is open.
    #[error("the keyring is locked")]
    Locked,
    /// The keyring answered with trouble of its own.
    #[error("the keyring failed")]
    #[cfg(any(target_os = "linux", target_os = "macos", windows))]
    Ring(#[source] keyring::Error),
    /// The private file can't be read or written.
    #[error("the token's file can't be used")]
    File(#[from] std::io::Error),
}

/// Keeps the tokens of one data folder. Calls block: a keyring may ask the person to unlock it.
#[derive(Debug, Clone)]
pub struct TokenKeeper {
    dir: PathBuf,
    use_ring: bool,
}

impl TokenKeeper {
    /// Uses the keyring where there is one, unless the environment says otherwise ([`NO_KEYRING`]).
    #[must_use]
    pub fn from_env(dir: impl Into<PathBuf>) -> Self {
        let forbidden = std::env::var_os(NO_KEYRING).is_some_and(|value| value == "1");
        Self {
            dir: dir.into(),
            use_ring: !forbidden,
        }
    }

    /// Uses the private file only.
    #[must_use]
    pub fn in_file(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            use_ring: false,
        }
    }

    /// Keeps the token of this device and says where.
    ///
    /// # Errors
    /// [`TokenError::File`] when neither place takes it. A keyring that is locked or absent is no error: the file
    /// takes its place.
    pub fn keep(&self, device: &DeviceId, token: &str) -> Result<TokenPlace, TokenError> {
        if self.use_ring && self.keep_in_ring(device, token) {
            // An older file must not outlive a newer token.
            file::remove(&self.dir)?;
            return Ok(TokenPlace::Keyring);
        }
        file::write(&self.dir, token)?;
        Ok(TokenPlace::PrivateFile)
    }

    /// The token of this device and where it is kept; none when no place has one.
    ///
    /// # Errors
    /// All of [`TokenError`]. A locked keyring is told apart from one that has no such token.
    pub fn find(&self, device: &DeviceId) -> Result<Option<(String, TokenPlace)>, TokenError> {
        if let Some(token) = file::read(&self.dir)? {
            return Ok(Some((token, TokenPlace::PrivateFile)));
        }
        let token = if self.use_ring {
            self.find_in_ring(device)?
        } else {
            None
        };
        Ok(token.map(|token| (token, TokenPlace::Keyring)))
    }

    /// Forgets the token of this device, wherever it is.
    ///
    /// # Errors
    /// All of [`TokenError`].
    pub fn forget(&self, device: &DeviceId) -> Result<(), TokenError> {
        file::remove(&self.dir)?;
        if self.use_ring {
            self.forget_in_ring(device)
        } else {
            Ok(())
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "macos", windows))]
impl TokenKeeper {
    fn keep_in_ring(&self, device: &DeviceId, token: &str) -> bool {
        match ring::set(device, token) {
            Ok(()) => true,
            Err(error) => {
                tracing::info!(%error, "no keyring took the token; a private file keeps it");
                false
            }
        }
    }

    fn find_in_ring(&self, device: &DeviceId) -> Result<Option<String>, TokenError> {
        ring::get(device)
    }

    fn forget_in_ring(&self, device: &DeviceId) -> Result<(), TokenError> {
        ring::delete(device)
    }
}

/// Android and iOS: the app's own folder is private to the app.
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
impl TokenKeeper {
    fn keep_in_ring(&self, _: &DeviceId, _: &str) -> bool {
        false
    }

    fn find_in_ring(&self, _: &DeviceId) -> Result<Option<String>, TokenError> {
        Ok(None)
    }

    fn forget_in_ring(&self, _: &DeviceId) -> Result<(), TokenError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laptop() -> DeviceId {
        DeviceId::new("laptop").unwrap()
    }

    #[test]
    fn without_a_keyring_the_token_is_in_a_file_of_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let keeper = TokenKeeper::in_file(dir.path());
        assert_eq!(keeper.find(&laptop()).unwrap(), None);

        assert_eq!(keeper.keep(&laptop(), "sesame").unwrap(), TokenPlace::PrivateFile);
        assert_eq!(
            keeper.find(&laptop()).unwrap(),
            Some(("sesame".to_owned(), TokenPlace::PrivateFile))
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join("token"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }

        keeper.keep(&laptop(), "sesame 2").unwrap();
        assert_eq!(keeper.find(&laptop()).unwrap().unwrap().0, "sesame 2");
        keeper.forget(&laptop()).unwrap();
        keeper.forget(&laptop()).unwrap();
        assert_eq!(keeper.find(&laptop()).unwrap(), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_could_read_is_closed_to_them() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        std::fs::write(&path, "sesame\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();

        let found = TokenKeeper::in_file(dir.path()).find(&laptop()).unwrap();

        assert_eq!(found.unwrap().0, "sesame");
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
