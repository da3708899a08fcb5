//! `plan`: who, how fast, and what an approval binds.

mod binding;
mod choice;
mod diff;
mod edit;
mod left;
mod new;
mod renewal;
mod row;
mod sheet;
mod show;
mod today;

use serde_json::json;

pub(crate) use self::binding::{binds_no_hours, bound, drafted, flow_of, keeps_within, recorded};
pub(crate) use self::left::{kept, to_do};
use self::row::{counts, progress};
pub(crate) use self::row::{find, standing_in_words};
pub(crate) use self::sheet::{AFTERWARDS, NO_PACING, calendar, evidence, hours, in_words, left, visits};
use super::args::{IdArg, Plan as Command};
use super::context::Context;
use super::outcome::{Answer, Outcome};
use super::output::clean;
use crate::event::id::PlanId;
use crate::report::{count, terminal};

/// Carries out `plan`.
pub(crate) fn run(context: &Context, command: &Command) -> Answer {
    match command {
        Command::New(new) => new::make(context, new),
        Command::List => list(context),
        Command::Show(command) => show::run(context, command),
        Command::Diff { plan, with } => diff::run(context, plan, with),
        Command::Renew { plan } => renewal::run(context, plan),
        Command::Drop { plan } => drop_plan(context, plan),
    }
}

fn list(context: &Context) -> Answer {
    let ledger = context.ledger()?;
    let plans = ledger.plans(context.account())?;
    let keep = context.keep_list(&ledger)?;
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
            progress(plan, &effects, &keep),
        ]);
        context.out.record(&json!({
            "v": 1, "kind": "plan", "plan": plan.id, "hash": plan.hash, "action": plan.action, "route": plan.route, "realm": plan.realm,
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
