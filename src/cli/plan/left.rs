//! Who of a plan is still to do. The keep list of this moment wins over every plan, also over one that was approved before.

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::event::id::{PlanId, Slug};
use crate::event::state::EffectState;
use crate::ledger::{Ledger, PlanPerson};
use crate::plan::keep::{KeepList, Kept};

/// Why somebody of a plan who was not begun is left alone now; none: not on the keep list, or nothing is left to spare.
pub(crate) fn kept<'a>(
    keep: &'a KeepList,
    (slug, name): (&Slug, &str),
    state: Option<EffectState>,
) -> Option<&'a Kept> {
    let is_spared = state.is_none_or(|state| state.is_open() && !state.in_flight() && state != EffectState::Done);
    keep.holds_named(slug, name).filter(|_| is_spared)
}

/// The people of a plan who are still to do, in its order: before its approval everybody, and nobody who is kept.
///
/// # Errors
/// What the ledger says.
pub(crate) fn to_do(context: &Context, ledger: &Ledger, plan: &PlanId) -> Result<Vec<PlanPerson>, Failure> {
    let keep = context.keep_list(ledger)?;
    let effects = ledger.effects(plan)?;
    if effects.is_empty() {
        let mut people = ledger.plan_people(plan)?;
        people.retain(|person| kept(&keep, (&person.slug, &person.name), None).is_none());
        return Ok(people);
    }
    let left = effects.into_iter().filter(|effect| {
        effect.state.is_open()
            && effect.state != EffectState::Done
            && kept(&keep, (&effect.slug, &effect.name), Some(effect.state)).is_none()
    });
    Ok(left.map(|effect| PlanPerson { slug: effect.slug, name: effect.name }).collect())
}
