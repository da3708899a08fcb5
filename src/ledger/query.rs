//! SQL of the user's, on a copy of the people of one account and on nothing else.
//!
//! The text runs on a connection of its own that was opened for reading. Its `people` is a copy in memory, not a view:
//! SQLite's authorizer names the view through which a table is read, but a `WITH people AS (…)` of the user's own
//! would be named the same. Only the copy may be read, so there is nothing behind it to reach.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, OpenFlags};

use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::people::person;
use super::store::Ledger;
use crate::event::id::AccountName;
use crate::plan::person::Person;

/// How long one condition may work.
const LIMIT: Duration = Duration::from_secs(3);

/// How many steps of SQLite's machine pass between two looks at the clock.
const STEPS: i32 = 10_000;

/// The longest condition, in bytes.
const LONGEST: usize = 10_000;

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

const COLUMNS: &str = "slug, first_name, last_name, company, position, connected_on";

impl Ledger {
    /// The people of an account for whom a condition holds, by slug; all of them where there is no condition.
    ///
    /// The condition sees the table `people(slug, first_name, last_name, company, position, connected_on)`, days as
    /// ISO text; people absent from the newest export are not in it. It reads nothing else, writes nothing, and is
    /// stopped after three seconds.
    ///
    /// # Errors
    /// `Where` with what SQLite says about the text; else what the database says.
    pub fn query_people(&self, account: &AccountName, condition: Option<&str>) -> Result<Vec<Person>, LedgerError> {
        let mut db = copy_of_people(&self.home.database(), account)?;
        if let Some(condition) = condition {
            restrict(&mut db)?;
            check_condition(&db, condition)?;
        }
        // The line break ends a comment in which the condition may end.
        let text = format!("SELECT {COLUMNS} FROM people WHERE ({}\n) ORDER BY slug", condition.unwrap_or("1"));
        let mut statement = db.prepare(&text).map_err(|error| refused(&error))?;
        let mut rows = statement.raw_query();
        let mut people = Vec::new();
        while let Some(row) = rows.next().map_err(|error| refused(&error))? {
            people.push(person(row)?);
        }
        Ok(people)
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

fn restrict(db: &mut Connection) -> Result<(), LedgerError> {
    db.authorizer(Some(authorize))?;
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
        return bad("the condition is longer than 10,000 bytes");
    }
    if condition.contains('\0') {
        return bad("the condition holds a zero byte");
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
            Some(ErrorCode::OperationInterrupted) => "it takes longer than 3 seconds".to_owned(),
            Some(ErrorCode::AuthorizationForStatementDenied) => "it reads or calls what it may not".to_owned(),
            _ => other.to_string(),
        },
    };
    LedgerError::new(LedgerErrorKind::Where, format!("the condition is not accepted: {}", why.escape_debug()))
}
