//! Which driver was used last, by the hash of its program: whoever replaces it gets every session from then on.
//!
//! It only remembers and compares; a person decides whether another driver may be used.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::binary::{Kind, Program};
use crate::event::id::Digest;

/// A driver's program as it was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Familiar {
    /// Where it was.
    pub path: PathBuf,
    /// What it called itself, with its version.
    pub says: String,
    /// The hash of all its bytes.
    pub sha256: Digest,
}

/// The program as it is now.
///
/// # Errors
/// It cannot be read.
pub fn now(program: &Program) -> io::Result<Familiar> {
    let sha256 = Digest::of(&fs::read(&program.path)?);
    Ok(Familiar { path: program.path.clone(), says: program.says.clone(), sha256 })
}

/// The program that was used last, as noted in `folder`; none before the first time, and where the note cannot be read.
///
/// # Errors
/// The note is there and the system refuses it.
pub fn last(folder: &Path, kind: Kind) -> io::Result<Option<Familiar>> {
    match fs::read(note(folder, kind)) {
        Ok(text) => Ok(serde_json::from_slice(&text).ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Notes that this program is used from now on. The note is whole or the old one, for its owner alone.
///
/// # Errors
/// The folder is not there or refuses.
pub fn keep(folder: &Path, kind: Kind, familiar: &Familiar) -> io::Result<()> {
    let path = note(folder, kind);
    let draft = path.with_extension("draft");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(&serde_json::to_vec(familiar)?)?;
    file.sync_all()?;
    fs::rename(&draft, &path)
}

fn note(folder: &Path, kind: Kind) -> PathBuf {
    folder.join(format!("known-{}.json", kind.driver()))
}

#[cfg(test)]
mod tests {
    use super::super::binary::Mark;
    use super::*;

    #[test]
    fn a_program_is_familiar_until_one_byte_of_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chromedriver");
        fs::write(&path, "one").unwrap();
        let mark = Mark::of(&path).unwrap();
        let program = Program { path: path.clone(), says: "ChromeDriver 1.2".to_owned(), major: 1, mark };
        assert_eq!(last(folder.path(), Kind::Chrome).unwrap(), None);
        let first = now(&program).unwrap();
        keep(folder.path(), Kind::Chrome, &first).unwrap();
        assert_eq!(last(folder.path(), Kind::Chrome).unwrap(), Some(first.clone()));
        assert_eq!(last(folder.path(), Kind::Firefox).unwrap(), None, "each browser has its own");
        fs::write(&path, "two").unwrap();
        assert_ne!(now(&program).unwrap().sha256, first.sha256);
        fs::write(folder.path().join("known-chromedriver.json"), "{").unwrap();
        assert_eq!(last(folder.path(), Kind::Chrome).unwrap(), None);
    }
}
