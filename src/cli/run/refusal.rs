//! What forbids a run before a browser is started, the gravest reason first.

use std::io::IsTerminal as _;

use crate::cli::args::{PaceArg, Run};
use crate::cli::browser::Driver;
use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::clean;
use crate::cli::{pack_kept, plan as plans, profile};
use crate::event::exit::Ending;
use crate::event::id::{Digest, Realm};
use crate::flow::pack::Pack;
use crate::ledger::{Ledger, LedgerErrorKind, PlanPerson, PlanRow};
use crate::plan::plan::Plan;
use crate::policy::pace::Pace;

/// What a run needs to be as it is, checked.
pub(super) struct Checked {
    /// The pack.
    pub(super) pack: Pack,
    /// The acting flow.
    pub(super) flow: String,
    /// The plan as its hash binds it.
    pub(super) plan: Plan,
    /// Where the pages are.
    pub(super) origin: String,
    /// How fast.
    pub(super) pace: Pace,
    /// What browser and driver say they are.
    pub(super) browser: String,
}

/// Everything that can be checked without touching anything, and what opens the pages.
///
/// # Errors
/// Of all that is wrong, what the order of exit codes puts first.
pub(super) async fn check(
    context: &Context,
    command: &Run,
    (ledger, row, people): (&Ledger, &PlanRow, &[PlanPerson]),
) -> Result<(Checked, Driver), Failure> {
    let refused = [
        is_allowed(context, command, (ledger, row)).err(),
        may_begin(context, ledger, row.realm).err(),
        is_confirmed(command, row).err(),
    ];
    rest(context, command, (ledger, row, people), refused.into_iter().flatten().reduce(Failure::or)).await
}

/// The same for one share of a plan that a person approved before: nobody is asked anything.
///
/// # Errors
/// As [`check`], or nobody approved the plan.
pub(super) async fn check_share(
    context: &Context,
    command: &Run,
    (ledger, row, people): (&Ledger, &PlanRow, &[PlanPerson]),
) -> Result<(Checked, Driver), Failure> {
    let refused = [may_begin(context, ledger, row.realm).err(), is_approved(context, row).err()];
    rest(context, command, (ledger, row, people), refused.into_iter().flatten().reduce(Failure::or)).await
}

async fn rest(
    context: &Context,
    command: &Run,
    (ledger, row, people): (&Ledger, &PlanRow, &[PlanPerson]),
    refused: Option<Failure>,
) -> Result<(Checked, Driver), Failure> {
    let fitting = match fitting(context, command, row, people) {
        Ok(fitting) => fitting,
        Err(failure) => return Err(refused.into_iter().fold(failure, Failure::or)),
    };
    // What outranks a missing browser is told without looking for one.
    let refused = match refused {
        Some(failure) if !is_lighter(failure.ending) => return Err(failure),
        refused => refused,
    };
    let mut driver = Driver::new(context, row.realm, &fitting.origin).covering(&fitting.pack.site);
    let browser = driver.about().await;
    let owned = owned(context, ledger)?;
    match [browser.as_ref().err().cloned(), owned, refused].into_iter().flatten().reduce(Failure::or) {
        Some(failure) => Err(failure),
        None => {
            let Fitting { pack, flow, plan, origin, pace } = fitting;
            Ok((Checked { pack, flow, plan, origin, pace, browser: browser.unwrap_or_default() }, driver))
        }
    }
}

/// Refuses a plan that nobody approved, and names the command that approves it.
///
/// # Errors
/// Nobody did.
pub(crate) fn is_approved(context: &Context, row: &PlanRow) -> Result<(), Failure> {
    if row.approved.is_some() {
        return Ok(());
    }
    Err(Failure::bad_file(
        format!("plan {} is not approved yet", row.id),
        format!("a person approves it: `exeunt run {} --live{}` shows it and asks", row.id, context.flags()),
    ))
}

fn is_lighter(ending: Ending) -> bool {
    ending.or(Ending::NoBrowser) == Ending::NoBrowser
}

/// What the command line must not ask for.
fn is_allowed(context: &Context, command: &Run, (ledger, row): (&Ledger, &PlanRow)) -> Result<(), Failure> {
    if row.realm == Realm::Real && command.pace == Some(PaceArg::Off) {
        return Err(Failure::usage(
            "--pace off is for the practice site only",
            "leave it out; the settings say how slow it is",
        ));
    }
    if !command.live || std::io::stdin().is_terminal() {
        return Ok(());
    }
    let is_first = !ledger.plans(context.account())?.iter().any(|plan| plan.approved.is_some());
    let is_new = is_first || !ledger.is_agreement_noted(context.account(), row.realm)?;
    if row.realm == Realm::Real && is_new {
        return Err(Failure::usage(
            "the first live run of a real account is approved by a person at a terminal",
            "run it there, without --confirm",
        ));
    }
    if command.confirm.is_none() {
        return Err(Failure::usage(
            "a live run needs somebody who types, or the plan's hash",
            format!("exeunt run {} --live --confirm {}{}", row.id, row.hash, context.flags()),
        ));
    }
    Ok(())
}

/// What forbids any run of the account now. Asked again once the account is owned: its last owner may have met a sign.
///
/// # Errors
/// Nobody ever signed in, an incident is open, the site asked for silence, or the account is paused.
pub(crate) fn may_begin(context: &Context, ledger: &Ledger, realm: Realm) -> Result<(), Failure> {
    let account = context.account();
    profile::may_be_used(context, ledger, realm)?;
    let doubtful = ledger.in_doubt(account, realm)?.into_iter().find(|row| row.action.is_of_account());
    if let Some(row) = doubtful.filter(|row| row.state.in_flight()) {
        return Err(Failure::new(
            Ending::InDoubt,
            format!(
                "the account was about to be {}d when the program ended, and nobody knows whether it was",
                row.action
            ),
            format!("`exeunt {}{}` says what to do", row.action, context.flags()),
        ));
    }
    if let Some(incident) = ledger.open_latch(account, realm)? {
        return Err(Failure::new(
            Ending::Stopped,
            format!("incident {} is open since {}: {}", incident.id, context.time(incident.at), clean(&incident.why)),
            format!("`exeunt incident show {}{}` says what to do, and how to go on", incident.id, context.flags()),
        ));
    }
    if let Some(until) = ledger.silence(account, realm, &context.clock.now())? {
        let what = format!("the site asked for silence until {}", context.time(until));
        let mut failure = Failure::new(Ending::Stopped, what, "wait; nothing else helps");
        failure.due_at = Some(until);
        return Err(failure);
    }
    if ledger.is_paused(account)? {
        let mend = format!("`exeunt resume{}` lets it go on", context.flags());
        return Err(Failure::new(Ending::DueLater, format!("account `{account}` is paused"), mend));
    }
    Ok(())
}

/// Whether the hash that was typed is the plan's; without one there is nothing to compare.
fn is_confirmed(command: &Run, row: &PlanRow) -> Result<(), Failure> {
    let Some(given) = &command.confirm else { return Ok(()) };
    match given.trim().parse::<Digest>() {
        Ok(hash) if hash == row.hash => Ok(()),
        _ => Err(Failure::bad_file(
            format!("`{}` is not the hash of plan {}", clean(given), row.id),
            format!("`exeunt plan show {}` shows the plan and its hash; confirm only what you have read", row.id),
        )),
    }
}

struct Fitting {
    pack: Pack,
    flow: String,
    plan: Plan,
    origin: String,
    pace: Pace,
}

/// Whether plan, pack, origin and settings fit together.
fn fitting(context: &Context, command: &Run, row: &PlanRow, people: &[PlanPerson]) -> Result<Fitting, Failure> {
    if let Some(into) = &row.renewed {
        let mend = format!("go on with that one: `exeunt run {into}{}`", context.flags());
        return Err(Failure::bad_file(format!("plan {} was renewed as plan {into}", row.id), mend));
    }
    if row.action.is_of_account() {
        let mend = format!("`exeunt {}{}` asks for everything anew", row.action, context.flags());
        return Err(Failure::usage(format!("plan {} is about the account itself", row.id), mend));
    }
    if row.dropped.is_some() {
        return Err(Failure::bad_file(format!("plan {} was dropped", row.id), "`exeunt plan new` makes another"));
    }
    let pack = context.pack()?;
    let origin = origin(context, row.realm, &pack)?;
    let (flow, digest) = plans::flow_of(&pack, row.action, row.route)?;
    let plan = plans::bound(row, people, digest)?;
    if plan.hash() != row.hash {
        return Err(stale(context, row, (&pack, &flow)));
    }
    let pace = pace(context, command, row.realm)?;
    let faster = plan.ceilings.exceeded_by(&pace);
    if row.realm == Realm::Real && !faster.is_empty() {
        return Err(Failure::bad_file(
            format!("the settings are faster than what plan {} approved: {}", row.id, faster.join(", ")),
            format!("make them slower, or `exeunt plan renew {}` binds them anew", row.id),
        ));
    }
    Ok(Fitting { pack, flow, plan, origin, pace })
}

fn stale(context: &Context, row: &PlanRow, (pack, flow): (&Pack, &str)) -> Failure {
    let mut what =
        format!("plan {} was made with another pack: what was shown then is not what would be done now", row.id);
    let changes = pack_kept::changes(context, &row.pack_sha256, (pack, flow));
    if !changes.is_empty() {
        what = format!("{what}\n{}", changes.join("\n"));
    }
    Failure::bad_file(
        what,
        format!(
            "look at it with `exeunt selectors show {flow}`, then `exeunt plan renew {}` goes on with who is left",
            row.id
        ),
    )
}

/// Where the pages are. The plan's realm decides; the command line must not contradict it.
fn origin(context: &Context, realm: Realm, pack: &Pack) -> Result<String, Failure> {
    match (realm, &context.origin) {
        (Realm::Practice, Some(origin)) => Ok(origin.clone()),
        (Realm::Practice, None) => Err(Failure::bad_file(
            "this plan is of the practice realm",
            "say where the practice site is: --origin http://127.0.0.1:PORT (`exeunt practice` prints it)",
        )),
        (Realm::Real, Some(_)) => Err(Failure::bad_file(
            "this plan is of the real realm",
            "leave --origin out; or make a plan for practice under another --account",
        )),
        (Realm::Real, None) => Ok(pack.site.origin.value.clone()),
    }
}

/// Off on the practice site unless asked otherwise; else as the settings say.
pub(super) fn pace(context: &Context, command: &Run, realm: Realm) -> Result<Pace, Failure> {
    match (realm, command.pace) {
        (Realm::Practice, None | Some(PaceArg::Off)) => Ok(Pace::off()),
        _ => context.pace(realm),
    }
}

fn owned(context: &Context, ledger: &Ledger) -> Result<Option<Failure>, Failure> {
    let owner = ledger.owned_by(context.account())?;
    Ok(owner.map(|owner| another(context, Some(owner.pid), Some(owner.since))))
}

/// Another process works on the account.
fn another(context: &Context, pid: Option<u32>, since: Option<jiff::Timestamp>) -> Failure {
    let pid = pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
    let since = since.map(|since| format!(" since {}", context.time(since))).unwrap_or_default();
    Failure::new(
        Ending::Owned,
        format!("{pid} works on account `{}`{since}", context.account()),
        format!("wait for it, or look with `exeunt status{}`", context.flags()),
    )
}

/// What the ledger says when the account cannot be owned, with times as people read them.
pub(crate) fn not_owned(context: &Context, error: crate::ledger::LedgerError) -> Failure {
    match error.kind {
        LedgerErrorKind::Owned { pid, since } => another(context, pid, since),
        _ => error.into(),
    }
}
