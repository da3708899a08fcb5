//! A plan in the ledger: which one is meant, and where it stands.

use std::collections::BTreeMap;

use super::left::kept;
use crate::cli::args::IdArg;
use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::event::id::PlanId;
use crate::ledger::{EffectRow, Ledger, PlanRow};
use crate::plan::keep::KeepList;
use crate::report::{count, words};

/// The plan that is meant; `last` is the newest that was not dropped.
pub(crate) fn find(context: &Context, ledger: &Ledger, plan: &IdArg<PlanId>) -> Result<PlanRow, Failure> {
    match plan {
        IdArg::Id(id) => Ok(ledger.plan(context.account(), id)?),
        IdArg::Last => {
            let mut newest = ledger.plans(context.account())?.into_iter().rev();
            let newest = newest.find(|plan| plan.dropped.is_none() && !plan.action.is_of_account());
            newest.ok_or_else(|| {
                Failure::usage(format!("account `{}` has no plan", context.account()), "`exeunt plan new` makes one")
            })
        }
    }
}

/// Where a plan stands, and from which one it came.
pub(super) fn standing(plan: &PlanRow) -> String {
    let standing = match (plan.dropped, &plan.renewed, plan.approved) {
        (_, Some(into), _) => format!("renewed as {into}"),
        (Some(_), ..) => "dropped".to_owned(),
        (None, _, Some(_)) => "approved".to_owned(),
        (None, _, None) => "not approved yet".to_owned(),
    };
    let from = plan.parent.as_ref().map(|parent| format!(", what was left of {parent}"));
    standing + &from.unwrap_or_default()
}

/// Where a plan stands and how many of its people stand where: `approved: 12 removed, 3 still to do`.
pub(super) fn progress(plan: &PlanRow, effects: &[EffectRow], keep: &KeepList) -> String {
    let outcome_of = |effect: &EffectRow| match kept(keep, (&effect.slug, &effect.name), Some(effect.state)) {
        Some(_) => words::Outcome::LeftAlone,
        None => words::Outcome::of(effect.state),
    };
    let outcomes: Vec<words::Outcome> = effects.iter().map(outcome_of).collect();
    let counted = words::OUTCOMES.into_iter().filter_map(|outcome| {
        let number = outcomes.iter().filter(|one| **one == outcome).count() as u64;
        (number > 0).then(|| format!("{} {}", count::number(number), words::of_deed(plan.action, outcome.as_str())))
    });
    let counted: Vec<String> = counted.collect();
    if counted.is_empty() { standing(plan) } else { format!("{}: {}", standing(plan), counted.join(", ")) }
}

/// How many people of a plan stand where, by the names of the states.
pub(super) fn counts(effects: &[EffectRow]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for effect in effects {
        *counts.entry(effect.state.to_string()).or_default() += 1;
    }
    counts
}

/// The same for what another command says of a plan.
///
/// # Errors
/// What the ledger says.
pub(crate) fn standing_in_words(context: &Context, ledger: &Ledger, plan: &PlanRow) -> Result<String, Failure> {
    Ok(progress(plan, &ledger.effects(&plan.id)?, &context.keep_list(ledger)?))
}
