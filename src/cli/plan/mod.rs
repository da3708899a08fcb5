//! `plan`: who, how fast, and what an approval binds.

mod choice;
mod diff;
mod edit;
mod renewal;
mod sheet;

use std::collections::BTreeMap;

use serde_json::json;

pub(crate) use self::sheet::{AFTERWARDS, calendar, evidence, in_words, left, visits};
use super::args::{IdArg, Plan as Command, PlanNew};
use super::context::Context;
use super::list::Listed;
use super::outcome::{Answer, Failure, Outcome};
use super::output::clean;
use super::{pack_kept, reasons, who};
use crate::event::exit::Ending;
use crate::event::id::{Action, Digest, PlanId, Realm, Route};
use crate::flow::pack::Pack;
use crate::ledger::{EffectRow, Ledger, NewPlan, PlanPerson, PlanRow};
use crate::plan::person::Person;
use crate::plan::plan::{Plan, PlannedPerson};
use crate::plan::think_twice::Network;
use crate::policy::pace::Pace;
use crate::report::{count, glossary, terminal, words};

/// So many people are shown by name in a new plan; `plan show` shows all.
const PEOPLE_SHOWN: usize = 8;

/// Carries out `plan`.
pub(crate) fn run(context: &Context, command: &Command) -> Answer {
    match command {
        Command::New(new) => make(context, new),
        Command::List => list(context),
        Command::Show { plan } => show(context, plan),
        Command::Diff { plan, with } => diff::run(context, plan, with),
        Command::Renew { plan } => renewal::run(context, plan),
        Command::Drop { plan } => drop_plan(context, plan),
    }
}

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

/// The acting flow for a plan, and the digest that its approval binds.
pub(crate) fn flow_of(pack: &Pack, action: Action, route: Route) -> Result<(String, Digest), Failure> {
    let name = match action {
        Action::Remove => format!("{action}-from-{route}"),
        Action::Close | Action::Hibernate => format!("{action}-account"),
    };
    let missing =
        || Failure::bad_file(format!("the pack has no flow `{name}`"), "`exeunt selectors lint` checks a pack");
    let flow = pack.flows.get(&name).ok_or_else(missing)?;
    let digest = pack.digest_for(flow);
    Ok((name, digest))
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

/// A plan of the ledger as what its hash binds.
pub(crate) fn bound(row: &PlanRow, people: &[PlanPerson], pack_digest: Digest) -> Result<Plan, Failure> {
    let ceilings = serde_json::from_str(&row.ceilings).map_err(|_| {
        Failure::new(
            Ending::Damaged,
            format!("plan {} has ceilings that cannot be read", row.id),
            "drop it with `exeunt plan drop`, and make it again",
        )
    })?;
    Ok(Plan {
        id: row.id.clone(),
        account: row.account.clone(),
        realm: row.realm,
        action: row.action,
        route: row.route,
        people: people
            .iter()
            .map(|person| PlannedPerson { slug: person.slug.clone(), name: person.name.clone() })
            .collect(),
        ceilings,
        handle: row.handle.clone(),
        pack_digest,
        made_at: row.made,
    })
}

fn make(context: &Context, new: &PlanNew) -> Answer {
    of_people(new)?;
    let ledger = context.ledger()?;
    let realm = context.realm(&ledger)?;
    let known = context.known(&ledger)?;
    if known.is_empty() {
        return Err(super::list::nobody(context));
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
    let pace = context.pace(realm)?;
    let is_first = ledger.realm(context.account())?.is_none();
    let planned = chosen.iter().map(|person| PlannedPerson::from(*person)).collect();
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
fn shown(
    context: &Context,
    (ledger, row): (&Ledger, &PlanRow),
    (chosen, network): (&[&Person], &Network<'_>),
    pace: &Pace,
) -> Result<Outcome, Failure> {
    let plan = bound(row, &ledger.plan_people(&row.id)?, row.pack_sha256)?;
    context.out.say(sheet::title(&plan, &standing(row)));
    let listed = Listed::of(&chosen[..chosen.len().min(PEOPLE_SHOWN)], network);
    sheet::table(context, listed.rows(context.out.columns));
    if chosen.len() > PEOPLE_SHOWN {
        let more = count::number((chosen.len() - PEOPLE_SHOWN) as u64);
        context.out.say(format!("  and {more} more; `exeunt plan show {}` shows all", row.id));
    }
    if listed.has_reasons {
        context.out.explain(glossary::THINK_TWICE);
    }
    for person in &plan.people {
        context.out.record(&json!({ "v": 1, "slug": person.slug, "name": person.name }));
    }
    sheet::describe(context, &plan, ledger, pace)?;
    context.out.explain(glossary::REHEARSAL);
    context.out.say("\nNothing was done yet. A rehearsal comes next:");
    let mut made = Outcome::done("")
        .with("plan", row.id.to_string())
        .with("hash", row.hash.to_string())
        .with("people", row.people)
        .with("realm", row.realm.as_str());
    made.next = Some(format!("exeunt run {}{}", row.id, context.flags()));
    Ok(made)
}

/// A plan against today's pack, settings and identity; its pack is kept so that a later difference can be shown.
pub(crate) fn drafted(
    context: &Context,
    ledger: &Ledger,
    (realm, action, route): (Realm, Action, Route),
    (people, pace): (Vec<PlannedPerson>, &Pace),
) -> Result<Plan, Failure> {
    let pack = context.pack()?;
    let (_, pack_digest) = flow_of(&pack, action, route)?;
    pack_kept::keep(context, &pack_digest, &pack)?;
    Ok(Plan {
        // The ledger draws the id; it is not in the hash.
        id: "P22".parse().expect("a `P` and two digits are a plan's id"),
        account: context.account().clone(),
        realm,
        action,
        route,
        people,
        ceilings: pace.ceilings_for(route),
        handle: ledger.identity(context.account(), realm)?.map(|identity| identity.handle),
        pack_digest,
        made_at: context.clock.now().utc,
    })
}

/// A plan as the ledger takes it.
pub(crate) fn recorded(plan: &Plan) -> NewPlan {
    let person = |person: &PlannedPerson| PlanPerson { slug: person.slug.clone(), name: person.name.clone() };
    NewPlan {
        account: plan.account.clone(),
        realm: plan.realm,
        action: plan.action,
        route: plan.route,
        hash: plan.hash(),
        pack_sha256: plan.pack_digest,
        handle: plan.handle.clone(),
        ceilings: serde_json::to_string(&plan.ceilings).expect("ceilings have only numbers"),
        people: plan.people.iter().map(person).collect(),
    }
}

fn list(context: &Context) -> Answer {
    let ledger = context.ledger()?;
    let plans = ledger.plans(context.account())?;
    let mut rows = vec![["plan", "what", "realm", "made", "standing"].map(str::to_owned).to_vec()];
    for plan in &plans {
        let effects = ledger.effects(&plan.id)?;
        rows.push(vec![
            plan.id.to_string(),
            match plan.action.is_of_account() {
                true => format!("{} the account", plan.action),
                false => format!("{} {} through the {}", plan.action, count::people(plan.people), plan.route),
            },
            plan.realm.to_string(),
            context.time(plan.made),
            progress(plan, &effects),
        ]);
        context.out.record(&json!({
            "v": 1, "plan": plan.id, "hash": plan.hash, "action": plan.action, "route": plan.route, "realm": plan.realm,
            "people": plan.people, "made": plan.made, "approved": plan.approved, "dropped": plan.dropped,
            "parent": plan.parent, "renewed": plan.renewed, "states": counts(&effects),
        }));
    }
    if plans.is_empty() {
        return Ok(Outcome::done("no plans; `exeunt plan new` makes one"));
    }
    terminal::table(&rows, context.out.columns.unwrap_or(usize::MAX)).iter().for_each(|line| context.out.show(line));
    Ok(Outcome::done(""))
}

/// Where a plan stands, and from which one it came.
fn standing(plan: &PlanRow) -> String {
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
pub(crate) fn progress(plan: &PlanRow, effects: &[EffectRow]) -> String {
    let counted = words::OUTCOMES.into_iter().filter_map(|outcome| {
        let number = effects.iter().filter(|effect| words::Outcome::of(effect.state) == outcome).count() as u64;
        (number > 0).then(|| format!("{} {}", count::number(number), outcome.as_str()))
    });
    let counted: Vec<String> = counted.collect();
    if counted.is_empty() { standing(plan) } else { format!("{}: {}", standing(plan), counted.join(", ")) }
}

/// How many people of a plan stand where, by the names of the states.
pub(crate) fn counts(effects: &[EffectRow]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for effect in effects {
        *counts.entry(effect.state.to_string()).or_default() += 1;
    }
    counts
}

fn show(context: &Context, plan: &IdArg<PlanId>) -> Answer {
    let ledger = context.ledger()?;
    let row = find(context, &ledger, plan)?;
    let people = ledger.plan_people(&row.id)?;
    let effects = ledger.effects(&row.id)?;
    let keep = context.keep_list(&ledger)?;
    let plan = bound(&row, &people, row.pack_sha256)?;
    context.out.show(sheet::title(&plan, &progress(&row, &effects)));
    let mut rows = vec![["state", "name", "slug", "why"].map(str::to_owned).to_vec()];
    let of: BTreeMap<_, _> = effects.iter().map(|effect| (&effect.slug, effect)).collect();
    for person in &people {
        let effect = of.get(&person.slug);
        // The keep list wins over an approval, also when it grew after it.
        let kept = keep.holds_named(&person.slug, &person.name);
        let kept = kept.filter(|_| effect.is_none_or(|effect| effect.state.is_open() && !effect.state.in_flight()));
        let state = match effect {
            _ if kept.is_some() => "kept",
            Some(effect) => words::of_state(effect.state).short,
            None => "planned",
        };
        let why = kept.map(|kept| kept.why.clone()).or_else(|| effect.map(|effect| effect.reason.clone()));
        let cells = [state, &person.name, person.slug.as_str(), why.as_deref().unwrap_or_default()];
        rows.push(super::list::narrow(&cells, context.out.columns));
        let state = effect.map(|effect| effect.state);
        context.out.record(&json!({
            "v": 1, "slug": person.slug, "name": person.name, "state": state, "why": why, "kept": kept.is_some(),
        }));
    }
    let columns = context.out.columns.unwrap_or(usize::MAX);
    terminal::table(&rows, columns.saturating_sub(2)).iter().for_each(|line| context.out.show(format!("  {line}")));
    if row.dropped.is_none() {
        sheet::describe(context, &plan, &ledger, &context.pace(row.realm)?)?;
    } else {
        context.out.show(format!("  hash {}", row.hash));
    }
    if effects.iter().any(|effect| effect.state.in_doubt()) {
        context.out.explain(glossary::IN_DOUBT);
    }
    Ok(Outcome::done(""))
}

fn drop_plan(context: &Context, plan: &IdArg<PlanId>) -> Answer {
    let ledger = context.ledger()?;
    let row = find(context, &ledger, plan)?;
    let stamp = context.clock.now();
    let mut owner = ledger.own(context.account(), row.realm, &stamp)?;
    let left = owner.drop_plan(&row.id, "dropped by its owner", &stamp)?;
    super::schedule::install::take_away(context, &row.id);
    let left = if row.approved.is_some() { left } else { row.people };
    Ok(Outcome::done(format!(
        "plan {} is dropped; {} in it will not be touched",
        clean(row.id.as_str()),
        count::people(left)
    ))
    .with("plan", row.id.to_string())
    .with("left_alone", left))
}
