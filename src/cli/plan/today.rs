//! What a plan would be today.

use std::collections::{BTreeMap, HashMap};

use super::binding::drafted;
use super::choice;
use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::event::id::Slug;
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, KnownPerson, Ledger, PlanRow};
use crate::plan::plan::Plan;
use crate::report::words;

/// What a plan would be if it were renewed now.
pub(super) struct Today {
    /// The plan of those who are left, against today's pack, settings and identity.
    pub(super) plan: Plan,
    /// Why each of the others is not in it.
    pub(super) out: BTreeMap<Slug, String>,
    /// How many of the others are finished.
    pub(super) finished: u64,
    /// How many of the others are in doubt, and stay with the old plan.
    pub(super) doubt: u64,
}

/// What a plan would be today: those who are left and may still be removed, with today's names.
///
/// # Errors
/// The pack or the settings have mistakes, or what the ledger says.
pub(super) fn today(
    context: &Context,
    (ledger, row): (&Ledger, &PlanRow),
    (old, known): (&Plan, &[KnownPerson]),
) -> Result<Today, Failure> {
    let effects = ledger.effects(&row.id)?;
    let effects: HashMap<&Slug, &EffectRow> = effects.iter().map(|effect| (&effect.slug, effect)).collect();
    let people: HashMap<&Slug, &KnownPerson> = known.iter().map(|known| (&known.person.slug, known)).collect();
    let called = ledger.also_called(context.account(), row.realm)?;
    let keep = context.keep_list(ledger)?;
    let settled = choice::settled(context, (ledger, row.realm), (known, Some(row.route)))?;
    let (mut left, mut out) = (Vec::new(), BTreeMap::new());
    let (mut finished, mut doubt) = (0, 0);
    for planned in &old.people {
        let effect = effects.get(&planned.slug);
        // Whose other name a person explained is tried again, under that name.
        let is_explained = |state| state == EffectState::Mismatch && called.contains_key(&planned.slug);
        let why = match effect.map(|effect| effect.state) {
            Some(state) if !goes_on(state) && !is_explained(state) => {
                finished += u64::from(is_finished(state));
                doubt += u64::from(state.in_doubt());
                words::of_state(state).short.to_owned()
            }
            _ => match (people.get(&planned.slug), settled.get(&planned.slug)) {
                (None, _) => "not in the newest export".to_owned(),
                (_, Some(why)) => why.clone(),
                (Some(known), None) => match keep.holds(&known.person) {
                    Some(kept) if kept.why.is_empty() => "on the keep list".to_owned(),
                    Some(kept) => format!("on the keep list ({})", kept.why),
                    None => {
                        left.push(choice::planned(&called, known));
                        continue;
                    }
                },
            },
        };
        out.insert(planned.slug.clone(), why);
    }
    let pace = context.pace(row.realm)?;
    let plan = drafted(context, ledger, (row.realm, row.action, row.route), (left, &pace))?;
    Ok(Today { plan, out, finished, doubt })
}

/// Whether somebody in that state is tried again by a renewed plan: nothing was sent, or proof says that nothing happened.
fn goes_on(state: EffectState) -> bool {
    use EffectState::{Approved, Failed, NotApplied, NotFound, NotSent, Planned, Precheck};
    matches!(state, Planned | Approved | Precheck | NotSent | NotApplied | NotFound | Failed)
}

fn is_finished(state: EffectState) -> bool {
    use EffectState::{AlreadyGone, Confirmed, Done, DoneByOperator};
    matches!(state, Done | Confirmed | DoneByOperator | AlreadyGone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::state::STATES;

    #[test]
    fn whoever_may_have_been_clicked_stays_with_the_old_plan() {
        for (state, name) in STATES {
            assert!(!(goes_on(state) && (state.in_doubt() || is_finished(state))), "{name}");
        }
    }
}
