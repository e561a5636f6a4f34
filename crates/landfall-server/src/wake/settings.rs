//! The settings for pushes: `push.toml` beside `landfall.toml`. A file of its own, since it holds secrets while
//! `landfall.toml` is shown to everyone; without it devices are woken by their streams only.
//!
//! ```toml
//! [web_push]                                  # made by `landfall-server push keys`
//! subject = "mailto:you@example.org"          # whom a push service writes to when something is wrong
//! private_key = "…"
//! private_networks = false                    # true: endpoints may be in private networks, and http
//!
//! [fcm]
//! service_account = "firebase.json"           # the file of a service account, beside this one
//!
//! [apns]
//! key = "AuthKey_ABC1234567.p8"               # the key's file, beside this one
//! key_id = "ABC1234567"
//! team_id = "DEF1234567"
//! topic = "org.example.app"                   # the app's bundle id
//! ```
//!
//! `base_url` in `[fcm]` and `[apns]` names another server than Google's and Apple's.

use super::send::{Apns, ApnsSettings, Fcm, Senders, VapidKeys, WebPush};
use crate::{Error, Surroundings};
use serde::Deserialize;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// The file in a workspace's folder.
pub const PUSH_FILE: &str = "push.toml";

/// What is wrong with the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct SettingsError {
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    web_push: Option<WebPushTable>,
    fcm: Option<FcmTable>,
    apns: Option<ApnsTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebPushTable {
    subject: String,
    private_key: String,
    #[serde(default)]
    private_networks: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FcmTable {
    service_account: String,
    base_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApnsTable {
    key: String,
    key_id: String,
    team_id: String,
    topic: String,
    base_url: Option<String>,
}

/// The senders that the file in this folder sets up; none without it.
///
/// # Errors
/// [`Error::PushFile`] with line and reason, or what is wrong with a file or a key that it names.
pub fn senders(dir: &Path, surroundings: &Surroundings) -> Result<Senders, Error> {
    let settings = read(dir)?.0;
    let web_push = settings
        .web_push
        .map(|table| web_push(dir, table, surroundings))
        .transpose()?;
    let fcm = settings
        .fcm
        .map(|table| {
            Fcm::new(
                &read_beside(dir, &table.service_account)?,
                table.base_url.as_deref(),
            )
        })
        .transpose()?;
    let apns = settings.apns.map(|table| apns(dir, table)).transpose()?;
    Ok(Senders::default()
        .with_web_push(web_push)
        .with_fcm(fcm)
        .with_apns(apns))
}

fn web_push(dir: &Path, table: WebPushTable, surroundings: &Surroundings) -> Result<WebPush, Error> {
    check_subject(&table.subject).map_err(|reason| refused(dir, reason))?;
    let keys = VapidKeys::of_text(&table.private_key).map_err(Error::push_key("[web_push]"))?;
    WebPush::new(&keys, table.subject, table.private_networks, surroundings.clone())
}

fn apns(dir: &Path, table: ApnsTable) -> Result<Apns, Error> {
    Apns::new(ApnsSettings {
        key: read_beside(dir, &table.key)?,
        key_id: table.key_id,
        team_id: table.team_id,
        topic: table.topic,
        base_url: table.base_url,
    })
}

/// Makes keys for Web Push and writes them to the file of this folder, which only its owner may read. Returns the public
/// key.
///
/// # Errors
/// [`Error::HasPushKeys`] when the file has some; [`Error::PushFile`] for one that can't be read, or a contact that is none.
pub fn make_keys(dir: &Path, subject: &str, surroundings: &Surroundings) -> Result<String, Error> {
    check_subject(subject).map_err(|reason| refused(dir, reason))?;
    let path = dir.join(PUSH_FILE);
    let (settings, mut text) = read(dir)?;
    if settings.web_push.is_some() {
        return Err(Error::HasPushKeys(path));
    }
    let keys = VapidKeys::make(surroundings);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let subject = toml::Value::from(subject);
    let _ = write!(
        text,
        "[web_push]\nsubject = {subject}\nprivate_key = \"{}\"\n",
        keys.private_key()
    );
    write_private(&path, &text).map_err(Error::file("write", &path))?;
    Ok(keys.public_key())
}

fn read(dir: &Path) -> Result<(Settings, String), Error> {
    let path = dir.join(PUSH_FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Default::default()),
        Err(error) => return Err(Error::file("read", &path)(error)),
    };
    let settings = toml::from_str(&text).map_err(|error| Error::PushFile {
        source: SettingsError {
            line: 1 + error
                .span()
                .map_or(0, |span| text[..span.start].matches('\n').count()),
            reason: error.message().replace("unknown field", "unknown key"),
        },
        path,
    })?;
    Ok((settings, text))
}

fn read_beside(dir: &Path, file: &str) -> Result<String, Error> {
    let path = dir.join(file);
    fs::read_to_string(&path).map_err(Error::file("read", &path))
}

fn refused(dir: &Path, reason: String) -> Error {
    Error::PushFile {
        path: dir.join(PUSH_FILE),
        source: SettingsError { line: 1, reason },
    }
}

/// RFC 8292: a `mailto:` or an `https:` address.
fn check_subject(subject: &str) -> Result<(), String> {
    let is_address = subject
        .strip_prefix("mailto:")
        .is_some_and(|address| address.contains('@') && !address.contains(char::is_whitespace));
    if is_address || subject.starts_with("https://") {
        Ok(())
    } else {
        Err(format!(
            "the subject `{subject}` is none: use mailto:you@example.org or an https address"
        ))
    }
}

/// Whoever reads the file finds the old or the new one, whole.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut options = File::options();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&part, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use landfall_protocol::wake::Platform;

    fn refusal(text: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(PUSH_FILE), text).unwrap();
        let error = senders(dir.path(), &Surroundings::system()).err().unwrap();
        let source =
            std::error::Error::source(&error).map_or_else(String::new, |source| format!(": {source}"));
        format!("{error}{source}").replace(&dir.path().display().to_string(), "DIR")
    }

    #[test]
    fn without_the_file_there_are_streams_only_and_with_keys_web_push_too() {
        let dir = tempfile::tempdir().unwrap();
        let platforms = || senders(dir.path(), &Surroundings::system()).unwrap().platforms();
        assert_eq!(platforms(), [Platform::Stream]);
        let public = make_keys(dir.path(), "mailto:ops@example.org", &Surroundings::system()).unwrap();
        assert_eq!(platforms(), [Platform::Stream, Platform::WebPush]);
        let senders = senders(dir.path(), &Surroundings::system()).unwrap();
        assert_eq!(senders.vapid_public_key(), Some(public));

        // Other keys would cut every subscription off.
        let again = make_keys(dir.path(), "mailto:ops@example.org", &Surroundings::system());
        assert!(matches!(again, Err(Error::HasPushKeys(_))));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(dir.path().join(PUSH_FILE))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        insta::assert_snapshot!(
            [
                refusal("\n[webpush]\n"),
                refusal("[web_push]\nsubject = \"me\"\nprivate_key = \"x\"\n"),
                refusal("[web_push]\nsubject = \"mailto:a@b.org\"\nprivate_key = \"x\"\n"),
                refusal("[fcm]\nservice_account = \"none.json\"\n"),
                refusal("[apns]\nkey = \"push.toml\"\nkey_id = \"A\"\nteam_id = \"B\"\ntopic = \"c\"\n"),
            ]
            .join("\n")
        );
    }
}
