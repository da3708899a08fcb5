//! Where the practice site of an account was when a run last met it: each start of the site may choose another port.

use super::context::Context;
use super::outcome::Failure;
use crate::event::fact::Fact;
use crate::event::id::{PlanId, Realm};
use crate::ledger::Ledger;

/// The origin of the plan's newest run, or of the account's where the plan was not run yet; none where nothing was.
///
/// # Errors
/// What the ledger says.
pub(crate) fn last_origin(
    context: &Context,
    ledger: &Ledger,
    plan: Option<&PlanId>,
) -> Result<Option<String>, Failure> {
    let mut runs = ledger.runs(context.account())?;
    runs.retain(|run| run.realm == Realm::Practice);
    // The newest last, and those of the plan behind all others.
    runs.sort_by_key(|run| Some(&run.plan) == plan);
    for run in runs.iter().rev() {
        for link in ledger.links_of_run(&run.id)? {
            if let Ok(Fact::RunStarted(started)) = link.entry().map(|entry| entry.fact) {
                return Ok(Some(started.origin));
            }
        }
    }
    Ok(None)
}
