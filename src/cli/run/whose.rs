//! Whose account the site shows, read right before a person approves: what is approved names it as it is now.
//!
//! It begins nothing. Another account latches, as in a run; that nobody is signed in is told with the way to sign in.

use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::refusal::Checked;
use crate::cli::context::Context;
use crate::cli::errand::{gone_there, stopped};
use crate::cli::outcome::Failure;
use crate::cli::output::clean;
use crate::cli::{profile, signals};
use crate::event::exit::Ending;
use crate::event::fact::Purpose;
use crate::ledger::{Owner, PlanRow};
use crate::runner::errand::{Errand, Met, Outset};
use crate::runner::wait::Stop;

/// Reads it in a session of its own: the name and the handle, made safe for a terminal.
///
/// # Errors
/// Nobody is signed in, another account than the ledger's or the plan's is, a stop sign, no browser, an interruption.
pub(super) fn read(
    context: &Context,
    (owner, row): (&mut Owner, &PlanRow),
    checked: &mut Checked,
    runtime: &Runtime,
) -> Result<String, Failure> {
    context.out.note("Looking whose account the site shows …");
    let known = owner.ledger().identity(context.account(), row.realm)?.map(|identity| identity.handle);
    let outset =
        Outset { purpose: Purpose::Approval, origin: checked.origin.clone(), browser: checked.browser.clone() };
    let evidence = context.evidence_root();
    let met = runtime.block_on(async {
        let (send, mut stop) = watch::channel(Stop::No);
        let signals = signals::listen(send);
        let mut errand = Errand::begin(owner, (&checked.pack, &context.clock), &evidence, &outset)?;
        let met = gone_there(&mut checked.driver, &mut stop, async |page| {
            let met = errand.whose(page).await?;
            let Met::Somebody { handle, .. } = &met else { return Ok(met) };
            match [&known, &row.handle].into_iter().flatten().any(|expected| expected != handle) {
                true => errand.another(page, handle).await,
                false => Ok(met),
            }
        })
        .await;
        signals.abort();
        met
    })?;
    match met {
        Met::Somebody { handle, name } => Ok(format!("{} ({})", clean(&name), clean(handle.as_str()))),
        Met::Nobody { why } => Err(Failure::new(
            Ending::Stopped,
            format!("nobody is signed in: {}", clean(&why)),
            format!("`{}`", profile::login(context)),
        )),
        Met::Stopped { ending, why, due_at } => Err(stopped(context, ending, &why, due_at)),
    }
}
