//! One account's work for the loop: the shares of its approved plans, one after another.

use std::collections::BTreeSet;

use tokio::sync::watch;

use super::evening;
use crate::cli::args::{Driving, IdArg, PaceArg, Run};
use crate::cli::context::Context;
use crate::cli::outcome::{Failure, Outcome};
use crate::cli::run::share;
use crate::event::exit::Ending;
use crate::event::id::{PlanId, Realm};
use crate::ledger::Ledger;
use crate::runner::wait::Stop;
use crate::scheduler::queue::queue;
use crate::scheduler::share::Share;
use crate::scheduler::track::{Look, Track};

/// Which plans.
pub(super) enum Work {
    /// This one.
    Plan(PlanId),
    /// All that are approved, in the order of their approval, also those that are approved later.
    All,
}

/// One account's work.
pub(super) struct Shares<'a> {
    context: &'a Context,
    realm: Realm,
    work: Work,
    pace: Option<PaceArg>,
    timings: bool,
    /// What the last share said, for the last line.
    pub(super) last: Option<Outcome>,
    /// Plans that do not fit any more, which other plans need not wait for.
    aside: BTreeSet<PlanId>,
    /// What ended before, where it was not well.
    worst: Ending,
    looking: Option<Looking>,
}

/// A ledger that is looked at during a wait.
struct Looking {
    ledger: Ledger,
    version: Option<i64>,
    look: Look,
}

impl<'a> Shares<'a> {
    pub(super) fn new(
        context: &'a Context,
        (realm, work): (Realm, Work),
        (pace, timings): (Option<PaceArg>, bool),
    ) -> Self {
        let (aside, worst) = (BTreeSet::new(), Ending::Done);
        Self { context, realm, work, pace, timings, last: None, aside, worst, looking: None }
    }

    fn command(&self, plan: PlanId) -> Run {
        Run {
            plan: IdArg::Id(plan),
            live: true,
            confirm: None,
            all: false,
            limit: None,
            until_done: true,
            pace: self.pace,
            driving: Driving::default(),
            timings: self.timings,
        }
    }

    /// The plan whose share is next, and how many people are left in all of them.
    fn next(&self) -> Result<(Option<PlanId>, u64), Failure> {
        let ledger = self.context.ledger()?;
        let mut waiting = queue(&ledger, self.context.account(), self.realm)?;
        waiting.retain(|one| match &self.work {
            Work::Plan(plan) => one.plan.id == *plan,
            Work::All => !self.aside.contains(&one.plan.id),
        });
        let left = waiting.iter().map(|one| one.left.len() as u64).sum();
        let next = waiting.into_iter().next().map(|one| one.plan.id);
        Ok((next.or_else(|| self.only()), left))
    }

    /// The one plan that is worked on, where it is one: its share also finds out that nothing is left.
    fn only(&self) -> Option<PlanId> {
        match &self.work {
            Work::Plan(plan) => Some(plan.clone()),
            Work::All => None,
        }
    }

    async fn work(&mut self, stop: watch::Receiver<Stop>) -> Result<Share, Failure> {
        let Some(plan) = self.next()?.0 else {
            let why = "every approved plan is finished".to_owned();
            return Ok(Share { ending: self.worst, why, due_at: None, remaining: 0, did_something: false });
        };
        let outcome = match share::share(self.context, &self.command(plan.clone()), stop).await {
            Ok(outcome) => outcome,
            Err(failure) => {
                self.context.out.warn(format!("exeunt: {failure}"));
                failure.outcome().with("plan", plan.to_string())
            }
        };
        let share = self.followed(plan, &outcome)?;
        self.last = Some(outcome);
        Ok(share)
    }

    /// A share as the loop takes it: where one plan is over, the next one is due.
    fn followed(&mut self, plan: PlanId, outcome: &Outcome) -> Result<Share, Failure> {
        let did_something = outcome.fields.contains_key("run");
        let ledger = self.context.ledger()?;
        let latched = ledger.open_latch(self.context.account(), self.realm)?.is_some();
        let is_over = match outcome.ending {
            Ending::Done => true,
            Ending::SomeFailed => outcome.due_at.is_none(),
            // A plan that does not fit the pack any more, or was dropped meanwhile, concerns no other plan.
            Ending::BadFile => !latched,
            Ending::Interrupted => ledger.plan(self.context.account(), &plan)?.dropped.is_some(),
            _ => false,
        };
        if is_over && matches!(self.work, Work::All) {
            self.aside.insert(plan);
            let (next, remaining) = self.next()?;
            self.worst = self.worst.or(outcome.ending);
            let due_at = next.is_some().then(|| self.context.clock.now().utc);
            let ending = if due_at.is_some() { Ending::DueLater } else { self.worst };
            return Ok(Share { ending, why: outcome.reason.clone(), due_at, remaining, did_something });
        }
        // A pause may be ended by a person sooner than by its day.
        let paused = ledger.pause(self.context.account(), self.context.clock.now().utc)?.is_some();
        let due_at = if latched || paused { None } else { outcome.due_at };
        let remaining = self.next()?.1;
        Ok(Share { ending: outcome.ending, why: outcome.reason.clone(), due_at, remaining, did_something })
    }

    fn looked(&mut self) -> Result<Look, Failure> {
        let (context, realm) = (self.context, self.realm);
        let looking = match &mut self.looking {
            Some(looking) => looking,
            none => none.insert(Looking { ledger: context.ledger()?, version: None, look: Look::Free }),
        };
        let version = looking.ledger.version()?;
        // A pause may also end by itself.
        if looking.version != Some(version) || looking.look == Look::Held {
            looking.look = look(context, &looking.ledger, (realm, &self.work))?;
            looking.version = Some(version);
        }
        Ok(looking.look.clone())
    }
}

/// What others want, from rows that are few.
fn look(context: &Context, ledger: &Ledger, (_, work): (Realm, &Work)) -> Result<Look, Failure> {
    if let Work::Plan(plan) = work
        && ledger.plan(context.account(), plan)?.dropped.is_some()
    {
        let why = format!("a stop was asked for: plan {plan} is dropped");
        return Ok(Look::Over(Share {
            ending: Ending::Interrupted,
            why,
            due_at: None,
            remaining: 0,
            did_something: false,
        }));
    }
    Ok(if ledger.pause(context.account(), context.clock.now().utc)?.is_some() { Look::Held } else { Look::Free })
}

impl Track for Shares<'_> {
    fn name(&self) -> String {
        self.context.account().to_string()
    }

    async fn share(&mut self, stop: watch::Receiver<Stop>) -> Share {
        // Nothing is held open beside the share itself.
        self.looking = None;
        let share = match self.work(stop).await {
            Ok(share) => share,
            Err(failure) => {
                let outcome = failure.outcome();
                self.context.out.warn(format!("exeunt: {failure}"));
                self.last = Some(outcome);
                Share {
                    ending: failure.ending,
                    why: failure.what,
                    due_at: failure.due_at,
                    remaining: 0,
                    did_something: false,
                }
            }
        };
        let is_new = share.did_something || share.due_at.is_none();
        // A look that found nothing due tells nobody what was told before.
        if is_new {
            evening::tell(self.context, self.realm, &share).await;
        }
        share
    }

    fn look(&mut self) -> Look {
        // A ledger that cannot be read is met by the next share, which says so.
        self.looked().unwrap_or_else(|_| {
            self.looking = None;
            Look::Free
        })
    }
}
