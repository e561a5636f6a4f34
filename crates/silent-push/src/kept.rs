//! What is kept of a subscription between processes: one file, replaced whole, that its owner alone can read.

use crate::{Error, Keys, Subscription};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

const NAME: &str = "silent-push.json";

/// A subscription as it is kept.
#[derive(Clone)]
pub struct Kept {
    /// Names the subscription to the distributor, and back. Whoever does not know it is not heard.
    pub token: String,
    /// The device's keys.
    pub keys: Keys,
    /// The distributor that it is registered with.
    pub distributor: Option<String>,
    /// Where the server pushes, once the distributor has said so.
    pub endpoint: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    token: String,
    secret: String,
    auth: String,
    #[serde(default)]
    distributor: Option<String>,
    #[serde(default)]
    endpoint: Option<String>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept")
            .field("distributor", &self.distributor)
            .finish_non_exhaustive()
    }
}

impl Kept {
    /// A subscription with new keys that nobody knows yet.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn make() -> Result<Self, Error> {
        let mut token = [0; 16];
        getrandom::fill(&mut token).map_err(|_| Error::Random)?;
        Ok(Self {
            token: token.iter().map(|byte| format!("{byte:02x}")).collect(),
            keys: Keys::make()?,
            distributor: None,
            endpoint: None,
        })
    }

    /// What is kept in this folder; none when nothing usable is.
    ///
    /// # Errors
    /// [`Error::Kept`] when there is a file that can't be read.
    pub fn read(folder: &Path) -> Result<Option<Self>, Error> {
        let text = match fs::read_to_string(folder.join(NAME)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let stored: Option<Stored> = serde_json::from_str(&text).ok();
        let kept = stored.and_then(|stored| {
            Some(Self {
                keys: Keys::read(&stored.secret, &stored.auth)?,
                token: stored.token,
                distributor: stored.distributor,
                endpoint: stored.endpoint,
            })
        });
        if kept.is_none() {
            tracing::warn!("what was kept of the push subscription can't be read; a new one is made");
        }
        Ok(kept)
    }

    /// Keeps it in this folder, in place of what was there.
    ///
    /// # Errors
    /// [`Error::Kept`].
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        let stored = Stored {
            token: self.token.clone(),
            secret: self.keys.secret(),
            auth: self.keys.auth(),
            distributor: self.distributor.clone(),
            endpoint: self.endpoint.clone(),
        };
        let text = serde_json::to_vec(&stored).map_err(io::Error::from)?;
        fs::create_dir_all(folder)?;
        let beside = folder.join(format!("{NAME}.new"));
        let mut file = private(&beside)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&beside, folder.join(NAME))?;
        Ok(())
    }

    /// Forgets what is kept in this folder.
    ///
    /// # Errors
    /// [`Error::Kept`].
    pub fn remove(folder: &Path) -> Result<(), Error> {
        match fs::remove_file(folder.join(NAME)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// What the server needs, once the distributor has said where it pushes.
    #[must_use]
    pub fn subscription(&self) -> Option<Subscription> {
        Some(Subscription {
            endpoint: self.endpoint.clone()?,
            p256dh: self.keys.p256dh(),
            auth: self.keys.auth(),
        })
    }
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_outlives_the_process_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Kept::read(folder.path()).unwrap().is_none());
        let mut kept = Kept::make().unwrap();
        assert_eq!(kept.subscription(), None);
        kept.endpoint = Some("https://push.example/1".to_owned());
        kept.write(folder.path()).unwrap();

        let again = Kept::read(folder.path()).unwrap().unwrap();

        assert_eq!(again.token, kept.token);
        assert_eq!(again.subscription(), kept.subscription());
        assert!(!format!("{again:?} {:?}", again.subscription()).contains(&kept.token));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.path().join(NAME))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        Kept::remove(folder.path()).unwrap();
        Kept::remove(folder.path()).unwrap();
        assert!(Kept::read(folder.path()).unwrap().is_none());
    }

    #[test]
    fn a_file_that_holds_something_else_is_no_subscription() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "{}", r#"{"token":"t","secret":"AAAA","auth":"AAAA"}"#] {
            fs::write(folder.path().join(NAME), text).unwrap();
            assert!(Kept::read(folder.path()).unwrap().is_none(), "{text}");
        }
    }
}
