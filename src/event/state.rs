//! The state machine of one effect: one person, one action, one plan.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::id::BadId;

/// Where one effect stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EffectState {
    /// In a plan that nobody approved yet.
    Planned,
    /// A person approved the plan's hash.
    Approved,
    /// The person is being looked up; nothing was sent.
    Precheck,
    /// The intention is on disk; a click may have been sent.
    Intent,
    /// Proved: the armed click was blocked in the page, and it was the first of its intention.
    NotSent,
    /// The last click landed; that is no proof of the effect.
    Acted,
    /// Error, timeout, crash or lost session after the intention.
    Unknown,
    /// Being read again from a fresh load, read-only.
    Verifying,
    /// One positive reading: the person is gone from the network.
    Done,
    /// The audit at the end of the batch read it again.
    Confirmed,
    /// Positive proof that the person is still there, long enough after the click.
    NotApplied,
    /// Contradictory or unreadable: a person must look.
    NeedsHuman,
    /// A person looked and says that it is done.
    DoneByOperator,
    /// Was not in the network before we did anything.
    AlreadyGone,
    /// Not found under the name of the plan. That says nothing of whether the person is in the network: people rename themselves.
    NotFound,
    /// The page shows somebody else than the plan means.
    Mismatch,
    /// On the keep list.
    Excluded,
    /// The plan was dropped, stopped or renewed.
    Expired,
    /// A person decided to leave it.
    Skipped,
    /// Could not be done; nothing was sent, or proof says that nothing happened.
    Failed,
}

/// Every state with its name, in the order of [`EffectState`].
pub const STATES: [(EffectState, &str); 20] = [
    (EffectState::Planned, "PLANNED"),
    (EffectState::Approved, "APPROVED"),
    (EffectState::Precheck, "PRECHECK"),
    (EffectState::Intent, "INTENT"),
    (EffectState::NotSent, "NOT_SENT"),
    (EffectState::Acted, "ACTED"),
    (EffectState::Unknown, "UNKNOWN"),
    (EffectState::Verifying, "VERIFYING"),
    (EffectState::Done, "DONE"),
    (EffectState::Confirmed, "CONFIRMED"),
    (EffectState::NotApplied, "NOT_APPLIED"),
    (EffectState::NeedsHuman, "NEEDS_HUMAN"),
    (EffectState::DoneByOperator, "DONE_BY_OPERATOR"),
    (EffectState::AlreadyGone, "ALREADY_GONE"),
    (EffectState::NotFound, "NOT_FOUND"),
    (EffectState::Mismatch, "MISMATCH"),
    (EffectState::Excluded, "EXCLUDED"),
    (EffectState::Expired, "EXPIRED"),
    (EffectState::Skipped, "SKIPPED"),
    (EffectState::Failed, "FAILED"),
];

impl EffectState {
    /// The name in the ledger.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("?", |(_, name)| name)
    }

    /// Whether it is unknown to us, right now, whether the site did it. At most one effect an account is in flight;
    /// any number may wait for a person.
    #[must_use]
    pub fn in_doubt(self) -> bool {
        self.in_flight() || self == Self::NeedsHuman
    }

    /// Whether a click may have been sent whose outcome was not read: INTENT, ACTED, UNKNOWN or VERIFYING.
    #[must_use]
    pub fn in_flight(self) -> bool {
        matches!(self, Self::Intent | Self::Acted | Self::Unknown | Self::Verifying)
    }

    /// Whether the program still has something to do about it by itself.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.in_flight()
            || matches!(self, Self::Approved | Self::Precheck | Self::NotSent | Self::NotApplied | Self::Done)
    }

    /// The states that may follow.
    #[must_use]
    pub fn may_become(self) -> &'static [Self] {
        use EffectState::{
            Acted, AlreadyGone, Approved, Confirmed, Done, DoneByOperator, Excluded, Expired, Failed, Intent, Mismatch,
            NeedsHuman, NotApplied, NotFound, NotSent, Planned, Precheck, Skipped, Unknown, Verifying,
        };
        match self {
            Planned => &[Approved, Excluded, Expired],
            Approved => &[Precheck, Expired, Excluded],
            Precheck => &[Intent, AlreadyGone, NotFound, Mismatch, Excluded, Approved, Failed],
            Intent => &[Acted, Unknown, NotSent],
            NotSent => &[Precheck, Failed],
            Acted => &[Verifying],
            Unknown => &[Verifying, NeedsHuman],
            Verifying => &[Verifying, Done, NotApplied, NeedsHuman],
            Done => &[Confirmed, NeedsHuman],
            NotApplied => &[Precheck, Failed],
            NeedsHuman => &[DoneByOperator, NotApplied, Skipped],
            Confirmed | DoneByOperator | AlreadyGone | NotFound | Mismatch | Excluded | Expired | Skipped | Failed => {
                &[]
            }
        }
    }

    /// Answers `to` if that step is legal.
    ///
    /// # Errors
    /// The step is not in the table.
    pub fn step(self, to: Self) -> Result<Self, IllegalStep> {
        if self.may_become().contains(&to) { Ok(to) } else { Err(IllegalStep { from: self, to }) }
    }
}

impl fmt::Display for EffectState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EffectState {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        STATES.iter().find(|(_, name)| *name == text).map(|(state, _)| *state).ok_or_else(|| BadId {
            what: "state",
            text: text.to_owned(),
            want: "one that this version knows",
        })
    }
}

/// A step that the state machine does not have: a bug of ours, or a damaged ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IllegalStep {
    /// Where the effect stands.
    pub from: EffectState,
    /// Where it cannot go.
    pub to: EffectState,
}

impl fmt::Display for IllegalStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an effect cannot go from {} to {}", self.from, self.to)
    }
}

impl std::error::Error for IllegalStep {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether `INTENT` can be reached from `from` without passing `through`.
    fn reaches_intent(from: EffectState, through: &[EffectState], seen: &mut Vec<EffectState>) -> bool {
        from.may_become().iter().any(|next| {
            if *next == EffectState::Intent {
                return true;
            }
            if through.contains(next) || seen.contains(next) {
                return false;
            }
            seen.push(*next);
            reaches_intent(*next, through, seen)
        })
    }

    #[test]
    fn a_second_intention_needs_proof_that_the_first_did_nothing() {
        let proofs = [EffectState::NotApplied, EffectState::NotSent];
        assert!(!reaches_intent(EffectState::Intent, &proofs, &mut vec![]));
        assert!(reaches_intent(EffectState::Intent, &[], &mut vec![]));
    }

    #[test]
    fn nothing_in_flight_is_done_without_verification() {
        for (state, _) in STATES {
            if state != EffectState::Verifying {
                assert!(!state.may_become().contains(&EffectState::Done), "{state}");
            }
        }
    }

    #[test]
    fn names_are_read_back() {
        for (state, name) in STATES {
            assert_eq!(name.parse::<EffectState>().unwrap(), state);
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{name}\""));
        }
        assert!("GONE".parse::<EffectState>().is_err());
    }
}
