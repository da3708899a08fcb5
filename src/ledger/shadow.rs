//! The rows that follow from the chain, made anew in memory, and held against those on disk.
//!
//! The same functions note a fact in both, so that whatever else changed a row shows. What follows from no fact (people, the keep
//! list, requests of other processes, who owns the account) is not here. It does not know whether the chain itself holds.

use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::append;
use super::cell;
use super::ledger_error::LedgerError;
use super::scope::Scope;
use super::store::MIGRATIONS;
use crate::event::fact::Fact;
use crate::event::link::{Entry, Link};

/// What is held against each other: the table, what one of its rows is called, and its columns. The first column names the row.
/// Pictures are left out, whose words may gain parts, and so is what an older version did not note.
const DERIVED: [(&str, &str, &[&str]); 12] = [
    ("plan", "plan", &["id", "hash", "made_us", "approved_us", "approved_how", "dropped_us"]),
    (
        "run",
        "run",
        &["id", "plan", "mode", "state", "started_us", "ended_us", "result", "why", "manifest_sha256", "seal_sha256"],
    ),
    (
        "scan",
        "scan",
        &[
            "id",
            "started_us",
            "ended_us",
            "result",
            "why",
            "rows",
            "nameless",
            "total",
            "complete",
            "manifest_sha256",
            "seal_sha256",
        ],
    ),
    ("errand", "errand", &["id", "purpose", "started_us"]),
    ("incident", "incident", &["id", "run", "sign", "why", "address", "at_us", "cleared_us", "reason", "until_us"]),
    ("cooling", "silence since entry", &["seq", "run", "at_us", "until_us"]),
    ("profile_visit", "profile view of entry", &["seq", "run", "slug", "at_us"]),
    ("sign_in", "sign-in of", &["handle", "browser", "at_us", "out_us"]),
    ("agreement", "answer to the note on the agreement:", &["answer", "at_us"]),
    ("closure", "closure of", &["handle", "action", "at_us", "until", "words", "reopened_us"]),
    ("accepted_text", "accepted text of a dialog:", &["text", "language", "pack_sha256", "at_us"]),
    ("also_called", "other name of", &["slug", "name", "reason", "at_us"]),
];

/// Rows of one account in one realm, as the chain says them.
pub(super) struct Shadow {
    db: Connection,
}

impl Shadow {
    /// Without any rows.
    pub(super) fn new() -> Result<Self, LedgerError> {
        let db = Connection::open_in_memory()?;
        for migration in MIGRATIONS {
            db.execute_batch(migration)?;
        }
        // Accounts and people are not noted by facts. Nothing of this is ever on a disk.
        db.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; BEGIN;")?;
        Ok(Self { db })
    }

    /// Notes an entry of the chain.
    pub(super) fn note(
        &self,
        Scope { account, realm }: Scope<'_>,
        link: &Link,
        entry: &Entry,
    ) -> Result<(), LedgerError> {
        let at = cell::micros(entry.at.utc);
        match &entry.fact {
            Fact::PlanMade { plan, hash, .. } => self
                .db
                .prepare_cached(
                    "INSERT INTO plan (id, account, realm, action, route, hash, pack_sha256, ceilings, made_us)
                 VALUES (?1, ?2, ?3, 'remove', 'list', ?4, zeroblob(32), '', ?5)",
                )?
                .execute(params![plan.as_str(), account.as_str(), realm.as_str(), hash.0, at]),
            Fact::PlanApproved { plan, how, .. } => self
                .db
                .prepare_cached("UPDATE plan SET approved_us = ?2, approved_how = ?3 WHERE id = ?1")?
                .execute(params![plan.as_str(), at, how]),
            Fact::PlanDropped { plan } | Fact::PlanRenewed { plan, .. } => self
                .db
                .prepare_cached("UPDATE plan SET dropped_us = ?2 WHERE id = ?1")?
                .execute(params![plan.as_str(), at]),
            // Effects and what they are charged are held against the chain elsewhere.
            Fact::Moved(_) => return Ok(()),
            fact => return append::note(&self.db, Scope { account, realm }, (link, &entry.at), fact),
        }?;
        Ok(())
    }

    /// Holds the rows on disk against these.
    ///
    /// # Errors
    /// `Damaged` with the first row that differs, in words; else what the database says.
    pub(super) fn compare(&self, tx: &Connection, whose: Scope<'_>) -> Result<(), LedgerError> {
        for (table, noun, columns) in DERIVED {
            compare(&self.db, tx, whose, (table, noun, columns))?;
        }
        Ok(())
    }
}

/// Holds one table against the other; both are read in the order of their rows' names.
fn compare(
    told: &Connection,
    kept: &Connection,
    Scope { account, realm }: Scope<'_>,
    (table, noun, columns): (&str, &str, &[&str]),
) -> Result<(), LedgerError> {
    let sql =
        format!("SELECT {} FROM {table} WHERE account = ?1 AND realm = ?2 ORDER BY {}", columns.join(", "), columns[0]);
    let (mut told, mut kept) = (told.prepare(&sql)?, kept.prepare(&sql)?);
    let whose = [account.as_str(), realm.as_str()];
    let (mut told, mut kept) = (told.query(whose)?, kept.query(whose)?);
    loop {
        let read = |row: Option<&rusqlite::Row<'_>>| -> Result<Option<Vec<Value>>, LedgerError> {
            let Some(row) = row else { return Ok(None) };
            let values: Result<Vec<Value>, _> = (0..columns.len()).map(|at| row.get(at)).collect();
            Ok(Some(values?))
        };
        let (told, kept) = (read(told.next()?)?, read(kept.next()?)?);
        let difference = match (told, kept) {
            (None, None) => return Ok(()),
            (Some(told), Some(kept)) if told[0] == kept[0] => {
                let Some(at) = (0..columns.len()).find(|at| told[*at] != kept[*at]) else { continue };
                format!(
                    "{noun} {}: `{}` is {}, and the chain says {}",
                    shown(&kept[0]),
                    columns[at],
                    shown(&kept[at]),
                    shown(&told[at])
                )
            }
            (Some(told), Some(kept)) => format!(
                "{noun} {} of the chain is missing, or {noun} {} is one that the chain does not know",
                shown(&told[0]),
                shown(&kept[0])
            ),
            (Some(told), None) => format!("{noun} {} of the chain is missing", shown(&told[0])),
            (None, Some(kept)) => format!("{noun} {} is one that the chain does not know", shown(&kept[0])),
        };
        return Err(changed(difference));
    }
}

/// A value for a message: cut, and without what a terminal would obey.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => format!("`{}`", text.chars().take(80).collect::<String>().escape_debug()),
        Value::Blob(bytes) => format!("{} bytes of a hash", bytes.len()),
    }
}

/// A row that is not what the chain says.
pub(super) fn changed(what: String) -> LedgerError {
    LedgerError::damaged(format!("a row of the ledger was changed behind the program: {what}"))
}
