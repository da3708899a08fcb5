//! `schedule`: when a plan's shares are due, what starts them, and the loop that works on them.

mod calendar;
mod evening;
mod fresh;
pub(crate) mod install;
pub(crate) mod queue;
mod track;

use tokio::sync::watch;

pub(crate) use self::evening::tell;
use self::track::{Shares, Work};
use super::args::{Global, PaceArg, Run, Schedule, Shares as Command};
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::shown;
use super::{interlock, notify, signals};
use crate::event::exit::Ending;
use crate::event::id::{AccountName, PlanId, Realm};
use crate::report::count::{count, people};
use crate::runner::wait::Stop;
use crate::scheduler::queue::queue;
use crate::scheduler::round::{self, News};
use crate::scheduler::share::{Next, Share};

/// Carries out `schedule`.
pub(crate) fn run(context: &Context, command: &Schedule, environment: &[(String, String)]) -> Answer {
    match command {
        Schedule::Show(command) => calendar::show(context, command),
        Schedule::Run(command) => all(context, command, environment),
        Schedule::Install(command) => install::install(context, command, environment),
        Schedule::Remove(command) => install::remove(context, command),
        Schedule::Remind => remind(context),
    }
}

/// Works on one plan until it is finished, as `run --until-done` does once a person approved it.
pub(crate) fn until_done(context: &Context, command: &Run, plan: &PlanId) -> Answer {
    // What was read for the approval is nothing that has to stay for weeks.
    fresh::begin(context, (plan, command.pace, command.timings));
    one(context, plan, (command.pace, command.timings))
}

/// Works on one approved plan until it is finished.
fn one(context: &Context, plan: &PlanId, (pace, timings): (Option<PaceArg>, bool)) -> Answer {
    let realm = context.ledger()?.plan(context.account(), plan)?.realm;
    let shares = Shares::new(context, (realm, Work::Plan(plan.clone())), (pace, timings));
    let (ended, mut last) = worked(context, vec![shares], &|| fresh::begin(context, (plan, pace, timings)))?;
    let share = ended.into_iter().next().expect("one track ends once");
    let last = last.pop().flatten();
    Ok(match last {
        // What the last share said is the end, unless somebody ended the wait after it.
        Some(last) if last.ending == share.ending => last,
        _ => outcome(context, share).with("plan", plan.to_string()),
    })
}

fn outcome(context: &Context, share: Share) -> Outcome {
    let mut outcome = Outcome::of(share.ending, share.why);
    if let Some(due) = share.due_at.filter(|_| share.remaining > 0) {
        outcome.reason += &format!("; {} left, more is due {}", people(share.remaining), context.time(due));
    }
    outcome.due_at = share.due_at;
    outcome.remaining = Some(share.remaining);
    outcome
}

/// Works on every approved plan of the realm, of all accounts or of one.
fn all(context: &Context, command: &Command, environment: &[(String, String)]) -> Answer {
    if let Some(plan) = &command.plan {
        let row = super::plan::find(context, &context.ledger()?, plan)?;
        interlock::is_approved(context, &row)?;
        return one(context, &row.id, (command.pace, command.timings));
    }
    let realm = if context.origin.is_some() { Realm::Practice } else { Realm::Real };
    let contexts = contexts(context, (realm, context.global.is_account_named), environment)?;
    if contexts.is_empty() {
        let mend = format!("`exeunt run last --live{}` approves one", context.flags());
        return Err(Failure::usage(format!("there is no approved plan of the {realm} realm that is unfinished"), mend));
    }
    let what = count(contexts.len() as u64, "account", "accounts");
    context.out.say(format!("{what} with approved plans; Ctrl-C ends this process, and the plans stay as they are"));
    let tracks = contexts.iter().map(|of| Shares::new(of, (realm, Work::All), (command.pace, command.timings)));
    let (ended, _) = worked(context, tracks.collect(), &|| {})?;
    let ending = ended.iter().map(|share| share.ending).fold(Ending::Done, Ending::or);
    let remaining = ended.iter().map(|share| share.remaining).sum();
    let due_at = ended.iter().filter_map(|share| share.due_at).min();
    let why: Vec<String> =
        contexts.iter().zip(&ended).map(|(of, share)| format!("{}: {}", of.account(), share.why)).collect();
    Ok(outcome(context, Share { ending, why: why.join("; "), due_at, remaining, did_something: true }))
}

/// The surroundings of each account that has something to do.
fn contexts(
    context: &Context,
    (realm, only): (Realm, bool),
    environment: &[(String, String)],
) -> Result<Vec<Context>, Failure> {
    let ledger = context.ledger()?;
    let is_meant = |(account, bound): &(AccountName, Option<Realm>)| {
        *bound == Some(realm) && (!only || account == context.account())
    };
    let mut contexts = Vec::new();
    for (account, _) in ledger.accounts()?.into_iter().filter(is_meant) {
        if !queue(&ledger, &account, realm)?.is_empty() {
            let global = Global { account, ..context.global.clone() };
            contexts.push(Context::new(global, environment.to_vec())?);
        }
    }
    Ok(contexts)
}

/// Lets the loop work, and answers how each track ended and what its last share said.
///
/// `away` is called before a long wait of a process that worked before.
fn worked(
    context: &Context,
    tracks: Vec<Shares<'_>>,
    away: &dyn Fn(),
) -> Result<(Vec<Share>, Vec<Option<Outcome>>), Failure> {
    let runtime = super::errand::runtime()?;
    runtime.block_on(async {
        let (send, stop) = watch::channel(Stop::No);
        let signals = signals::listen(send);
        let mut has_worked = false;
        let mut waits: Vec<Wait> = Vec::new();
        let mut tell = |news: News<'_>| match news {
            News::Shared { name, share, next } => {
                has_worked |= share.did_something;
                if let Next::At(at) = next {
                    waits.retain(|wait| wait.account != name);
                    waits.push(Wait { account: name.to_owned(), until: at, remaining: share.remaining });
                }
            }
            News::Away => {
                if has_worked {
                    away();
                }
                waits.drain(..).for_each(|wait| wait.tell(context));
            }
            News::Held { name, held } => held_or_not(context, name, held),
        };
        let (ended, tracks) = round::run(tracks, &context.clock, stop, &mut tell).await;
        signals.abort();
        Ok((ended, tracks.into_iter().map(|track| track.last).collect()))
    })
}

/// A wait that is worth a line: that of a process that stays.
struct Wait {
    account: String,
    until: jiff::Timestamp,
    remaining: u64,
}

impl Wait {
    fn tell(&self, context: &Context) {
        let (when, left) = (context.time(self.until), people(self.remaining));
        context
            .out
            .say(format!("  account {}: waiting until {when} with the browser closed; {left} left", self.account));
        context.out.record(&serde_json::json!({
            "v": 1, "kind": "progress", "progress": "waiting", "account": self.account, "until": self.until, "remaining": self.remaining,
        }));
    }
}

fn held_or_not(context: &Context, account: &str, held: bool) {
    context.out.say(if held {
        format!("  account {account} is paused; `exeunt resume{}` lets it go on", context.flags())
    } else {
        format!("  account {account} is not paused any more")
    });
}

/// Carries out `schedule remind`.
fn remind(context: &Context) -> Answer {
    install::has_command(context)?;
    let text = format!(
        "account {}: time for a review: a new export (`exeunt import Connections.csv`), `exeunt list`, and a plan if somebody should go",
        context.account()
    );
    // A reminder does nothing but this: where nobody was told, nothing was done, and the timer's log must say so.
    super::errand::runtime()?.block_on(notify::told(context, &text)).map_err(|why| {
        let mend = "mend notify.command in the settings; `exeunt doctor` looks whether it can be started";
        Failure::bad_file(shown(format!("nobody was reminded: {why}")), mend)
    })?;
    Ok(Outcome::done(text))
}
