//! `stop`: ends a plan for good, whether or not a process works on it.

use serde_json::json;

use super::args::IdArg;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::plan;
use super::schedule::install;
use crate::event::exit::Ending;
use crate::event::id::PlanId;
use crate::ledger::{Ledger, NewRequest, PlanRow, RequestKind};
use crate::report::count::people;
use crate::report::words::Outcome as Kind;

/// Carries out `stop`.
pub(crate) fn run(context: &Context, plan: &IdArg<PlanId>) -> Answer {
    let ledger = context.ledger()?;
    let row = plan::find(context, &ledger, plan)?;
    // Whatever starts it must not start it again, also where a process still has to bring somebody to a safe point.
    install::take_away(context, &row.id);
    let stamp = context.clock.now();
    if let Some(owner) = ledger.owned_by(context.account())? {
        let kind = RequestKind::Stop { plan: Some(row.id.clone()) };
        ledger.request(context.account(), &NewRequest { kind, reason: String::new(), at: stamp.utc })?;
        let said = format!(
            "process {} was asked to end plan {} for good: it brings the person in hand to a safe point first; `exeunt status` shows it",
            owner.pid, row.id
        );
        context.out.say("  so far:");
        let (removed, doubt, untouched) = standing(context, &ledger, &row)?;
        return Ok(Outcome::done(said)
            .with("plan", row.id.to_string())
            .with("asked", owner.pid)
            .with("removed", removed)
            .with("in_doubt", doubt)
            .with("untouched", untouched));
    }
    let mut owner = ledger.own(context.account(), row.realm, &stamp)?;
    owner.drop_plan(&row.id, "stopped", &stamp)?;
    ended(context, owner.ledger(), &row)
}

/// Says what was done, what is in doubt and what is untouched.
fn ended(context: &Context, ledger: &Ledger, row: &PlanRow) -> Result<Outcome, Failure> {
    let (removed, doubt, untouched) = standing(context, ledger, row)?;
    let said = format!("plan {} has ended for good", row.id);
    let outcome = if doubt == 0 {
        Outcome::done(said)
    } else {
        let flags = context.flags();
        Outcome::of(Ending::InDoubt, format!("{said}; `exeunt status{flags}` says how to settle who is in doubt"))
    };
    Ok(outcome
        .with("plan", row.id.to_string())
        .with("removed", removed)
        .with("in_doubt", doubt)
        .with("untouched", untouched))
}

/// Says and answers how many people were removed, are in doubt, and are untouched.
fn standing(context: &Context, ledger: &Ledger, row: &PlanRow) -> Result<(u64, u64, u64), Failure> {
    let effects = ledger.effects(&row.id)?;
    let count = |kind| effects.iter().filter(|effect| Kind::of(effect.state) == kind).count() as u64;
    let (removed, doubt) = (count(Kind::Removed), count(Kind::InDoubt));
    let untouched = row.people - removed - doubt - count(Kind::AlreadyGone);
    context
        .out
        .record(&json!({ "v": 1, "kind": "plan-end", "removed": removed, "in_doubt": doubt, "untouched": untouched }));
    context.out.say(format!("  removed    {}", people(removed)));
    context.out.say(format!("  in doubt   {}", people(doubt)));
    context.out.say(format!("  untouched  {}", people(untouched)));
    Ok((removed, doubt, untouched))
}
