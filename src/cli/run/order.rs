//! What a run is told to do, and the doing of it at the terminal.

use tokio::sync::watch;

use super::refusal::{Checked, StoredPlan};
use crate::cli::args::Run;
use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::{evidence, plan as plans, progress};
use crate::event::fact::{Mode, RunStarted};
use crate::event::id::Slug;
use crate::flow::pack::Pack;
use crate::ledger::{Owner, PlanPerson};
use crate::plan::plan::spread;
use crate::policy::pace::Pace;
use crate::runner::clock::Clock;
use crate::runner::message::Subject;
use crate::runner::order::{self, Order};
use crate::runner::run::{self, Opener, Parts, RunError};
use crate::runner::wait::Stop;

/// So many people a rehearsal walks, spread over the plan.
const REHEARSED: usize = 5;

/// The order of a run, as the command line and the plan have it.
///
/// # Errors
/// What the ledger says.
pub(super) fn order(
    context: &Context,
    command: &Run,
    StoredPlan { ledger, row, people }: StoredPlan<'_>,
    checked: &Checked,
) -> Result<Order, Failure> {
    let limit = command.limit.map(|limit| limit.get() as usize);
    let sample = if command.all { people.len() } else { limit.unwrap_or(REHEARSED) };
    let left = plans::to_do(context, ledger, &row.id)?;
    let rehearse = spread(&left, sample);
    let started = RunStarted {
        run: ledger.free_run_id()?,
        plan: row.id.clone(),
        hash: row.hash,
        mode: if command.live { Mode::Live } else { Mode::Rehearsal },
        account: context.account().clone(),
        realm: row.realm,
        origin: checked.origin.clone(),
        action: row.action,
        route: row.route,
        pack: checked.pack.site.pack.value.clone(),
        pack_sha256: checked.pack.digest_all(),
        browser: checked.browser.clone(),
        program: concat!("exeunt ", env!("CARGO_PKG_VERSION")).to_owned(),
        zone: context.zone_name(),
    };
    let subject = |slug: &Slug, name: &str| Subject { slug: slug.clone(), name: name.to_owned() };
    Ok(Order {
        started,
        flow: checked.flow.clone(),
        rehearse: rehearse.into_iter().map(|person| subject(&person.slug, &person.name)).collect(),
        limit: command.limit,
        probe: checked.pace != Pace::off(),
        until_done: false,
        pace: checked.pace.clone(),
        zone: context.zone(),
        seed: context.seed(),
        shots: true,
    })
}

/// Carries out an order and shows how it goes on; dropped, it stops where it is, as if the program had ended.
///
/// # Errors
/// Ledger or evidence failed.
pub(super) async fn carry_out(
    context: &Context,
    (owner, pack): (&mut Owner, &Pack),
    (order, people): (&Order, &[PlanPerson]),
    (driver, stop): (&mut impl Opener, watch::Receiver<Stop>),
) -> Result<order::Outcome, Failure> {
    let bundle = evidence::bundle(context, order.started.realm, &order.started.run)?;
    let clock = Clock::system();
    let names = people.iter().map(|person| (person.slug.clone(), person.name.clone())).collect();
    let mut shown = progress::Progress::new(context.out, context.zone(), names);
    let answering = shown.answering(&stop);
    let mut tell = |telling: order::Telling<'_>| shown.tell(telling);
    let parts = Parts { owner, bundle: &bundle, pack, order, clock: &clock, stop, tell: &mut tell };
    let ran = run::run(parts, driver).await;
    answering.abort();
    if ran.is_ok() {
        evidence::stamp(context, &bundle);
    }
    shown.finish();
    ran.map_err(|error| match error {
        RunError::Ledger(error) => error.into(),
        RunError::Evidence(error) => error.into(),
    })
}
