//! What is remembered of a chain's end outside of the data directory, so that an older ledger that is put back is noticed.
//!
//! One small file for each ledger, account and realm. It is written after each intention and each seal; one that is missing
//! or older than the ledger says nothing, one that is newer says that a part of the ledger is gone. It does not know what the
//! ledger does about that.

use std::fs::{self, DirBuilder, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::chain::Head;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::store::Ledger;
use crate::event::id::{AccountName, Digest, Realm};

/// Where such files lie.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    dir: PathBuf,
    install: String,
}

/// The end of a chain as it was remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Remembered {
    seq: u64,
    hash: Digest,
    at: Timestamp,
}

impl Ledger {
    /// Remembers the ends of its chains in files of that folder, which must not be in the data directory.
    ///
    /// The folder is made, for this user alone, when there is something to remember. One that cannot be written is passed
    /// over: then less is noticed.
    ///
    /// # Errors
    /// `Damaged` if the ledger has no install id; else what the database says.
    pub fn remembering(mut self, dir: &Path) -> Result<Self, LedgerError> {
        self.memory = Some(Memory { dir: dir.to_owned(), install: self.install_id()? });
        Ok(self)
    }

    /// Whether the chain still has what is remembered of it.
    ///
    /// # Errors
    /// `RolledBack` if its end is older than that, or is another one; else what the database says.
    pub(super) fn check_memory(&self, account: &AccountName, realm: Realm, head: &Head) -> Result<(), LedgerError> {
        let Some(known) = self.memory.as_ref().and_then(|memory| memory.read(account, realm)) else { return Ok(()) };
        let same = match known.seq {
            0 => true,
            seq => self.links(account, realm, seq..=seq)?.first().is_some_and(|link| link.hash == known.hash),
        };
        if same {
            return Ok(());
        }
        let what = format!(
            "the ledger of account `{account}` ({realm}) is older than the last one: it ends at entry {}, and entry {} was \
             written at {}",
            head.seq, known.seq, known.at
        );
        Err(LedgerError::new(LedgerErrorKind::RolledBack, what))
    }

    /// Remembers where the chain ends now.
    pub(super) fn remember(&self, account: &AccountName, realm: Realm) {
        let Some(memory) = &self.memory else { return };
        let head = match self.head(account, realm) {
            Ok(head) => head,
            Err(error) => return tracing::debug!(%error, "the chain's end could not be read"),
        };
        if let Err(error) = memory.write((account, realm), &head) {
            tracing::debug!(%error, "the chain's end could not be remembered");
        }
    }

    /// Forgets what is remembered of an account.
    pub(super) fn forget_memory(&self, account: &AccountName) {
        let Some(memory) = &self.memory else { return };
        for realm in [Realm::Real, Realm::Practice] {
            // What is not there is forgotten.
            let _ = fs::remove_file(memory.path(account, realm));
        }
    }
}

impl Memory {
    fn path(&self, account: &AccountName, realm: Realm) -> PathBuf {
        self.dir.join(format!("{}.{account}.{realm}", self.install))
    }

    fn read(&self, account: &AccountName, realm: Realm) -> Option<Remembered> {
        let text = fs::read_to_string(self.path(account, realm)).ok()?;
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        Some(Remembered {
            seq: value("seq")?.parse().ok()?,
            hash: value("hash")?.parse().ok()?,
            at: value("at")?.parse().ok()?,
        })
    }

    /// Another file takes the old one's place in one step. It is not waited for: what is lost in a power cut is only noticed
    /// less.
    fn write(&self, (account, realm): (&AccountName, Realm), head: &Head) -> std::io::Result<()> {
        let (path, at) = (self.path(account, realm), head.last_seen.unwrap_or(Timestamp::UNIX_EPOCH));
        match DirBuilder::new().recursive(true).mode(0o700).create(&self.dir) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let fresh = path.with_extension(format!("{realm}.{}", std::process::id()));
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        write!(file, "seq={}\nhash={}\nat={at}\n", head.seq, head.hash)?;
        drop(file);
        fs::rename(&fresh, &path)
    }
}
