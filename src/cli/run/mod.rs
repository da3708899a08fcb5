//! `run`: a rehearsal, or with `--live` the deed.

pub(crate) mod agreement;
mod approval;
mod ending;
mod order;
mod refusal;
pub(crate) mod share;

use tokio::runtime::Runtime;
use tokio::sync::watch;

use self::order::{carry_out, order};
use self::refusal::{Checked, StoredPlan};
use super::args::Run;
use super::browser::Driver;
use super::context::Context;
use super::errand::{runtime, while_asked};
use super::outcome::{Answer, Failure};
use super::whose::{self, Question};
use super::{evidence, interlock, known_driver, plan as plans, schedule, signals};
use crate::event::fact::Purpose;
use crate::event::id::{Route, Slug};
use crate::ledger::{Owner, PlanRow};
use crate::policy::pace::{Jitter, Pace};
use crate::policy::visits::A_REHEARSAL;
use crate::report::count::{count, number as figure, people as counted, span};
use crate::report::glossary;
use crate::runner::errand::Outset;
use crate::runner::handover::Handover;
use crate::runner::order::Order;
use crate::runner::wait::Stop;

/// Carries out `run`.
pub(crate) fn run(context: &Context, command: &Run) -> Answer {
    let ledger = context.ledger()?;
    let row = plans::find(context, &ledger, &command.plan)?;
    let people = ledger.plan_people(&row.id)?;
    let runtime = runtime()?;
    let stored = StoredPlan { ledger: &ledger, row: &row, people: &people };
    if let Some(over) = refusal::over(context, command, stored)? {
        if command.live {
            schedule::install::take_away(context, &row.id);
        }
        return Ok(over);
    }
    let (checked, driver) = runtime.block_on(refusal::check(context, command, stored))?;
    let order = order(context, command, stored, &checked)?;
    let mut owner = interlock::begin(context, &ledger, row.realm)?;
    known_driver::check(context, command.driving, &driver)?;
    let mut driver = driver.keeping();
    if command.live {
        context.announce();
        agreement::note(context, &mut owner, row.realm)?;
        // Where a hash is given nobody reads what is shown: the run itself compares the account before anything else.
        let whose = match command.confirm {
            None => Some(whose(context, (&mut owner, &row), &checked, (&mut driver, &runtime))?),
            Some(_) => None,
        };
        let shown = (&checked.plan, &checked.pace, whose);
        let approved = |stop: &_| approval::approve(context, command, (&mut owner, &row), shown, stop);
        while_asked(&runtime, &mut driver, approved)?;
    } else {
        let left = plans::to_do(context, &ledger, &row.id)?.len();
        announce_rehearsal(context, (&order, (left, people.len())), &checked.pace);
    }
    tell_of_the_window(context, driver.opener());
    if command.until_done {
        // Every share opens its own browser.
        runtime.block_on(driver.end());
        // Each share takes the account anew, checks everything anew, and leaves nothing in memory behind it.
        drop((owner, ledger, checked, driver, people, order, runtime));
        return schedule::until_done(context, command, &row.id);
    }
    if command.live {
        plans::binds_no_hours(context, &row)?.into_iter().for_each(|note| context.out.note(format!("  note: {note}")));
    }
    if row.approved.is_some() && command.live {
        // Whoever types it wants what is allowed now, be it one person; a timer comes again.
        let calmly = command.confirm.is_some();
        if let Some(outcome) = share::too_early(context, (owner.ledger(), calmly), &row, &checked.pace)? {
            runtime.block_on(driver.end());
            return Ok(outcome);
        }
    }
    let pack = checked.pack;
    let outcome = runtime.block_on(async {
        let (send, stop) = watch::channel(Stop::No);
        let signals = signals::listen(send);
        let outcome = carry_out(context, (&mut owner, &pack), (&order, &people), (&mut driver, stop)).await;
        signals.abort();
        // A run that had nothing to do opened no page.
        driver.end().await;
        outcome
    })?;
    let run = order.started.run;
    let report = evidence::write_report(context, owner.ledger(), &run)?;
    let ended = ending::closing(context, (command, &row), (&outcome, owner.ledger()), &report)?;
    if command.live {
        drop(owner);
        runtime.block_on(schedule::tell(context, row.realm, &share::as_share(&ended)));
        share::over(context, &row.id, &outcome);
    }
    Ok(ended.with("run", run.to_string()))
}

fn tell_of_the_window(context: &Context, driver: &Driver) {
    if driver.is_headed() {
        context.out.note("A browser window opens. Cover it with other windows if you like, but do not minimise it:");
        context.out.note("a page that is not shown stops working.");
    }
}

/// Whose account the site shows right now: the ledger's and the plan's, or nobody is asked.
fn whose(
    context: &Context,
    (owner, row): (&mut Owner, &PlanRow),
    checked: &Checked,
    (driver, runtime): (&mut Handover<Driver>, &Runtime),
) -> Result<String, Failure> {
    let known = owner.ledger().identity(context.account(), row.realm)?.map(|identity| identity.handle);
    let expected: Vec<Slug> = known.into_iter().chain(row.handle.clone()).collect();
    let outset =
        Outset { purpose: Purpose::Approval, origin: checked.origin.clone(), browser: checked.browser.clone() };
    let question = Question { pack: &checked.pack, outset: &outset, expected: &expected, fully: false };
    Ok(whose::read(context, owner, &question, (driver, runtime))?.shown())
}

/// The first line of a rehearsal is fixed; what it means and how long it takes follows.
fn announce_rehearsal(context: &Context, (order, (left, all)): (&Order, (usize, usize)), pace: &Pace) {
    let out = &context.out;
    out.say("REHEARSAL: nothing will be removed");
    context.announce();
    let number = order.rehearse.len() as u64;
    let still = if left < all { " who are still to do" } else { "" };
    let who = if number < left as u64 {
        format!("{} of {}{still}, spread over the plan", counted(number), figure(left as u64))
    } else {
        format!("{}{still}", counted(number))
    };
    out.say(format!("  plan      {}: {who}", order.started.plan));
    out.say(format!("  on        {}", order.started.origin));
    if order.started.route == Route::Profile {
        let views = count(number * u64::from(A_REHEARSAL), "profile view", "profile views");
        out.say(format!("  visits    {views}, counted like those of a live run"));
    }
    let gaps = pace.gap.at(Jitter::new(0.5)).saturating_mul(order.rehearse.len().saturating_sub(1) as u32).as_secs();
    if gaps > 0 {
        out.say(format!("  takes     about {} at the plan's pace", span(gaps)));
    }
    out.explain(glossary::REHEARSAL);
}
