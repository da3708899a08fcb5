//! What dialogs say that no pack knows, and that a person read and accepted.
//!
//! It does not know how a text is held against a page.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::id::Digest;
use crate::event::stamp::Stamp;

impl Ledger {
    /// The texts that a person accepted for an account while this pack was in use, by the language of the page.
    ///
    /// # Errors
    /// What the database says.
    pub fn accepted_texts(
        &self,
        Scope { account, realm }: Scope<'_>,
        pack: &Digest,
    ) -> Result<BTreeMap<String, Vec<String>>, LedgerError> {
        let mut statement = self.db.prepare_cached(
            "SELECT language, text FROM accepted_text WHERE account = ?1 AND realm = ?2 AND pack_sha256 = ?3
             ORDER BY language, text",
        )?;
        let mut rows = statement.query(params![account.as_str(), realm.as_str(), pack.0])?;
        let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            texts.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        Ok(texts)
    }
}

/// Writes the row that follows from a person's word; said again, nothing changes.
pub(super) fn note(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    stamp: &Stamp,
    (pack, language, text): (&Digest, &str, &str),
) -> Result<(), LedgerError> {
    tx.execute(
        "INSERT INTO accepted_text (account, realm, pack_sha256, language, text, at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO NOTHING",
        params![account.as_str(), realm.as_str(), pack.0, language, text, cell::micros(stamp.utc)],
    )?;
    Ok(())
}
