//! `plan`: who, how fast, and what an approval binds.

mod choice;
mod sheet;

use serde_json::json;

pub(crate) use self::sheet::{calendar, visits};
use super::args::{IdArg, Plan as Command, PlanNew};
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::clean;
use super::pack_kept;
use crate::event::exit::Ending;
use crate::event::id::{Action, Digest, PlanId, Realm, Route};
use crate::flow::pack::Pack;
use crate::ledger::{Ledger, NewPlan, PlanPerson, PlanRow};
use crate::plan::person::Person;
use crate::plan::plan::{Plan, PlannedPerson};
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
        Command::Drop { plan } => drop_plan(context, plan),
    }
}

/// The plan that is meant; `last` is the newest that was not dropped.
pub(crate) fn find(context: &Context, ledger: &Ledger, plan: &IdArg<PlanId>) -> Result<PlanRow, Failure> {
    match plan {
        IdArg::Id(id) => Ok(ledger.plan(context.account(), id)?),
        IdArg::Last => {
            let newest = ledger.plans(context.account())?.into_iter().rev().find(|plan| plan.dropped.is_none());
            newest.ok_or_else(|| {
                Failure::usage(format!("account `{}` has no plan", context.account()), "`exeunt plan new` makes one")
            })
        }
    }
}

/// The acting flow for a plan, and the digest that its approval binds.
pub(crate) fn flow_of(pack: &Pack, action: Action, route: Route) -> Result<(String, Digest), Failure> {
    let name = format!("{action}-from-{route}");
    let missing =
        || Failure::bad_file(format!("the pack has no flow `{name}`"), "`exeunt selectors lint` checks a pack");
    let flow = pack.flows.get(&name).ok_or_else(missing)?;
    let digest = pack.digest_for(flow);
    Ok((name, digest))
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
    let ledger = context.ledger()?;
    let realm = context.realm(&ledger)?;
    let known = context.known(&ledger)?;
    if known.is_empty() {
        return Err(super::list::nobody(context));
    }
    let people: Vec<Person> = known.iter().map(|known| known.person.clone()).collect();
    let keep = context.keep_list(&ledger)?;
    let chosen = choice::choose(context, new, (&people, &keep))?;
    let chosen = choice::without_settled(context, (&ledger, realm), &known, chosen)?;
    if chosen.is_empty() {
        return Err(Failure::usage("the plan would hold nobody", "`exeunt list` with the same flags shows who fits"));
    }
    let pace = context.pace(realm)?;
    let is_first = ledger.realm(context.account())?.is_none();
    let row = write(context, (&ledger, realm), new, (&chosen, &pace))?;
    let plan = bound(&row, &ledger.plan_people(&row.id)?, row.pack_sha256)?;
    context.out.say(sheet::title(&plan, standing(&row)));
    let columns = context.out.columns;
    sheet::table(context, chosen.iter().take(PEOPLE_SHOWN).map(|person| super::list::cells(person, columns)).collect());
    if chosen.len() > PEOPLE_SHOWN {
        let more = count::number((chosen.len() - PEOPLE_SHOWN) as u64);
        context.out.say(format!("  and {more} more; `exeunt plan show {}` shows all", row.id));
    }
    for person in &plan.people {
        context.out.record(&json!({ "v": 1, "slug": person.slug, "name": person.name }));
    }
    sheet::describe(context, (&plan, Some(people.len())), &ledger, &pace)?;
    if is_first {
        let other = if realm == Realm::Real { "practice" } else { "the real site" };
        context.out.note(format!(
            "Account `{}` belongs to the {realm} realm from now on; {other} needs another --account.",
            plan.account
        ));
    }
    context.out.explain(glossary::REHEARSAL);
    context.out.say("\nNothing was done yet. A rehearsal comes next:");
    let mut made = Outcome::done("")
        .with("plan", row.id.to_string())
        .with("hash", row.hash.to_string())
        .with("people", row.people)
        .with("realm", realm.as_str());
    made.next = Some(format!("exeunt run {}{}", row.id, context.flags()));
    Ok(made)
}

/// Writes a plan down, and the pack that it was made with.
fn write(
    context: &Context,
    (ledger, realm): (&Ledger, Realm),
    new: &PlanNew,
    (chosen, pace): (&[&Person], &Pace),
) -> Result<PlanRow, Failure> {
    let pack = context.pack()?;
    let (_, pack_digest) = flow_of(&pack, new.action, new.route)?;
    pack_kept::keep(context, &pack_digest, &pack)?;
    let stamp = context.clock.now();
    let plan = Plan {
        // The ledger draws the id; it is not in the hash.
        id: "P22".parse().expect("a `P` and two digits are a plan's id"),
        account: context.account().clone(),
        realm,
        action: new.action,
        route: new.route,
        people: chosen.iter().map(|person| PlannedPerson::from(*person)).collect(),
        ceilings: pace.ceilings_for(new.route),
        handle: ledger.identity(context.account(), realm)?.map(|identity| identity.handle),
        pack_digest,
        made_at: stamp.utc,
    };
    let hash = plan.hash();
    let people = plan.people.into_iter().map(|person| PlanPerson { slug: person.slug, name: person.name }).collect();
    let new = NewPlan {
        account: plan.account,
        realm,
        action: plan.action,
        route: plan.route,
        hash,
        pack_sha256: pack_digest,
        handle: plan.handle,
        ceilings: serde_json::to_string(&plan.ceilings).expect("ceilings have only numbers"),
        people,
    };
    Ok(ledger.make_plan(&new, &stamp)?)
}

fn list(context: &Context) -> Answer {
    let ledger = context.ledger()?;
    let plans = ledger.plans(context.account())?;
    let mut rows = vec![["plan", "what", "realm", "made", "standing"].map(str::to_owned).to_vec()];
    for plan in &plans {
        rows.push(vec![
            plan.id.to_string(),
            format!("{} {} through the {}", plan.action, count::people(plan.people), plan.route),
            plan.realm.to_string(),
            context.time(plan.made),
            standing(plan).to_owned(),
        ]);
        context.out.record(&json!({
            "v": 1, "plan": plan.id, "hash": plan.hash, "action": plan.action, "route": plan.route, "realm": plan.realm,
            "people": plan.people, "made": plan.made, "approved": plan.approved, "dropped": plan.dropped,
        }));
    }
    if plans.is_empty() {
        return Ok(Outcome::done("no plans; `exeunt plan new` makes one"));
    }
    terminal::table(&rows, context.out.columns.unwrap_or(usize::MAX)).iter().for_each(|line| context.out.show(line));
    Ok(Outcome::done(""))
}

fn standing(plan: &PlanRow) -> &'static str {
    match (plan.dropped, plan.approved) {
        (Some(_), _) => "dropped",
        (None, Some(_)) => "approved",
        (None, None) => "not approved yet",
    }
}

fn show(context: &Context, plan: &IdArg<PlanId>) -> Answer {
    let ledger = context.ledger()?;
    let row = find(context, &ledger, plan)?;
    let people = ledger.plan_people(&row.id)?;
    let effects = ledger.effects(&row.id)?;
    let plan = bound(&row, &people, row.pack_sha256)?;
    context.out.show(sheet::title(&plan, standing(&row)));
    let mut rows = vec![["state", "name", "slug", "why"].map(str::to_owned).to_vec()];
    let of: std::collections::BTreeMap<_, _> = effects.iter().map(|effect| (&effect.slug, effect)).collect();
    for person in &people {
        let effect = of.get(&person.slug);
        let state = effect.map_or("planned", |effect| words::of_state(effect.state).short);
        let why = effect.map(|effect| effect.reason.clone());
        let cells = [state, &person.name, person.slug.as_str(), why.as_deref().unwrap_or_default()];
        rows.push(super::list::narrow(&cells, context.out.columns));
        let state = effect.map(|effect| effect.state);
        context.out.record(&json!({ "v": 1, "slug": person.slug, "name": person.name, "state": state, "why": why }));
    }
    let columns = context.out.columns.unwrap_or(usize::MAX);
    terminal::table(&rows, columns.saturating_sub(2)).iter().for_each(|line| context.out.show(format!("  {line}")));
    context.out.show(format!("  hash {}", row.hash));
    let doubtful = effects.iter().any(|effect| effect.state.in_doubt());
    if doubtful {
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
    let left = if row.approved.is_some() { left } else { row.people };
    Ok(Outcome::done(format!(
        "plan {} is dropped; {} in it will not be touched",
        clean(row.id.as_str()),
        count::people(left)
    ))
    .with("plan", row.id.to_string())
    .with("left_alone", left))
}
