//! A ledger that remembers the ends of its chains outside of the data directory, and notices when one is older than that.

use std::fs;
use std::path::Path;

use super::head::Head;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::memory::Memory;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::id::{AccountName, Realm};

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
        if let Err(error) = memory.write(Scope { account, realm }, &head) {
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
