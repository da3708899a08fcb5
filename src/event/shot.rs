//! A picture as the ledger knows it: what it shows, its hash, where it lies.

use serde::{Deserialize, Serialize};

use super::id::Digest;

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShotRole {
    /// The person's row, before anything was clicked.
    Before,
    /// The dialog that asks for confirmation.
    Confirm,
    /// The page on which the outcome was read.
    After,
    /// The page that stopped us or that could not be read.
    Incident,
    /// The page after one step of a walk of which every step is kept.
    Step,
    /// The public address of the account, as somebody sees it who is not signed in.
    Public,
    /// The page after a step of an earlier run, which this run walked again.
    Then,
    /// Where that picture and the new one differ.
    Difference,
}

/// How the words of a move say that the picture which belongs to it was not kept, since it might have shown a secret.
pub const WITHHELD: &str = "no picture: withheld, because ";

impl ShotRole {
    /// The role as a file name without ending.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Confirm => "confirm",
            Self::After => "after",
            Self::Incident => "incident",
            Self::Step => "step",
            Self::Public => "public",
            Self::Then => "then",
            Self::Difference => "difference",
        }
    }
}

/// A kept picture. Its bytes lie in the run's evidence folder under `path`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shot {
    /// What it shows.
    pub role: ShotRole,
    /// The hash of the exact bytes.
    pub sha256: Digest,
    /// Where it lies, relative to the run's folder, with `/`.
    pub path: String,
    /// How many bytes it has.
    pub bytes: u64,
}
