//! What is recorded outside of runs: who signed in with which browser, until when, and what was answered about the User
//! Agreement.
//!
//! It does not know what a browser profile is or where one lies.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::fact::{Fact, Purpose};
use crate::event::id::{AccountName, Realm, RunId, Slug};
use crate::event::stamp::Stamp;

/// The last sign-in of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInRow {
    /// Who signed in.
    pub handle: Slug,
    /// In whose profile: `chrome` or `firefox`.
    pub browser: String,
    /// When.
    pub at: Timestamp,
    /// When it was signed out again, if it was.
    pub out: Option<Timestamp>,
}

impl Ledger {
    /// The last sign-in of the account, signed out since or not; none if there never was one.
    ///
    /// # Errors
    /// `Damaged` if the row cannot be read; else what the database says.
    pub fn sign_in(&self, account: &AccountName, realm: Realm) -> Result<Option<SignInRow>, LedgerError> {
        let mut statement = self
            .db
            .prepare_cached("SELECT handle, browser, at_us, out_us FROM sign_in WHERE account = ?1 AND realm = ?2")?;
        statement
            .query_and_then([account.as_str(), realm.as_str()], |row| {
                Ok(SignInRow {
                    handle: cell::parsed(&row.get::<_, String>(0)?)?,
                    browser: row.get(1)?,
                    at: cell::moment(row.get(2)?)?,
                    out: cell::moment_if_any(row.get(3)?)?,
                })
            })?
            .next()
            .transpose()
    }

    /// Whether a person said yes to the note on the User Agreement.
    ///
    /// # Errors
    /// What the database says.
    pub fn is_agreement_noted(&self, account: &AccountName, realm: Realm) -> Result<bool, LedgerError> {
        let answer: Option<String> = self
            .db
            .query_row(
                "SELECT answer FROM agreement WHERE account = ?1 AND realm = ?2",
                [account.as_str(), realm.as_str()],
                |row| row.get(0),
            )
            .optional()?;
        Ok(answer.as_deref() == Some("yes"))
    }
}

/// Writes the row that follows from a fact about an errand, a sign-in or the agreement.
pub(super) fn note(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    stamp: &Stamp,
    fact: &Fact,
) -> Result<(), LedgerError> {
    let (whose, at) = ([account.as_str(), realm.as_str()], cell::micros(stamp.utc));
    match fact {
        Fact::ErrandStarted { errand, purpose, .. } => tx.execute(
            "INSERT INTO errand (id, account, realm, purpose, started_us) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![errand.as_str(), whose[0], whose[1], word_of(*purpose), at],
        ),
        Fact::SignedIn { handle, browser, .. } => tx.execute(
            "INSERT INTO sign_in (account, realm, handle, browser, at_us) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (account, realm) DO UPDATE
               SET handle = excluded.handle, browser = excluded.browser, at_us = excluded.at_us, out_us = NULL",
            params![whose[0], whose[1], handle.as_str(), browser, at],
        ),
        Fact::SignedOut { .. } => tx.execute(
            "UPDATE sign_in SET out_us = ?3 WHERE account = ?1 AND realm = ?2",
            params![whose[0], whose[1], at],
        ),
        Fact::AgreementNoted { answer } => tx.execute(
            "INSERT INTO agreement (account, realm, answer, at_us) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (account, realm) DO UPDATE SET answer = excluded.answer, at_us = excluded.at_us",
            params![whose[0], whose[1], answer, at],
        ),
        _ => return Err(LedgerError::bug("only facts about signing in are noted here")),
    }?;
    Ok(())
}

/// Checks that the account has a run or an errand of this id.
pub(super) fn must_be_known(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    id: &RunId,
) -> Result<(), LedgerError> {
    let known = tx
        .prepare_cached(
            "SELECT 1 FROM run WHERE id = ?1 AND account = ?2 AND realm = ?3
             UNION ALL SELECT 1 FROM errand WHERE id = ?1 AND account = ?2 AND realm = ?3
             UNION ALL SELECT 1 FROM scan WHERE id = ?1 AND account = ?2 AND realm = ?3",
        )?
        .exists([id.as_str(), account.as_str(), realm.as_str()])?;
    if known { Ok(()) } else { Err(LedgerError::not_found(format!("account `{account}` has no run `{id}`"))) }
}

fn word_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::SignIn => "sign-in",
        Purpose::SignOut => "sign-out",
        Purpose::Approval => "approval",
        Purpose::Archive => "archive",
        Purpose::Probe => "probe",
    }
}
