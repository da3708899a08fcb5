//! Whether the account itself is closed or hidden, and when it was last tried.
//!
//! It does not know who is refused because of it.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::fact::Fact;
use crate::event::id::{AccountName, Action, Realm, Slug};
use crate::event::stamp::Stamp;

/// An account that the site closed, or hides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosureRow {
    /// Closed or hibernated.
    pub action: Action,
    /// Whose account it was.
    pub handle: Slug,
    /// When it was proved.
    pub at: Timestamp,
    /// The last day on which signing in reopens it, as the page said.
    pub until: Option<Date>,
    /// The page's own words.
    pub words: String,
}

impl Ledger {
    /// The closure of the account, unless a person went back to it since; none if it is open.
    ///
    /// # Errors
    /// `Damaged` if the row cannot be read; else what the database says.
    pub fn closure(&self, account: &AccountName, realm: Realm) -> Result<Option<ClosureRow>, LedgerError> {
        let mut statement = self.db.prepare_cached(
            "SELECT action, handle, at_us, until, words FROM closure
              WHERE account = ?1 AND realm = ?2 AND reopened_us IS NULL",
        )?;
        statement
            .query_and_then([account.as_str(), realm.as_str()], |row| {
                Ok(ClosureRow {
                    action: cell::parsed(&row.get::<_, String>(0)?)?,
                    handle: cell::parsed(&row.get::<_, String>(1)?)?,
                    at: cell::moment(row.get(2)?)?,
                    until: row.get::<_, Option<String>>(3)?.map(|day| day_of(&day)).transpose()?,
                    words: row.get(4)?,
                })
            })?
            .next()
            .transpose()
    }

    /// When the account itself was last acted on, whatever came of it; none if it never was.
    ///
    /// # Errors
    /// `Damaged` if the row cannot be read; else what the database says.
    pub fn last_attempt(
        &self,
        account: &AccountName,
        realm: Realm,
        action: Action,
    ) -> Result<Option<Timestamp>, LedgerError> {
        let at: Option<i64> = self
            .db
            .query_row(
                "SELECT max(d.at_us) FROM quota_debit d JOIN effect e ON e.key = d.effect
                  WHERE d.account = ?1 AND d.realm = ?2 AND e.action = ?3",
                [account.as_str(), realm.as_str(), action.as_str()],
                |row| row.get(0),
            )
            .optional()?
            .flatten();
        cell::moment_if_any(at)
    }
}

/// Writes the row that follows from a fact about a closure.
pub(super) fn note(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    stamp: &Stamp,
    fact: &Fact,
) -> Result<(), LedgerError> {
    let (whose, at) = ([account.as_str(), realm.as_str()], cell::micros(stamp.utc));
    match fact {
        Fact::AccountClosed { action, handle, until, words, .. } => tx.execute(
            "INSERT INTO closure (account, realm, action, handle, at_us, until, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (account, realm) DO UPDATE
               SET action = excluded.action, handle = excluded.handle, at_us = excluded.at_us,
                   until = excluded.until, words = excluded.words, reopened_us = NULL",
            params![
                whose[0],
                whose[1],
                action.as_str(),
                handle.as_str(),
                at,
                until.map(|day| day.to_string()),
                words
            ],
        ),
        Fact::AccountReopened { .. } => tx.execute(
            "UPDATE closure SET reopened_us = ?3 WHERE account = ?1 AND realm = ?2 AND reopened_us IS NULL",
            params![whose[0], whose[1], at],
        ),
        _ => return Err(LedgerError::bug("only facts about a closure are noted here")),
    }?;
    Ok(())
}

fn day_of(text: &str) -> Result<Date, LedgerError> {
    text.parse().map_err(|_| LedgerError::damaged("a closure in the ledger has a day that is none"))
}
