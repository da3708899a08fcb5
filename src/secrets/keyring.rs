//! The keyring of the system: Secret Service on Linux, Keychain on macOS.
//!
//! Whether a machine has one shows only at run time, and having none is an answer, not an error. Every call may wait until a
//! person has unlocked the keyring, so it must not be made from asynchronous code.

use std::fmt;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use zeroize::Zeroizing;

use crate::event::id::{AccountName, Realm};

/// The name under which entries are shown in the keyring's own program.
const SERVICE: &str = "exeunt";

/// The length of the key that seals evidence, in bytes: an Ed25519 seed.
pub const SEAL_KEY_LENGTH: usize = 32;

/// The keyring, opened.
pub struct Keeper {
    store: Arc<CredentialStore>,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keeper")
    }
}

impl Keeper {
    /// Opens the keyring of the system for this user.
    ///
    /// # Errors
    /// [`KeyringError::None`] where there is none: no session bus, nothing that answers on it, another platform.
    pub fn open() -> Result<Self, KeyringError> {
        let store = system_store().map_err(|error| KeyringError::None { why: words(&error) })?;
        Ok(Self { store })
    }

    /// The password of an account in a realm; none where none was kept.
    ///
    /// # Errors
    /// The keyring is locked, or does not answer.
    pub fn password(&self, account: &AccountName, realm: Realm) -> Result<Option<SecretString>, KeyringError> {
        match self.entry(&password_of(account, realm))?.get_password() {
            Ok(password) => Ok(Some(password.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(&error)),
        }
    }

    /// Keeps the password of an account in a realm, in the place of an earlier one.
    ///
    /// # Errors
    /// The keyring is locked, or does not answer.
    pub fn keep_password(
        &self,
        account: &AccountName,
        realm: Realm,
        password: &SecretString,
    ) -> Result<(), KeyringError> {
        let entry = self.entry(&password_of(account, realm))?;
        entry.set_password(password.expose_secret()).map_err(|error| refused(&error))
    }

    /// Deletes the password of an account in a realm; whether there was one.
    ///
    /// # Errors
    /// The keyring is locked, or does not answer.
    pub fn delete_password(&self, account: &AccountName, realm: Realm) -> Result<bool, KeyringError> {
        match self.entry(&password_of(account, realm))?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(refused(&error)),
        }
    }

    /// The key that seals evidence in this data directory; none where none was kept.
    pub(super) fn seal_key(&self, place: &str) -> Result<Option<SecretBox<[u8; SEAL_KEY_LENGTH]>>, KeyringError> {
        let kept = match self.entry(&seal_key_of(place))?.get_secret() {
            Ok(kept) => Zeroizing::new(kept),
            Err(Error::NoEntry) => return Ok(None),
            Err(error) => return Err(refused(&error)),
        };
        let key: [u8; SEAL_KEY_LENGTH] = kept.as_slice().try_into().map_err(|_| KeyringError::Refused {
            why: format!("the key that seals evidence is {} bytes long instead of {SEAL_KEY_LENGTH}", kept.len()),
        })?;
        Ok(Some(SecretBox::new(Box::new(key))))
    }

    pub(super) fn keep_seal_key(
        &self,
        place: &str,
        key: &SecretBox<[u8; SEAL_KEY_LENGTH]>,
    ) -> Result<(), KeyringError> {
        self.entry(&seal_key_of(place))?.set_secret(key.expose_secret()).map_err(|error| refused(&error))
    }

    fn entry(&self, user: &str) -> Result<Entry, KeyringError> {
        self.store.build(SERVICE, user, None).map_err(|error| refused(&error))
    }

    /// A keyring that lives in this process only, for tests.
    #[cfg(test)]
    pub(super) fn mock() -> (Self, Arc<keyring_core::mock::Store>) {
        let store = keyring_core::mock::Store::new().unwrap();
        (Self { store: Arc::clone(&store) as Arc<CredentialStore> }, store)
    }
}

/// The two realms never share an entry.
fn password_of(account: &AccountName, realm: Realm) -> String {
    format!("{realm}/{account}/password")
}

/// A data directory that was copied has another path, and makes a key of its own.
fn seal_key_of(place: &str) -> String {
    format!("seal-key {place}")
}

#[cfg(target_os = "macos")]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

fn refused(error: &Error) -> KeyringError {
    KeyringError::Refused { why: words(error) }
}

/// What is said of an error, without the data that some errors carry: it may be the secret.
fn words(error: &Error) -> String {
    match error {
        Error::BadEncoding(_) => "what it keeps is no text".to_owned(),
        Error::BadDataFormat(..) => "what it keeps cannot be read".to_owned(),
        Error::Ambiguous(_) => "it keeps more than one entry of this name".to_owned(),
        other => other.to_string().lines().next().unwrap_or_default().chars().take(200).collect(),
    }
}

/// Why the keyring is of no use now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyringError {
    /// There is none.
    None {
        /// Why, as the system says it.
        why: String,
    },
    /// It is there and refuses.
    Refused {
        /// Why, as it says itself.
        why: String,
    },
}

impl KeyringError {
    /// What to do about it.
    #[must_use]
    pub fn mend(&self) -> &'static str {
        match self {
            Self::None { .. } => "start one (gnome-keyring, KWallet, KeePassXC), or leave it out",
            Self::Refused { .. } => "unlock it and try again, or leave it out",
        }
    }
}

impl fmt::Display for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None { why } => write!(f, "this system has no keyring that answers ({})", why.escape_debug()),
            Self::Refused { why } => write!(f, "the keyring refuses ({})", why.escape_debug()),
        }
    }
}

impl std::error::Error for KeyringError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str) -> AccountName {
        name.parse().unwrap()
    }

    #[test]
    fn a_password_is_of_one_account_in_one_realm() {
        let (keeper, _) = Keeper::mock();
        let (mine, other) = (account("default"), account("other"));
        assert!(keeper.password(&mine, Realm::Real).unwrap().is_none());
        keeper.keep_password(&mine, Realm::Real, &"first".into()).unwrap();
        keeper.keep_password(&mine, Realm::Real, &"second".into()).unwrap();
        assert_eq!(keeper.password(&mine, Realm::Real).unwrap().unwrap().expose_secret(), "second");
        for (account, realm) in [(&mine, Realm::Practice), (&other, Realm::Real)] {
            assert!(keeper.password(account, realm).unwrap().is_none());
            assert!(!keeper.delete_password(account, realm).unwrap());
        }
        assert!(keeper.delete_password(&mine, Realm::Real).unwrap());
        assert!(keeper.password(&mine, Realm::Real).unwrap().is_none());
    }

    #[test]
    fn what_a_keyring_says_never_shows_what_it_keeps() {
        let kept = b"canary-5519".to_vec();
        let why = std::io::Error::other("no");
        for error in [Error::BadEncoding(kept.clone()), Error::BadDataFormat(kept, Box::new(why))] {
            let said = refused(&error);
            assert!(!format!("{said} {said:?}").contains("canary"), "{said:?}");
        }
        let (keeper, _) = Keeper::mock();
        assert_eq!(format!("{keeper:?}"), "Keeper");
    }

    #[test]
    fn a_keyring_that_refuses_says_what_to_do() {
        let (keeper, _) = Keeper::mock();
        let entry = keeper.entry(&password_of(&account("default"), Realm::Real)).unwrap();
        let mock = entry.as_any().downcast_ref::<keyring_core::mock::Cred>().unwrap();
        mock.set_error(Error::NoStorageAccess(Box::new(std::io::Error::other("locked"))));
        let error = keeper.password(&account("default"), Realm::Real).unwrap_err();
        assert!(error.to_string().contains("locked") && error.mend().contains("unlock it"), "{error}");
    }
}
