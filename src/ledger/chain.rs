//! The chain of an account's facts: appending to it, reading parts of it.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::cell;
use super::head::Head;
use super::ledger_error::LedgerError;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::fact::Fact;
use crate::event::id::{AccountName, Digest, Realm, RunId};
use crate::event::link::{Entry, Link};
use crate::event::stamp::Stamp;

/// The version of the shape of an entry.
pub(super) const ENTRY_VERSION: u32 = 1;

impl Ledger {
    /// Where the chain of an account in a realm ends.
    ///
    /// A clock behind `last_seen` is wrong, or was: until it is past it, no intention can be written.
    ///
    /// # Errors
    /// `Damaged` if the row cannot be read; else what the database says.
    pub fn head(&self, account: &AccountName, realm: Realm) -> Result<Head, LedgerError> {
        head(&self.db, account, realm)
    }

    /// The links from the first to the last of a run, with whatever else was written to the chain between them, so
    /// that [`check_chain`](crate::event::link::check_chain) holds for the answer. Empty if the run wrote nothing.
    ///
    /// From its first manifest on, when it was over, only the run's own links: what was added to its proof later is
    /// followed by gaps, in which other runs are.
    ///
    /// # Errors
    /// `NotFound` if there is no such run; `Damaged` if a row cannot be read; else what the database says.
    pub fn links_of_run(&self, run: &RunId) -> Result<Vec<Link>, LedgerError> {
        self.read(|tx| {
            let whose: Option<(String, String)> = tx
                .query_row(
                    "SELECT account, realm FROM run WHERE id = ?1
                     UNION ALL SELECT account, realm FROM scan WHERE id = ?1",
                    [run.as_str()],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            let Some((account, realm)) = whose else {
                return Err(LedgerError::not_found(format!("there is no run `{run}`")));
            };
            let (account, realm) = (cell::parsed(&account)?, cell::parsed(&realm)?);
            let whose = Scope { account: &account, realm };
            let own = links_of(tx, whose, run)?;
            let is_manifest =
                |link: &Link| link.entry().is_ok_and(|entry| matches!(entry.fact, Fact::ManifestWritten { .. }));
            let over = own.iter().position(is_manifest).unwrap_or(own.len());
            let (during, after) = own.split_at(over);
            let (Some(first), Some(last)) = (during.first(), during.last()) else { return Ok(own) };
            let links = piece(tx, whose, first.seq, last.seq)?.into_iter().map(|(link, _)| link);
            Ok(links.chain(after.iter().cloned()).collect())
        })
    }

    /// The links of an account in a realm from one place to another, both included.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn links(
        &self,
        account: &AccountName,
        realm: Realm,
        places: std::ops::RangeInclusive<u64>,
    ) -> Result<Vec<Link>, LedgerError> {
        let links = piece(&self.db, Scope { account, realm }, *places.start(), *places.end())?;
        Ok(links.into_iter().map(|(link, _)| link).collect())
    }
}

/// Appends a fact within the transaction of its caller.
pub(super) fn append(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    stamp: &Stamp,
    fact: &Fact,
) -> Result<Link, LedgerError> {
    let head = head(tx, account, realm)?;
    let entry = Entry { v: ENTRY_VERSION, seq: head.seq + 1, at: stamp.clone(), fact: fact.clone() };
    let link = Link::after(head.hash, &entry);
    let seq = cell::integer(link.seq)?;
    tx.prepare_cached(
        "INSERT INTO event (account, realm, seq, prev, body, hash, run) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        account.as_str(),
        realm.as_str(),
        seq,
        link.prev.0,
        link.body,
        link.hash.0,
        run_of(fact).map(RunId::as_str)
    ])?;
    tx.prepare_cached(
        "INSERT INTO chain_head (account, realm, seq, hash, last_seen_us) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (account, realm) DO UPDATE
           SET seq = excluded.seq, hash = excluded.hash, last_seen_us = max(last_seen_us, excluded.last_seen_us)",
    )?
    .execute(params![account.as_str(), realm.as_str(), seq, link.hash.0, cell::micros(stamp.utc)])?;
    Ok(link)
}

/// Where the chain ends, as this transaction sees it.
pub(super) fn head(tx: &Connection, account: &AccountName, realm: Realm) -> Result<Head, LedgerError> {
    let row: Option<(i64, [u8; 32], i64)> = tx
        .prepare_cached("SELECT seq, hash, last_seen_us FROM chain_head WHERE account = ?1 AND realm = ?2")?
        .query_row([account.as_str(), realm.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    match row {
        None => Ok(Head { seq: 0, hash: Digest::ZERO, last_seen: None }),
        Some((seq, hash, seen)) => {
            Ok(Head { seq: cell::count(seq)?, hash: Digest(hash), last_seen: Some(cell::moment(seen)?) })
        }
    }
}

/// Which run a fact belongs to, if to one.
pub(super) fn run_of(fact: &Fact) -> Option<&RunId> {
    match fact {
        Fact::PlanMade { .. }
        | Fact::PlanApproved { .. }
        | Fact::PlanDropped { .. }
        | Fact::PlanRenewed { .. }
        | Fact::SignedIn { .. }
        | Fact::SignedOut { .. }
        | Fact::AgreementNoted { .. }
        | Fact::AccountReopened { .. }
        | Fact::SamePerson { .. }
        | Fact::IncidentCleared { .. } => None,
        Fact::ErrandStarted { errand, .. } | Fact::ArchiveAsked { errand, .. } | Fact::ArchiveTaken { errand, .. } => {
            Some(errand)
        }
        Fact::RunStarted(started) => Some(&started.run),
        Fact::Moved(moved) => moved.run.as_ref(),
        Fact::Walked(walked) => Some(&walked.run),
        Fact::Compared(compared) => Some(&compared.run),
        Fact::AccountClosed { run, .. } => run.as_ref(),
        Fact::TextAccepted { run, .. }
        | Fact::AccountSeen { run, .. }
        | Fact::ProfileVisited { run, .. }
        | Fact::GatesRead { run, .. }
        | Fact::Repeats { run, .. }
        | Fact::PublicRead { run, .. }
        | Fact::Rehearsed { run, .. }
        | Fact::Probed { run, .. }
        | Fact::Reread { run, .. }
        | Fact::Slowed { run, .. }
        | Fact::RunMoved { run, .. }
        | Fact::Incident { run, .. }
        | Fact::RunEnded { run, .. }
        | Fact::Attached { run, .. }
        | Fact::Purged { run, .. }
        | Fact::ManifestWritten { run, .. } => Some(run),
        Fact::ScanStarted(started) => Some(&started.run),
        Fact::Scanned(scanned) => Some(&scanned.run),
    }
}

/// The links that name a run, in order.
fn links_of(tx: &Connection, Scope { account, realm }: Scope<'_>, run: &RunId) -> Result<Vec<Link>, LedgerError> {
    let mut statement = tx.prepare_cached(
        "SELECT seq, prev, body, hash, run FROM event WHERE account = ?1 AND realm = ?2 AND run = ?3 ORDER BY seq",
    )?;
    let rows = statement.query_and_then(params![account.as_str(), realm.as_str(), run.as_str()], link)?;
    rows.map(|row| row.map(|(link, _)| link)).collect()
}

pub(super) fn piece(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    from: u64,
    to: u64,
) -> Result<Vec<(Link, Option<String>)>, LedgerError> {
    let mut statement = tx.prepare_cached(
        "SELECT seq, prev, body, hash, run FROM event
          WHERE account = ?1 AND realm = ?2 AND seq BETWEEN ?3 AND ?4 ORDER BY seq",
    )?;
    let to = i64::try_from(to).unwrap_or(i64::MAX);
    statement.query_and_then(params![account.as_str(), realm.as_str(), cell::integer(from)?, to], link)?.collect()
}

pub(super) fn link(row: &Row<'_>) -> Result<(Link, Option<String>), LedgerError> {
    let link = Link {
        seq: cell::count(row.get(0)?)?,
        prev: Digest(row.get(1)?),
        body: row.get(2)?,
        hash: Digest(row.get(3)?),
    };
    Ok((link, row.get(4)?))
}
