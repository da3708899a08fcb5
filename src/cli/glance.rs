//! What is due first on an account, in one sentence with the command that comes next.

use serde_json::{Value, json};

use super::closed;
use super::context::Context;
use super::outcome::Failure;
use super::output::clean;
use super::schedule::{install, queue};
use super::whereabouts;
use crate::event::exit::Ending;
use crate::event::fact::Mode;
use crate::event::id::{Realm, Route};
use crate::flow::misfit;
use crate::ledger::{EffectRow, Ledger, PlanRow};
use crate::report::count::people;

/// What is due first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    /// What it is, as a sentence without a full stop.
    pub(crate) what: String,
    /// The command for it, with the flags of this call; none where a person waits or chooses.
    pub(crate) command: Option<String>,
}

impl Due {
    fn new(what: impl Into<String>, command: impl Into<String>) -> Self {
        Self { what: what.into(), command: Some(command.into()) }
    }

    fn nothing(what: impl Into<String>) -> Self {
        Self { what: what.into(), command: None }
    }

    /// The record for machines.
    pub(crate) fn record(&self) -> Value {
        json!({ "v": 1, "kind": "due", "due": self.what, "command": self.command })
    }

    /// The line for people.
    pub(crate) fn line(&self) -> String {
        match &self.command {
            Some(command) => format!("due first: {}: `{command}`", self.what),
            None => format!("nothing to do now: {}", self.what),
        }
    }
}

/// What is due first on the account of this call: what stops everything, then what a person has to settle, then what comes next.
///
/// # Errors
/// What the ledger or the settings say.
pub(crate) fn due(context: &Context, ledger: &Ledger) -> Result<Due, Failure> {
    let mut due = first(context, ledger)?;
    let is_practice = ledger.realm(context.account())? == Some(Realm::Practice);
    let loads = due.command.as_ref().is_some_and(|command| command.starts_with("exeunt run "));
    if is_practice && context.origin.is_none() && loads {
        match whereabouts::last_origin(context, ledger, None)? {
            Some(origin) => {
                due.what += "; the practice site was there at the last run, and must be served there";
                due.command = due.command.map(|command| format!("{command} --origin {origin}"));
            }
            None => due.what += "; say where the practice site is with --origin",
        }
    }
    Ok(due)
}

fn first(context: &Context, ledger: &Ledger) -> Result<Due, Failure> {
    let flags = context.flags();
    let Some(realm) = ledger.realm(context.account())? else { return beginning(context, ledger) };
    let found = match stopped(context, ledger, realm)? {
        Some(due) => Some(due),
        None => doubtful(context, ledger, realm)?,
    };
    if let Some(due) = found {
        return Ok(due);
    }
    if let Some(owner) = ledger.owned_by(context.account())?.filter(|owner| owner.pid != std::process::id()) {
        return Ok(Due::nothing(format!("process {} is working on it", owner.pid)));
    }
    if realm == Realm::Real && ledger.sign_in(context.account(), realm)?.is_none_or(|row| row.out.is_some()) {
        return Ok(Due::new("you are not signed in here", super::profile::login(context)));
    }
    if let Some(due) = share(context, ledger, realm)? {
        return Ok(due);
    }
    let plans = ledger.plans(context.account())?;
    let fresh = plans.iter().rev().find(|plan| plan.dropped.is_none() && plan.approved.is_none());
    if let Some(plan) = fresh.filter(|plan| !plan.action.is_of_account()) {
        return unapproved(context, ledger, plan);
    }
    let has_run = ledger.runs(context.account())?.iter().any(|run| run.mode == Mode::Live);
    Ok(match has_run {
        true => Due::new(
            "every plan is finished; a report shows the last run",
            format!("exeunt evidence report last{flags}"),
        ),
        false => Due::new("no plan is open; choose who goes", format!("exeunt plan new --help{flags}")),
    })
}

/// An account without a plan.
fn beginning(context: &Context, ledger: &Ledger) -> Result<Due, Failure> {
    let flags = context.flags();
    if let Some(due) = stopped(context, ledger, Realm::Real)? {
        return Ok(due);
    }
    Ok(match context.people(ledger)?.len() {
        0 => Due::new("nobody is imported yet", format!("exeunt import Connections.csv{flags}")),
        _ => Due::new("no plan yet; choose who goes", format!("exeunt plan new --help{flags}")),
    })
}

/// What holds the whole account.
fn stopped(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Option<Due>, Failure> {
    let (account, flags) = (context.account(), context.flags());
    if let Some(row) = ledger.closure(account, realm)? {
        return Ok(Some(Due::nothing(closed::in_words(context, &row))));
    }
    if let Some(incident) = ledger.open_latch(account, realm)? {
        let why = misfit::in_short(&incident.why);
        let what = format!("incident {} stopped the account ({})", incident.id, clean(&why));
        return Ok(Some(Due::new(what, format!("exeunt incident show {}{flags}", incident.id))));
    }
    if ledger.pause(account, context.clock.now().utc)?.is_some() {
        return Ok(Some(Due::new("the account is paused; this lets it go on", format!("exeunt resume{flags}"))));
    }
    let silence = ledger.silence(account, realm, &context.clock.now())?;
    Ok(silence.map(|until| {
        Due::nothing(format!("the site asked for silence until {}, and is sent nothing before", context.time(until)))
    }))
}

/// People of whom nobody knows whether they were removed.
fn doubtful(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Option<Due>, Failure> {
    if ledger.owned_by(context.account())?.is_some_and(|owner| owner.pid != std::process::id()) {
        return Ok(None);
    }
    let doubt = ledger.in_doubt(context.account(), realm)?;
    let Some(first) = doubt.first() else { return Ok(None) };
    let (count, flags) = (people(doubt.len() as u64), context.flags());
    let looks_itself = |row: &&EffectRow| row.state.in_flight();
    Ok(Some(match doubt.iter().find(looks_itself) {
        Some(row) => Due::new(
            format!("{count} in doubt; this looks by itself"),
            format!("exeunt run {} --live{flags}", row.plan),
        ),
        None => Due::new(
            format!(
                "{count} in doubt, first {}; the plan says who, then look at the profile yourself",
                clean(&first.name)
            ),
            format!("exeunt plan show {}{flags}", first.plan),
        ),
    }))
}

/// The next share of the approved plans.
fn share(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Option<Due>, Failure> {
    let waiting = queue::waiting(context, ledger, realm)?;
    let Some(first) = waiting.first() else { return Ok(None) };
    let left = waiting.iter().map(|one| one.left.len() as u64).sum();
    let route = waiting.first().map_or(Route::List, |one| one.plan.route);
    let Some(ahead) = queue::ahead(context, ledger, (realm, route), (left, &context.pace(realm)?))? else {
        return Ok(None);
    };
    let (plan, flags, at) = (&first.plan.id, context.flags(), ahead.first());
    // Practice keeps no pace.
    let is_now = realm == Realm::Practice || at <= context.clock.now().utc;
    let when = if is_now { "now".to_owned() } else { context.time(at) };
    let starts_itself = !install::installed(context).is_empty() || waiter(context, ledger)?.is_some();
    Ok(Some(match (starts_itself, is_now) {
        (true, _) => {
            Due::nothing(format!("plan {plan} has {} left, and its next share begins by itself {when}", people(left)))
        }
        (false, true) => Due::new(
            format!("plan {plan} has {} left, and a share is due now", people(left)),
            format!("exeunt run {plan} --live{flags}"),
        ),
        (false, false) => Due::new(
            format!("plan {plan} has {} left, due {when}; this lets each share begin by itself", people(left)),
            format!("exeunt schedule install {plan}{flags}"),
        ),
    }))
}

/// A plan that nobody approved: rehearsed first.
fn unapproved(context: &Context, ledger: &Ledger, plan: &PlanRow) -> Result<Due, Failure> {
    let flags = context.flags();
    let runs = ledger.runs(context.account())?;
    let is_rehearsed =
        runs.iter().any(|run| run.plan == plan.id && run.mode != Mode::Live && run.result == Some(Ending::Done));
    // Whoever is kept by now is left out.
    let who = people(super::plan::to_do(context, ledger, &plan.id)?.len() as u64);
    Ok(match is_rehearsed {
        true => Due::new(
            format!("plan {} ({who}) is rehearsed; this asks for your approval", plan.id),
            format!("exeunt run {} --live{flags}", plan.id),
        ),
        false => Due::new(
            format!("plan {} ({who}) is to be rehearsed, which removes nobody", plan.id),
            format!("exeunt run {}{flags}", plan.id),
        ),
    })
}

/// The living process that waits for the next share, and until when.
///
/// # Errors
/// What the ledger says.
pub(crate) fn waiter(context: &Context, ledger: &Ledger) -> Result<Option<(u32, Option<jiff::Timestamp>)>, Failure> {
    let is_alive = |pid: u32| {
        let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
        pid.is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
    };
    let said = ledger.activity(context.account())?.filter(|said| said.what.contains(queue::WAITING));
    Ok(said.filter(|said| is_alive(said.pid)).map(|said| (said.pid, said.until)))
}
