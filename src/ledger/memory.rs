//! What is remembered of a chain's end outside of the data directory, so that an older ledger that is put back is noticed.
//!
//! One small file for each ledger, account and realm. It is written after each intention and each seal; one that is missing
//! or older than the ledger says nothing, one that is newer says that a part of the ledger is gone. It does not know what the
//! ledger does about that.

use std::fs::{self, DirBuilder, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use jiff::Timestamp;

use super::head::Head;
use super::scope::Scope;
use crate::event::id::{AccountName, Digest, Realm};

/// Where such files lie.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    pub(super) dir: PathBuf,
    pub(super) install: String,
}

/// The end of a chain as it was remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remembered {
    pub(super) seq: u64,
    pub(super) hash: Digest,
    pub(super) at: Timestamp,
}

impl Memory {
    /// The file of an account's chain in a realm.
    pub(super) fn path(&self, account: &AccountName, realm: Realm) -> PathBuf {
        self.dir.join(format!("{}.{account}.{realm}", self.install))
    }

    /// What is remembered; none where there is nothing, or nothing that can be read.
    pub(super) fn read(&self, account: &AccountName, realm: Realm) -> Option<Remembered> {
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
    pub(super) fn write(&self, Scope { account, realm }: Scope<'_>, head: &Head) -> std::io::Result<()> {
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
