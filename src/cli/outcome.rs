//! How a command ended: the exit code, the reason, and what the last line says.

use std::path::Path;
use std::{fmt, io};

use serde_json::{Map, Value};

use super::safe_text::{clean, shown};
use crate::event::exit::Ending;
use crate::evidence::error::EvidenceError;
use crate::ledger::LedgerError;
use crate::report::json::{self, ResultLine};

/// A command that came to its end, well or not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    /// Decides the exit code.
    pub(crate) ending: Ending,
    /// Why, as a sentence without a full stop.
    pub(crate) reason: String,
    /// The same for people where they were told its parts before; none: the reason itself.
    pub(crate) said: Option<String>,
    /// When to come back, where more is due.
    pub(crate) due_at: Option<jiff::Timestamp>,
    /// How many people are left.
    pub(crate) remaining: Option<u64>,
    /// More fields of the last JSON line.
    pub(crate) fields: Map<String, Value>,
    /// The very last lines for people: how to go on.
    pub(crate) next: Option<Next>,
}

/// The commands to go on with. What leads to them is said right before them, so that nothing comes in between and none is left
/// out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Next {
    /// What the commands are for; empty where the reason says it.
    pub(crate) lead_in: String,
    /// In this order, one a line.
    pub(crate) commands: Vec<String>,
}

impl Next {
    /// The command that these words lead to.
    pub(crate) fn led_to(lead_in: impl Into<String>, command: String) -> Self {
        Self { lead_in: lead_in.into(), commands: vec![command] }
    }
}

impl From<String> for Next {
    fn from(command: String) -> Self {
        Self::led_to("", command)
    }
}

impl Outcome {
    /// Done, for this reason.
    pub(crate) fn done(reason: impl Into<String>) -> Self {
        Self::of(Ending::Done, reason)
    }

    /// Ended like this, for this reason.
    pub(crate) fn of(ending: Ending, reason: impl Into<String>) -> Self {
        Self {
            ending,
            reason: reason.into(),
            said: None,
            due_at: None,
            remaining: None,
            fields: Map::new(),
            next: None,
        }
    }

    /// With one more field in the last JSON line.
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(key.to_owned(), value.into());
        self
    }

    /// The last line under `--json`.
    pub(crate) fn line(&self) -> String {
        let line = ResultLine {
            ending: self.ending,
            reason: self.reason.clone(),
            due_at: self.due_at,
            remaining: self.remaining,
        };
        json::result(&line, &self.fields)
    }
}

/// Why a command could not do what was asked: what is wrong and what to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    /// Decides the exit code.
    pub(crate) ending: Ending,
    /// What is wrong.
    pub(crate) what: String,
    /// What to do about it.
    pub(crate) mend: String,
    /// When it may be tried again.
    pub(crate) due_at: Option<jiff::Timestamp>,
}

impl Failure {
    /// A failure with its mend.
    pub(crate) fn new(ending: Ending, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { ending, what: what.into(), mend: mend.into(), due_at: None }
    }

    /// The command line asks for something that is not there or not allowed.
    pub(crate) fn usage(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::new(Ending::Usage, what, mend)
    }

    /// A file of the user's is wrong.
    pub(crate) fn bad_file(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::new(Ending::BadFile, what, mend)
    }

    /// A file that the command was to make could not be made.
    pub(crate) fn not_made(file: &Path, error: &io::Error) -> Self {
        let (file, what) = (file.display(), "name a file that is not there yet, in a folder that you can write to");
        if error.kind() == io::ErrorKind::AlreadyExists {
            return Self::bad_file(shown(format!("{file} is there already")), what);
        }
        Self::bad_file(shown(format!("{file}: {error}")), what)
    }

    /// Of two failures that both hold, the one to report: by the order of exit codes, then the first.
    pub(crate) fn or(self, other: Self) -> Self {
        if self.ending.or(other.ending) == self.ending { self } else { other }
    }

    /// As the end of a command.
    pub(crate) fn outcome(&self) -> Outcome {
        let mut outcome = Outcome::of(self.ending, self.what.clone());
        outcome.due_at = self.due_at;
        if self.mend.is_empty() { outcome } else { outcome.with("mend", self.mend.clone()) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.mend.is_empty() { Ok(()) } else { write!(f, "\n  what to do: {}", self.mend.replace('\n', "\n  ")) }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::new(error.ending(), clean(&error.what), clean(&error.advice()))
    }
}

impl From<EvidenceError> for Failure {
    fn from(error: EvidenceError) -> Self {
        Self::new(
            Ending::Damaged,
            clean(&error.to_string()),
            "make room or mend the folder's permissions, then run the command again",
        )
    }
}

/// What every command answers.
pub(crate) type Answer = Result<Outcome, Failure>;
