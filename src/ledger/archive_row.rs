//! The archive of the account's data: when the site was asked for it, and what was taken in.
//!
//! It does not know where the file lies, or what an archive is good for.

use jiff::Timestamp;
use rusqlite::params;

use super::chain::link;
use super::ledger_error::LedgerError;
use super::people::{Import, record_import};
use super::store::{Ledger, name_account};
use crate::event::fact::{ArchiveScope, Fact};
use crate::event::id::{AccountName, Digest, Realm};
use crate::policy::archive_waiting::offered_until;

/// How it stands with the archive, as far as this program did it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArchiveRow {
    /// When the site was asked last and for how much, unless an archive was taken in since.
    pub asked: Option<(Timestamp, ArchiveScope)>,
    /// The archive that was taken in last.
    pub taken: Option<TakenArchive>,
}

impl ArchiveRow {
    /// The archive that was taken in, while the site would only give the same one again: nothing was asked for since, and it
    /// is still offered.
    #[must_use]
    pub fn same_again(&self, now: Timestamp) -> Option<&TakenArchive> {
        self.taken.as_ref().filter(|taken| self.asked.is_none() && now < offered_until(taken.at))
    }
}

/// An archive that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenArchive {
    /// When.
    pub at: Timestamp,
    /// The file's name.
    pub name: String,
    /// The hash of its exact bytes.
    pub sha256: Digest,
}

impl Ledger {
    /// How it stands with the account's archive.
    ///
    /// # Errors
    /// `Damaged` if an entry cannot be read; else what the database says.
    pub fn archive(&self, account: &AccountName, realm: Realm) -> Result<ArchiveRow, LedgerError> {
        let mut statement = self.db.prepare_cached(
            "SELECT seq, prev, body, hash, run FROM event
              WHERE account = ?1 AND realm = ?2
                AND run IN (SELECT id FROM errand WHERE account = ?1 AND realm = ?2 AND purpose = 'archive')
              ORDER BY seq",
        )?;
        let mut row = ArchiveRow::default();
        for link in statement.query_and_then(params![account.as_str(), realm.as_str()], link)? {
            let (link, _) = link?;
            let entry =
                link.entry().map_err(|_| LedgerError::damaged(format!("entry {} is not readable", link.seq)))?;
            match entry.fact {
                Fact::ArchiveAsked { scope, .. } => row.asked = Some((entry.at.utc, scope)),
                Fact::ArchiveTaken { name, sha256, .. } => {
                    row = ArchiveRow { asked: None, taken: Some(TakenArchive { at: entry.at.utc, name, sha256 }) };
                }
                _ => {}
            }
        }
        Ok(row)
    }

    /// Notes an archive that names nobody: that it was taken in counts, and nobody is marked as absent because of it.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_archive(&self, account: &AccountName, import: &Import) -> Result<(), LedgerError> {
        self.write(|tx| {
            name_account(tx, account)?;
            record_import(tx, account, import, 0).map(drop)
        })
    }
}
