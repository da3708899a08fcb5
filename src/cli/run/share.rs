//! One share of an approved plan: a run of its own, with its own proof and report, in which nobody is asked anything.

use tokio::sync::watch;

use super::ending;
use super::order::{carry_out, order};
use super::refusal::{self, StoredPlan};
use crate::cli::args::Run;
use crate::cli::context::Context;
use crate::cli::outcome::{Failure, Outcome};
use crate::cli::schedule::{install, queue};
use crate::cli::{evidence, interlock, known_driver, plan as plans};
use crate::event::exit::Ending;
use crate::event::id::PlanId;
use crate::ledger::{Ledger, PlanRow};
use crate::policy::pace::Pace;
use crate::report::count::people;
use crate::runner::order as runner_order;
use crate::runner::wait::Stop;
use crate::scheduler::queue::{self as due, Road, TooEarly};
use crate::scheduler::share::Share;

/// Does what is allowed now, after everything was checked anew; everything that it needed is given back at its end.
///
/// # Errors
/// What forbids a run, as `run` says it; the plan is not approved, or is not what was approved.
pub(crate) async fn share(context: &Context, command: &Run, stop: watch::Receiver<Stop>) -> Result<Outcome, Failure> {
    let ledger = context.ledger()?;
    let row = plans::find(context, &ledger, &command.plan)?;
    // Asked first, from a few rows: most looks at a plan that takes weeks end here, and keep nothing in memory.
    interlock::is_approved(context, &row)?;
    interlock::may_begin(context, &ledger, row.realm)?;
    interlock::may_remove(context, &ledger, row.realm)?;
    let pace = refusal::pace(context, command, row.realm)?;
    // Hours that nobody approved are no reason to wait for them.
    refusal::keeps_within(context, command, (&row, &pace))?;
    if let Some(early) = too_early(context, (&ledger, true), &row, &pace)? {
        return Ok(early);
    }
    plans::binds_no_hours(context, &row)?.into_iter().for_each(|note| context.out.note(format!("  note: {note}")));
    let planned = ledger.plan_people(&row.id)?;
    let stored = StoredPlan { ledger: &ledger, row: &row, people: &planned };
    let (checked, mut driver) = refusal::check_share(context, command, stored).await?;
    let mut owner = interlock::begin(context, &ledger, row.realm)?;
    known_driver::check_alone(context, &driver)?;
    let order = order(context, command, stored, &checked)?;
    let pack = checked.pack;
    let mut outcome = carry_out(context, (&mut owner, &pack), (&order, &planned), (&mut driver, stop)).await?;
    if let (Ending::DueLater | Ending::SomeFailed, Some(due)) = (outcome.ending, outcome.due_at) {
        let (pace, left) = (&order.pace, Some(outcome.remaining));
        let calm = due::next_due(owner.ledger(), Road::of(&row), (pace, left), &context.clock.now())?;
        outcome.due_at = calm.max(Some(due));
    }
    let run = order.started.run;
    let report = evidence::write_report(context, owner.ledger(), &run)?;
    let ended = ending::closing(context, (command, &row), (&outcome, owner.ledger()), &report)?;
    if let Some(due) = outcome.due_at.filter(|_| outcome.ending == Ending::DueLater) {
        let what = serde_json::json!({ "plan": row.id, "doing": queue::WAITING });
        // A sign of life that cannot be written is not worth stopping for.
        let _ = owner.say(&what.to_string(), Some(due), context.clock.now().utc);
    }
    drop(owner);
    over(context, &row.id, &outcome);
    Ok(ended.with("run", run.to_string()))
}

/// A plan of which nobody is left needs nothing that starts it.
pub(super) fn over(context: &Context, plan: &PlanId, outcome: &runner_order::Outcome) {
    if outcome.remaining == 0 && matches!(outcome.ending, Ending::Done | Ending::SomeFailed) {
        install::take_away(context, plan);
    }
}

/// The end of a run as the loop takes it.
pub(crate) fn as_share(outcome: &Outcome) -> Share {
    let (why, due_at) = (outcome.reason.clone(), outcome.due_at);
    let did_something = outcome.fields.contains_key("run");
    Share { ending: outcome.ending, why, due_at, remaining: outcome.remaining.unwrap_or(0), did_something }
}

/// The end of a run that would only find out that nothing is allowed yet: a timer starts one every half an hour, and none
/// of those shall leave a run behind. None where there is something to do, or somebody to look at.
pub(super) fn too_early(
    context: &Context,
    (ledger, calmly): (&Ledger, bool),
    row: &PlanRow,
    pace: &Pace,
) -> Result<Option<Outcome>, Failure> {
    let early = due::too_early(ledger, row, (pace, calmly), &context.clock.now())?;
    Ok(early.map(|early| later(context, row, early)))
}

fn later(context: &Context, row: &PlanRow, TooEarly { due, left }: TooEarly) -> Outcome {
    let words = format!("{} left; nothing is allowed before {}, so nothing was begun", people(left), context.time(due));
    let mut outcome = Outcome::of(Ending::DueLater, words);
    outcome.due_at = Some(due);
    outcome.remaining = Some(left);
    outcome.with("plan", row.id.to_string())
}
