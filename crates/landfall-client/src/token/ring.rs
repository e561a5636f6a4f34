//! The operating system's keyring.

use super::TokenError;
use keyring::Entry;
use landfall_core::id::DeviceId;

/// Under this name a person finds the token in the system's password app.
const SERVICE: &str = "org.landfall.app";

pub(super) fn set(device: &DeviceId, token: &str) -> Result<(), TokenError> {
    let entry = entry(device)?;
    entry.set_password(token).map_err(told_apart)?;
    // Some keyrings take a password and have it no more (no collection behind the service): believe what is read.
    match entry.get_password() {
        Ok(found) if found == token => Ok(()),
        Ok(_) => Err(TokenError::Ring(keyring::Error::NoEntry)),
        Err(error) => Err(told_apart(error)),
    }
}

/// None: the keyring is open and has no such token, or there is no keyring at all.
pub(super) fn get(device: &DeviceId) -> Result<Option<String>, TokenError> {
    match entry(device)?.get_password() {
        Ok(token) => Ok(Some(token)),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(error) => Err(told_apart(error)),
    }
}

pub(super) fn delete(device: &DeviceId) -> Result<(), TokenError> {
    match entry(device)?.delete_credential() {
        Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
        Err(error) => Err(told_apart(error)),
    }
}

fn entry(device: &DeviceId) -> Result<Entry, TokenError> {
    Entry::new(SERVICE, device.as_str()).map_err(told_apart)
}

fn told_apart(error: keyring::Error) -> TokenError {
    match error {
        keyring::Error::NoStorageAccess(_) => TokenError::Locked,
        other => TokenError::Ring(other),
    }
}
