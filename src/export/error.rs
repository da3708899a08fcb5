//! Why a file is refused: where, what is wrong with it, and what to do.

use std::fmt;
use std::io;

/// A file that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportError {
    /// The file's name.
    pub file: String,
    /// The line of the table, from 1, where one can be named.
    pub line: Option<u64>,
    /// What is wrong.
    pub refusal: Refusal,
}

/// What is wrong with a file. Texts in it come from the file and are not escaped; [`ExportError`] escapes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It cannot be read.
    Unreadable(io::ErrorKind),
    /// It is a folder.
    Folder,
    /// It is no plain file: a pipe, a device, a socket.
    NotAFile,
    /// It has no bytes, or only white space.
    Empty,
    /// It is no table at all.
    NoTable {
        /// What it looks like: "a PDF document", …
        looks_like: &'static str,
    },
    /// It is a table of something else.
    OtherTable {
        /// Its first line, or the row below notes that looks most like a head; shortened.
        head: String,
        /// Whether that is the first line.
        is_first: bool,
        /// What it is, if it is known.
        known_as: Option<&'static str>,
    },
    /// It is in UTF-16.
    Utf16,
    /// It has a NUL byte.
    Nul,
    /// One row is longer than any row can be.
    RowTooLong,
    /// One row runs on over many lines: a quote is missing.
    RunawayRow {
        /// Its last line.
        to: u64,
    },
    /// It has more rows than a network has people.
    TooManyRows,
    /// The archive is cut short or damaged.
    DamagedArchive,
    /// The archive has a password.
    Encrypted,
    /// The archive packs a file in a way that is not read here.
    UnknownPacking,
    /// The archive holds no `Connections.csv`.
    NoConnections {
        /// Some of what it does hold.
        holds: Vec<String>,
    },
    /// The archive holds several.
    SeveralConnections {
        /// Their names.
        names: Vec<String>,
    },
    /// The archive unpacks to far more than an export has.
    Bomb,
}

impl Refusal {
    /// What is wrong, as a fragment.
    fn what(&self) -> String {
        match self {
            Self::Unreadable(io::ErrorKind::NotFound) => "is not there".to_owned(),
            Self::Unreadable(kind) => format!("cannot be read: {kind}"),
            Self::Folder => "is a folder".to_owned(),
            Self::NotAFile => "is no plain file but a pipe, a device or a socket".to_owned(),
            Self::Empty => "is empty".to_owned(),
            Self::NoTable { looks_like } => format!("is {looks_like} and no table of connections"),
            Self::OtherTable { head, is_first, known_as } => {
                let place = if *is_first { "its first line is" } else { "what looks most like a head is" };
                match known_as {
                    Some(known) => format!("is {known}; {place} `{}`", shown(head)),
                    None => format!(
                        "has no row with `First Name`, `Last Name` and `Connected On`; {place} `{}`",
                        shown(head)
                    ),
                }
            }
            Self::Utf16 => "is in UTF-16; the export is in UTF-8".to_owned(),
            Self::Nul => "has a NUL byte, which no text has".to_owned(),
            Self::RowTooLong => "this row is longer than 1 MiB".to_owned(),
            Self::RunawayRow { to } => {
                format!("this row runs on to line {to}: a `\"` is missing, or there is one too many")
            }
            Self::TooManyRows => "has more than 250,000 rows; no network is that large".to_owned(),
            Self::DamagedArchive => "is a damaged archive, or only a part of one".to_owned(),
            Self::Encrypted => "holds a `Connections.csv` with a password".to_owned(),
            Self::UnknownPacking => "holds a `Connections.csv` that is packed in an unusual way".to_owned(),
            Self::NoConnections { holds } => format!("holds no `Connections.csv`, but {}", list(holds)),
            Self::SeveralConnections { names } => format!("holds {} of them: {}", names.len(), list(names)),
            Self::Bomb => "unpacks to far more than an export has".to_owned(),
        }
    }

    /// What to do about it.
    fn mend(&self) -> &'static str {
        match self {
            Self::Unreadable(io::ErrorKind::NotFound) => "check the name and the folder",
            Self::Unreadable(_) => "check the name and its permissions",
            Self::Folder => "give `Connections.csv` in it, or the archive as it was downloaded",
            Self::NotAFile => "save it to a file first, and give that",
            Self::Empty | Self::DamagedArchive | Self::Bomb => "download the archive again",
            Self::NoTable { looks_like } if looks_like.contains("spreadsheet") => {
                "open it and save it as CSV in UTF-8, or give the archive as it was downloaded"
            }
            Self::NoTable { looks_like } if looks_like.contains("gzip") || looks_like.contains("pack") => {
                "unpack it first, and save a table in it as CSV"
            }
            Self::NoTable { .. } => "give the downloaded zip archive, or the `Connections.csv` in it",
            Self::OtherTable { known_as: Some(OURS), .. } => "give it to `plan new --people`",
            Self::OtherTable { .. } => "give the `Connections.csv` of the export",
            Self::Utf16 | Self::Nul | Self::RowTooLong | Self::RunawayRow { .. } | Self::TooManyRows => {
                "take the file from the archive again, not one that another program saved"
            }
            Self::Encrypted | Self::UnknownPacking => "unpack it and give the `Connections.csv`",
            Self::NoConnections { .. } => "ask for a new export with Connections ticked, or give the other part of it",
            Self::SeveralConnections { .. } => "unpack the right one and give that",
        }
    }
}

/// What a table of this program's own is called.
pub(super) const OURS: &str = "a table of this program";

fn shown(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}

fn list(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        names => names.iter().map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>().join(", "),
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", shown(&self.file))?;
        match self.line {
            Some(line) => write!(f, ", line {line}: ")?,
            None => f.write_str(" ")?,
        }
        write!(f, "{}; {}", self.refusal.what(), self.refusal.mend())
    }
}

impl std::error::Error for ExportError {}
