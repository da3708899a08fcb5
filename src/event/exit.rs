//! How a command ended, and which ending outranks which.

use serde::{Deserialize, Serialize};

/// The exit codes of the command line contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// 0: done.
    Done,
    /// 1: a bug of ours.
    Bug,
    /// 2: the command line asks for something that is not there or not allowed.
    Usage,
    /// 3: a file of the user's is wrong, the approval does not fit, or the pack does not fit the page.
    BadFile,
    /// 4: some people failed, or evidence is incomplete.
    SomeFailed,
    /// 5: the site stopped us, or it is another account.
    Stopped,
    /// 6: browser or driver unavailable.
    NoBrowser,
    /// 7: ledger or evidence damaged, disk full or read-only.
    Damaged,
    /// 8: something is in doubt and needs a look.
    InDoubt,
    /// 9: all that is allowed now was done; due again later.
    DueLater,
    /// 10: another process owns this account.
    Owned,
    /// 130: interrupted.
    Interrupted,
}

/// From the one that outranks all others to the one that outranks none.
const RANKS: [Ending; 12] = [
    Ending::Bug,
    Ending::Usage,
    Ending::Interrupted,
    Ending::Damaged,
    Ending::InDoubt,
    Ending::Stopped,
    Ending::BadFile,
    Ending::NoBrowser,
    Ending::Owned,
    Ending::SomeFailed,
    Ending::DueLater,
    Ending::Done,
];

impl Ending {
    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Bug => 1,
            Self::Usage => 2,
            Self::BadFile => 3,
            Self::SomeFailed => 4,
            Self::Stopped => 5,
            Self::NoBrowser => 6,
            Self::Damaged => 7,
            Self::InDoubt => 8,
            Self::DueLater => 9,
            Self::Owned => 10,
            Self::Interrupted => 130,
        }
    }

    /// The word in the last JSON line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Bug => "bug",
            Self::Usage => "usage",
            Self::BadFile => "bad-file",
            Self::SomeFailed => "some-failed",
            Self::Stopped => "stopped",
            Self::NoBrowser => "no-browser",
            Self::Damaged => "damaged",
            Self::InDoubt => "in-doubt",
            Self::DueLater => "due-later",
            Self::Owned => "owned",
            Self::Interrupted => "interrupted",
        }
    }

    /// Of two endings that both hold, the one to report.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        RANKS.into_iter().find(|ending| *ending == self || *ending == other).unwrap_or(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_serious_ending_is_reported() {
        assert_eq!(Ending::Done.or(Ending::DueLater), Ending::DueLater);
        assert_eq!(Ending::SomeFailed.or(Ending::InDoubt), Ending::InDoubt);
        assert_eq!(Ending::InDoubt.or(Ending::Interrupted), Ending::Interrupted);
        let codes: Vec<u8> = RANKS[2..].iter().map(|ending| ending.code()).collect();
        assert_eq!(codes, [130, 7, 8, 5, 3, 6, 10, 4, 9, 0]);
    }
}
