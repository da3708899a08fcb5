//! Readings of the live connections list: who was seen on the site, and who is not on it any more.
//!
//! A scan is a run without a plan. What it sees lies in rows of its own: an import never touches them, and a scan never
//! touches what an export said.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};

use super::cell;
use super::ledger_error::LedgerError;
use super::owner::Owner;
use super::people::person;
use super::scope::Scope;
use super::store::Ledger;
use crate::event::exit::Ending;
use crate::event::fact::{ScanStarted, Scanned};
use crate::event::id::{AccountName, Digest, Realm, RunId, Slug};
use crate::event::stamp::Stamp;
use crate::plan::person::Person;

/// A person as a row of the list shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenPerson {
    /// Who it is.
    pub slug: Slug,
    /// The name as shown; may be empty.
    pub name: String,
    /// Since when, if the row's text says a day that could be read.
    pub connected_on: Option<Date>,
}

/// One scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanRow {
    /// Its id.
    pub id: RunId,
    /// Whose.
    pub account: AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; none while it works, and for ever if it was killed.
    pub ended: Option<Timestamp>,
    /// How it ended.
    pub result: Option<Ending>,
    /// How many people it read, once it is over.
    pub rows: Option<u64>,
    /// The page's own number, if it was read.
    pub total: Option<u64>,
    /// Whether everybody was read.
    pub complete: bool,
    /// The hash of its newest manifest, once one is written.
    pub manifest: Option<Digest>,
    /// The hash of that manifest's seal; none where it has none.
    pub seal: Option<Digest>,
}

impl Ledger {
    /// All scans of the account, the newest last.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn scans(&self, account: &AccountName) -> Result<Vec<ScanRow>, LedgerError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, account, realm, started_us, ended_us, result, rows, total, complete, manifest_sha256,
                    seal_sha256
               FROM scan WHERE account = ?1 ORDER BY number",
        )?;
        statement.query_and_then([account.as_str()], scan_row)?.collect()
    }

    /// How many different people a scan has read so far.
    ///
    /// # Errors
    /// What the database says.
    pub fn seen_by(&self, scan: &RunId) -> Result<u64, LedgerError> {
        let count: i64 = self
            .db
            .prepare_cached("SELECT count(*) FROM site_person WHERE scan = (SELECT number FROM scan WHERE id = ?1)")?
            .query_row([scan.as_str()], |row| row.get(0))?;
        cell::count(count)
    }

    /// The people whom this scan saw and nobody knew before, by slug.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn found_by(&self, account: &AccountName, scan: &RunId) -> Result<Vec<Person>, LedgerError> {
        self.people_where(
            "exported = 0 AND site_first_us >= (SELECT started_us FROM scan WHERE id = ?2)
             AND site_scan = (SELECT number FROM scan WHERE id = ?2)",
            (account, scan),
        )
    }

    /// The people who counted as connected and whom this scan did not see, by slug: if it was complete, they are gone.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn missed_by(&self, account: &AccountName, scan: &RunId) -> Result<Vec<Person>, LedgerError> {
        self.people_where(MISSED, (account, scan))
    }

    fn people_where(
        &self,
        condition: &str,
        (account, scan): (&AccountName, &RunId),
    ) -> Result<Vec<Person>, LedgerError> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT slug, first_name, last_name, company, position, connected_on FROM known_person
              WHERE account = ?1 AND {condition} ORDER BY slug"
        ))?;
        statement.query_and_then([account.as_str(), scan.as_str()], person)?.collect()
    }
}

/// Whom a scan did not see although they counted as connected.
const MISSED: &str = "absent_since_us IS NULL AND site_gone_us IS NULL
   AND site_scan IS NOT (SELECT number FROM scan WHERE id = ?2)";

impl Owner {
    /// Notes people whom a scan saw, on disk when it answers. A slug that occurs twice counts once.
    ///
    /// # Errors
    /// `NotFound` if there is no such scan; `Fenced`; else what the database says.
    pub fn saw(&mut self, scan: &RunId, people: &[SeenPerson], now: Timestamp) -> Result<(), LedgerError> {
        let (account, realm) = (self.account(), self.realm());
        self.write(|tx| {
            let number = number_of(tx, Scope { account, realm }, scan)?;
            let mut statement = tx.prepare_cached(
                "INSERT INTO site_person (account, slug, name, connected_on, first_us, last_us, scan)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)
                 ON CONFLICT (account, slug) DO UPDATE
                   SET name = excluded.name, connected_on = coalesce(excluded.connected_on, connected_on),
                       first_us = coalesce(first_us, excluded.first_us), last_us = excluded.last_us,
                       scan = excluded.scan, gone_us = NULL",
            )?;
            for person in people {
                statement.execute(params![
                    account.as_str(),
                    person.slug.as_str(),
                    person.name,
                    person.connected_on.map(|day| day.to_string()),
                    cell::micros(now),
                    number,
                ])?;
            }
            Ok(())
        })
    }
}

/// Writes the row of a scan that begins.
pub(super) fn begin(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    stamp: &Stamp,
    started: &ScanStarted,
) -> Result<(), LedgerError> {
    if (&started.account, started.realm) != (account, realm) {
        return Err(LedgerError::bug(format!("scan {} is of another account", started.run)));
    }
    tx.execute(
        "INSERT INTO scan (id, account, realm, started_us, why) VALUES (?1, ?2, ?3, ?4, '')",
        params![started.run.as_str(), account.as_str(), realm.as_str(), cell::micros(stamp.utc)],
    )?;
    Ok(())
}

/// Notes what a scan read; after a complete one, whoever it did not see is gone.
pub(super) fn scanned(
    tx: &Connection,
    Scope { account, realm }: Scope<'_>,
    stamp: &Stamp,
    scanned: &Scanned,
) -> Result<(), LedgerError> {
    let number = number_of(tx, Scope { account, realm }, &scanned.run)?;
    let total = scanned.total_after.or(scanned.total).map(cell::integer).transpose()?;
    tx.execute(
        "UPDATE scan SET rows = ?2, nameless = ?3, total = ?4, complete = ?5 WHERE number = ?1",
        params![number, cell::integer(scanned.rows)?, cell::integer(scanned.nameless)?, total, scanned.complete],
    )?;
    if scanned.complete {
        tx.execute(
            &format!(
                "INSERT INTO site_person (account, slug, gone_us)
                 SELECT account, slug, ?3 FROM known_person WHERE account = ?1 AND {MISSED}
                 ON CONFLICT (account, slug) DO UPDATE SET gone_us = excluded.gone_us"
            ),
            params![account.as_str(), scanned.run.as_str(), cell::micros(stamp.utc)],
        )?;
    }
    Ok(())
}

/// Notes how a scan ended. Whether there is such a scan.
pub(super) fn end(
    tx: &Connection,
    stamp: &Stamp,
    (scan, result, why): (&RunId, Ending, &str),
) -> Result<bool, LedgerError> {
    let ended = tx.execute(
        "UPDATE scan SET ended_us = ?2, result = ?3, why = ?4 WHERE id = ?1",
        params![scan.as_str(), cell::micros(stamp.utc), result.as_str(), why],
    )?;
    Ok(ended == 1)
}

fn number_of(tx: &Connection, Scope { account, realm }: Scope<'_>, scan: &RunId) -> Result<i64, LedgerError> {
    let mut statement = tx.prepare_cached("SELECT number FROM scan WHERE id = ?1 AND account = ?2 AND realm = ?3")?;
    let mut rows = statement.query([scan.as_str(), account.as_str(), realm.as_str()])?;
    match rows.next()? {
        Some(row) => Ok(row.get(0)?),
        None => Err(LedgerError::not_found(format!("account `{account}` has no scan `{scan}`"))),
    }
}

fn scan_row(row: &Row<'_>) -> Result<ScanRow, LedgerError> {
    let text = |column: usize| row.get::<_, String>(column);
    let number = |column: usize| row.get::<_, Option<i64>>(column)?.map(cell::count).transpose();
    let unknown = |_| LedgerError::damaged("a scan in the ledger has a result that this version does not know");
    let result: Option<String> = row.get(5)?;
    Ok(ScanRow {
        id: cell::parsed(&text(0)?)?,
        account: cell::parsed(&text(1)?)?,
        realm: cell::parsed(&text(2)?)?,
        started: cell::moment(row.get(3)?)?,
        ended: cell::moment_if_any(row.get(4)?)?,
        result: result
            .map(|word| serde_json::from_value(serde_json::Value::String(word)))
            .transpose()
            .map_err(unknown)?,
        rows: number(6)?,
        total: number(7)?,
        complete: row.get::<_, Option<bool>>(8)?.unwrap_or_default(),
        manifest: row.get::<_, Option<[u8; 32]>>(9)?.map(Digest),
        seal: row.get::<_, Option<[u8; 32]>>(10)?.map(Digest),
    })
}
