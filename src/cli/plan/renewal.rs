//! `plan renew`, and what a plan would be today.

use std::collections::{BTreeMap, HashMap};

use super::{bound, choice, diff, drafted, find, recorded, shown};
use crate::cli::args::IdArg;
use crate::cli::context::Context;
use crate::cli::outcome::{Answer, Failure, Outcome};
use crate::cli::reasons;
use crate::event::id::{PlanId, Slug};
use crate::event::state::EffectState;
use crate::ledger::{EffectRow, KnownPerson, Ledger, PlanRow};
use crate::plan::diff::Diff;
use crate::plan::person::Person;
use crate::plan::plan::{Plan, PlannedPerson};
use crate::report::count::{number, people as counted};
use crate::report::words;

/// What a plan would be if it were renewed now.
pub(super) struct Today {
    /// The plan of those who are left, against today's pack, settings and identity.
    pub(super) plan: Plan,
    /// Why each of the others is not in it.
    pub(super) out: BTreeMap<Slug, String>,
    /// How many of the others are finished.
    finished: u64,
    /// How many of the others are in doubt, and stay with the old plan.
    doubt: u64,
}

/// Carries out `plan renew`.
pub(super) fn run(context: &Context, plan: &IdArg<PlanId>) -> Answer {
    let ledger = context.ledger()?;
    let row = find(context, &ledger, plan)?;
    if let Some(failure) = closed(&row) {
        return Err(failure);
    }
    let old = bound(&row, &ledger.plan_people(&row.id)?, row.pack_sha256)?;
    let known = context.known(&ledger)?;
    let today = today(context, (&ledger, &row), (&old, &known))?;
    if today.plan.people.is_empty() {
        return Err(Failure::usage(
            format!("nobody is left of plan {}: {}", row.id, others(&today)),
            format!("`exeunt plan drop {}` closes it; `exeunt plan new` makes another", row.id),
        ));
    }
    let difference = Diff::between(&old, &today.plan);
    if difference.is_empty() {
        let said = format!("plan {} still fits as it is: nothing was renewed", row.id);
        return Ok(Outcome::done(said).with("plan", row.id.to_string()).with("hash", row.hash.to_string()));
    }
    context.out.say(format!("Plan {} is renewed; what is different:", row.id));
    diff::describe(context, &difference, &today.out, &diff::pack_changes(context, &row)?);
    let stamp = context.clock.now();
    let mut owner = ledger.own(context.account(), row.realm, &stamp)?;
    let made = owner.renew_plan(&row.id, &recorded(&today.plan), &stamp)?;
    context.out.say("");
    announce(context, (&row, &made), (&ledger, &known), &today)
}

/// Shows the new plan, and says what became of the old one.
fn announce(
    context: &Context,
    (old, made): (&PlanRow, &PlanRow),
    (ledger, known): (&Ledger, &[KnownPerson]),
    today: &Today,
) -> Answer {
    let people: Vec<Person> = known.iter().map(|known| known.person.clone()).collect();
    let network = reasons::Known::read(context, ledger, &people)?;
    let of: HashMap<&Slug, &Person> = people.iter().map(|person| (&person.slug, person)).collect();
    let chosen: Vec<&Person> = today.plan.people.iter().filter_map(|person| of.get(&person.slug).copied()).collect();
    let pace = context.pace(made.realm)?;
    let answer = shown(context, (ledger, made), (&chosen, &network.network()), &pace)?;
    let said = format!("plan {} is closed: {}; plan {} needs an approval of its own", old.id, others(today), made.id);
    Ok(Outcome { reason: said, ..answer }
        .with("parent", old.id.to_string())
        .with("finished", today.finished)
        .with("in_doubt", today.doubt))
}

/// Those of the old plan who are not in the new one, in words.
fn others(today: &Today) -> String {
    let rest = today.out.len() as u64 - today.finished - today.doubt;
    let mut said = vec![format!("{} finished", counted(today.finished))];
    if today.doubt > 0 {
        said.push(format!("{} in doubt, who stay in the old plan (`exeunt status` says more)", number(today.doubt)));
    }
    if rest > 0 {
        said.push(format!("{} left alone", number(rest)));
    }
    said.join(", ")
}

/// Why a plan that is closed cannot be renewed.
fn closed(row: &PlanRow) -> Option<Failure> {
    let (what, mend) = match (&row.renewed, row.dropped) {
        (Some(into), _) => (format!("plan {} was renewed already", row.id), format!("go on with plan {into}")),
        (None, Some(_)) => {
            (format!("plan {} has ended for good", row.id), "`exeunt plan new` makes another".to_owned())
        }
        (None, None) => return None,
    };
    Some(Failure::bad_file(what, mend))
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
    let people: HashMap<&Slug, &Person> = known.iter().map(|known| (&known.person.slug, &known.person)).collect();
    let keep = context.keep_list(ledger)?;
    let settled = choice::settled(context, (ledger, row.realm), (known, Some(row.route)))?;
    let (mut left, mut out) = (Vec::new(), BTreeMap::new());
    let (mut finished, mut doubt) = (0, 0);
    for planned in &old.people {
        let effect = effects.get(&planned.slug);
        let why = match effect.map(|effect| effect.state) {
            Some(state) if !goes_on(state) => {
                finished += u64::from(is_finished(state));
                doubt += u64::from(state.in_doubt());
                words::of_state(state).short.to_owned()
            }
            _ => match (people.get(&planned.slug), settled.get(&planned.slug)) {
                (None, _) => "not in the newest export".to_owned(),
                (_, Some(why)) => why.clone(),
                (Some(person), None) => match keep.holds(person) {
                    Some(kept) if kept.why.is_empty() => "on the keep list".to_owned(),
                    Some(kept) => format!("on the keep list ({})", kept.why),
                    None => {
                        left.push(PlannedPerson::from(*person));
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
