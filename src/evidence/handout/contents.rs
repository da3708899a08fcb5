//! What a handout is made of, and the list of what is in it and what was left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::id::{AccountName, Digest, Realm, RunId, Slug};
use crate::evidence::envelope::SealKey;
use crate::evidence::manifest::{ChainPlace, Gap};

/// How much of other people's names it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Names {
    /// Everything, as it is.
    Full,
    /// Initials and a keyed hash; nothing else of them.
    Initials,
    /// A keyed hash; nothing else of them.
    Hidden,
}

impl Names {
    /// The word of the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Initials => "initials",
            Self::Hidden => "hidden",
        }
    }
}

/// What a handout is made of.
#[derive(Debug)]
pub struct Order<'a> {
    /// How much of other people's names it shows.
    pub names: Names,
    /// Everybody whose name the ledger knows.
    pub people: &'a BTreeMap<Slug, String>,
    /// Paths of pages that show the account itself and nobody else, as they begin.
    pub own_pages: &'a [&'a str],
    /// The key that signs it and that hides names.
    pub key: &'a SealKey,
}

/// The content of `handout.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handout {
    /// The version of its shape: 1.
    pub v: u32,
    /// The run.
    pub run: RunId,
    /// The account.
    pub account: AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// Name and version of the program that wrote it.
    pub program: String,
    /// How much of other people's names it shows.
    pub names: Names,
    /// The hash of the run's own `manifest.json`.
    pub manifest_sha256: Digest,
    /// The hash of the run's own `seal.json`; none where it has none.
    pub seal_sha256: Option<Digest>,
    /// The link before the run's first one.
    pub chain_before: ChainPlace,
    /// The last link.
    pub chain_head: ChainPlace,
    /// Where other runs of the account lie between two links.
    pub gaps: Vec<Gap>,
    /// What it can show and what it cannot.
    pub limits: Vec<String>,
    /// Every file below `proof/`, sorted by path.
    pub files: Vec<Listed>,
    /// What the run's proof has and this has not, in the order of the run's own manifest.
    pub left_out: Vec<LeftOut>,
}

/// A file of a handout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Where it lies.
    pub path: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// The hash of its exact bytes.
    pub sha256: Digest,
}

/// A file that was left out. Its path is not told, because it may hold a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// What it is for.
    pub role: String,
    /// The hash of its exact bytes.
    pub sha256: Digest,
    /// Why.
    pub why: String,
}
