//! What can go wrong with the ledger, how a command then ends, and what the user does about it.

use std::fmt;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::ErrorCode;

use crate::event::exit::Ending;
use crate::event::state::IllegalStep;

/// Why the ledger did not do what was asked. Nothing of the asked change was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerError {
    /// What kind of failure: decides the exit code and the advice.
    pub kind: LedgerErrorKind,
    /// Where and what, as a lower-case fragment.
    pub what: String,
}

/// The kinds of [`LedgerError`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerErrorKind {
    /// A file or folder is open to others, belongs to somebody else, or is a symbolic link.
    Permissions {
        /// The command that mends it.
        fix: String,
    },
    /// The ledger cannot be written.
    ReadOnly,
    /// No space is left.
    DiskFull,
    /// The disk or the file system failed; whether the last change is kept is unknown until the next start.
    Io,
    /// The chain, a row or the file is not what the program wrote.
    Damaged,
    /// A newer version of the program wrote it.
    NewerSchema,
    /// There is no ledger, and what lies beside its place says that there was one.
    Lost,
    /// The data directory is a copy of another one.
    Copied,
    /// The ledger is older than what is remembered of it: a backup was put back.
    RolledBack,
    /// Another process owns the account.
    Owned {
        /// Its process id, where it is known.
        pid: Option<u32>,
        /// Since when it owns the account.
        since: Option<Timestamp>,
    },
    /// Another owner took over while this one believed to be it.
    Fenced,
    /// Another process writes for longer than was waited.
    Busy,
    /// There is no such plan, run, incident, request or person.
    NotFound,
    /// The account belongs to the other realm.
    OtherRealm,
    /// The plan was dropped, is approved already, or its hash is another one.
    StalePlan,
    /// The text after `--where` is no condition on people.
    Where,
    /// The text after `--where` compares the day of a connection with what is no day.
    NoDay {
        /// The condition as it is meant, where that can be told.
        corrected: Option<String>,
    },
    /// Rows that were handed in do not fit the rules.
    BadInput,
    /// There is a file where a folder is wanted.
    NoFolder,
    /// The state machine does not have that step.
    Illegal(IllegalStep),
    /// "Still there" is no proof so soon after the click, or the site named a later time.
    TooEarly {
        /// From when on it is.
        not_before: Timestamp,
    },
    /// A bug of ours.
    Bug,
}

impl LedgerError {
    /// An error of this kind.
    pub(super) fn new(kind: LedgerErrorKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into() }
    }

    /// The chain, a row or the file is not what the program wrote.
    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::new(LedgerErrorKind::Damaged, what)
    }

    /// There is no such thing.
    pub(super) fn not_found(what: impl Into<String>) -> Self {
        Self::new(LedgerErrorKind::NotFound, what)
    }

    /// A caller of this module broke its rules.
    pub(super) fn bug(what: impl Into<String>) -> Self {
        Self::new(LedgerErrorKind::Bug, what)
    }

    /// A file operation failed.
    pub(super) fn io(path: &Path, error: &std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => LedgerErrorKind::DiskFull,
            std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => LedgerErrorKind::ReadOnly,
            _ => LedgerErrorKind::Io,
        };
        Self::new(kind, format!("`{}`: {error}", path.display()))
    }

    /// How a command that meets this error ends.
    #[must_use]
    pub fn ending(&self) -> Ending {
        use LedgerErrorKind as Kind;
        match self.kind {
            Kind::Permissions { .. }
            | Kind::ReadOnly
            | Kind::DiskFull
            | Kind::Io
            | Kind::Damaged
            | Kind::NewerSchema
            | Kind::Lost
            | Kind::Copied
            | Kind::RolledBack => Ending::Damaged,
            Kind::Owned { .. } | Kind::Fenced | Kind::Busy => Ending::Owned,
            Kind::NotFound | Kind::NoFolder | Kind::Where | Kind::NoDay { .. } => Ending::Usage,
            Kind::OtherRealm | Kind::StalePlan | Kind::BadInput => Ending::BadFile,
            Kind::Illegal(_) | Kind::TooEarly { .. } | Kind::Bug => Ending::Bug,
        }
    }

    /// What the user does about it.
    #[must_use]
    pub fn advice(&self) -> String {
        use LedgerErrorKind as Kind;
        match &self.kind {
            Kind::Permissions { fix } => format!("look at it and mend it with `{fix}`"),
            Kind::ReadOnly => "make the data directory writable, or choose another with --data-dir".into(),
            Kind::DiskFull => "make room on the disk, then run the same command again".into(),
            Kind::Io => "look at the disk; nothing more is written until the program starts again".into(),
            Kind::Damaged => "nothing is changed from here on; keep the folder as it is, and begin with a new one by \
                              --data-dir"
                .into(),
            Kind::NewerSchema => "use the newer version of exeunt that wrote it".into(),
            Kind::Lost => {
                "put your newest copy of `ledger.sqlite` back: it is accepted if nothing was done since; without one, \
                           move the whole folder elsewhere and import again, but not before a month is over, because \
                           nobody else counted what was done"
                    .into()
            }
            Kind::Copied => "go on in the original, or begin with a new folder by --data-dir and import again: two \
                             copies would spend the same limits twice"
                .into(),
            Kind::RolledBack => {
                "put the newer ledger back. If it is lost, begin with a new folder by --data-dir, import or \
                                 scan again, and wait a month: what was spent of the limits is not known any more"
                    .into()
            }
            Kind::Owned { pid: Some(pid), since: Some(since) } => {
                format!("process {pid} works on it since {since}; wait for it, or look with `exeunt status`")
            }
            Kind::Owned { .. } => "wait for the other process, or look with `exeunt status`".into(),
            Kind::Fenced => "end this process; `exeunt status` shows the one that took over".into(),
            Kind::Busy => "wait until the other process is done, then run the same command again".into(),
            Kind::NotFound => "look at the names with `exeunt plan list` or `exeunt status`".into(),
            Kind::OtherRealm => "choose another --account for this site".into(),
            Kind::StalePlan => "look at it with `exeunt plan show last`, or make a new plan".into(),
            Kind::Where => "the columns are slug, first_name, last_name, company, position, connected_on; for example \
                            `company = 'Acme' and connected_on < '2020-01-01'`"
                .into(),
            Kind::NoDay { corrected: Some(corrected) } => {
                format!("give it as --where {}", quoted_text(corrected))
            }
            Kind::NoDay { corrected: None } => {
                "write the day in quotes: year, month and day, like connected_on > '2011-06-01'".into()
            }
            Kind::BadInput => "mend the rows that are named".into(),
            Kind::NoFolder => "name another folder with --data-dir".into(),
            Kind::TooEarly { not_before } => format!("do it at {not_before} or later"),
            Kind::Illegal(_) | Kind::Bug => "this is a bug of exeunt; please report it".into(),
        }
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.advice())
    }
}

impl std::error::Error for LedgerError {}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        use LedgerErrorKind as Kind;
        let kind = match &error {
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::QueryReturnedNoRows
            | rusqlite::Error::Utf8Error(..) => Kind::Damaged,
            _ if extended(&error) == Some(NO_ROOM_FOR_THE_INDEX) => Kind::DiskFull,
            _ => match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => Kind::DiskFull,
                Some(ErrorCode::ReadOnly) => Kind::ReadOnly,
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Kind::Damaged,
                Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Kind::Io,
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Kind::Busy,
                _ => Kind::Bug,
            },
        };
        Self::new(kind, format!("the ledger's database: {error}"))
    }
}

/// `SQLITE_IOERR_SHMSIZE`: the index of the write-ahead log could not grow. SQLite calls a full disk that only there.
const NO_ROOM_FOR_THE_INDEX: i32 = 10 | (19 << 8);

fn extended(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}

/// A text as a shell takes it, in double quotes where that is enough, because a condition has single ones.
fn quoted_text(text: &str) -> String {
    if text.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", text.replace('\'', r"'\''"))
    } else {
        format!("\"{text}\"")
    }
}

/// A path as a shell takes it.
pub(super) fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}
