//! The key that seals evidence: 32 random bytes in the keyring, or in a file of the data directory that only its owner reads.
//!
//! It proves that a bundle was sealed by whoever holds this data directory or keyring, not who that is. Losing it spoils no
//! bundle: each carries the public half. It makes no seals.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretBox};
use zeroize::Zeroize as _;

use super::keyring::{Keeper, KeyringError, SEAL_KEY_LENGTH};

/// The file's name in the data directory.
pub const FILE: &str = "seal-key";

/// A key and where it is kept.
pub struct SealKey {
    /// The Ed25519 seed.
    pub seed: SecretBox<[u8; SEAL_KEY_LENGTH]>,
    /// Where it is kept: the user is told.
    pub kept: Kept,
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({:?})", self.kept)
    }
}

/// Where a key is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// In the keyring of the system.
    Keyring,
    /// In this file, which only its owner may read.
    File(PathBuf),
}

/// The key of a data directory, made where there is none yet. A key that is in the file already stays there.
///
/// Blocks: on the disk, and with a `keeper` on whoever unlocks the keyring.
///
/// # Errors
/// The keyring refuses, the file is not a key, belongs to somebody else or may be read by others, or the disk refuses.
pub fn of(data_dir: &Path, keeper: Option<&Keeper>) -> Result<SealKey, SealKeyError> {
    let path = data_dir.join(FILE);
    if let Some(seed) = read(&path)? {
        return Ok(SealKey { seed, kept: Kept::File(path) });
    }
    let Some(keeper) = keeper else {
        let seed = write(&path, random())?;
        return Ok(SealKey { seed, kept: Kept::File(path) });
    };
    let place = data_dir.to_string_lossy();
    if let Some(seed) = keeper.seal_key(&place).map_err(SealKeyError::Keyring)? {
        return Ok(SealKey { seed, kept: Kept::Keyring });
    }
    let seed = random();
    keeper.keep_seal_key(&place, &seed).map_err(SealKeyError::Keyring)?;
    Ok(SealKey { seed, kept: Kept::Keyring })
}

fn random() -> SecretBox<[u8; SEAL_KEY_LENGTH]> {
    SecretBox::init_with_mut(|seed: &mut [u8; SEAL_KEY_LENGTH]| rand::fill(&mut seed[..]))
}

/// The key in the file; none where there is no file.
fn read(path: &Path) -> Result<Option<SecretBox<[u8; SEAL_KEY_LENGTH]>>, SealKeyError> {
    let bad = |why: &str| SealKeyError::File { path: path.to_owned(), why: why.to_owned() };
    let disk = |error: std::io::Error| bad(&error.to_string());
    // A link would let whoever can make one choose the key.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).expect("flags of open are an int");
    let mut file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(disk(error)),
    };
    let data = file.metadata().map_err(disk)?;
    if !data.is_file() {
        return Err(bad("it is no file"));
    }
    if data.uid() != rustix::process::geteuid().as_raw() {
        return Err(bad("it belongs to another user"));
    }
    if data.mode() & 0o077 != 0 {
        return Err(bad(
            "others may read it: a key that was open to them proves nothing; delete it, and a new one is made",
        ));
    }
    if data.len() != SEAL_KEY_LENGTH as u64 {
        return Err(bad("it is no key: delete it, and a new one is made"));
    }
    let mut seed = SecretBox::new(Box::new([0; SEAL_KEY_LENGTH]));
    use secrecy::ExposeSecretMut as _;
    file.read_exact(seed.expose_secret_mut()).map_err(disk)?;
    Ok(Some(seed))
}

/// Writes a new key, whole or not at all. Where another process was faster, its key is the key.
fn write(
    path: &Path,
    seed: SecretBox<[u8; SEAL_KEY_LENGTH]>,
) -> Result<SecretBox<[u8; SEAL_KEY_LENGTH]>, SealKeyError> {
    let bad = |error: std::io::Error| SealKeyError::File { path: path.to_owned(), why: error.to_string() };
    let mut suffix: [u8; 8] = rand::random();
    let fresh = path.with_extension(format!("new-{:016x}", u64::from_be_bytes(suffix)));
    suffix.zeroize();
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        file.write_all(seed.expose_secret())?;
        file.sync_all()?;
        std::fs::hard_link(&fresh, path)
    })();
    let removed = std::fs::remove_file(&fresh);
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return read(path)?.ok_or_else(|| bad(std::io::Error::from(ErrorKind::NotFound)));
        }
        Err(error) => return Err(bad(error)),
    }
    removed.map_err(bad)?;
    if let Some(folder) = path.parent() {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(bad)?;
    }
    Ok(seed)
}

/// Why there is no key to seal with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealKeyError {
    /// The keyring is of no use now.
    Keyring(KeyringError),
    /// The file is of no use.
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl fmt::Display for SealKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyring(error) => write!(f, "no key to seal with: {error}"),
            Self::File { path, why } => write!(f, "the key to seal with, `{}`, cannot be used: {why}", path.display()),
        }
    }
}

impl std::error::Error for SealKeyError {}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn seed(key: &SealKey) -> Vec<u8> {
        key.seed.expose_secret().to_vec()
    }

    #[test]
    fn a_key_is_made_once_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let first = of(folder.path(), None).unwrap();
        assert_eq!(first.kept, Kept::File(folder.path().join(FILE)));
        assert_ne!(seed(&first), [0; SEAL_KEY_LENGTH]);
        assert_eq!(seed(&of(folder.path(), None).unwrap()), seed(&first));
        let mode = std::fs::metadata(folder.path().join(FILE)).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left behind");
        let other = tempfile::tempdir().unwrap();
        assert_ne!(seed(&of(other.path(), None).unwrap()), seed(&first));
    }

    #[test]
    fn with_a_keyring_no_file_is_written_and_an_old_file_goes_on_counting() {
        let folder = tempfile::tempdir().unwrap();
        let (keeper, _) = Keeper::mock();
        let first = of(folder.path(), Some(&keeper)).unwrap();
        assert_eq!(first.kept, Kept::Keyring);
        assert_eq!(seed(&of(folder.path(), Some(&keeper)).unwrap()), seed(&first));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let other = tempfile::tempdir().unwrap();
        let filed = of(other.path(), None).unwrap();
        let again = of(other.path(), Some(&keeper)).unwrap();
        assert_eq!((seed(&again), again.kept), (seed(&filed), filed.kept));
        assert!(!format!("{first:?}").contains("seed"));
    }

    #[test]
    fn a_file_that_is_no_key_of_ours_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let refused = |what: &str| {
            let error = of(folder.path(), None).unwrap_err();
            assert!(matches!(error, SealKeyError::File { .. }), "{what}: {error}");
        };
        std::fs::write(&path, [7; SEAL_KEY_LENGTH]).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        refused("open to a group");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(of(folder.path(), None).is_ok());
        std::fs::write(&path, [7; SEAL_KEY_LENGTH - 1]).unwrap();
        refused("too short");
        std::fs::write(folder.path().join("other"), [7; SEAL_KEY_LENGTH]).unwrap();
        std::fs::remove_file(&path).unwrap();
        symlink(folder.path().join("other"), &path).unwrap();
        refused("a link");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        refused("a folder");
    }

    #[test]
    fn of_two_who_make_it_at_once_one_key_stays() {
        let folder = tempfile::tempdir().unwrap();
        let seeds: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| seed(&of(folder.path(), None).unwrap()))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(seeds.iter().all(|one| *one == seeds[0]));
    }
}
