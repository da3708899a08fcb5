//! SQL of the user's, on a copy of the people of one account and on nothing else.
//!
//! The text runs on a connection of its own that was opened for reading. Its `people` is a copy in memory, not a view:
//! SQLite's authorizer names the view through which a table is read, but a `WITH people AS (…)` of the user's own
//! would be named the same. Only the copy may be read, so there is nothing behind it to reach.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::condition::check_shape;
use super::days_compared;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::people::person;
use super::store::Ledger;
use crate::event::id::AccountName;
use crate::plan::person::Person;
use crate::plan::tally::Column;

/// How long one condition may work.
const LIMIT: Duration = Duration::from_secs(2);

/// How many steps of SQLite's machine pass between two looks at the clock.
const STEPS: i32 = 10_000;

/// The longest condition, in bytes.
const LONGEST: usize = 4_000;

/// The functions that a condition may call: none that reads a file, changes state, or makes large texts from small.
const FUNCTIONS: &[&str] = &[
    "abs",
    "avg",
    "coalesce",
    "count",
    "date",
    "datetime",
    "glob",
    "ifnull",
    "iif",
    "instr",
    "julianday",
    "length",
    "like",
    "lower",
    "ltrim",
    "max",
    "min",
    "nullif",
    "round",
    "rtrim",
    "strftime",
    "substr",
    "substring",
    "sum",
    "trim",
    "unicode",
    "upper",
];

/// What one condition may need: texts of a megabyte, patterns as people write them, and no deep nesting.
const LIMITS: [(Limit, i32); 4] = [
    (Limit::SQLITE_LIMIT_LENGTH, 1_000_000),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 20),
];

/// The people for whom a condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queried {
    /// They, by slug.
    pub people: Vec<Person>,
    /// The columns that the condition reads, each once.
    pub columns: Vec<Column>,
}

const COLUMNS: &str = "slug, first_name, last_name, company, position, connected_on";

impl Ledger {
    /// The people of an account for whom a condition holds, by slug, and what the condition looks at.
    ///
    /// The condition sees the table `people(slug, first_name, last_name, company, position, connected_on)`, days as
    /// ISO text; people absent from the newest export are not in it. It reads nothing else, writes nothing, and is
    /// stopped after two seconds. No text that it makes may be longer than a megabyte.
    ///
    /// # Errors
    /// `Where` with what SQLite says about the text; else what the database says.
    pub fn query_people(&self, account: &AccountName, condition: &str) -> Result<Queried, LedgerError> {
        let mut db = copy_of_people(&self.home.database(), account)?;
        let read: Arc<Mutex<BTreeSet<Column>>> = Arc::default();
        restrict(&mut db, &read)?;
        check_condition(&db, condition)?;
        // What is read from here on is read to show the people.
        let columns = read.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        // The line break ends a comment in which the condition may end.
        let text = format!("SELECT {COLUMNS} FROM people WHERE ({condition}\n) ORDER BY slug");
        let mut statement = db.prepare(&text).map_err(|error| refused(&error))?;
        let mut rows = statement.raw_query();
        let mut people = Vec::new();
        while let Some(row) = rows.next().map_err(|error| refused(&error))? {
            people.push(person(row)?);
        }
        Ok(Queried { people, columns })
    }
}

fn copy_of_people(database: &Path, account: &AccountName) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(database, flags)?;
    db.busy_timeout(LIMIT)?;
    db.execute_batch(
        "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;
         CREATE TEMP TABLE people (slug TEXT, first_name TEXT, last_name TEXT, company TEXT, position TEXT,
                                   connected_on TEXT) STRICT;",
    )?;
    db.execute(
        &format!(
            "INSERT INTO temp.people SELECT {COLUMNS} FROM main.known_person WHERE account = ?1 AND absent_since_us IS NULL"
        ),
        [account.as_str()],
    )?;
    Ok(db)
}

fn restrict(db: &mut Connection, read: &Arc<Mutex<BTreeSet<Column>>>) -> Result<(), LedgerError> {
    for (limit, most) in LIMITS {
        db.set_limit(limit, most)?;
    }
    let read = Arc::clone(read);
    db.authorizer(Some(move |context: AuthContext<'_>| {
        if let AuthAction::Read { column_name, .. } = context.action {
            read.lock().unwrap_or_else(PoisonError::into_inner).extend(Column::named(column_name));
        }
        authorize(context)
    }))?;
    let begun = Instant::now();
    db.progress_handler(STEPS, Some(move || begun.elapsed() > LIMIT))?;
    Ok(())
}

fn authorize(context: AuthContext<'_>) -> Authorization {
    let allowed = match context.action {
        AuthAction::Select => true,
        // A table of which no column is read comes without its database, by the name in the text.
        AuthAction::Read { table_name, column_name: "" } => {
            table_name.eq_ignore_ascii_case("people") && matches!(context.database_name, None | Some("temp"))
        }
        AuthAction::Read { table_name, .. } => table_name == "people" && context.database_name == Some("temp"),
        AuthAction::Function { function_name } => {
            FUNCTIONS.iter().any(|known| known.eq_ignore_ascii_case(function_name))
        }
        _ => false,
    };
    if allowed { Authorization::Allow } else { Authorization::Deny }
}

/// Checks that the text is one condition and not the end of one and the beginning of another.
///
/// It must stand both without parentheses, where `1) or (1` does not, and within them, where `1 LIMIT 1` does not.
/// Nothing is run.
fn check_condition(db: &Connection, condition: &str) -> Result<(), LedgerError> {
    let bad = |what: &str| Err(LedgerError::new(LedgerErrorKind::Where, what));
    if condition.trim().is_empty() {
        return bad("the condition is empty");
    }
    if condition.len() > LONGEST {
        return bad("the condition is longer than 4,000 bytes");
    }
    if condition.contains('\0') {
        return bad("the condition holds a zero byte");
    }
    if let Err(what) = check_shape(condition) {
        return bad(&format!("the condition is not accepted: {what}"));
    }
    if let Err(no_day) = days_compared::check(condition) {
        let what = format!("the condition is not accepted: {}", no_day.what);
        return Err(LedgerError::new(LedgerErrorKind::NoDay { corrected: no_day.corrected }, what));
    }
    for text in
        [format!("SELECT 1 FROM people WHERE {condition}"), format!("SELECT 1 FROM people WHERE ({condition}\n)")]
    {
        db.prepare(&text).map_err(|error| refused(&error))?;
    }
    Ok(())
}

fn refused(error: &rusqlite::Error) -> LedgerError {
    use rusqlite::ErrorCode;
    let why = match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => match other.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => "it takes longer than 2 seconds".to_owned(),
            Some(ErrorCode::AuthorizationForStatementDenied) => "it reads or calls what it may not".to_owned(),
            _ => other.to_string(),
        },
    };
    LedgerError::new(LedgerErrorKind::Where, format!("the condition is not accepted: {}", why.escape_debug()))
}
