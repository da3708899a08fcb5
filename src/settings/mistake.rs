//! A mistake in a setting: where, what, and what to do.

use std::fmt;
use std::ops::Range;

/// Where a setting was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: it is the default.
    Defaults,
    /// In the user's file.
    File {
        /// The file's name.
        name: String,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// The bytes of the file that it is about.
        span: Range<usize>,
    },
    /// In the environment.
    Environment {
        /// The variable.
        variable: String,
    },
    /// On the command line.
    Argument {
        /// The flag.
        flag: &'static str,
    },
}

impl Place {
    pub(super) fn in_file(name: &str, text: &str, span: Range<usize>) -> Self {
        let start = span.start.min(text.len());
        let before = text.get(..start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self::File { name: name.to_owned(), line, column, span }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Defaults => f.write_str("the defaults"),
            Self::File { name, line, column, .. } => write!(f, "{name}:{line}:{column}"),
            Self::Environment { variable } => f.write_str(variable),
            Self::Argument { flag } => f.write_str(flag),
        }
    }
}

/// A setting that is not one, or has a value that it cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingMistake {
    /// Where.
    pub place: Place,
    /// Which setting, such as `pace.per_day`, as it was written; empty where the file is no TOML.
    pub key: String,
    /// What is wrong; texts of the user's in it are escaped.
    pub what: String,
    /// What to do about it.
    pub mend: String,
}

impl fmt::Display for SettingMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.what, self.mend)
    }
}

impl std::error::Error for SettingMistake {}
