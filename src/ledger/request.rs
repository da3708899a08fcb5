//! What other processes ask of the owner: pause, resume, stop, clear. Rows, because the owner may not be running.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::owner::Owner;
use super::store::{Ledger, name_account};
use crate::event::id::{AccountName, BadId, IncidentId, PlanId};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestKind {
    /// No intention until `Resume`, or until a moment; holds at once, over restarts, with or without an owner.
    Pause {
        /// When it ends by itself; none: only by `Resume`.
        until: Option<Timestamp>,
    },
    /// Ends a pause.
    Resume,
    /// Ends a plan for good, or all plans of the account. Holds against intentions until the owner has done it.
    Stop {
        /// Which plan; none for all.
        plan: Option<PlanId>,
    },
    /// Clears an incident.
    Clear {
        /// Which.
        incident: IncidentId,
    },
}

impl RequestKind {
    fn word(&self) -> &'static str {
        match self {
            Self::Pause { .. } => "pause",
            Self::Resume => "resume",
            Self::Stop { .. } => "stop",
            Self::Clear { .. } => "clear",
        }
    }
}

/// A pause that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// When it ends by itself; none: only by a resume.
    pub until: Option<Timestamp>,
}

/// A request that is about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// What is asked.
    pub kind: RequestKind,
    /// Why, in the person's words; may be empty.
    pub reason: String,
    /// Now.
    pub at: Timestamp,
}

/// A request as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// Its number.
    pub id: i64,
    /// What is asked.
    pub kind: RequestKind,
    /// Why.
    pub reason: String,
    /// The process that asked.
    pub pid: u32,
    /// When it was asked.
    pub at: Timestamp,
    /// When the owner dealt with it.
    pub handled: Option<Timestamp>,
    /// What the owner said to it.
    pub answer: Option<String>,
}

impl Ledger {
    /// Asks something of whoever owns the account, or will. Answers the request's number.
    ///
    /// # Errors
    /// `NotFound` if the plan or incident is not the account's; else what the database says.
    pub fn request(&self, account: &AccountName, request: &NewRequest) -> Result<i64, LedgerError> {
        let until = match &request.kind {
            RequestKind::Pause { until } => until.map(cell::micros),
            _ => None,
        };
        let (plan, incident) = match &request.kind {
            RequestKind::Pause { .. } | RequestKind::Resume => (None, None),
            RequestKind::Stop { plan } => (plan.as_ref().map(PlanId::as_str), None),
            RequestKind::Clear { incident } => (None, Some(incident.as_str())),
        };
        self.write(|tx| {
            name_account(tx, account)?;
            for (what, table, id) in [("plan", "plan", plan), ("incident", "incident", incident)] {
                let Some(id) = id else { continue };
                let known = format!("SELECT 1 FROM {table} WHERE id = ?1 AND account = ?2");
                if !tx.prepare_cached(&known)?.exists([id, account.as_str()])? {
                    return Err(LedgerError::not_found(format!("account `{account}` has no {what} `{id}`")));
                }
            }
            tx.execute(
                "INSERT INTO request (account, kind, plan, incident, reason, pid, at_us, until_us)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    account.as_str(),
                    request.kind.word(),
                    plan,
                    incident,
                    request.reason,
                    std::process::id(),
                    cell::micros(request.at),
                    until
                ],
            )?;
            Ok(tx.last_insert_rowid())
        })
    }

    /// What the owner has not dealt with yet, the oldest first. Cheap enough to ask every quarter of a second.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn pending_requests(&self, account: &AccountName) -> Result<Vec<RequestRow>, LedgerError> {
        let mut statement =
            self.db.prepare_cached(&format!("{REQUEST} account = ?1 AND handled_us IS NULL ORDER BY id"))?;
        statement.query_and_then([account.as_str()], request_row)?.collect()
    }

    /// One request, to see what became of it.
    ///
    /// # Errors
    /// `NotFound`; `Damaged` if the row cannot be read; else what the database says.
    pub fn request_by_id(&self, id: i64) -> Result<RequestRow, LedgerError> {
        let mut statement = self.db.prepare_cached(&format!("{REQUEST} id = ?1"))?;
        let found = statement.query_and_then([id], request_row)?.next().transpose()?;
        found.ok_or_else(|| LedgerError::not_found(format!("there is no request {id}")))
    }

    /// The pause that holds now, if one does: the newest pause or resume decides, dealt with or not.
    ///
    /// # Errors
    /// What the database says.
    pub fn pause(&self, account: &AccountName, now: Timestamp) -> Result<Option<Pause>, LedgerError> {
        pause(&self.db, account, now)
    }
}

impl Owner {
    /// Notes that a request was dealt with, and what came of it, in words.
    ///
    /// # Errors
    /// `NotFound` if the account has no such pending request; `Fenced`; else what the database says.
    pub fn handle_request(&mut self, id: i64, at: Timestamp, answer: &str) -> Result<(), LedgerError> {
        let account = self.account();
        self.write(|tx| {
            let handled = tx.execute(
                "UPDATE request SET handled_us = ?3, answer = ?4
                  WHERE id = ?1 AND account = ?2 AND handled_us IS NULL",
                params![id, account.as_str(), cell::micros(at), answer],
            )?;
            if handled == 1 {
                Ok(())
            } else {
                Err(LedgerError::not_found(format!("account `{account}` has no pending request {id}")))
            }
        })
    }
}

const REQUEST: &str =
    "SELECT id, kind, plan, incident, reason, pid, at_us, handled_us, answer, until_us FROM request WHERE";

fn request_row(row: &Row<'_>) -> Result<RequestRow, LedgerError> {
    let (word, plan, incident): (String, Option<String>, Option<String>) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let kind = match word.as_str() {
        "pause" => RequestKind::Pause { until: cell::moment_if_any(row.get(9)?)? },
        "resume" => RequestKind::Resume,
        "stop" => RequestKind::Stop { plan: cell::parsed_if_any(plan)? },
        "clear" => RequestKind::Clear { incident: cell::parsed(&incident.unwrap_or_default())? },
        _ => {
            let unknown = BadId { what: "request", text: word, want: "one that this version knows" };
            return Err(LedgerError::damaged(unknown.to_string()));
        }
    };
    Ok(RequestRow {
        id: row.get(0)?,
        kind,
        reason: row.get(4)?,
        pid: row.get(5)?,
        at: cell::moment(row.get(6)?)?,
        handled: cell::moment_if_any(row.get(7)?)?,
        answer: row.get(8)?,
    })
}

/// The newest of pauses and resumes, where it is a pause that is not over.
pub(super) fn pause(tx: &Connection, account: &AccountName, now: Timestamp) -> Result<Option<Pause>, LedgerError> {
    let newest: Option<(String, Option<i64>)> = tx
        .prepare_cached(
            "SELECT kind, until_us FROM request
              WHERE account = ?1 AND kind IN ('pause', 'resume') ORDER BY id DESC LIMIT 1",
        )?
        .query_row([account.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((kind, until)) = newest else { return Ok(None) };
    let until = cell::moment_if_any(until)?;
    let holds = kind == "pause" && until.is_none_or(|until| now < until);
    Ok(holds.then_some(Pause { until }))
}

/// Whether a stop of this plan, or of all, waits for the owner.
pub(super) fn is_stopped(tx: &Connection, account: &AccountName, plan: &PlanId) -> Result<bool, LedgerError> {
    Ok(tx
        .prepare_cached(
            "SELECT 1 FROM request
              WHERE account = ?1 AND kind = 'stop' AND handled_us IS NULL AND (plan IS NULL OR plan = ?2)",
        )?
        .exists([account.as_str(), plan.as_str()])?)
}
