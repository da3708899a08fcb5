//! Accounts: their realm, whose they are on the site, and what their owner is doing right now.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::owner::Owner;
use super::realm::{bind_realm, realm};
use super::store::Ledger;
use crate::event::id::{AccountName, Digest, Realm, Slug};

/// Whose account it is, as read from the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// From the "View profile" address of the Me menu.
    pub handle: Slug,
    /// The name beside it, as shown.
    pub name: String,
    /// The hash of the photo's bytes, where it was read.
    pub photo_sha256: Option<Digest>,
    /// The photo's address, where there is one.
    pub photo_src: Option<String>,
}

/// What became of an identity that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adoption {
    /// It was the first, and is the account's from now on.
    Adopted,
    /// It is the account's; name and photo were brought up to date.
    Same,
    /// The account is somebody else's; nothing was changed.
    Other(Identity),
}

/// What the owner of an account is doing, for `status` in another process. Not kept through a power cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The owner's process.
    pub pid: u32,
    /// What it does, as JSON; the ledger does not look into it.
    pub what: String,
    /// Until when that lasts, where it is a wait.
    pub until: Option<Timestamp>,
    /// When it said so.
    pub updated: Timestamp,
}

impl Ledger {
    /// All accounts that the ledger knows, by name, with their realm where they have one.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn accounts(&self) -> Result<Vec<(AccountName, Option<Realm>)>, LedgerError> {
        let mut statement = self.db.prepare_cached("SELECT name, realm FROM account ORDER BY name")?;
        statement
            .query_and_then([], |row| {
                Ok((cell::parsed(&row.get::<_, String>(0)?)?, cell::parsed_if_any(row.get(1)?)?))
            })?
            .collect()
    }

    /// The realm that the account belongs to, or none yet.
    ///
    /// # Errors
    /// `Damaged` if the row cannot be read; else what the database says.
    pub fn realm(&self, account: &AccountName) -> Result<Option<Realm>, LedgerError> {
        realm(&self.db, account)
    }

    /// Binds the account to a realm, if it belongs to none yet.
    ///
    /// # Errors
    /// `OtherRealm` if it belongs to the other one; else what the database says.
    pub fn bind_realm(&self, account: &AccountName, realm: Realm) -> Result<(), LedgerError> {
        self.write(|tx| bind_realm(tx, account, realm))
    }

    /// Whose account it is on the site, or none if that was never read.
    ///
    /// # Errors
    /// `Damaged` if the row cannot be read; else what the database says.
    pub fn identity(&self, account: &AccountName, realm: Realm) -> Result<Option<Identity>, LedgerError> {
        identity(&self.db, account, realm)
    }

    /// What the owner of the account said last about its work; it may have ended since.
    ///
    /// # Errors
    /// `Damaged` if the row cannot be read; else what the database says.
    pub fn activity(&self, account: &AccountName) -> Result<Option<Activity>, LedgerError> {
        let mut statement =
            self.db.prepare_cached("SELECT pid, what, until_us, updated_us FROM activity WHERE account = ?1")?;
        statement
            .query_and_then([account.as_str()], |row| {
                Ok(Activity {
                    pid: row.get(0)?,
                    what: row.get(1)?,
                    until: cell::moment_if_any(row.get(2)?)?,
                    updated: cell::moment(row.get(3)?)?,
                })
            })?
            .next()
            .transpose()
    }
}

impl Owner {
    /// Takes an identity that was read from the site as the account's own if it is the first, and compares it if not.
    ///
    /// # Errors
    /// `Fenced`; else what the database says.
    pub fn adopt_identity(&mut self, read: &Identity) -> Result<Adoption, LedgerError> {
        let (account, own_realm) = (self.account(), self.realm());
        self.write(|tx| {
            let known = identity(tx, account, own_realm)?;
            let adoption = match known {
                None => Adoption::Adopted,
                Some(known) if known.handle == read.handle => Adoption::Same,
                Some(known) => return Ok(Adoption::Other(known)),
            };
            tx.execute(
                "INSERT INTO identity (account, realm, handle, name, photo_sha256, photo_src)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (account, realm) DO UPDATE
                   SET name = excluded.name, photo_sha256 = excluded.photo_sha256, photo_src = excluded.photo_src",
                params![
                    account.as_str(),
                    own_realm.as_str(),
                    read.handle.as_str(),
                    read.name,
                    read.photo_sha256.map(|digest| digest.0),
                    read.photo_src
                ],
            )?;
            Ok(adoption)
        })
    }

    /// Says what is being done right now. The row reaches the disk with the next step of an effect, not before: it
    /// may be written often.
    ///
    /// # Errors
    /// `Fenced`; else what the database says.
    pub fn say(&mut self, what: &str, until: Option<Timestamp>, now: Timestamp) -> Result<(), LedgerError> {
        let account = self.account();
        self.write_lightly(|tx| {
            tx.prepare_cached(
                "INSERT INTO activity (account, pid, what, until_us, updated_us) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (account) DO UPDATE
                   SET pid = excluded.pid, what = excluded.what, until_us = excluded.until_us,
                       updated_us = excluded.updated_us",
            )?
            .execute(params![
                account.as_str(),
                std::process::id(),
                what,
                until.map(cell::micros),
                cell::micros(now)
            ])?;
            Ok(())
        })
    }
}

fn identity(tx: &Connection, account: &AccountName, realm: Realm) -> Result<Option<Identity>, LedgerError> {
    let mut statement = tx.prepare_cached(
        "SELECT handle, name, photo_sha256, photo_src FROM identity WHERE account = ?1 AND realm = ?2",
    )?;
    statement
        .query_and_then([account.as_str(), realm.as_str()], |row| {
            Ok(Identity {
                handle: cell::parsed(&row.get::<_, String>(0)?)?,
                name: row.get(1)?,
                photo_sha256: row.get::<_, Option<[u8; 32]>>(2)?.map(Digest),
                photo_src: row.get(3)?,
            })
        })?
        .next()
        .transpose()
}
