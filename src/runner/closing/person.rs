//! What is left for a person to settle: an effect whose outcome nobody read.

use super::{Closing, End};
use crate::event::exit::Ending;
use crate::event::fact::Moved;
use crate::event::shot::Shot;
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, LedgerError, Owner};
use crate::runner::clock::Clock;

impl Closing<'_> {
    /// The outcome is not proved: a person has to look. There is no second attempt.
    pub(super) fn for_a_person(&mut self, why: &str, shots: Vec<Shot>) -> Result<End, LedgerError> {
        self.on_the_way_to_a_reading("not read")?;
        self.step(EffectState::NeedsHuman, why, shots, vec![])?;
        Ok(End::of(Ending::InDoubt, format!("it is not proved that it happened, nor that it did not: {why}")))
    }

    /// From INTENT to VERIFYING, whichever part of that way is left.
    pub(super) fn on_the_way_to_a_reading(&mut self, why: &str) -> Result<(), LedgerError> {
        for (from, to) in [
            (EffectState::Intent, EffectState::Unknown),
            (EffectState::Acted, EffectState::Verifying),
            (EffectState::Unknown, EffectState::Verifying),
        ] {
            if self.effect()?.state == from {
                self.step(to, why, vec![], vec![])?;
            }
        }
        Ok(())
    }
}

/// Hands to a person what an earlier process left in flight on the account itself: nobody can read any more what its last
/// click did. Answers the effect, if there was one.
///
/// # Errors
/// What the ledger says.
pub fn settle_left_behind(owner: &mut Owner, clock: &Clock) -> Result<Option<EffectRow>, LedgerError> {
    let in_doubt = owner.ledger().in_doubt(owner.account(), owner.realm())?;
    let left = in_doubt.into_iter().find(|row| row.action.is_of_account() && row.state.in_flight());
    let Some(row) = left else { return Ok(None) };
    let mut state = row.state;
    while state != EffectState::NeedsHuman {
        let to = match state {
            EffectState::Intent => EffectState::Unknown,
            EffectState::Acted => EffectState::Verifying,
            _ => EffectState::NeedsHuman,
        };
        let moved = Moved {
            run: None,
            plan: row.plan.clone(),
            slug: row.slug.clone(),
            action: row.action,
            from: state,
            to,
            attempt: row.attempt,
            why: "the program ended after the intention; what the last click did was not read".to_owned(),
            shots: vec![],
            read: vec![],
        };
        owner.step(&clock.now(), &moved)?;
        state = to;
    }
    Ok(Some(row))
}
