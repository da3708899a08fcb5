//! The keep list: people whom no plan of the account touches.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::store::{Ledger, name_account};
use crate::event::id::{AccountName, Slug};

/// One entry of the keep list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeepRow {
    /// Who is kept.
    pub slug: Slug,
    /// The person's reason; may be empty.
    pub reason: String,
    /// Since when.
    pub at: Timestamp,
}

impl Ledger {
    /// Puts a person on the keep list; from the moment of the answer on no intention can be written for them.
    /// Answers whether they were not on it before; if they were, the entry stays as it is.
    ///
    /// # Errors
    /// What the database says.
    pub fn keep(&self, account: &AccountName, entry: &KeepRow) -> Result<bool, LedgerError> {
        self.write(|tx| {
            name_account(tx, account)?;
            add(tx, account, entry)
        })
    }

    /// Puts several people on the keep list, all or none; answers how many were not on it before. Entries of people who
    /// were stay as they are.
    ///
    /// # Errors
    /// What the database says.
    pub fn keep_all(&self, account: &AccountName, entries: &[KeepRow]) -> Result<u64, LedgerError> {
        self.write(|tx| {
            name_account(tx, account)?;
            entries.iter().try_fold(0, |added, entry| Ok(added + u64::from(add(tx, account, entry)?)))
        })
    }

    /// Takes a person off the keep list; answers whether they were on it.
    ///
    /// # Errors
    /// What the database says.
    pub fn unkeep(&self, account: &AccountName, slug: &Slug) -> Result<bool, LedgerError> {
        self.write(|tx| {
            let gone = tx
                .prepare_cached("DELETE FROM keep WHERE account = ?1 AND slug = ?2")?
                .execute([account.as_str(), slug.as_str()])?;
            Ok(gone == 1)
        })
    }

    /// The keep list, by slug.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn kept(&self, account: &AccountName) -> Result<Vec<KeepRow>, LedgerError> {
        let mut statement =
            self.db.prepare_cached("SELECT slug, reason, at_us FROM keep WHERE account = ?1 ORDER BY slug")?;
        statement
            .query_and_then([account.as_str()], |row| {
                Ok(KeepRow {
                    slug: cell::parsed(&row.get::<_, String>(0)?)?,
                    reason: row.get(1)?,
                    at: cell::moment(row.get(2)?)?,
                })
            })?
            .collect()
    }
}

fn add(tx: &Connection, account: &AccountName, entry: &KeepRow) -> Result<bool, LedgerError> {
    let added = tx
        .prepare_cached(
            "INSERT INTO keep (account, slug, reason, at_us) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        )?
        .execute(params![account.as_str(), entry.slug.as_str(), entry.reason, cell::micros(entry.at)])?;
    Ok(added == 1)
}

/// The reason for which a person is kept, or none.
pub(super) fn reason_to_keep(
    tx: &Connection,
    account: &AccountName,
    slug: &Slug,
) -> Result<Option<String>, LedgerError> {
    Ok(tx
        .prepare_cached("SELECT reason FROM keep WHERE account = ?1 AND slug = ?2")?
        .query_row([account.as_str(), slug.as_str()], |row| row.get(0))
        .optional()?)
}
