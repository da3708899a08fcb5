//! A line of a handout's `events.jsonl`: a link of the chain, or what is left of one about somebody else.

use serde::{Deserialize, Serialize};

use crate::event::id::Digest;
use crate::event::link::Link;
use crate::event::state::EffectState;

/// What is left of a link: its place and its two hashes. Its content is not here, so its hash cannot be worked out; the
/// links before and behind it hold it in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::evidence) struct Withheld {
    pub(in crate::evidence) seq: u64,
    pub(in crate::evidence) prev: Digest,
    pub(in crate::evidence) hash: Digest,
    /// What it was about, told by the program that made the handout.
    pub(in crate::evidence) withheld: About,
}

/// What a withheld entry was about, without saying who.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::evidence) struct About {
    /// The kind of fact.
    pub(in crate::evidence) kind: String,
    /// When it was recorded, UTC.
    pub(in crate::evidence) at: jiff::Timestamp,
    /// Initials and a keyed hash, or that hash alone; none where it is about nobody in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::evidence) person: Option<String>,
    /// Where it led, for a move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::evidence) to: Option<EffectState>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::evidence) enum Line {
    Whole(Link),
    Withheld(Withheld),
}

impl Line {
    /// Reads a line; none if it is neither.
    pub(in crate::evidence) fn parse(line: &[u8]) -> Option<Self> {
        let whole = serde_json::from_slice(line).map(Self::Whole);
        whole.or_else(|_| serde_json::from_slice(line).map(Self::Withheld)).ok()
    }

    /// Its place, the hash before and its own.
    pub(in crate::evidence) fn place(&self) -> (u64, Digest, Digest) {
        match self {
            Self::Whole(link) => (link.seq, link.prev, link.hash),
            Self::Withheld(withheld) => (withheld.seq, withheld.prev, withheld.hash),
        }
    }
}
