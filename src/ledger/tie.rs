//! What the rest of an export says about the people of an account: how often they wrote or endorsed, never what was said.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::store::{Ledger, name_account};
use crate::event::id::{AccountName, Slug};
use crate::plan::ties::{TieCounts, Ties};

impl Ledger {
    /// Takes over the counts of one export, all or none. Counts of a file that it did not have stay as they are.
    ///
    /// # Errors
    /// What the database says.
    pub fn import_ties(&self, account: &AccountName, counts: &TieCounts) -> Result<(), LedgerError> {
        self.write(|tx| {
            name_account(tx, account)?;
            let mut ties = read(tx, account)?;
            counts.apply(&mut ties);
            tx.execute("DELETE FROM tie WHERE account = ?1", [account.as_str()])?;
            let mut statement = tx.prepare_cached(
                "INSERT INTO tie (account, slug, messages, last_message, invitations, endorsements, recommendations)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for (slug, tie) in &ties {
                statement.execute(params![
                    account.as_str(),
                    slug.as_str(),
                    tie.messages,
                    tie.last_message.map(|day| day.to_string()),
                    tie.invitations,
                    tie.endorsements,
                    tie.recommendations,
                ])?;
            }
            Ok(())
        })
    }

    /// What is known of each person beside the table of connections; who is not in it has no such tie, as far as is known.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn ties(&self, account: &AccountName) -> Result<BTreeMap<Slug, Ties>, LedgerError> {
        read(&self.db, account)
    }
}

fn read(tx: &Connection, account: &AccountName) -> Result<BTreeMap<Slug, Ties>, LedgerError> {
    let mut statement = tx.prepare_cached(
        "SELECT slug, messages, last_message, invitations, endorsements, recommendations FROM tie WHERE account = ?1",
    )?;
    statement.query_and_then([account.as_str()], tie)?.collect()
}

fn tie(row: &Row<'_>) -> Result<(Slug, Ties), LedgerError> {
    let last: Option<String> = row.get(2)?;
    let last_message = last
        .map(|day| day.parse().map_err(|_| LedgerError::damaged(format!("`{day}` in the ledger is no day"))))
        .transpose()?;
    let ties = Ties {
        messages: row.get(1)?,
        last_message,
        invitations: row.get(3)?,
        endorsements: row.get(4)?,
        recommendations: row.get(5)?,
    };
    Ok((cell::parsed(&row.get::<_, String>(0)?)?, ties))
}
