//! The right to act on an account, as a type. One process at a time has it.

use std::cell::Cell;
use std::fs::File;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::cell;
use super::home;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::realm::bind_realm;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::id::{AccountName, Realm};
use crate::event::stamp::Stamp;

/// Exclusive leave to act on one account in one realm.
///
/// It is a lock on a file and a number in the ledger; every write compares the number. Dropping it gives the account
/// back, and so does the end of the process, however it ends. After an error of the disk it refuses every further
/// write: only a new start can find out what was kept.
#[derive(Debug)]
pub struct Owner {
    ledger: Ledger,
    light: Ledger,
    account: AccountName,
    realm: Realm,
    fence: u64,
    spoiled: Cell<bool>,
    _lock: File,
}

/// Who owns an account, for `status` and for the words of a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// The process.
    pub pid: u32,
    /// The machine's name.
    pub host: String,
    /// Since when.
    pub since: Timestamp,
    /// Its number among all owners that this account has had, counted from 1.
    pub fence: u64,
}

impl Ledger {
    /// Takes the account for this process and binds it to the realm, after a check of its chain: into a damaged one
    /// nothing is written.
    ///
    /// # Errors
    /// `Owned` if another process has it; `Copied`; `RolledBack`; `OtherRealm`; `Damaged`; else what the disk says.
    pub fn own(&self, account: &AccountName, realm: Realm, stamp: &Stamp) -> Result<Owner, LedgerError> {
        self.home.check_install(&self.install_id()?)?;
        let Some(lock) = self.home.lock(account)? else {
            let owner = last_owner(&self.db, account)?;
            let (pid, since) = owner.map(|owner| (owner.pid, owner.since)).unzip();
            return Err(LedgerError::new(
                LedgerErrorKind::Owned { pid, since },
                format!("another process owns account `{account}`"),
            ));
        };
        let ledger = Self { memory: self.memory.clone(), ..Self::open(self.dir())? };
        let head = ledger.check(account, realm)?;
        ledger.check_memory(account, realm, &head)?;
        let fence = ledger.write(|tx| {
            bind_realm(tx, account, realm)?;
            enter(tx, account, stamp)
        })?;
        let light = Self::open(self.dir())?;
        // A log that is not waited for is not tidied up either: that is left to those who wait.
        light.db.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;")?;
        ledger.remember(account, realm);
        Ok(Owner { ledger, light, account: account.clone(), realm, fence, spoiled: Cell::new(false), _lock: lock })
    }

    /// Which process owns the account right now, or none.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the disk says.
    pub fn owned_by(&self, account: &AccountName) -> Result<Option<Ownership>, LedgerError> {
        if self.home.is_locked(account)? { last_owner(&self.db, account) } else { Ok(None) }
    }
}

impl Owner {
    /// Everything that can be read.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &AccountName {
        &self.account
    }

    /// The realm.
    #[must_use]
    pub fn realm(&self) -> Realm {
        self.realm
    }

    /// The account in its realm.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        Scope { account: &self.account, realm: self.realm }
    }

    /// The how manieth owner of the account this is.
    #[must_use]
    pub fn fence(&self) -> u64 {
        self.fence
    }

    /// Remembers where the account's chain ends now.
    pub(super) fn remember(&self) {
        self.ledger.remember(&self.account, self.realm);
    }

    /// As [`Owner::write`], without waiting for the disk: for rows that may be lost in a power cut.
    ///
    /// The other writes lose nothing by it: each waits until the whole log is on the disk, this row included.
    pub(super) fn write_lightly<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.light.write(|tx| {
            check_fence(tx, &self.account, self.fence)?;
            work(tx)
        })
    }

    /// Does all of `work` or nothing of it, if this is still the owner.
    pub(super) fn write<T>(&self, work: impl FnOnce(&Connection) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        if self.spoiled.get() {
            return Err(LedgerError::new(LedgerErrorKind::Io, "the disk failed before"));
        }
        let done = self.ledger.write(|tx| {
            check_fence(tx, &self.account, self.fence)?;
            work(tx)
        });
        if matches!(&done, Err(error) if error.kind == LedgerErrorKind::Io) {
            self.spoiled.set(true);
        }
        done
    }
}

/// Notes that this process owns the account from now on; answers its number.
fn enter(tx: &Connection, account: &AccountName, stamp: &Stamp) -> Result<u64, LedgerError> {
    let fence: i64 = tx.query_row(
        "INSERT INTO owner (account, fence, host, boot_id, pid, started_us) VALUES (?1, 1, ?2, ?3, ?4, ?5)
         ON CONFLICT (account) DO UPDATE
           SET fence = fence + 1, host = excluded.host, boot_id = excluded.boot_id, pid = excluded.pid,
               started_us = excluded.started_us
         RETURNING fence",
        params![account.as_str(), home::host(), stamp.boot_id, std::process::id(), cell::micros(stamp.utc)],
        |row| row.get(0),
    )?;
    cell::count(fence)
}

fn check_fence(tx: &Connection, account: &AccountName, fence: u64) -> Result<(), LedgerError> {
    let now: i64 = tx
        .prepare_cached("SELECT fence FROM owner WHERE account = ?1")?
        .query_row([account.as_str()], |row| row.get(0))?;
    if cell::count(now)? == fence {
        Ok(())
    } else {
        Err(LedgerError::new(LedgerErrorKind::Fenced, format!("another process took over account `{account}`")))
    }
}

fn last_owner(db: &Connection, account: &AccountName) -> Result<Option<Ownership>, LedgerError> {
    let row: Option<(u32, String, i64, i64)> = db
        .query_row("SELECT pid, host, started_us, fence FROM owner WHERE account = ?1", [account.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    row.map(|(pid, host, since, fence)| {
        Ok(Ownership { pid, host, since: cell::moment(since)?, fence: cell::count(fence)? })
    })
    .transpose()
}
