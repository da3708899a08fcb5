//! The people of an account as its exports name them: an upsert by slug.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::cell;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::store::{Ledger, name_account};
use crate::event::id::{AccountName, Slug};
use crate::plan::person::{NotRead, Person};

/// A person with what the ledger knows beside the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// The newest row.
    pub person: Person,
    /// When an import or scan first named this person.
    pub first_seen: Timestamp,
    /// When an import last named this person; a scan, where no export ever did.
    pub last_seen: Timestamp,
    /// Where the newest row came from.
    pub source: String,
    /// When a newer export was read that lacks this person, unless a scan saw them after it was made.
    pub absent_since: Option<Timestamp>,
    /// Whether an export ever named this person; if not, a scan did.
    pub exported: bool,
    /// What scans know.
    pub site: OnTheSite,
}

/// What scans of the live list know of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OnTheSite {
    /// When a scan first saw this person.
    pub first_seen: Option<Timestamp>,
    /// When a scan last saw this person.
    pub last_seen: Option<Timestamp>,
    /// When a complete scan did not find this person any more, unless a newer export names them.
    pub gone_since: Option<Timestamp>,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// A name for people: a file's name, or `scan`.
    pub source: String,
    /// Now.
    pub at: Timestamp,
    /// When the export was made, if that is known. An export older than the newest one known adds people, as absent,
    /// and changes none.
    pub exported: Option<Timestamp>,
}

/// What an import did; the first three add up to the people in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportCount {
    /// People not known before.
    pub new: u64,
    /// People with a changed value, or who had been absent.
    pub changed: u64,
    /// People known like this already.
    pub unchanged: u64,
    /// People known before and now marked, because this export lacks them.
    pub absent: u64,
    /// People known before whom the rows do not name, and who stay as they were, because a row that was not understood
    /// may be theirs.
    pub left: u64,
}

impl Ledger {
    /// Every import of the account, the newest last.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn imports(&self, account: &AccountName) -> Result<Vec<Import>, LedgerError> {
        let mut statement =
            self.db.prepare_cached("SELECT source, at_us, exported_us FROM import WHERE account = ?1 ORDER BY id")?;
        statement
            .query_and_then([account.as_str()], |row| {
                let (at, exported) = (cell::moment(row.get(1)?)?, cell::moment_if_any(row.get(2)?)?);
                Ok(Import { source: row.get(0)?, at, exported })
            })?
            .collect()
    }

    /// Takes over the people of one export, all or none. A slug that occurs twice counts once; its last row wins.
    ///
    /// # Errors
    /// `BadInput` if there is no row at all: an empty export would mark everybody absent. Else what the database says.
    pub fn import_people(
        &self,
        account: &AccountName,
        rows: &[Person],
        import: &Import,
    ) -> Result<ImportCount, LedgerError> {
        self.import_people_but(account, (rows, &NotRead::default()), import)
    }

    /// The same with what is known of rows that were not understood: such a row says nothing of its person, neither that
    /// they are in the export nor that they are not. A known day is never wiped by a row without one.
    ///
    /// # Errors
    /// As [`Ledger::import_people`].
    pub fn import_people_but(
        &self,
        account: &AccountName,
        (rows, not_read): (&[Person], &NotRead),
        import: &Import,
    ) -> Result<ImportCount, LedgerError> {
        if rows.is_empty() {
            return Err(LedgerError::new(LedgerErrorKind::BadInput, format!("`{}` names nobody", import.source)));
        }
        self.write(|tx| {
            name_account(tx, account)?;
            let older = is_older(tx, account, import)?;
            let id = record_import(tx, account, import, rows.len())?;
            let stored = stored(tx, account)?;
            let mut count = upsert(tx, account, (rows, &stored), &Upsert { import: id, older, at: import.at })?;
            if !older {
                (count.absent, count.left) = mark_absent(tx, account, (rows, &stored, not_read), import.at)?;
                see(tx, account, rows, id)?;
            }
            Ok(count)
        })
    }

    /// Everybody known, absent people too, by slug.
    ///
    /// # Errors
    /// `Damaged` if a row cannot be read; else what the database says.
    pub fn people(&self, account: &AccountName) -> Result<Vec<KnownPerson>, LedgerError> {
        let mut statement = self.db.prepare_cached(&format!("{KNOWN} ORDER BY p.slug"))?;
        statement.query_and_then([account.as_str()], known)?.collect()
    }

    /// One person, or none if no import named them.
    ///
    /// # Errors
    /// `Damaged` if the row cannot be read; else what the database says.
    pub fn person(&self, account: &AccountName, slug: &Slug) -> Result<Option<KnownPerson>, LedgerError> {
        let mut statement = self.db.prepare_cached(&format!("{KNOWN} AND p.slug = ?2"))?;
        statement.query_and_then([account.as_str(), slug.as_str()], known)?.next().transpose()
    }
}

const KNOWN: &str = "SELECT p.slug, p.first_name, p.last_name, p.company, p.position, p.connected_on,
       p.first_seen_us, p.last_seen_us, p.source, p.absent_since_us,
       p.exported, p.site_first_us, p.site_last_us, p.site_gone_us
  FROM known_person p WHERE p.account = ?1";

fn known(row: &Row<'_>) -> Result<KnownPerson, LedgerError> {
    Ok(KnownPerson {
        person: person(row)?,
        first_seen: cell::moment(row.get(6)?)?,
        last_seen: cell::moment(row.get(7)?)?,
        source: row.get(8)?,
        absent_since: cell::moment_if_any(row.get(9)?)?,
        exported: row.get(10)?,
        site: OnTheSite {
            first_seen: cell::moment_if_any(row.get(11)?)?,
            last_seen: cell::moment_if_any(row.get(12)?)?,
            gone_since: cell::moment_if_any(row.get(13)?)?,
        },
    })
}

/// Reads the six columns that scripts know.
pub(super) fn person(row: &Row<'_>) -> Result<Person, LedgerError> {
    let connected_on: Option<String> = row.get(5)?;
    let connected_on = connected_on
        .map(|date| date.parse::<Date>().map_err(|_| LedgerError::damaged(format!("`{date}` is no day"))))
        .transpose()?;
    Ok(Person {
        slug: cell::parsed(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?,
        first_name: row.get(1)?,
        last_name: row.get(2)?,
        company: row.get(3)?,
        position: row.get(4)?,
        connected_on,
    })
}

fn is_older(tx: &Connection, account: &AccountName, import: &Import) -> Result<bool, LedgerError> {
    let newest: Option<i64> = tx
        .query_row("SELECT max(exported_us) FROM import WHERE account = ?1", [account.as_str()], |row| row.get(0))
        .optional()?
        .flatten();
    Ok(import.exported.zip(newest).is_some_and(|(this, newest)| cell::micros(this) < newest))
}

pub(super) fn record_import(
    tx: &Connection,
    account: &AccountName,
    import: &Import,
    rows: usize,
) -> Result<i64, LedgerError> {
    tx.execute(
        "INSERT INTO import (account, source, at_us, exported_us, rows) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            account.as_str(),
            import.source,
            cell::micros(import.at),
            import.exported.map(cell::micros),
            cell::integer(rows as u64)?
        ],
    )?;
    Ok(tx.last_insert_rowid())
}

/// What is the same for each row of one import.
struct Upsert {
    import: i64,
    older: bool,
    at: Timestamp,
}

/// A person as stored, unread: texts are compared, not parsed, because there may be tens of thousands.
struct Stored {
    /// First name, last name, company, position, day.
    values: [Option<String>; 5],
    absent: bool,
}

impl Stored {
    fn says(&self, row: &Person) -> bool {
        let [first_name, last_name, company, position, connected_on] = &self.values;
        first_name.as_ref() == Some(&row.first_name)
            && last_name.as_ref() == Some(&row.last_name)
            && company.as_ref() == Some(&row.company)
            && position.as_ref() == Some(&row.position)
            && (row.connected_on.is_none() || *connected_on == row.connected_on.map(|date| date.to_string()))
    }
}

fn upsert(
    tx: &Connection,
    account: &AccountName,
    (rows, stored): (&[Person], &HashMap<String, Stored>),
    terms: &Upsert,
) -> Result<ImportCount, LedgerError> {
    let mut last: HashMap<&Slug, &Person> = HashMap::with_capacity(rows.len());
    last.extend(rows.iter().map(|row| (&row.slug, row)));
    let mut done = HashSet::with_capacity(rows.len());
    let mut count = ImportCount::default();
    for slug in rows.iter().map(|row| &row.slug).filter(|slug| done.insert(*slug)) {
        let row = last[slug];
        match stored.get(slug.as_str()) {
            None => {
                count.new += 1;
                insert(tx, account, row, terms)?;
            }
            Some(_) if terms.older => count.unchanged += 1,
            Some(known) if !known.absent && known.says(row) => count.unchanged += 1,
            Some(_) => {
                count.changed += 1;
                update(tx, account, row, terms)?;
            }
        }
    }
    Ok(count)
}

/// Notes that this import named everybody of the rows.
fn see(tx: &Connection, account: &AccountName, rows: &[Person], import: i64) -> Result<(), LedgerError> {
    let mut statement = tx.prepare_cached("UPDATE person SET last_seen = ?3 WHERE account = ?1 AND slug = ?2")?;
    for row in rows {
        statement.execute(params![account.as_str(), row.slug.as_str(), import])?;
    }
    Ok(())
}

/// Marks who is stored and not in the rows, unless a row that was not understood may be theirs; answers how many were not
/// marked before, and how many were left.
fn mark_absent(
    tx: &Connection,
    account: &AccountName,
    (rows, stored, not_read): (&[Person], &HashMap<String, Stored>, &NotRead),
    at: Timestamp,
) -> Result<(u64, u64), LedgerError> {
    let named: HashSet<&str> = rows.iter().map(|row| row.slug.as_str()).collect();
    let maybe: HashSet<&str> = not_read.slugs.iter().map(Slug::as_str).collect();
    let mut statement = tx.prepare_cached("UPDATE person SET absent_since_us = ?3 WHERE account = ?1 AND slug = ?2")?;
    let (mut marked, mut left) = (0, 0);
    for (slug, _) in stored.iter().filter(|(slug, known)| !known.absent && !named.contains(slug.as_str())) {
        if not_read.anybody > 0 || maybe.contains(slug.as_str()) {
            left += 1;
            continue;
        }
        statement.execute(params![account.as_str(), slug, cell::micros(at)])?;
        marked += 1;
    }
    Ok((marked, left))
}

fn stored(tx: &Connection, account: &AccountName) -> Result<HashMap<String, Stored>, LedgerError> {
    let mut statement = tx.prepare(
        "SELECT slug, first_name, last_name, company, position, connected_on, absent_since_us IS NOT NULL
           FROM person WHERE account = ?1",
    )?;
    statement
        .query_and_then([account.as_str()], |row| {
            let values = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
            Ok((row.get(0)?, Stored { values, absent: row.get(6)? }))
        })?
        .collect()
}

fn insert(tx: &Connection, account: &AccountName, row: &Person, terms: &Upsert) -> Result<(), LedgerError> {
    tx.prepare_cached(
        "INSERT INTO person (account, slug, first_name, last_name, company, position, connected_on, first_seen,
                             last_seen, absent_since_us)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)",
    )?
    .execute(params![
        account.as_str(),
        row.slug.as_str(),
        row.first_name,
        row.last_name,
        row.company,
        row.position,
        row.connected_on.map(|date| date.to_string()),
        terms.import,
        terms.older.then(|| cell::micros(terms.at)),
    ])?;
    Ok(())
}

fn update(tx: &Connection, account: &AccountName, row: &Person, terms: &Upsert) -> Result<(), LedgerError> {
    tx.prepare_cached(
        "UPDATE person SET first_name = ?3, last_name = ?4, company = ?5, position = ?6,
                           connected_on = coalesce(?7, connected_on),
                           last_seen = ?8, absent_since_us = NULL
          WHERE account = ?1 AND slug = ?2",
    )?
    .execute(params![
        account.as_str(),
        row.slug.as_str(),
        row.first_name,
        row.last_name,
        row.company,
        row.position,
        row.connected_on.map(|date| date.to_string()),
        terms.import,
    ])?;
    Ok(())
}
