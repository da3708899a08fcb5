//! Views of profiles, one row each: what their limits were charged.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::run;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::id::{AccountName, Realm, RunId, Slug};
use crate::event::link::Link;
use crate::event::stamp::Stamp;

impl Ledger {
    /// When profiles were opened at `since` or later, the oldest first, by all plans and rehearsals of the account in this
    /// realm. Nothing is ever taken back.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn visits(&self, account: &AccountName, realm: Realm, since: Timestamp) -> Result<Vec<Timestamp>, LedgerError> {
        let mut statement = self.db.prepare_cached(
            "SELECT at_us FROM profile_visit WHERE account = ?1 AND realm = ?2 AND at_us >= ?3 ORDER BY at_us, seq",
        )?;
        statement
            .query_and_then(params![account.as_str(), realm.as_str(), cell::micros(since)], |row| {
                cell::moment(row.get(0)?)
            })?
            .collect()
    }
}

/// Charges one view, within the transaction that appends its fact.
pub(super) fn record(
    tx: &Connection,
    whose: Scope<'_>,
    (link, stamp): (&Link, &Stamp),
    (run, slug): (&RunId, &Slug),
) -> Result<(), LedgerError> {
    run::must_exist(tx, whose, run)?;
    tx.prepare_cached(
        "INSERT INTO profile_visit (account, realm, seq, run, slug, at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        whose.account.as_str(),
        whose.realm.as_str(),
        cell::integer(link.seq)?,
        run.as_str(),
        slug.as_str(),
        cell::micros(stamp.utc)
    ])?;
    Ok(())
}
