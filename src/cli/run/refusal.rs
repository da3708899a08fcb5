//! What forbids a run before a browser is started, the gravest reason first.

use std::io::IsTerminal as _;

use crate::cli::args::{PaceArg, Run};
use crate::cli::browser::Driver;
use crate::cli::context::Context;
use crate::cli::outcome::{Failure, Outcome};
use crate::cli::{interlock, pack_kept, plan as plans, whereabouts};
use crate::event::exit::Ending;
use crate::event::id::Realm;
use crate::flow::pack::Pack;
use crate::ledger::{EffectRow, Ledger, PlanPerson, PlanRow};
use crate::plan::plan::Plan;
use crate::policy::pace::Pace;
use crate::report::words::Outcome as Kind;

/// A plan as the ledger has it.
#[derive(Clone, Copy)]
pub(super) struct StoredPlan<'a> {
    /// The ledger.
    pub(super) ledger: &'a Ledger,
    /// The plan without its people.
    pub(super) row: &'a PlanRow,
    /// Its people, in its order.
    pub(super) people: &'a [PlanPerson],
}

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
    stored: StoredPlan<'_>,
) -> Result<(Checked, Driver), Failure> {
    let StoredPlan { ledger, row, .. } = stored;
    let refused = [
        is_allowed(context, command, (ledger, row)).err(),
        interlock::may_begin(context, ledger, row.realm).err(),
        if command.live { interlock::may_remove(context, ledger, row.realm).err() } else { None },
        is_confirmed(context, command, row).err(),
    ];
    rest(context, command, stored, refused.into_iter().flatten().reduce(Failure::or)).await
}

/// How a run of a plan ends that has nothing left, not even somebody to look at: before a browser is asked for. None where
/// something is left, or where a check would refuse the run.
///
/// # Errors
/// What the ledger says.
pub(super) fn over(context: &Context, command: &Run, stored: StoredPlan<'_>) -> Result<Option<Outcome>, Failure> {
    let StoredPlan { ledger, row, .. } = stored;
    let open = if command.live {
        let is_open = |effect: &EffectRow| effect.state.is_open() || effect.state.in_doubt();
        row.approved.is_none()
            || ledger.effects(&row.id)?.iter().any(is_open)
            || !ledger.in_doubt(context.account(), row.realm)?.is_empty()
    } else {
        !plans::to_do(context, ledger, &row.id)?.is_empty()
    };
    let is_refused = is_allowed(context, command, (ledger, row)).is_err()
        || interlock::may_begin(context, ledger, row.realm).is_err()
        || (command.live && interlock::may_remove(context, ledger, row.realm).is_err())
        || is_confirmed(context, command, row).is_err()
        || fitting(context, command, stored).is_err();
    if open || is_refused {
        return Ok(None);
    }
    let standing = plans::standing_in_words(context, ledger, row)?;
    let said = format!("nobody is left of plan {}: {standing}; nothing was begun", row.id);
    let is_failed = |effect: &EffectRow| matches!(Kind::of(effect.state), Kind::Failed | Kind::NotFound);
    let failed = command.live && ledger.effects(&row.id)?.iter().any(is_failed);
    let ending = if failed { Ending::SomeFailed } else { Ending::Done };
    let outcome = Outcome { remaining: Some(0), ..Outcome::of(ending, said) };
    Ok(Some(outcome.with("plan", row.id.to_string())))
}

/// The same for one share of a plan that a person approved before: nobody is asked anything.
///
/// # Errors
/// As [`check`], or nobody approved the plan.
pub(super) async fn check_share(
    context: &Context,
    command: &Run,
    stored: StoredPlan<'_>,
) -> Result<(Checked, Driver), Failure> {
    let StoredPlan { ledger, row, .. } = stored;
    let refused = [interlock::may_begin(context, ledger, row.realm).err(), interlock::is_approved(context, row).err()];
    rest(context, command, stored, refused.into_iter().flatten().reduce(Failure::or)).await
}

async fn rest(
    context: &Context,
    command: &Run,
    stored: StoredPlan<'_>,
    refused: Option<Failure>,
) -> Result<(Checked, Driver), Failure> {
    let StoredPlan { ledger, row, .. } = stored;
    let fitting = match fitting(context, command, stored) {
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
    let owned = interlock::owned(context, ledger)?;
    match [browser.as_ref().err().cloned(), owned, refused].into_iter().flatten().reduce(Failure::or) {
        Some(failure) => Err(failure),
        None => {
            let Fitting { pack, flow, plan, origin, pace } = fitting;
            Ok((Checked { pack, flow, plan, origin, pace, browser: browser.unwrap_or_default() }, driver))
        }
    }
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
    let unfit = ledger.forbids_unattended(row, command.confirm.is_some())?;
    unfit.map_or(Ok(()), |unfit| Err(interlock::not_run(context, row, &unfit)))
}

/// Whether the hash that was typed is the plan's; without one there is nothing to compare.
fn is_confirmed(context: &Context, command: &Run, row: &PlanRow) -> Result<(), Failure> {
    let Some(given) = &command.confirm else { return Ok(()) };
    row.must_be_hash(given).map_err(|unfit| interlock::not_run(context, row, &unfit))
}

struct Fitting {
    pack: Pack,
    flow: String,
    plan: Plan,
    origin: String,
    pace: Pace,
}

/// Whether plan, pack, origin and settings fit together.
fn fitting(context: &Context, command: &Run, stored: StoredPlan<'_>) -> Result<Fitting, Failure> {
    let StoredPlan { ledger, row, people } = stored;
    row.must_be_open().map_err(|unfit| interlock::not_run(context, row, &unfit))?;
    let pack = context.pack()?;
    let origin = origin(context, (ledger, row), &pack)?;
    let (flow, digest) = plans::flow_of(&pack, row.action, row.route)?;
    if plans::bound(row, people, row.pack_sha256)?.hash() != row.hash {
        return Err(Failure::new(
            Ending::Damaged,
            format!("plan {} is not what was shown: a row of the ledger was changed behind the program", row.id),
            "nothing is changed from here on; keep the folder as it is, and make the plan anew in a new one by --data-dir",
        ));
    }
    let plan = plans::bound(row, people, digest)?;
    if plan.hash() != row.hash {
        return Err(stale(context, row, (&pack, &flow)));
    }
    let pace = pace(context, command, row.realm)?;
    keeps_within(context, command, (row, &pace))?;
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
fn origin(context: &Context, (ledger, row): (&Ledger, &PlanRow), pack: &Pack) -> Result<String, Failure> {
    match (row.realm, &context.origin) {
        (Realm::Practice, Some(origin)) => Ok(origin.clone()),
        (Realm::Practice, None) => Err(Failure::bad_file(
            "this plan is of the practice realm",
            match whereabouts::last_origin(context, ledger, Some(&row.id))? {
                Some(origin) => format!(
                    "its practice site was at {origin} at the last run; `exeunt run {} --origin {origin}` works while it is \
                     served there, and `exeunt practice` serves one anew and prints its address",
                    row.id
                ),
                None => "say where the practice site is: --origin http://127.0.0.1:PORT (`exeunt practice` prints it)"
                    .to_owned(),
            },
        )),
        (Realm::Real, Some(_)) => Err(Failure::bad_file(
            "this plan is of the real realm",
            "leave --origin out; or make a plan for practice under another --account",
        )),
        (Realm::Real, None) => context.site_of(pack),
    }
}

/// Whether a run keeps within what was approved; on the practice site only where it is asked to keep a pace.
///
/// # Errors
/// Every setting that does not, with what was approved.
pub(super) fn keeps_within(context: &Context, command: &Run, (row, pace): (&PlanRow, &Pace)) -> Result<(), Failure> {
    if !has_pace(command, row.realm) {
        return Ok(());
    }
    plans::keeps_within(context, row, pace)
}

fn has_pace(command: &Run, realm: Realm) -> bool {
    realm == Realm::Real || command.pace == Some(PaceArg::Real)
}

/// Off on the practice site unless asked otherwise; else as the settings say.
pub(super) fn pace(context: &Context, command: &Run, realm: Realm) -> Result<Pace, Failure> {
    if has_pace(command, realm) { context.pace(realm) } else { Ok(Pace::off()) }
}
