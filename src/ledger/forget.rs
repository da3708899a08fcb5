//! Forgetting an account: every row that is its own, in all tables there are, and its traces in the file.

use rusqlite::Connection;

use super::ledger_error::LedgerError;
use super::owner::Owner;
use crate::event::id::AccountName;

/// What was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    /// How many people were known.
    pub people: u64,
    /// How many plans there were.
    pub plans: u64,
    /// How many rows in all tables.
    pub rows: u64,
}

impl Owner {
    /// Deletes all that the ledger holds of the account, its chain included, in one transaction; rows of other accounts
    /// stay. Afterwards the file is written anew, so that nothing of it is left in free pages, unless another process
    /// reads the ledger: then the pages are only overwritten.
    ///
    /// # Errors
    /// `Fenced`; else what the database says. Then nothing was deleted.
    pub fn forget(self) -> Result<Forgotten, LedgerError> {
        // Freed pages are overwritten with zeros.
        self.ledger().db.execute_batch("PRAGMA secure_delete = ON;")?;
        let account = self.account().clone();
        let forgotten = self.write(|tx| delete(tx, &account))?;
        self.ledger().forget_memory(&account);
        // What is deleted is deleted: a reader that keeps the log busy only puts the tidying off.
        let tidied = self.ledger().db.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
        if let Err(error) = tidied {
            tracing::debug!(%error, "the ledger's file was not written anew");
        }
        Ok(forgotten)
    }
}

fn delete(tx: &Connection, account: &AccountName) -> Result<Forgotten, LedgerError> {
    // The rows refer to each other across tables; they are all gone at the end.
    tx.execute_batch("PRAGMA defer_foreign_keys = ON;")?;
    let count = |sql: &str| -> Result<u64, LedgerError> {
        let number: i64 = tx.query_row(sql, [account.as_str()], |row| row.get(0))?;
        super::cell::count(number)
    };
    let people = count("SELECT count(*) FROM person WHERE account = ?1")?;
    let plans = count("SELECT count(*) FROM plan WHERE account = ?1")?;
    let mut rows = 0;
    for table in tables_with(tx, "plan", "account")? {
        let of_plans = format!("DELETE FROM \"{table}\" WHERE plan IN (SELECT id FROM plan WHERE account = ?1)");
        rows += tx.execute(&of_plans, [account.as_str()])?;
    }
    for table in tables_with(tx, "account", "")? {
        rows += tx.execute(&format!("DELETE FROM \"{table}\" WHERE account = ?1"), [account.as_str()])?;
    }
    rows += tx.execute("DELETE FROM account WHERE name = ?1", [account.as_str()])?;
    Ok(Forgotten { people, plans, rows: rows as u64 })
}

/// The tables that have one column and not the other. The names are the schema's own.
fn tables_with(tx: &Connection, column: &str, without: &str) -> Result<Vec<String>, LedgerError> {
    let mut statement = tx.prepare(
        "SELECT name FROM sqlite_schema AS t WHERE type = 'table'
            AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE name = ?1)
            AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE name = ?2)",
    )?;
    let names = statement.query_map([column, without], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}
