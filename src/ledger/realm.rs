//! The realm that an account belongs to. It is bound once and never changes.

use rusqlite::{Connection, OptionalExtension as _};

use super::cell;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::store::name_account;
use crate::event::id::{AccountName, Realm};

/// The realm that the account is bound to; none if it is not yet.
pub(super) fn realm(tx: &Connection, account: &AccountName) -> Result<Option<Realm>, LedgerError> {
    let realm: Option<Option<String>> =
        tx.query_row("SELECT realm FROM account WHERE name = ?1", [account.as_str()], |row| row.get(0)).optional()?;
    cell::parsed_if_any(realm.flatten())
}

/// Binds the account to a realm within the transaction of the caller.
pub(super) fn bind_realm(tx: &Connection, account: &AccountName, wanted: Realm) -> Result<(), LedgerError> {
    match realm(tx, account)? {
        Some(bound) if bound == wanted => Ok(()),
        Some(bound) => Err(LedgerError::new(
            LedgerErrorKind::OtherRealm,
            format!("account `{account}` belongs to the {bound} realm, not to the {wanted} one"),
        )),
        None => {
            name_account(tx, account)?;
            tx.execute("UPDATE account SET realm = ?2 WHERE name = ?1", [account.as_str(), wanted.as_str()])?;
            Ok(())
        }
    }
}
