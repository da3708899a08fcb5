//! What holds an account back: stop signs until a person clears them, and silence that the site asked for.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::cell;
use super::history;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::scope::Scope;
use super::sign_in;
use super::store::{Ledger, draw_id};
use crate::event::fact::Fact;
use crate::event::id::{AccountName, IncidentId, Realm, RunId};
use crate::event::shot::Shot;
use crate::event::stamp::Stamp;
use crate::policy::history::{Charged, History, Tick};

/// A stop sign that was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRow {
    /// Its id.
    pub id: IncidentId,
    /// Real or practice.
    pub realm: Realm,
    /// The run, or the errand outside of one, that met it.
    pub run: RunId,
    /// Which sign.
    pub sign: String,
    /// What was seen, in words.
    pub why: String,
    /// The page's address.
    pub address: String,
    /// The pictures.
    pub shots: Vec<Shot>,
    /// When it was met.
    pub at: Timestamp,
    /// The moment before which nobody may clear it, where the site named one.
    pub until: Option<Timestamp>,
    /// When a person cleared it, if one did.
    pub cleared: Option<Timestamp>,
    /// That person's reason.
    pub reason: Option<String>,
}

/// A silence that the site asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cooling {
    /// The run, or the errand outside of one, that was told so.
    pub run: RunId,
    /// When it was told so.
    pub at: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl Ledger {
    /// An id that no incident has yet. It is taken when the incident is appended.
    ///
    /// # Errors
    /// What the database says.
    pub fn free_incident_id(&self) -> Result<IncidentId, LedgerError> {
        let taken = |id: &str| Ok(self.db.prepare_cached("SELECT 1 FROM incident WHERE id = ?1")?.exists([id])?);
        cell::parsed(&draw_id('I', taken)?)
    }

    /// All incidents of the account, the newest last.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn incidents(&self, account: &AccountName) -> Result<Vec<IncidentRow>, LedgerError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, realm, run, sign, why, address, shots, at_us, cleared_us, reason, until_us
               FROM incident WHERE account = ?1 ORDER BY number",
        )?;
        statement.query_and_then([account.as_str()], incident_row)?.collect()
    }

    /// The oldest incident that latches the account, or none.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn open_latch(&self, account: &AccountName, realm: Realm) -> Result<Option<IncidentRow>, LedgerError> {
        let all = self.incidents(account)?;
        Ok(all.into_iter().find(|incident| incident.realm == realm && incident.cleared.is_none()))
    }

    /// The silences that began at `since` or later, the oldest first.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn coolings(&self, account: &AccountName, realm: Realm, since: Timestamp) -> Result<Vec<Cooling>, LedgerError> {
        let mut statement = self.db.prepare_cached(
            "SELECT run, at_us, until_us FROM cooling
              WHERE account = ?1 AND realm = ?2 AND at_us >= ?3 ORDER BY at_us, seq",
        )?;
        statement
            .query_and_then(params![account.as_str(), realm.as_str(), cell::micros(since)], |row| {
                Ok(Cooling {
                    run: cell::parsed(&row.get::<_, String>(0)?)?,
                    at: cell::moment(row.get(1)?)?,
                    until: cell::moment(row.get(2)?)?,
                })
            })?
            .collect()
    }

    /// Until when the account must be silent; none if it need not be now.
    ///
    /// A clock that was set forward since the silence began does not end it: by so much it ends later.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn silence(&self, account: &AccountName, realm: Realm, now: &Stamp) -> Result<Option<Timestamp>, LedgerError> {
        silence(&self.db, Scope { account, realm }, now)
    }
}

fn incident_row(row: &Row<'_>) -> Result<IncidentRow, LedgerError> {
    let text = |column: usize| row.get::<_, String>(column);
    Ok(IncidentRow {
        id: cell::parsed(&text(0)?)?,
        realm: cell::parsed(&text(1)?)?,
        run: cell::parsed(&text(2)?)?,
        sign: text(3)?,
        why: text(4)?,
        address: text(5)?,
        shots: serde_json::from_str(&text(6)?)
            .map_err(|_| LedgerError::damaged("the pictures of an incident in the ledger are not readable"))?,
        at: cell::moment(row.get(7)?)?,
        cleared: cell::moment_if_any(row.get(8)?)?,
        reason: row.get(9)?,
        until: cell::moment_if_any(row.get(10)?)?,
    })
}

/// Writes the row of a stop sign; from now on the account is latched.
pub(super) fn open(tx: &Connection, whose: Scope<'_>, stamp: &Stamp, fact: &Fact) -> Result<(), LedgerError> {
    let Fact::Incident { incident, run, sign, why, address, shots, until } = fact else {
        return Err(LedgerError::bug("only an incident latches an account"));
    };
    sign_in::must_be_known(tx, whose, run)?;
    tx.execute(
        "INSERT INTO incident (id, account, realm, run, sign, why, address, shots, at_us, until_us)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            incident.as_str(),
            whose.account.as_str(),
            whose.realm.as_str(),
            run.as_str(),
            sign,
            why,
            address,
            serde_json::to_string(shots).expect("pictures have only words and numbers"),
            cell::micros(stamp.utc),
            until.map(cell::micros),
        ],
    )?;
    Ok(())
}

/// Notes that a person cleared an incident, which nobody may before the moment that the site named.
pub(super) fn clear(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    stamp: &Stamp,
    (incident, reason): (&IncidentId, &str),
) -> Result<(), LedgerError> {
    if let Some(until) = until(tx, incident)?.filter(|until| *until > stamp.utc) {
        let what = format!("incident {incident} may not be cleared yet");
        return Err(LedgerError::new(LedgerErrorKind::TooEarly { not_before: until }, what));
    }
    let cleared = tx.execute(
        "UPDATE incident SET cleared_us = ?4, reason = ?5
          WHERE id = ?1 AND account = ?2 AND realm = ?3 AND cleared_us IS NULL",
        params![incident.as_str(), account.as_str(), realm.as_str(), cell::micros(stamp.utc), reason],
    )?;
    if cleared == 1 {
        Ok(())
    } else {
        Err(LedgerError::not_found(format!("account `{account}` has no open incident `{incident}`")))
    }
}

/// The moment that the site named for an incident.
fn until(tx: &Connection, incident: &IncidentId) -> Result<Option<Timestamp>, LedgerError> {
    let until: Option<Option<i64>> = tx
        .prepare_cached("SELECT until_us FROM incident WHERE id = ?1")?
        .query_row([incident.as_str()], |row| row.get(0))
        .optional()?;
    cell::moment_if_any(until.flatten())
}

/// The oldest incident that nobody cleared.
pub(super) fn latch(tx: &Connection, Scope { account, realm }: Scope<'_>) -> Result<Option<IncidentId>, LedgerError> {
    let id: Option<String> = tx
        .prepare_cached(
            "SELECT id FROM incident WHERE account = ?1 AND realm = ?2 AND cleared_us IS NULL ORDER BY number LIMIT 1",
        )?
        .query_row([account.as_str(), realm.as_str()], |row| row.get(0))
        .optional()?;
    cell::parsed_if_any(id)
}

/// Notes a silence that the site asked for.
pub(super) fn cool(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    (seq, run): (u64, &RunId),
    (stamp, until): (&Stamp, Timestamp),
) -> Result<(), LedgerError> {
    tx.execute(
        "INSERT INTO cooling (account, realm, seq, run, at_us, until_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            account.as_str(),
            realm.as_str(),
            cell::integer(seq)?,
            run.as_str(),
            cell::micros(stamp.utc),
            cell::micros(until)
        ],
    )?;
    Ok(())
}

/// Until when the account must be silent, if it must be now.
pub(super) fn silence(tx: &Connection, whose: Scope<'_>, now: &Stamp) -> Result<Option<Timestamp>, LedgerError> {
    let (account, realm) = (whose.account.as_str(), whose.realm.as_str());
    let last: Option<(i64, i64)> = tx
        .prepare_cached(
            "SELECT seq, until_us FROM cooling WHERE account = ?1 AND realm = ?2 ORDER BY until_us DESC, seq LIMIT 1",
        )?
        .query_row([account, realm], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((seq, until)) = last else { return Ok(None) };
    let until = cell::moment(until)?;
    // Whoever was begun after it was begun because it was over: the clock's later leaps are nothing to it.
    let is_over: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM quota_debit WHERE account = ?1 AND realm = ?2 AND seq > ?3)")?
        .query_row(params![account, realm, seq], |row| row.get(0))?;
    let until = if is_over { until } else { held_back(tx, whose, (cell::count(seq)?, until), now)? };
    Ok(Some(until).filter(|until| now.utc < *until))
}

/// When a silence ends that an entry of the chain began, by a clock that may have been set forward since.
fn held_back(
    tx: &Connection,
    whose: Scope<'_>,
    (seq, until): (u64, Timestamp),
    now: &Stamp,
) -> Result<Timestamp, LedgerError> {
    let mut since = History::default();
    for tick in history::ticks(tx, whose, seq.saturating_sub(1))? {
        let charged = if tick.seq == seq { Charged::Visit } else { Charged::Nothing };
        since.note(&Tick { charged, ..tick });
    }
    let leapt = since.leapt(now).unwrap_or_default();
    Ok(until
        .saturating_add(jiff::SignedDuration::try_from(leapt).unwrap_or(jiff::SignedDuration::MAX))
        .unwrap_or(until))
}
