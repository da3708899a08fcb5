//! Runs: each belongs to one plan; its rows follow from the facts that it appends.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::cell;
use super::incident;
use super::ledger_error::LedgerError;
use super::plan::find_own;
use super::scan;
use super::scope::Scope;
use super::sign_in;
use super::store::{Ledger, draw_id};
use crate::event::exit::Ending;
use crate::event::fact::{Mode, RunStarted, RunState};
use crate::event::id::{AccountName, Digest, PlanId, Realm, RunId};
use crate::event::link::Link;
use crate::event::stamp::Stamp;

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// Whose run.
    pub account: AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// The plan that it carries out.
    pub plan: PlanId,
    /// Rehearsal or live.
    pub mode: Mode,
    /// Where it stands, or stood last.
    pub state: RunState,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; none while it works, and for ever if it was killed.
    pub ended: Option<Timestamp>,
    /// How it ended.
    pub result: Option<Ending>,
    /// Why it stands there or ended, in words.
    pub why: String,
    /// The hash of its newest manifest, once one is written.
    pub manifest: Option<Digest>,
    /// The hash of that manifest's seal; none where it has none.
    pub seal: Option<Digest>,
}

impl Ledger {
    /// An id that no run and no errand outside of one has yet. It is taken when its first fact is appended.
    ///
    /// # Errors
    /// What the database says.
    pub fn free_run_id(&self) -> Result<RunId, LedgerError> {
        let taken = "SELECT 1 FROM run WHERE id = ?1 UNION ALL SELECT 1 FROM errand WHERE id = ?1 \
                     UNION ALL SELECT 1 FROM scan WHERE id = ?1";
        let id = draw_id('R', |id| Ok(self.db.prepare_cached(taken)?.exists([id])?))?;
        cell::parsed(&id)
    }

    /// One run of the account.
    ///
    /// # Errors
    /// `NotFound`; `Damaged` if the row cannot be read; else what the database says.
    pub fn run(&self, account: &AccountName, id: &RunId) -> Result<RunRow, LedgerError> {
        let mut statement = self.db.prepare_cached(&format!("{RUN} AND id = ?2"))?;
        let found = statement.query_and_then([account.as_str(), id.as_str()], run_row)?.next().transpose()?;
        found.ok_or_else(|| LedgerError::not_found(format!("account `{account}` has no run `{id}`")))
    }

    /// The hash of the account's newest seal, of a run or of a scan; none if nothing was sealed yet. The next seal names
    /// it, so that a seal taken out of the row is missed.
    ///
    /// # Errors
    /// `Damaged` if the row cannot be read; else what the database says.
    pub fn last_seal(&self, account: &AccountName, realm: Realm) -> Result<Option<Digest>, LedgerError> {
        let mut statement = self.db.prepare_cached(
            "SELECT seal_sha256 FROM (SELECT account, realm, seal_sha256, sealed_seq FROM run
                                      UNION ALL SELECT account, realm, seal_sha256, sealed_seq FROM scan)
              WHERE account = ?1 AND realm = ?2 AND seal_sha256 IS NOT NULL ORDER BY sealed_seq DESC LIMIT 1",
        )?;
        let mut rows = statement.query([account.as_str(), realm.as_str()])?;
        Ok(rows.next()?.map(|row| row.get::<_, [u8; 32]>(0)).transpose()?.map(Digest))
    }

    /// All runs of the account, the newest last.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn runs(&self, account: &AccountName) -> Result<Vec<RunRow>, LedgerError> {
        let mut statement = self.db.prepare_cached(&format!("{RUN} ORDER BY number"))?;
        statement.query_and_then([account.as_str()], run_row)?.collect()
    }
}

const RUN: &str =
    "SELECT id, account, realm, plan, mode, state, started_us, ended_us, result, why, manifest_sha256, seal_sha256
  FROM run WHERE account = ?1";

fn run_row(row: &Row<'_>) -> Result<RunRow, LedgerError> {
    let text = |column: usize| row.get::<_, String>(column);
    let unknown = |_| LedgerError::damaged("a run in the ledger has a state or result that this version does not know");
    let result: Option<String> = row.get(8)?;
    Ok(RunRow {
        id: cell::parsed(&text(0)?)?,
        account: cell::parsed(&text(1)?)?,
        realm: cell::parsed(&text(2)?)?,
        plan: cell::parsed(&text(3)?)?,
        mode: serde_json::from_value(serde_json::Value::String(text(4)?)).map_err(unknown)?,
        state: serde_json::from_str(&text(5)?).map_err(unknown)?,
        started: cell::moment(row.get(6)?)?,
        ended: cell::moment_if_any(row.get(7)?)?,
        result: result
            .map(|word| serde_json::from_value(serde_json::Value::String(word)))
            .transpose()
            .map_err(unknown)?,
        why: text(9)?,
        manifest: row.get::<_, Option<[u8; 32]>>(10)?.map(Digest),
        seal: row.get::<_, Option<[u8; 32]>>(11)?.map(Digest),
    })
}

/// Writes the row of a run that begins.
pub(super) fn begin(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    stamp: &Stamp,
    started: &RunStarted,
) -> Result<(), LedgerError> {
    if (&started.account, started.realm) != (account, realm) {
        return Err(LedgerError::bug(format!("run {} is of another account", started.run)));
    }
    let plan = find_own(tx, Scope { account, realm }, &started.plan)?;
    if plan.hash != started.hash {
        return Err(LedgerError::bug(format!("run {} names another hash than plan {}", started.run, plan.id)));
    }
    let mode = match started.mode {
        Mode::Rehearsal => "rehearsal",
        Mode::Live => "live",
    };
    tx.execute(
        "INSERT INTO run (id, account, realm, plan, mode, state, started_us, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '')",
        params![
            started.run.as_str(),
            account.as_str(),
            realm.as_str(),
            started.plan.as_str(),
            mode,
            state_text(&RunState::Running),
            cell::micros(stamp.utc)
        ],
    )?;
    Ok(())
}

/// Notes the run's state; silence that the site asked for counts for the account, also outside of a run.
pub(super) fn change(
    tx: &Connection,
    whose: Scope<'_>,
    (link, stamp): (&Link, &Stamp),
    (run, state, why): (&RunId, &RunState, &str),
) -> Result<(), LedgerError> {
    sign_in::must_be_known(tx, whose, run)?;
    tx.execute("UPDATE run SET state = ?2, why = ?3 WHERE id = ?1", params![run.as_str(), state_text(state), why])?;
    match state {
        RunState::Cooling { until } => incident::cool(tx, whose, (link.seq, run), (stamp, *until)),
        RunState::Running | RunState::Waiting { .. } | RunState::Latched | RunState::Complete | RunState::Aborted => {
            Ok(())
        }
    }
}

/// Notes how the run ended.
pub(super) fn end(
    tx: &Connection,
    whose: Scope<'_>,
    stamp: &Stamp,
    (run, result, why): (&RunId, Ending, &str),
) -> Result<(), LedgerError> {
    must_exist(tx, whose, run)?;
    if scan::end(tx, stamp, (run, result, why))? {
        return Ok(());
    }
    tx.execute(
        "UPDATE run SET ended_us = ?2, result = ?3, why = ?4 WHERE id = ?1",
        params![run.as_str(), cell::micros(stamp.utc), result.as_str(), why],
    )?;
    Ok(())
}

/// Notes the hashes of the newest manifest and its seal; a file that is added to the proof brings another manifest.
pub(super) fn seal(
    tx: &Connection,
    (whose, seq): (Scope<'_>, u64),
    run: &RunId,
    (manifest, seal): (&Digest, Option<&Digest>),
) -> Result<(), LedgerError> {
    must_exist(tx, whose, run)?;
    let seq = cell::integer(seq)?;
    for table in ["run", "scan"] {
        tx.execute(
            &format!("UPDATE {table} SET manifest_sha256 = ?2, seal_sha256 = ?3, sealed_seq = ?4 WHERE id = ?1"),
            params![run.as_str(), manifest.0, seal.map(|seal| seal.0), seq],
        )?;
    }
    Ok(())
}

/// Checks that the account has this run or scan.
pub(super) fn must_exist(tx: &Connection, Scope { account, realm }: Scope<'_>, run: &RunId) -> Result<(), LedgerError> {
    let known = tx
        .prepare_cached(
            "SELECT 1 FROM run WHERE id = ?1 AND account = ?2 AND realm = ?3
             UNION ALL SELECT 1 FROM scan WHERE id = ?1 AND account = ?2 AND realm = ?3",
        )?
        .exists([run.as_str(), account.as_str(), realm.as_str()])?;
    if known { Ok(()) } else { Err(LedgerError::not_found(format!("account `{account}` has no run `{run}`"))) }
}

/// Checks that the account has this run and that it is no rehearsal: a rehearsal moves nothing.
pub(super) fn must_be_live(tx: &Connection, whose: Scope<'_>, run: &RunId) -> Result<(), LedgerError> {
    must_exist(tx, whose, run)?;
    let live = tx.prepare_cached("SELECT 1 FROM run WHERE id = ?1 AND mode = 'live'")?.exists([run.as_str()])?;
    if live { Ok(()) } else { Err(LedgerError::bug(format!("run {run} is a rehearsal, which moves nothing"))) }
}

fn state_text(state: &RunState) -> String {
    serde_json::to_string(state).expect("a run's state has only words and times")
}
