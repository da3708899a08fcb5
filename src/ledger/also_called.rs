//! Names that a person said are those of somebody whose page bore another name than the plan.
//!
//! It does not know who makes plans of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::id::{AccountName, Realm, Slug};
use crate::event::stamp::Stamp;

/// A name that the site shows and no export has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlsoCalled {
    /// The name as the page showed it.
    pub name: String,
    /// When a person said whose it is.
    pub at: Timestamp,
}

impl Ledger {
    /// Everybody of the account whom a person said to be called otherwise, with the newest such name.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn also_called(&self, account: &AccountName, realm: Realm) -> Result<BTreeMap<Slug, AlsoCalled>, LedgerError> {
        let mut statement =
            self.db.prepare_cached("SELECT slug, name, at_us FROM also_called WHERE account = ?1 AND realm = ?2")?;
        statement
            .query_and_then([account.as_str(), realm.as_str()], |row| {
                let called = AlsoCalled { name: row.get(1)?, at: cell::moment(row.get(2)?)? };
                Ok((cell::parsed(&row.get::<_, String>(0)?)?, called))
            })?
            .collect()
    }
}

/// Writes the row that follows from a person's word; a later word takes its place.
pub(super) fn note(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    stamp: &Stamp,
    (slug, name, reason): (&Slug, &str, &str),
) -> Result<(), LedgerError> {
    tx.execute(
        "INSERT INTO also_called (account, realm, slug, name, reason, at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (account, realm, slug) DO UPDATE
           SET name = excluded.name, reason = excluded.reason, at_us = excluded.at_us",
        params![account.as_str(), realm.as_str(), slug.as_str(), name, reason, cell::micros(stamp.utc)],
    )?;
    Ok(())
}
