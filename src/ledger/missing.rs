//! Who is missing since an alarm: known to be on the list before it, not there in the first complete scan after it, and not taken
//! out by this program.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::cell;
use super::incident::IncidentRow;
use super::ledger_error::LedgerError;
use super::people::person;
use super::store::Ledger;
use crate::event::id::{AccountName, RunId};
use crate::plan::person::Person;

/// Who is missing since an alarm, and by which scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The first complete scan that began after the alarm.
    pub scan: RunId,
    /// When it began.
    pub at: Timestamp,
    /// The people: whom an earlier scan read before whom only an export names, each by slug.
    pub people: Vec<MissingPerson>,
}

/// One of those who are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingPerson {
    /// Who.
    pub person: Person,
    /// When they were last known to be connected: by an earlier scan, or by an export, whose day is that of its import where the
    /// export itself has none.
    pub last: Timestamp,
    /// Whether an earlier scan read them on the site. Whom only an export names may have left between the export and the alarm.
    pub was_read: bool,
}

impl Ledger {
    /// Who is missing since an incident; none where no complete scan began after it.
    ///
    /// Whoever a later scan or export names again is not among them.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn missing_since(&self, account: &AccountName, incident: &IncidentRow) -> Result<Option<Missing>, LedgerError> {
        let scan: Option<(String, i64, i64)> = self
            .db
            .prepare_cached(
                "SELECT id, started_us, ended_us FROM scan
                  WHERE account = ?1 AND realm = ?2 AND complete = 1 AND ended_us IS NOT NULL AND started_us >= ?3
                  ORDER BY number LIMIT 1",
            )?
            .query_row(params![account.as_str(), incident.realm.as_str(), cell::micros(incident.at)], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let Some((id, began, ended)) = scan else { return Ok(None) };
        let mut statement = self.db.prepare_cached(
            "SELECT slug, first_name, last_name, company, position, connected_on,
                    max(coalesce(site_last_us, 0), CASE WHEN exported THEN last_seen_us ELSE 0 END),
                    site_last_us IS NOT NULL AS was_read
               FROM known_person
              WHERE account = ?1 AND site_gone_us BETWEEN ?3 AND ?4
                AND NOT EXISTS (SELECT 1 FROM effect
                                 WHERE effect.account = ?1 AND realm = ?2 AND effect.slug = known_person.slug
                                   AND action = 'remove'
                                   AND state IN ('DONE', 'CONFIRMED', 'DONE_BY_OPERATOR', 'ALREADY_GONE'))
              ORDER BY was_read DESC, slug",
        )?;
        let people = statement
            .query_and_then(params![account.as_str(), incident.realm.as_str(), began, ended], |row| {
                let last = cell::moment(row.get(6)?)?;
                Ok::<_, LedgerError>(MissingPerson { person: person(row)?, last, was_read: row.get(7)? })
            })?
            .collect::<Result<_, _>>()?;
        Ok(Some(Missing { scan: cell::parsed(&id)?, at: cell::moment(began)?, people }))
    }
}
