//! The last irreversible act on each real account, remembered outside of every data directory: a ledger that does not have it lets
//! nothing be done on that account until the month's limits are over, whatever became of the ledger that has it.
//!
//! ```text
//! acts.<hash of the handle>       at, entry and hash in the chain that has it, the data directory
//! acts.<hash of the handle>.lock  held from the question to the answer, so that two directories do not both find nothing
//! acts.salt                       what keeps the hash from telling the handle
//! ```
//!
//! Whose account it is, is told by its handle, which is in none of the files. `forget` leaves them, since the site forgets nothing.
//! A folder that cannot be read or written is passed over: then less is noticed, as with the ends of chains. Practice is another
//! world each time, and is not remembered.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rustix::fs::{FlockOperation, flock};

use super::ledger_error::LedgerError;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::id::{AccountName, Digest, Realm, Slug};
use crate::event::link::Link;
use crate::policy::quota::MONTH;

/// An act that another ledger knows of, and this one does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActElsewhere {
    /// When it was intended.
    pub at: Timestamp,
    /// When the month's limits are over for whoever does not know what was done before it.
    pub until: Timestamp,
    /// The data directory of the ledger that has it, or had it.
    pub dir: PathBuf,
}

/// The last act as it was remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Act {
    at: Timestamp,
    seq: u64,
    hash: Digest,
    dir: PathBuf,
}

/// The file of one account, held for this process alone until it is dropped.
#[derive(Debug)]
pub(super) struct Acts {
    path: PathBuf,
    _lock: File,
}

impl Acts {
    fn open(dir: &Path, handle: &Slug) -> std::io::Result<Self> {
        match DirBuilder::new().recursive(true).mode(0o700).create(dir) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let hash = Digest::of_parts(&[salt(dir)?.as_bytes(), handle.as_str().as_bytes()]);
        let path = dir.join(format!("acts.{hash}"));
        let lock = own_file().create(true).truncate(false).open(beside(&path, "lock"))?;
        loop {
            match flock(&lock, FlockOperation::LockExclusive) {
                Ok(()) => return Ok(Self { path, _lock: lock }),
                Err(rustix::io::Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// None where nothing is remembered, or nothing that can be read.
    fn read(&self) -> Option<Act> {
        let text = fs::read(&self.path).ok()?;
        let value = |key: &str| {
            let mut lines = text.split(|byte| *byte == b'\n');
            lines.find_map(|line| line.strip_prefix(key.as_bytes())?.strip_prefix(b"=").map(<[u8]>::to_vec))
        };
        let word = |key: &str| String::from_utf8(value(key)?).ok();
        Some(Act {
            at: word("at")?.parse().ok()?,
            seq: word("seq")?.parse().ok()?,
            hash: word("hash")?.parse().ok()?,
            dir: PathBuf::from(OsString::from_vec(value("dir")?)),
        })
    }

    /// Another file takes the old one's place in one step, and is on the disk when it answers.
    fn write(&self, act: &Act) -> std::io::Result<()> {
        let fresh = beside(&self.path, "new");
        let mut file = own_file().create(true).truncate(true).open(&fresh)?;
        write!(file, "at={}\nseq={}\nhash={}\ndir=", act.at, act.seq, act.hash)?;
        file.write_all(act.dir.as_os_str().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)
    }

    /// Remembers an intention that is on the disk, before anything may be clicked for it.
    pub(super) fn note(&self, dir: &Path, link: &Link, at: Timestamp) {
        let act = Act { at, seq: link.seq, hash: link.hash, dir: dir.to_owned() };
        if let Err(error) = self.write(&act) {
            tracing::debug!(%error, "the act could not be remembered outside of the data directory");
        }
    }
}

/// A file that belongs to another: its name, and what it is.
fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(what);
    PathBuf::from(name)
}

/// A text of this user's folder that nobody else has: without it a hash of a handle could be found by trying handles.
fn salt(dir: &Path) -> std::io::Result<String> {
    let path = dir.join("acts.salt");
    // It is made under another name, so that nobody reads half of it.
    if !path.exists() {
        let fresh = dir.join(format!("acts.salt.{:016x}", rand::random::<u64>()));
        let mut file = own_file().create_new(true).open(&fresh)?;
        write!(file, "{:032x}", rand::random::<u128>())?;
        file.sync_all()?;
        // A link takes the place of nothing: whoever comes second takes over the first one's.
        match fs::hard_link(&fresh, &path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let _ = fs::remove_file(&fresh);
    }
    fs::read_to_string(path)
}

fn own_file() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true).mode(0o600);
    options
}

impl Ledger {
    /// The newest act on a real account that this ledger does not have, while the month's limits count it; none in practice, where
    /// nothing is remembered, and where it is not known whose account it is.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn acted_elsewhere(
        &self,
        account: &AccountName,
        realm: Realm,
        now: Timestamp,
    ) -> Result<Option<ActElsewhere>, LedgerError> {
        let whose = Scope { account, realm };
        let Some(acts) = self.acts(whose)? else { return Ok(None) };
        self.unknown_act(whose, &acts, now)
    }

    /// The file of the account, held until it is dropped.
    pub(super) fn acts(&self, Scope { account, realm }: Scope<'_>) -> Result<Option<Acts>, LedgerError> {
        let Some(memory) = self.memory.as_ref().filter(|_| realm == Realm::Real) else { return Ok(None) };
        let Some(identity) = self.identity(account, realm)? else { return Ok(None) };
        let opened = Acts::open(&memory.dir, &identity.handle);
        if let Err(error) = &opened {
            tracing::debug!(%error, "what was done on the account cannot be looked up outside of the data directory");
        }
        Ok(opened.ok())
    }

    /// The remembered act, where this ledger's chain does not have it and the month is not over.
    pub(super) fn unknown_act(
        &self,
        Scope { account, realm }: Scope<'_>,
        acts: &Acts,
        now: Timestamp,
    ) -> Result<Option<ActElsewhere>, LedgerError> {
        let Some(Act { at, seq, hash, dir }) = acts.read() else { return Ok(None) };
        let month = SignedDuration::try_from(MONTH).unwrap_or(SignedDuration::MAX);
        let until = at.saturating_add(month).unwrap_or(Timestamp::MAX);
        if until <= now || self.links(account, realm, seq..=seq)?.first().is_some_and(|link| link.hash == hash) {
            return Ok(None);
        }
        Ok(Some(ActElsewhere { at, until, dir }))
    }
}
