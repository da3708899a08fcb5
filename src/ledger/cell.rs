//! How values lie in the ledger's columns, and how they are read back.

use std::str::FromStr;

use jiff::Timestamp;

use super::ledger_error::LedgerError;
use crate::event::id::BadId;

/// A moment as the ledger keeps it: whole microseconds, because they fit every time that jiff knows.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// Reads a moment back.
pub(super) fn moment(micros: i64) -> Result<Timestamp, LedgerError> {
    Timestamp::from_microsecond(micros).map_err(|_| LedgerError::damaged("a time in the ledger is out of range"))
}

/// Reads a moment back that may be missing.
pub(super) fn moment_if_any(micros: Option<i64>) -> Result<Option<Timestamp>, LedgerError> {
    micros.map(moment).transpose()
}

/// Reads back a text that has its own type.
pub(super) fn parsed<T: FromStr<Err = BadId>>(text: &str) -> Result<T, LedgerError> {
    text.parse().map_err(|bad| LedgerError::damaged(format!("a row of the ledger: {bad}")))
}

/// Reads back a text that has its own type and may be missing.
pub(super) fn parsed_if_any<T: FromStr<Err = BadId>>(text: Option<String>) -> Result<Option<T>, LedgerError> {
    text.as_deref().map(parsed).transpose()
}

/// Reads back a number that is never negative.
pub(super) fn count(number: i64) -> Result<u64, LedgerError> {
    u64::try_from(number).map_err(|_| LedgerError::damaged("a number in the ledger is negative"))
}

/// A number as SQLite holds it.
pub(super) fn integer(number: u64) -> Result<i64, LedgerError> {
    i64::try_from(number).map_err(|_| LedgerError::bug("a number is too large for the ledger"))
}
