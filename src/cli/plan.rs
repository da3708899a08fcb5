//! `plan`: who, how fast, and what an approval binds.

use std::io::Read as _;
use std::path::Path;

use serde_json::json;

use super::args::{IdArg, Plan as Command, PlanNew};
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::clean;
use super::who;
use crate::event::id::{Digest, PlanId};
use crate::flow::pack::Pack;
use crate::ledger::{Ledger, NewPlan, PlanPerson, PlanRow};
use crate::plan::keep::KeepList;
use crate::plan::people_list::PeopleList;
use crate::plan::person::Person;
use crate::plan::plan::{Plan, PlannedPerson};
use crate::policy::calendar::forecast;
use crate::policy::pace::Pace;
use crate::policy::quota::Debits;

/// So many people are shown by name; `plan show` shows all.
const PEOPLE_SHOWN: usize = 8;
/// What the pictures of one person take, as the README's figures say it.
const BYTES_A_PERSON: u64 = 120_000;
/// The largest list of people that is read.
const LIST_LIMIT: u64 = 16 * 1024 * 1024;

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
pub(crate) fn flow_of(
    pack: &Pack,
    action: crate::event::id::Action,
    route: crate::event::id::Route,
) -> Result<(String, Digest), Failure> {
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
            crate::event::exit::Ending::Damaged,
            format!("plan {} has ceilings that cannot be read", row.id),
            "",
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
    let people = context.people(&ledger)?;
    let keep = context.keep_list(&ledger)?;
    let chosen = choose(context, new, (&people, &keep))?;
    if chosen.is_empty() {
        return Err(Failure::usage("the plan would hold nobody", "`exeunt list` with the same flags shows who fits"));
    }
    let realm = context.realm()?;
    let pack = context.pack()?;
    let (_, pack_digest) = flow_of(&pack, new.action, new.route)?;
    let pace = context.pace(realm)?;
    let identity = ledger.identity(context.account(), realm)?;
    let plan_people: Vec<PlanPerson> =
        chosen.iter().map(|person| PlanPerson { slug: person.slug.clone(), name: person.full_name() }).collect();
    let stamp = context.clock.now();
    let mut plan = Plan {
        id: "P22".parse().expect("a plan's id; it is not in the hash"),
        account: context.account().clone(),
        realm,
        action: new.action,
        route: new.route,
        people: plan_people
            .iter()
            .map(|person| PlannedPerson { slug: person.slug.clone(), name: person.name.clone() })
            .collect(),
        ceilings: pace.ceilings(),
        handle: identity.map(|identity| identity.handle),
        pack_digest,
        made_at: stamp.utc,
    };
    let row = ledger.make_plan(
        &NewPlan {
            account: plan.account.clone(),
            realm,
            action: plan.action,
            route: plan.route,
            hash: plan.hash(),
            pack_sha256: pack_digest,
            handle: plan.handle.clone(),
            ceilings: serde_json::to_string(&plan.ceilings).expect("it has only numbers"),
            people: plan_people,
        },
        &stamp,
    )?;
    plan.id = row.id.clone();
    describe(context, (&plan, people.len()), &ledger, &pace)?;
    context.out.say(format!("\nNothing was done yet. Next: exeunt run {}{}", row.id, context.origin_flag()));
    context.out.say("(a rehearsal: it walks the pages for five of them up to the last click, and removes nobody)");
    Ok(Outcome::done("").with("plan", row.id.to_string()).with("hash", row.hash.to_string()).with("people", row.people))
}

/// Who the flags or the list mean, and who not and why.
fn choose<'a>(
    context: &Context,
    new: &PlanNew,
    (people, keep): (&'a [Person], &'a KeepList),
) -> Result<Vec<&'a Person>, Failure> {
    if let Some(file) = &new.people {
        return from_list(context, file, (people, keep));
    }
    let selection = who::selection(&new.who)?;
    if selection.is_empty() {
        return Err(Failure::usage(
            "the plan needs to know whom",
            "give a flag such as --company '~consult' or --connected-before 2016-01-01, or --people FILE; `exeunt list` takes the same flags",
        ));
    }
    let picked = selection.pick(people, keep);
    who::explain(context, &picked);
    for (person, kept) in &picked.kept {
        let why = if kept.why.is_empty() { String::new() } else { format!(": {}", clean(&kept.why)) };
        context.out.note(format!("  not {} (on the keep list{why})", clean(&person.full_name())));
    }
    Ok(picked.chosen)
}

fn from_list<'a>(
    context: &Context,
    file: &Path,
    (people, keep): (&'a [Person], &'a KeepList),
) -> Result<Vec<&'a Person>, Failure> {
    let name = clean(&file.display().to_string());
    let unreadable = |error: std::io::Error| Failure::bad_file(format!("{name}: {error}"), "");
    let mut text = String::new();
    let source: Box<dyn std::io::Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(unreadable)?)
    };
    source.take(LIST_LIMIT).read_to_string(&mut text).map_err(unreadable)?;
    let list = PeopleList::parse(&text).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(|mistake| format!("{name}: {mistake}")).collect();
        Failure::bad_file(lines.join("\n"), "")
    })?;
    let resolved = list.resolve(people, keep);
    if !resolved.unknown.is_empty() {
        let shown: Vec<String> = resolved
            .unknown
            .iter()
            .take(10)
            .map(|(slug, line)| format!("{name}:{line}: `{}` is not known", clean(slug.as_str())))
            .collect();
        return Err(Failure::bad_file(
            format!("{}\n{} of the list are not among the imported people", shown.join("\n"), resolved.unknown.len()),
            "import a newer export, or take them off the list",
        ));
    }
    for duplicate in &list.duplicates {
        context.out.note(format!(
            "  {name}:{}: `{}` was on line {} already",
            duplicate.line,
            clean(duplicate.slug.as_str()),
            duplicate.first
        ));
    }
    for (person, _) in &resolved.kept {
        context.out.note(format!("  not {} (on the keep list)", clean(&person.full_name())));
    }
    Ok(resolved.chosen)
}

/// The plan as people read it: who, how long, what is left, what the evidence takes.
fn describe(context: &Context, (plan, known): (&Plan, usize), ledger: &Ledger, pace: &Pace) -> Result<(), Failure> {
    let out = &context.out;
    let number = plan.people.len();
    out.say(format!(
        "Plan {}  {} through the {}, {} realm, account `{}`",
        plan.id,
        plan.approval_sentence(),
        plan.route,
        plan.realm,
        plan.account
    ));
    for person in plan.people.iter().take(PEOPLE_SHOWN) {
        out.say(format!("  {}  ({})", clean(&person.name), clean(person.slug.as_str())));
    }
    if number > PEOPLE_SHOWN {
        out.say(format!("  and {} more; `exeunt plan show {}` shows all", number - PEOPLE_SHOWN, plan.id));
    }
    for person in &plan.people {
        out.record(&json!({ "v": 1, "slug": person.slug, "name": person.name }));
    }
    let debits: Debits =
        ledger.debits(&plan.account, plan.realm, jiff::Timestamp::MIN)?.into_iter().map(|debit| debit.at).collect();
    if let Some(calendar) = forecast(number as u64, context.clock.now().utc, &debits, pace) {
        let last = calendar.last().to_zoned(context.zone()).strftime("%A %-d %B %Y").to_string();
        let days = calendar.working_days();
        let plural = if days == 1 { "day" } else { "days" };
        out.say(format!(
            "  {days} working {plural}, at most {} minutes each; the last one on {last} if nothing stops it",
            calendar.minutes_per_day().max(1)
        ));
    }
    out.say(format!("  connections left of those imported: {}", known.saturating_sub(number)));
    out.say(format!("  evidence: about {} MB of pictures", (number as u64 * BYTES_A_PERSON).div_ceil(1_000_000)));
    out.say(format!("  opens no profile; the pack's flow is {}", crate::cli::selectors::age(&context.pack()?, plan)));
    out.say(format!("  hash {}", plan.hash()));
    Ok(())
}

fn list(context: &Context) -> Answer {
    let ledger = context.ledger()?;
    let plans = ledger.plans(context.account())?;
    for plan in &plans {
        let state = standing(plan);
        if !context.out.json {
            context.out.say(format!(
                "{}  {} {} through the {}, {} realm, {state}",
                plan.id, plan.action, plan.people, plan.route, plan.realm
            ));
        }
        context.out.record(&json!({
            "v": 1, "plan": plan.id, "hash": plan.hash, "action": plan.action, "route": plan.route, "realm": plan.realm,
            "people": plan.people, "made": plan.made, "approved": plan.approved, "dropped": plan.dropped,
        }));
    }
    Ok(Outcome::done(if plans.is_empty() { "no plans; `exeunt plan new` makes one" } else { "" }))
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
    context.out.say(format!("Plan {}  {}, {} realm, {}", row.id, row.action, row.realm, standing(&row)));
    context.out.say(format!("  hash {}", row.hash));
    for person in &people {
        let effect = effects.iter().find(|effect| effect.slug == person.slug);
        let state =
            effect.map_or("planned".to_owned(), |effect| crate::report::words::of_state(effect.state).short.to_owned());
        if !context.out.json {
            context.out.say(format!("  {state:<16} {}  ({})", clean(&person.name), clean(person.slug.as_str())));
        }
        let why = effect.map(|effect| effect.reason.clone());
        let state = effect.map(|effect| effect.state);
        context.out.record(&json!({ "v": 1, "slug": person.slug, "name": person.name, "state": state, "why": why }));
    }
    Ok(Outcome::done(""))
}

fn drop_plan(context: &Context, plan: &IdArg<PlanId>) -> Answer {
    let ledger = context.ledger()?;
    let row = find(context, &ledger, plan)?;
    let stamp = context.clock.now();
    let mut owner = ledger.own(context.account(), row.realm, &stamp)?;
    let left = owner.drop_plan(&row.id, "dropped by its owner", &stamp)?;
    Ok(Outcome::done(format!("plan {} is dropped; {left} people are left alone, nothing else was touched", row.id)))
}
