//! `plan new`: who is chosen, and the plan as it is shown once it is made.

use std::collections::HashMap;

use serde_json::json;

use super::binding::{bound, drafted, recorded};
use super::row::standing;
use super::{choice, edit, sheet};
use crate::cli::args::PlanNew;
use crate::cli::context::Context;
use crate::cli::keep;
use crate::cli::list::{self, Listed};
use crate::cli::outcome::{Answer, Failure, Next, Outcome};
use crate::cli::{reasons, who};
use crate::event::id::{Action, Realm, Route, Slug};
use crate::ledger::{KnownPerson, Ledger, PlanRow};
use crate::plan::person::Person;
use crate::plan::plan::{Plan, PlannedPerson};
use crate::plan::think_twice::Network;
use crate::policy::pace::Pace;
use crate::report::{count, glossary};

/// So many people are shown by name in a new plan; `plan show` shows all.
const PEOPLE_SHOWN: usize = 8;

/// Carries out `plan new`.
pub(super) fn make(context: &Context, new: &PlanNew) -> Answer {
    of_people(new)?;
    let ledger = context.ledger()?;
    let realm = context.realm(&ledger)?;
    let known = context.known(&ledger)?;
    if known.is_empty() {
        return Err(list::nobody(context));
    }
    let people: Vec<Person> = known.iter().map(|known| known.person.clone()).collect();
    let network = reasons::Known::read(context, &ledger, &people)?;
    let keep = context.keep_list(&ledger)?;
    let (wanted, columns) = who::narrowed(context, &ledger, &new.who, people.clone())?;
    let settled = choice::settled(context, (&ledger, realm), (&known, Some(new.route)))?;
    let chosen = choice::choose(context, new, (&wanted, &columns, &keep))?;
    let mut chosen = choice::without_settled(context, &settled, chosen);
    if new.edit {
        let offer = edit::Offer { people: &chosen, is_whole: choice::is_everybody(new)?, network: &network.network() };
        chosen = edit::edited(context, &offer, (&people, &keep))?;
        chosen = choice::without_settled(context, &settled, chosen);
    }
    if chosen.is_empty() {
        return Err(Failure::usage(
            "the plan would be empty: nobody is left for it",
            "`exeunt list` with the same flags shows who fits",
        ));
    }
    keep::tell_strangers(context, &ledger)?;
    let pace = context.pace(realm)?;
    let is_first = ledger.realm(context.account())?.is_none();
    let called = ledger.also_called(context.account(), realm)?;
    let known: HashMap<&Slug, &KnownPerson> = known.iter().map(|known| (&known.person.slug, known)).collect();
    let planned = chosen.iter().map(|person| choice::planned(&called, known[&person.slug])).collect();
    let draft = drafted(context, &ledger, (realm, new.action, new.route), (planned, &pace))?;
    let row = ledger.make_plan(&recorded(&draft), &context.clock.now())?;
    let made = shown(context, (&ledger, &row), (&chosen, &network.network()), &pace)?;
    if is_first {
        let other = if realm == Realm::Real { "practice" } else { "the real site" };
        context.out.note(format!(
            "Account `{}` belongs to the {realm} realm from now on; {other} needs another --account.",
            row.account
        ));
    }
    Ok(made)
}

/// Shows a plan that was just made, and how to go on.
pub(super) fn shown(
    context: &Context,
    (ledger, row): (&Ledger, &PlanRow),
    (chosen, network): (&[&Person], &Network<'_>),
    pace: &Pace,
) -> Result<Outcome, Failure> {
    let plan = bound(row, &ledger.plan_people(&row.id)?, row.pack_sha256)?;
    context.out.say(sheet::title(&plan, plan.people.len(), &standing(row)));
    let named = named(&plan, &chosen[..chosen.len().min(PEOPLE_SHOWN)]);
    let listed = Listed::of(&named.iter().collect::<Vec<_>>(), network);
    sheet::table(context, listed.rows(context.out.columns));
    if chosen.len() > PEOPLE_SHOWN {
        let more = count::number((chosen.len() - PEOPLE_SHOWN) as u64);
        context.out.say(format!("  and {more} more; `exeunt plan show {}` shows all", row.id));
    }
    if listed.has_reasons {
        context.out.explain(glossary::THINK_TWICE);
    }
    for person in &plan.people {
        context.out.record(&json!({ "v": 1, "kind": "planned-person", "slug": person.slug, "name": person.name }));
    }
    sheet::describe(context, &plan, ledger, pace)?;
    context.out.explain(glossary::REHEARSAL);
    let mut made = Outcome::done("")
        .with("plan", row.id.to_string())
        .with("hash", row.hash.to_string())
        .with("people", row.people)
        .with("realm", row.realm.as_str());
    let rehearsal = format!("exeunt run {}{}", row.id, context.flags());
    made.next = Some(Next::led_to("\nNothing was done yet. A rehearsal comes next:", rehearsal));
    Ok(made)
}

/// The first people of the plan with the names that the plan has: where the page calls somebody else than the export, the page's.
fn named(plan: &Plan, chosen: &[&Person]) -> Vec<Person> {
    let name = |(planned, person): (&PlannedPerson, &&Person)| match person.full_name() == planned.name {
        true => (*person).clone(),
        false => Person { first_name: planned.name.clone(), last_name: String::new(), ..(*person).clone() },
    };
    plan.people.iter().zip(chosen).map(name).collect()
}

/// Refuses what is no plan of people: what is done to the account itself has commands of its own.
fn of_people(new: &PlanNew) -> Result<(), Failure> {
    if new.action.is_of_account() || new.route == Route::Settings {
        let command = if new.action == Action::Hibernate { "hibernate" } else { "close" };
        return Err(Failure::usage(
            "a plan is about people, not about the account itself",
            format!("`exeunt {command}` rehearses that, and `exeunt {command} --live` does it"),
        ));
    }
    Ok(())
}
