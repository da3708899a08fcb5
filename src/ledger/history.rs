//! The past as limits count it, read from the chain: each entry's clocks, and what it was charged to.

use rusqlite::{Connection, Row, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::id::{AccountName, Realm};
use crate::event::stamp::Stamp;
use crate::policy::history::{Charged, History, Tick};
use crate::policy::slowdown::Slowdown;

impl Ledger {
    /// Reads what was written since `history` was read last, and when the account met a stop sign or a silence last.
    ///
    /// # Errors
    /// `Damaged` if an entry or a row cannot be read; else what the database says. What was read until then is in it.
    pub fn catch_up(&self, account: &AccountName, realm: Realm, history: &mut History) -> Result<(), LedgerError> {
        for tick in ticks(&self.db, Scope { account, realm }, history.seen())? {
            history.note(&tick);
        }
        let troubles: Option<i64> = self
            .db
            .prepare_cached(
                "SELECT max(at_us) FROM (
                   SELECT at_us FROM incident WHERE account = ?1 AND realm = ?2
                   UNION ALL SELECT at_us FROM cooling WHERE account = ?1 AND realm = ?2)",
            )?
            .query_row(params![account.as_str(), realm.as_str()], |row| row.get(0))?;
        history.trouble(cell::moment_if_any(troubles)?);
        Ok(())
    }
}

/// The entries behind that place, the oldest first.
pub(super) fn ticks(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    behind: u64,
) -> Result<Vec<Tick>, LedgerError> {
    tx.prepare_cached(
        "SELECT e.seq, e.body ->> '$.at.utc', e.body ->> '$.at.boot_ns', e.body ->> '$.at.boot_id', d.local_date,
                v.seq IS NOT NULL,
                CASE WHEN d.seq IS NOT NULL OR e.body ->> '$.fact.kind' = 'slowed' THEN e.body -> '$.fact.read' END
           FROM event e
           LEFT JOIN quota_debit d ON d.account = e.account AND d.realm = e.realm AND d.seq = e.seq
           LEFT JOIN profile_visit v ON v.account = e.account AND v.realm = e.realm AND v.seq = e.seq
          WHERE e.account = ?1 AND e.realm = ?2 AND e.seq > ?3 ORDER BY e.seq",
    )?
    .query_and_then(params![account.as_str(), realm.as_str(), cell::integer(behind)?], tick)?
    .collect()
}

fn tick(row: &Row<'_>) -> Result<Tick, LedgerError> {
    let seq = cell::count(row.get(0)?)?;
    let bad = |what: &str| LedgerError::damaged(format!("entry {seq} of the chain: {what} is not readable"));
    let utc: String = row.get(1)?;
    let at = Stamp {
        utc: utc.parse().map_err(|_| bad("its time"))?,
        boot_ns: row.get(2).map_err(|_| bad("its time since boot"))?,
        boot_id: row.get(3).map_err(|_| bad("its boot"))?,
    };
    let date: Option<String> = row.get(4)?;
    let charged = match (date, row.get(5)?) {
        (Some(date), _) => Charged::Effect(date.parse().map_err(|_| bad("the day of its debit"))?),
        (None, true) => Charged::Visit,
        (None, false) => Charged::Nothing,
    };
    let read: Option<String> = row.get(6)?;
    let slowdown = match read {
        Some(read) => {
            let read: Vec<(String, String)> = serde_json::from_str(&read).map_err(|_| bad("what it read"))?;
            Some(Slowdown::from_record(&read))
        }
        None => None,
    };
    Ok(Tick { seq, at, charged, slowdown })
}
